//! `latchkey sms`: one message through the providers as set, and what became of it; stopping all messages and letting them go on.
use super::lines::{eprintln, println};
use super::meaning::reason;
use super::{Failure, Outcome, output, usage};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::entropy::OsEntropy;
use crate::installation::Opening;
use crate::paths;
use crate::services::operator::{Operator, SendingToday};
use crate::services::{self, codes};
use crate::words::Catalogue;
use clap::Subcommand;
use domain::code::{self, OtpCode};
use domain::day_cap::DayCap;
use domain::delivery::{SendOutcome, SmsMessage};
use domain::entropy::{Entropy, hex128};
use domain::id::DeliveryId;
use domain::lang::Lang;
use domain::phone::E164;
use domain::ports::Words as _;
use domain::provider_order::next_may_be_asked;
use domain::purpose::Purpose;
use domain::time::Clock;
use std::sync::Arc;
use zeroize::Zeroizing;

/// What can be done with messages.
#[derive(Subcommand)]
pub enum Command {
    /// Send one test message and say what the provider answered
    Test {
        /// Where to, such as +12015550123
        number: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Stop all messages at once, on all nodes: who needs a code cannot sign in until `sms resume`
    Stop,
    /// Let messages go on
    Resume,
    /// Say how many messages were tried today and whether they are stopped
    Status {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

/// Does what was asked.
pub async fn run(command: Command, config: Config) -> Outcome {
    match command {
        Command::Test { number, json } => test(number, json, config).await,
        Command::Stop => stop(true, &config).await,
        Command::Resume => stop(false, &config).await,
        Command::Status { json } => status(json, &config).await,
    }
}

/// The installation as it is: stopping the messages of one that nobody serves would stop nothing.
async fn open(config: &Config) -> Result<Operator, Failure> {
    Operator::new(config, Opening::Kept).await.map_err(usage)
}

async fn stop(stop: bool, config: &Config) -> Outcome {
    let changed = open(config).await?.stop_sending(stop).await?;
    println!(
        "{}",
        match (stop, changed) {
            (true, true) => "Stopped. No message goes out until `latchkey sms resume`.",
            (true, false) => "Messages were stopped already.",
            (false, true) => "Messages go out again.",
            (false, false) => "Messages were not stopped.",
        }
    );
    Ok(())
}

async fn status(json: bool, config: &Config) -> Outcome {
    let (today, DayCap(most)) = open(config).await?.sending_today().await?;
    output::sending(today, most, json);
    Ok(())
}

/// A stop holds for a test too: whoever set it pays for that message as for any other. Where there is no installation yet nobody has.
async fn may_go_out(config: &Config) -> Outcome {
    if config
        .database
        .file()
        .is_some_and(|file| paths::is_there("database.url", file).is_ok_and(|there| !there))
    {
        return Ok(());
    }
    let today = async { Operator::new(config, Opening::LookedAt).await?.sending_today().await };
    match today.await {
        Ok((SendingToday { stopped_since: Some(since), .. }, _)) => Err(Failure::Refused(format!(
            "messages are stopped since {}, and nothing was sent; `latchkey sms resume` lets them go out again",
            output::moment(since)
        ))),
        Ok(_) => Ok(()),
        Err(error) => {
            eprintln!(
                "latchkey: whether messages are stopped cannot be seen, and the test is sent all the same ({error:#})"
            );
            Ok(())
        }
    }
}

/// Sends it. The code in it is worth nothing and is not told.
async fn test(number: String, json: bool, config: Config) -> Outcome {
    let to = E164::parse(&number).ok_or_else(|| {
        Failure::Usage(
            "the number must be + and 7 to 15 digits, country code first, such as +12015550123".to_owned(),
        )
    })?;
    may_go_out(&config).await?;
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let digits = config.policy.otp.digits();
    let life = config.policy.otp.ttl();
    let ttl = life.as_secs();
    let words = Catalogue::new(&config.site.brand, &config.site.host, digits).map_err(anyhow::Error::from)?;
    let providers = services::senders(config.providers, &clock, &entropy)?;
    let reference = code::reference(&*entropy);
    let code = OtpCode::generate(&*entropy, digits);
    let body = words.code(Lang::En, &Purpose::Test, code::minutes(life), &reference, code.reveal());
    let message = SmsMessage {
        delivery: DeliveryId::ordered(clock.now(), &*entropy),
        to,
        body: Zeroizing::new(body),
        valid_for_seconds: u32::try_from(ttl).unwrap_or(300),
        reference: reference.clone(),
        callback_token: hex128(&*entropy),
    };
    let mut last = None;
    for provider in &providers {
        let report = provider.send(&message).await;
        let told = match report.outcome {
            SendOutcome::Taken => "taken".to_owned(),
            SendOutcome::Refused(why) => format!("refused: {}", reason(why)),
            SendOutcome::Unknown(why) => format!("nobody can tell: {}", reason(why)),
        };
        if json {
            println!(
                "{}",
                serde_json::json!({
                    "provider": report.provider, "outcome": told, "reference": reference, "id": report.provider_id,
                    "status": report.status, "segments": report.segments, "error_code": report.code,
                })
            );
        } else {
            println!("{:<10} {told}", report.provider);
            println!(
                "{:<10} {reference} (a test is not written down: `latchkey trace` knows nothing of it)",
                "reference"
            );
            if report.provider == crate::sms::outbox::NAME {
                println!(
                    "{:<10} not shown at /dev/phone: that inbox is in the memory of the running portal, and holds what it sends itself",
                    ""
                );
            }
            if let Some(code) = report.code {
                println!("{:<10} {code}  {}", "error", explained(report.provider, code));
                if let Some(means) = codes::meaning(report.provider, code) {
                    println!("{:<10} {means}", "");
                }
            }
            if let Some(status) = &report.status {
                println!("{:<10} {status}", "status");
            }
        }
        last = Some(report.outcome);
        if !next_may_be_asked(report.outcome) {
            break;
        }
    }
    match last {
        Some(SendOutcome::Taken) => Ok(()),
        Some(SendOutcome::Unknown(_)) => Err(Failure::Refused(
            "nobody can tell whether the message went, so no other provider was asked; look at the phone, and at what the provider's own \
             pages say, before you send another"
                .to_owned(),
        )),
        _ => Err(Failure::Refused(
            "no provider took the message; the log lines above name the remedy".to_owned(),
        )),
    }
}

/// Where a provider tells about its code.
fn explained(provider: &str, code: u32) -> String {
    match provider {
        "vonage" => "https://developer.vonage.com/api-errors/messages".to_owned(),
        _ => format!("https://www.twilio.com/docs/errors/{code}"),
    }
}
