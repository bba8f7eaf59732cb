//! Calls: what a request to call must look like, what a call remembers, and what Twilio posts while it lasts.
use crate::callback::Callback;
use crate::check::{is_callback, is_e164};
use crate::state::Settings;
use serde_json::{Value, json};

/// A request to call that passed.
#[derive(Debug)]
pub(crate) struct WantedCall {
    to: String,
    from: String,
    twiml: String,
    callback: Option<String>,
}

/// A call that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its sid.
    pub sid: String,
    /// Destination, E.164.
    pub to: String,
    /// The number that is seen on the phone that rings.
    pub from: String,
    /// The document that it starts with.
    pub twiml: String,
    callback: Option<String>,
}

/// Parameters a call may carry here. The real Twilio knows more; none of them belongs into a call with a code, `Record` least of all.
const ALLOWED: [&str; 7] =
    ["To", "From", "Twiml", "Timeout", "TimeLimit", "StatusCallback", "StatusCallbackEvent"];

const EVENTS: [&str; 4] = ["initiated", "ringing", "answered", "completed"];

/// Checks the fields of a call.
///
/// # Errors
/// Twilio's code.
pub(crate) fn call(settings: &Settings, fields: &[(String, String)]) -> Result<WantedCall, u32> {
    for (index, field) in fields.iter().enumerate() {
        let (name, _) = field;
        let mut later = fields.iter().skip(index + 1);
        // An event stands there once for each value, everything else once.
        let doubled = match name.as_str() {
            "StatusCallbackEvent" => later.any(|other| other == field),
            _ => later.any(|(other, _)| other == name),
        };
        if doubled || !ALLOWED.contains(&name.as_str()) {
            return Err(20001);
        }
    }
    let field = |name: &str| {
        let value = fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    };
    let to = field("To").ok_or(21201u32)?;
    let from = field("From").ok_or(21213u32)?;
    let twiml = field("Twiml").ok_or(21205u32)?;
    match from {
        "+15005550001" => return Err(21212),
        from if settings.senders.iter().any(|own| own == from) => {}
        _ => return Err(21210),
    }
    match to {
        "+15005550001" => return Err(21217),
        "+15005550002" => return Err(21214),
        "+15005550003" => return Err(21215),
        "+15005550004" => return Err(21216),
        to if !is_e164(to) => return Err(21217),
        _ => {}
    }
    let within = |name: &str, most: u32| match field(name) {
        Some(text) => text.parse::<u32>().is_ok_and(|seconds| (1..=most).contains(&seconds)),
        None => false,
    };
    // Both have values of their own at Twilio when they are left out: too long for a code.
    if twiml.chars().count() > 4000 || !within("Timeout", 25) || !within("TimeLimit", 600) {
        return Err(20001);
    }
    if fields.iter().any(|(name, value)| name == "StatusCallbackEvent" && !EVENTS.contains(&value.as_str())) {
        return Err(20001);
    }
    if field("StatusCallback").is_some_and(|address| !is_callback(address)) {
        return Err(21609);
    }
    let document = Document::read(twiml).ok_or(12100u32)?;
    if document.action().is_some_and(|action| !is_callback(action)) {
        return Err(21205);
    }
    Ok(WantedCall {
        to: to.to_owned(),
        from: from.to_owned(),
        twiml: twiml.to_owned(),
        callback: field("StatusCallback").map(str::to_owned),
    })
}

impl Call {
    pub(crate) fn of(wanted: WantedCall, number: u128) -> Self {
        let WantedCall { to, from, twiml, callback } = wanted;
        Self { sid: format!("CA{number:032x}"), to, from, twiml, callback }
    }

    /// The record of a call.
    pub(crate) fn record(&self, account: &str, status: &str) -> Value {
        json!({
            "account_sid": account,
            "answered_by": Value::Null,
            "api_version": "2010-04-01",
            "direction": "outbound-api",
            "duration": Value::Null,
            "from": self.from,
            "price": Value::Null,
            "sid": self.sid,
            "status": status,
            "to": self.to,
            "uri": format!("/2010-04-01/Accounts/{account}/Calls/{}.json", self.sid),
        })
    }

    fn posted(&self, settings: &Settings, address: String, more: &[(&str, &str)]) -> Callback {
        let mut fields = vec![
            ("Called", self.to.as_str()),
            ("ApiVersion", "2010-04-01"),
            ("CallSid", self.sid.as_str()),
            ("To", self.to.as_str()),
            ("From", self.from.as_str()),
            ("Direction", "outbound-api"),
            ("AccountSid", settings.account_sid.as_str()),
        ];
        fields.extend(more);
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Callback { address, fields, signature: String::new() }.signed(&settings.auth_token)
    }

    /// The callback that tells that it is at `status`.
    pub(crate) fn told(&self, settings: &Settings, status: &str) -> Option<Callback> {
        let more =
            [("CallStatus", status), ("CallbackSource", "call-progress-events"), ("SequenceNumber", "1")];
        Some(self.posted(settings, self.callback.clone()?, &more))
    }

    /// What is posted once this key was pressed; nothing where its document asks for none.
    pub(crate) fn pressed(&self, settings: &Settings, key: &str) -> Option<Callback> {
        let document = Document::read(&self.twiml)?;
        let action = document.action()?.to_owned();
        let more =
            [("CallStatus", "in-progress"), ("Digits", key), ("FinishedOnKey", ""), ("msg", "Gather End")];
        Some(self.posted(settings, action, &more))
    }
}

/// A document of `TwiML`, read as strictly as an XML parser does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Names of its elements in the order in which they begin.
    pub verbs: Vec<String>,
    /// What is said, piece by piece, without escapes.
    pub said: Vec<String>,
    action: Option<String>,
}

impl Document {
    /// Nothing where it is not well-formed, or holds an element that no call of ours has.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").unwrap_or(text);
        let mut document = Self { verbs: Vec::new(), said: Vec::new(), action: None };
        let mut open: Vec<String> = Vec::new();
        while !rest.is_empty() {
            let Some(tag) = rest.strip_prefix('<') else {
                let end = rest.find('<')?;
                let (words, after) = rest.split_at(end);
                if open.last().map(String::as_str) != Some("Say") {
                    return None;
                }
                document.said.push(unescaped(words)?);
                rest = after;
                continue;
            };
            let (tag, after) = tag.split_once('>')?;
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                if open.pop()? != name {
                    return None;
                }
                continue;
            }
            let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            if !matches!(name, "Response" | "Gather" | "Say" | "Pause" | "Hangup") {
                return None;
            }
            if open.is_empty() != (name == "Response") {
                return None;
            }
            for (key, value) in attributes_of(attributes)? {
                if (name, key.as_str()) == ("Gather", "action") {
                    document.action = Some(value);
                }
            }
            document.verbs.push(name.to_owned());
            if !closed {
                open.push(name.to_owned());
            }
        }
        (open.is_empty() && !document.verbs.is_empty()).then_some(document)
    }

    /// Where it is asked what comes after a key press.
    #[must_use]
    pub fn action(&self) -> Option<&str> {
        self.action.as_deref()
    }
}

fn attributes_of(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        found.push((name.to_owned(), unescaped(value)?));
        rest = after.trim_start();
    }
    Some(found)
}

fn unescaped(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (name, after) = after.split_once(';')?;
        plain.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => return None,
        });
        rest = after;
    }
    plain.push_str(rest);
    let fits = plain.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'));
    fits.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWIML: &str = "<Response><Gather numDigits=\"1\" action=\"https://id.example.org/x\"><Say>Hi &amp; bye</Say></Gather></Response>";

    fn good() -> Vec<(String, String)> {
        [
            ("To", "+12015550123"),
            ("From", "+15005550006"),
            ("Twiml", TWIML),
            ("Timeout", "25"),
            ("TimeLimit", "120"),
            ("StatusCallback", "https://id.example.org/y"),
            ("StatusCallbackEvent", "initiated"),
            ("StatusCallbackEvent", "completed"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    #[test]
    fn each_fault_of_a_call_has_its_code() {
        assert!(call(&Settings::default(), &good()).is_ok());
        for (name, value, wanted) in [
            ("To", "", 21201),
            ("To", "2015550123", 21217),
            ("To", "+15005550001", 21217),
            ("To", "+15005550002", 21214),
            ("To", "+15005550003", 21215),
            ("To", "+15005550004", 21216),
            ("From", "+12015550199", 21210),
            ("From", "+15005550001", 21212),
            ("Twiml", "", 21205),
            ("Twiml", "<Response><Say>a & b</Say></Response>", 12100),
            ("Twiml", "<Response><Dial>+1900</Dial></Response>", 12100),
            ("Timeout", "60", 20001),
            ("TimeLimit", "", 20001),
            ("StatusCallback", "/relative", 21609),
            ("Record", "true", 20001),
            ("Url", "https://example.org/", 20001),
        ] {
            let mut fields = good();
            fields.retain(|(key, _)| key != name);
            fields.push((name.to_owned(), value.to_owned()));
            assert_eq!(call(&Settings::default(), &fields).err(), Some(wanted), "{name}={value}");
        }
        let mut twice = good();
        twice.push(("StatusCallbackEvent".to_owned(), "completed".to_owned()));
        assert_eq!(call(&Settings::default(), &twice).err(), Some(20001));
    }

    #[test]
    fn a_document_is_read_strictly() {
        let document = Document::read(TWIML).unwrap();
        assert_eq!(document.verbs, ["Response", "Gather", "Say"]);
        assert_eq!(document.said, ["Hi & bye"]);
        assert_eq!(document.action(), Some("https://id.example.org/x"));
        for bad in
            ["", "<Response>", "<Say>x</Say>", "<Response>x</Response>", "<Response><Say>x</Response></Say>"]
        {
            assert_eq!(Document::read(bad), None, "{bad}");
        }
    }
}
