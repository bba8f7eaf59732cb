//! What the use cases need of the outside: atomic steps, never rows to get, change and save.
//!
//! To add one: a method here, its statement in the store, its twin in `testing`, a promise in `server/tests/store`, which both databases keep.
use crate::challenge::{Flow, NewCode, SilentFlow, Taken};
use crate::channel::Channel;
use crate::client::{Client, ClientId, ClientSecret, ClientSecrets, SecretDigest};
use crate::delivery::{Delivery, SendOutcome, SendProblem, SendReport, SmsMessage};
use crate::delivery_health::Fate;
use crate::events::{Event, Trail};
use crate::id::{AccountId, ChallengeId, DeliveryId, FlowId, NoticeId, PhoneId, SessionHandle};
use crate::lang::Lang;
use crate::level::Level;
use crate::limits::{Rule, Wait};
use crate::method::{MethodProblem, MethodSet, SwitchedOff};
use crate::notice::{NewNotice, Notice, NoticeKind};
use crate::password::{NameKey, Password};
use crate::password_tries::{Settled, Tally, Trier};
use crate::phone::{KnownNumber, Mask, NumberHash, NumberProblem, Phone};
use crate::progress::{About, Heard, Moved, News};
use crate::purpose::{Counter, Purpose};
use crate::session::SessionInfo;
use crate::time::Timestamp;
use crate::voice::{KeyPressed, Spoken};
use async_trait::async_trait;
use thiserror::Error;

/// A fault of ours or of what we stand on: the database, the disk. Told to the log, never to a page (R136).
#[derive(Debug, Error)]
#[error("{what}")]
pub struct Fault {
    /// What was being done.
    pub what: &'static str,
    /// The cause.
    #[source]
    pub cause: Box<dyn std::error::Error + Send + Sync>,
    /// It may be over in a moment: the database is away or busy. Nothing is wrong with what was asked.
    pub passing: bool,
}

impl Fault {
    /// While doing `what`, because of `cause`.
    pub fn new(what: &'static str, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { what, cause: cause.into(), passing: false }
    }

    /// The same, where trying again in a moment may help.
    #[must_use]
    pub fn if_passing(self, passing: bool) -> Self {
        Self { passing, ..self }
    }
}

/// What is needed to check a password.
pub struct Credentials {
    /// The account.
    pub id: AccountId,
    /// The hash as stored.
    pub password_hash: String,
    /// Switched off by an operator.
    pub disabled: bool,
    /// When an operator set another password, if ever.
    pub password_set_at: Option<Timestamp>,
}

/// What pages show of an account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The name as given.
    pub username: String,
    /// Switched off by an operator.
    pub disabled: bool,
    /// The latest sign-ins, newest first, two at the most: when, and by which browser.
    pub sign_ins: Vec<(Timestamp, String)>,
}

impl Account {
    /// The newest sign-in that is not the one at `own`, with which this session began: one of before, or one elsewhere since.
    #[must_use]
    pub fn other_sign_in(&self, own: Timestamp) -> Option<&(Timestamp, String)> {
        self.sign_ins.iter().find(|(at, _)| *at != own)
    }
}

/// Accounts.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// By canonical name.
    async fn credentials(&self, name: &NameKey) -> Result<Option<Credentials>, Fault>;
    /// By id.
    async fn account(&self, id: &AccountId) -> Result<Option<Account>, Fault>;
    /// Puts a stronger hash of the same password in place of `old`; nothing happens if it is not `old` any more (R46).
    async fn renew_hash(&self, id: &AccountId, old: &str, new: &str) -> Result<(), Fault>;
    /// Remembers a sign-in and writes its event.
    async fn signed_in(&self, id: &AccountId, level: Level, trail: &Trail) -> Result<(), Fault>;
    /// Writes events that go with no other change.
    async fn note(&self, events: &[Event], trail: &Trail) -> Result<(), Fault>;
    /// Writes an event of an account, unless the same was written after `since`: what somebody can repeat at will must not fill the
    /// log (A39).
    async fn note_unless_since(&self, event: &Event, since: Timestamp, trail: &Trail) -> Result<(), Fault>;
}

/// What removing a phone led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is gone; others serve.
    Done,
    /// It is gone and was the last proven one: the account has no second step any more (R33).
    Last,
    /// It is gone and was never proven: nothing else changes.
    GivenUp,
    /// No such phone in this account.
    Unknown,
}

/// Phones of accounts.
#[async_trait]
pub trait Phones: Send + Sync {
    /// All of an account, oldest first; retired ones are not among them.
    async fn of(&self, account: &AccountId) -> Result<Vec<Phone>, Fault>;
    /// Gives it another label. False: no such phone in this account (R143).
    async fn rename(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        label: &str,
        trail: &Trail,
    ) -> Result<bool, Fault>;
    /// Sends codes to it first. False: no such proven phone in this account.
    async fn prefer(&self, account: &AccountId, phone: &PhoneId, trail: &Trail) -> Result<bool, Fault>;
    /// Retires a proven phone, or forgets a pending one. For a proven one, in the same transaction: the next one becomes
    /// preferred, all other sessions and every flow of the account end, the session in `trail` falls to level 0 if none is
    /// left, notices are written (R31, R32, R33).
    async fn remove(
        &self,
        account: &AccountId,
        phone: &PhoneId,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<Removed, Fault>;
}

/// How writing down a code went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Code, message and counts are written.
    Written,
    /// A limit holds: nothing is written.
    Wait(Wait),
    /// Somebody else asked in the same moment, or the flow is not running any more: nothing is written.
    Overtaken,
    /// The account has as many phones as it may: nothing is written.
    TooManyPhones,
}

/// Names the guess that is about to be made.
pub struct AttemptKey<'a> {
    /// Whose flow it is.
    pub account: &'a AccountId,
    /// The flow.
    pub flow: &'a FlowId,
    /// The browser session it must belong to.
    pub session: &'a SessionHandle,
    /// The purpose it must have, by name.
    pub purpose: &'a Purpose,
    /// Guesses per code.
    pub tries: u32,
    /// Wrong codes before the phone is off.
    pub failures_before_lock: u32,
}

/// What a right code is worth; applied in the transaction that uses it up.
pub enum Effect {
    /// The sign-in is complete; the event names the level. The browser session of the half sign-in ends with it (R56).
    SignedIn,
    /// The pending phone is proven.
    Verify,
    /// The pending phone is proven and takes label and rank of `old`, which is retired (R30).
    Swap {
        /// The phone that served until now.
        old: PhoneId,
    },
    /// Identity is freshly proven.
    Proven,
    /// The test is closed.
    Tested,
}

/// Flows and codes.
#[async_trait]
pub trait Challenges: Send + Sync {
    /// Counts the message against every limit and writes flow, code, message and events: one transaction, all or nothing. No
    /// flow begins in an account that is switched off (R60).
    async fn open(&self, new: NewCode, events: &[Event], trail: &Trail) -> Result<Opened, Fault>;
    /// Begins a flow without a code: its phone is off, or a limit holds.
    async fn open_silent(&self, flow: &SilentFlow, events: &[Event], trail: &Trail) -> Result<(), Fault>;
    /// By id, in this session.
    async fn flow(&self, id: &FlowId, session: &SessionHandle) -> Result<Option<Flow>, Fault>;
    /// The newest flow of a session for purposes of these names, ended or not.
    async fn latest(&self, session: &SessionHandle, purposes: &[&'static str])
    -> Result<Option<Flow>, Fault>;
    /// A test of the account, whichever session began it.
    async fn test(&self, id: &FlowId, account: &AccountId) -> Result<Option<Flow>, Fault>;
    /// The newest tests of a phone of the account, newest first.
    async fn tests(&self, account: &AccountId, phone: &PhoneId, most: u32) -> Result<Vec<Flow>, Fault>;
    /// Spends one try of the code and one failure of (account, number), both or none, before anything is compared (R6); where
    /// two codes count and went to two numbers, one failure of each. The failure that reaches the end switches the number off.
    /// `None`: nothing left to try, or the account is switched off.
    async fn take_attempt(&self, key: &AttemptKey<'_>, now: Timestamp) -> Result<Option<Taken>, Fault>;
    /// Uses up a code. Tells exactly one caller by which way it had gone, and only if all of this holds in the same moment: the flow runs and is for
    /// this effect, the code stands and is not too old, the account is not switched off, the phone is still there and, unless
    /// it is being bound, proven; the phone to be replaced is still there. A number bound anew is no longer off, one proven for the first
    /// time no longer counts among those nobody proves. In the same transaction: the flow is finished, the failures of its counter
    /// are zero, the effect is applied, notices and events are written. Where the effect changes a factor, all other sessions
    /// and all other flows of the account end (R32). `account` is the one that the flow is about. `beside`: other codes that the same
    /// guess was compared with; where they went to another number, it was not a wrong one there and gets its failure back (R11).
    async fn consume(
        &self,
        account: &AccountId,
        challenge: &ChallengeId,
        beside: &[ChallengeId],
        effect: &Effect,
        notices: &[NewNotice],
        trail: &Trail,
    ) -> Result<Option<Channel>, Fault>;
    /// Ends a flow; a phone that was pending in it is forgotten, however a flow ends before its time.
    async fn cancel(
        &self,
        flow: &FlowId,
        session: &SessionHandle,
        events: &[Event],
        trail: &Trail,
    ) -> Result<(), Fault>;
    /// Whether this counter of a number stands at its end in this account (R4).
    async fn locked(&self, account: &AccountId, number: &NumberHash, counter: Counter)
    -> Result<bool, Fault>;
    /// When the account's latest unfinished sign-in since its last sign-in happened, in another browser session than that of `flow`, and by
    /// which browser (R16).
    async fn unfinished_sign_in(
        &self,
        account: &AccountId,
        flow: &FlowId,
    ) -> Result<Option<(Timestamp, String)>, Fault>;
}

/// A message taken up for sending: nobody else has it.
pub struct Claimed {
    /// What to hand over.
    pub message: SmsMessage,
    /// What it is for: the name of a purpose, or `notice`.
    pub kind: String,
    /// By which way.
    pub channel: Channel,
    /// The language of a call.
    pub lang: Lang,
}

/// Messages on their way.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// Takes up a queued message; `None` when somebody has it or it is of no use any more.
    async fn claim(&self, id: &DeliveryId, now: Timestamp) -> Result<Option<Claimed>, Fault>;
    /// Writes down the outcome, wipes the text, and lets code and flow follow (R8): taken, the codes before die, and guesses
    /// made before this one was written count no more; refused, this one dies, and the flow is about the code and phone before
    /// it again; unknown, this one and the newest before it stay on one budget of tries. Outcomes may come in another order
    /// than messages: guesses made on a newer code still count. What was taken or refused stays so. Marks the phone where the
    /// report says so (R42).
    async fn settle(&self, id: &DeliveryId, report: &SendReport, trail: &Trail) -> Result<(), Fault>;
    /// Writes down that a provider did not send a message that was taken up, and that the next one is asked: the row itself keeps the
    /// last one's answer alone.
    async fn passed_on(&self, id: &DeliveryId, report: &SendReport, trail: &Trail) -> Result<(), Fault>;
    /// Messages nobody took up, and those taken up so long ago that their outcome will stay unknown.
    async fn leftovers(&self, now: Timestamp) -> Result<Vec<DeliveryId>, Fault>;
    /// The newest messages to a phone, newest first.
    async fn recent(&self, phone: &PhoneId, most: u32) -> Result<Vec<Delivery>, Fault>;
    /// Writes down what a provider tells of a message that was handed to it; the farthest step stays (R81). Marks the phone where the
    /// news says something lasting about it (R42). Codes, flows and sessions are not touched. Gives what it was about; `None`:
    /// nothing new, or no message of this token that this provider carries under this id.
    async fn hear(&self, news: &News, trail: &Trail) -> Result<Option<About>, Fault>;
    /// Writes down what news tells of a message's cost; what is known already stays. Gives what it was about where its segments
    /// were not known before.
    async fn charge(&self, news: &News) -> Result<Option<About>, Fault>;
    /// What a call says after a key was pressed: handed out once, to exactly one caller, wiped in the same transaction, and written
    /// down as the call's last step (R9, R22). `None`: no call of this token that this provider carries under this id, it was read
    /// out before, or its code is of no use any more.
    async fn read_out(&self, pressed: &KeyPressed, trail: &Trail) -> Result<Option<(Spoken, About)>, Fault>;
    /// All steps heard of a message, nearest first.
    async fn steps(&self, delivery: &DeliveryId) -> Result<Vec<Heard>, Fault>;
    /// What was heard of any message at `since` or later, newest first, `most` steps at the most.
    async fn moved(&self, since: Timestamp, most: u32) -> Result<Vec<Moved>, Fault>;
    /// What became of the newest messages written at `since` or later, whoever they were for, newest first; those on their way are left out.
    async fn fates(&self, since: Timestamp, most: u32) -> Result<Vec<Fate>, Fault>;
}

/// Carries a written message to a provider and its outcome back, in a task of its own: a person who leaves does not cancel it.
#[async_trait]
pub trait Dispatch: Send + Sync {
    /// Sends one message and says how it went.
    async fn deliver(&self, id: &DeliveryId, trail: &Trail) -> SendOutcome;
    /// Sends messages without waiting for them.
    fn nudge(&self, ids: Vec<DeliveryId>, trail: &Trail);
    /// Whether somebody can call.
    fn calls(&self) -> bool {
        false
    }
}

/// A provider of text messages, and of calls where it says so.
#[async_trait]
pub trait Sms: Send + Sync {
    /// Hands over one message. Never called inside a database transaction.
    async fn send(&self, message: &SmsMessage) -> SendReport;
    /// Whether it can call: it asks for a key press before it asks us what to say (R22).
    fn calls(&self) -> bool {
        false
    }
    /// Starts a call that greets in this language and asks for a key. Never called where [`Sms::calls`] says no.
    async fn call(&self, greeting: &SmsMessage, lang: Lang) -> SendReport {
        let _ = (greeting, lang);
        SendReport::bare("", SendOutcome::Refused(SendProblem::Unavailable))
    }
    /// Whether its calls reach a page rather than a phone: nobody can press a key there, so it is told at once what is said after it.
    fn shows_calls(&self) -> bool {
        false
    }
    /// What a call of [`Sms::shows_calls`] says after the key press.
    fn show_call(&self, greeting: &SmsMessage, spoken: &Spoken) {
        let _ = (greeting, spoken);
    }
    /// Whether it has to be asked how far its messages got, because it cannot tell by itself.
    fn is_asked(&self) -> bool {
        false
    }
    /// How far a message got that it took; `token` names the message in the news. `None`: it could not be asked now, or says nothing
    /// that we know.
    async fn ask(&self, provider_id: &str, token: &str) -> Option<News> {
        let _ = (provider_id, token);
        None
    }
}

/// Notices of an account.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Those not put away, newest first.
    async fn open_of(&self, account: &AccountId) -> Result<Vec<Notice>, Fault>;
    /// Writes one. Of unfinished sign-ins at most one for each hour is kept (R16), here as in [`Challenges::consume`]; others
    /// are all written: two phones may be switched off within an hour.
    async fn post(&self, account: &AccountId, notice: &NewNotice, trail: &Trail) -> Result<(), Fault>;
    /// Puts one away. False: no such notice in this account.
    async fn put_away(&self, account: &AccountId, notice: &NoticeId, now: Timestamp) -> Result<bool, Fault>;
}

/// Limits outside of messages.
#[async_trait]
pub trait Limits: Send + Sync {
    /// Counts one hit against all rules, or none and says until when one of them holds.
    async fn hit(&self, rules: &[Rule], now: Timestamp) -> Result<Option<Wait>, Fault>;
}

/// Counting wrong passwords (R48).
#[async_trait]
pub trait PasswordTries: Send + Sync {
    /// What is counted so far.
    async fn tally(&self, trier: &Trier) -> Result<Tally, Fault>;
    /// Judges and writes down a password that was looked at, as [`Tally::settle`] says: one after the other, however many come at
    /// once. Nobody is told how it went before this has answered.
    async fn settle(&self, trier: &Trier, right: bool, now: Timestamp) -> Result<Settled, Fault>;
}

/// How checking a password went.
#[derive(Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// It is not the one.
    Wrong,
    /// It is the one.
    Right {
        /// A stronger hash to put in place of the stored one.
        renewed: Option<String>,
    },
    /// More is being hashed than the machine should; come back (R47).
    Busy,
}

/// Password hashing.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// Compares with a stored hash, or with a dummy at the same cost where there is none (R50).
    async fn check(&self, stored: Option<String>, typed: Password) -> Result<PasswordCheck, Fault>;
    /// Hashes a password that is being set.
    async fn hash(&self, chosen: Password) -> Result<String, Fault>;
    /// How many wait for their turn, for whoever watches.
    fn waiting(&self) -> usize {
        0
    }
}

/// The number library, behind our own words (R27).
pub trait Numbers: Send + Sync {
    /// Reads a number as a person types it (R24–R26).
    fn read(&self, typed: &str) -> Result<KnownNumber, NumberProblem>;
}

/// The words of messages.
pub trait Words: Send + Sync {
    /// The text of a code, ending with the origin-bound line.
    fn code(&self, lang: Lang, purpose: &Purpose, minutes: u64, reference: &str, code: &str) -> String;
    /// What a call says before a key is pressed: who calls, what for, and that a key is asked for. No code is in it (R22).
    fn greeting(&self, lang: Lang, purpose: &Purpose) -> String;
    /// What a call says after the key press.
    fn spoken(&self, lang: Lang, code: &str) -> Spoken;
    /// The text of a notice about what happened at `at`.
    fn notice(&self, lang: Lang, kind: NoticeKind, mask: Option<&Mask>, at: Timestamp) -> String;
    /// The host that codes are bound to.
    fn host(&self) -> &str;
}

/// Sessions, beside what the cookie layer does with them.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Ends one for good: a slower request cannot bring it back (R54). Writes the events.
    async fn end(&self, session: &SessionHandle, events: &[Event], trail: &Trail) -> Result<(), Fault>;
    /// Whether it still holds: neither ended nor too old, its account not switched off, its half sign-in not over. Using it is not counted.
    async fn holds(&self, session: &SessionHandle, now: Timestamp) -> Result<bool, Fault>;
    /// Those of an account that still hold, last used first.
    async fn of(&self, account: &AccountId, now: Timestamp) -> Result<Vec<SessionInfo>, Fault>;
    /// A new sign-in, of this account, takes the place of an old one in this browser: what apps were granted out of `old` belongs to
    /// `new` from now on if it was granted about the same account and rests on no more than `level`, the most that `new` can reach; it
    /// ends otherwise (P8).
    async fn hand_on(
        &self,
        old: &SessionHandle,
        new: &SessionHandle,
        account: &AccountId,
        level: Level,
        now: Timestamp,
    ) -> Result<(), Fault>;
}

/// What giving a client a new secret led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotated {
    /// The new one holds; the one before holds until the moment given.
    Done,
    /// It is public: it has no secret.
    Public,
    /// There is no such client.
    Unknown,
}

/// The operator's apps.
#[async_trait]
pub trait Clients: Send + Sync {
    /// By id.
    async fn find(&self, id: &ClientId) -> Result<Option<Client>, Fault>;
    /// By id, with what is kept of its secrets: to judge what somebody shows, and for nothing else.
    async fn with_secrets(&self, id: &ClientId) -> Result<Option<(Client, ClientSecrets)>, Fault>;
    /// Whether `shown` is a secret of that client at `now`; two hold during a rotation (R105). False where there is no such client.
    async fn check_secret(&self, id: &ClientId, shown: &ClientSecret, now: Timestamp) -> Result<bool, Fault> {
        Ok(self.with_secrets(id).await?.is_some_and(|(_, secrets)| secrets.hold(shown, now)))
    }
    /// All, in the order of their ids.
    async fn all(&self) -> Result<Vec<Client>, Fault>;
    /// Registers one and writes the event. False: its id is taken, nothing is changed.
    async fn add(&self, client: &Client, secret: Option<&SecretDigest>, trail: &Trail)
    -> Result<bool, Fault>;
    /// Puts what is given in place of what is registered under its id, but for its secrets and the day it was registered, and writes
    /// the event. False: there is none, or it became public, or confidential, meanwhile.
    async fn update(&self, client: &Client, trail: &Trail) -> Result<bool, Fault>;
    /// Removes one with everything that belongs to it, and writes the event: what it was granted ends in the same transaction.
    /// False: there is none.
    async fn remove(&self, id: &ClientId, trail: &Trail) -> Result<bool, Fault>;
    /// Gives it a new secret and writes the event. The present one becomes the previous one and holds until then; the one before
    /// that is gone.
    async fn rotate(
        &self,
        id: &ClientId,
        secret: &SecretDigest,
        previous_until: Timestamp,
        trail: &Trail,
    ) -> Result<Rotated, Fault>;
}

/// How sign-in methods are switched. Read anew for each request: all nodes follow at once (R112).
#[async_trait]
pub trait Methods: Send + Sync {
    /// All, as they stand.
    async fn all(&self) -> Result<MethodSet, Fault>;
    /// Switches one on and writes the event. False: it was on already.
    async fn enable(&self, method: Level, trail: &Trail) -> Result<bool, Fault>;
    /// Switches one off, the default with it, and writes the events.
    async fn disable(&self, method: Level, trail: &Trail) -> Result<SwitchedOff, Fault>;
    /// Makes one the default in place of any other, unless it is off in that moment, and writes the event. False: it was already.
    async fn set_default(&self, method: Level, trail: &Trail) -> Result<Result<bool, MethodProblem>, Fault>;
    /// Leaves none as the default, and writes the event. Gives the one that was; `None`: none was.
    async fn unset_default(&self, trail: &Trail) -> Result<Option<Level>, Fault>;
}
