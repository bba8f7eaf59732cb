//! Commands, a file a noun. Exit 0: done; 1: refused or not found, with why; 2: usage or settings wrong.
//!
//! A new command: its words in [`Command`], its work in the file of its noun, its line in the README.
mod check;
mod client;
mod doctor;
mod import;
mod keys;
mod lines;
mod log;
mod meaning;
mod method;
mod output;
mod sms;
mod trace;
mod user;

use crate::config::{self, Config, ConfigError, LogConfig};
use crate::run;
use crate::telemetry;
use clap::{Parser, Subcommand};
use lines::eprintln;
use std::path::PathBuf;
use std::process::ExitCode;

/// Sign in with a password and a text message, and look after your own phone.
#[derive(Parser)]
#[command(name = "latchkey", version, propagate_version = true)]
struct Arguments {
    /// Settings file; without it latchkey.toml, where that is there
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the portal
    Serve,
    /// Bring the database schema up to date
    Migrate {
        /// A backup was put back: sign everybody out and end every code and message that it had under way
        #[arg(long)]
        restored: bool,
    },
    /// Look at the settings
    Config {
        #[command(subcommand)]
        command: check::Command,
    },
    /// Say what does not work, and what to do about it
    Doctor(doctor::Command),
    /// Look after accounts
    User {
        #[command(subcommand)]
        command: user::Command,
    },
    /// Look after sign-in methods: what apps may ask for
    Method {
        #[command(subcommand)]
        command: method::Command,
    },
    /// Look after apps that sign in through Latchkey
    Client {
        #[command(subcommand)]
        command: client::Command,
    },
    /// Look after the keys that sign tokens
    Keys {
        #[command(subcommand)]
        command: keys::Command,
    },
    /// Look after message delivery
    Sms {
        #[command(subcommand)]
        command: sms::Command,
    },
    /// Say what became of a message
    Trace(trace::Command),
}

/// How a command failed.
enum Failure {
    /// Refused or not found: exit 1.
    Refused(String),
    /// Usage or settings: exit 2.
    Usage(String),
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Refused(format!("{error:#}"))
    }
}

impl From<domain::ports::Fault> for Failure {
    fn from(fault: domain::ports::Fault) -> Self {
        anyhow::Error::from(fault).into()
    }
}

/// What keeps a command from beginning: no installation, settings that cannot be used.
fn usage(error: anyhow::Error) -> Failure {
    Failure::Usage(format!("{error:#}"))
}

type Outcome = Result<(), Failure>;

/// Reads the arguments, does the work, says how it went.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let environment = config::environment();
    let config = match config::load(arguments.config.as_deref(), &environment) {
        Ok(config) => config,
        Err(error) => {
            let Command::Doctor(command) = arguments.command else { return told(Failure::from(error)) };
            // Where the settings are no good, it still has something to say.
            let parts = config::parts(arguments.config.as_deref(), &environment);
            return ended(None, doctor::run(command, parts));
        }
    };
    ended(Some(config.log), done(arguments.command, config))
}

/// Runs what was asked to its end. Without settings for the log nothing is logged.
fn ended(log: Option<LogConfig>, work: impl Future<Output = Outcome>) -> ExitCode {
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        return told(Failure::Refused("TLS was set up twice; this is a fault of Latchkey".to_owned()));
    }
    if let Some(log) = log {
        telemetry::start(log);
    }
    let runtime = match runtime().build() {
        Ok(runtime) => runtime,
        Err(error) => return told(Failure::Refused(format!("no threads can be started: {error}"))),
    };
    match runtime.block_on(work).and_then(|()| lines::end()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => told(failure),
    }
}

/// Threads for everything but hashing: half as many as cores, unless the runtime's own variable says how many. Hashing has a thread for
/// each core and takes most of their time; with as many again beside them, each small piece of work wakes one more to help, on a
/// core that is in the middle of a hash. With half of them pieces are done several at a time, for less.
fn runtime() -> tokio::runtime::Builder {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if std::env::var_os("TOKIO_WORKER_THREADS").is_none() {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        builder.worker_threads(cores.div_ceil(2));
    }
    builder.enable_all();
    builder
}

async fn done(command: Command, config: Config) -> Outcome {
    match command {
        Command::Serve => run::serve(config).await.map_err(usage),
        Command::Migrate { restored } => check::migrate(restored, config).await,
        Command::Config { command } => check::run(command, config).await,
        Command::Doctor(command) => doctor::run(command, config.into()).await,
        Command::User { command } => user::run(command, config).await,
        Command::Method { command } => method::run(command, config).await,
        Command::Client { command } => client::run(command, config).await,
        Command::Keys { command } => keys::run(command, config).await,
        Command::Sms { command } => sms::run(command, config).await,
        Command::Trace(command) => trace::run(command, config).await,
    }
}

/// Says that a command made an installation. Run in another folder, or without `--config`, it would look after one that nobody serves.
fn tell_of_new(made: Option<&str>) {
    if let Some(place) = made {
        eprintln!(
            "latchkey: there was no installation at {place}, a new one was made; if you mean another, name its settings with --config"
        );
    }
}

fn told(failure: Failure) -> ExitCode {
    let (text, code) = match failure {
        Failure::Refused(text) => (text, 1),
        Failure::Usage(text) => (text, 2),
    };
    eprintln!("latchkey: {text}");
    ExitCode::from(code)
}
