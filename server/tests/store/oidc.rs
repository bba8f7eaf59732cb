//! Requests, grants and tokens of apps: each step decides its race by itself, and everything ends with what it came out of.
use crate::sessions::{kept, person};
use crate::world::{World, parallel};
use domain::client::{Client, ClientId, WantedClient};
use domain::entropy::hex;
use domain::id::{AccountId, GrantId, RequestId};
use domain::lang::Lang;
use domain::level::Level;
use domain::oidc::life;
use domain::oidc::ports::{
    BrowserMark, Grant, Grants, Issued, Kept, NewGrant, NewTokens, Pending, Renewed, Spent,
};
use domain::oidc::prompt::Prompt;
use domain::oidc::request::{Asked, ClaimsAsked};
use domain::oidc::scope::{Claims, Scopes};
use domain::oidc::token::{Bearer, BearerHash};
use domain::ports::{Clients, Phones, Sessions};
use domain::session::SessionState;

const NUMBER: &str = "+12015550101";

/// Ada signed in at the highest level, and an app.
pub struct Scene {
    pub world: World,
    pub ada: AccountId,
    pub session: SessionState,
    pub app: ClientId,
}

async fn app(world: &World, id: &str) -> ClientId {
    let wanted = WantedClient {
        id: id.to_owned(),
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        ..WantedClient::default()
    };
    let client: Client = wanted.judge(world.now()).unwrap();
    assert!(world.store.add(&client, None, &world.operator()).await.unwrap());
    client.id
}

pub async fn scene(world: World) -> Scene {
    let ada = world.account("ada", &[NUMBER]).await;
    let session = person(&world, &world.session(), &ada, Level::TwilioSms);
    kept(&world, session.clone()).await;
    let app = app(&world, "app").await;
    Scene { world, ada, session, app }
}

impl Scene {
    pub fn new_grant(&self) -> (NewGrant, Bearer) {
        let code = Bearer::new(&self.world.entropy);
        let grant = NewGrant {
            id: GrantId::new(&self.world.entropy),
            code: code.hash(),
            account: self.ada.clone(),
            session: self.session.handle.clone(),
            client: self.app.clone(),
            redirect_uri: "https://app.example/cb".to_owned(),
            challenge: None,
            nonce: Some("n-1".to_owned()),
            scopes: Scopes::parse("openid email offline_access"),
            claims: (Claims::parse("email"), Claims::parse("phone_number")),
            acr: Level::TwilioSms,
            reached: Level::TwilioSms,
            auth_time: self.world.now(),
            code_until: self.world.now().plus(life::CODE),
        };
        (grant, code)
    }

    pub async fn code(&self) -> Bearer {
        let (grant, code) = self.new_grant();
        let trail = self.world.trail(&self.session.handle);
        assert_eq!(self.world.store.issue(&grant, None, &trail).await.unwrap(), Issued::Done);
        code
    }

    pub async fn spend(&self, code: &Bearer) -> Spent {
        self.world.store.spend(&code.hash(), &self.app, &self.world.operator()).await.unwrap()
    }

    pub async fn redeemed(&self) -> (Grant, Bearer, Bearer) {
        let code = self.code().await;
        let Spent::Now(grant) = self.spend(&code).await else { panic!("the code counts") };
        let (access, refresh) = (Bearer::new(&self.world.entropy), Bearer::new(&self.world.entropy));
        let tokens = self.tokens(&access, Some(&refresh));
        assert_eq!(self.world.store.keep(&grant, &tokens, &self.world.operator()).await.unwrap(), Kept::Done);
        (*grant, access, refresh)
    }

    pub fn tokens(&self, access: &Bearer, refresh: Option<&Bearer>) -> NewTokens {
        NewTokens {
            access: access.hash(),
            access_until: self.world.now().plus(life::ACCESS),
            refresh: refresh.map(Bearer::hash),
            scopes: None,
        }
    }

    pub async fn renew(&self, refresh: &Bearer) -> (Renewed, Bearer) {
        let next = Bearer::new(&self.world.entropy);
        let tokens = self.tokens(&Bearer::new(&self.world.entropy), Some(&next));
        let oldest = self.world.now().minus(life::REFRESH);
        let trail = self.world.operator();
        let renewed = self.world.store.renew(&refresh.hash(), &self.app, &tokens, oldest, &trail).await;
        (renewed.unwrap(), next)
    }

    async fn opens(&self, access: &Bearer) -> bool {
        self.world.store.access(&access.hash(), self.world.now()).await.unwrap().is_some()
    }

    async fn renews(&self, refresh: &Bearer) -> bool {
        let oldest = self.world.now().minus(life::REFRESH);
        self.world.store.refresh(&refresh.hash(), oldest).await.unwrap().is_some()
    }

    pub fn request(&self, browser: Option<&str>) -> Pending {
        Pending {
            id: RequestId::new(&self.world.entropy),
            client: self.app.clone(),
            asked: Asked {
                redirect_uri: "https://app.example/cb".to_owned(),
                scopes: Scopes::parse("openid phone"),
                state: Some("s +%&=#é".to_owned()),
                nonce: None,
                challenge: None,
                prompt: Prompt { login: true, ..Prompt::default() },
                max_age: Some(30),
                acr_values: vec!["twilio_sms".to_owned()],
                claims: ClaimsAsked { acr_essential: true, ..ClaimsAsked::default() },
                login_hint: Some("ada".to_owned()),
                about: Some(self.ada.clone()),
                lang: Some(Lang::Es),
            },
            created_at: self.world.now(),
            browser: browser.map(|mark| BrowserMark(mark.to_owned())),
            asked_in: Some(self.session.handle.clone()),
            agreed: None,
        }
    }

    async fn pending(&self, id: &RequestId, browser: &str) -> Option<Pending> {
        let mark = BrowserMark(browser.to_owned());
        self.world.store.pending(id, &mark, Some(&self.session.handle), self.world.now()).await.unwrap()
    }
}

pub async fn r99_a_request_comes_back_as_it_was_kept_in_its_browser_alone(world: World) {
    let scene = scene(world).await;
    let request = scene.request(Some("own"));
    assert!(scene.world.store.ask(&request).await.unwrap());
    let back = scene.pending(&request.id, "own").await.unwrap();
    assert_eq!((back.asked, back.client), (request.asked, request.client));
    assert_eq!((back.asked_in, back.created_at), (request.asked_in, request.created_at));
    assert!(scene.pending(&request.id, "another").await.is_none());
    assert!(scene.pending(&RequestId::new(&scene.world.entropy), "own").await.is_none());
    scene.world.pass(3599);
    assert!(scene.pending(&request.id, "own").await.is_some());
    scene.world.pass(1);
    assert!(scene.pending(&request.id, "own").await.is_none());
}

pub async fn r70_a_request_from_elsewhere_belongs_to_the_first_browser_that_comes(world: World) {
    let scene = scene(world).await;
    let request = scene.request(None);
    assert!(scene.world.store.ask(&request).await.unwrap());
    let (id, session) = (request.id.clone(), scene.session.handle.clone());
    let found = parallel(20, |n| {
        let (world, id, session) = (scene.world.hand(), id.clone(), session.clone());
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
    let scene = scene(world).await;
    let request = scene.request(Some("own"));
    assert!(scene.world.store.ask(&request).await.unwrap());
    let trail = scene.world.trail(&scene.session.handle);
    let grants: Vec<NewGrant> = (0..20).map(|_| scene.new_grant().0).collect();
    let issued = parallel(20, |n| {
        let (world, grant, id, trail) =
            (scene.world.hand(), grants[n].clone(), request.id.clone(), trail.clone());
        async move { world.store.issue(&grant, Some(&id), &trail).await.unwrap() }
    })
    .await;
    assert_eq!(issued.iter().filter(|issued| **issued == Issued::Done).count(), 1);
    assert!(scene.pending(&request.id, "own").await.is_none());
    assert!(!scene.world.store.refuse(&request.id, &[], &trail).await.unwrap());
    assert!(!scene.world.store.agree(&request.id, &scene.ada, &trail).await.unwrap());
}

pub async fn r103_of_50_parallel_redemptions_one_counts_and_then_its_tokens_are_dead(world: World) {
    let scene = scene(world).await;
    let code = scene.code().await;
    let (hash, app) = (code.hash(), scene.app.clone());
    let spent = parallel(50, |_| {
        let (world, hash, app) = (scene.world.hand(), hash.clone(), app.clone());
        async move { world.store.spend(&hash, &app, &world.operator()).await.unwrap() }
    })
    .await;
    let mut granted = spent.into_iter().filter_map(|spent| match spent {
        Spent::Now(grant) => Some(grant),
        Spent::Before | Spent::Not | Spent::AppGone => None,
    });
    let grant = granted.next().expect("one");
    assert!(granted.next().is_none(), "and no other");
    let tokens = scene.tokens(&Bearer::new(&scene.world.entropy), None);
    let kept = scene.world.store.keep(&grant, &tokens, &scene.world.operator()).await.unwrap();
    assert_eq!(kept, Kept::GrantOver, "the others have ended it");
}

pub async fn r103_a_second_use_takes_the_tokens_away(world: World) {
    let scene = scene(world).await;
    let code = scene.code().await;
    let Spent::Now(grant) = scene.spend(&code).await else { panic!("the code counts") };
    let (access, refresh) = (Bearer::new(&scene.world.entropy), Bearer::new(&scene.world.entropy));
    let tokens = scene.tokens(&access, Some(&refresh));
    assert_eq!(scene.world.store.keep(&grant, &tokens, &scene.world.operator()).await.unwrap(), Kept::Done);
    assert!(scene.opens(&access).await && scene.renews(&refresh).await);
    let other = app(&scene.world, "other").await;
    let foreign = scene.world.store.spend(&code.hash(), &other, &scene.world.operator()).await.unwrap();
    assert!(matches!(foreign, Spent::Not));
    assert!(scene.opens(&access).await, "another app cannot end it");
    assert!(matches!(scene.spend(&code).await, Spent::Before));
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
    assert_eq!(
        scene
            .world
            .place
            .number("SELECT COUNT(*) FROM events WHERE kind = 'token_reused'", &[])
            .await
            .unwrap(),
        1
    );
}

pub async fn r102_a_code_counts_for_a_minute_and_comes_back_with_all_it_is_bound_to(world: World) {
    let scene = scene(world).await;
    let code = scene.code().await;
    scene.world.clock.pass(std::time::Duration::from_millis(59_999));
    let Spent::Now(grant) = scene.spend(&code).await else { panic!("the code counts") };
    assert_eq!((&grant.account, &grant.client), (&scene.ada, &scene.app));
    assert_eq!((&*grant.redirect_uri, grant.nonce.as_deref()), ("https://app.example/cb", Some("n-1")));
    assert_eq!(grant.scopes.to_text(), "openid email offline_access");
    assert_eq!((grant.claims.0.to_text(), grant.claims.1.to_text()), ("email".into(), "phone_number".into()));
    assert_eq!((grant.acr, grant.reached), (Level::TwilioSms, Level::TwilioSms));
    let code = scene.code().await;
    scene.world.pass(60);
    assert!(matches!(scene.spend(&code).await, Spent::Not));
}

pub async fn r107_of_20_parallel_refreshes_one_counts_and_the_family_dies(world: World) {
    let scene = scene(world).await;
    let (_, access, refresh) = scene.redeemed().await;
    let tries: Vec<(NewTokens, Bearer)> = (0..20)
        .map(|_| {
            let next = Bearer::new(&scene.world.entropy);
            (scene.tokens(&Bearer::new(&scene.world.entropy), Some(&next)), next)
        })
        .collect();
    let oldest = scene.world.now().minus(life::REFRESH);
    let renewed = parallel(20, |n| {
        let (world, app, hash) = (scene.world.hand(), scene.app.clone(), refresh.hash());
        let tokens = tries[n].0.clone();
        async move { world.store.renew(&hash, &app, &tokens, oldest, &world.operator()).await.unwrap() }
    })
    .await;
    let done: Vec<usize> = (0..20).filter(|n| matches!(renewed[*n], Renewed::Done(_))).collect();
    assert_eq!(done.len(), 1);
    assert!(!scene.renews(&tries[done[0]].1).await, "the others have ended the family");
    assert!(!scene.opens(&access).await);
}

pub async fn r107_a_family_goes_on_by_its_newest_token_for_a_day(world: World) {
    let scene = scene(world).await;
    let (_, _, first) = scene.redeemed().await;
    scene.world.pass(80_000);
    let (renewed, second) = scene.renew(&first).await;
    assert!(matches!(renewed, Renewed::Done(_)));
    assert!(!scene.renews(&first).await && scene.renews(&second).await);
    let wide = NewTokens {
        scopes: Some(Scopes::parse("openid profile")),
        ..scene.tokens(&Bearer::new(&scene.world.entropy), Some(&Bearer::new(&scene.world.entropy)))
    };
    let oldest = scene.world.now().minus(life::REFRESH);
    let too_much =
        scene.world.store.renew(&second.hash(), &scene.app, &wide, oldest, &scene.world.operator()).await;
    assert!(matches!(too_much.unwrap(), Renewed::TooMuch));
    assert!(scene.renews(&second).await, "nothing was changed");
    scene.world.pass(6_400);
    assert!(!scene.renews(&second).await);
    assert!(matches!(scene.renew(&second).await.0, Renewed::Not), "renewing did not make it longer");
}

pub async fn r107_an_old_token_shown_again_kills_the_family(world: World) {
    let scene = scene(world).await;
    let (_, access, first) = scene.redeemed().await;
    let (_, second) = scene.renew(&first).await;
    assert!(matches!(scene.renew(&first).await.0, Renewed::Before));
    assert!(!scene.renews(&second).await && !scene.opens(&access).await);
    assert!(matches!(scene.renew(&second).await.0, Renewed::Not));
}

pub async fn signing_out_ends_codes_and_tokens(world: World) {
    let scene = scene(world).await;
    let (_, access, refresh) = scene.redeemed().await;
    let code = scene.code().await;
    let (handle, trail) = (scene.session.handle.clone(), scene.world.trail(&scene.session.handle));
    Sessions::end(&scene.world.store, &handle, &[], &trail).await.unwrap();
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
    assert!(matches!(scene.spend(&code).await, Spent::Not));
    let (grant, _) = scene.new_grant();
    assert_eq!(scene.world.store.issue(&grant, None, &trail).await.unwrap(), Issued::SessionOver);
}

pub async fn r32_a_change_of_factors_ends_what_others_were_granted_and_every_refresh_token(world: World) {
    let scene = scene(world).await;
    let (_, own_access, own_refresh) = scene.redeemed().await;
    let other = person(&scene.world, &scene.world.session(), &scene.ada, Level::TwilioSms);
    kept(&scene.world, other.clone()).await;
    let elsewhere =
        Scene { session: other, world: scene.world.hand(), ada: scene.ada.clone(), app: scene.app.clone() };
    let (_, other_access, other_refresh) = elsewhere.redeemed().await;
    let phone = scene.world.phone(&scene.ada).await;
    let trail = scene.world.trail(&scene.session.handle);
    Phones::remove(&scene.world.store, &scene.ada, &phone.id, &[], &trail).await.unwrap();
    assert!(!scene.opens(&other_access).await && !scene.renews(&other_refresh).await);
    assert!(!scene.renews(&own_refresh).await);
    let live = scene.world.store.access(&own_access.hash(), scene.world.now()).await.unwrap().unwrap();
    assert_eq!((live.grant.acr, live.grant.reached), (Level::Password, Level::Password), "R33");
    assert!(scene.world.store.person(&scene.ada).await.unwrap().unwrap().phone.is_none(), "R110");
}

pub async fn r60_switching_off_ends_all_of_it(world: World) {
    let scene = scene(world).await;
    let (_, access, refresh) = scene.redeemed().await;
    let code = scene.code().await;
    assert!(scene.world.store.disable_user(&scene.ada, &scene.world.operator()).await.unwrap());
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
    assert!(matches!(scene.spend(&code).await, Spent::Not));
    assert!(scene.world.store.person(&scene.ada).await.unwrap().is_none());
    assert!(scene.world.store.enable_user(&scene.ada, &scene.world.operator()).await.unwrap());
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await, "it does not come back");
}

pub async fn a_new_sign_in_of_the_same_person_takes_the_grants_over(world: World) {
    let scene = scene(world).await;
    let (_, access, _) = scene.redeemed().await;
    let (old, next, now) = (&scene.session.handle, scene.world.session(), scene.world.now());
    scene.world.store.hand_on(old, &next, &scene.ada, now).await.unwrap();
    let live = scene.world.store.access(&access.hash(), now).await.unwrap().unwrap();
    assert_eq!(live.grant.session, next);
    Sessions::end(&scene.world.store, old, &[], &scene.world.trail(old)).await.unwrap();
    assert!(scene.opens(&access).await, "the old session's end is not the new one's");
    Sessions::end(&scene.world.store, &next, &[], &scene.world.trail(&next)).await.unwrap();
    assert!(!scene.opens(&access).await);
}

pub async fn a_new_sign_in_of_another_person_ends_them(world: World) {
    let scene = scene(world).await;
    let (_, access, refresh) = scene.redeemed().await;
    let eve = scene.world.account("eve", &[]).await;
    let (old, next, now) = (&scene.session.handle, scene.world.session(), scene.world.now());
    scene.world.store.hand_on(old, &next, &eve, now).await.unwrap();
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
}

pub async fn apps_are_listed_and_left_by_their_person(world: World) {
    let scene = scene(world).await;
    assert!(scene.world.store.signed_in_to(&scene.ada).await.unwrap().is_empty());
    let (_, access, refresh) = scene.redeemed().await;
    scene.world.pass(10);
    scene.redeemed().await;
    let listed = scene.world.store.signed_in_to(&scene.ada).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((&*listed[0].name, listed[0].last_at), ("app", scene.world.now()));
    assert_eq!(listed[0].last_at.since(listed[0].first_at).as_secs(), 10);
    let eve = scene.world.account("eve", &[]).await;
    assert!(!scene.world.store.leave(&eve, &scene.app, &scene.world.operator()).await.unwrap());
    assert!(scene.opens(&access).await);
    assert!(scene.world.store.leave(&scene.ada, &scene.app, &scene.world.operator()).await.unwrap());
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
    assert!(scene.world.store.signed_in_to(&scene.ada).await.unwrap().is_empty());
}

pub async fn r111_tokens_are_given_back_by_their_own_app(world: World) {
    let scene = scene(world).await;
    let (_, access, refresh) = scene.redeemed().await;
    let other = app(&scene.world, "other").await;
    let revoke = async |token: &BearerHash, app: &ClientId| {
        scene.world.store.revoke(token, app, &scene.world.operator()).await.unwrap();
    };
    revoke(&access.hash(), &other).await;
    revoke(&refresh.hash(), &other).await;
    assert!(scene.opens(&access).await && scene.renews(&refresh).await);
    revoke(&access.hash(), &scene.app).await;
    assert!(!scene.opens(&access).await && scene.renews(&refresh).await);
    revoke(&refresh.hash(), &scene.app).await;
    assert!(!scene.renews(&refresh).await);
}

pub async fn removing_a_client_ends_what_it_was_granted(world: World) {
    let scene = scene(world).await;
    let (_, access, _) = scene.redeemed().await;
    assert!(Clients::remove(&scene.world.store, &scene.app, &scene.world.operator()).await.unwrap());
    assert!(!scene.opens(&access).await);
}

pub async fn r106_no_code_or_token_is_in_the_database(world: World) {
    let scene = scene(world).await;
    let code = scene.code().await;
    let (_, access, refresh) = scene.redeemed().await;
    let (_, next) = scene.renew(&refresh).await;
    let bytes = scene.world.bytes().await;
    for token in [&code, &access, &refresh, &next] {
        let raw: Vec<u8> =
            (0..32).map(|n| u8::from_str_radix(&token.reveal()[2 * n..2 * n + 2], 16).unwrap()).collect();
        assert!(!World::holds(&bytes, token.reveal().as_bytes()) && !World::holds(&bytes, &raw));
        let hash = token.hash();
        let there =
            World::holds(&bytes, hash.as_bytes()) || World::holds(&bytes, hex(hash.as_bytes()).as_bytes());
        assert!(there, "the scan sees what is there");
    }
}

pub async fn what_is_over_is_forgotten(world: World) {
    let scene = scene(world).await;
    let request = scene.request(Some("own"));
    assert!(scene.world.store.ask(&request).await.unwrap());
    scene.redeemed().await;
    scene.code().await;
    scene.world.pass(2 * 86_400);
    scene.world.store.clean(scene.world.now()).await.unwrap();
    for sql in [
        "SELECT COUNT(*) FROM oidc_requests",
        "SELECT COUNT(*) FROM oidc_grants",
        "SELECT COUNT(*) FROM oidc_access",
        "SELECT COUNT(*) FROM oidc_spent",
    ] {
        assert_eq!(scene.world.place.number(sql, &[]).await.unwrap(), 0, "{sql}");
    }
    assert_eq!(
        scene.world.store.signed_in_to(&scene.ada).await.unwrap().len(),
        1,
        "the list stays for a year"
    );
}
