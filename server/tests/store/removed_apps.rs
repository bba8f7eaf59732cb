//! An app that is removed, or an account that is switched off, while its code or token is on the way: an outcome, never a fault, and
//! nothing is left of it.
use crate::world::{World, parallel};
use domain::oidc::ports::{Grant, Grants, Issued, Kept, Renewed, Spent};
use domain::oidc::token::Bearer;
use domain::ports::Clients;
use domain::testing::grants::Scene;

async fn remove_app(scene: &Scene<'_, World>) {
    assert!(Clients::remove(scene.store(), &scene.app, &scene.operator()).await.unwrap());
}

async fn spent(scene: &Scene<'_, World>) -> Box<Grant> {
    let code = scene.code().await;
    let Spent::Now(grant) = scene.spend(&code).await else { panic!("the code counts") };
    grant
}

async fn keeps(scene: &Scene<'_, World>, grant: &Grant) -> Kept {
    let tokens = scene.tokens(&Bearer::new(&scene.ground.entropy), None);
    scene.store().keep(grant, &tokens, &scene.operator()).await.unwrap()
}

/// Rows of the app that should not be there.
async fn left(world: &World) -> i64 {
    let mut left = 0;
    for sql in [
        "SELECT COUNT(*) FROM oidc_requests",
        "SELECT COUNT(*) FROM oidc_grants",
        "SELECT COUNT(*) FROM oidc_access",
        "SELECT COUNT(*) FROM oidc_apps",
    ] {
        left += world.place.number(sql, &[]).await.unwrap();
    }
    left
}

async fn events(world: &World, kind: &str) -> i64 {
    let sql = "SELECT COUNT(*) FROM events WHERE kind = $1";
    world.place.number(sql, &[kind]).await.unwrap()
}

pub async fn no_code_is_issued_to_an_app_that_was_removed_meanwhile(world: World) {
    let scene = Scene::new(&world).await;
    let (grant, _) = scene.new_grant();
    remove_app(&scene).await;
    let trail = scene.trail(&scene.session);
    assert_eq!(world.store.issue(&grant, None, &trail).await.unwrap(), Issued::AppGone);
    assert_eq!((left(&world).await, events(&world, "code_granted").await), (0, 0));
}

pub async fn no_request_is_kept_for_an_app_that_was_removed_meanwhile(world: World) {
    let scene = Scene::new(&world).await;
    let request = scene.request(Some("own"));
    remove_app(&scene).await;
    assert!(!world.store.ask(&request).await.unwrap());
    assert_eq!(left(&world).await, 0);
}

pub async fn no_token_is_kept_for_an_app_that_was_removed_meanwhile(world: World) {
    let scene = Scene::new(&world).await;
    let (first, second) = (spent(&scene).await, spent(&scene).await);
    // On the list already, or not yet: both ways of keeping.
    assert_eq!(keeps(&scene, &first).await, Kept::Done);
    remove_app(&scene).await;
    assert_eq!(keeps(&scene, &second).await, Kept::AppGone);
    assert_eq!((left(&world).await, events(&world, "tokens_given").await), (0, 1));
}

/// The connection on which it failed serves whoever comes next, with statements that are new to it.
pub async fn what_fails_for_a_removed_app_is_nobody_elses_trouble(world: World) {
    let scene = Scene::new(&world).await;
    let grant = spent(&scene).await;
    remove_app(&scene).await;
    assert_eq!(keeps(&scene, &grant).await, Kept::AppGone);
    assert!(world.store.disable_user(&scene.ada, &world.operator()).await.unwrap());
}

pub async fn codes_and_refresh_tokens_of_a_removed_app_are_those_of_none(world: World) {
    let scene = Scene::new(&world).await;
    let code = scene.code().await;
    let (_, _, refresh) = scene.redeemed().await;
    remove_app(&scene).await;
    assert!(matches!(scene.spend(&code).await, Spent::AppGone));
    assert!(matches!(scene.renew(&refresh).await.0, Renewed::AppGone));
    assert_eq!((left(&world).await, events(&world, "tokens_renewed").await), (0, 0));
}

pub async fn r60_nothing_is_kept_for_an_account_that_was_switched_off_meanwhile(world: World) {
    let scene = Scene::new(&world).await;
    let (grant, _) = scene.new_grant();
    let granted = spent(&scene).await;
    assert!(world.store.disable_user(&scene.ada, &world.operator()).await.unwrap());
    let trail = scene.trail(&scene.session);
    assert_eq!(world.store.issue(&grant, None, &trail).await.unwrap(), Issued::SessionOver);
    assert_eq!(keeps(&scene, &granted).await, Kept::GrantOver);
    assert_eq!((events(&world, "code_granted").await, events(&world, "tokens_given").await), (1, 0));
}

/// Everything that refers to the app is done while it is removed: each step says how it went.
pub async fn no_race_with_the_removal_of_an_app_is_a_fault(world: World) {
    let scene = Scene::new(&world).await;
    let trail = scene.trail(&scene.session);
    let mut redeemed = Vec::new();
    let mut grants = Vec::new();
    let mut requests = Vec::new();
    for _ in 0..10 {
        redeemed.push(spent(&scene).await);
        grants.push(scene.new_grant().0);
        requests.push(scene.request(Some("own")));
    }
    let answered = scene.request(Some("own"));
    assert!(world.store.ask(&answered).await.unwrap());
    parallel(30, |n| {
        let (world, trail, app) = (world.hand(), trail.clone(), scene.app.clone());
        let tokens = scene.tokens(&Bearer::new(&world.entropy), None);
        let (grant, new, request) =
            (redeemed[n % 10].clone(), grants[n % 10].clone(), requests[n % 10].clone());
        let of = (n % 2 == 0).then(|| answered.id.clone());
        async move {
            let store = &world.store;
            match n {
                15 => assert!(Clients::remove(store, &app, &world.operator()).await.unwrap()),
                0..10 => assert!(matches!(
                    store.keep(&grant, &tokens, &trail).await.unwrap(),
                    Kept::Done | Kept::AppGone
                )),
                10..20 => assert!(matches!(
                    store.issue(&new, of.as_ref(), &trail).await.unwrap(),
                    Issued::Done | Issued::RequestOver | Issued::AppGone
                )),
                _ => drop(store.ask(&request).await.unwrap()),
            }
        }
    })
    .await;
    assert_eq!(left(&world).await, 0);
}
