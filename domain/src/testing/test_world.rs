//! The world of a test with its hands.
use super::memory::{AccountRow, PhoneRow};
use super::{
    DirectDispatch, ManualClock, Memory, PlainNumbers, PlainPasswords, PlainSigner, PlainWords, RecordingSms,
    SeededEntropy, block_on, known, report,
};
use crate::code::CodeKey;
use crate::core::Core;
use crate::day_cap::DayCap;
use crate::delivery::{SendOutcome, SendProblem};
use crate::delivery_test::DeliveryTests;
use crate::events::{Actor, Trail};
use crate::fresh_proof::FreshProof;
use crate::id::{AccountId, PhoneId, SessionHandle};
use crate::lang::Lang;
use crate::level::Proof;
use crate::oidc::provider::Provider;
use crate::password::NameKey;
use crate::phone::{E164, Phone};
use crate::phones::PhoneBook;
use crate::policy::{OtpPolicy, PhonePolicy, Policy, PolicyError, SendLimits, SessionPolicy};
use crate::ports::Deliveries;
use crate::session::{SessionInfo, SessionState, Who};
use crate::sign_in::{Entry, SignIn};
use crate::time::{Clock, Timestamp};
use crate::watch::Nobody;
use std::sync::Arc;

/// The password of accounts made by [`TestWorld::account`].
pub const PASSWORD: &str = "correct horse battery";

/// A whole installation in memory.
pub struct TestWorld {
    /// What use cases stand on.
    pub core: Arc<Core>,
    /// Its clock.
    pub clock: ManualClock,
    /// Its randomness.
    pub entropy: SeededEntropy,
    /// Its store.
    pub memory: Memory,
    /// Its provider.
    pub sms: RecordingSms,
    /// Its hashing.
    pub passwords: PlainPasswords,
}

/// The standard figures; limits per address, minute and sign-in are off.
///
/// # Errors
/// Never: the figures are within the standard.
pub fn policy() -> Result<Policy, PolicyError> {
    Ok(Policy {
        otp: OtpPolicy::new(6, 300, 5, 20, &[30, 60, 120, 300])?,
        limits: SendLimits {
            per_number_hour: 5,
            per_number_day: 10,
            per_account_day: 10,
            per_address_hour: None,
            per_minute: None,
            per_day: DayCap(None),
            unproven_per_block_hour: None,
            unproven_per_country_hour: None,
            sign_ins_per_address_minute: None,
        },
        phones: PhonePolicy::new(5)?,
        session: SessionPolicy::new(3600, 86_400, 300)?,
    })
}

/// A world with the standard figures.
#[must_use]
pub fn world() -> TestWorld {
    world_with(|_| {})
}

/// A world with other figures: `change` gets the standard ones.
#[must_use]
#[expect(clippy::expect_used, reason = "a test that cannot begin must stop")]
pub fn world_with(change: impl FnOnce(&mut Policy)) -> TestWorld {
    let mut policy = policy().expect("the standard figures are within the standard");
    change(&mut policy);
    let clock = ManualClock::at(Timestamp::from_millis(1_800_000_000_000));
    let entropy = SeededEntropy::new(7);
    let memory = Memory::default();
    let sms = RecordingSms::new(Arc::new(clock.clone()));
    let passwords = PlainPasswords::default();
    let core = Core {
        accounts: Arc::new(memory.clone()),
        phones: Arc::new(memory.clone()),
        challenges: Arc::new(memory.clone()),
        notices: Arc::new(memory.clone()),
        deliveries: Arc::new(memory.clone()),
        sessions: Arc::new(memory.clone()),
        clients: Arc::new(memory.clone()),
        methods: Arc::new(memory.clone()),
        limits: Arc::new(memory.clone()),
        tries: Arc::new(memory.clone()),
        dispatch: Arc::new(DirectDispatch { memory: memory.clone(), sms: sms.clone() }),
        passwords: Arc::new(passwords.clone()),
        numbers: Arc::new(PlainNumbers),
        words: Arc::new(PlainWords),
        signer: Arc::new(PlainSigner),
        clock: Arc::new(clock.clone()),
        entropy: Arc::new(entropy.clone()),
        watch: Arc::new(Nobody),
        policy,
        code_key: CodeKey::new([42; 32]),
    };
    TestWorld { core: Arc::new(core), clock, entropy, memory, sms, passwords }
}

impl TestWorld {
    /// Signing in.
    #[must_use]
    pub fn sign_in(&self) -> SignIn {
        SignIn::new(Arc::clone(&self.core))
    }

    /// Phones.
    #[must_use]
    pub fn book(&self) -> PhoneBook {
        PhoneBook::new(Arc::clone(&self.core))
    }

    /// Fresh proof.
    #[must_use]
    pub fn proof(&self) -> FreshProof {
        FreshProof::new(Arc::clone(&self.core))
    }

    /// Tests of delivery.
    #[must_use]
    pub fn tests(&self) -> DeliveryTests {
        DeliveryTests::new(Arc::clone(&self.core))
    }

    /// What apps ask for and are given.
    #[must_use]
    pub fn provider(&self) -> Provider {
        Provider::new(Arc::clone(&self.core), Arc::new(self.memory.clone()))
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A browser nobody has signed in with.
    #[must_use]
    pub fn browser(&self) -> SessionHandle {
        SessionHandle::ordered(self.now(), &self.entropy)
    }

    /// A request of this browser, now.
    #[must_use]
    pub fn trail(&self, browser: &SessionHandle) -> Trail {
        Trail {
            at: self.now(),
            actor: Actor::Person,
            request: "test".to_owned(),
            address: "192.0.2.1".to_owned(),
            agent: format!("Browser {}", browser.as_str().get(..4).unwrap_or_default()),
            session: Some(browser.clone()),
            lang: Lang::En,
        }
    }

    /// An account with [`PASSWORD`].
    ///
    /// # Panics
    /// When the name is none.
    #[expect(clippy::expect_used, reason = "a test that cannot begin must stop")]
    pub fn account(&self, name: &str) -> AccountId {
        let id = AccountId::new(&self.entropy);
        let row = AccountRow {
            id: id.clone(),
            username: name.to_owned(),
            key: NameKey::of(name).expect("a user name"),
            password_hash: PASSWORD.to_owned(),
            disabled: false,
            password_set_at: None,
            sign_ins: Vec::new(),
        };
        self.memory.with(|world| world.accounts.push(row));
        id
    }

    /// Switches an account off as an operator does: what is under way in it ends (R60).
    pub fn switch_off(&self, account: &AccountId) {
        let now = self.now();
        self.memory.with(|world| {
            world.accounts.iter_mut().filter(|row| row.id == *account).for_each(|row| row.disabled = true);
            world.end_flows(now, |flow| flow.account == *account);
            world.end_sessions(account, None);
        });
    }

    /// Switches an account on again: what ended stays so.
    pub fn switch_on(&self, account: &AccountId) {
        self.memory.with(|world| {
            world.accounts.iter_mut().filter(|row| row.id == *account).for_each(|row| row.disabled = false);
        });
    }

    /// Sets a password as an operator does: all sessions end, and what is under way in the account (R39).
    pub fn set_password(&self, account: &AccountId, password: &str) {
        let trail = self.operator();
        self.memory.with(|world| {
            for row in world.accounts.iter_mut().filter(|row| row.id == *account) {
                password.clone_into(&mut row.password_hash);
                row.password_set_at = Some(trail.at);
            }
            world.factor_changed(account, None, &trail);
        });
    }

    /// An act of the operator, now.
    #[must_use]
    pub fn operator(&self) -> Trail {
        Trail { actor: Actor::Operator, session: None, ..self.trail(&self.browser()) }
    }

    /// A proven phone, as if its code had come back long ago. The first of an account is preferred.
    ///
    /// # Panics
    /// When the number is none.
    #[expect(clippy::expect_used, reason = "a test that cannot begin must stop")]
    pub fn phone(&self, account: &AccountId, number: &str) -> PhoneId {
        let id = PhoneId::new(&self.entropy);
        let known = known(E164::parse(number).expect("an E.164 number"));
        let at = self.now();
        let row = |preferred| PhoneRow {
            phone: Phone {
                id: id.clone(),
                account: account.clone(),
                mask: known.number.mask(),
                hash: known.hash,
                fixed_line: known.fixed_line,
                label: String::new(),
                verified_at: Some(at),
                proven_at: Some(at),
                resting: false,
                preferred,
                locked: false,
                attention: None,
                added_at: at,
                replaces: None,
            },
            number: known.number,
            gone_at: None,
        };
        self.memory.with(|world| {
            let first = world.phones_of(account).is_empty();
            world.phones.push(row(first));
        });
        self.clock.pass_seconds(1);
        id
    }

    /// Phones of an account as the rules see them, looked at past all ports.
    #[must_use]
    pub fn phones(&self, account: &AccountId) -> Vec<Phone> {
        self.memory.with(|world| world.phones_of(account))
    }

    /// Makes a session of an entry, as the door of the server does.
    pub fn enter(&self, entry: &Entry, browser: &SessionHandle) {
        let now = self.now();
        let who = Who::Person {
            account: entry.account().clone(),
            level: entry.level(),
            auth_time: entry.auth_time(),
            proof: Proof { level: entry.level(), at: now },
        };
        let state = SessionState {
            handle: browser.clone(),
            who,
            return_to: None,
            resume: None,
            apps_only: entry.apps_only(),
            by_call: entry.by_call(),
            created_at: now,
            address: "192.0.2.1".to_owned(),
            agent: self.trail(browser).agent,
        };
        self.keep(state);
    }

    /// Keeps a session, as the door of the server does with what the rules make of it.
    pub fn keep(&self, state: SessionState) {
        let handle = state.handle.clone();
        let info = SessionInfo { state, last_seen_at: self.now() };
        self.memory.with(|world| world.sessions.insert(handle, info));
    }

    /// What a server does now and then: messages nobody took up are carried, those without an outcome are closed.
    pub fn sweep(&self, browser: &SessionHandle) {
        let trail = self.trail(browser);
        for id in block_on(self.memory.leftovers(trail.at)).unwrap_or_default() {
            let queued = self.memory.with(|world| {
                world.deliveries.iter().any(|row| row.delivery.id == id && row.claimed_at.is_none())
            });
            if queued {
                block_on(self.core.dispatch.deliver(&id, &trail));
            } else {
                let lost = report(SendOutcome::Unknown(SendProblem::Retry));
                let _ = block_on(self.memory.settle(&id, &lost, &trail));
            }
        }
    }
}
