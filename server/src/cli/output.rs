//! Listings: a table for people, one JSON document for programs.
use super::Outcome;
use super::lines::{self, println};

use crate::services::operator::{About, Operator, SendingToday, User, UserPhone};
use domain::time::Timestamp;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// All accounts, page by page, so that a million of them takes no memory.
pub async fn users(operator: &Operator, as_json: bool) -> Outcome {
    let mut after = String::new();
    let mut first = true;
    if as_json {
        println!("[");
    }
    // Of a million accounts nobody who has gone reads the rest.
    while lines::lost().is_none() {
        let page = operator.page(&after).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.key);
        // A page at a time: a line by itself would be a write of its own.
        let shown: Vec<String> = page
            .iter()
            .map(|user| if as_json { user_json(user).to_string() } else { user_line(user) })
            .collect();
        let between = if as_json { ",\n" } else { "\n" };
        let before = if first || !as_json { "" } else { "," };
        println!("{before}{}", shown.join(between));
        first = false;
    }
    if as_json {
        println!("]");
    }
    Ok(())
}

/// One account, for people with how it stands.
pub fn about(about: &About, as_json: bool) {
    if as_json {
        println!("{}", user_json(&about.user));
        return;
    }
    println!("{}", user_line(&about.user));
    if let Some(email) = &about.user.email {
        println!("  e-mail: {email}");
    }
    match &about.last_sign_in {
        Some((at, agent)) => println!("  last sign-in: {} in {agent}", moment(*at)),
        None => println!("  last sign-in: none yet"),
    }
    println!("  signed in at this moment: {}", about.sessions);
    for phone in &about.phones {
        let state = state(phone.locked, !phone.pending(), phone.preferred);
        let label = if phone.label.is_empty() { String::new() } else { format!(" ({})", phone.label) };
        println!("  +{} …{}{label}: {state}", phone.mask.calling_code, phone.mask.last_digits);
    }
    if let Some(why) = about.password {
        println!("  password: {why}");
    }
}

/// How messages stand today; `most`: the cap of a day, where there is one.
pub fn sending(today: SendingToday, most: Option<u32>, as_json: bool) {
    let since = today.stopped_since.map(moment);
    if as_json {
        println!("{}", json!({ "sent_today": today.sent, "sends_per_day": most, "stopped_since": since }));
        return;
    }
    let cap = most.map_or_else(|| "no cap".to_owned(), |most| format!("of at most {most}"));
    println!(
        "{:<12} {} {cap}, whether or not a provider took them (midnight to midnight in UTC)",
        "tried today", today.sent
    );
    println!("{:<12} {}", "stopped", since.as_deref().map_or("no", |since| since));
}

/// The phones of an account.
pub fn phones(phones: &[UserPhone], as_json: bool) {
    if as_json {
        println!("{}", Value::Array(phones.iter().map(phone_json).collect()));
        return;
    }
    for phone in phones {
        let state = state(phone.locked, phone.verified, phone.preferred);
        println!("{:<17} {:<30} {}", phone.number.reveal(), state, phone.label);
    }
}

fn state(locked: bool, verified: bool, preferred: bool) -> &'static str {
    match (locked, verified, preferred) {
        (true, _, _) => "locked: off after wrong codes",
        (false, false, _) => "unconfirmed",
        (false, true, true) => "preferred",
        (false, true, false) => "confirmed",
    }
}

fn user_json(user: &User) -> Value {
    json!({
        "username": user.username,
        "email": user.email,
        "disabled": user.disabled,
        "second_step": user.second_step,
        "created_at": moment(user.created_at),
    })
}

fn user_line(user: &User) -> String {
    let second = if user.second_step { "text message" } else { "no second step" };
    let off = if user.disabled { ", disabled" } else { "" };
    format!("{:<32} {second}{off}", user.username)
}

fn phone_json(phone: &UserPhone) -> Value {
    json!({
        "id": phone.id.as_str(),
        "number": phone.number.reveal(),
        "label": phone.label,
        "verified": phone.verified,
        "preferred": phone.preferred,
        "added_at": moment(phone.added_at),
        "locked": phone.locked,
    })
}

/// A moment as RFC 3339 has it.
pub fn moment(at: Timestamp) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.as_millis()) * 1_000_000)
        .ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default()
}
