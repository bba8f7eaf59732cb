//! Signing keys: one set for all nodes, whoever comes first; no token is signed with a key that an app cannot know (R91).
use crate::world::World;
use domain::entropy::Entropy;
use domain::id::Kid;
use domain::signing::{NewKey, SigningKeys, TokenSigner};
use domain::signing_keys::{AHEAD, KEPT, KeySize, KeyState, KeyTimes, MAX_AGE, SEEN_WITHIN};
use domain::time::Timestamp;
use serde_json::Value;
use server::signing::{Signer, make};
use std::collections::BTreeSet;
use std::sync::Arc;
use zeroize::Zeroizing;

const PRIVATE: &[u8] = b"what nobody may read";

/// What stands for a key where nothing is signed.
fn key(world: &World, when: fn(Kid, Vec<u8>, Zeroizing<Vec<u8>>, Timestamp) -> NewKey) -> NewKey {
    when(Kid::new(&world.entropy), b"public".to_vec(), Zeroizing::new(PRIVATE.to_vec()), world.now())
}

async fn times(world: &World) -> Vec<KeyTimes> {
    world.store.kept().await.unwrap().into_iter().map(|key| key.times).collect()
}

async fn states(world: &World) -> Vec<KeyState> {
    let all = times(world).await;
    all.iter().map(|key| key.state(&all, world.now())).collect()
}

pub async fn r91_of_many_first_keys_one_counts(world: World) {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let world = world.hand();
            tokio::spawn(async move {
                let key = key(&world, NewKey::at_once);
                world.store.keep_first(&key, &world.operator()).await.unwrap().then_some(key.kid)
            })
        })
        .collect();
    let mut kept = Vec::new();
    for task in tasks {
        kept.extend(task.await.unwrap());
    }
    assert_eq!(kept.len(), 1);
    let all = times(&world).await;
    assert_eq!((all.len(), &all[0].kid), (1, &kept[0]));
    assert_eq!(states(&world).await, [KeyState::Current]);
    let made = "SELECT COUNT(*) FROM events WHERE kind = 'key_made'";
    assert_eq!(world.place.number(made, &[]).await, Some(1), "those that did not count left no mark");
}

pub async fn r91_one_next_key_waits_at_a_time(world: World) {
    let trail = world.operator();
    assert!(!world.store.keep_next(&key(&world, NewKey::ahead), &trail).await.unwrap(), "none signs yet");
    assert!(world.store.keep_first(&key(&world, NewKey::at_once), &trail).await.unwrap());
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let world = world.hand();
            tokio::spawn(async move {
                world.store.keep_next(&key(&world, NewKey::ahead), &world.operator()).await.unwrap()
            })
        })
        .collect();
    let mut kept = 0;
    for task in tasks {
        kept += usize::from(task.await.unwrap());
    }
    assert_eq!(kept, 1);
    assert_eq!(states(&world).await, [KeyState::Current, KeyState::Next]);
    world.pass(AHEAD.as_secs());
    assert_eq!(states(&world).await, [KeyState::Old, KeyState::Current]);
    assert!(world.store.keep_next(&key(&world, NewKey::ahead), &world.operator()).await.unwrap());
    assert_eq!(states(&world).await, [KeyState::Old, KeyState::Current, KeyState::Next]);
    world.pass(KEPT.as_secs() - 1);
    assert_eq!(states(&world).await, [KeyState::Old, KeyState::Current, KeyState::Next]);
    world.pass(1);
    assert_eq!(states(&world).await, [KeyState::Gone, KeyState::Current, KeyState::Next]);
    world.pass((AHEAD - KEPT).as_secs());
    assert_eq!(states(&world).await, [KeyState::Gone, KeyState::Old, KeyState::Current]);
}

pub async fn replacing_at_once_withdraws_all_others(world: World) {
    assert!(world.store.keep_first(&key(&world, NewKey::at_once), &world.operator()).await.unwrap());
    world.pass(10);
    assert!(world.store.keep_next(&key(&world, NewKey::ahead), &world.operator()).await.unwrap());
    world.pass(10);
    let new = key(&world, NewKey::at_once);
    assert_eq!(world.store.keep_instead(&new, &world.operator()).await.unwrap(), 2);
    let all = times(&world).await;
    let current: Vec<_> =
        all.iter().filter(|key| key.state(&all, world.now()) != KeyState::Gone).map(|key| &key.kid).collect();
    assert_eq!(current, [&new.kid]);
    for key in world.store.kept().await.unwrap() {
        assert_eq!(key.private.is_some(), key.times.kid == new.kid, "what is withdrawn cannot sign again");
    }
    let withdrawn = "SELECT COUNT(*) FROM events WHERE kind = 'keys_withdrawn' AND detail = '2'";
    assert_eq!(world.place.number(withdrawn, &[]).await, Some(1));
}

pub async fn a_private_key_is_sealed_and_goes_once_it_has_signed_for_the_last_time(world: World) {
    let first = key(&world, NewKey::at_once);
    assert!(world.store.keep_first(&first, &world.operator()).await.unwrap());
    assert!(!World::holds(&world.bytes().await, PRIVATE));
    assert!(World::holds(&world.bytes().await, first.kid.as_str().as_bytes()), "the scan sees its name");
    let opened = async |world: &World| -> Vec<Option<Vec<u8>>> {
        let kept = world.store.kept().await.unwrap();
        kept.into_iter().map(|key| key.private.map(|private| private.to_vec())).collect()
    };
    assert_eq!(opened(&world).await, [Some(PRIVATE.to_vec())]);
    assert!(world.store.keep_next(&key(&world, NewKey::ahead), &world.operator()).await.unwrap());
    world.pass(AHEAD.as_secs() + 3599);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(opened(&world).await, [Some(PRIVATE.to_vec()), Some(PRIVATE.to_vec())]);
    world.pass(1);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(opened(&world).await, [None, Some(PRIVATE.to_vec())]);
    assert_eq!(states(&world).await, [KeyState::Old, KeyState::Current], "what it signed is still believed");
    world.pass(90 * 86_400);
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(opened(&world).await, [Some(PRIVATE.to_vec())]);
}

/// A node: knows the keys for a while, as each does.
fn node(world: &World) -> Signer {
    let size = KeySize::of(2048).unwrap();
    Signer::new(Arc::new(world.store.clone()), Arc::new(world.entropy.clone()), size)
}

fn kids(set: &[u8]) -> BTreeSet<String> {
    let set: Value = serde_json::from_slice(set).unwrap();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn kid(token: &str) -> String {
    use base64::Engine as _;
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap());
    serde_json::from_slice::<Value>(&header.unwrap()).unwrap()["kid"].as_str().unwrap().to_owned()
}

pub async fn two_nodes_that_start_together_end_with_one_key(world: World) {
    let (one, other) = (node(&world), node(&world));
    let now = world.now();
    let (a, b) = tokio::join!(one.sign("{}", now), other.sign("{}", now));
    assert_eq!(kid(&a.unwrap()), kid(&b.unwrap()));
    assert_eq!(times(&world).await.len(), 1);
}

/// An app that keeps the set for an hour, and asks whichever node answers.
struct App {
    known: BTreeSet<String>,
    asked: Timestamp,
}

pub async fn r91_no_token_is_signed_with_a_key_that_an_app_cannot_know(world: World) {
    let nodes = [node(&world), node(&world)];
    let mut draws = 0u8;
    let mut nth = move |entropy: &dyn Entropy| {
        draws = draws.wrapping_add(1);
        let mut byte = [0];
        entropy.fill(&mut byte);
        usize::from((byte[0] ^ draws) & 1)
    };
    let set = async |nth: usize| kids(&nodes[nth].key_set(world.now()).await.unwrap());
    let mut apps = Vec::new();
    // Apps that ask at all times of the hour.
    for _ in 0..12 {
        apps.push(App { known: set(0).await, asked: world.now() });
        world.pass(MAX_AGE.as_secs() / 12);
    }
    let mut first_token = None;
    let mut signed_with = BTreeSet::new();
    for round in 0..2 {
        let size = KeySize::of(2048).unwrap();
        let next = make(size, &world.entropy, world.now(), NewKey::ahead).await.unwrap();
        assert!(world.store.keep_next(&next, &world.operator()).await.unwrap());
        let made = world.now();
        // Fine steps around what changes, wide ones in between.
        while world.now() < made.plus(AHEAD).plus(2 * SEEN_WITHIN) {
            let since = world.now().since(made);
            let near = since < 2 * SEEN_WITHIN || since.abs_diff(AHEAD) < 2 * SEEN_WITHIN;
            world.pass(if near { 7 } else { 61 });
            for app in &mut apps {
                if world.now().since(app.asked) >= MAX_AGE {
                    *app = App { known: set(nth(&world.entropy)).await, asked: world.now() };
                }
            }
            let signer = nth(&world.entropy);
            let token = nodes[signer].sign("{\"round\":1}", world.now()).await.unwrap();
            let used = kid(&token);
            for app in &apps {
                assert!(app.known.contains(&used), "{since:?} after the {round}. rotation");
            }
            // Every node believes what every node signs.
            let checked = nodes[1 - signer].verify(&token, world.now()).await.unwrap();
            assert_eq!(checked.as_deref(), Some("{\"round\":1}"));
            signed_with.insert(used);
            first_token.get_or_insert(token);
        }
        let seen = [set(0).await, set(1).await];
        assert!(seen.iter().all(|set| set.contains(next.kid.as_str())));
        assert_eq!(signed_with.last().map(|_| signed_with.len()), Some(round + 2), "each key has signed");
    }
    // What the first key signed is believed for as long as it may come back, and then no more.
    let token = first_token.unwrap();
    let all = times(&world).await;
    assert_eq!(all[0].state(&all, world.now()), KeyState::Gone, "a second rotation takes longer than that");
    for node in &nodes {
        assert_eq!(node.verify(&token, world.now()).await.unwrap(), None);
    }
    assert_eq!(set(0).await.len(), 2, "and it is published no more");
}

pub async fn a_withdrawn_key_is_out_of_use_on_all_nodes_within_a_minute(world: World) {
    let nodes = [node(&world), node(&world)];
    let old = nodes[0].sign("{}", world.now()).await.unwrap();
    assert!(nodes[1].verify(&old, world.now()).await.unwrap().is_some());
    world.pass(1);
    let size = KeySize::of(2048).unwrap();
    let new = make(size, &world.entropy, world.now(), NewKey::at_once).await.unwrap();
    world.store.keep_instead(&new, &world.operator()).await.unwrap();
    world.pass(SEEN_WITHIN.as_secs());
    for node in &nodes {
        assert_eq!(node.verify(&old, world.now()).await.unwrap(), None);
        assert_eq!(kid(&node.sign("{}", world.now()).await.unwrap()), new.kid.as_str());
        assert_eq!(kids(&node.key_set(world.now()).await.unwrap()), [new.kid.to_string()].into());
    }
}
