//! A45: after a backup was put back, what it revived is dead: sessions, half sign-ins, codes of every purpose, waiting messages, and what
//! apps had been given.
use crate::sessions::{half, kept, load, person, record};
use crate::world::{Guess, World};
use domain::level::Level;
use domain::notice::NoticeKind;
use domain::oidc::ports::{Grants, Issued, Kept, Renewed, Spent};
use domain::oidc::token::Bearer;
use domain::ports::{Deliveries, Notices, Opened, Phones, Sessions};
use domain::purpose::Purpose;
use domain::testing::grants::{Ground, Scene};
use tower_sessions::SessionStore;
use tower_sessions::session::Id;

const OWN: &str = "+12015550101";
const NEW: &str = "+12015550102";

async fn rows(world: &World, sql: &'static str) -> i64 {
    world.place.number(sql, &[]).await.unwrap()
}

pub async fn a45_what_a_backup_revives_is_dead(world: World) {
    let ada = world.account("ada", &[OWN]).await;
    let mine = world.session();
    let own = kept(&world, person(&world, &mine, &ada, Level::TwilioSms)).await;
    // One between two ids, as a backup in the middle of a request has it.
    let between = kept(&world, person(&world, &world.session(), &ada, Level::TwilioSms)).await;
    SessionStore::delete(&world.store, &between.id).await.unwrap();
    let mut codes = Vec::new();
    for purpose in [Purpose::SignIn, Purpose::FreshProof, Purpose::Test] {
        codes.push(world.sent(&ada, &world.session(), purpose).await);
    }
    let (pending, opened) =
        world.open(&ada, &mine, Purpose::NewPhone, world.pending(NEW, None, 5), vec![]).await;
    assert_eq!(opened, Opened::Written);
    let halfway = kept(&world, half(&world, &codes[0])).await;
    let notice = world.notice(NoticeKind::PhoneAdded, &world.phones(&ada).await[..1], &[]);
    world.store.post(&ada, &notice, &world.operator()).await.unwrap();
    let about_to_open = person(&world, &world.session(), &ada, Level::TwilioSms);
    world.pass(1);

    let ended = world.store.mark_restored(&world.operator()).await.unwrap();
    assert_eq!((ended.sessions, ended.codes, ended.messages), (3, 4, 2));
    assert!(load(&world, &own).await.is_none() && load(&world, &halfway).await.is_none());
    for (session, what) in [(&own, "live"), (&between, "between two ids"), (&halfway, "half")] {
        let mut renewed = session.clone();
        renewed.id = Id::default();
        assert!(SessionStore::create(&world.store, &mut renewed).await.is_err(), "{what}");
    }
    let late = SessionStore::create(&world.store, &mut record(&about_to_open)).await;
    assert!(late.is_err(), "a sign-in from before the mark opens nothing");
    for code in codes.iter().chain([&pending]) {
        assert_eq!(world.guess(code, &code.digits).await, Guess::Nothing, "{:?}", code.purpose);
    }
    // A message that may have gone out is not sent a second time, and its text is gone.
    assert!(world.store.claim(&pending.delivery, world.now()).await.unwrap().is_none());
    world.pass(10);
    assert!(world.store.leftovers(world.now()).await.unwrap().is_empty());
    assert_eq!(rows(&world, "SELECT COUNT(*) FROM deliveries WHERE body_sealed IS NOT NULL").await, 0);

    // Accounts and proven numbers are as they were, and serve at once; a number that waited for its code is begun anew.
    let phones = Phones::of(&world.store, &ada).await.unwrap();
    assert_eq!((phones.len(), phones[0].serves()), (1, true));
    let again = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    assert_eq!(world.guess(&again, &again.digits).await, Guess::Right(true));
    let fresh = kept(&world, person(&world, &world.session(), &ada, Level::TwilioSms)).await;
    assert!(load(&world, &fresh).await.is_some());
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'backup_restored' AND actor = 'operator' \
        AND detail = 'sessions 3, codes 4, messages 2'";
    assert_eq!(rows(&world, told).await, 1);
}

/// Codes, both kinds of token, and requests that wait.
pub async fn a45_what_apps_had_before_the_mark_is_dead_and_what_they_get_after_it_is_not(world: World) {
    let scene = Scene::new(&world).await;
    let code = scene.code().await;
    let (_, access, refresh) = scene.redeemed().await;
    let (_, old_access, spent) = scene.redeemed().await;
    let (_, newest) = scene.renew(&spent).await;
    // Redeemed, its tokens not yet written.
    let halfway = scene.code().await;
    let Spent::Now(half_redeemed) = scene.spend(&halfway).await else { panic!("the code counts") };
    let (own, of_none) = (scene.request(Some("own")), scene.request(None));
    for request in [&own, &of_none] {
        assert!(world.store.ask(request).await.unwrap());
    }
    world.pass(1);
    assert!(scene.opens(&access).await && scene.opens(&old_access).await);
    assert!(scene.renews(&refresh).await && scene.renews(&newest).await);
    assert!(scene.pending(&own.id, "own").await.is_some());

    world.store.mark_restored(&world.operator()).await.unwrap();
    assert!(matches!(scene.spend(&code).await, Spent::Not), "a code that nobody had redeemed");
    for token in [&access, &old_access] {
        assert!(!scene.opens(token).await, "an access token");
    }
    for token in [&refresh, &newest] {
        assert!(!scene.renews(token).await, "a refresh token");
        assert!(matches!(scene.renew(token).await.0, Renewed::Not), "and it renews nothing");
    }
    let late = scene.tokens(&Bearer::new(&world.entropy), Some(&Bearer::new(&world.entropy)));
    let late = world.store.keep(&half_redeemed, &late, &world.operator()).await.unwrap();
    assert_eq!(late, Kept::GrantOver, "a code in the middle of being redeemed");
    let trail = world.trail(&scene.session);
    for request in [&own, &of_none] {
        assert!(scene.pending(&request.id, "own").await.is_none(), "a request that waited");
        assert!(!world.store.refuse(&request.id, &[], &trail).await.unwrap());
    }
    assert_eq!(world.store.issue(&scene.new_grant().0, None, &trail).await.unwrap(), Issued::SessionOver);

    // Not one session that lives on has any of it; and who signs in anew is served.
    let session = world.signed_in(&scene.ada, Level::TwilioSms).await;
    world.store.hand_on(&scene.session, &session, &scene.ada, Level::TwilioSms, world.now()).await.unwrap();
    assert!(!scene.opens(&access).await && !scene.renews(&refresh).await);
    let anew = Scene { ground: &world, ada: scene.ada.clone(), app: scene.app.clone(), session };
    let own = anew.request(Some("own"));
    assert!(world.store.ask(&own).await.unwrap() && anew.pending(&own.id, "own").await.is_some());
    let (_, access, refresh) = anew.redeemed().await;
    assert!(anew.opens(&access).await && anew.renews(&refresh).await);
}

/// What a restore mark ends, and what it leaves with a reason. A new table stands in neither until somebody has decided.
const ENDS: [&str; 8] =
    ["accounts", "challenges", "deliveries", "flows", "oidc_grants", "oidc_requests", "phones", "sessions"];
const STAYS: [&str; 15] = [
    "clients",        // an operator's
    "delivery_steps", // what was told of messages, worth no right
    "events",         // the security log
    "failures",       // counts against guessing: more is safer
    "limit_hits",     // likewise
    "meta",           // which key file
    "methods",        // an operator's
    "notices",        // told again rather than not at all
    "oidc_access",    // worth what its grant is worth
    "oidc_apps",      // a list for people to read
    "oidc_spent",     // shown again, they end a grant
    "password_tries", // as failures
    "sends_of_day",   // as limit_hits
    "signing_keys",   // apps know them already
    "stops",          // an operator's
];

pub async fn a45_each_table_has_a_decision(world: World) {
    let tables = world.tables().await;
    let mut decided = [&ENDS[..], &STAYS[..]].concat();
    decided.sort_unstable();
    assert_eq!(tables, decided, "does a backup revive something in a new table? See store/restored.rs");
    let statements: String = server::store::statements()
        .filter(|(file, _, _)| *file == "restored")
        .map(|(_, _, sql)| sql)
        .collect();
    for table in tables {
        let ends = statements.contains(&format!("UPDATE {table} "));
        assert_eq!(ends, ENDS.contains(&table.as_str()), "{table}");
    }
}
