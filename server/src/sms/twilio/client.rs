//! Hands a message to Twilio: once, and again only where nothing can have happened (R83).
use super::NAME;
use super::breaker::{Breaker, Health};
use super::callback::{Callbacks, STATUS_PATH, VOICE_PATH, news, progress};
use super::http::{CONNECT, Http, Kind, Roots};
use super::settings::{Sender, SettingsError, TwilioOptions};
use super::verdict::{Again, Verdict, judge, record_of};
use super::voice;
use async_trait::async_trait;
use domain::delivery::{SendOutcome, SendProblem, SendReport, SmsMessage};
use domain::entropy::{Entropy, below};
use domain::lang::Lang;
use domain::ports::Sms;
use domain::progress::News;
use domain::time::Clock;
use std::sync::Arc;
use std::time::Duration;

/// From the first connection to the end of the last answer, retries and waits included (R82): a person is waiting.
const TOTAL: Duration = Duration::from_secs(10);
/// A retry needs so much of [`TOTAL`]: more than a connection may take, so that the end of [`TOTAL`] never falls into the
/// time before the first byte and turns a clear no into "nobody can tell".
const LEAST_TRY: Duration = CONNECT.saturating_add(Duration::from_secs(1));
const RETRIES: u32 = 2;
/// Doubled for each retry; as much again at random at the most.
const FIRST_WAIT_MS: u32 = 250;
/// A code that lives shorter is not sent: it would arrive dead (R20).
const LEAST_LIFE: Duration = Duration::from_secs(10);
/// Twilio's longest validity period, in seconds.
const LONGEST_LIFE: u64 = 36_000;

/// Waiting between two tries; a port, so that tests of it take no time.
#[async_trait]
pub trait Pause: Send + Sync {
    /// Returns after `time`.
    async fn wait(&self, time: Duration);
}

/// Waits by the runtime's timer.
pub struct TimerPause;

#[async_trait]
impl Pause for TimerPause {
    async fn wait(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// What the provider needs of the outside.
pub struct Surroundings {
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Spreads retries.
    pub entropy: Arc<dyn Entropy>,
    /// Waits before them.
    pub pause: Arc<dyn Pause>,
    /// Which certificates are believed.
    pub roots: Roots,
}

/// Twilio as a provider of text messages and calls.
pub struct Twilio {
    http: Http,
    sender: Sender,
    status_callback: Option<String>,
    callbacks: Option<Arc<Callbacks>>,
    /// From where calls are made, where they can be.
    line: Option<Line>,
    breaker: Breaker,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pause: Arc<dyn Pause>,
}

impl Twilio {
    /// Checks the settings and gets ready; asks Twilio nothing. Says at start how that went, in the words operators look for.
    ///
    /// # Errors
    /// When a setting is missing or wrong, or no certificate can be checked on this machine.
    pub fn start(options: TwilioOptions, surroundings: Surroundings) -> Result<Self, SettingsError> {
        tracing::info!("Twilio SMS. Initialization");
        match Self::new(options, surroundings) {
            Ok(twilio) => {
                tracing::info!("Twilio SMS. Initialized successfully");
                Ok(twilio)
            }
            Err(error) => {
                tracing::error!("Twilio SMS. {error}");
                Err(error)
            }
        }
    }

    fn new(options: TwilioOptions, surroundings: Surroundings) -> Result<Self, SettingsError> {
        let settings = options.check()?;
        Ok(Self {
            http: Http::new(&settings, surroundings.roots)?,
            sender: settings.sender,
            line: settings
                .caller
                .zip(settings.status_callback.clone())
                .map(|(caller, base)| Line { caller, base }),
            status_callback: settings.status_callback,
            callbacks: settings.callbacks.map(Arc::new),
            breaker: Breaker::new(Arc::clone(&surroundings.clock)),
            clock: surroundings.clock,
            entropy: surroundings.entropy,
            pause: surroundings.pause,
        })
    }

    /// How its callbacks are read; nothing where none are asked for.
    #[must_use]
    pub fn callbacks(&self) -> Option<Arc<Callbacks>> {
        self.callbacks.clone()
    }

    async fn hand_over(&self, way: Way<'_>, message: &SmsMessage) -> Verdict {
        let started = self.clock.now();
        let life = Duration::from_secs(u64::from(message.valid_for_seconds));
        let mut retries = 0;
        loop {
            let spent = self.clock.now().since(started);
            let verdict =
                self.try_once(way, message, life.saturating_sub(spent), TOTAL.saturating_sub(spent)).await;
            let Again::After(least) = verdict.again else { return verdict };
            let wait = self.back_off(retries).max(least);
            if retries == RETRIES || !fits(self.clock.now().since(started).saturating_add(wait), life) {
                return verdict;
            }
            retries += 1;
            tracing::debug!(delivery.ref = %message.reference, retry = retries, "Twilio SMS. Trying again");
            self.pause.wait(wait).await;
        }
    }

    async fn try_once(
        &self,
        way: Way<'_>,
        message: &SmsMessage,
        life: Duration,
        within: Duration,
    ) -> Verdict {
        match way {
            Way::Text => self.text(message, life, within).await,
            Way::Call(line, lang) => self.dial(line, lang, message, life, within).await,
        }
    }

    /// A call that greets and asks for a key; its document holds no code (R22).
    async fn dial(
        &self,
        Line { caller, base }: &Line,
        lang: Lang,
        greeting: &SmsMessage,
        life: Duration,
        within: Duration,
    ) -> Verdict {
        let action = format!("{base}{VOICE_PATH}{}", greeting.callback_token);
        let document = voice::greeting(lang, &greeting.body, &action);
        let limit = voice::time_limit(u32::try_from(life.as_secs()).unwrap_or(u32::MAX));
        let callback = format!("{base}{STATUS_PATH}{}", greeting.callback_token);
        let mut fields = vec![
            ("To", greeting.to.reveal()),
            ("From", caller.as_str()),
            ("Twiml", document.as_str()),
            ("Timeout", voice::RINGS),
            ("TimeLimit", limit.as_str()),
            ("StatusCallback", callback.as_str()),
        ];
        fields.extend(voice::EVENTS.map(|event| ("StatusCallbackEvent", event)));
        judge(Kind::Call, self.http.post(Kind::Call, &fields, within).await)
    }

    async fn text(&self, message: &SmsMessage, life: Duration, within: Duration) -> Verdict {
        let seconds = life.as_secs().clamp(1, LONGEST_LIFE).to_string();
        let callback = self.callback(message);
        let mut fields = vec![("To", message.to.reveal())];
        fields.push(match &self.sender {
            Sender::Number(number) => ("From", number.as_str()),
            Sender::Service(service) => ("MessagingServiceSid", service.as_str()),
        });
        fields.push(("Body", message.body.as_str()));
        fields.push(("ValidityPeriod", &seconds));
        if let Some(callback) = &callback {
            fields.push(("StatusCallback", callback));
        }
        judge(Kind::Message, self.http.post(Kind::Message, &fields, within).await)
    }

    fn callback(&self, message: &SmsMessage) -> Option<String> {
        let base = self.status_callback.as_ref()?;
        Some(format!("{base}{STATUS_PATH}{}", message.callback_token))
    }

    fn back_off(&self, retries: u32) -> Duration {
        let base = FIRST_WAIT_MS << retries.min(4);
        Duration::from_millis(u64::from(base + below(&*self.entropy, base)))
    }
}

/// Is there time for one more try after `spent`, of the request's and of the code's?
fn fits(spent: Duration, life: Duration) -> bool {
    spent.saturating_add(LEAST_TRY) <= TOTAL && spent.saturating_add(LEAST_LIFE) <= life
}

#[async_trait]
impl Sms for Twilio {
    fn is_asked(&self) -> bool {
        self.status_callback.is_none()
    }

    async fn ask(&self, provider_id: &str, token: &str) -> Option<News> {
        let (word, code) = record_of(&self.http.look(provider_id, TOTAL).await)?;
        Some(news(token, provider_id, progress(&word)?, code))
    }

    async fn send(&self, message: &SmsMessage) -> SendReport {
        self.carry(Way::Text, message).await
    }

    fn calls(&self) -> bool {
        self.line.is_some()
    }

    async fn call(&self, greeting: &SmsMessage, lang: Lang) -> SendReport {
        match &self.line {
            Some(line) => self.carry(Way::Call(line, lang), greeting).await,
            None => not_asked(SendProblem::Unavailable),
        }
    }
}

/// From where calls are made.
struct Line {
    /// The number that is seen on the phone that rings.
    caller: String,
    /// Our address as Twilio calls it.
    base: String,
}

/// By which way something is handed over.
#[derive(Clone, Copy)]
enum Way<'a> {
    /// As a text.
    Text,
    /// As a call from this line, in this language.
    Call(&'a Line, Lang),
}

impl Twilio {
    /// One message or call: not where it would be too late or Twilio is left alone, and told to the breaker.
    async fn carry(&self, way: Way<'_>, message: &SmsMessage) -> SendReport {
        if Duration::from_secs(u64::from(message.valid_for_seconds)) < LEAST_LIFE {
            tracing::warn!(delivery.ref = %message.reference, "Twilio SMS. Not sent: the code lives less than 10 seconds more");
            return not_asked(SendProblem::Late);
        }
        let Some(pass) = self.breaker.admit() else {
            tracing::warn!(delivery.ref = %message.reference, "Twilio SMS. Not sent: Twilio failed repeatedly and is left alone for 30 seconds");
            return not_asked(SendProblem::Unavailable);
        };
        let verdict = self.hand_over(way, message).await;
        log(message, &verdict);
        if pass.settle(verdict.health) {
            tracing::error!(
                remedy = verdict.remedy,
                "Twilio SMS. Failed repeatedly: left alone for 30 seconds"
            );
        }
        SendReport {
            outcome: verdict.outcome,
            provider: NAME,
            provider_id: verdict.sid,
            status: verdict.status,
            segments: verdict.segments,
            code: verdict.code,
            marks_number: verdict.marks_number,
        }
    }
}

fn not_asked(problem: SendProblem) -> SendReport {
    SendReport {
        outcome: SendOutcome::Refused(problem),
        provider: NAME,
        provider_id: None,
        status: None,
        segments: None,
        code: None,
        marks_number: false,
    }
}

/// One line per message: no number, no text, and nothing that Twilio wrote but codes and its word for the state (R85).
fn log(message: &SmsMessage, verdict: &Verdict) {
    let Verdict { http, code, status, remedy, .. } = verdict;
    let reference = &message.reference;
    match verdict.outcome {
        SendOutcome::Taken => {
            tracing::info!(delivery.ref = %reference, http, status, "Twilio SMS. Taken");
        }
        SendOutcome::Refused(_) if verdict.health == Health::Misconfigured => {
            tracing::error!(delivery.ref = %reference, http, code, remedy, "Twilio SMS. Refused");
        }
        SendOutcome::Refused(_) => {
            tracing::warn!(delivery.ref = %reference, http, code, remedy, "Twilio SMS. Refused");
        }
        SendOutcome::Unknown(_) => {
            tracing::warn!(delivery.ref = %reference, http, code, remedy, "Twilio SMS. Outcome unknown");
        }
    }
}
