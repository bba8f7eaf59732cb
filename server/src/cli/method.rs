//! `latchkey method …`: which sign-in methods apps may ask for.
use super::lines::{eprintln, println};
use super::{Outcome, usage};
use crate::config::Config;
use crate::installation::Opening;
use crate::services::methods::{MethodDesk, Off, Shown, Switched};
use clap::Subcommand;
use domain::client::ClientId;
use domain::level::Level;
use domain::method::SwitchedOff;
use serde_json::{Value, json};

/// What can be done with sign-in methods.
#[derive(Subcommand)]
pub enum Command {
    /// List all methods, weakest first
    List {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Let apps ask for a method
    Enable {
        /// Its name, such as twilio_sms
        acr: String,
    },
    /// Take a method away from apps; people are asked for a code as before
    Disable {
        /// Its name, such as twilio_sms
        acr: String,
    },
    /// Choose the method that is meant where an app asks for none, or take that choice back
    #[command(override_usage = "latchkey method default <ACR> | --none")]
    Default {
        /// Its name, such as twilio_sms
        #[arg(required_unless_present = "none")]
        acr: Option<String>,
        /// No default: whatever the account has is meant, as in a new installation
        #[arg(long, conflicts_with = "acr")]
        none: bool,
    },
}

/// Does it.
pub async fn run(command: Command, config: Config) -> Outcome {
    let desk = MethodDesk::new(config, Opening::Kept).await.map_err(usage)?;
    match command {
        Command::List { json } => {
            let methods = desk.all().await?;
            if json {
                println!("{}", Value::Array(methods.iter().map(method_json).collect()));
            } else {
                methods.iter().for_each(line);
            }
        }
        Command::Enable { acr } => {
            let switched = desk.enable(&acr).await?;
            let acr = switched.level.acr();
            if switched.already {
                println!("{acr} is enabled already.");
            } else {
                println!("Enabled: apps may ask for {acr}.");
            }
            warn(&switched);
        }
        Command::Disable { acr } => disabled(&acr, &desk.disable(&acr).await?),
        Command::Default { acr: None, .. } => match desk.unset_default().await? {
            Some(was) => {
                println!("No default any more; it was {}.", was.acr());
                println!("Where an app asks for no method, whatever the account has is meant.");
            }
            None => println!("There is no default already."),
        },
        Command::Default { acr: Some(acr), .. } => {
            let switched = desk.set_default(&acr).await?;
            println!("Where an app asks for no method, {} is meant.", switched.level.acr());
            if switched.level == Level::Password {
                println!(
                    "That is the password alone, of people with a proven phone too. The portal still asks them for a code."
                );
            }
            warn(&switched);
        }
    }
    Ok(())
}

fn warn(switched: &Switched) {
    if let Some(why) = &switched.why_not {
        eprintln!("latchkey: {} cannot be used as things are set: {why}", switched.level.acr());
    }
}

/// Says what it means and, above all, what it does not: nobody is to believe that codes are asked for no more, or that they are.
fn disabled(acr: &str, off: &Off) {
    match off.done {
        SwitchedOff::Already => println!("{acr} is disabled already."),
        SwitchedOff::Done => println!("Disabled: apps can no longer ask for {acr}."),
        SwitchedOff::DoneWithDefault => {
            println!("Disabled: apps can no longer ask for {acr}. It was the default; there is none now.");
        }
    }
    let methods = &off.methods;
    if acr == Level::TwilioSms.acr() {
        let accounts = off.second_steps;
        println!(
            "The portal stays as strong as it was: accounts with a proven phone ({accounts}) are still asked for a code before it"
        );
        println!("opens. `latchkey user remove-phone NAME --all` takes the second step off an account.");
        match (methods.default_level(), methods.told(Level::TwilioSms)) {
            (Some(Level::Password), _) => {
                println!(
                    "On the way to an app they are not, because the default is simple_password_auth: the password alone."
                );
            }
            (_, Some(told)) => {
                println!(
                    "On the way to an app they are asked too, unless it asks for {} itself; it is told",
                    told.acr()
                );
                println!("{} of them either way.", told.acr());
            }
            (_, None) => {}
        }
    }
    match methods.least() {
        None => println!("No method is enabled: nobody can sign in to any app."),
        Some(Level::Password) => {}
        Some(least) => println!("Nobody signs in to an app with less than {} now.", least.acr()),
    }
    if methods.least().is_some() && !off.out_of_reach.is_empty() {
        let ids: Vec<&str> = off.out_of_reach.iter().map(ClientId::as_str).collect();
        println!("These clients ask for more than any enabled method gives, so nobody can sign in to them:");
        println!("  {}", ids.join(", "));
    }
}

fn method_json(shown: &Shown) -> Value {
    json!({
        "acr": shown.method.acr(),
        "level": shown.method.level.number(),
        "enabled": shown.method.enabled,
        "default": shown.method.default,
        "usable": shown.why_not.is_none(),
        "why_not": shown.why_not,
    })
}

fn line(shown: &Shown) {
    let method = &shown.method;
    let enabled = if method.enabled { "enabled" } else { "disabled" };
    let default = if method.default { ", default" } else { "" };
    println!("{:<24} level {:<3} {enabled}{default}", method.acr(), method.level.number());
    if let Some(why) = &shown.why_not {
        println!("  not usable: {why}");
    }
}
