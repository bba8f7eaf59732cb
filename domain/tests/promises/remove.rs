//! Removing a number; with the last one the level falls (R33).
use crate::hands::*;
use domain::level::Level;
use domain::notice::NoticeKind;
use domain::phones::Afterwards;
use domain::ports::{Notices, Removed};
use domain::session::Who;
use domain::sign_in::AfterPassword;
use domain::testing::{PASSWORD, block_on};

#[test]
fn another_number_takes_over() {
    let sam = sam();
    sam.w.phone(&sam.id, TWO);
    let trail = sam.w.trail(&sam.browser);
    let outlook = block_on(sam.w.book().outlook(&sam.id, &sam.phone)).unwrap().unwrap();
    assert!(
        matches!(&outlook.after, Afterwards::StaysOn(next) if next.mask.last_digits == "02"),
        "{outlook:?}"
    );
    assert_eq!(outlook.told.len(), 1);
    assert_eq!(block_on(sam.w.book().remove(&sam.id, &sam.phone, &trail)).unwrap(), Removed::Done);
    let phones = sam.w.phones(&sam.id);
    assert_eq!(phones.len(), 1);
    assert!(phones[0].preferred);
    sam.half_in(&sam.w.browser());
    assert_eq!(sam.w.sms.sent().last().unwrap().to, TWO);
}

/// A number rests while another one is in use; without that one it is what there is.
#[test]
fn a41_a_number_that_rests_takes_over_too() {
    let sam = sam();
    sam.pass(366 * 86_400);
    sam.w.phone(&sam.id, TWO);
    let resting = block_on(sam.w.book().one(&sam.id, &sam.phone)).unwrap().unwrap();
    assert!(resting.resting);
    let two = sam.w.phones(&sam.id)[1].id.clone();
    let outlook = block_on(sam.w.book().outlook(&sam.id, &two)).unwrap().unwrap();
    assert!(matches!(&outlook.after, Afterwards::StaysOn(next) if next.id == sam.phone), "{outlook:?}");
}

#[test]
fn r33_with_the_last_number_the_session_falls_to_level_0_and_others_end() {
    let sam = sam();
    sam.sign_in_with(&sam.browser, ONE);
    sam.pass(60);
    let far = sam.w.browser();
    sam.sign_in_with(&far, ONE);
    let outlook = block_on(sam.w.book().outlook(&sam.id, &sam.phone)).unwrap().unwrap();
    assert!(matches!(outlook.after, Afterwards::GoesOff) && outlook.told.is_empty(), "{outlook:?}");
    let trail = sam.w.trail(&sam.browser);
    assert_eq!(block_on(sam.w.book().remove(&sam.id, &sam.phone, &trail)).unwrap(), Removed::Last);
    sam.w.memory.with(|world| {
        assert_eq!(world.sessions.len(), 1);
        let who = &world.sessions[&sam.browser].state.who;
        assert!(matches!(who, Who::Person { level: Level::Password, .. }), "{who:?}");
    });
    let knocked = sam.knock(&sam.w.browser(), "sam", PASSWORD);
    assert!(matches!(knocked, AfterPassword::In(entry) if entry.level() == Level::Password));
}

#[test]
fn r31_the_removed_number_and_all_others_are_told_without_a_code() {
    let sam = sam();
    sam.w.phone(&sam.id, TWO);
    let trail = sam.w.trail(&sam.browser);
    block_on(sam.w.book().remove(&sam.id, &sam.phone, &trail)).unwrap();
    let sent = sam.w.sms.sent();
    let mut told: Vec<&str> = sent.iter().map(|sent| sent.to.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, [ONE, TWO]);
    assert!(sent.iter().all(|sent| sent.code().is_none()));
    let open = block_on(sam.w.memory.open_of(&sam.id)).unwrap();
    assert_eq!(open.iter().map(|notice| notice.kind).collect::<Vec<_>>(), [NoticeKind::PhoneRemoved]);
}

#[test]
fn a_removed_number_can_come_back_as_a_new_one() {
    let sam = sam();
    sam.w.phone(&sam.id, TWO);
    let trail = sam.w.trail(&sam.browser);
    block_on(sam.w.book().remove(&sam.id, &sam.phone, &trail)).unwrap();
    assert_eq!(block_on(sam.w.book().remove(&sam.id, &sam.phone, &trail)).unwrap(), Removed::Unknown);
    let begun = block_on(sam.w.book().begin(&sam.id, &sam.browser, ONE, "", &trail)).unwrap();
    assert!(matches!(begun, domain::phones::Begun::Confirming(_)));
    let back = &sam.w.phones(&sam.id)[1];
    assert!(back.pending() && back.id != sam.phone);
}
