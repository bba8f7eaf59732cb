//! The form that Twilio posts, as it was before it was encoded: what its signature is over.

/// The value of a field that stands there exactly once.
pub(crate) fn once<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    let mut found = fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Whether there is a field of this name.
pub(crate) fn has(fields: &[(String, String)], name: &str) -> bool {
    fields.iter().any(|(known, _)| known == name)
}

/// Names and values as they were before they were encoded; nothing where an escape is broken or what it gives is no text: read in
/// another way than it was signed, it could say something else.
pub(crate) fn fields(body: &[u8]) -> Option<Vec<(String, String)>> {
    body.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            Some((decoded(parts.next()?)?, decoded(parts.next().unwrap_or_default())?))
        })
        .collect()
}

fn decoded(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(*rest.next()?)? << 4 | hex(*rest.next()?)?,
            byte => *byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
