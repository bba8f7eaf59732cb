//! The real program as a process of its own: its settings by environment, its log kept, its port its own.
use super::{Browser, Line, bytes_below};
use std::io::Write as _;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A folder with the settings of one installation; commands run in it.
pub struct Installation {
    pub folder: tempfile::TempDir,
    settings: Vec<(String, String)>,
}

impl Installation {
    /// With the built-in inbox, and these settings on top: `("otp.tries", "3")`.
    pub fn new(more: &[(&str, &str)]) -> Self {
        let mut settings = vec![
            ("sms.providers", "[\"outbox\"]"),
            ("limits.sign_ins_per_address_per_minute", "0"),
            ("limits.sends_per_address_per_hour", "0"),
            ("limits.sends_per_minute", "0"),
            // Made three times as fast as those of the default.
            ("signing.key_bits", "2048"),
        ];
        settings.retain(|(key, _)| more.iter().all(|(other, _)| other != key));
        settings.extend_from_slice(more);
        let settings = settings
            .into_iter()
            .map(|(key, value)| {
                (format!("LATCHKEY_{}", key.replace('.', "__").to_uppercase()), value.to_owned())
            })
            .collect();
        Self { folder: tempfile::tempdir().unwrap(), settings }
    }

    /// Another value of a setting, for what is started from now on.
    pub fn set(&mut self, key: &str, value: &str) {
        let variable = format!("LATCHKEY_{}", key.replace('.', "__").to_uppercase());
        self.settings.retain(|(name, _)| *name != variable);
        self.settings.push((variable, value.to_owned()));
    }

    /// … and these variables of the environment, whoever's they are.
    pub fn with_environment(mut self, variables: &[(&str, &str)]) -> Self {
        self.settings.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }

    /// The program in this folder, with these settings alone.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LATCHKEY_"))
        {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).args(arguments);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end, with `input` on its standard input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may have closed its end already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Every byte of the database.
    pub fn bytes(&self) -> Vec<u8> {
        bytes_below(&self.folder.path().join("data"))
    }

    /// Starts the portal and waits until it is ready.
    pub async fn serve(&self) -> Running {
        let running = self.start();
        running.is_ready(true).await;
        running
    }

    /// Starts the portal.
    pub fn start(&self) -> Running {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = self
            .command(&["serve"])
            .env("LATCHKEY_SERVER__LISTEN", format!("127.0.0.1:{port}"))
            .env("LATCHKEY_SERVER__PUBLIC_URL", format!("http://localhost:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        keep(child.stdout.take().unwrap(), &log);
        keep(child.stderr.take().unwrap(), &log);
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none())
            .resolve("localhost", std::net::SocketAddr::from(([127, 0, 0, 1], port)))
            .build()
            .unwrap();
        Running { child, log, client, origin: format!("http://localhost:{port}") }
    }
}

fn keep(mut from: impl std::io::Read + Send + 'static, log: &Arc<Mutex<Vec<u8>>>) {
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            log.lock().unwrap().extend_from_slice(&buffer[..read]);
        }
    });
}

/// A running portal; it ends with this value.
pub struct Running {
    child: Child,
    log: Arc<Mutex<Vec<u8>>>,
    pub client: reqwest::Client,
    pub origin: String,
}

impl Running {
    pub fn browser(&self) -> Browser {
        let mut browser = Browser::new(self.line());
        browser.headers.clear();
        browser
    }

    /// Waits until it says that it is ready, or that it is not.
    pub async fn is_ready(&self, ready: bool) {
        for _ in 0..800 {
            let asked = self.client.get(format!("{}/readyz", self.origin)).send().await;
            if asked.is_ok_and(|answer| (answer.status() == 200) == ready) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("readiness is not {ready}:\n{}", self.log());
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop, as whoever runs services does.
    pub fn stop(&self) {
        let told = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Waits for its end, half a minute at the most.
    pub async fn ended(&mut self) -> ExitStatus {
        let until = tokio::time::Instant::now() + Duration::from_secs(30);
        while tokio::time::Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it does not end:\n{}", self.log());
    }

    /// Ends it at once, in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Its way for a browser.
    pub fn line(&self) -> Line {
        Line::Http { client: self.client.clone(), origin: self.origin.clone() }
    }

    /// All it has said so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.lock().unwrap()).into_owned()
    }

    /// All texts in the built-in inbox, newest first.
    pub async fn texts(&self) -> Vec<String> {
        let answer = self.client.get(format!("{}/dev/phone.json", self.origin)).send().await.unwrap();
        let list: serde_json::Value = answer.json().await.unwrap();
        let texts = list.as_array().unwrap().iter();
        texts.map(|message| message["body"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
