//! Writing requests: a look at a page, and a form as a browser posts it.

use super::Jar;

/// A `GET`; `more` is further headers, each with its line end.
pub fn get(path: &str, jar: &Jar, more: &str) -> Vec<u8> {
    let mut request = Vec::with_capacity(256);
    start(&mut request, "GET", path);
    jar.write(&mut request);
    request.extend_from_slice(more.as_bytes());
    request.extend_from_slice(b"\r\n");
    request
}

/// A `POST` of these fields.
pub fn post(path: &str, jar: &Jar, fields: &[(&str, &str)]) -> Vec<u8> {
    post_with(path, jar, "", fields)
}

/// The same; `more` is further headers, each with its line end.
pub fn post_with(path: &str, jar: &Jar, more: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::with_capacity(128);
    for (n, (name, value)) in fields.iter().enumerate() {
        if n > 0 {
            body.push(b'&');
        }
        encode(name, &mut body);
        body.push(b'=');
        encode(value, &mut body);
    }
    let mut request = Vec::with_capacity(384 + body.len());
    start(&mut request, "POST", path);
    jar.write(&mut request);
    request.extend_from_slice(more.as_bytes());
    let kind = b"content-type: application/x-www-form-urlencoded\r\ncontent-length: ";
    request.extend_from_slice(kind);
    request.extend_from_slice(body.len().to_string().as_bytes());
    request.extend_from_slice(b"\r\n\r\n");
    request.extend_from_slice(&body);
    request
}

fn start(request: &mut Vec<u8>, method: &str, path: &str) {
    for part in [method, " ", path, " HTTP/1.1\r\nhost: localhost\r\n"] {
        request.extend_from_slice(part.as_bytes());
    }
}

/// Percent-encoding; it may encode more than it must.
pub fn encode(text: &str, into: &mut Vec<u8>) {
    const DIGITS: [u8; 16] = *b"0123456789ABCDEF";
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or(b'0');
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            into.push(byte);
        } else {
            into.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_posted_with_its_length_and_encoded_values() {
        let text = String::from_utf8(post("/login", &Jar::default(), &[("a", "x y+"), ("b", "ä")])).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "a=x%20y%2B&b=%C3%A4");
        assert!(head.starts_with("POST /login HTTP/1.1\r\nhost: localhost\r\n"), "{head}");
        assert!(head.ends_with(&format!("content-length: {}", body.len())), "{head}");
    }

    #[test]
    fn a_look_ends_with_an_empty_line() {
        let request = get("/login", &Jar::default(), "accept-encoding: br\r\n");
        assert_eq!(request, b"GET /login HTTP/1.1\r\nhost: localhost\r\naccept-encoding: br\r\n\r\n");
    }
}
