//! The fake Twilio as a program, for browser tests and for a look at the Twilio path without an account.
use anyhow::Context as _;
use clap::Parser;
use fake_twilio::{FakeTwilio, Settings};
use std::net::SocketAddr;

/// A Twilio that sends nothing. Point `sms.twilio.base_url` at it.
#[derive(Parser)]
#[command(name = "fake-twilio")]
struct Arguments {
    /// Loopback address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:4010")]
    listen: SocketAddr,
    /// Behave like a trial account: text goes before each message.
    #[arg(long)]
    trial: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    anyhow::ensure!(arguments.listen.ip().is_loopback(), "--listen takes a loopback address only");
    let settings = Settings { trial: arguments.trial, ..Settings::default() };
    let fake = FakeTwilio::start_at(arguments.listen, settings.clone())
        .await
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    // The credentials are made up and open nothing.
    println!("fake Twilio listens on {}", fake.base_url());
    println!("[sms]\nproviders = [\"twilio\"]\n[sms.twilio]");
    println!("base_url = \"{}\"", fake.base_url());
    println!("account_sid = \"{}\"", settings.account_sid);
    println!("auth_token = \"{}\"", settings.auth_token);
    println!("from_number = \"{}\"", settings.senders.first().map_or("", String::as_str));
    println!("# messages: {}/__inbox.json", fake.base_url());
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl+C")
}
