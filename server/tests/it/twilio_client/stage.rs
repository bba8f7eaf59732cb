//! A client, a fake Twilio, and the time between them in the test's hand.
use ::fake_twilio::{FakeTwilio, Settings};
use async_trait::async_trait;
use domain::delivery::{SendOutcome, SendProblem, SendReport, SmsMessage};
use domain::entropy::Entropy;
use domain::id::DeliveryId;
use domain::phone::E164;
use domain::ports::Sms as _;
use domain::time::{Clock, Timestamp};
use secrecy::SecretString;
use server::sms::twilio::{Pause, Roots, Surroundings, Twilio, TwilioOptions};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use zeroize::Zeroizing;

pub const TO: &str = "+12015550123";
pub const BODY: &str = "Latchkey: your code is 747723 (ref K7Q2).\n\n@localhost #747723";
pub const REFERENCE: &str = "K7Q2";

/// A clock that only moves when told to.
#[derive(Default)]
pub struct HandClock(AtomicI64);

impl HandClock {
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// The clock of the runtime, which a test can stop and which then jumps to the next timer.
pub struct RuntimeClock(tokio::time::Instant);

impl RuntimeClock {
    pub fn new() -> Self {
        Self(tokio::time::Instant::now())
    }
}

impl Clock for RuntimeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(i64::try_from(self.0.elapsed().as_millis()).unwrap())
    }
}

/// A fixed sequence: the same in every run.
pub struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            let n = self.0.fetch_add(1, Ordering::SeqCst).wrapping_add(1);
            *byte = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()[6];
        }
    }
}

/// Takes no time, moves the clock, and remembers how long it was asked to wait.
pub struct Waits {
    clock: Arc<HandClock>,
    seen: Mutex<Vec<Duration>>,
}

impl Waits {
    pub fn seen(&self) -> Vec<Duration> {
        self.seen.lock().unwrap().clone()
    }
}

#[async_trait]
impl Pause for Waits {
    async fn wait(&self, time: Duration) {
        self.clock.advance(time);
        self.seen.lock().unwrap().push(time);
    }
}

pub struct Stage {
    pub fake: FakeTwilio,
    pub twilio: Arc<Twilio>,
    pub clock: Arc<HandClock>,
    waits: Arc<Waits>,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings of the client.
    pub async fn with(change: impl FnOnce(&mut TwilioOptions)) -> Self {
        let fake = FakeTwilio::start(Settings::default()).await.unwrap();
        let mut options = options(&fake.base_url());
        change(&mut options);
        let (clock, waits, surroundings) = surroundings();
        let twilio = Arc::new(Twilio::start(options, surroundings).ok().unwrap());
        Self { fake, twilio, clock, waits }
    }

    pub async fn send(&self) -> SendReport {
        self.twilio.send(&message()).await
    }

    pub async fn send_to(&self, to: &str) -> SendReport {
        self.twilio.send(&SmsMessage { to: E164::parse(to).unwrap(), ..message() }).await
    }

    pub async fn send_living(&self, seconds: u32) -> SendReport {
        self.twilio.send(&SmsMessage { valid_for_seconds: seconds, ..message() }).await
    }

    /// Requests to send a message that reached the fake.
    pub fn posts(&self) -> usize {
        self.fake.requests().iter().filter(|request| request.method == "POST").count()
    }

    pub fn waits(&self) -> Vec<Duration> {
        self.waits.seen()
    }
}

/// Settings that the fake accepts.
pub fn options(base_url: &str) -> TwilioOptions {
    let account = Settings::default();
    TwilioOptions {
        account_sid: Some(account.account_sid),
        auth_token: Some(SecretString::from(account.auth_token).into()),
        from_number: account.senders.first().cloned(),
        base_url: Some(base_url.to_owned()),
        ..TwilioOptions::default()
    }
}

pub fn surroundings() -> (Arc<HandClock>, Arc<Waits>, Surroundings) {
    let clock = Arc::new(HandClock::default());
    let waits = Arc::new(Waits { clock: Arc::clone(&clock), seen: Mutex::default() });
    let surroundings = Surroundings {
        clock: Arc::<HandClock>::clone(&clock),
        entropy: entropy(),
        pause: Arc::<Waits>::clone(&waits),
        roots: Roots::System,
    };
    (clock, waits, surroundings)
}

pub fn entropy() -> Arc<dyn Entropy> {
    Arc::new(Counting(AtomicU64::new(0)))
}

pub fn message() -> SmsMessage {
    SmsMessage {
        delivery: DeliveryId::stored("0".repeat(32)),
        to: E164::parse(TO).unwrap(),
        body: Zeroizing::new(BODY.to_owned()),
        valid_for_seconds: 300,
        reference: REFERENCE.to_owned(),
        callback_token: "abcdef0123456789abcdef0123456789".to_owned(),
    }
}

pub fn refused(problem: SendProblem) -> SendOutcome {
    SendOutcome::Refused(problem)
}

/// "Nobody can tell", in the only words it has.
pub const UNKNOWN: SendOutcome = SendOutcome::Unknown(SendProblem::Retry);
