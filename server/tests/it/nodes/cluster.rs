//! Nodes of one installation, and the provider that all of them use.
use crate::harness::place::Place;
use crate::harness::process::{Installation, Running};
use crate::harness::{Answer, Browser, PASSWORD, code_in};
use ::fake_twilio::{FakeTwilio, Settings};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Several processes, or one.
pub struct Cluster {
    pub nodes: Vec<Running>,
    pub installation: Installation,
    pub place: Place,
    pub twilio: FakeTwilio,
    next: AtomicUsize,
}

impl Cluster {
    /// One node on a file.
    pub async fn on_sqlite() -> Self {
        Self::on_sqlite_with(&[]).await
    }

    /// … with settings of its own.
    pub async fn on_sqlite_with(more: &[(&str, &str)]) -> Self {
        Self::new(Place::file(), 1, more).await
    }

    /// Three nodes on a server; nothing where there is none.
    pub async fn on_postgres() -> Option<Self> {
        Self::on_postgres_with(&[]).await
    }

    /// … with settings of its own.
    pub async fn on_postgres_with(more: &[(&str, &str)]) -> Option<Self> {
        Some(Self::new(Place::on_server().await?, 3, more).await)
    }

    async fn new(place: Place, count: usize, more: &[(&str, &str)]) -> Self {
        let twilio = FakeTwilio::start(Settings::default()).await.unwrap();
        let account = Settings::default();
        let (database, base) = (place.url(), twilio.base_url());
        let mut settings: Vec<(&str, &str)> = vec![
            ("database.url", database.as_str()),
            ("secrets.key_file", "secret.key"),
            // The address that people use is the load balancer's; any loopback name is ours.
            ("otp.resend_after_seconds", "[1]"),
            ("sms.providers", "[\"twilio\"]"),
            ("sms.twilio.account_sid", &account.account_sid),
            ("sms.twilio.auth_token", &account.auth_token),
            ("sms.twilio.from_number", &account.senders[0]),
            ("sms.twilio.base_url", &base),
        ];
        settings.extend_from_slice(more);
        let installation = Installation::new(&settings);
        if let Place::Server { .. } = place {
            let key = installation.folder.path().join("secret.key");
            let made = std::process::Command::new("sh")
                .args(["-c", "umask 077; head -c 32 /dev/urandom | base64 > \"$0\""])
                .arg(key)
                .status()
                .unwrap();
            assert!(made.success());
        }
        let mut nodes = Vec::new();
        for _ in 0..count {
            nodes.push(installation.serve().await);
        }
        Self { nodes, installation, place, twilio, next: AtomicUsize::new(0) }
    }

    /// An account with a number that an operator vouches for.
    pub fn account(&self, name: &str, number: Option<&str>) {
        let mut words = vec!["user", "add", name, "--password-stdin"];
        words.extend(number.iter().flat_map(|number| ["--phone", number]));
        let made = self.installation.run(&words, &format!("{PASSWORD}\n"));
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    /// The next node in turn, as a load balancer does it.
    pub fn node(&self) -> &Running {
        let nth = self.next.fetch_add(1, Ordering::Relaxed);
        &self.nodes[nth % self.nodes.len()]
    }

    /// The same browser, whose next request goes to the next node.
    pub fn balanced(&self, browser: &Browser) -> Browser {
        browser.clone().by(self.node().line())
    }

    /// A browser at the next node, with the password typed.
    pub async fn half_signed_in(&self, name: &str) -> Browser {
        let mut browser = self.node().browser();
        let knocked = browser.knock(name, PASSWORD).await;
        assert_eq!(knocked.location(), Some("/login/otp"), "{}", knocked.text());
        browser = self.balanced(&browser);
        browser.get("/login/otp").await;
        browser
    }

    /// A browser that is signed in.
    pub async fn signed_in(&self, name: &str, number: &str) -> Browser {
        let mut browser = self.half_signed_in(name).await;
        let code = self.code_to(number);
        let done: Answer = browser.post("/login/otp", &[("code", &code)]).await;
        assert_eq!(done.location(), Some("/security"), "{}", done.text());
        browser.get("/security").await;
        browser
    }

    /// Texts that the provider took for a number, newest first.
    pub fn texts(&self, number: &str) -> Vec<String> {
        self.twilio.inbox(Some(number)).into_iter().map(|text| text.body).collect()
    }

    /// The newest code to a number.
    pub fn code_to(&self, number: &str) -> String {
        self.texts(number).iter().find_map(|text| code_in(text)).expect("a message with a code")
    }

    /// One number out of the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.place.number(sql, &[]).await.unwrap()
    }

    /// One text out of the database.
    pub async fn text(&self, sql: &'static str, binds: &[&str]) -> String {
        if let Place::Folder(_) = &self.place {
            let connection = rusqlite::Connection::open(self.place.path()).unwrap();
            return connection.query_row(sql, rusqlite::params_from_iter(binds), |row| row.get(0)).unwrap();
        }
        let query = binds.iter().fold(sqlx::query_scalar(sql), |query, bind| query.bind(*bind));
        query.fetch_one(&mut self.place.connection().await).await.unwrap()
    }
}
