//! Cookies of one browser, as far as one host needs them.

use super::parse;

/// The cookies a browser holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jar(Vec<(String, String)>);

impl Jar {
    /// Takes over what an answer sets or takes away.
    pub fn take(&mut self, head: &[u8]) {
        for (name, line) in parse::headers(head) {
            if name.eq_ignore_ascii_case("set-cookie") {
                self.set(line);
            }
        }
    }

    fn set(&mut self, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        self.0.retain(|(known, _)| known != name);
        if !parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Writes the request header, nothing where there are no cookies.
    pub fn write(&self, request: &mut Vec<u8>) {
        for (n, (name, value)) in self.0.iter().enumerate() {
            request.extend_from_slice(if n == 0 { b"cookie: " } else { b"; " });
            request.extend_from_slice(name.as_bytes());
            request.push(b'=');
            request.extend_from_slice(value.as_bytes());
        }
        if !self.0.is_empty() {
            request.extend_from_slice(b"\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(jar: &Jar) -> String {
        let mut request = Vec::new();
        jar.write(&mut request);
        String::from_utf8(request).unwrap()
    }

    #[test]
    fn a_cookie_is_kept_replaced_and_taken_away() {
        let mut jar = Jar::default();
        assert_eq!(written(&jar), "");
        jar.take(b"HTTP/1.1 200 OK\r\nset-cookie: sid=1; HttpOnly\r\nSet-Cookie: seed=2; Path=/\r\n\r\n");
        assert_eq!(written(&jar), "cookie: sid=1; seed=2\r\n");
        jar.take(b"HTTP/1.1 200 OK\r\nset-cookie: sid=3; Path=/\r\n\r\n");
        assert_eq!(written(&jar), "cookie: seed=2; sid=3\r\n");
        jar.take(b"HTTP/1.1 200 OK\r\nset-cookie: seed=; Path=/; Max-Age=0\r\n\r\n");
        assert_eq!(written(&jar), "cookie: sid=3\r\n");
    }
}
