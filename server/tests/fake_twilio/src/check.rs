//! What a request to send a message must look like; the first fault decides Twilio's code.
use crate::magic;
use crate::state::Settings;
use base64::Engine as _;
use http::HeaderMap;

/// A request that passed.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) to: String,
    pub(crate) from: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) body: String,
    pub(crate) callback: Option<String>,
}

/// Parameters a code message may carry. The real Twilio knows more and ignores unknown ones; here each of them is a
/// fault, because none belongs into a message with a code.
const ALLOWED: [&str; 9] = [
    "To",
    "From",
    "MessagingServiceSid",
    "Body",
    "ValidityPeriod",
    "StatusCallback",
    "ContentRetention",
    "AddressRetention",
    "ProvideFeedback",
];

/// Checks the login and, with it, the account in the path; one that was suspended is told so.
///
/// # Errors
/// Twilio's code.
pub(crate) fn login(settings: &Settings, account: &str, headers: &HeaderMap) -> Result<(), u32> {
    known(settings, account, headers)?;
    if settings.flaws.suspended { Err(20005) } else { Ok(()) }
}

/// Whether this user signs in.
pub(crate) fn is_user(headers: &HeaderMap, user: &str) -> bool {
    pair(headers).is_some_and(|(given, _)| given == user)
}

fn pair(headers: &HeaderMap) -> Option<(String, String)> {
    let mut given = headers.get_all(http::header::AUTHORIZATION).iter();
    let (Some(header), None) = (given.next(), given.next()) else { return None };
    let encoded = header.to_str().ok()?.strip_prefix("Basic ")?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Checks the login alone, whatever the state of the account.
///
/// # Errors
/// Twilio's code.
pub(crate) fn known(settings: &Settings, account: &str, headers: &HeaderMap) -> Result<(), u32> {
    let Some((user, password)) = pair(headers) else { return Err(20003) };
    let token = user == settings.account_sid && password == settings.auth_token;
    let key = settings.api_key.as_ref().is_some_and(|(sid, secret)| user == *sid && password == *secret);
    match (token || key, account == settings.account_sid) {
        (true, true) => Ok(()),
        (true, false) => Err(20404),
        (false, _) => Err(20003),
    }
}

/// True for `application/x-www-form-urlencoded`, with or without a charset of UTF-8.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let (kind, rest) = value.split_once(';').unwrap_or((value, ""));
    let charset = rest.trim().to_ascii_lowercase();
    kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
        && (charset.is_empty() || charset == "charset=utf-8")
}

/// Checks the fields of a message.
///
/// # Errors
/// Twilio's code.
pub(crate) fn message(settings: &Settings, fields: &[(String, String)]) -> Result<Wanted, u32> {
    for (index, (name, _)) in fields.iter().enumerate() {
        let doubled = fields.iter().skip(index + 1).any(|(other, _)| other == name);
        if doubled || !ALLOWED.contains(&name.as_str()) {
            return Err(20001);
        }
    }
    let field = |name: &str| {
        let value = fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    };
    let to = field("To").ok_or(21604u32)?;
    let body = field("Body").ok_or(21602u32)?;
    let (from, service) = (field("From"), field("MessagingServiceSid"));
    match (from, service) {
        (None, None) => return Err(21603),
        (Some(_), Some(_)) => return Err(20001),
        (Some(from), None) => sender(settings, from)?,
        (None, Some(service)) => messaging_service(settings, service)?,
    }
    destination(to)?;
    if from == Some(to) {
        return Err(21266);
    }
    if body.chars().count() > 1600 {
        return Err(21617);
    }
    if let Some(seconds) = field("ValidityPeriod") {
        let whole = !seconds.is_empty() && seconds.bytes().all(|b| b.is_ascii_digit());
        if !whole || !seconds.parse::<u32>().is_ok_and(|n| (1..=36_000).contains(&n)) {
            return Err(21624);
        }
    }
    for (name, values) in [
        ("ContentRetention", ["retain", "discard"]),
        ("AddressRetention", ["retain", "obfuscate"]),
        ("ProvideFeedback", ["true", "false"]),
    ] {
        if field(name).is_some_and(|value| !values.contains(&value)) {
            return Err(20001);
        }
    }
    if field("StatusCallback").is_some_and(|address| !is_callback(address)) {
        return Err(21609);
    }
    Ok(Wanted {
        to: to.to_owned(),
        from: from.map(str::to_owned),
        service: service.map(str::to_owned),
        body: body.to_owned(),
        callback: field("StatusCallback").map(str::to_owned),
    })
}

fn sender(settings: &Settings, from: &str) -> Result<(), u32> {
    if let Some(code) = magic::sender(from) {
        return Err(code);
    }
    if settings.senders.iter().any(|own| own == from) {
        return Ok(());
    }
    Err(if is_e164(from) { 21606 } else { 21212 })
}

fn messaging_service(settings: &Settings, sid: &str) -> Result<(), u32> {
    if !is_sid("MG", sid) {
        return Err(21705);
    }
    if settings.services.iter().any(|own| own == sid) { Ok(()) } else { Err(21701) }
}

fn destination(to: &str) -> Result<(), u32> {
    if let Some(code) = magic::destination(to) {
        return Err(code);
    }
    if is_e164(to) {
        return Ok(());
    }
    let short = (3..=6).contains(&to.len()) && to.bytes().all(|b| b.is_ascii_digit());
    Err(if short { 21265 } else { 21211 })
}

/// `+` and 7 to 15 digits, the first not 0.
pub(crate) fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// Two letters and 32 hexadecimal digits.
pub(crate) fn is_sid(kind: &str, text: &str) -> bool {
    text.strip_prefix(kind)
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

pub(crate) fn is_callback(address: &str) -> bool {
    let Ok(uri) = address.parse::<http::Uri>() else { return false };
    let scheme = matches!(uri.scheme_str(), Some("https" | "http"));
    scheme && uri.host().is_some_and(|host| !host.is_empty() && !host.contains('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Vec<(String, String)> {
        [("To", "+12015550123"), ("From", "+15005550006"), ("Body", "Hello"), ("ValidityPeriod", "300")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    }

    fn with(name: &str, value: &str) -> Result<Wanted, u32> {
        let mut fields = good();
        fields.retain(|(key, _)| key != name);
        fields.push((name.to_owned(), value.to_owned()));
        message(&Settings::default(), &fields)
    }

    fn code(answer: Result<Wanted, u32>) -> Option<u32> {
        answer.err()
    }

    #[test]
    fn a_good_message_passes() {
        assert!(message(&Settings::default(), &good()).is_ok());
        assert!(with("StatusCallback", "https://id.example.org/webhooks/twilio/status/abc").is_ok());
    }

    #[test]
    fn each_fault_has_its_code() {
        for (name, value, wanted) in [
            ("To", "", 21604),
            ("To", "2015550123", 21211),
            ("To", "+0123456789", 21211),
            ("To", "12345", 21265),
            ("To", "+15005550006", 21266),
            ("To", "+15005550004", 21610),
            ("Body", "", 21602),
            ("From", "", 21603),
            ("From", "+12015550199", 21606),
            ("From", "+15005550001", 21212),
            ("From", "+15005550008", 21611),
            ("MessagingServiceSid", "MG0123456789abcdef0123456789abcdef", 20001),
            ("ValidityPeriod", "0", 21624),
            ("ValidityPeriod", "36001", 21624),
            ("ValidityPeriod", "9.5", 21624),
            ("ValidityPeriod", "+30", 21624),
            ("StatusCallback", "/relative", 21609),
            ("StatusCallback", "https://my_host.example.org/x", 21609),
            ("ShortenUrls", "false", 20001),
            ("RiskCheck", "disable", 20001),
            ("MaxPrice", "1", 20001),
            ("MediaUrl", "https://example.org/cat.gif", 20001),
        ] {
            assert_eq!(code(with(name, value)), Some(wanted), "{name}={value}");
        }
        assert_eq!(code(with("Body", &"a".repeat(1601))), Some(21617));
    }

    #[test]
    fn a_doubled_field_is_a_fault() {
        let mut fields = good();
        fields.push(("To".to_owned(), "+12015550199".to_owned()));
        assert_eq!(code(message(&Settings::default(), &fields)), Some(20001));
    }
}
