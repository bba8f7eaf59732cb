//! Forgetting: nothing before its time, nothing long after it.
use crate::sessions::{kept, load, person, record};
use crate::world::World;
use domain::level::Level;
use domain::limits::{Limit, Rule};
use domain::ports::{Challenges, Limits, Phones, Sessions};
use domain::purpose::Purpose;
use std::time::Duration;
use tower_sessions::SessionStore;

const DAY: u64 = 86_400;

async fn rows(world: &World, sql: &'static str) -> i64 {
    world.place.number(sql, &[]).await.unwrap()
}

pub async fn what_is_over_is_forgotten_in_its_time(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let session = world.session();
    world.sent(&ada, &session, Purpose::FreshProof).await;
    world.open(&ada, &session, Purpose::NewPhone, world.pending("+12015550102", None, 5), vec![]).await;
    kept(&world, person(&world, &session, &ada, Level::TwilioSms)).await;
    let rule = Rule { key: "k".into(), window: Duration::from_secs(DAY), max: 9, limit: Limit::Number };
    world.store.hit(&[rule], world.now()).await.unwrap();
    let counts = async || {
        [
            rows(&world, "SELECT COUNT(*) FROM flows").await,
            rows(&world, "SELECT COUNT(*) FROM phones").await,
            rows(&world, "SELECT COUNT(*) FROM limit_hits").await,
            rows(&world, "SELECT COUNT(*) FROM sessions").await,
            rows(&world, "SELECT COUNT(*) FROM deliveries").await,
        ]
    };
    let before = counts().await;
    assert_eq!(before, [2, 2, 1, 1, 2]);
    assert_eq!(world.store.clean(world.now()).await.unwrap(), server::store::Cleaned::default());
    world.pass(3600);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(counts().await, before);
    world.pass(DAY);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(counts().await, [0, 1, 0, 0, 2]);
    world.pass(90 * DAY);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(counts().await, [0, 1, 0, 0, 0]);
    assert!(world.phone(&ada).await.serves());
    // A retired number is wiped after a day, its row goes after a quarter.
    let phone = world.phone(&ada).await.id;
    world.store.remove(&ada, &phone, &[], &world.operator()).await.unwrap();
    let wiped = "SELECT COUNT(*) FROM phones WHERE LENGTH(number_sealed) = 0";
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(rows(&world, wiped).await, 0);
    world.pass(DAY);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(rows(&world, wiped).await, 1);
    assert!(rows(&world, "SELECT COUNT(*) FROM events").await > 0);
}

pub async fn the_last_ten_tests_of_a_phone_are_kept(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let bob = world.account("bob", &["+12015550102"]).await;
    let mut made = Vec::new();
    for _ in 0..12 {
        world.pass(60);
        made.push(world.sent(&ada, &world.session(), Purpose::Test).await.flow);
        world.sent(&bob, &world.session(), Purpose::SignIn).await;
    }
    made.reverse();
    let phone = world.phone(&ada).await.id;
    let kept = async || {
        let tests = world.store.tests(&ada, &phone, 99).await.unwrap();
        tests.into_iter().map(|test| test.id).collect::<Vec<_>>()
    };
    assert_eq!(kept().await, made, "newest first");
    world.pass(2 * DAY);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(kept().await, made[..10]);
    assert!(world.store.tests(&bob, &phone, 99).await.unwrap().is_empty());
    let newest = world.store.tests(&ada, &phone, 1).await.unwrap().remove(0);
    assert!(newest.delivery.is_some() && newest.code.is_none(), "its message is told of, its code is gone");
    world.pass(90 * DAY);
    world.store.clean(world.now()).await.unwrap();
    assert!(kept().await.is_empty());
}

pub async fn r09_codes_go_within_a_day(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    world.pass(300);
    for hours in 1..=24 {
        world.pass(3600);
        world.store.clean(world.now()).await.unwrap();
        let left = rows(&world, "SELECT COUNT(*) FROM challenges").await;
        assert_eq!(left, i64::from(hours < 23), "{hours} h after its end");
    }
    assert!(world.flow(&code).await.code.is_none());
}

pub async fn r16_unfinished_sign_ins_are_remembered(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    world.sent(&ada, &world.session(), Purpose::SignIn).await;
    let begun = world.now();
    world.pass(30 * DAY);
    world.store.clean(world.now()).await.unwrap();
    let next = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    let unfinished = world.store.unfinished_sign_in(&ada, &next.flow).await.unwrap();
    assert_eq!(unfinished.map(|(at, _)| at), Some(begun));
}

pub async fn r54_the_mark_of_an_ended_session_outlives_every_request(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let state = person(&world, &world.session(), &ada, Level::TwilioSms);
    let own = kept(&world, state.clone()).await;
    world.store.end(&state.handle, &[], &world.trail(&state.handle)).await.unwrap();
    world.pass(120);
    world.store.clean(world.now()).await.unwrap();
    assert!(SessionStore::create(&world.store, &mut record(&state)).await.is_err());
    assert!(load(&world, &own).await.is_none());
    world.pass(600);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(rows(&world, "SELECT COUNT(*) FROM sessions").await, 0);
}
