//! `latchkey user log NAME`: what happened to an account, oldest first.
use super::lines::println;
use super::{Outcome, output};
use crate::services::operator::{AccountEvent, Operator};
use domain::events::Actor;
use serde_json::{Value, json};

/// Prints the newest lines, at most so many.
pub async fn run(operator: &Operator, name: &str, most: u32, as_json: bool) -> Outcome {
    let events = operator.log(name, most).await?;
    if as_json {
        println!("{}", events.iter().map(event_json).collect::<Value>());
        return Ok(());
    }
    for event in &events {
        println!("{}", line(event));
    }
    if events.is_empty() {
        println!("Nothing is known of this account for the last year.");
    } else if u32::try_from(events.len()).is_ok_and(|told| told >= most) {
        println!();
        println!("There may be more: these are the newest {most} lines. --last N shows others before them.");
    }
    Ok(())
}

fn line(event: &AccountEvent) -> String {
    let AccountEvent { line, purpose, phone, .. } = event;
    let mut about: Vec<String> = purpose.iter().chain(&line.detail).cloned().collect();
    about.extend(phone.as_ref().map(|(code, last)| format!("+{code} …{last}")));
    let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
    let by = if line.actor == Actor::Person.name() { String::new() } else { format!(", by {}", line.actor) };
    let from = if line.address.is_empty() { String::new() } else { format!(", from {}", line.address) };
    let agent = if line.agent.is_empty() { String::new() } else { format!(" in {}", line.agent) };
    let request = if line.request.is_empty() { String::new() } else { format!(", request {}", line.request) };
    format!("{}  {}{about}{by}{from}{agent}{request}", output::moment(line.at), line.kind)
}

fn event_json(event: &AccountEvent) -> Value {
    let line = &event.line;
    let phone = event.phone.as_ref().map(|(code, last)| format!("+{code} …{last}"));
    json!({
        "at": output::moment(line.at),
        "kind": line.kind,
        "purpose": event.purpose,
        "detail": line.detail,
        "phone": phone,
        "actor": line.actor,
        "request": line.request,
        "address": line.address,
        "agent": line.agent,
        "session": event.session,
        "node": line.node,
    })
}
