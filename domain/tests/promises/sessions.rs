//! A session that begins in a browser, and the one whose place it takes.
use crate::hands::{ONE, Sam, sam};
use domain::events::EventKind;
use domain::id::SessionHandle;
use domain::level::Level;
use domain::session::{SessionState, Who};
use domain::session_begin::{half_sign_in, signed_in};
use domain::sign_in::{AfterPassword, Entry, Finished};
use domain::testing::{PASSWORD, block_on};

impl Sam {
    /// Somebody without a phone signs in.
    fn by_password(&self, name: &str) -> Entry {
        match self.knock(&self.w.browser(), name, PASSWORD) {
            AfterPassword::In(entry) => entry,
            other => panic!("{other:?}"),
        }
    }

    fn begins(&self, before: Option<&SessionState>, entry: &Entry) -> SessionState {
        let trail = self.w.trail(&self.browser);
        let state = block_on(signed_in(&self.w.core, before, entry, &trail)).unwrap();
        self.w.keep(state.clone());
        state
    }

    fn is_kept(&self, handle: &SessionHandle) -> bool {
        self.w.memory.with(|world| world.sessions.contains_key(handle))
    }

    fn signed_out(&self) -> usize {
        let gone = |kind: EventKind| kind == EventKind::SignedOut;
        self.w.memory.with(|world| world.events.iter().filter(|(event, _)| gone(event.kind)).count())
    }
}

/// Kim is signed in in a browser, and somebody signs in there again.
fn over_kim(sam: &Sam, who: &str) -> (SessionState, SessionState) {
    let before = sam.begins(None, &sam.by_password("kim"));
    let after = sam.begins(Some(&before), &sam.by_password(who));
    assert_eq!((sam.is_kept(&before.handle), sam.is_kept(&after.handle)), (false, true));
    (before, after)
}

#[test]
fn who_signs_in_over_somebody_else_signs_them_out_and_the_log_tells_them() {
    let sam = sam();
    let (kim, lee) = (sam.w.account("kim"), sam.w.account("lee"));
    let (before, after) = over_kim(&sam, "lee");
    assert!(matches!((&before.who, &after.who),
        (Who::Person { account: a, .. }, Who::Person { account: b, .. }) if (a, b) == (&kim, &lee)));
    assert_eq!(sam.signed_out(), 1);
}

#[test]
fn the_same_person_gets_a_new_session_and_is_not_said_to_have_signed_out() {
    let sam = sam();
    sam.w.account("kim");
    over_kim(&sam, "kim");
    assert_eq!(sam.signed_out(), 0);
}

#[test]
fn r57_a_half_sign_in_takes_the_place_of_a_session_and_is_nobodys() {
    let sam = sam();
    sam.w.account("kim");
    let before = sam.begins(None, &sam.by_password("kim"));
    let flow = sam.half();
    let trail = sam.w.trail(&sam.browser);
    let half = (flow.clone(), sam.browser.clone());
    let begun = block_on(half_sign_in(&sam.w.core, Some(&before), half.clone(), None, &trail)).unwrap();
    assert_eq!((&begun.handle, &begun.who), (&sam.browser, &Who::Half { flow: flow.clone() }));
    assert!(!sam.is_kept(&before.handle), "whose it was is signed out already");
    assert_eq!(sam.signed_out(), 1);

    // The password once more, in the same half sign-in: nothing of it ends, its code is good.
    block_on(half_sign_in(&sam.w.core, Some(&begun), half, None, &trail)).unwrap();
    let Finished::In(entry) = sam.code(&flow, &sam.last(ONE)) else { panic!("the code was good") };
    let state = sam.begins(Some(&begun), &entry);
    let Who::Person { level, proof, .. } = state.who else { panic!("somebody signed in") };
    assert_eq!((level, proof.level), (Level::TwilioSms, Level::TwilioSms));
}
