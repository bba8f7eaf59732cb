//! `cargo xtask serve`: the portal on this machine, with one demo account.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::site;
use crate::steps::{self, Steps, answer};
use crate::workspace::Workspace;

/// The demo account. It exists only where this command made it.
const NAME: &str = "demo";
const PASSWORD: &str = "velvet harbor lantern 42";
/// From the range that is set aside for examples.
const PHONE: &str = "+12015550123";

/// Where the portal listens unless told otherwise, and what browsers call it.
const LISTEN: &str = "127.0.0.1:3000";
const ADDRESS: &str = "http://localhost:3000";

/// Builds everything, prepares the database and becomes the server.
///
/// # Errors
/// A step fails, or the address is taken.
pub fn run(steps: &Steps, workspace: &Workspace) -> Result<()> {
    let place = Place::find(workspace);
    place.free()?;
    site::ensure(steps, workspace)?;
    steps.step("server: debug build", || {
        steps::run(workspace.cargo().args(["build", "--package", "server", "--bin", "latchkey"]))
    })?;
    steps.step("database: migrate", || steps::run(latchkey(workspace).arg("migrate")))?;
    seed(steps, workspace)?;
    place.free()?;
    steps.note("portal: starting");
    println!("{}", place.welcome());
    become_server(latchkey(workspace).arg("serve"))
}

/// Makes the demo account unless it is there.
fn seed(steps: &Steps, workspace: &Workspace) -> Result<()> {
    if answer(latchkey(workspace).args(["user", "show", NAME])).is_some() {
        steps.note("demo account: there");
        return Ok(());
    }
    steps.step("demo account: adding it", || {
        let mut add = latchkey(workspace);
        add.args(["user", "add", NAME, "--password-stdin", "--phone", PHONE, "--phone-label", "Demo phone"]);
        let mut child = add.stdin(Stdio::piped()).spawn()?;
        // Taken, so that it is closed at the end of the line and the command sees the end of the password.
        child.stdin.take().context("no way to hand the password over")?.write_all(PASSWORD.as_bytes())?;
        let status = child.wait()?;
        if !status.success() {
            bail!("`latchkey user add` ended with {status}");
        }
        Ok(())
    })
}

/// The server, with text messages kept inside it unless the settings file says otherwise.
fn latchkey(workspace: &Workspace) -> Command {
    let mut command = workspace.command(workspace.target().join("debug/latchkey"));
    if !has_settings(workspace) && std::env::var_os("LATCHKEY_SMS__PROVIDERS").is_none() {
        command.env("LATCHKEY_SMS__PROVIDERS", "[\"outbox\"]");
    }
    command
}

fn has_settings(workspace: &Workspace) -> bool {
    workspace.path("latchkey.toml").is_file()
}

/// The server takes our place: Ctrl-C and signals reach it itself, and it ends in its own way.
#[cfg(unix)]
fn become_server(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("the server cannot be started")
}

/// Where processes cannot take each other's place, Ctrl-C reaches both.
#[cfg(not(unix))]
fn become_server(command: &mut Command) -> Result<()> {
    steps::run(command)
}

/// Where the portal is going to be.
struct Place {
    listen: String,
    address: String,
    own_settings: bool,
}

impl Place {
    fn find(workspace: &Workspace) -> Self {
        let settings = fs::read_to_string(workspace.path("latchkey.toml")).unwrap_or_default();
        let value = |variable: &str, key: &str, default: &str| {
            let from_env = std::env::var_os(variable).map(|value| value.to_string_lossy().into_owned());
            from_env.or_else(|| server_key(&settings, key)).unwrap_or_else(|| default.to_owned())
        };
        Self {
            listen: value("LATCHKEY_SERVER__LISTEN", "listen", LISTEN),
            address: value("LATCHKEY_SERVER__PUBLIC_URL", "public_url", ADDRESS),
            own_settings: has_settings(workspace),
        }
    }

    /// Better now than after the build.
    fn free(&self) -> Result<()> {
        match TcpListener::bind(&self.listen) {
            Ok(_) => Ok(()),
            Err(error) => bail!(
                "nothing can listen on {}: {error}.\n\nNext step: end what listens there, or choose another place:\n  \
                 LATCHKEY_SERVER__LISTEN=127.0.0.1:3001 LATCHKEY_SERVER__PUBLIC_URL=http://localhost:3001 cargo xtask serve",
                self.listen
            ),
        }
    }

    fn welcome(&self) -> String {
        let Self { address, .. } = self;
        let messages = if self.own_settings {
            "as latchkey.toml says; with the `outbox` provider at ".to_owned()
        } else {
            String::new()
        };
        format!(
            "\n  Portal         {address}\n  Sign in as     {NAME}\n  Password       {PASSWORD}\n  \
             Text messages  {messages}{address}/dev/phone\n  Stop           Ctrl-C\n"
        )
    }
}

/// A text of the `[server]` table. Only for what is printed and tried beforehand: the server reads its settings itself.
fn server_key(settings: &str, key: &str) -> Option<String> {
    let table = settings.lines().map(str::trim).skip_while(|line| *line != "[server]").skip(1);
    let mut lines = table.take_while(|line| !line.starts_with('['));
    lines.find_map(|line| {
        let (name, value) = line.split_once('=')?;
        let value = value.trim().strip_prefix('"')?.split_once('"')?.0;
        (name.trim() == key).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_settings_file_is_the_one_printed() {
        let settings = "[otp]\nlisten = \"no\"\n[server]\n# words\nlisten = \"0.0.0.0:80\"  # more\n[sms]\npublic_url = \"no\"";
        assert_eq!(server_key(settings, "listen").as_deref(), Some("0.0.0.0:80"));
        assert_eq!(server_key(settings, "public_url"), None);
    }

    #[test]
    fn a_taken_address_is_told_before_anything_is_built() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = taken.local_addr().unwrap().to_string();
        let place = Place { listen, address: ADDRESS.to_owned(), own_settings: false };
        assert!(place.free().unwrap_err().to_string().contains("Next step"));
    }

    #[test]
    fn the_welcome_names_address_sign_in_and_messages() {
        let place = Place { listen: LISTEN.to_owned(), address: ADDRESS.to_owned(), own_settings: false };
        let text = place.welcome();
        for part in [ADDRESS, NAME, PASSWORD, "http://localhost:3000/dev/phone"] {
            assert!(text.contains(part), "{part}");
        }
    }
}
