//! Wrong passwords: no number of guesses in the same moment gets more looked at than the rule allows (R48).
use crate::world::{World, parallel};
use domain::password::NameKey;
use domain::password_tries::{LAST, Outcome, Trier, Turn};
use domain::ports::PasswordTries as _;

fn trier(name: &str, browser: Option<&str>) -> Trier {
    Trier { name: NameKey::of(name).unwrap(), browser: browser.map(str::to_owned) }
}

async fn turn(world: &World, trier: &Trier) -> Turn {
    world.store.take_turn(trier, world.now()).await.unwrap()
}

async fn settle(world: &World, trier: &Trier, outcome: Outcome) -> u32 {
    world.store.settle(trier, outcome, world.now()).await.unwrap()
}

/// Wrong as often as it takes, as fast as it may.
async fn wrong(world: &World, trier: &Trier, times: u32) {
    for _ in 0..times {
        if let Turn::Wait(until) = turn(world, trier).await {
            world.clock.pass(until.since(world.now()));
            assert_eq!(turn(world, trier).await, Turn::Yours);
        }
        settle(world, trier, Outcome::Wrong).await;
    }
}

pub async fn r48_of_500_guesses_at_once_six_are_looked_at(world: World) {
    let name = trier("ada", None);
    let turns = parallel(500, |_| {
        let (world, name) = (world.hand(), name.clone());
        async move {
            let turn = turn(&world, &name).await;
            if turn == Turn::Yours {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                settle(&world, &name, Outcome::Wrong).await;
            }
            turn
        }
    })
    .await;
    assert_eq!(turns.iter().filter(|turn| **turn == Turn::Yours).count(), 6);
    assert!(
        turns.iter().all(|turn| matches!(turn, Turn::Yours | Turn::Wait(_))),
        "the others know until when"
    );
}

pub async fn a01_honest_sign_ins_at_once_all_get_their_turn(world: World) {
    let name = trier("ada", None);
    let turns = parallel(60, |_| {
        let (world, name) = (world.hand(), name.clone());
        async move {
            let turn = turn(&world, &name).await;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            settle(&world, &name, Outcome::Right).await;
            turn
        }
    })
    .await;
    assert!(turns.iter().all(|turn| *turn == Turn::Yours), "{turns:?}");
}

pub async fn r48_after_the_first_wait_one_is_looked_at_at_a_time(world: World) {
    let name = trier("ada", None);
    wrong(&world, &name, 6).await;
    world.pass(1);
    let turns = parallel(20, |_| {
        let (world, name) = (world.hand(), name.clone());
        async move { turn(&world, &name).await }
    })
    .await;
    assert_eq!(turns.iter().filter(|turn| **turn == Turn::Yours).count(), 1);
    assert_eq!(settle(&world, &name, Outcome::NotLookedAt).await, 0);
    assert_eq!(turn(&world, &name).await, Turn::Yours, "a turn given back is free again");
}

pub async fn r48_r49_the_end_holds_for_strangers_and_goes_with_a_new_password(world: World) {
    let ada = world.account("ada", &[]).await;
    let (strangers, own) = (trier("ADA", None), trier("ada", Some("her own")));
    wrong(&world, &strangers, LAST).await;
    assert_eq!(turn(&world, &strangers).await, Turn::Off);
    assert_eq!(turn(&world, &own).await, Turn::Yours);
    settle(&world, &own, Outcome::Right).await;
    assert_eq!(turn(&world, &strangers).await, Turn::Off, "a right password elsewhere does not switch it on");
    world.pass(400 * 86_400);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(turn(&world, &strangers).await, Turn::Off, "nor does time");
    world.store.set_password(&ada, "$new$", &[], &world.operator()).await.unwrap();
    assert_eq!(turn(&world, &strangers).await, Turn::Yours);
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
