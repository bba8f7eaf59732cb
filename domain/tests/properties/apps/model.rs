//! What must hold of what apps are given, told from the outside: from what people did and what was answered.
use crate::apps::acts::{Ask, CLIENTS, Pages, Wanted};
use crate::model::{Verdict, check};
use domain::client::{Client, WantedClient};
use domain::id::{RequestId, SessionHandle};
use domain::level::Level;
use domain::method::MethodSet;
use domain::oidc::life;
use domain::testing::TestWorld;
use domain::time::Timestamp;
use std::collections::BTreeSet;

/// What apps show with their codes, and what they commit themselves to beforehand (RFC 7636, appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A request of an app.
#[derive(Debug)]
pub struct Waiting {
    /// Nothing until it is kept.
    pub id: Option<RequestId>,
    pub ask: Ask,
    /// The browser it belongs to, once that is known.
    pub browser: Option<usize>,
    pub since: Timestamp,
    /// The session that was there when it came.
    pub asked_in: Option<SessionHandle>,
    /// Who has agreed on the page about the app.
    pub agreed: Option<usize>,
    /// Answered, or gone with its app.
    pub over: bool,
}

/// The session that a code came out of.
#[derive(Clone, Debug)]
pub struct Origin {
    pub person: usize,
    pub handle: SessionHandle,
    /// What was proven in it.
    pub level: Level,
    /// When, of the oldest factor.
    pub auth_time: Timestamp,
    /// The code was spoken in a call.
    pub by_call: bool,
}

/// An access token.
#[derive(Debug)]
pub struct Access {
    pub text: String,
    pub until: Timestamp,
    pub given_back: bool,
}

/// What an app was granted with a code.
#[derive(Debug)]
pub struct Granted {
    pub ask: Ask,
    pub origin: Origin,
    /// The level that the app is told.
    pub told: Level,
    pub since: Timestamp,
    pub code: String,
    /// The code was shown by its app while it counted.
    pub spent: bool,
    /// Times that tokens came out of the code.
    pub redeemed: u32,
    pub access: Vec<Access>,
    /// The newest is the last.
    pub refresh: Vec<String>,
    pub refresh_over: bool,
    pub over: bool,
    /// A fault happened: what ought to work may not.
    pub doubt: bool,
    /// Over, and nothing of it was found to work.
    pub seen_dead: bool,
}

impl Granted {
    pub fn code_counts(&self, now: Timestamp) -> bool {
        !self.over && !self.spent && life::lives(self.since, life::CODE, now)
    }

    pub fn refresh_counts(&self, now: Timestamp) -> bool {
        !self.over && !self.refresh_over && life::lives(self.since, life::REFRESH, now)
    }

    pub fn access_counts(&self, access: &Access, now: Timestamp) -> bool {
        !self.over && !access.given_back && now < access.until
    }
}

/// What has come up, so that a run cannot pass by doing nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Codes by the level of their session.
    pub codes: [u32; 2],
    pub refused: u32,
    pub redeemed: u32,
    pub misfits: u32,
    pub second_uses: u32,
    pub renewed: u32,
    pub reused: u32,
    /// Codes that were asked for on top of a password.
    pub steps_up: u32,
    pub raised: u32,
    pub consents: u32,
    pub strangers: u32,
    /// Grants that something else than their app ended while they counted.
    pub ended: u32,
    pub no_longer_enough: u32,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.codes.iter_mut().zip(other.codes) {
            *mine += theirs;
        }
        self.refused += other.refused;
        self.redeemed += other.redeemed;
        self.misfits += other.misfits;
        self.second_uses += other.second_uses;
        self.renewed += other.renewed;
        self.reused += other.reused;
        self.steps_up += other.steps_up;
        self.raised += other.raised;
        self.consents += other.consents;
        self.strangers += other.strangers;
        self.ended += other.ended;
        self.no_longer_enough += other.no_longer_enough;
    }
}

pub struct Apps {
    pub clients: Vec<Client>,
    pub requests: Vec<Waiting>,
    pub granted: Vec<Granted>,
    /// Which person signed in to which app.
    pub signed_in_to: BTreeSet<(usize, usize)>,
    pub tally: Tally,
}

impl Apps {
    pub fn new(w: &TestWorld) -> Self {
        let client = |at: usize| {
            let wanted = WantedClient {
                id: format!("app{at}"),
                redirect_uris: vec![
                    format!("https://app{at}.example/cb"),
                    format!("https://app{at}.example/b"),
                ],
                public: at == 2,
                waive_pkce: at != 2,
                min_acr: (at == 1).then(|| Level::TwilioSms.acr().to_owned()),
                ..WantedClient::default()
            };
            wanted.judge(w.now()).unwrap()
        };
        let apps = Self {
            clients: (0..CLIENTS).map(client).collect(),
            requests: Vec::new(),
            granted: Vec::new(),
            signed_in_to: BTreeSet::new(),
            tally: Tally::default(),
        };
        for at in 0..CLIENTS {
            apps.register(w, at);
        }
        apps
    }

    /// Registers an app.
    pub fn register(&self, w: &TestWorld, at: usize) {
        let added = domain::testing::block_on(w.core.clients.add(&self.clients[at], None, &w.operator()));
        assert!(added.unwrap());
    }

    /// A code for a request: was all of that proven, in this browser, in time?
    pub fn code(
        &mut self,
        at: usize,
        browser: usize,
        origin: &Origin,
        methods: &MethodSet,
        code: &str,
        now: Timestamp,
    ) -> Verdict {
        let Waiting { ask, browser: own, since, asked_in, agreed, over, .. } = &self.requests[at];
        let words = |what: &str| format!("{what}: a code for {:?} out of {origin:?}", self.requests[at]);
        check(!over, || words("answered twice"))?;
        check(now.since(*since) < life::REQUEST, || words("a request that was over"))?;
        check(*own == Some(browser), || words("R99: in another browser"))?;
        check(ask.about.is_none_or(|about| about == origin.person), || words("R119: somebody else"))?;
        let for_this = asked_in.as_ref() != Some(&origin.handle) && origin.auth_time >= *since;
        let anew = ask.pages == Pages::Login || ask.max_age == Some(0);
        check(!anew || for_this, || words("R118: without signing in anew"))?;
        let young = |age: u32| now.since(origin.auth_time).as_secs() <= u64::from(age);
        check(for_this || ask.max_age.is_none_or(young), || words("R117: too old"))?;
        let agreed = ask.pages != Pages::Consent || *agreed == Some(origin.person);
        check(agreed, || words("R123: without the person's word"))?;
        let least = if ask.client == 1 { Level::TwilioSms } else { Level::Password };
        check(origin.level >= least, || words("R114: less than the app takes"))?;
        let told = match ask.wanted {
            Wanted::Essential(level) => Some(level).filter(|level| methods.is_on(*level)),
            Wanted::Whatever | Wanted::Wish(_) => methods.told(origin.level),
        };
        let Some(told) = told.filter(|told| *told <= origin.level) else {
            return Err(words("R115: less than is essential, or nothing that is enabled"));
        };
        self.tally.codes[usize::from(origin.level > Level::Password)] += 1;
        let (ask, origin) = (*ask, origin.clone());
        self.requests[at].over = true;
        self.granted.push(Granted {
            ask,
            origin,
            told,
            since: now,
            code: code.to_owned(),
            spent: false,
            redeemed: 0,
            access: Vec::new(),
            refresh: Vec::new(),
            refresh_over: false,
            over: false,
            doubt: false,
            seen_dead: false,
        });
        Ok(())
    }

    /// What apps were granted out of one session belongs to the next one of the same person that can reach as much, and ends otherwise.
    pub fn hand_on(&mut self, old: &SessionHandle, new: &SessionHandle, person: usize, level: Level) {
        for granted in self.granted.iter_mut().filter(|granted| granted.origin.handle == *old) {
            if granted.over {
                continue;
            }
            if granted.origin.person == person && granted.origin.level <= level {
                granted.origin.handle = new.clone();
            } else {
                granted.over = true;
                self.tally.ended += 1;
            }
        }
    }

    pub fn session_ended(&mut self, handle: &SessionHandle) {
        self.end(|granted| granted.origin.handle == *handle);
    }

    pub fn end(&mut self, which: impl Fn(&Granted) -> bool) {
        for granted in self.granted.iter_mut().filter(|granted| !granted.over && which(granted)) {
            granted.over = true;
            self.tally.ended += 1;
        }
    }

    /// P7: what other sessions of the person gave, every code nobody redeemed yet, and every refresh token.
    pub fn factors_changed(&mut self, person: usize, keep: Option<&SessionHandle>) {
        for granted in self.granted.iter_mut().filter(|granted| granted.origin.person == person) {
            granted.refresh_over = true;
        }
        self.end(|granted| {
            granted.origin.person == person && (Some(&granted.origin.handle) != keep || !granted.spent)
        });
    }

    /// A fault: nobody outside can tell whether that happened.
    pub fn doubt(&mut self, person: usize) {
        for granted in self.granted.iter_mut().filter(|granted| granted.origin.person == person) {
            granted.doubt = true;
        }
    }
}
