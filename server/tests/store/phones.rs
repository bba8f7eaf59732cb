//! Numbers: pending until proven, replaced and removed in one step, never found from outside their account.
use crate::sessions::{half, kept, load, person};
use crate::world::{Guess, TAKEN, World};
use domain::challenge::{PhonePlan, SilentFlow};
use domain::id::{FlowId, SessionHandle};
use domain::level::Level;
use domain::notice::NoticeKind;
use domain::phone::Phone;
use domain::ports::{Challenges, Deliveries, Effect, Notices, Opened, Phones, Removed, Sessions};
use domain::purpose::Purpose;
use domain::session::Who;
use tower_sessions::SessionStore;

const OLD: &str = "+12015550101";
const NEW: &str = "+12015550102";

pub async fn r29_a_pending_number_gets_no_sign_in_code(world: World) {
    let ada = world.account("ada", &[]).await;
    let session = world.session();
    let (code, opened) =
        world.open(&ada, &session, Purpose::NewPhone, world.pending(NEW, None, 5), vec![]).await;
    assert_eq!(opened, Opened::Written);
    let phone = world.phone(&ada).await;
    assert!(phone.pending() && !phone.preferred);
    for purpose in [Purpose::SignIn, Purpose::FreshProof, Purpose::Test] {
        let plan = PhonePlan::Existing(phone.id.clone());
        assert_eq!(world.open(&ada, &session, purpose, plan, vec![]).await.1, Opened::Overtaken);
    }
    assert!(!world.store.prefer(&ada, &phone.id, &world.trail(&session)).await.unwrap());
    let silent = SilentFlow {
        id: FlowId::new(&world.entropy),
        account: ada.clone(),
        session: session.clone(),
        purpose: Purpose::SignIn,
        phone: phone.id.clone(),
        expires_at: world.now().plus(std::time::Duration::from_secs(600)),
    };
    world.store.open_silent(&silent, &[], &world.trail(&session)).await.unwrap();
    assert!(world.store.flow(&silent.id, &session).await.unwrap().is_none());
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    assert!(world.phone(&ada).await.preferred, "the first proven number");
}

pub async fn r29_of_two_numbers_only_the_confirmed_one_counts(world: World) {
    let ada = world.account("ada", &[]).await;
    let (one, two) = (world.session(), world.session());
    let (first, _) = world.open(&ada, &one, Purpose::NewPhone, world.pending(OLD, None, 5), vec![]).await;
    let (second, _) = world.open(&ada, &two, Purpose::NewPhone, world.pending(NEW, None, 5), vec![]).await;
    assert!(
        matches!(world.guess(&second, &first.digits).await, Guess::Wrong { .. }),
        "a code of the other tab"
    );
    assert_eq!(world.guess(&second, &second.digits).await, Guess::Right(true));
    assert_eq!(world.guess(&first, &first.digits).await, Guess::Nothing, "R32: it ended with that");
    let phones = world.phones(&ada).await;
    assert_eq!(phones.len(), 1);
    assert_eq!(phones[0].hash, world.known(NEW).hash);
}

pub async fn r30_the_old_number_serves_until_the_new_one_is_proven(world: World) {
    let ada = world.account("ada", &[OLD]).await;
    let old = world.phone(&ada).await;
    let session = world.session();
    world.store.rename(&ada, &old.id, "Pocket", &world.trail(&session)).await.unwrap();
    let purpose = Purpose::ReplacePhone { old: old.id.clone() };
    let plan = world.pending(NEW, Some(&old.id), 1);
    let (code, opened) = world.open(&ada, &session, purpose, plan, vec![]).await;
    assert_eq!(opened, Opened::Written);
    let before = world.phones(&ada).await;
    assert_eq!(before.iter().filter(|phone| phone.serves()).count(), 1);
    assert!(before.iter().find(|phone| phone.id == old.id).unwrap().serves());
    let notice = world.notice(NoticeKind::PhoneReplaced, std::slice::from_ref(&old), &[]);
    assert!(world.take(&code).await.is_some());
    assert!(world.consume(&code, std::slice::from_ref(&notice)).await);
    let after = world.phones(&ada).await;
    assert_eq!(after.len(), 1, "exactly one");
    assert!(after[0].serves() && after[0].preferred);
    assert_eq!((after[0].label.as_str(), &after[0].hash), ("Pocket", &world.known(NEW).hash));
    let told = world.store.claim(&notice.texts[0].delivery, world.now()).await.unwrap().unwrap();
    assert_eq!(told.message.to.reveal(), OLD, "R31: the old number is told although it is retired");
    let plan = PhonePlan::Existing(old.id);
    assert_eq!(world.open(&ada, &session, Purpose::SignIn, plan, vec![]).await.1, Opened::Overtaken);
}

pub async fn r30_a_replacement_of_what_is_gone_changes_nothing(world: World) {
    let ada = world.account("ada", &[OLD, "+12015550103"]).await;
    let old = world.phone(&ada).await;
    let session = world.session();
    let purpose = Purpose::ReplacePhone { old: old.id.clone() };
    let (code, _) =
        world.open(&ada, &session, purpose.clone(), world.pending(NEW, Some(&old.id), 5), vec![]).await;
    assert!(world.take(&code).await.is_some());
    world.store.remove(&ada, &old.id, &[], &world.trail(&session)).await.unwrap();
    assert!(!world.consume(&code, &[]).await);
    assert!(
        world.phones(&ada).await.iter().all(|phone| phone.hash != world.known(NEW).hash || phone.pending())
    );
    let plan = world.pending(NEW, Some(&old.id), 5);
    assert_eq!(world.open(&ada, &session, purpose, plan, vec![]).await.1, Opened::Overtaken);
}

pub async fn r32_proving_a_number_ends_everything_else(world: World) {
    let ada = world.account("ada", &[OLD]).await;
    let eve = world.account("eve", &[OLD]).await;
    let (mine, other) = (world.session(), world.session());
    let own = kept(&world, person(&world, &mine, &ada, Level::TwilioSms)).await;
    let elsewhere = kept(&world, person(&world, &other, &ada, Level::TwilioSms)).await;
    let stranger = kept(&world, person(&world, &world.session(), &eve, Level::TwilioSms)).await;
    let sign_in = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    let halfway = kept(&world, half(&world, &sign_in)).await;
    let proof = world.sent(&ada, &other, Purpose::FreshProof).await;
    let theirs = world.sent(&eve, &world.session(), Purpose::SignIn).await;
    let plan = world.pending(NEW, None, 5);
    let (code, _) = world.open(&ada, &mine, Purpose::NewPhone, plan, vec![]).await;
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    assert!(load(&world, &own).await.is_some());
    assert!(load(&world, &elsewhere).await.is_none());
    assert!(load(&world, &halfway).await.is_none());
    assert_eq!(world.guess(&sign_in, &sign_in.digits).await, Guess::Nothing);
    assert_eq!(world.guess(&proof, &proof.digits).await, Guess::Nothing);
    assert!(load(&world, &stranger).await.is_some(), "nobody else is touched");
    assert_eq!(world.guess(&theirs, &theirs.digits).await, Guess::Right(true));
}

pub async fn r32_a_sign_in_from_before_opens_no_session(world: World) {
    let ada = world.account("ada", &[OLD]).await;
    let sign_in = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    assert_eq!(world.guess(&sign_in, &sign_in.digits).await, Guess::Right(true));
    let about_to_open = person(&world, &world.session(), &ada, Level::TwilioSms);
    let mine = world.session();
    let own = kept(&world, person(&world, &mine, &ada, Level::TwilioSms)).await;
    world.pass(1);
    let (code, _) = world.open(&ada, &mine, Purpose::NewPhone, world.pending(NEW, None, 5), vec![]).await;
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    let mut record = crate::sessions::record(&about_to_open);
    assert!(SessionStore::create(&world.store, &mut record).await.is_err());
    world.store.delete(&own.id).await.unwrap();
    let mut renewed = own.clone();
    renewed.id = tower_sessions::session::Id::default();
    SessionStore::create(&world.store, &mut renewed).await.unwrap();
    assert!(load(&world, &renewed).await.is_some(), "the browser that did it goes on");
}

pub async fn r33_removing_the_last_number_lowers_the_session(world: World) {
    let ada = world.account("ada", &[OLD, NEW]).await;
    let (mine, other) = (world.session(), world.session());
    let own = kept(&world, person(&world, &mine, &ada, Level::TwilioSms)).await;
    let elsewhere = kept(&world, person(&world, &other, &ada, Level::TwilioSms)).await;
    let phones = world.phones(&ada).await;
    let trail = world.trail(&mine);
    assert_eq!(world.store.remove(&ada, &phones[0].id, &[], &trail).await.unwrap(), Removed::Done);
    assert!(load(&world, &elsewhere).await.is_none());
    let level = |who| match who {
        Who::Person { level, proof, .. } => (level, proof.level),
        Who::Half { .. } => panic!("a person"),
    };
    assert_eq!(level(load(&world, &own).await.unwrap().who), (Level::TwilioSms, Level::TwilioSms));
    assert_eq!(world.store.remove(&ada, &phones[1].id, &[], &trail).await.unwrap(), Removed::Last);
    assert_eq!(level(load(&world, &own).await.unwrap().who), (Level::Password, Level::Password));
    assert_eq!(world.store.remove(&ada, &phones[1].id, &[], &trail).await.unwrap(), Removed::Unknown);
}

pub async fn r34_a_number_may_serve_two_accounts(world: World) {
    let ada = world.account("ada", &[OLD]).await;
    let eve = world.account("eve", &[]).await;
    let before = world.phone(&ada).await;
    let session = world.session();
    let (code, opened) =
        world.open(&eve, &session, Purpose::NewPhone, world.pending(OLD, None, 5), vec![]).await;
    assert_eq!(opened, Opened::Written);
    assert!(matches!(world.guess_wrong(&code).await, Guess::Wrong { failures_left: 19, .. }));
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    let after = world.phone(&ada).await;
    assert_eq!((after.id, after.locked, after.preferred), (before.id, before.locked, before.preferred));
    let theirs = world.phone(&eve).await.id;
    assert_eq!(world.store.remove(&eve, &theirs, &[], &world.trail(&session)).await.unwrap(), Removed::Last);
    assert!(world.phone(&ada).await.serves());
}

pub async fn r37_consent_is_kept(world: World) {
    let ada = world.account("ada", &[]).await;
    let session = world.session();
    world.pass(77);
    world.open(&ada, &session, Purpose::NewPhone, world.pending(OLD, None, 5), vec![]).await;
    assert_eq!(world.phone(&ada).await.added_at, world.now());
    let phone = world.phone(&ada).await;
    assert_eq!(
        world.place.number("SELECT consented_at FROM phones", &[]).await,
        Some(world.now().as_millis())
    );
    assert!(phone.pending());
}

pub async fn r54_a_session_that_has_ended_changes_nothing(world: World) {
    let ada = world.account("ada", &[OLD, NEW]).await;
    let session = world.session();
    kept(&world, person(&world, &session, &ada, Level::TwilioSms)).await;
    let trail = world.trail(&session);
    let begun = world.sent(&ada, &session, Purpose::FreshProof).await;
    // It was let in, and ends before it comes to its change.
    Sessions::end(&world.store, &session, &[], &trail).await.unwrap();
    let before = world.phones(&ada).await;
    let second = &before[1].id;
    assert!(!world.store.rename(&ada, second, "mine", &trail).await.unwrap());
    assert!(!world.store.prefer(&ada, second, &trail).await.unwrap());
    assert_eq!(world.store.remove(&ada, second, &[], &trail).await.unwrap(), Removed::Unknown);
    let plan = PhonePlan::Existing(second.clone());
    assert_eq!(world.open(&ada, &session, Purpose::Test, plan, vec![]).await.1, Opened::Overtaken);
    let used = world.store.consume(&ada, &begun.challenge, &[], &Effect::Proven, &[], &trail).await.unwrap();
    assert!(used.is_none());
    assert_eq!(format!("{:?}", world.phones(&ada).await), format!("{before:?}"));
}

pub async fn r143_another_accounts_phone_is_unknown(world: World) {
    let ada = world.account("ada", &[OLD]).await;
    let eve = world.account("eve", &[NEW]).await;
    let theirs = world.phone(&ada).await;
    let session = world.session();
    let trail = world.trail(&session);
    assert!(!world.store.rename(&eve, &theirs.id, "mine", &trail).await.unwrap());
    assert!(!world.store.prefer(&eve, &theirs.id, &trail).await.unwrap());
    assert_eq!(world.store.remove(&eve, &theirs.id, &[], &trail).await.unwrap(), Removed::Unknown);
    let plan = PhonePlan::Existing(theirs.id.clone());
    assert_eq!(world.open(&eve, &session, Purpose::Test, plan, vec![]).await.1, Opened::Overtaken);
    let after = world.phone(&ada).await;
    assert_eq!((after.label, after.preferred), (theirs.label, theirs.preferred));
    let test = world.sent(&ada, &session, Purpose::Test).await;
    assert!(world.store.test(&test.flow, &eve).await.unwrap().is_none());
    assert!(world.store.test(&test.flow, &ada).await.unwrap().is_some());
    let sign_in = world.sent(&ada, &session, Purpose::SignIn).await;
    assert!(world.store.test(&sign_in.flow, &ada).await.unwrap().is_none(), "not a test");
}

pub async fn the_first_number_is_preferred_and_the_next_one_follows(world: World) {
    let ada = world.account("ada", &[OLD, NEW, "+12015550103"]).await;
    let trail = world.trail(&world.session());
    let preferred = async || {
        let phones = world.phones(&ada).await;
        let mut ids = phones.into_iter().filter(|phone| phone.preferred).map(|phone| phone.id);
        (ids.next(), ids.next())
    };
    let phones = world.phones(&ada).await;
    let first = preferred().await.0.unwrap();
    let others: Vec<_> = phones.iter().map(|phone| &phone.id).filter(|id| **id != first).collect();
    assert!(world.store.prefer(&ada, others[0], &trail).await.unwrap());
    assert_eq!(preferred().await, (Some(others[0].clone()), None));
    assert!(world.store.prefer(&ada, others[0], &trail).await.unwrap(), "once more is no fault");
    world.store.remove(&ada, others[1], &[], &trail).await.unwrap();
    assert_eq!(preferred().await, (Some(others[0].clone()), None));
    world.store.remove(&ada, others[0], &[], &trail).await.unwrap();
    assert_eq!(preferred().await, (Some(first), None));
}

pub async fn no_more_phones_than_the_figure_and_a_replacement_counts_once(world: World) {
    let ada = world.account("ada", &[OLD]).await;
    let old = world.phone(&ada).await.id;
    let session = world.session();
    let add = async |number: &str, session: &SessionHandle| {
        world.open(&ada, session, Purpose::NewPhone, world.pending(number, None, 2), vec![]).await.1
    };
    assert_eq!(add(NEW, &session).await, Opened::Written);
    assert_eq!(
        add(NEW, &world.session()).await,
        Opened::Written,
        "the older try at the same number makes room"
    );
    assert_eq!(world.phones(&ada).await.len(), 2);
    assert_eq!(add("+12015550103", &world.session()).await, Opened::TooManyPhones);
    assert_eq!(add(OLD, &world.session()).await, Opened::Overtaken, "proven already");
    let replace = Purpose::ReplacePhone { old: old.clone() };
    let plan = world.pending("+12015550104", Some(&old), 2);
    assert_eq!(world.open(&ada, &world.session(), replace.clone(), plan, vec![]).await.1, Opened::Written);
    let plan = world.pending("+12015550105", Some(&old), 2);
    assert_eq!(world.open(&ada, &world.session(), replace, plan, vec![]).await.1, Opened::TooManyPhones);
}

pub async fn cancelling_forgets_the_pending_number(world: World) {
    let ada = world.account("ada", &[]).await;
    let session = world.session();
    let (code, _) = world.open(&ada, &session, Purpose::NewPhone, world.pending(OLD, None, 5), vec![]).await;
    world.store.cancel(&code.flow, &session, &[], &world.trail(&session)).await.unwrap();
    assert!(world.phones(&ada).await.is_empty());
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing);
    // A flow that another one overtakes takes its number along.
    world.open(&ada, &session, Purpose::NewPhone, world.pending(OLD, None, 1), vec![]).await;
    let (code, opened) =
        world.open(&ada, &session, Purpose::NewPhone, world.pending(NEW, None, 1), vec![]).await;
    assert_eq!(opened, Opened::Written);
    let phones = world.phones(&ada).await;
    assert_eq!((phones.len(), &phones[0].hash), (1, &world.known(NEW).hash));
    // Removing the pending number ends its flow.
    let removed = world.store.remove(&ada, &phones[0].id, &[], &world.trail(&session)).await.unwrap();
    assert_eq!(removed, Removed::GivenUp);
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing);
    assert!(world.store.open_of(&ada).await.unwrap().is_empty());
}

pub async fn a_number_proven_anew_keeps_its_rank(world: World) {
    let ada = world.account("ada", &[OLD, NEW]).await;
    let phones = world.phones(&ada).await;
    let second = phones.iter().find(|phone| !phone.preferred).unwrap();
    world.pass(60);
    let session = world.session();
    let plan = PhonePlan::Existing(second.id.clone());
    let (code, _) = world.open(&ada, &session, Purpose::NewPhone, plan, vec![]).await;
    world.settle(&code, TAKEN).await;
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    let after = world.phones(&ada).await;
    let second_after = after.iter().find(|phone| phone.id == second.id).unwrap();
    assert_eq!((second_after.preferred, second_after.verified_at), (false, second.verified_at));
}

pub async fn a_pending_number_whose_code_ran_out_is_taken_up_again_in_its_session(world: World) {
    let ada = world.account("ada", &[OLD]).await;
    let session = world.session();
    world.open(&ada, &session, Purpose::NewPhone, world.pending(NEW, None, 5), vec![]).await;
    let pending = world.phones(&ada).await.into_iter().find(Phone::pending).unwrap();
    world.pass(4000);
    let plan = PhonePlan::Existing(pending.id.clone());
    let (code, opened) = world.open(&ada, &session, Purpose::NewPhone, plan, vec![]).await;
    assert_eq!(opened, Opened::Written);
    assert!(world.phones(&ada).await.iter().any(|phone| phone.id == pending.id));
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
}
