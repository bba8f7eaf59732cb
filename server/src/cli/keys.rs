//! `latchkey keys …`: the keys that sign tokens.
use super::lines::println;
use super::output::moment;
use super::{Outcome, usage};
use crate::config::Config;
use crate::installation::Opening;
use crate::services::key_keeper::{KeyKeeper, ShownKey};
use clap::Subcommand;
use serde_json::{Value, json};

/// What can be done with signing keys.
#[derive(Subcommand)]
pub enum Command {
    /// List the keys and where each stands: next, current, old, gone
    List {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Make the next key; it is published now and takes over in 25 hours, without a restart
    Rotate {
        /// Others may have the keys: withdraw all of them and sign with a new one at once
        #[arg(long)]
        now: bool,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
pub async fn run(command: Command, config: Config) -> Outcome {
    let keeper = KeyKeeper::new(&config, Opening::Kept).await.map_err(usage)?;
    match command {
        Command::List { json: true } => {
            println!("{}", Value::Array(keeper.list().await?.iter().map(key_json).collect()));
        }
        Command::List { json: false } => {
            let keys = keeper.list().await?;
            if keys.is_empty() {
                println!("There is no key yet: the first start makes one.");
            }
            for key in keys {
                println!("{}", key_line(&key));
            }
        }
        Command::Rotate { now: false, json } => {
            let key = keeper.rotate().await?;
            if json {
                println!("{}", key_json(&key));
            } else {
                println!("{}", key_line(&key));
                println!("Nodes publish it within a minute and change over by themselves.");
            }
        }
        Command::Rotate { now: true, json } => {
            let (key, withdrawn) = keeper.rotate_now().await?;
            if json {
                println!("{}", key_json(&key));
            } else {
                println!("{}", key_line(&key));
                println!(
                    "Withdrawn: {withdrawn}. Nodes follow within a minute. Apps that ask again for an unknown key follow with them; \
                     others trust the old keys, and refuse the new one, for up to an hour: restart those."
                );
            }
        }
    }
    Ok(())
}

fn key_json(key: &ShownKey) -> Value {
    json!({
        "kid": key.kid.as_str(),
        "state": key.state.name(),
        "made_at": moment(key.made_at),
        "signs_from": moment(key.signs_from),
        "signs_until": key.signs_until.map(moment),
        "gone_at": key.gone_at.map(moment),
        "withdrawn": key.withdrawn,
    })
}

fn key_line(key: &ShownKey) -> String {
    let until = key.signs_until.map(|at| format!(" until {}", moment(at))).unwrap_or_default();
    let how = if key.withdrawn { ", withdrawn" } else { "" };
    format!("{}  {:<7} signs from {}{until}{how}", key.kid, key.state.name(), moment(key.signs_from))
}
