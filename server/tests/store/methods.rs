//! Sign-in methods: switched in steps that no race can bend, read anew each time (R112, R128).
use crate::world::{World, parallel};
use domain::level::Level;
use domain::method::{MethodProblem, MethodSet, SwitchedOff};
use domain::ports::Methods;

const PASSWORD: Level = Level::Password;
const SMS: Level = Level::TwilioSms;

async fn now(world: &World) -> MethodSet {
    Methods::all(&world.store).await.unwrap()
}

async fn events(world: &World) -> Vec<i64> {
    let sql = "SELECT COUNT(*) FROM events WHERE kind = $1 AND actor = 'operator' AND detail IN ('twilio_sms', 'simple_password_auth')";
    let mut counts = Vec::new();
    for kind in ["method_enabled", "method_disabled", "method_default_set", "method_default_removed"] {
        counts.push(world.place.number(sql, &[kind]).await.unwrap());
    }
    counts
}

pub async fn the_store_switches_as_the_rules_say(world: World) {
    // A long history of all steps in changing order, beside the rules themselves.
    let mut rules = now(&world).await;
    assert_eq!(rules, MethodSet::default(), "a new installation");
    let mut expected = [0i64; 4];
    for history in 0..400u32 {
        let step = (history * 7 + history / 8) % 8;
        let level = if step % 2 == 0 { PASSWORD } else { SMS };
        let trail = world.operator();
        match step / 2 {
            0 => {
                let done = world.store.enable(level, &trail).await.unwrap();
                assert_eq!(done, rules.enable(level));
                expected[0] += i64::from(done);
            }
            1 => {
                let done = world.store.disable(level, &trail).await.unwrap();
                assert_eq!(done, rules.disable(level));
                expected[1] += i64::from(done != SwitchedOff::Already);
                expected[3] += i64::from(done == SwitchedOff::DoneWithDefault);
            }
            2 => {
                let was = world.store.unset_default(&trail).await.unwrap();
                assert_eq!(was, rules.unset_default());
                expected[3] += i64::from(was.is_some());
            }
            _ => {
                let done = world.store.set_default(level, &trail).await.unwrap();
                assert_eq!(done, rules.set_default(level));
                expected[2] += i64::from(done == Ok(true));
            }
        }
        assert_eq!(now(&world).await, rules, "after step {history}");
    }
    assert!(expected.iter().all(|count| *count > 5), "{expected:?}");
    assert_eq!(events(&world).await, expected, "one event for each change, none for what changes nothing");
}

pub async fn no_race_makes_a_disabled_method_the_default(world: World) {
    for round in 0..40 {
        world.store.enable(SMS, &world.operator()).await.unwrap();
        let done = parallel(4, |n| {
            let world = world.hand();
            async move {
                if n % 2 == 0 {
                    world.store.disable(SMS, &world.operator()).await.unwrap();
                } else {
                    let _ = world.store.set_default(SMS, &world.operator()).await.unwrap();
                }
            }
        })
        .await;
        assert_eq!(done.len(), 4);
        assert!(!now(&world).await.is_on(SMS));
        let marked = "SELECT COUNT(*) FROM methods WHERE default_at IS NOT NULL";
        assert_eq!(world.place.number(marked, &[]).await, Some(0), "round {round}");
    }
}

pub async fn no_race_leaves_two_defaults(world: World) {
    for _ in 0..20 {
        parallel(6, |n| {
            let world = world.hand();
            let level = if n % 2 == 0 { PASSWORD } else { SMS };
            async move { world.store.set_default(level, &world.operator()).await.unwrap().unwrap() }
        })
        .await;
        let marked = "SELECT COUNT(*) FROM methods WHERE default_at IS NOT NULL";
        assert_eq!(world.place.number(marked, &[]).await, Some(1));
    }
}

pub async fn r112_another_node_sees_it_at_once(world: World) {
    let other = world.hand();
    world.store.disable(SMS, &world.operator()).await.unwrap();
    assert_eq!(now(&other).await.enabled().collect::<Vec<_>>(), [PASSWORD]);
    assert_eq!(other.store.set_default(SMS, &world.operator()).await.unwrap(), Err(MethodProblem::Disabled));
}

pub async fn a_method_that_is_missing_is_off_and_one_of_a_later_release_is_none(world: World) {
    world.meddle("INSERT INTO methods (acr, default_at) VALUES ('passkey', 1)").await;
    let methods = now(&world).await;
    assert_eq!((methods.iter().count(), methods.default_level()), (2, None));
    world.meddle("DELETE FROM methods WHERE acr = 'twilio_sms'").await;
    assert!(!now(&world).await.is_on(SMS));
    assert_eq!(world.store.set_default(SMS, &world.operator()).await.unwrap(), Err(MethodProblem::Disabled));
    assert!(!world.store.enable(SMS, &world.operator()).await.unwrap());
    // Choosing another default takes the place of whichever it was.
    assert!(world.store.set_default(PASSWORD, &world.operator()).await.unwrap().unwrap());
    let marked = "SELECT COUNT(*) FROM methods WHERE default_at IS NOT NULL";
    assert_eq!(world.place.number(marked, &[]).await, Some(1));
}

pub async fn accounts_with_a_proven_phone_are_counted_once(world: World) {
    assert_eq!(world.store.second_steps().await.unwrap(), 0);
    world.account("ada", &["+12015550101", "+12015550102"]).await;
    world.account("bob", &["+12015550103"]).await;
    world.account("eve", &[]).await;
    assert_eq!(world.store.second_steps().await.unwrap(), 2);
}
