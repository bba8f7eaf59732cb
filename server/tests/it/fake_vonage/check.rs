//! What a request must be: exactly the members that are promised, each of its shape.
use super::{API_KEY, API_SECRET, Taken};
use base64::Engine as _;
use serde_json::{Map, Value};

const NEEDED: [&str; 7] = ["message_type", "channel", "to", "from", "text", "client_ref", "ttl"];
const ASKED_FOR_TOGETHER: [&str; 2] = ["webhook_url", "webhook_version"];

/// The message that is asked for.
///
/// # Errors
/// What is wrong: a header's or a member's name.
pub fn request(head: &str, body: &[u8]) -> Result<Taken, String> {
    let wrong = |what: &str| Err(what.to_owned());
    let mut lines = head.lines();
    if lines.next() != Some("POST /v1/messages HTTP/1.1") {
        return wrong("address");
    }
    let headers: Vec<(String, &str)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
        .collect();
    let one = |name: &str| {
        let mut found = headers.iter().filter(|(known, _)| known == name).map(|(_, value)| *value);
        found.next().filter(|_| found.next().is_none())
    };
    let login = base64::engine::general_purpose::STANDARD.encode(format!("{API_KEY}:{API_SECRET}"));
    if one("authorization") != Some(&format!("Basic {login}")) {
        return wrong("authorization");
    }
    if one("content-type") != Some("application/json") || one("accept") != Some("application/json") {
        return wrong("content-type");
    }
    let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(body) else { return wrong("body") };
    message(&members)
}

fn message(members: &Map<String, Value>) -> Result<Taken, String> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let known = |name: &str| NEEDED.contains(&name) || ASKED_FOR_TOGETHER.contains(&name);
    if let Some(name) = members.keys().find(|name| !known(name)) {
        return Err(name.clone());
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = |text: &str| (7..=15).contains(&text.len()) && digits(text) && !text.starts_with('0');
    let webhook = text("webhook_url");
    let fits = |name: &str| match name {
        "message_type" => text(name) == Some("text"),
        "channel" => text(name) == Some("sms"),
        "to" => text(name).is_some_and(number),
        "from" => text(name).is_some_and(|from| !from.is_empty() && from.len() <= 15 && !from.contains('+')),
        "text" => text(name).is_some_and(|text| (1..=1000).contains(&text.chars().count())),
        "client_ref" => text(name).is_some_and(|text| (1..=40).contains(&text.len())),
        "ttl" => members.get(name).and_then(Value::as_u64).is_some_and(|ttl| (20..=604_800).contains(&ttl)),
        "webhook_version" => text(name) == webhook.map(|_| "v1"),
        _ => webhook.is_none_or(|url| url.starts_with("https://") || url.starts_with("http://localhost")),
    };
    if let Some(name) = NEEDED.iter().chain(&ASKED_FOR_TOGETHER).find(|name| !fits(name)) {
        return Err((*name).to_owned());
    }
    let owned = |name: &str| text(name).unwrap_or_default().to_owned();
    Ok(Taken {
        id: String::new(),
        to: owned("to"),
        text: owned("text"),
        client_ref: owned("client_ref"),
        webhook_url: webhook.map(str::to_owned),
    })
}
