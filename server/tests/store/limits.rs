//! Limits: sliding windows to the millisecond, all rules or none, no matter how many at once (R15, P4).
use crate::world::{World, parallel};
use domain::challenge::PhonePlan;
use domain::day_cap::DayCap;
use domain::limits::{Limit, Rule, for_new_number};
use domain::phone::E164;
use domain::policy::SendLimits;
use domain::ports::{Challenges, Limits, Opened};
use domain::purpose::Purpose;
use domain::testing::ManualClock;
use domain::time::Clock;
use std::time::Duration;

fn rule(key: &str, seconds: u64, max: u32) -> Rule {
    Rule { key: key.to_owned(), window: Duration::from_secs(seconds), max, limit: Limit::Number }
}

async fn hit(world: &World, rules: &[Rule]) -> Option<u64> {
    let wait = world.store.hit(rules, world.now()).await.unwrap();
    wait.map(|wait| wait.until.since(world.now()).as_millis().try_into().unwrap())
}

fn pass(clock: &ManualClock, millis: u64) {
    clock.pass(Duration::from_millis(millis));
}

pub async fn a39_that_a_limit_holds_is_written_once_a_minute_for_each_limit(world: World) {
    use domain::events::{Event, EventKind};
    use domain::ports::Accounts as _;
    let (ada, bob) = (world.account("ada", &[]).await, world.account("bob", &[]).await);
    let minute = Duration::from_secs(60);
    let ask = async |account, limit| {
        let event = Event::of(EventKind::LimitHeld, account).detail(limit);
        world.store.note_unless_since(&event, world.now().minus(minute), &world.operator()).await.unwrap();
    };
    let written = async || {
        let all = "SELECT COUNT(*) FROM events WHERE kind = 'limit_held'";
        world.place.number(all, &[]).await.unwrap()
    };
    for _ in 0..5 {
        ask(&ada, "number").await;
        pass(&world.clock, 1000);
    }
    assert_eq!(written().await, 1);
    ask(&ada, "account").await;
    ask(&bob, "number").await;
    assert_eq!(written().await, 3, "another limit, another account");
    pass(&world.clock, 56_000);
    ask(&ada, "number").await;
    assert_eq!(written().await, 4);
}

pub async fn r15_windows_slide_to_the_millisecond(world: World) {
    for extra in [vec![], vec![rule("other", 86_400, 1000)]] {
        let key = format!("k{}", extra.len());
        let rules: Vec<Rule> = [vec![rule(&key, 3600, 3)], extra].concat();
        for _ in 0..3 {
            assert_eq!(hit(&world, &rules).await, None);
            pass(&world.clock, 1000);
        }
        assert_eq!(hit(&world, &rules).await, Some(3_597_000), "the oldest hit is three seconds old");
        pass(&world.clock, 3_596_999);
        assert_eq!(hit(&world, &rules).await, Some(1));
        pass(&world.clock, 1);
        assert_eq!(hit(&world, &rules).await, None, "a refused one does not count");
        assert_eq!(hit(&world, &rules).await, Some(1000), "now the second one is the oldest");
    }
}

pub async fn r15_all_rules_or_none(world: World) {
    let narrow = rule("number", 3600, 1);
    let wide = rule("account", 3600, 2);
    let day = rule("number", 86_400, 2);
    let all = [narrow.clone(), day.clone(), wide.clone()];
    assert_eq!(hit(&world, &all).await, None);
    for _ in 0..5 {
        assert!(hit(&world, &all).await.is_some());
    }
    assert_eq!(hit(&world, std::slice::from_ref(&wide)).await, None, "five refused ones left no hit");
    assert_eq!(hit(&world, std::slice::from_ref(&wide)).await, Some(3_600_000));
    pass(&world.clock, 3_600_000);
    assert_eq!(hit(&world, &all).await, None, "rules of one key share its hits, one each");
    pass(&world.clock, 3_600_000);
    assert_eq!(hit(&world, &all).await, Some(86_400_000 - 7_200_000), "the one that holds longest is told");
}

pub async fn r15_parallel_hits_never_exceed_a_window(world: World) {
    for rules in [vec![rule("one", 60, 7)], vec![rule("two", 60, 7), rule("three", 60, 9)]] {
        let granted = parallel(200, |_| {
            let (world, rules) = (world.hand(), rules.clone());
            async move { hit(&world, &rules).await.is_none() }
        })
        .await;
        assert_eq!(granted.into_iter().filter(|granted| *granted).count(), 7);
    }
}

pub async fn a_code_over_its_limit_leaves_no_trace(world: World) {
    let ada = world.account("ada", &[]).await;
    let session = world.session();
    let rules = vec![rule("number", 3600, 1)];
    assert_eq!(hit(&world, &rules).await, None);
    let before = world.clock.now();
    let (code, opened) =
        world.open(&ada, &session, Purpose::NewPhone, world.pending("+12015550101", None, 5), rules).await;
    let Opened::Wait(wait) = opened else { panic!("{opened:?}") };
    assert_eq!((wait.until.since(before).as_secs(), wait.limit), (3600, Limit::Number));
    assert!(world.phones(&ada).await.is_empty());
    assert!(world.store.flow(&code.flow, &session).await.unwrap().is_none());
    assert!(world.take(&code).await.is_none());
}

pub async fn rules_without_room_always_hold(world: World) {
    assert_eq!(hit(&world, &[rule("none", 60, 0)]).await, Some(60_000));
    assert_eq!(hit(&world, &[]).await, None);
    let ada = world.account("ada", &["+12015550101"]).await;
    let plan = PhonePlan::Existing(world.phone(&ada).await.id);
    let rules = vec![rule("none", 60, 0)];
    let (_, opened) = world.open(&ada, &world.session(), Purpose::SignIn, plan, rules).await;
    assert!(matches!(opened, Opened::Wait(_)));
    let many: Vec<Rule> = (0..8).map(|n| rule(&format!("many{n}"), 60, 1)).collect();
    assert_eq!(hit(&world, &many).await, None);
    assert_eq!(hit(&world, &many[7..]).await, Some(60_000), "more rules than fit into one statement");
}

pub async fn r15_a_number_that_is_proven_counts_no_more_among_those_nobody_proves(world: World) {
    let ada = world.account("ada", &[]).await;
    let session = world.session();
    let number = E164::parse("+12015550101").unwrap();
    let limits = SendLimits {
        per_number_hour: 9,
        per_number_day: 9,
        per_account_day: 9,
        per_address_hour: None,
        per_minute: None,
        per_day: DayCap(None),
        unproven_per_block_hour: Some(1),
        unproven_per_country_hour: Some(1),
        sign_ins_per_address_minute: None,
    };
    let rules = for_new_number(&limits, &number);
    let plan = world.pending("+12015550101", None, 5);
    let (code, opened) = world.open(&ada, &session, Purpose::NewPhone, plan, rules.clone()).await;
    assert_eq!(opened, Opened::Written);
    let neighbour = for_new_number(&limits, &E164::parse("+12015550199").unwrap());
    assert!(hit(&world, &neighbour).await.is_some(), "the same block, the same country");
    world.settle(&code, crate::world::TAKEN).await;
    assert!(world.take(&code).await.is_some());
    assert!(world.consume(&code, &[]).await);
    assert_eq!(hit(&world, &neighbour).await, None);
    assert!(hit(&world, &rules).await.is_some());
    let readable = "SELECT COUNT(*) FROM limit_hits WHERE key LIKE '%1201555%' OR key LIKE 'unproven%'";
    assert_eq!(world.place.number(readable, &[]).await, Some(0), "keys tell no part of a number");
}
