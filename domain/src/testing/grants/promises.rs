//! The promises, one by one.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a promise that is not kept stops its test"
)]
use super::{Ground, Scene, register};
use crate::client::ClientId;
use crate::events::EventKind;
use crate::id::{RequestId, SessionHandle};
use crate::level::Level;
use crate::oidc::life;
use crate::oidc::ports::{Grants, Issued, Kept, NewGrant, NewTokens, Renewed, Spent};
use crate::oidc::scope::Scopes;
use crate::oidc::token::{Bearer, BearerHash};
use crate::ports::{Clients, Phones, Sessions};

/// Hands the names of all promises to a macro, which makes a test of each: no store leaves one out.
#[macro_export]
macro_rules! for_each_grant_promise {
    ($make:ident $($more:tt)*) => {
        $make! { $($more)*
            r99_a_request_comes_back_as_it_was_kept_in_its_browser_alone
            r103_a_second_use_takes_the_tokens_away
            r102_a_code_counts_for_a_minute_and_comes_back_with_all_it_is_bound_to
            r107_a_family_goes_on_by_its_newest_token_for_a_day
            r107_an_old_token_shown_again_kills_the_family
            signing_out_ends_codes_and_tokens
            r32_a_change_of_factors_ends_what_others_were_granted_and_every_refresh_token
            r60_switching_off_ends_all_of_it
            a_new_sign_in_of_the_same_person_takes_the_grants_over
            a_new_sign_in_of_another_person_ends_them
            p8_a_weaker_sign_in_of_the_same_person_ends_what_rests_on_more
            apps_are_listed_and_left_by_their_person
            r111_tokens_are_given_back_by_their_own_app
            removing_a_client_ends_what_it_was_granted
            r70_a_request_from_elsewhere_belongs_to_whoever_comes_first
            a_request_is_answered_by_a_code_or_a_refusal
            p8_a_grant_is_never_above_its_session
            p7_a_new_password_ends_all_of_it
        }
    };
}

/// R99: a request is its browser's alone, and over after an hour.
pub async fn r99_a_request_comes_back_as_it_was_kept_in_its_browser_alone<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let request = scene.request(Some("own"));
    assert!(scene.store().ask(&request).await.unwrap());
    let back = scene.pending(&request.id, "own").await.unwrap();
    assert_eq!((back.asked, back.client), (request.asked, request.client));
    assert_eq!((back.asked_in, back.created_at), (request.asked_in, request.created_at));
    assert!(scene.pending(&request.id, "another").await.is_none());
    assert!(scene.pending(&RequestId::new(ground.entropy()), "own").await.is_none());
    ground.clock().pass_seconds(3599);
    assert!(scene.pending(&request.id, "own").await.is_some());
    ground.clock().pass_seconds(1);
    assert!(scene.pending(&request.id, "own").await.is_none());
}

/// R103: a code shown again by its app ends what came of it; by another app it does nothing.
pub async fn r103_a_second_use_takes_the_tokens_away<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let code = scene.code().await;
    let Spent::Now(grant) = scene.spend(&code).await else { panic!("the code counts") };
    let (access, refresh) = (Bearer::new(ground.entropy()), Bearer::new(ground.entropy()));
    let tokens = scene.tokens(&access, Some(&refresh));
    assert_eq!(scene.store().keep(&grant, &tokens, &scene.operator()).await.unwrap(), Kept::Done);
    assert!(scene.opens(&access).await && scene.renews(&refresh).await);
    let other = register(ground, "other").await;
    let foreign = scene.store().spend(&code.hash(), &other, &scene.operator()).await.unwrap();
    assert!(matches!(foreign, Spent::Not));
    assert!(scene.opens(&access).await, "another app cannot end it");
    assert!(matches!(scene.spend(&code).await, Spent::Before));
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
    assert_eq!(ground.happened(EventKind::TokenReused).await, 1);
}

/// R102: what a code is bound to, and how long it counts.
pub async fn r102_a_code_counts_for_a_minute_and_comes_back_with_all_it_is_bound_to<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let code = scene.code().await;
    ground.clock().pass(std::time::Duration::from_millis(59_999));
    let Spent::Now(grant) = scene.spend(&code).await else { panic!("the code counts") };
    assert_eq!((&grant.account, &grant.client), (&scene.ada, &scene.app));
    assert_eq!((&*grant.redirect_uri, grant.nonce.as_deref()), ("https://app.example/cb", Some("n-1")));
    assert_eq!(grant.scopes.to_text(), "openid email offline_access");
    assert_eq!((grant.claims.0.to_text(), grant.claims.1.to_text()), ("email".into(), "phone_number".into()));
    assert_eq!((grant.acr, grant.reached), (Level::TwilioSms, Level::TwilioSms));
    let code = scene.code().await;
    ground.clock().pass_seconds(60);
    assert!(matches!(scene.spend(&code).await, Spent::Not));
}

/// R107: the newest token renews, for a day from the sign-in.
pub async fn r107_a_family_goes_on_by_its_newest_token_for_a_day<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (_, _, first) = scene.redeemed().await;
    ground.clock().pass_seconds(80_000);
    let (renewed, second) = scene.renew(&first).await;
    assert!(matches!(renewed, Renewed::Done(_)));
    assert!(!scene.renews(&first).await && scene.renews(&second).await);
    let wide = NewTokens {
        scopes: Some(Scopes::parse("openid profile")),
        ..scene.tokens(&Bearer::new(ground.entropy()), Some(&Bearer::new(ground.entropy())))
    };
    let oldest = scene.now().minus(life::REFRESH);
    let too_much = scene.store().renew(&second.hash(), &scene.app, &wide, oldest, &scene.operator()).await;
    assert!(matches!(too_much.unwrap(), Renewed::TooMuch));
    assert!(scene.renews(&second).await, "nothing was changed");
    ground.clock().pass_seconds(6_400);
    assert!(!scene.renews(&second).await);
    assert!(matches!(scene.renew(&second).await.0, Renewed::Not), "renewing did not make it longer");
}

/// R107: reuse ends the family.
pub async fn r107_an_old_token_shown_again_kills_the_family<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (_, access, first) = scene.redeemed().await;
    let (_, second) = scene.renew(&first).await;
    assert!(matches!(scene.renew(&first).await.0, Renewed::Before));
    assert!(!scene.renews(&second).await && !scene.opens(&access).await);
    assert!(matches!(scene.renew(&second).await.0, Renewed::Not));
}

/// What came out of a session ends with it.
pub async fn signing_out_ends_codes_and_tokens<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (_, access, refresh) = scene.redeemed().await;
    let code = scene.code().await;
    let (handle, trail) = (scene.session.clone(), scene.trail(&scene.session));
    Sessions::end(scene.store(), &handle, &[], &trail).await.unwrap();
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
    assert!(matches!(scene.spend(&code).await, Spent::Not));
    let (grant, _) = scene.new_grant();
    assert_eq!(scene.store().issue(&grant, None, &trail).await.unwrap(), Issued::SessionOver);
}

/// R32, R33, R110: what a change of factors ends, and what it leaves.
pub async fn r32_a_change_of_factors_ends_what_others_were_granted_and_every_refresh_token<G: Ground>(
    ground: &G,
) {
    let scene = Scene::new(ground).await;
    let (_, own_access, own_refresh) = scene.redeemed().await;
    let other = ground.signed_in(&scene.ada, Level::TwilioSms).await;
    let elsewhere = Scene { session: other, ada: scene.ada.clone(), app: scene.app.clone(), ground };
    let (_, other_access, other_refresh) = elsewhere.redeemed().await;
    let waiting = scene.code().await;
    let phone = Phones::of(scene.store(), &scene.ada).await.unwrap().remove(0);
    let trail = scene.trail(&scene.session);
    Phones::remove(scene.store(), &scene.ada, &phone.id, &[], &trail).await.unwrap();
    assert!(!scene.opens(&other_access).await && !scene.renews(&other_refresh).await);
    assert!(!scene.renews(&own_refresh).await);
    assert!(matches!(scene.spend(&waiting).await, Spent::Not), "R115: its level is gone");
    let live = scene.store().access(&own_access.hash(), scene.now()).await.unwrap().unwrap();
    assert_eq!((live.grant.acr, live.grant.reached), (Level::Password, Level::Password), "R33");
    assert!(scene.store().person(&scene.ada).await.unwrap().unwrap().phone.is_none(), "R110");
}

/// R60: nothing outlives an account that is switched off, not even its being switched on again.
pub async fn r60_switching_off_ends_all_of_it<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (_, access, refresh) = scene.redeemed().await;
    let code = scene.code().await;
    ground.switch(&scene.ada, false).await;
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
    assert!(matches!(scene.spend(&code).await, Spent::Not));
    assert!(scene.store().person(&scene.ada).await.unwrap().is_none());
    ground.switch(&scene.ada, true).await;
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await, "it does not come back");
}

/// The next session of the same person has what the one before had.
pub async fn a_new_sign_in_of_the_same_person_takes_the_grants_over<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (_, access, _) = scene.redeemed().await;
    let (old, next, now) =
        (&scene.session, SessionHandle::ordered(scene.now(), ground.entropy()), scene.now());
    scene.store().hand_on(old, &next, &scene.ada, Level::TwilioSms, now).await.unwrap();
    let live = scene.store().access(&access.hash(), now).await.unwrap().unwrap();
    assert_eq!(live.grant.session, next);
    Sessions::end(scene.store(), old, &[], &scene.trail(old)).await.unwrap();
    assert!(scene.opens(&access).await, "the old session's end is not the new one's");
    Sessions::end(scene.store(), &next, &[], &scene.trail(&next)).await.unwrap();
    assert!(!scene.opens(&access).await);
}

/// The next session of another person does not.
pub async fn a_new_sign_in_of_another_person_ends_them<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (_, access, refresh) = scene.redeemed().await;
    let eve = ground.account("eve", &[]).await;
    let (old, next, now) =
        (&scene.session, SessionHandle::ordered(scene.now(), ground.entropy()), scene.now());
    scene.store().hand_on(old, &next, &eve, Level::TwilioSms, now).await.unwrap();
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
}

/// The same person, less surely: what was granted on more than that is not the new session's to keep.
pub async fn p8_a_weaker_sign_in_of_the_same_person_ends_what_rests_on_more<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (_, access, refresh) = scene.redeemed().await;
    let (old, next, now) =
        (&scene.session, SessionHandle::ordered(scene.now(), ground.entropy()), scene.now());
    scene.store().hand_on(old, &next, &scene.ada, Level::Password, now).await.unwrap();
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
}

/// A person sees his apps and ends what they have.
pub async fn apps_are_listed_and_left_by_their_person<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    assert!(scene.store().signed_in_to(&scene.ada).await.unwrap().is_empty());
    let (_, access, refresh) = scene.redeemed().await;
    ground.clock().pass_seconds(10);
    scene.redeemed().await;
    let listed = scene.store().signed_in_to(&scene.ada).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((&*listed[0].name, listed[0].last_at), ("app", scene.now()));
    assert_eq!(listed[0].last_at.since(listed[0].first_at).as_secs(), 10);
    let eve = ground.account("eve", &[]).await;
    assert!(!scene.store().leave(&eve, &scene.app, &scene.operator()).await.unwrap());
    assert!(scene.opens(&access).await);
    assert!(scene.store().leave(&scene.ada, &scene.app, &scene.operator()).await.unwrap());
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
    assert!(scene.store().signed_in_to(&scene.ada).await.unwrap().is_empty());
}

/// R111: an app gives its own tokens back, and no other's.
pub async fn r111_tokens_are_given_back_by_their_own_app<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (_, access, refresh) = scene.redeemed().await;
    let other = register(ground, "other").await;
    let revoke = async |token: &BearerHash, app: &ClientId| {
        scene.store().revoke(token, app, &scene.operator()).await.unwrap();
    };
    revoke(&access.hash(), &other).await;
    revoke(&refresh.hash(), &other).await;
    assert!(scene.opens(&access).await && scene.renews(&refresh).await);
    revoke(&access.hash(), &scene.app).await;
    assert!(!scene.opens(&access).await && scene.renews(&refresh).await);
    revoke(&refresh.hash(), &scene.app).await;
    assert!(!scene.renews(&refresh).await);
}

/// What a client was granted goes with it.
pub async fn removing_a_client_ends_what_it_was_granted<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (_, access, _) = scene.redeemed().await;
    assert!(Clients::remove(scene.store(), &scene.app, &scene.operator()).await.unwrap());
    assert!(!scene.opens(&access).await);
}

/// R70: a request that came from elsewhere belongs to the first browser that comes back to it, and to the session there.
pub async fn r70_a_request_from_elsewhere_belongs_to_whoever_comes_first<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let request = scene.request(None);
    assert!(scene.store().ask(&request).await.unwrap());
    let found = scene.pending(&request.id, "first").await.unwrap();
    assert_eq!(found.asked_in, Some(scene.session.clone()));
    assert!(scene.pending(&request.id, "second").await.is_none());
    assert!(scene.pending(&request.id, "first").await.is_some());
}

/// A request is answered once, be it by a code or by a refusal; agreeing is no answer.
pub async fn a_request_is_answered_by_a_code_or_a_refusal<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (request, other) = (scene.request(Some("own")), scene.request(Some("own")));
    assert!(scene.store().ask(&request).await.unwrap());
    assert!(scene.store().ask(&other).await.unwrap());
    assert!(scene.store().agree(&request.id, &scene.ada, &scene.operator()).await.unwrap());
    assert_eq!(scene.pending(&request.id, "own").await.unwrap().agreed.as_ref(), Some(&scene.ada));
    let trail = scene.trail(&scene.session);
    let issue =
        async |id: &RequestId| scene.store().issue(&scene.new_grant().0, Some(id), &trail).await.unwrap();
    assert_eq!(issue(&request.id).await, Issued::Done);
    assert_eq!(issue(&request.id).await, Issued::RequestOver);
    assert!(scene.store().refuse(&other.id, &[], &scene.operator()).await.unwrap());
    assert_eq!(issue(&other.id).await, Issued::RequestOver);
    for id in [&request.id, &other.id] {
        assert!(scene.pending(id, "own").await.is_none());
        assert!(!scene.store().refuse(id, &[], &scene.operator()).await.unwrap());
        assert!(!scene.store().agree(id, &scene.ada, &scene.operator()).await.unwrap());
    }
    assert_eq!(ground.happened(EventKind::CodeGranted).await, 1);
}

/// R61, P8: nothing is granted above what the session has, nor out of somebody else's.
pub async fn p8_a_grant_is_never_above_its_session<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let low = ground.signed_in(&scene.ada, Level::Password).await;
    let (grant, code) = scene.new_grant();
    let grant = NewGrant { session: low.clone(), ..grant };
    let trail = scene.trail(&low);
    assert_eq!(scene.store().issue(&grant, None, &trail).await.unwrap(), Issued::SessionOver);
    assert!(matches!(scene.spend(&code).await, Spent::Not));
    let eve = ground.account("eve", &[]).await;
    let (grant, _) = scene.new_grant();
    let grant = NewGrant { account: eve, ..grant };
    assert_eq!(scene.store().issue(&grant, None, &trail).await.unwrap(), Issued::SessionOver);
}

/// P7, R39: a new password ends all that apps have of the account.
pub async fn p7_a_new_password_ends_all_of_it<G: Ground>(ground: &G) {
    let scene = Scene::new(ground).await;
    let (_, access, refresh) = scene.redeemed().await;
    let code = scene.code().await;
    ground.set_password(&scene.ada).await;
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
    assert!(matches!(scene.spend(&code).await, Spent::Not));
}
