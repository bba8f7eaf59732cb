//! Listings: a table for people, one JSON document for programs.
use super::Outcome;

use crate::services::operator::{Operator, User, UserPhone};
use domain::time::Timestamp;
use serde_json::{Value, json};
use std::io::Write as _;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// All accounts, page by page, so that a million of them takes no memory.
pub async fn users(operator: &Operator, as_json: bool) -> Outcome {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut after = String::new();
    let mut first = true;
    let written = |result: std::io::Result<()>| result.map_err(anyhow::Error::from);
    if as_json {
        written(out.write_all(b"["))?;
    }
    loop {
        let page = operator.page(&after).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.key);
        for user in &page {
            if as_json {
                let comma = if first { "" } else { "," };
                written(write!(out, "{comma}\n{}", user_json(user)))?;
            } else {
                written(writeln!(out, "{}", user_line(user)))?;
            }
            first = false;
        }
    }
    if as_json {
        written(out.write_all(b"\n]\n"))?;
    }
    written(out.flush())?;
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
