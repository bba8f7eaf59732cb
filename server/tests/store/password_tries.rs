//! Wrong passwords: of no number of guesses in the same moment more is told than the rule allows (R48).
use crate::world::{World, parallel};
use domain::password::NameKey;
use domain::password_tries::{LAST, MayTry, Settled, Tally, Trier};
use domain::ports::PasswordTries as _;

fn trier(name: &str, browser: Option<&str>) -> Trier {
    Trier { name: NameKey::of(name).unwrap(), browser: browser.map(str::to_owned) }
}

async fn may(world: &World, trier: &Trier) -> MayTry {
    world.store.tally(trier).await.unwrap().may_try(world.now())
}

async fn settle(world: &World, trier: &Trier, right: bool) -> Settled {
    world.store.settle(trier, right, world.now()).await.unwrap()
}

/// Wrong as often as it takes, as fast as it may.
async fn wrong(world: &World, trier: &Trier, times: u32) {
    for _ in 0..times {
        if let MayTry::Wait(until) = may(world, trier).await {
            world.clock.pass(until.since(world.now()));
        }
        assert!(matches!(settle(world, trier, false).await, Settled::Wrong(_)));
    }
}

/// What so many tries of the same moment are told; the ones in `right` are right.
async fn at_once(world: &World, name: &Trier, tries: usize, right: fn(usize) -> bool) -> Vec<Settled> {
    parallel(tries, |nth| {
        let (world, name) = (world.hand(), name.clone());
        async move {
            tokio::task::yield_now().await;
            settle(&world, &name, right(nth)).await
        }
    })
    .await
}

fn told(settled: &[Settled]) -> usize {
    settled.iter().filter(|settled| !matches!(settled, Settled::Held(_))).count()
}

pub async fn r48_of_500_guesses_at_once_six_are_told_of(world: World) {
    let name = trier("ada", None);
    let settled = at_once(&world, &name, 500, |_| false).await;
    assert_eq!(told(&settled), 6);
    let until = world.now().plus(std::time::Duration::from_secs(1));
    let held = settled.iter().filter(|s| **s == Settled::Held(MayTry::Wait(until))).count();
    assert_eq!(held, 494, "the others know until when");
    assert_eq!(settle(&world, &name, true).await, Settled::Held(MayTry::Wait(until)), "right or not");
    let tally = world.store.tally(&name).await.unwrap();
    assert_eq!(tally, Tally { wrong: 6, waits_until: until }, "what is not told does not count");
}

pub async fn a01_honest_sign_ins_at_once_are_all_told(world: World) {
    let name = trier("ada", None);
    wrong(&world, &name, 3).await;
    let settled = at_once(&world, &name, 60, |_| true).await;
    assert!(settled.iter().all(|settled| *settled == Settled::Right), "{settled:?}");
    assert_eq!(world.store.tally(&name).await.unwrap(), Tally::default(), "and the row is forgotten");
}

pub async fn r48_after_the_first_wait_one_is_told_of_at_a_time(world: World) {
    let name = trier("ada", None);
    wrong(&world, &name, 6).await;
    world.pass(1);
    assert_eq!(told(&at_once(&world, &name, 20, |_| false).await), 1);
    world.pass(2);
    assert_eq!(may(&world, &name).await, MayTry::Yes);
}

pub async fn r48_r49_the_end_holds_for_strangers_and_goes_with_a_new_password(world: World) {
    let ada = world.account("ada", &[]).await;
    let (strangers, own) = (trier("ADA", None), trier("ada", Some("her own")));
    wrong(&world, &strangers, LAST).await;
    assert_eq!(may(&world, &strangers).await, MayTry::Off);
    assert_eq!(may(&world, &own).await, MayTry::Yes);
    assert_eq!(settle(&world, &own, true).await, Settled::Right);
    assert_eq!(
        may(&world, &strangers).await,
        MayTry::Off,
        "a right password elsewhere does not switch it on"
    );
    world.pass(400 * 86_400);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(may(&world, &strangers).await, MayTry::Off, "nor does time");
    world.store.set_password(&ada, "$new$", &[], &world.operator()).await.unwrap();
    assert_eq!(may(&world, &strangers).await, MayTry::Yes);
}

pub async fn r48_a_row_is_kept_for_a_year_and_tells_no_name(world: World) {
    let name = trier("ada", None);
    wrong(&world, &name, 7).await;
    let rows = "SELECT COUNT(*) FROM password_tries";
    let named = "SELECT COUNT(*) FROM password_tries WHERE name_hash LIKE '%ada%' OR LENGTH(name_hash) <> 64";
    assert_eq!(world.place.number(named, &[]).await, Some(0));
    world.pass(365 * 86_400);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(world.place.number(rows, &[]).await, Some(1));
    world.pass(2 * 86_400);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(world.place.number(rows, &[]).await, Some(0));
}

pub async fn r48_what_was_typed_for_a_name_before_there_was_an_account_holds_nobody_up(world: World) {
    let strangers = trier("newhire", None);
    wrong(&world, &strangers, LAST).await;
    assert_eq!(may(&world, &strangers).await, MayTry::Off);
    world.account("newhire", &[]).await;
    assert_eq!(may(&world, &strangers).await, MayTry::Yes);
}
