//! A whole installation for one test: the real router and store, a clock in the test's hand, randomness from a seed.
//!
//! [`House`] is what an operator runs, [`Browser`] one person's browser in front of it, [`Answer`] what that browser got.
mod answer;
mod browser;
pub mod fuse;
#[path = "../../shared/place.rs"]
pub mod place;
pub mod process;

pub use answer::Answer;
pub use browser::{Browser, Heard, Line, at_once};

use self::fuse::{Fuse, Fused};
use self::place::Place;
use ::fake_twilio::{FakeTwilio, Settings};
use async_trait::async_trait;
use domain::events::{Actor, Trail};
use domain::id::AccountId;
use domain::lang::Lang;
use domain::password::{NameKey, Password};
use domain::phone::{E164, KnownNumber};
use domain::ports::{Fault, Passwords};
use domain::testing::{ManualClock, SeededEntropy};
use domain::time::{Clock, Timestamp};
use server::App;
use server::clock::SharedClock;
use server::config::{self, Config};
use server::keys::Keys;
use server::passwords::{Lists, PasswordPool};
use server::services::{Adapters, assemble};
use server::store::directory::{NewNumber, NewUser};
use server::store::{Db, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// The password of every account that a test makes.
pub const PASSWORD: &str = "quiet copper meadow 71";

/// The name and the number that most tests use. Both are set aside for examples.
pub const ADA: &str = "ada";
pub const NUMBER: &str = "+12015550123";
pub const OTHER: &str = "+12015550147";

/// Fixed lines that tests have: Berlin and London, of the ranges for film and fiction.
pub const LANDLINES: [&str; 2] = ["+493023125000", "+442079460123"];

/// One installation.
pub struct House {
    pub app: App,
    pub store: Store,
    pub clock: ManualClock,
    pub keys: Arc<Keys>,
    pub passwords: Arc<Counted>,
    /// In its clock and in its randomness.
    pub fuses: (Fuse, Fuse),
    place: Arc<Place>,
    folder: Arc<tempfile::TempDir>,
    settings: Vec<(String, String)>,
    router: axum::Router,
}

/// Each node has a randomness of its own.
static NODES: AtomicU64 = AtomicU64::new(12);

impl House {
    /// With the built-in inbox and the settings of a first look, without limits by address.
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With these settings on top: `("otp.tries", "3")`, values as in TOML.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::try_with(settings).await.unwrap()
    }

    /// On a file, whichever database the others are on: where the test holds the runtime's clock still, nothing may be waited for.
    pub async fn on_a_file() -> Self {
        Self::at(Place::file(), &[]).await.unwrap()
    }

    /// As [`House::with`], where the start may be refused.
    pub async fn try_with(settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let place = if on_postgres() {
            Place::on_server().await.expect("LATCHKEY_TEST_POSTGRES names a server")
        } else {
            Place::file()
        };
        Self::at(place, settings).await
    }

    /// … on this database.
    pub async fn at(place: Place, settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let clock = ManualClock::at(Timestamp::from_millis(1_790_000_000_000));
        let folder = Arc::new(tempfile::tempdir()?);
        Self::node(Arc::new(place), folder, settings, SeededEntropy::new(11), clock, None).await
    }

    /// Another node of this installation, or the same one after a restart: what it knows it has from the database. Its clock is this one's.
    pub async fn another_node(&self) -> Self {
        self.another(self.clock.clone(), None).await
    }

    /// … that goes by the time which nodes share. Its own clock stands, and moves nothing.
    pub async fn another_node_by(&self, shared: &Arc<SharedClock>) -> Self {
        self.another(ManualClock::at(shared.now()), Some(Arc::clone(shared))).await
    }

    async fn another(&self, clock: ManualClock, shared: Option<Arc<SharedClock>>) -> Self {
        let entropy = SeededEntropy::new(NODES.fetch_add(1, Ordering::Relaxed));
        let (place, folder) = (Arc::clone(&self.place), Arc::clone(&self.folder));
        Self::node(place, folder, self.settings.clone(), entropy, clock, shared).await.unwrap()
    }

    async fn node(
        place: Arc<Place>,
        folder: Arc<tempfile::TempDir>,
        settings: Vec<(String, String)>,
        entropy: SeededEntropy,
        clock: ManualClock,
        shared_clock: Option<Arc<SharedClock>>,
    ) -> anyhow::Result<Self> {
        let config = settings_of(&folder, &place.url(), &settings)?;
        let keys = Arc::new(Keys::load_or_make(&config.key_file, &entropy)?);
        let db = Db::open(config.database.url()).await?;
        db.migrate().await?;
        let own_clock: Arc<dyn Clock> = match &shared_clock {
            Some(shared) => Arc::clone(shared) as _,
            None => Arc::new(clock.clone()),
        };
        let own_entropy = Arc::new(entropy);
        let session = config.policy.session.clone();
        let store =
            Store::new(db, Arc::clone(&keys), Arc::clone(&own_entropy) as _, Arc::clone(&own_clock), session);
        store.check_key().await?;
        let pool = PasswordPool::new(&keys, Arc::clone(&own_entropy) as _)?;
        let passwords = Arc::new(Counted { pool, compared: AtomicUsize::new(0) });
        let fuses = (Fuse::default(), Fuse::default());
        let adapters = Adapters {
            clock: Arc::new(Fused(own_clock, fuses.0.clone())),
            shared_clock,
            entropy: Arc::new(Fused(own_entropy, fuses.1.clone())),
            keys: Arc::clone(&keys),
            store: store.clone(),
            passwords: Arc::clone(&passwords) as _,
        };
        let app = assemble(config, adapters)?;
        let router = server::router::router(Arc::clone(&app), store.clone());
        Ok(Self { app, store, clock, keys, passwords, fuses, place, folder, settings, router })
    }

    /// Whose messages go to a fake Twilio, with these settings on top.
    pub async fn with_twilio(more: &[(&str, &str)]) -> (Self, FakeTwilio) {
        let fake = FakeTwilio::start(Settings::default()).await.unwrap();
        let account = Settings::default();
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let base = fake.base_url();
        let mut settings = vec![
            ("sms.providers", "[\"twilio\"]"),
            ("sms.twilio.account_sid", &account.account_sid),
            ("sms.twilio.auth_token", &account.auth_token),
            ("sms.twilio.from_number", &account.senders[0]),
            ("sms.twilio.base_url", &base),
        ];
        settings.extend_from_slice(more);
        (Self::with(&settings).await, fake)
    }

    /// An account with proven numbers; the first is preferred.
    pub async fn account(&self, name: &str, numbers: &[&str]) -> AccountId {
        let key = NameKey::of(name).unwrap();
        let chosen = Password::chosen(PASSWORD, &key, &[], &Lists).unwrap();
        let known = |text: &&str| {
            let number = E164::parse(text).unwrap();
            let hash = self.keys.number_hash(&number);
            let known = KnownNumber { hash, number, fixed_line: LANDLINES.contains(text) };
            NewNumber { known, label: String::new(), verified: true }
        };
        let user = NewUser {
            username: name.to_owned(),
            key,
            email: None,
            password_hash: self.passwords.pool.hash(chosen).await.unwrap(),
            numbers: numbers.iter().map(known).collect(),
        };
        self.store.add_user(&user, &self.operator()).await.unwrap().expect("a free name")
    }

    /// What the operator's commands leave as their mark.
    pub fn operator(&self) -> Trail {
        Trail {
            at: self.clock.now(),
            actor: Actor::Operator,
            request: "0".repeat(32),
            address: String::new(),
            agent: String::new(),
            session: None,
            lang: Lang::En,
        }
    }

    /// The way to it, for programs.
    pub fn line(&self) -> Line {
        Line::Router(self.router.clone())
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(Line::Router(self.router.clone()))
    }

    /// A browser that is signed in with all the account has.
    pub async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        self.sign_in(&mut browser, name).await;
        browser
    }

    /// Signs in, with the newest code where one is asked for.
    pub async fn sign_in(&self, browser: &mut Browser, name: &str) {
        let knocked = browser.knock(name, PASSWORD).await;
        if knocked.location() == Some("/login/otp") {
            let code = self.newest_code();
            browser.get("/login/otp").await;
            let done = browser.post("/login/otp", &[("code", &code)]).await;
            assert_eq!(done.location(), Some("/security"), "{}", done.text());
        } else {
            assert_eq!(knocked.location(), Some("/security"), "{}", knocked.text());
        }
    }

    /// A browser between the factors: the password was right, a code is out.
    pub async fn half_signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let knocked = browser.knock(name, PASSWORD).await;
        assert_eq!(knocked.location(), Some("/login/otp"), "{}", knocked.text());
        browser.get("/login/otp").await;
        browser
    }

    /// All texts to a number, newest first.
    pub fn texts(&self, number: &str) -> Vec<String> {
        let outbox = self.app.outbox.as_ref().expect("the built-in inbox");
        outbox.list(Some(number)).into_iter().map(|message| message.body).collect()
    }

    /// How many texts went out at all.
    pub fn sent(&self) -> usize {
        self.app.outbox.as_ref().map_or(0, |outbox| outbox.list(None).len())
    }

    /// The newest code that went out to anybody.
    pub fn newest_code(&self) -> String {
        let outbox = self.app.outbox.as_ref().expect("the built-in inbox");
        let texts = outbox.list(None).into_iter().map(|message| message.body);
        texts.filter_map(|text| code_in(&text)).next().expect("a message with a code")
    }

    /// A code of the right shape that is not the newest one.
    pub fn wrong_code(&self) -> String {
        let right = self.newest_code();
        other_code(&right)
    }

    /// The newest code that went out to a number.
    pub fn code_to(&self, number: &str) -> String {
        self.texts(number).iter().find_map(|text| code_in(text)).expect("a message with a code")
    }

    /// Its settings, as the program reads them.
    pub fn config(&self) -> Config {
        settings_of(&self.folder, &self.place.url(), &self.settings).unwrap()
    }

    /// Where its database is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// One number out of the database.
    pub async fn count(&self, sql: &'static str, binds: &[&str]) -> i64 {
        self.place.number(sql, binds).await.unwrap()
    }

    /// One column of text out of the database.
    pub async fn texts_in_database(&self, sql: &'static str) -> Vec<String> {
        match &*self.place {
            Place::Folder(_) => {
                let connection = rusqlite::Connection::open(self.place.path()).unwrap();
                let mut statement = connection.prepare(sql).unwrap();
                statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
            }
            Place::Server { .. } => {
                let mut connection = self.place.connection().await;
                let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap();
                rows.into_iter().map(|(text,)| text).collect()
            }
        }
    }

    /// Changes something in the database past the store.
    pub async fn meddle(&self, sql: &'static str) -> u64 {
        match &*self.place {
            Place::Folder(_) => {
                let touched =
                    rusqlite::Connection::open(self.place.path()).unwrap().execute(sql, []).unwrap();
                touched.try_into().unwrap()
            }
            Place::Server { .. } => {
                let mut connection = self.place.connection().await;
                sqlx::query(sql).execute(&mut connection).await.unwrap().rows_affected()
            }
        }
    }

    /// The account's phones.
    pub async fn phones(&self, account: &AccountId) -> Vec<domain::phone::Phone> {
        domain::ports::Phones::of(&self.store, account).await.unwrap()
    }
}

/// Every byte of every file of a database, its log and index included; the key file is not part of it.
pub fn bytes_below(folder: &std::path::Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("latchkey.db")) {
            all.extend(std::fs::read(path).unwrap());
        }
    }
    all
}

/// The code that a call has spoken: the digits that stand alone, the first time.
fn spoken_in(text: &str) -> Option<String> {
    let bare = |word: &str| word.trim_end_matches('.').to_owned();
    let digit = |word: &String| word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_digit());
    let digits: String = text.split_whitespace().map(bare).filter(digit).collect();
    let (once, again) = digits.split_at(digits.len() / 2);
    (once.len() >= 6 && once == again).then(|| once.to_owned())
}

/// The code in a text, read as a browser reads it: from the last line; in a call, as it was spoken.
pub fn code_in(text: &str) -> Option<String> {
    if !text.lines().last()?.starts_with('@') {
        return spoken_in(text);
    }
    let (_, code) = text.lines().last()?.strip_prefix('@')?.split_once(" #")?;
    Some(code.to_owned())
}

/// A code of the same length that differs.
pub fn other_code(code: &str) -> String {
    code.bytes().map(|digit| char::from(b'0' + (digit - b'0' + 1) % 10)).collect()
}

/// Whether the least and the greatest of the medians of so many kinds of work are `alike`. They are done in turn, so that what else the
/// machine does meets all of them; one calm run of five is enough, because a difference of ours would be in each.
pub async fn take_alike(
    kinds: usize,
    rounds: usize,
    alike: impl Fn(Duration, Duration) -> bool,
    mut work: impl AsyncFnMut(usize),
) -> Result<(), Vec<Duration>> {
    let mut medians = Vec::new();
    for _ in 0..5 {
        let mut took = vec![Vec::with_capacity(rounds); kinds];
        for round in 0..rounds {
            for nth in 0..kinds {
                let kind = (round + nth) % kinds;
                let begun = tokio::time::Instant::now();
                work(kind).await;
                took[kind].push(begun.elapsed());
            }
        }
        took.iter_mut().for_each(|times| times.sort_unstable());
        medians = took.iter().map(|times| times[rounds / 2]).collect();
        if alike(*medians.iter().min().unwrap(), *medians.iter().max().unwrap()) {
            return Ok(());
        }
    }
    Err(medians)
}

/// Whether the houses of this run stand on PostgreSQL: everything is run on both.
#[expect(clippy::disallowed_methods, reason = "the tests' own variable; the product does not know it")]
fn on_postgres() -> bool {
    std::env::var("LATCHKEY_TEST_ON").is_ok_and(|which| which == "postgres")
}

/// The settings of a first look, in a folder of their own.
fn settings_of(
    folder: &tempfile::TempDir,
    database: &str,
    more: &[(String, String)],
) -> anyhow::Result<Config> {
    let place = folder.path().display();
    let mut settings = vec![
        ("database.url".to_owned(), database.to_owned()),
        ("secrets.key_file".to_owned(), format!("{place}/data/secret.key")),
        ("sms.providers".to_owned(), "[\"outbox\"]".to_owned()),
        ("limits.sign_ins_per_address_per_minute".to_owned(), "0".to_owned()),
        ("limits.sends_per_address_per_hour".to_owned(), "0".to_owned()),
        ("limits.sends_per_minute".to_owned(), "0".to_owned()),
        // Made three times as fast; what the product makes is tried where keys are the subject.
        ("signing.key_bits".to_owned(), "2048".to_owned()),
    ];
    for (key, value) in more {
        settings.retain(|(known, _)| known != key);
        settings.push((key.clone(), value.clone()));
    }
    let variables: Vec<(String, String)> = settings
        .into_iter()
        .map(|(key, value)| (format!("LATCHKEY_{}", key.replace('.', "__").to_uppercase()), value))
        .collect();
    let none = folder.path().join("latchkey.toml");
    std::fs::write(&none, "")?;
    Ok(config::load(Some(&none), &variables)?)
}

/// The real hashing, which counts how often it was asked to compare.
pub struct Counted {
    pool: PasswordPool,
    compared: AtomicUsize,
}

impl Counted {
    /// Comparisons so far, those with the dummy included.
    pub fn compared(&self) -> usize {
        self.compared.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Passwords for Counted {
    async fn check(
        &self,
        stored: Option<String>,
        typed: Password,
    ) -> Result<domain::ports::PasswordCheck, Fault> {
        self.compared.fetch_add(1, Ordering::SeqCst);
        self.pool.check(stored, typed).await
    }

    async fn hash(&self, chosen: Password) -> Result<String, Fault> {
        self.pool.hash(chosen).await
    }
}
