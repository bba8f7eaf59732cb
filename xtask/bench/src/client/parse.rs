//! Reading answers: as little as a sign-in needs, because the client shares its cores with the server it measures.

use memchr::memmem;

/// What the first line and the headers of an answer say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// Bytes of status line and headers, the empty line included.
    pub length: usize,
    /// Bytes that follow; none where the answer does not say so.
    pub body: Option<usize>,
    /// Whether the server closes the connection behind it.
    pub closes: bool,
}

/// The head of an answer once it is whole: `None` asks for more bytes.
///
/// # Errors
/// `Err(())` where it is not HTTP/1.1 as servers speak it.
pub fn head(bytes: &[u8]) -> Option<Result<Head, ()>> {
    let length = memmem::find(bytes, b"\r\n\r\n")? + 4;
    let head = bytes.get(..length)?;
    let Some(status) = status(head) else { return Some(Err(())) };
    // Nothing follows these, whether they say so or not.
    let none = matches!(status, 204 | 304).then_some(0);
    let body = none.or_else(|| header(head, "content-length").and_then(|value| value.parse().ok()));
    let closes = header(head, "connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    Some(Ok(Head { status, length, body, closes }))
}

fn status(head: &[u8]) -> Option<u16> {
    let digits = head.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The value of the first header of this name.
pub fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    headers(head).find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// All headers of a head; lines that are none are left out.
pub fn headers(head: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    let text = std::str::from_utf8(head).unwrap_or_default();
    text.split("\r\n")
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name, value.trim()))
}

/// The value of the hidden field of this name, as the first form of the page has it.
pub fn hidden<'a>(body: &'a [u8], name: &str) -> Option<&'a str> {
    let field = format!("name=\"{name}\" value=\"");
    let from = memmem::find(body, field.as_bytes())? + field.len();
    let rest = body.get(from..)?;
    let value = rest.get(..memchr::memchr(b'"', rest)?)?;
    std::str::from_utf8(value).ok()
}

/// The code of the newest message of `/dev/phone.json`: the digits after `#`.
pub fn code(json: &[u8]) -> Option<&str> {
    let newest = json.get(memmem::find(json, b"\"body\":")?..)?;
    let rest = newest.get(memchr::memchr(b'#', newest)? + 1..)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let code = std::str::from_utf8(rest.get(..digits)?).ok()?;
    (code.len() >= 6).then_some(code)
}

/// Addresses of what a page loads: `href` of its `link` elements and `src` of anything.
pub fn loaded(page: &str) -> Vec<String> {
    let tags = page.split('<').filter_map(|tag| tag.split_once('>')).map(|(tag, _)| tag);
    let wanted = |tag: &str| {
        let attribute = if tag.starts_with("link ") { "href=\"" } else { " src=\"" };
        let (_, rest) = tag.split_once(attribute)?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let mut found: Vec<String> = tags.filter_map(wanted).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 303 See Other\r\nLocation: /login/otp\r\nset-cookie: sid=a; Path=/\r\n\
        Content-Length: 5\r\n\r\nhello";

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        for cut in 0..ANSWER.len() - 5 {
            assert_eq!(head(&ANSWER[..cut]), None, "{cut}");
        }
        let head = head(ANSWER).unwrap().unwrap();
        assert_eq!((head.status, head.body, head.closes), (303, Some(5), false));
        assert_eq!(&ANSWER[head.length..], b"hello");
        assert_eq!(header(ANSWER, "location"), Some("/login/otp"));
    }

    #[test]
    fn what_is_not_http_is_refused() {
        assert_eq!(head(b"SSH-2.0-x\r\n\r\n"), Some(Err(())));
    }

    #[test]
    fn the_token_of_a_form_is_found() {
        let page = br#"<form><input type="hidden" name="csrf" value="ab12"><input name="x" value="y">"#;
        assert_eq!(hidden(page, "csrf"), Some("ab12"));
        assert_eq!(hidden(page, "phone"), None);
    }

    #[test]
    fn the_newest_code_is_the_digits_after_the_sign() {
        let json =
            br#"[{"to":"+1","body":"Code, ref K7\n@localhost #123456"},{"body":"@localhost #654321"}]"#;
        assert_eq!(code(json), Some("123456"));
        assert_eq!(code(b"[]"), None);
        assert_eq!(code(br##"[{"body":"#12"}]"##), None);
    }

    #[test]
    fn what_a_page_loads_is_listed_once() {
        let page = r#"<link rel="icon" href="/a/i.svg"/><link rel="stylesheet" href="/a/m.css"><img src="/a/i.svg"><a href="/no">"#;
        assert_eq!(loaded(page), ["/a/i.svg", "/a/m.css"]);
    }
}
