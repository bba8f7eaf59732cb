//! `latchkey doctor`: what is wrong, one thing after the other, and what to do about it.
use super::lines::println;
use super::{Failure, Outcome};
use crate::config::Parts;
use crate::services::doctor::{self, Check, Report};
use clap::Args;
use serde_json::{Value, json};

/// How it is told.
#[derive(Args)]
pub struct Command {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Looks at everything that these settings let it look at. Nothing is sent to a phone and nothing is changed.
pub async fn run(command: Command, parts: Parts) -> Outcome {
    let mut tell = |check: &Check| {
        if !command.json {
            println!("{}", line(check));
        }
    };
    let report = doctor::examine(parts, &mut tell).await;
    if command.json {
        println!("{}", document(&report));
    }
    let failed = report.count(doctor::Outcome::Failed);
    let (are, each) = if failed == 1 { ("thing does", "it") } else { ("things do", "each") };
    let told = format!("{failed} {are} not work; the remedy stands with {each}");
    match (report.settings_refused, failed) {
        (true, _) => Err(Failure::Usage(told)),
        (false, 0) => Ok(()),
        (false, _) => Err(Failure::Refused(told)),
    }
}

fn line(check: &Check) -> String {
    let mut text = format!("{:<8} {:<24} {}", check.outcome.name(), check.name, check.seen);
    if let Some(remedy) = &check.remedy {
        text.push_str(&format!("\n{:<8} {:<24} → {remedy}", "", ""));
    }
    text
}

fn document(report: &Report) -> Value {
    let checks: Vec<Value> = report
        .checks
        .iter()
        .map(|check| {
            json!({
                "check": check.name,
                "outcome": check.outcome.name(),
                "seen": check.seen,
                "remedy": check.remedy,
            })
        })
        .collect();
    json!({ "ok": report.count(doctor::Outcome::Failed) == 0, "checks": checks })
}
