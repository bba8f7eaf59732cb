//! Listings: a table for people, one JSON document for programs.
use super::Outcome;
use super::lines::{self, println};

use crate::services::operator::{Operator, SendingToday, User, UserPhone};
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

/// One account.
pub fn user(user: &User, as_json: bool) {
    if as_json {
        println!("{}", user_json(user));
    } else {
        println!("{}", user_line(user));
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
        let state = match (phone.locked, phone.verified, phone.preferred) {
            (true, _, _) => "off after wrong codes",
            (false, false, _) => "unconfirmed",
            (false, true, true) => "preferred",
            (false, true, false) => "confirmed",
        };
        println!("{:<17} {:<22} {}", phone.number.reveal(), state, phone.label);
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
