//! `latchkey config check` and `latchkey migrate`.
use super::lines::{eprintln, println};
use super::{Outcome, usage};
use crate::config::{Config, Provider};
use crate::installation::{self, Opening};
use crate::services;
use crate::services::operator::Operator;
use clap::Subcommand;

/// What can be done with the settings.
#[derive(Subcommand)]
pub enum Command {
    /// Say whether the portal would start with them
    Check {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

/// Looks at the settings, the key file, the database and the providers, and makes and changes nothing.
pub async fn run(command: Command, config: Config) -> Outcome {
    let Command::Check { json } = command;
    let names: Vec<&str> = config.providers.iter().map(Provider::name).collect();
    let calls = config.providers.iter().any(Provider::calls);
    let told = serde_json::json!({
        "public_url": config.site.origin,
        "listen": config.listen.to_string(),
        "database": config.database.shown(),
        "providers": names,
        "calls": calls,
        "unknown_variables": config.strangers,
    });
    if !json {
        config.strangers.iter().for_each(|line| eprintln!("latchkey: {line}"));
    }
    let to_come = installation::is_to_come(&config).map_err(usage)?;
    would_start(config, to_come).await.map_err(usage)?;
    if json {
        println!("{told}");
    } else {
        println!("The settings are good.");
        for key in ["public_url", "listen", "database"] {
            println!("  {key:<11} {}", told.get(key).and_then(serde_json::Value::as_str).unwrap_or_default());
        }
        println!("  {:<11} {}", "providers", names.join(", "));
        let offered = match calls {
            true => "offered where a text does not arrive",
            false => {
                "not offered: they need sms.twilio.from_number, auth_token and a public_url that Twilio reaches"
            }
        };
        println!("  {:<11} {offered}", "calls");
        if to_come {
            println!("There is no database yet; the first start makes it, or `latchkey migrate`.");
        }
    }
    Ok(())
}

/// As a start would find out, without what one makes.
async fn would_start(config: Config, to_come: bool) -> anyhow::Result<()> {
    if to_come {
        return services::would_start(config);
    }
    let adapters = installation::open(&config, Opening::LookedAt).await?.adapters;
    services::assemble(config, adapters).map(drop)
}

/// Brings the schema up to date; with `restored`, ends what a backup revived.
pub async fn migrate(restored: bool, config: Config) -> Outcome {
    if restored {
        let operator = Operator::new(&config, Opening::Updated).await.map_err(usage)?;
        let ended = operator.mark_restored().await?;
        println!(
            "The database is up to date. Ended: {} sessions, {} codes, {} messages on their way.",
            ended.sessions, ended.codes, ended.messages
        );
        return Ok(());
    }
    let opened = installation::open(&config, Opening::Made).await;
    let opened = opened.map_err(usage)?;
    super::tell_of_new(opened.made.as_deref());
    println!("The database is up to date.");
    Ok(())
}
