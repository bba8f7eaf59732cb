//! What must hold after every step, whatever it was: sessions are worth what was proven in them (P1, P7, P8), and the security
//! log has one line for each thing that happened (P9).
use crate::drive::Drive;
use crate::model::{Verdict, check};
use domain::channel::Channel;
use domain::events::EventKind;
use domain::id::SessionHandle;
use domain::level::Level;
use domain::session::Who;
use domain::testing::block_on;
use std::collections::BTreeMap;

/// What a step was answered, as far as the log must tell of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Did {
    /// Codes that were right.
    pub right: usize,
    /// Codes that were wrong.
    pub wrong: usize,
    /// Passwords that were wrong.
    pub wrong_passwords: usize,
    /// Sign-ins that were completed.
    pub entered: usize,
    /// Numbers that were removed, pending ones included.
    pub removed: usize,
    /// Numbers that were proven, beside others or in the place of one.
    pub proven: (usize, usize),
    /// Numbers that were preferred.
    pub preferred: usize,
    /// Sign-ins that were given up.
    pub cancelled: usize,
    /// Sessions of people that ended in their browsers.
    pub signed_out: usize,
    pub raised: usize,
    /// Methods that were switched on, and off.
    pub switched: (usize, usize),
    /// Pages about apps that were answered with yes, and with no.
    pub consented: (usize, usize),
    /// Something failed: it may have happened all the same, and then the log tells of it.
    pub fault: bool,
    /// A grant of which nobody can tell whether it is over was shown.
    pub doubt: bool,
    /// Codes that apps got.
    pub granted: usize,
    /// Codes that were redeemed.
    pub redeemed: usize,
    /// Tokens that were renewed.
    pub renewed: usize,
    /// Apps that were left.
    pub left: usize,
    /// Factors of this person changed: in this browser, or by an operator.
    pub changed: Option<(usize, Option<usize>)>,
    /// Something happened that apps may notice.
    pub apps: bool,
}

/// Highest level that was reached in a browser, by person.
pub type Earned = BTreeMap<(usize, SessionHandle), Level>;

/// What is counted elsewhere, as far as the log must tell of it: how much of it there was before a step.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    lines: usize,
    phones: usize,
    messages: usize,
    locked: u32,
    reused: u32,
    misfits: u32,
}

impl Before {
    pub fn of(drive: &Drive) -> Self {
        let (core, apps) = (&drive.model.tally, &drive.apps.tally);
        let (lines, phones) = drive.w.memory.with(|world| (world.events.len(), world.phones.len()));
        Self {
            lines,
            phones,
            messages: drive.w.sms.count(),
            locked: core.locked,
            reused: apps.second_uses + apps.reused,
            misfits: apps.misfits + apps.no_longer_enough,
        }
    }
}

/// The log of a step: as many lines of each kind as things were answered, or came into being.
pub fn audited(drive: &Drive, before: Before) -> Verdict {
    let (did, now) = (&drive.did, Before::of(drive));
    let more = |now: u32, before: u32| usize::try_from(now - before).unwrap();
    let count = |kind: EventKind| {
        drive.w.memory.with(|world| {
            let new = world.events.iter().skip(before.lines);
            new.filter(|(event, _)| event.kind == kind).count()
        })
    };
    let sent = drive.w.sms.since(before.messages);
    let codes = sent.iter().filter(|sent| sent.channel == Channel::Voice || sent.code().is_some()).count();
    for (kind, answered) in [
        (EventKind::CodeRight, did.right),
        (EventKind::CodeWrong, did.wrong),
        (EventKind::PasswordWrong, did.wrong_passwords),
        (EventKind::SignedIn, did.entered),
        (EventKind::SignedOut, did.signed_out),
        (EventKind::LevelRaised, did.raised),
        (EventKind::SignInCancelled, did.cancelled),
        (EventKind::CodeIssued, codes),
        (EventKind::PhoneLocked, more(now.locked, before.locked)),
        (EventKind::PhoneAdded, now.phones - before.phones),
        (EventKind::PhoneVerified, did.proven.0),
        (EventKind::PhoneReplaced, did.proven.1),
        (EventKind::PhonePreferred, did.preferred),
        (EventKind::PhoneRemoved, did.removed),
        (EventKind::MethodEnabled, did.switched.0),
        (EventKind::MethodDisabled, did.switched.1),
        (EventKind::ConsentGiven, did.consented.0),
        (EventKind::ConsentRefused, did.consented.1),
        (EventKind::CodeGranted, did.granted),
        (EventKind::GrantRefused, more(now.misfits, before.misfits)),
        (EventKind::TokensGiven, did.redeemed),
        (EventKind::TokensRenewed, did.renewed),
        (EventKind::TokenReused, more(now.reused, before.reused)),
        (EventKind::AppLeft, did.left),
    ] {
        let written = count(kind);
        // After a fault nobody outside can tell how many wrong codes were counted, or what is over.
        let unsure = match kind {
            EventKind::CodeWrong => did.fault,
            EventKind::PhoneLocked => drive.model.people.iter().any(|who| who.doubt),
            EventKind::GrantRefused | EventKind::TokenReused => did.doubt,
            _ => false,
        };
        let right = written == answered || unsure || (did.fault && written > answered);
        check(right, || format!("P9: {answered} times {kind:?}, {written} lines"))?;
    }
    Ok(())
}

/// No session is above what was proven in it, and a change of factors leaves the one it was made in.
pub fn sessions_hold(drive: &Drive) -> Verdict {
    for (person, id) in drive.people.iter().enumerate() {
        let sessions = block_on(drive.w.core.sessions.of(id, drive.w.now())).unwrap();
        for session in &sessions {
            let handle = &session.state.handle;
            let Who::Person { account, level, .. } = &session.state.who else { continue };
            check(account == id, || "P1: a session of somebody else is listed".to_owned())?;
            let most = drive.earned.get(&(person, handle.clone()));
            check(most.is_some_and(|most| level <= most), || {
                format!("P1, P8: {level:?} where {most:?} was proven")
            })?;
        }
        if let Some((_, browser)) = drive.did.changed.filter(|(whose, _)| *whose == person) {
            let own = browser.map(|browser| &drive.browsers[browser]);
            let others = sessions.iter().filter(|session| Some(&session.state.handle) != own).count();
            check(others == 0, || format!("P7: {others} other sessions outlive a change of factors"))?;
        }
    }
    Ok(())
}
