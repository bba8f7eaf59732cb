//! Settings of providers as typed: what is read the same way for all of them.
use reqwest::Url;

/// A text without what stands around it; nothing where it is empty.
pub(crate) fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A number in E.164 form, a short code, or a sender id of up to eleven letters, digits and spaces.
pub(crate) fn is_sender(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let number = domain::phone::E164::parse(text).is_some();
    let short_code = (3..=6).contains(&text.len()) && digits(text);
    let sender_id = (1..=11).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ')
        && text.bytes().any(|b| b.is_ascii_alphabetic());
    number || short_code || sender_id
}

/// Our address as a provider calls it, without a slash at its end; nothing where it is none that can be called.
pub(crate) fn callback_base(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let usable =
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.contains('_'));
    usable.then(|| text.trim_end_matches('/').to_owned())
}
