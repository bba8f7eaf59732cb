//! Clients and their secrets, on each database (R105, R127, R128).
use crate::world::{World, parallel};
use domain::client::{AuthMethod, BOTH_SECRETS_HOLD, Client, ClientId, ClientSecret, WantedClient};
use domain::method::Acr;
use domain::ports::{Clients, Rotated};

fn wanted(id: &str) -> WantedClient {
    WantedClient {
        id: id.to_owned(),
        name: Some("An app, \"quoted\" & more".to_owned()),
        redirect_uris: vec!["https://a.example/cb?x=1".to_owned(), "http://127.0.0.1/cb".to_owned()],
        post_logout_redirect_uris: vec!["https://a.example/bye".to_owned()],
        public: false,
        min_acr: Some("twilio_sms".to_owned()),
        waive_pkce: true,
        auth_method: Some("client_secret_post".to_owned()),
    }
}

fn secret(text: &str) -> ClientSecret {
    ClientSecret::new(text.to_owned())
}

fn id(text: &str) -> ClientId {
    ClientId::parse(text).unwrap()
}

async fn added(world: &World, wanted: &WantedClient, of: Option<&str>) -> Client {
    let client = wanted.judge(world.now()).unwrap();
    let digest = of.map(|text| secret(text).digest());
    assert!(world.store.add(&client, digest.as_ref(), &world.operator()).await.unwrap());
    client
}

async fn events(world: &World, kind: &str) -> i64 {
    let sql = "SELECT COUNT(*) FROM events WHERE kind = $1 AND actor = 'operator' AND detail = 'app'";
    world.place.number(sql, &[kind]).await.unwrap()
}

pub async fn a_client_comes_back_as_it_was_registered(world: World) {
    let whole = added(&world, &wanted("app"), Some("s")).await;
    let bare = WantedClient {
        id: "APP".to_owned(),
        redirect_uris: vec!["com.example.app:/cb".to_owned()],
        public: true,
        ..WantedClient::default()
    };
    let bare = added(&world, &bare, None).await;
    assert_eq!(world.store.find(&whole.id).await.unwrap(), Some(whole.clone()));
    assert_eq!(world.store.find(&bare.id).await.unwrap(), Some(bare.clone()), "ids are compared as bytes");
    assert_eq!(world.store.find(&id("App")).await.unwrap(), None);
    let mut all = Clients::all(&world.store).await.unwrap();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(all, [bare, whole]);
    assert_eq!(events(&world, "client_added").await, 1);
}

pub async fn a_client_is_changed_without_its_secret_and_never_becomes_another_kind(world: World) {
    let whole = added(&world, &wanted("app"), Some("s")).await;
    let changed = Client {
        name: "Another name".to_owned(),
        redirect_uris: WantedClient {
            redirect_uris: vec!["https://a.example/other".to_owned()],
            ..wanted("app")
        }
        .judge(world.now())
        .unwrap()
        .redirect_uris,
        post_logout_redirect_uris: Vec::new(),
        min_acr: None,
        require_pkce: true,
        auth_method: AuthMethod::Secret,
        ..whole.clone()
    };
    assert!(world.store.update(&changed, &world.operator()).await.unwrap());
    assert_eq!(world.store.find(&whole.id).await.unwrap(), Some(changed.clone()));
    assert!(world.store.check_secret(&whole.id, &secret("s"), world.now()).await.unwrap());
    assert!(world.store.update(&whole, &world.operator()).await.unwrap());
    assert_eq!(world.store.find(&whole.id).await.unwrap(), Some(whole.clone()), "and back");
    let public = Client { public: true, auth_method: AuthMethod::None, require_pkce: true, ..whole.clone() };
    assert!(!world.store.update(&public, &world.operator()).await.unwrap());
    let nobody = Client { id: id("nobody"), ..changed };
    assert!(!world.store.update(&nobody, &world.operator()).await.unwrap());
    assert_eq!(world.store.find(&whole.id).await.unwrap(), Some(whole));
    assert_eq!(events(&world, "client_updated").await, 2);
}

pub async fn an_id_is_taken_once(world: World) {
    let first = added(&world, &wanted("app"), Some("first")).await;
    let other = WantedClient { name: Some("Other".to_owned()), ..wanted("app") }.judge(world.now()).unwrap();
    let digest = secret("other").digest();
    assert!(!world.store.add(&other, Some(&digest), &world.operator()).await.unwrap());
    assert_eq!(world.store.find(&first.id).await.unwrap(), Some(first), "nothing is changed");
    assert!(!world.store.check_secret(&id("app"), &secret("other"), world.now()).await.unwrap());
    assert_eq!(events(&world, "client_added").await, 1);
    let won = parallel(20, |_| {
        let world = world.hand();
        async move {
            let client = wanted("raced").judge(world.now()).unwrap();
            world.store.add(&client, Some(&secret("s").digest()), &world.operator()).await.unwrap()
        }
    })
    .await;
    assert_eq!(won.into_iter().filter(|won| *won).count(), 1);
}

pub async fn r105_two_secrets_hold_for_a_day_after_a_rotation(world: World) {
    added(&world, &wanted("app"), Some("first")).await;
    let app = id("app");
    let holds = async |text: &str| world.store.check_secret(&app, &secret(text), world.now()).await.unwrap();
    let rotate = async |text: &str| {
        let until = world.now().plus(BOTH_SECRETS_HOLD);
        world.store.rotate(&app, &secret(text).digest(), until, &world.operator()).await.unwrap()
    };
    assert!(holds("first").await && !holds("second").await);
    assert_eq!(rotate("second").await, Rotated::Done);
    assert!(holds("first").await && holds("second").await);
    world.pass(BOTH_SECRETS_HOLD.as_secs() - 1);
    world.store.clean(world.now()).await.unwrap();
    assert!(holds("first").await && holds("second").await);
    world.pass(1);
    assert!(!holds("first").await && holds("second").await);
    let kept = "SELECT COUNT(*) FROM clients WHERE previous_secret_hash IS NOT NULL";
    assert_eq!(world.place.number(kept, &[]).await, Some(1));
    world.store.clean(world.now()).await.unwrap();
    assert_eq!(world.place.number(kept, &[]).await, Some(0), "and its hash is forgotten");
    // Twice within a day: a secret that somebody else knows is out.
    assert_eq!((rotate("third").await, rotate("fourth").await), (Rotated::Done, Rotated::Done));
    assert!(!holds("second").await && holds("third").await && holds("fourth").await);
    assert_eq!(events(&world, "client_secret_rotated").await, 3);
}

pub async fn r105_what_has_no_secret_gets_none(world: World) {
    let public = WantedClient { public: true, waive_pkce: false, auth_method: None, ..wanted("app") };
    added(&world, &public, None).await;
    let digest = secret("s").digest();
    let rotate = async |id| {
        let until = world.now().plus(BOTH_SECRETS_HOLD);
        world.store.rotate(&id, &digest, until, &world.operator()).await.unwrap()
    };
    assert_eq!(rotate(id("app")).await, Rotated::Public);
    assert_eq!(rotate(id("nobody")).await, Rotated::Unknown);
    for text in ["s", ""] {
        assert!(!world.store.check_secret(&id("app"), &secret(text), world.now()).await.unwrap());
        assert!(!world.store.check_secret(&id("nobody"), &secret(text), world.now()).await.unwrap());
    }
    assert_eq!(events(&world, "client_secret_rotated").await, 0);
}

pub async fn a_removed_client_is_gone_and_its_id_is_free(world: World) {
    added(&world, &wanted("app"), Some("s")).await;
    assert!(world.store.remove(&id("app"), &world.operator()).await.unwrap());
    assert!(!world.store.remove(&id("app"), &world.operator()).await.unwrap());
    assert_eq!(world.store.find(&id("app")).await.unwrap(), None);
    assert!(!world.store.check_secret(&id("app"), &secret("s"), world.now()).await.unwrap());
    assert_eq!(events(&world, "client_removed").await, 1);
    added(&world, &wanted("app"), Some("t")).await;
    assert!(!world.store.check_secret(&id("app"), &secret("s"), world.now()).await.unwrap());
}

pub async fn a_level_of_a_later_release_is_kept_and_met_by_nothing(world: World) {
    added(&world, &wanted("app"), Some("s")).await;
    world.meddle("UPDATE clients SET min_acr = 'passkey'").await;
    let client = world.store.find(&id("app")).await.unwrap().unwrap();
    assert_eq!(client.min_acr.as_ref().map(Acr::as_str), Some("passkey"));
    assert!(domain::level::Level::ALL.iter().all(|level| !client.is_met_by(*level)));
    // What cannot even be a name is no reason to let everybody in; nor is a way to show a secret that nobody knows.
    world.meddle("UPDATE clients SET min_acr = ''").await;
    assert!(world.store.find(&id("app")).await.is_err());
    world.meddle("UPDATE clients SET min_acr = NULL, auth_method = 'private_key_jwt'").await;
    assert!(world.store.find(&id("app")).await.is_err());
    assert!(AuthMethod::stored("private_key_jwt").is_none());
}

pub async fn a20_a_dump_tells_no_client_secret(world: World) {
    let canary = "canary-of-256-random-bits-in-base64url-4f7";
    added(&world, &wanted("app"), Some(canary)).await;
    let until = world.now().plus(BOTH_SECRETS_HOLD);
    let next = "another-canary-of-256-random-bits-in-b64";
    world.store.rotate(&id("app"), &secret(next).digest(), until, &world.operator()).await.unwrap();
    let bytes = world.bytes().await;
    assert!(World::holds(&bytes, b"https://a.example/bye"), "the scan sees the client");
    for text in [canary, next] {
        assert!(!World::holds(&bytes, text.as_bytes()));
    }
}
