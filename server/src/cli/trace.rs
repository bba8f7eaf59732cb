//! `latchkey trace`: what became of a message, from the request that asked for it to the code that was typed.
use super::lines::println;
use super::{Failure, Outcome, meaning, output, usage};
use crate::config::Config;
use crate::installation::Opening;
use crate::services::codes;
use crate::services::operator::{
    LogLine, MOST_LINES, MOST_MESSAGES, Operator, TracedMessage, TracedRefusal, TracedStep,
};
use clap::Args;
use domain::channel::Channel;
use domain::progress::Progress;
use domain::time::Timestamp;
use serde_json::{Value, json};

/// What is traced.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 something is known of it, 1 nothing is, 2 used wrongly or no database to look in."
)]
pub struct Command {
    /// The reference in a message (`K7Q2`), or the request id that an error page shows
    what: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Prints all that is known of it. No code and no full number is.
pub async fn run(command: Command, config: Config) -> Outcome {
    // As the page writes it, too.
    let what = command.what.trim_start();
    let what = what.strip_prefix("ref ").unwrap_or(what).trim();
    if what.is_empty() {
        return Err(Failure::Usage("name a reference (K7Q2) or the id of a request".to_owned()));
    }
    let operator = Operator::new(&config, Opening::Kept).await;
    let operator = operator.map_err(usage)?;
    let (messages, events) = operator.trace(what).await?;
    if messages.is_empty() && events.is_empty() {
        return Err(Failure::Refused(format!(
            "nothing is known of {}: messages are kept for 90 days, lines of the security log for a year; a fault or an \
             app's wrong request stands in the server's log alone, by the same id",
            what.escape_debug()
        )));
    }
    let cut = messages.len() >= MOST_MESSAGES || events.len() >= MOST_LINES;
    if command.json {
        let messages: Vec<Value> = messages.iter().map(message_json).collect();
        let events: Vec<Value> = events.iter().map(event_json).collect();
        println!("{}", json!({ "messages": messages, "events": events, "cut": cut }));
        return Ok(());
    }
    for event in &events {
        println!("{}", event_line(event));
    }
    for (nth, message) in messages.iter().enumerate() {
        if nth > 0 || !events.is_empty() {
            println!();
        }
        print_message(message);
    }
    if cut {
        println!();
        println!(
            "There may be more: the newest {MOST_MESSAGES} messages of a reference are shown, the first {MOST_LINES} lines of a request."
        );
    }
    Ok(())
}

fn print_message(message: &TracedMessage) {
    let to = message
        .to
        .as_ref()
        .map_or("a phone that is gone".to_owned(), |(code, last)| format!("+{code} …{last}"));
    let whose = message.username.as_deref().unwrap_or("an account that is gone");
    let call = if is_call(message) { "call, " } else { "" };
    println!("{} {call}{} to {to} of {whose}", message.reference, message.kind);
    let mut lines: Vec<(Timestamp, u8, String)> = Vec::new();
    lines.extend(message.events.iter().map(|event| (event.at, 0, event_line(event))));
    lines.extend(message.passed_on.iter().map(|refusal| (refusal.at, 0, refusal_line(refusal))));
    lines.extend(message.steps.iter().map(|step| (step.at, 1, step_line(message, step))));
    lines.sort_by_key(|(at, order, _)| (*at, *order));
    for (_, _, line) in lines {
        println!("  {line}");
    }
    let provider = message.provider.as_deref().unwrap_or("no provider");
    let id = message.provider_id.as_deref().unwrap_or("no id");
    let segments = message.segments.map_or_else(String::new, |count| format!(", segments: {count}"));
    let price =
        message.price.as_ref().map_or_else(String::new, |price| format!(", price: {}", price.shown()));
    let why = message.problem.as_deref().map_or_else(String::new, |why| format!(": {why}"));
    let code = message.provider_code.map_or_else(String::new, |code| format!(", code {code}"));
    let heard = match (is_call(message), message.read_out_at) {
        (true, Some(at)) => format!(", code read out {}", output::moment(at)),
        (true, None) => ", code not read out".to_owned(),
        (false, _) => String::new(),
    };
    let means = explained(&[
        meaning::of_state(&message.state),
        why_not(message),
        coded(message.provider.as_deref(), message.provider_code),
    ]);
    println!("  {} by {provider} ({id}){why}{code}{segments}{price}{heard}{means}", message.state);
}

/// What the reason means that it was not sent for. That a provider was left alone is kept as `unavailable` without a code, and nobody's
/// settings are to blame then.
fn why_not(message: &TracedMessage) -> Option<&'static str> {
    match message.problem.as_deref()? {
        "unavailable" if message.provider.is_some() && message.provider_code.is_none() => Some(
            "left alone after failures, so that nobody was asked, or refused without a code; the log of that moment says which",
        ),
        word => meaning::of_reason(word),
    }
}

/// A provider that was asked, or passed over, before the one that carried it.
fn refusal_line(refusal: &TracedRefusal) -> String {
    let TracedRefusal { at, provider, asked, problem, code } = refusal;
    let at = output::moment(*at);
    let (did, means) = match (asked, problem.as_str()) {
        (true, _) => ("did not send it", meaning::of_reason(problem)),
        (false, "late") => ("was not asked", Some("the code lived less than 10 seconds more")),
        (false, _) => ("was not asked", Some("left alone after failures, nobody was asked")),
    };
    let means = explained(&[means, coded(Some(provider), code.map(i64::from))]);
    let code = code.map_or_else(String::new, |code| format!(", code {code}"));
    format!("{at}  {provider} {did}: {problem}{code}{means}; the next provider was asked")
}

/// What the words of a line mean, behind it.
fn explained(meanings: &[Option<&str>]) -> String {
    let known: Vec<&str> = meanings.iter().copied().flatten().collect();
    if known.is_empty() { String::new() } else { format!(" ({})", known.join("; ")) }
}

fn coded(provider: Option<&str>, code: Option<i64>) -> Option<&'static str> {
    codes::meaning(provider?, u32::try_from(code?).ok()?)
}

fn event_line(event: &LogLine) -> String {
    let detail = event.detail.as_deref().map_or_else(String::new, |detail| format!(" ({detail})"));
    let from = if event.address.is_empty() { String::new() } else { format!(", from {}", event.address) };
    let agent = if event.agent.is_empty() { String::new() } else { format!(" by {}", event.agent) };
    let request =
        if event.request.is_empty() { String::new() } else { format!(", request {}", event.request) };
    let means = explained(&[meaning::of_line(&event.kind)]);
    format!("{}  {}{detail}{means}{from}{agent}{request}", output::moment(event.at), event.kind)
}

fn step_line(message: &TracedMessage, step: &TracedStep) -> String {
    let provider = message.provider.as_deref().unwrap_or("the provider");
    let why = step.problem.as_deref().map_or_else(String::new, |why| format!(": {why}"));
    let code = step.code.map_or_else(String::new, |code| format!(", code {code}"));
    let name = name(message, step);
    let means = explained(&[
        meaning::of_step(channel(message), name),
        step.problem.as_deref().and_then(meaning::of_reason),
        coded(message.provider.as_deref(), step.code),
    ]);
    format!("{}  {provider} tells: {name}{why}{code}{means}", output::moment(step.at))
}

fn channel(message: &TracedMessage) -> Channel {
    Channel::stored(&message.channel).unwrap_or(Channel::Sms)
}

/// A call, not a text.
fn is_call(message: &TracedMessage) -> bool {
    message.channel == Channel::Voice.name()
}

fn name(message: &TracedMessage, step: &TracedStep) -> &'static str {
    let step = Progress::stored(step.rank);
    step.map_or("a step that this release does not know", |step| step.name_on(channel(message)))
}

fn message_json(message: &TracedMessage) -> Value {
    let steps: Vec<Value> = message.steps.iter().map(|step| step_json(message, step)).collect();
    let events: Vec<Value> = message.events.iter().map(event_json).collect();
    let passed_on: Vec<Value> = message.passed_on.iter().map(refusal_json).collect();
    json!({
        "reference": message.reference,
        "kind": message.kind,
        "channel": message.channel,
        "read_out_at": message.read_out_at.map(output::moment),
        "username": message.username,
        "to": message.to.as_ref().map(|(code, last)| format!("+{code} …{last}")),
        "state": message.state,
        "problem": message.problem,
        "passed_on": passed_on,
        "provider": message.provider,
        "provider_id": message.provider_id,
        "provider_code": message.provider_code,
        "segments": message.segments,
        "price_micros": message.price.as_ref().map(|price| price.micros),
        "price_currency": message.price.as_ref().map(|price| &price.currency),
        "created_at": output::moment(message.created_at),
        "expires_at": output::moment(message.expires_at),
        "events": events,
        "steps": steps,
    })
}

fn event_json(event: &LogLine) -> Value {
    json!({
        "at": output::moment(event.at),
        "kind": event.kind,
        "detail": event.detail,
        "actor": event.actor,
        "request": event.request,
        "address": event.address,
        "agent": event.agent,
        "node": event.node,
    })
}

fn step_json(message: &TracedMessage, step: &TracedStep) -> Value {
    json!({ "at": output::moment(step.at), "step": name(message, step), "problem": step.problem, "code": step.code })
}

fn refusal_json(refusal: &TracedRefusal) -> Value {
    json!({
        "at": output::moment(refusal.at),
        "provider": refusal.provider,
        "asked": refusal.asked,
        "problem": refusal.problem,
        "code": refusal.code,
    })
}
