//! What the world consists of, and the few questions all ports ask of it.
use super::granted::{AccessRow, GrantRow, RequestRow};
use crate::channel::Channel;
use crate::client::{Client, ClientId, ClientSecrets};
use crate::code::CodeDigest;
use crate::day_cap::{Closed, DayCap, day};
use crate::delivery::Delivery;
use crate::events::{Event, Trail};
use crate::id::{AccountId, ChallengeId, FlowId, PhoneId, SessionHandle};
use crate::lang::Lang;
use crate::limits::{Rule, Wait};
use crate::method::MethodSet;
use crate::notice::Notice;
use crate::password::NameKey;
use crate::password_tries::{Tally, Trier};
use crate::phone::{E164, NumberHash, Phone};
use crate::progress::Heard;
use crate::purpose::{Counter, Purpose};
use crate::session::SessionInfo;
use crate::time::Timestamp;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// An account.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its id.
    pub id: AccountId,
    /// The name as given.
    pub username: String,
    /// The name it is found by.
    pub key: NameKey,
    /// The hash, which is the password itself here.
    pub password_hash: String,
    /// Switched off.
    pub disabled: bool,
    /// When another password was set.
    pub password_set_at: Option<Timestamp>,
    /// Sign-ins, oldest first: when, at what level, by which browser.
    pub sign_ins: Vec<(Timestamp, crate::level::Level, String)>,
}

/// A phone. `phone.locked` is not kept but worked out from the counters.
#[derive(Clone, Debug)]
pub struct PhoneRow {
    /// What the rules see of it.
    pub phone: Phone,
    /// Its number.
    pub number: E164,
    /// When it was retired, or forgotten while pending.
    pub gone_at: Option<Timestamp>,
}

/// A failure counter of (account, number, counter).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Wrong codes in a row, the ones being compared included.
    pub failures: u32,
    /// It came to its end: only a right code for binding the number sets it free (R4).
    pub locked: bool,
}

/// A flow. Tries spent on the present code are `spent - floor`.
#[derive(Clone, Debug)]
pub struct FlowRow {
    /// Its id.
    pub id: FlowId,
    /// Whose.
    pub account: AccountId,
    /// Of which browser session.
    pub session: SessionHandle,
    /// What for.
    pub purpose: Purpose,
    /// The phone of the code that counts.
    pub phone: PhoneId,
    /// Guesses ever spent in it.
    pub spent: u32,
    /// Guesses spent when the code was opened that a provider took last: the budget begins there.
    pub floor: u32,
    /// Messages written.
    pub sends: u32,
    /// When the last one was.
    pub last_sent_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// When its right code came.
    pub finished_at: Option<Timestamp>,
    /// When it was given up or overtaken.
    pub ended_at: Option<Timestamp>,
    /// The browser that began it.
    pub agent: String,
}

impl FlowRow {
    /// Neither finished, nor ended, nor over.
    #[must_use]
    pub fn is_running(&self, now: Timestamp) -> bool {
        self.finished_at.is_none() && self.ended_at.is_none() && self.expires_at > now
    }
}

/// A code.
#[derive(Clone)]
pub struct ChallengeRow {
    /// Its id.
    pub id: ChallengeId,
    /// Its flow.
    pub flow: FlowId,
    /// The phone it went to.
    pub phone: PhoneId,
    /// Its digest.
    pub digest: CodeDigest,
    /// The reference in its message.
    pub reference: String,
    /// By which way it went.
    pub channel: Channel,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// Not used, refused or overtaken.
    pub standing: bool,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// Guesses spent in its flow when it was opened.
    pub base: u32,
}

/// A message.
#[derive(Clone)]
pub struct DeliveryRow {
    /// What pages show.
    pub delivery: Delivery,
    /// Whose.
    pub account: AccountId,
    /// To which phone.
    pub phone: PhoneId,
    /// The code in it; a notice has none.
    pub challenge: Option<ChallengeId>,
    /// The text until it is handed over.
    pub body: Option<Zeroizing<String>>,
    /// What a call says, until a key was pressed: its language and what is kept.
    pub spoken: Option<(Lang, Zeroizing<String>)>,
    /// The language of a call.
    pub lang: Lang,
    /// Until when it is of use.
    pub expires_at: Timestamp,
    /// Names it in callbacks.
    pub callback_token: String,
    /// When it was taken up.
    pub claimed_at: Option<Timestamp>,
    /// The provider's id of it.
    pub provider_id: Option<String>,
    /// What is known of its cost.
    pub bill: crate::bill::Bill,
    /// What the provider told since, in the order in which it came.
    pub steps: Vec<Heard>,
}

/// A notice.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// Whose.
    pub account: AccountId,
    /// What.
    pub notice: Notice,
    /// When it was put away.
    pub put_away_at: Option<Timestamp>,
}

/// Everything there is.
#[derive(Default)]
pub struct World {
    /// Accounts.
    pub accounts: Vec<AccountRow>,
    /// Phones, gone ones included, oldest first.
    pub phones: Vec<PhoneRow>,
    /// Failure counters.
    pub counts: BTreeMap<(AccountId, NumberHash, Counter), Count>,
    /// Flows, oldest first.
    pub flows: Vec<FlowRow>,
    /// Codes, oldest first.
    pub challenges: Vec<ChallengeRow>,
    /// Messages, oldest first.
    pub deliveries: Vec<DeliveryRow>,
    /// Notices, oldest first.
    pub notices: Vec<NoticeRow>,
    /// Wrong passwords.
    pub tries: BTreeMap<Trier, Tally>,
    /// Messages of each day.
    pub sends: BTreeMap<i64, u64>,
    /// An operator has stopped all messages.
    pub sending_stopped: bool,
    /// Hits of limits by key, oldest first.
    pub hits: BTreeMap<String, Vec<Timestamp>>,
    /// Clients and what is kept of their secrets.
    pub clients: BTreeMap<ClientId, (Client, ClientSecrets)>,
    /// How sign-in methods are switched.
    pub methods: MethodSet,
    /// Sessions.
    pub sessions: BTreeMap<SessionHandle, SessionInfo>,
    /// Requests of apps, oldest first.
    pub requests: Vec<RequestRow>,
    /// What apps were granted, oldest first.
    pub grants: Vec<GrantRow>,
    /// Access tokens, oldest first.
    pub access: Vec<AccessRow>,
    /// The apps that each account signed in to: the first time, and the last.
    pub apps: BTreeMap<(AccountId, ClientId), (Timestamp, Timestamp)>,
    /// The security log.
    pub events: Vec<(Event, Trail)>,
}

impl World {
    /// An account that is switched on.
    #[must_use]
    pub fn is_enabled(&self, account: &AccountId) -> bool {
        self.accounts.iter().any(|row| row.id == *account && !row.disabled)
    }

    /// A phone that is not gone, in this account.
    #[must_use]
    pub fn phone(&self, account: &AccountId, id: &PhoneId) -> Option<&PhoneRow> {
        let mine = |row: &&PhoneRow| row.phone.id == *id && row.phone.account == *account;
        self.phones.iter().filter(|row| row.gone_at.is_none()).find(mine)
    }

    /// The same, to be changed.
    pub fn phone_mut(&mut self, account: &AccountId, id: &PhoneId) -> Option<&mut PhoneRow> {
        let mine = |row: &&mut PhoneRow| row.phone.id == *id && row.phone.account == *account;
        self.phones.iter_mut().filter(|row| row.gone_at.is_none()).find(mine)
    }

    /// The hash of a phone's number, gone or not.
    #[must_use]
    pub fn hash(&self, id: &PhoneId) -> Option<NumberHash> {
        self.phones.iter().find(|row| row.phone.id == *id).map(|row| row.phone.hash.clone())
    }

    /// A counter as it stands.
    #[must_use]
    pub fn count(&self, account: &AccountId, hash: &NumberHash, counter: Counter) -> Count {
        self.counts.get(&(account.clone(), hash.clone(), counter)).copied().unwrap_or_default()
    }

    /// A flow by id.
    #[must_use]
    pub fn flow(&self, id: &FlowId) -> Option<&FlowRow> {
        self.flows.iter().find(|row| row.id == *id)
    }

    /// The same, to be changed.
    pub fn flow_mut(&mut self, id: &FlowId) -> Option<&mut FlowRow> {
        self.flows.iter_mut().find(|row| row.id == *id)
    }

    /// The newest flow of a session for purposes of these names.
    #[must_use]
    pub fn newest_flow(&self, session: &SessionHandle, purposes: &[&'static str]) -> Option<&FlowRow> {
        let wanted = |row: &&FlowRow| row.session == *session && purposes.contains(&row.purpose.name());
        self.flows.iter().rev().find(wanted)
    }

    /// Codes of a flow that were not ended, newest first.
    pub fn standing(&self, flow: &FlowId) -> impl Iterator<Item = &ChallengeRow> {
        self.challenges.iter().rev().filter(move |row| row.flow == *flow && row.standing)
    }

    /// Whether one of the rules holds, and until when the last of them does.
    #[must_use]
    pub fn wait(&self, rules: &[Rule], now: Timestamp) -> Option<Wait> {
        let held = rules.iter().filter_map(|rule| {
            let nth = usize::try_from(rule.max).unwrap_or(usize::MAX).saturating_sub(1);
            let hits = self.hits.get(&rule.key).map(Vec::as_slice).unwrap_or_default();
            rule.wait(hits.iter().rev().nth(nth).copied(), now)
        });
        held.max_by_key(|wait| wait.until)
    }

    /// Counts one hit for each key of the rules.
    pub fn hit(&mut self, rules: &[Rule], now: Timestamp) {
        for key in crate::limits::keys(rules) {
            self.hits.entry(key.to_owned()).or_default().push(now);
        }
    }

    /// Counts one of the day's messages, or says why there is none.
    pub fn count_send(&mut self, cap: DayCap, now: Timestamp) -> Option<Closed> {
        let sent = self.sends.entry(day(now)).or_default();
        let closed = cap.closed(*sent, self.sending_stopped);
        if closed.is_none() {
            *sent += 1;
        }
        closed
    }

    /// Writes events.
    pub fn note(&mut self, events: &[Event], trail: &Trail) {
        self.events.extend(events.iter().map(|event| (event.clone(), trail.clone())));
    }

    /// Ends a running flow and its codes, and forgets the phone that was pending in it.
    pub fn end_flow(&mut self, id: &FlowId, now: Timestamp) {
        let Some(flow) = self.flow_mut(id).filter(|flow| flow.is_running(now)) else { return };
        flow.ended_at = Some(now);
        let (account, phone) = (flow.account.clone(), flow.phone.clone());
        for code in self.challenges.iter_mut().filter(|code| code.flow == *id) {
            code.standing = false;
        }
        if let Some(row) = self.phone_mut(&account, &phone).filter(|row| row.phone.pending()) {
            row.gone_at = Some(now);
        }
    }

    /// Ends the running flows that `which` picks.
    pub fn end_flows(&mut self, now: Timestamp, which: impl Fn(&FlowRow) -> bool) {
        let picked: Vec<FlowId> =
            self.flows.iter().filter(|flow| which(flow)).map(|flow| flow.id.clone()).collect();
        for id in picked {
            self.end_flow(&id, now);
        }
    }

    /// A factor of the account changed: all sessions but the one that did it, what apps were granted out of them, every refresh
    /// token, every code that no app redeemed yet, and all flows but `keep`, end (R32).
    pub fn factor_changed(&mut self, account: &AccountId, keep: Option<&FlowId>, trail: &Trail) {
        self.end_flows(trail.at, |flow| flow.account == *account && Some(&flow.id) != keep);
        self.end_unredeemed_and_refreshing(account);
        self.end_sessions(account, trail.session.as_ref());
    }
}
