//! Requests, grants and tokens of apps: what every store promises of them (`domain::testing::grants`), and what is each database's own: of
//! those that come at once one is served, nothing readable is kept, nothing is kept for ever.
use crate::sessions::{kept, person};
use crate::world::{World, parallel};
use async_trait::async_trait;
use domain::events::{EventKind, Trail};
use domain::id::{AccountId, SessionHandle};
use domain::level::Level;
use domain::oidc::life;
use domain::oidc::ports::{BrowserMark, Grants, Issued, Kept, NewGrant, NewTokens, Pending, Renewed, Spent};
use domain::oidc::token::Bearer;
use domain::testing::grants::{Ground, Scene, promises};
use domain::testing::{ManualClock, SeededEntropy};
use server::store::Store;

#[async_trait]
impl Ground for World {
    type Store = Store;

    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    fn entropy(&self) -> &SeededEntropy {
        &self.entropy
    }

    fn operator(&self) -> Trail {
        Self::operator(self)
    }

    async fn account(&self, name: &str, numbers: &[&str]) -> AccountId {
        Self::account(self, name, numbers).await
    }

    async fn signed_in(&self, account: &AccountId, level: Level) -> SessionHandle {
        let session = person(self, &self.session(), account, level);
        kept(self, session.clone()).await;
        session.handle
    }

    async fn switch(&self, account: &AccountId, on: bool) {
        let trail = self.operator();
        let done = if on {
            self.store.enable_user(account, &trail).await
        } else {
            self.store.disable_user(account, &trail).await
        };
        assert!(done.unwrap());
    }

    async fn set_password(&self, account: &AccountId) {
        assert!(self.store.set_password(account, "$other$", &[], &self.operator()).await.unwrap());
    }

    async fn happened(&self, kind: EventKind) -> usize {
        let sql = "SELECT COUNT(*) FROM events WHERE kind = $1";
        usize::try_from(self.place.number(sql, &[kind.name()]).await.unwrap()).unwrap()
    }
}

macro_rules! shared {
    ($($name:ident)*) => {
        $(
            pub async fn $name(world: World) {
                promises::$name(&world).await;
            }
        )*
    };
}

domain::for_each_grant_promise! { shared }

pub async fn r70_a_request_from_elsewhere_belongs_to_the_first_browser_that_comes(world: World) {
    let scene = Scene::new(&world).await;
    let request = scene.request(None);
    assert!(world.store.ask(&request).await.unwrap());
    let (id, session) = (request.id.clone(), scene.session.clone());
    let found = parallel(20, |n| {
        let (world, id, session) = (world.hand(), id.clone(), session.clone());
        async move {
            let mark = BrowserMark(format!("browser {n}"));
            world.store.pending(&id, &mark, Some(&session), world.now()).await.unwrap()
        }
    })
    .await;
    let found: Vec<Pending> = found.into_iter().flatten().collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].asked_in, Some(session));
}

pub async fn a_request_is_answered_once(world: World) {
    let scene = Scene::new(&world).await;
    let request = scene.request(Some("own"));
    assert!(world.store.ask(&request).await.unwrap());
    let trail = world.trail(&scene.session);
    let grants: Vec<NewGrant> = (0..20).map(|_| scene.new_grant().0).collect();
    let issued = parallel(20, |n| {
        let (world, grant, id, trail) = (world.hand(), grants[n].clone(), request.id.clone(), trail.clone());
        async move { world.store.issue(&grant, Some(&id), &trail).await.unwrap() }
    })
    .await;
    assert_eq!(issued.iter().filter(|issued| **issued == Issued::Done).count(), 1);
    assert!(scene.pending(&request.id, "own").await.is_none());
    assert!(!world.store.refuse(&request.id, &[], &trail).await.unwrap());
    assert!(!world.store.agree(&request.id, &scene.ada, &trail).await.unwrap());
}

pub async fn r103_of_50_parallel_redemptions_one_counts_and_then_its_tokens_are_dead(world: World) {
    let scene = Scene::new(&world).await;
    let code = scene.code().await;
    let (hash, app) = (code.hash(), scene.app.clone());
    let spent = parallel(50, |_| {
        let (world, hash, app) = (world.hand(), hash.clone(), app.clone());
        async move { world.store.spend(&hash, &app, &world.operator()).await.unwrap() }
    })
    .await;
    let mut granted = spent.into_iter().filter_map(|spent| match spent {
        Spent::Now(grant) => Some(grant),
        Spent::Before | Spent::Not | Spent::AppGone => None,
    });
    let grant = granted.next().expect("one");
    assert!(granted.next().is_none(), "and no other");
    let tokens = scene.tokens(&Bearer::new(&world.entropy), None);
    let kept = world.store.keep(&grant, &tokens, &world.operator()).await.unwrap();
    assert_eq!(kept, Kept::GrantOver, "the others have ended it");
}

pub async fn r107_of_20_parallel_refreshes_one_counts_and_the_family_dies(world: World) {
    let scene = Scene::new(&world).await;
    let (_, access, refresh) = scene.redeemed().await;
    let tries: Vec<(NewTokens, Bearer)> = (0..20)
        .map(|_| {
            let next = Bearer::new(&world.entropy);
            (scene.tokens(&Bearer::new(&world.entropy), Some(&next)), next)
        })
        .collect();
    let oldest = world.now().minus(life::REFRESH);
    let renewed = parallel(20, |n| {
        let (world, app, hash) = (world.hand(), scene.app.clone(), refresh.hash());
        let tokens = tries[n].0.clone();
        async move { world.store.renew(&hash, &app, &tokens, oldest, &world.operator()).await.unwrap() }
    })
    .await;
    let done: Vec<usize> = (0..20).filter(|n| matches!(renewed[*n], Renewed::Done(_))).collect();
    assert_eq!(done.len(), 1);
    assert!(!scene.renews(&tries[done[0]].1).await, "the others have ended the family");
    assert!(!scene.opens(&access).await);
}

pub async fn r106_no_code_or_token_is_in_the_database(world: World) {
    let scene = Scene::new(&world).await;
    let code = scene.code().await;
    let (_, access, refresh) = scene.redeemed().await;
    let (_, next) = scene.renew(&refresh).await;
    let bytes = world.bytes().await;
    for token in [&code, &access, &refresh, &next] {
        let raw: Vec<u8> =
            (0..32).map(|n| u8::from_str_radix(&token.reveal()[2 * n..2 * n + 2], 16).unwrap()).collect();
        assert!(!World::holds(&bytes, token.reveal().as_bytes()) && !World::holds(&bytes, &raw));
        assert!(World::holds(&bytes, token.hash().as_bytes()), "the scan sees what is there");
    }
}

pub async fn what_is_over_is_forgotten(world: World) {
    let scene = Scene::new(&world).await;
    let request = scene.request(Some("own"));
    assert!(world.store.ask(&request).await.unwrap());
    scene.redeemed().await;
    scene.code().await;
    world.pass(2 * 86_400);
    world.store.clean(world.now()).await.unwrap();
    for sql in [
        "SELECT COUNT(*) FROM oidc_requests",
        "SELECT COUNT(*) FROM oidc_grants",
        "SELECT COUNT(*) FROM oidc_access",
        "SELECT COUNT(*) FROM oidc_spent",
    ] {
        assert_eq!(world.place.number(sql, &[]).await.unwrap(), 0, "{sql}");
    }
    assert_eq!(world.store.signed_in_to(&scene.ada).await.unwrap().len(), 1, "the list stays for a year");
}
