//! Notices: a banner for everyone, a text for every number that has room for one (R16, R31).
use crate::world::World;
use domain::challenge::PhonePlan;
use domain::id::NoticeId;
use domain::limits::{Limit, Rule};
use domain::notice::NoticeKind;
use domain::ports::{Deliveries, Limits, Notices};
use domain::purpose::Purpose;
use std::time::Duration;

const NUMBERS: [&str; 2] = ["+12015550101", "+12015550102"];

pub async fn r31_every_other_number_is_told(world: World) {
    let ada = world.account("ada", &NUMBERS).await;
    let phones = world.phones(&ada).await;
    let session = world.session();
    let plan = world.pending("+12015550103", None, 5);
    let (code, _) = world.open(&ada, &session, Purpose::NewPhone, plan, vec![]).await;
    let notice = world.notice(NoticeKind::PhoneAdded, &phones, &[]);
    assert!(world.take(&code).await.is_some());
    assert!(world.consume(&code, std::slice::from_ref(&notice)).await);
    let open = world.store.open_of(&ada).await.unwrap();
    assert_eq!((open.len(), open[0].kind, open[0].at), (1, NoticeKind::PhoneAdded, world.now()));
    assert_eq!(open[0].mask, notice.mask);
    let mut told = Vec::new();
    for text in &notice.texts {
        let message = world.store.claim(&text.delivery, world.now()).await.unwrap().unwrap().message;
        assert_eq!(message.valid_for_seconds, 600);
        assert!(!message.body.contains(&code.digits));
        told.push(message.to.reveal().to_owned());
    }
    told.sort();
    assert_eq!(told, NUMBERS);
    let recent = world.store.recent(&phones[0].id, 5).await.unwrap();
    assert_eq!(recent[0].kind, "notice");
}

pub async fn a_number_over_its_limit_is_left_out_and_the_banner_stays(world: World) {
    let ada = world.account("ada", &NUMBERS).await;
    let phones = world.phones(&ada).await;
    let rule = |key: &str| Rule {
        key: key.to_owned(),
        window: Duration::from_secs(3600),
        max: 1,
        limit: Limit::Number,
    };
    assert!(world.store.hit(&[rule("full")], world.now()).await.unwrap().is_none());
    let mut notice = world.notice(NoticeKind::PhoneLocked, &phones, &[]);
    notice.texts[0].rules = vec![rule("full")];
    notice.texts[1].rules = vec![rule("free")];
    world.store.post(&ada, &notice, &world.operator()).await.unwrap();
    assert_eq!(world.store.open_of(&ada).await.unwrap().len(), 1);
    assert!(world.store.claim(&notice.texts[0].delivery, world.now()).await.unwrap().is_none());
    assert!(world.store.claim(&notice.texts[1].delivery, world.now()).await.unwrap().is_some());
    assert!(world.store.hit(&[rule("free")], world.now()).await.unwrap().is_some(), "a notice is counted");
}

pub async fn a_text_that_does_not_go_out_uses_up_nothing(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let phones = world.phones(&ada).await;
    let rule = Rule { key: "k".to_owned(), window: Duration::from_secs(3600), max: 1, limit: Limit::Number };
    let operator = world.operator();
    world.store.stop_sending(true, &operator).await.unwrap();
    let held = world.notice(NoticeKind::PhoneLocked, &phones, std::slice::from_ref(&rule));
    world.store.post(&ada, &held, &operator).await.unwrap();
    assert!(world.store.recent(&phones[0].id, 5).await.unwrap().is_empty());
    world.store.stop_sending(false, &operator).await.unwrap();
    world
        .store
        .post(&ada, &world.notice(NoticeKind::PhoneLocked, &phones, &[rule]), &operator)
        .await
        .unwrap();
    assert_eq!(world.store.recent(&phones[0].id, 5).await.unwrap().len(), 1);
}

pub async fn r16_unfinished_sign_ins_are_told_of_once_an_hour(world: World) {
    let ada = world.account("ada", &NUMBERS).await;
    let post = async |kind| {
        world.store.post(&ada, &world.notice(kind, &[], &[]), &world.operator()).await.unwrap();
        world.store.open_of(&ada).await.unwrap().len()
    };
    assert_eq!(post(NoticeKind::UnfinishedSignIn).await, 1);
    world.pass(3599);
    assert_eq!(post(NoticeKind::UnfinishedSignIn).await, 1);
    assert_eq!(post(NoticeKind::PhoneLocked).await, 2);
    assert_eq!(post(NoticeKind::PhoneLocked).await, 3, "two phones may be switched off within an hour");
    world.pass(1);
    assert_eq!(post(NoticeKind::UnfinishedSignIn).await, 4);
    // With the sign-in that tells of it, it keeps its own time and browser; what counts is the hour between the two events.
    world.pass(4200);
    let plan = PhonePlan::Existing(world.phone(&ada).await.id);
    let (code, _) = world.open(&ada, &world.session(), Purpose::SignIn, plan, vec![]).await;
    let mut notice = world.notice(NoticeKind::UnfinishedSignIn, &[], &[]);
    notice.at = world.now().minus(Duration::from_secs(600));
    notice.agent = "Safari on iPhone".to_owned();
    assert!(world.consume(&code, std::slice::from_ref(&notice)).await);
    let newest = world.store.open_of(&ada).await.unwrap().remove(0);
    assert_eq!((newest.at, newest.agent), (notice.at, notice.agent));
}

pub async fn r143_a_notice_is_put_away_by_its_own_account(world: World) {
    let ada = world.account("ada", &NUMBERS).await;
    let eve = world.account("eve", &[]).await;
    let notice = world.notice(NoticeKind::PasswordSet, &[], &[]);
    world.store.post(&ada, &notice, &world.operator()).await.unwrap();
    assert!(!world.store.put_away(&eve, &notice.id, world.now()).await.unwrap());
    assert!(!world.store.put_away(&ada, &NoticeId::new(&world.entropy), world.now()).await.unwrap());
    assert_eq!(world.store.open_of(&ada).await.unwrap().len(), 1);
    assert!(world.store.put_away(&ada, &notice.id, world.now()).await.unwrap());
    assert!(!world.store.put_away(&ada, &notice.id, world.now()).await.unwrap());
    assert!(world.store.open_of(&ada).await.unwrap().is_empty());
}
