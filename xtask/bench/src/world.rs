//! The server that is measured: the release binary with a database of its own in a folder that goes away.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::client::{Connection, Jar};
use crate::clock::now;
use crate::people::{PEOPLE, People};
use crate::process::Of;

/// A start that takes longer has failed.
const START: Duration = Duration::from_secs(20);
/// So long a server may take to end in its own way.
const END: Duration = Duration::from_secs(5);

/// The key file.
const KEY: &str = "secret.key";

/// What all rows share.
pub struct World {
    binary: PathBuf,
    folder: TempDir,
    database: String,
    postgres: Option<String>,
    /// The accounts are on PostgreSQL already: several rows use the one database.
    there: AtomicBool,
    /// The accounts.
    pub people: People,
}

impl World {
    /// Makes the database, a file of SQLite, and accounts for so many who sign in. `postgres`: an empty database for the rows that compare.
    ///
    /// # Errors
    /// The binary cannot be run or refuses.
    pub fn new(binary: PathBuf, postgres: Option<String>, count: usize) -> Result<Self> {
        let folder = TempDir::new()?;
        let database = format!("sqlite://{}", folder.path().join("latchkey.db").display());
        let there = AtomicBool::new(false);
        let world = Self { binary, folder, database, postgres, there, people: People::new(count) };
        world.fill()?;
        Ok(world)
    }

    /// Another database of its own, with so many who sign in.
    ///
    /// # Errors
    /// The binary refuses.
    pub fn beside(&self, count: usize) -> Result<Self> {
        Self::new(self.binary.clone(), None, count)
    }

    /// The same people on PostgreSQL, where there is a server.
    ///
    /// # Errors
    /// The binary refuses.
    pub fn on_postgres(&self) -> Result<Option<Self>> {
        let Some(database) = self.postgres.clone() else { return Ok(None) };
        let folder = TempDir::new()?;
        fs::copy(self.folder.path().join(KEY), folder.path().join(KEY))?;
        let world = Self {
            binary: self.binary.clone(),
            folder,
            database,
            postgres: None,
            there: AtomicBool::new(false),
            people: People::new(PEOPLE),
        };
        if !self.there.swap(true, Ordering::Relaxed) {
            world.fill()?;
        }
        Ok(Some(world))
    }

    fn fill(&self) -> Result<()> {
        let file = self.folder.path().join("people.jsonl");
        fs::write(&file, self.people.import_file()?)?;
        self.command(&["migrate"])?;
        self.command(&["user", "import", &file.to_string_lossy()]).map(drop)
    }

    /// The address of the database, for reading what only it knows.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Runs a command; what it prints.
    ///
    /// # Errors
    /// It is refused.
    pub fn command(&self, words: &[&str]) -> Result<String> {
        let output =
            self.latchkey(words, free_port()?).output().context("the server binary cannot be run")?;
        if !output.status.success() {
            bail!("latchkey {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Settings as they come, but for the limits that all people here would meet together.
    fn latchkey(&self, words: &[&str], port: u16) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("LATCHKEY_") {
                command.env_remove(name);
            }
        }
        command.args(words).current_dir(self.folder.path()).stdin(Stdio::null());
        command.envs(self.settings(port));
        command
    }

    /// As the environment names them.
    pub fn settings(&self, port: u16) -> Vec<(String, String)> {
        let key = self.folder.path().join(KEY).display().to_string();
        let mut settings = vec![
            ("SERVER__LISTEN", format!("127.0.0.1:{port}")),
            ("SERVER__PUBLIC_URL", format!("http://localhost:{port}")),
            ("DATABASE__URL", self.database.clone()),
            ("SECRETS__KEY_FILE", key),
            ("SMS__PROVIDERS", "[\"outbox\"]".to_owned()),
            ("SIGNING__KEY_BITS", "2048".to_owned()),
        ];
        for name in [
            "LIMITS__SIGN_INS_PER_ADDRESS_PER_MINUTE",
            "LIMITS__SENDS_PER_ADDRESS_PER_HOUR",
            "LIMITS__SENDS_PER_MINUTE",
            "LIMITS__SENDS_PER_DAY",
        ] {
            settings.push((name, "0".to_owned()));
        }
        settings.into_iter().map(|(name, value)| (format!("LATCHKEY_{name}"), value)).collect()
    }

    /// A file of settings that sets nothing.
    ///
    /// # Errors
    /// The disk.
    pub fn no_settings(&self) -> Result<PathBuf> {
        let file = self.folder.path().join("none.toml");
        fs::write(&file, "")?;
        Ok(file)
    }

    /// Starts the server and waits for its first page.
    ///
    /// # Errors
    /// It does not start.
    pub fn serve(&self) -> Result<Server> {
        self.serve_with(&[])
    }

    /// The same with further variables of the environment, which win.
    ///
    /// # Errors
    /// It does not start.
    pub fn serve_with(&self, more: &[(String, String)]) -> Result<Server> {
        let port = free_port()?;
        let log = File::create(self.folder.path().join("serve.log"))?;
        let mut command = self.latchkey(&["serve"], port);
        command.envs(more.iter().map(|(name, value)| (name, value)));
        command.stdout(log.try_clone()?).stderr(log);
        let begun = now();
        let child = command.spawn().context("the server binary cannot be run")?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut server = Server { child, address, first_page: Duration::ZERO };
        server.first_page = server.wait(begun).with_context(|| self.log())?;
        Ok(server)
    }

    fn log(&self) -> String {
        let text = fs::read_to_string(self.folder.path().join("serve.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(5)..).unwrap_or_default().join("\n")
    }
}

/// A running server; it ends when this is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to its first page.
    pub first_page: Duration,
}

impl Server {
    /// The process.
    pub fn process(&self) -> Of {
        Of::Pid(self.child.id())
    }

    fn wait(&mut self, begun: Instant) -> Result<Duration> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}");
            }
            if let Ok(mut connection) = Connection::open(self.address)
                && connection.get("/login", &mut Jar::default())?.status == 200
            {
                return Ok(begun.elapsed());
            }
            if begun.elapsed() > START {
                bail!("no page within {} s", START.as_secs());
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends it as an operator would.
    ///
    /// # Errors
    /// It was gone already.
    pub fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let begun = now();
        while asked.as_ref().is_ok_and(std::process::ExitStatus::success) && begun.elapsed() < END {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; either way nothing more can be done about it.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// A port that nobody listens on right now.
///
/// # Errors
/// There is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
