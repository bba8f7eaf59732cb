//! `latchkey client …`: apps that sign in through Latchkey.
use super::lines::{self, eprintln, println};
use super::output::moment;
use super::{Failure, Outcome, usage};
use crate::config::Config;
use crate::installation::Opening;
use crate::services::clients::ClientDesk;
use clap::{Args, Subcommand};
use domain::client::{AuthMethod, Client, ClientSecret, WantedClient};
use domain::client_change::{Change, ClientChange};
use domain::method::Acr;
use domain::redirect_uri::RedirectUri;
use domain::time::Timestamp;
use serde_json::{Value, json};

/// What can be done with apps.
#[derive(Subcommand)]
pub enum Command {
    /// Register an app and print its secret, once
    Add(Add),
    /// Change what is registered of an app; what is not named stays, its secret too
    Update(Update),
    /// List all apps
    List {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Show one app
    Show {
        /// Client ID
        id: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Make an app a new secret and print it, once; the one before holds for another 24 hours
    RotateSecret {
        /// Client ID
        id: String,
        /// Print the JSON document alone
        #[arg(long)]
        json: bool,
    },
    /// Remove an app; what was granted to it ends
    Remove {
        /// Client ID
        id: String,
    },
}

/// An app to be registered.
#[derive(Args)]
#[command(override_usage = "latchkey client add <ID> --redirect-uri <URI>... [OPTIONS]")]
pub struct Add {
    /// Client ID: 1 to 64 letters, digits and - . _ ~
    #[arg(required_unless_present = "redirect_uri")]
    id: Option<String>,
    /// Where people come back to with a code; compared byte for byte. Any number of them
    #[arg(long, required = true, num_args = 1.., value_name = "URI")]
    redirect_uri: Vec<String>,
    /// It can keep no secret: an app in a browser, on a phone or a desktop
    #[arg(long)]
    public: bool,
    /// Where people may come back to after signing out
    #[arg(long, num_args = 1.., value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// The name that people read
    #[arg(long)]
    name: Option<String>,
    /// The least that is taken, such as twilio_sms; whatever the app asks for
    #[arg(long, value_name = "ACR")]
    min_acr: Option<String>,
    /// It cannot do PKCE
    #[arg(long)]
    no_require_pkce: bool,
    /// The one way in which it shows its secret: `client_secret_basic` or `client_secret_post`; without, either will do
    #[arg(long, value_name = "METHOD")]
    auth_method: Option<String>,
    /// Print the JSON document alone
    #[arg(long)]
    json: bool,
}

/// What of an app is to be changed.
#[derive(Args)]
#[command(override_usage = "latchkey client update <ID> [OPTIONS]")]
pub struct Update {
    /// Client ID
    id: Option<String>,
    /// All addresses where people come back to with a code, in place of those registered
    #[arg(long, num_args = 1.., value_name = "URI")]
    redirect_uri: Vec<String>,
    /// All addresses where people may come back to after signing out, in place of those registered
    #[arg(long, num_args = 1.., value_name = "URI", conflicts_with = "no_post_logout_redirect_uri")]
    post_logout_redirect_uri: Vec<String>,
    /// No address to come back to after signing out
    #[arg(long)]
    no_post_logout_redirect_uri: bool,
    /// The name that people read
    #[arg(long)]
    name: Option<String>,
    /// The least that is taken, such as twilio_sms; whatever the app asks for
    #[arg(long, value_name = "ACR", conflicts_with = "no_min_acr")]
    min_acr: Option<String>,
    /// Whatever the app asks for is taken
    #[arg(long)]
    no_min_acr: bool,
    /// It does PKCE from now on
    #[arg(long, conflicts_with = "no_require_pkce")]
    require_pkce: bool,
    /// It cannot do PKCE
    #[arg(long)]
    no_require_pkce: bool,
    /// The one way in which it shows its secret: `client_secret_basic` or `client_secret_post`; `any`: either will do
    #[arg(long, value_name = "METHOD")]
    auth_method: Option<String>,
    /// Print one JSON document: the app as it is then
    #[arg(long)]
    json: bool,
}

impl Update {
    fn change(self) -> ClientChange {
        let to_or = |to: Option<String>, drop: bool| match (to, drop) {
            (Some(to), _) => Change::To(to),
            (None, true) => Change::Drop,
            (None, false) => Change::Keep,
        };
        let given = |uris: Vec<String>| Some(uris).filter(|uris| !uris.is_empty());
        let any = self.auth_method.as_deref() == Some("any");
        ClientChange {
            name: self.name,
            redirect_uris: given(self.redirect_uri),
            post_logout_redirect_uris: match given(self.post_logout_redirect_uri) {
                Some(uris) => Change::To(uris),
                None if self.no_post_logout_redirect_uri => Change::Drop,
                None => Change::Keep,
            },
            min_acr: to_or(self.min_acr, self.no_min_acr),
            require_pkce: match (self.require_pkce, self.no_require_pkce) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            },
            auth_method: to_or(self.auth_method.filter(|_| !any), any),
        }
    }
}

/// Does it.
pub async fn run(command: Command, config: Config) -> Outcome {
    let kept = async || open(&config, Opening::Kept).await;
    match command {
        Command::Add(add) => added(add, &config).await?,
        Command::Update(update) => updated(&kept().await?, update).await?,
        Command::List { json } => {
            let clients = kept().await?.all().await?;
            if json {
                println!("{}", Value::Array(clients.iter().map(client_json).collect()));
            } else {
                clients.iter().for_each(line);
            }
        }
        Command::Show { id, json } => {
            let (client, previous_until) = kept().await?.show(&id).await?;
            if json {
                println!("{}", whole_json(&client, previous_until));
            } else {
                whole(&client, previous_until);
            }
        }
        Command::RotateSecret { id, json } => {
            let renewed = kept().await?.rotate(&id).await?;
            secret(&id, Some(&renewed.secret));
            is_out(&id, "; the one that the app has now ends with that")?;
            if !json {
                let until = moment(renewed.previous_until);
                eprintln!(
                    "This is the only time the new secret is shown. The one before holds until {until};"
                );
                eprintln!("if somebody else knows that one, rotate once more: only the latest two hold.");
            }
        }
        Command::Remove { id } => {
            kept().await?.remove(&id).await?;
            println!("Removed, and what was granted to it.");
        }
    }
    Ok(())
}

async fn open(config: &Config, opening: Opening) -> Result<ClientDesk, Failure> {
    let desk = ClientDesk::new(config, opening).await;
    let desk = desk.map_err(usage)?;
    super::tell_of_new(desk.made());
    Ok(desk)
}

/// The ID; also where it stands last and was taken for one more address: no address is without a colon, no ID has one.
fn id(given: Option<String>, uris: [&mut Vec<String>; 2], usage: &str) -> Result<String, Failure> {
    let stray = |uris: &mut Vec<String>| uris.pop_if(|last| !last.contains(':'));
    let [redirect, post_logout] = uris;
    given
        .or_else(|| stray(redirect))
        .or_else(|| stray(post_logout))
        .ok_or_else(|| Failure::Usage(format!("the client's ID is missing: latchkey client {usage}")))
}

async fn updated(desk: &ClientDesk, mut update: Update) -> Outcome {
    let uris = [&mut update.redirect_uri, &mut update.post_logout_redirect_uri];
    let id = id(update.id.take(), uris, "update ID --redirect-uri URI")?;
    let as_json = update.json;
    let change = update.change();
    if change == ClientChange::default() {
        return Err(Failure::Usage(
            "nothing is named that should change; `latchkey client update --help` lists what can".to_owned(),
        ));
    }
    let out_of_reach = desk.update(&id, &change).await?;
    let (client, previous_until) = desk.show(&id).await?;
    if as_json {
        println!("{}", whole_json(&client, previous_until));
    } else {
        println!("Changed; the secret stays. As registered now:");
        whole(&client, previous_until);
    }
    tell_of_reach(out_of_reach);
    Ok(())
}

fn tell_of_reach(out_of_reach: bool) {
    if out_of_reach {
        eprintln!(
            "latchkey: nobody can sign in to it yet: no enabled method is enough; see `latchkey method list`"
        );
    }
}

async fn added(mut add: Add, config: &Config) -> Outcome {
    let quiet = add.json;
    let uris = [&mut add.redirect_uri, &mut add.post_logout_redirect_uri];
    let wanted = WantedClient {
        id: id(add.id.take(), uris, "add ID --redirect-uri URI")?,
        name: add.name,
        redirect_uris: add.redirect_uri,
        post_logout_redirect_uris: add.post_logout_redirect_uri,
        public: add.public,
        min_acr: add.min_acr,
        waive_pkce: add.no_require_pkce,
        auth_method: add.auth_method,
    };
    ClientDesk::judge(&wanted)?;
    let added = open(config, Opening::Made).await?.add(&wanted).await?;
    secret(added.client.id.as_str(), added.secret.as_ref());
    if added.secret.is_some() {
        is_out(added.client.id.as_str(), "")?;
        if !quiet {
            eprintln!("This is the only time the secret is shown.");
        }
    }
    tell_of_reach(added.out_of_reach);
    Ok(())
}

/// On standard output there is the document alone, so that it can be piped to where the secret is kept.
fn secret(id: &str, secret: Option<&ClientSecret>) {
    println!("{}", json!({ "client_id": id, "client_secret": secret.map(ClientSecret::reveal) }));
}

/// Whether the secret got out: nobody can ever read it again. `more` says what else another one would mean.
fn is_out(id: &str, more: &str) -> Outcome {
    lines::lost().map_or(Ok(()), |error| {
        Err(Failure::Usage(format!(
            "the secret could not be written ({error}) and is lost; `latchkey client rotate-secret {id}` gives a new one{more}"
        )))
    })
}

fn uris(uris: &[RedirectUri]) -> Vec<&str> {
    uris.iter().map(RedirectUri::as_str).collect()
}

fn client_json(client: &Client) -> Value {
    json!({
        "client_id": client.id.as_str(),
        "name": client.name,
        "redirect_uris": uris(&client.redirect_uris),
        "min_acr": client.min_acr.as_ref().map(Acr::as_str),
        "public": client.public,
    })
}

fn whole_json(client: &Client, previous_until: Option<Timestamp>) -> Value {
    json!({
        "client_id": client.id.as_str(),
        "name": client.name,
        "redirect_uris": uris(&client.redirect_uris),
        "post_logout_redirect_uris": uris(&client.post_logout_redirect_uris),
        "min_acr": client.min_acr.as_ref().map(Acr::as_str),
        "public": client.public,
        "require_pkce": client.require_pkce,
        "auth_method": client.auth_method.name(),
        "created_at": moment(client.created_at),
        "previous_secret_until": previous_until.map(moment),
    })
}

fn line(client: &Client) {
    let kind = if client.public { "public" } else { "confidential" };
    let least = client.min_acr.as_ref().map_or(String::new(), |acr| format!(", at least {acr}"));
    println!("{:<32} {kind}{least}  {}", client.id.as_str(), client.name);
}

fn whole(client: &Client, previous_until: Option<Timestamp>) {
    line(client);
    for uri in uris(&client.redirect_uris) {
        println!("  comes back to         {uri}");
    }
    for uri in uris(&client.post_logout_redirect_uris) {
        println!("  after signing out     {uri}");
    }
    println!("  PKCE                  {}", if client.require_pkce { "required" } else { "not required" });
    let shows = match client.auth_method {
        AuthMethod::None => "no secret",
        AuthMethod::Secret => "client_secret_basic or client_secret_post",
        AuthMethod::SecretBasic | AuthMethod::SecretPost => client.auth_method.name(),
    };
    println!("  shows                 {shows}");
    if let Some(until) = previous_until {
        println!("  previous secret until {}", moment(until));
    }
}
