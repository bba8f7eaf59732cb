//! `latchkey user …`: accounts.
use super::lines::println;
use super::{Failure, Outcome, import, log, output, usage};
use crate::config::Config;
use crate::installation::Opening;
use crate::services::operator::{Operator, Wanted};
use clap::{Args, Subcommand};
use std::io::Read as _;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// What can be done with accounts.
#[derive(Subcommand)]
pub enum Command {
    /// Add an account
    Add {
        /// User name
        name: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        /// E-mail address
        #[arg(long)]
        email: Option<String>,
        /// A phone number, country code first; taken as verified
        #[arg(long, value_name = "+E164")]
        phone: Option<String>,
        /// A name for that number
        #[arg(long, value_name = "LABEL", requires = "phone")]
        phone_label: Option<String>,
    },
    /// Add all accounts of a file, or none: one JSON object a line
    Import {
        /// The file
        file: PathBuf,
    },
    /// List all accounts
    List {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Show one account and how it stands
    Show {
        /// User name
        name: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Show what happened to an account, oldest first: the security log
    Log {
        /// User name
        name: String,
        /// So many lines at most, the newest
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        last: u32,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Switch an account off and sign it out everywhere
    Disable {
        /// User name
        name: String,
    },
    /// Switch an account on again
    Enable {
        /// User name
        name: String,
    },
    /// Set a password; the second step stays
    SetPassword {
        /// User name
        name: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// List an account's phones with their full numbers
    Phones {
        /// User name
        name: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Remove phones of an account, so that the person can add one anew; without any, the password alone opens the account
    RemovePhone {
        /// User name
        name: String,
        #[command(flatten)]
        which: Which,
    },
    /// Let codes be typed again for phones that are off after too many wrong ones; the second step stays
    UnlockPhone {
        /// User name
        name: String,
        #[command(flatten)]
        which: Which,
    },
    /// Remove an account for good, with its phones and sessions and what apps were granted
    Remove {
        /// User name
        name: String,
    },
}

/// One number or all.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// This number
    #[arg(long, value_name = "+E164")]
    phone: Option<String>,
    /// All numbers
    #[arg(long)]
    all: bool,
}

impl Which {
    /// The number; nothing where all are meant.
    fn number(&self) -> Option<&str> {
        self.phone.as_deref().filter(|_| !self.all)
    }
}

/// Does it.
pub async fn run(command: Command, config: Config) -> Outcome {
    let kept = async || open(&config, Opening::Kept).await;
    match command {
        Command::Add { name, password_stdin: _, email, phone, phone_label } => {
            let password = password()?;
            let wanted = Wanted {
                username: &name,
                password: &password,
                email,
                phone: phone.as_deref(),
                label: phone_label.as_deref(),
            };
            Operator::judge(&config, &wanted)?;
            open(&config, Opening::Made).await?.add(wanted).await?;
            println!("Added.");
        }
        Command::Import { file } => {
            import::may_be_read(&file)?;
            import::judge(&config, &file)?;
            import::bring_in(&open(&config, Opening::Made).await?, &file).await?;
        }
        Command::List { json } => output::users(&kept().await?, json).await?,
        Command::Show { name, json } => {
            output::about(&kept().await?.about(&name).await?, json);
        }
        Command::Log { name, last, json } => log::run(&kept().await?, &name, last, json).await?,
        Command::Disable { name } => {
            kept().await?.disable(&name).await?;
            println!("Disabled; whoever was signed in is signed out.");
        }
        Command::Enable { name } => {
            kept().await?.enable(&name).await?;
            println!("Enabled.");
        }
        Command::SetPassword { name, password_stdin: _ } => {
            kept().await?.set_password(&name, &password()?).await?;
            println!("The password is set; whoever was signed in is signed out. The second step stays.");
        }
        Command::Phones { name, json } => output::phones(&kept().await?.phones(&name).await?, json),
        Command::RemovePhone { name, which } => {
            let operator = kept().await?;
            let count = operator.remove_phones(&name, which.number()).await?;
            println!("Removed: {count}. The person can add a number anew.");
            if !operator.find(&name).await?.second_step {
                println!(
                    "The password alone opens this account now. Whoever typed wrong codes has it: if codes were typed that were not \
                     its owner's, set a new one (`latchkey user set-password`)."
                );
            }
        }
        Command::UnlockPhone { name, which } => {
            let count = kept().await?.unlock_phones(&name, which.number()).await?;
            println!("On again: {count}. The second step stays.");
        }
        Command::Remove { name } => {
            kept().await?.remove(&name).await?;
            println!(
                "Removed; whoever was signed in is signed out. Its lines stay in the security log, without its name."
            );
        }
    }
    Ok(())
}

async fn open(config: &Config, opening: Opening) -> Result<Operator, Failure> {
    let operator = Operator::new(config, opening).await;
    let operator = operator.map_err(usage)?;
    super::tell_of_new(operator.made());
    Ok(operator)
}

/// One line of standard input, without its end.
fn password() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    std::io::stdin().lock().take(4096).read_to_string(&mut text).map_err(|error| {
        Failure::Usage(format!("the password cannot be read from standard input ({error})"))
    })?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
