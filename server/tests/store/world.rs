//! A fresh installation: a database of its own, a clock that stands, randomness from a seed, and the hands that promises need.
use crate::place::Place;
use domain::challenge::{Candidate, FlowPlan, NewCode, PhonePlan, Taken};
use domain::channel::Channel;
use domain::code::{CodeKey, OtpCode, reference};
use domain::day_cap::DayCap;
use domain::delivery::{SendOutcome, SendProblem, SendReport};
use domain::entropy::{hex, hex128};
use domain::events::{Actor, Event, EventKind, Trail};
use domain::id::{AccountId, ChallengeId, DeliveryId, FlowId, NoticeId, PhoneId, SessionHandle};
use domain::lang::Lang;
use domain::limits::Rule;
use domain::notice::{NewNotice, NoticeKind, NoticeText};
use domain::password::NameKey;
use domain::phone::{E164, KnownNumber, Phone};
use domain::policy::{HALF_SIGN_IN, OTHER_FLOWS, SessionPolicy};
use domain::ports::{AttemptKey, Challenges, Deliveries, Effect, Opened, Phones};
use domain::purpose::Purpose;
use domain::testing::{ManualClock, SeededEntropy};
use domain::time::{Clock, Timestamp};
use server::keys::Keys;
use server::store::directory::{NewNumber, NewUser};
use server::store::{Db, Store};
use sqlx::AssertSqlSafe;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// Guesses per code and failures per number, as the product's defaults.
pub const TRIES: u32 = 5;
pub const LOCK: u32 = 20;
pub const TTL: Duration = Duration::from_secs(300);

pub const TAKEN: SendOutcome = SendOutcome::Taken;
pub const REFUSED: SendOutcome = SendOutcome::Refused(SendProblem::Check);
pub const UNKNOWN: SendOutcome = SendOutcome::Unknown(SendProblem::Retry);

pub struct World {
    pub store: Store,
    pub clock: ManualClock,
    pub entropy: SeededEntropy,
    pub keys: Arc<Keys>,
    pub code_key: Arc<CodeKey>,
    pub place: Arc<Place>,
}

/// A code on its way, with what only its receiver knows.
#[derive(Clone)]
pub struct Code {
    pub account: AccountId,
    pub flow: FlowId,
    pub challenge: ChallengeId,
    pub delivery: DeliveryId,
    pub session: SessionHandle,
    pub purpose: Purpose,
    pub digits: String,
}

/// What a guess led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Guess {
    /// Nothing was left to try.
    Nothing,
    Wrong {
        tries_left: u32,
        failures_left: u32,
    },
    /// It was right, and used up or not.
    Right(bool),
}

impl World {
    pub async fn sqlite() -> Option<Self> {
        Some(Self::at(Place::file()).await)
    }

    /// Nothing where there is no server to test with.
    pub async fn postgres() -> Option<Self> {
        Some(Self::at(Place::on_server().await?).await)
    }

    async fn at(place: Place) -> Self {
        let db = Db::open(&place.url()).await.unwrap();
        db.migrate().await.unwrap();
        let clock = ManualClock::at(Timestamp::from_millis(1_790_000_000_000));
        let entropy = SeededEntropy::new(7);
        let keys = Arc::new(Keys::derive(&std::array::from_fn(|i| u8::try_from(i * 7 % 251).unwrap())));
        let session = SessionPolicy::new(3600, 86_400, 300).unwrap();
        let (own_clock, own_entropy) = (Arc::new(clock.clone()), Arc::new(entropy.clone()));
        let store = Store::new(db, Arc::clone(&keys), own_entropy, own_clock, session);
        store.check_key().await.unwrap();
        let code_key = Arc::new(keys.code());
        Self { store, clock, entropy, keys, code_key, place: Arc::new(place) }
    }

    /// Another hand on the same world, for a task.
    pub fn hand(&self) -> Self {
        Self {
            store: self.store.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            keys: Arc::clone(&self.keys),
            code_key: Arc::clone(&self.code_key),
            place: Arc::clone(&self.place),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.pass_seconds(seconds);
    }

    pub fn session(&self) -> SessionHandle {
        SessionHandle::ordered(self.now(), &self.entropy)
    }

    pub fn trail(&self, session: &SessionHandle) -> Trail {
        Trail { session: Some(session.clone()), actor: Actor::Person, ..self.operator() }
    }

    pub fn operator(&self) -> Trail {
        Trail {
            at: self.now(),
            actor: Actor::Operator,
            request: hex128(&self.entropy),
            address: "192.0.2.1".to_owned(),
            agent: "Firefox on Linux".to_owned(),
            session: None,
            lang: Lang::En,
        }
    }

    pub fn known(&self, number: &str) -> KnownNumber {
        let number = E164::parse(number).unwrap();
        KnownNumber { hash: self.keys.number_hash(&number), number, fixed_line: false }
    }

    pub fn user(&self, name: &str, numbers: &[&str]) -> NewUser {
        let number =
            |text: &&str| NewNumber { known: self.known(text), label: String::new(), verified: true };
        NewUser {
            username: name.to_owned(),
            key: NameKey::of(name).unwrap(),
            email: None,
            password_hash: "$stored$".to_owned(),
            numbers: numbers.iter().map(number).collect(),
        }
    }

    /// An account with proven numbers.
    pub async fn account(&self, name: &str, numbers: &[&str]) -> AccountId {
        let id = self.store.add_user(&self.user(name, numbers), &self.operator()).await.unwrap();
        id.expect("a free name")
    }

    pub async fn phones(&self, account: &AccountId) -> Vec<Phone> {
        Phones::of(&self.store, account).await.unwrap()
    }

    pub async fn phone(&self, account: &AccountId) -> Phone {
        self.phones(account).await.into_iter().next().unwrap()
    }

    pub fn digits(&self) -> String {
        OtpCode::generate(&self.entropy, 6).reveal().to_owned()
    }

    /// A code that is not this one.
    pub fn wrong(&self, code: &Code) -> String {
        loop {
            let digits = self.digits();
            if digits != code.digits {
                return digits;
            }
        }
    }

    pub fn new_code(&self, flow: &FlowId, plan: FlowPlan, digits: &str, rules: Vec<Rule>) -> NewCode {
        let challenge = ChallengeId::ordered(self.now(), &self.entropy);
        let code = OtpCode::tidy(digits, u8::try_from(digits.len()).unwrap()).unwrap();
        let reference = reference(&self.entropy);
        NewCode {
            flow: flow.clone(),
            plan,
            digest: self.code_key.digest(&challenge, &code),
            challenge,
            expires_at: self.now().plus(TTL),
            delivery: DeliveryId::ordered(self.now(), &self.entropy),
            body: Zeroizing::new(format!("Your code is {digits}, ref {reference}\n@id.example #{digits}")),
            reference,
            channel: Channel::Sms,
            spoken: None,
            callback_token: hex128(&self.entropy),
            rules,
            day_cap: DayCap(None),
        }
    }

    pub async fn open(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        purpose: Purpose,
        phone: PhonePlan,
        rules: Vec<Rule>,
    ) -> (Code, Opened) {
        let digits = self.digits();
        self.open_with(account, session, purpose, phone, rules, &digits).await
    }

    pub async fn open_with(
        &self,
        account: &AccountId,
        session: &SessionHandle,
        purpose: Purpose,
        phone: PhonePlan,
        rules: Vec<Rule>,
        digits: &str,
    ) -> (Code, Opened) {
        let flow = FlowId::ordered(self.now(), &self.entropy);
        let life = if purpose == Purpose::SignIn { HALF_SIGN_IN } else { OTHER_FLOWS };
        let plan = FlowPlan::New {
            account: account.clone(),
            session: session.clone(),
            purpose: purpose.clone(),
            phone,
            expires_at: self.now().plus(life),
            overtakes: purpose != Purpose::Test,
            seen: self.store.latest(session, &[purpose.name()]).await.unwrap().map(|flow| flow.id),
        };
        let new = self.new_code(&flow, plan, digits, rules);
        let (challenge, delivery) = (new.challenge.clone(), new.delivery.clone());
        let issued = Event::of(EventKind::CodeIssued, account).purpose(&purpose);
        let opened = self.store.open(new, &[issued], &self.trail(session)).await.unwrap();
        let code = Code {
            account: account.clone(),
            flow,
            challenge,
            delivery,
            session: session.clone(),
            purpose,
            digits: digits.to_owned(),
        };
        (code, opened)
    }

    /// One more code of the flow of `code`.
    pub async fn again(&self, code: &Code, phone: &PhoneId, seen_sends: u32) -> (Code, Opened) {
        let digits = self.wrong(code);
        let plan = FlowPlan::Again { seen_sends, phone: phone.clone() };
        let new = self.new_code(&code.flow, plan, &digits, Vec::new());
        let next =
            Code { challenge: new.challenge.clone(), delivery: new.delivery.clone(), digits, ..code.clone() };
        let opened = self.store.open(new, &[], &self.trail(&code.session)).await.unwrap();
        (next, opened)
    }

    /// A code that a provider has taken, for a use of the account's first phone.
    pub async fn sent(&self, account: &AccountId, session: &SessionHandle, purpose: Purpose) -> Code {
        let phone = PhonePlan::Existing(self.phone(account).await.id);
        let (code, opened) = self.open(account, session, purpose, phone, Vec::new()).await;
        assert_eq!(opened, Opened::Written);
        self.settle(&code, TAKEN).await;
        code
    }

    /// A resend whose outcome is `outcome`.
    pub async fn resent(&self, code: &Code, seen_sends: u32, outcome: SendOutcome) -> Code {
        let phone = self.flow(code).await.phone;
        let (code, opened) = self.again(code, &phone, seen_sends).await;
        assert_eq!(opened, Opened::Written);
        self.settle(&code, outcome).await;
        code
    }

    pub fn pending(&self, number: &str, replaces: Option<&PhoneId>, most: usize) -> PhonePlan {
        PhonePlan::Pending {
            id: PhoneId::new(&self.entropy),
            known: self.known(number),
            label: "new".to_owned(),
            replaces: replaces.cloned(),
            max_per_account: most,
        }
    }

    pub async fn settle(&self, code: &Code, outcome: SendOutcome) {
        self.settle_delivery(&code.delivery, outcome, false).await;
    }

    pub async fn settle_delivery(&self, id: &DeliveryId, outcome: SendOutcome, marks_number: bool) {
        let report = SendReport {
            provider_id: Some("SM1".to_owned()),
            status: Some("queued".to_owned()),
            segments: Some(1),
            marks_number,
            ..SendReport::bare("outbox", outcome)
        };
        self.store.settle(id, &report, &self.operator()).await.unwrap();
    }

    pub async fn take(&self, code: &Code) -> Option<Taken> {
        let key = AttemptKey {
            account: &code.account,
            flow: &code.flow,
            session: &code.session,
            purpose: &code.purpose,
            tries: TRIES,
            failures_before_lock: LOCK,
        };
        self.store.take_attempt(&key, self.now()).await.unwrap()
    }

    pub async fn consume(&self, code: &Code, notices: &[NewNotice]) -> bool {
        self.consume_as((&code.account, &code.challenge), &code.purpose, &code.session, notices).await
    }

    pub async fn consume_as(
        &self,
        (account, challenge): (&AccountId, &ChallengeId),
        purpose: &Purpose,
        session: &SessionHandle,
        notices: &[NewNotice],
    ) -> bool {
        self.consume_beside((account, challenge), &[], purpose, session, notices).await
    }

    async fn consume_beside(
        &self,
        (account, challenge): (&AccountId, &ChallengeId),
        beside: &[ChallengeId],
        purpose: &Purpose,
        session: &SessionHandle,
        notices: &[NewNotice],
    ) -> bool {
        let effect = match purpose {
            Purpose::SignIn => Effect::SignedIn,
            Purpose::NewPhone => Effect::Verify,
            Purpose::ReplacePhone { old } => Effect::Swap { old: old.clone() },
            Purpose::FreshProof => Effect::Proven,
            Purpose::Test => Effect::Tested,
        };
        self.store
            .consume(account, challenge, beside, &effect, notices, &self.trail(session))
            .await
            .unwrap()
            .is_some()
    }

    /// Spends a try, compares, uses up: as the core does it.
    pub async fn guess(&self, code: &Code, digits: &str) -> Guess {
        let Some(taken) = self.take(code).await else { return Guess::Nothing };
        let typed = OtpCode::tidy(digits, u8::try_from(digits.len()).unwrap()).unwrap();
        let right = |known: &&Candidate| self.code_key.digest(&known.id, &typed).matches(&known.digest);
        match taken.candidates.iter().find(right) {
            Some(Candidate { id, .. }) => {
                let others = taken.candidates.iter().map(|known| known.id.clone());
                let beside: Vec<ChallengeId> = others.filter(|other| other != id).collect();
                let used = (&code.account, id);
                Guess::Right(self.consume_beside(used, &beside, &code.purpose, &code.session, &[]).await)
            }
            None => Guess::Wrong {
                tries_left: taken.tries_left,
                failures_left: taken.nearest().unwrap().failures_left,
            },
        }
    }

    pub async fn guess_wrong(&self, code: &Code) -> Guess {
        let digits = self.wrong(code);
        self.guess(code, &digits).await
    }

    pub async fn flow(&self, code: &Code) -> domain::challenge::Flow {
        self.store.flow(&code.flow, &code.session).await.unwrap().expect("a flow")
    }

    pub fn notice(&self, kind: NoticeKind, phones: &[Phone], rules: &[Rule]) -> NewNotice {
        let text = |phone: &Phone| NoticeText {
            delivery: DeliveryId::ordered(self.now(), &self.entropy),
            phone: phone.id.clone(),
            body: "Example: something changed.".to_owned(),
            reference: reference(&self.entropy),
            rules: rules.to_vec(),
            day_cap: DayCap(None),
        };
        NewNotice {
            id: NoticeId::new(&self.entropy),
            kind,
            at: self.now(),
            agent: "Firefox on Linux".to_owned(),
            mask: phones.first().map(|phone| phone.mask.clone()),
            texts: phones.iter().map(text).collect(),
        }
    }

    /// Changes something past the store.
    pub async fn meddle(&self, sql: &str) {
        match &*self.place {
            Place::Folder(_) => {
                rusqlite::Connection::open(self.place.path()).unwrap().execute_batch(sql).unwrap();
            }
            Place::Server { .. } => {
                let mut connection = self.place.connection().await;
                sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
            }
        }
    }

    /// All that a copy of the database holds; what a server writes in hex is there as bytes too.
    pub async fn bytes(&self) -> Vec<u8> {
        if let Place::Folder(folder) = &*self.place {
            let files = std::fs::read_dir(folder.path().join("data")).unwrap();
            return files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
        }
        let mut all = Vec::new();
        for table in self.tables().await {
            let rows = self.rows(&table).await.join("\n").into_bytes();
            all.extend(unhexed(&rows));
            all.extend(rows);
        }
        all
    }

    /// The tables of the schema.
    pub async fn tables(&self) -> Vec<String> {
        let mut tables: Vec<String> = match &*self.place {
            Place::Folder(_) => {
                let connection = rusqlite::Connection::open(self.place.path()).unwrap();
                let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
                let mut names = connection.prepare(names).unwrap();
                names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
            }
            Place::Server { .. } => {
                let names =
                    "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
                sqlx::query_scalar(names).fetch_all(&mut self.place.connection().await).await.unwrap()
            }
        };
        tables.retain(|table| !table.starts_with("_sqlx"));
        tables.sort();
        tables
    }

    /// All rows of a table, each as text: what is bytes as their digits.
    pub async fn rows(&self, table: &str) -> Vec<String> {
        if let Place::Folder(_) = &*self.place {
            let connection = rusqlite::Connection::open(self.place.path()).unwrap();
            let mut rows = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = rows.column_count();
            let row = |row: &rusqlite::Row<'_>| {
                let cell = |column| match row.get_ref(column).unwrap() {
                    rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                    rusqlite::types::ValueRef::Blob(bytes) => hex(bytes),
                    other => format!("{other:?}"),
                };
                Ok((0..columns).map(cell).collect::<Vec<_>>().join("|"))
            };
            return rows.query_map([], row).unwrap().map(Result::unwrap).collect();
        }
        let rows = AssertSqlSafe(format!("SELECT t::text FROM {table} t"));
        sqlx::query_scalar(rows).fetch_all(&mut self.place.connection().await).await.unwrap()
    }

    pub fn holds(bytes: &[u8], what: &[u8]) -> bool {
        bytes.windows(what.len()).any(|window| window == what)
    }
}

/// What stands in columns of bytes, of which text has `\x` and hex digits; each ends in a line break.
fn unhexed(text: &[u8]) -> Vec<u8> {
    let nibble = |byte: &u8| char::from(*byte).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(mark) = text[at..].windows(2).position(|pair| pair == b"\\x") {
        at += mark + 2;
        let digits: Vec<u8> = text[at..].iter().map_while(nibble).collect();
        all.extend(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]));
        all.push(b'\n');
        at += digits.len();
    }
    all
}

/// Runs so many tasks at once and gives what they led to.
pub async fn parallel<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..count).map(|n| tokio::spawn(task(n))).collect();
    let mut all = Vec::with_capacity(count);
    for task in tasks {
        all.push(task.await.unwrap());
    }
    all
}
