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
    let mut about: Vec<String> = event.purpose.iter().chain(&event.detail).cloned().collect();
    about.extend(event.phone.as_ref().map(|(code, last)| format!("+{code} …{last}")));
    let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
    let by =
        if event.actor == Actor::Person.name() { String::new() } else { format!(", by {}", event.actor) };
    let from = if event.address.is_empty() { String::new() } else { format!(", from {}", event.address) };
    let agent = if event.agent.is_empty() { String::new() } else { format!(" in {}", event.agent) };
    let request =
        if event.request.is_empty() { String::new() } else { format!(", request {}", event.request) };
    format!("{}  {}{about}{by}{from}{agent}{request}", output::moment(event.at), event.kind)
}

fn event_json(event: &AccountEvent) -> Value {
    let phone = event.phone.as_ref().map(|(code, last)| format!("+{code} …{last}"));
    json!({
        "at": output::moment(event.at),
        "kind": event.kind,
        "purpose": event.purpose,
        "detail": event.detail,
        "phone": phone,
        "actor": event.actor,
        "request": event.request,
        "address": event.address,
        "agent": event.agent,
        "session": event.session,
        "node": event.node,
    })
}
