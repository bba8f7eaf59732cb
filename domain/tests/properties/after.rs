//! What must hold after every step, whatever it was: sessions are worth what was proven in them (P1, P7, P8), and the security
//! log has one line for each thing that happened (P9).
use crate::drive::Drive;
use crate::model::{Verdict, check};
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
    /// Something failed: it may have happened all the same, and then the log tells of it.
    pub fault: bool,
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

/// The log of a step: as many lines of each kind as things were answered.
pub fn audited(drive: &Drive, lines_before: usize) -> Verdict {
    let did = &drive.did;
    let count = |kind: EventKind| {
        drive.w.memory.with(|world| {
            let new = world.events.iter().skip(lines_before);
            new.filter(|(event, _)| event.kind == kind).count()
        })
    };
    for (kind, answered) in [
        (EventKind::CodeRight, did.right),
        (EventKind::CodeWrong, did.wrong),
        (EventKind::PasswordWrong, did.wrong_passwords),
        (EventKind::SignedIn, did.entered),
        (EventKind::PhoneRemoved, did.removed),
        (EventKind::CodeGranted, did.granted),
        (EventKind::TokensGiven, did.redeemed),
        (EventKind::TokensRenewed, did.renewed),
        (EventKind::AppLeft, did.left),
    ] {
        let written = count(kind);
        let right = written == answered
            || (did.fault && written > answered)
            || (did.fault && kind == EventKind::CodeWrong);
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
