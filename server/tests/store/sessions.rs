//! Sessions: kept by hash, ended for good, never raised by a slow request.
use crate::world::{Code, World, parallel};
use domain::challenge::{FlowPlan, PhonePlan};
use domain::entropy::hex;
use domain::events::Trail;
use domain::id::{AccountId, FlowId, RequestId, SessionHandle};
use domain::level::{Level, Proof};
use domain::ports::{Challenges, Opened, Sessions};
use domain::purpose::Purpose;
use domain::session::{SessionState, Who};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::time::Duration;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

pub fn person(world: &World, handle: &SessionHandle, account: &AccountId, level: Level) -> SessionState {
    let who = Who::Person {
        account: account.clone(),
        level,
        auth_time: world.now(),
        proof: Proof { level, at: world.now() },
    };
    state(world, handle, who)
}

pub fn half(world: &World, code: &Code) -> SessionState {
    state(world, &code.session, Who::Half { flow: code.flow.clone() })
}

fn state(world: &World, handle: &SessionHandle, who: Who) -> SessionState {
    SessionState {
        handle: handle.clone(),
        who,
        return_to: Some("/security".to_owned()),
        resume: Some(RequestId::new(&world.entropy)),
        apps_only: false,
        by_call: false,
        created_at: world.now(),
        address: "192.0.2.1".to_owned(),
        agent: "Firefox on Linux".to_owned(),
    }
}

pub fn record(state: &SessionState) -> Record {
    let data = HashMap::from([("state".to_owned(), serde_json::to_value(state).unwrap())]);
    Record { id: Id::default(), data, expiry_date: time::OffsetDateTime::UNIX_EPOCH }
}

pub async fn kept(world: &World, state: SessionState) -> Record {
    let mut record = record(&state);
    SessionStore::create(&world.store, &mut record).await.unwrap();
    record
}

pub async fn load(world: &World, record: &Record) -> Option<SessionState> {
    let record = SessionStore::load(&world.store, &record.id).await.unwrap()?;
    Some(serde_json::from_value(record.data["state"].clone()).unwrap())
}

/// What the cookie layer does to give a session a new id.
async fn renew(world: &World, old: &Record, state: &SessionState) -> Option<Record> {
    world.store.delete(&old.id).await.unwrap();
    let mut new = record(state);
    SessionStore::create(&world.store, &mut new).await.ok().map(|()| new)
}

async fn ada(world: &World) -> (AccountId, SessionState) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let state = person(world, &world.session(), &ada, Level::TwilioSms);
    (ada, state)
}

pub async fn a_session_comes_back_as_it_was_kept(world: World) {
    let (ada, state) = ada(&world).await;
    let own = kept(&world, state.clone()).await;
    assert_eq!(load(&world, &own).await, Some(state));
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    let halfway = half(&world, &code);
    let own = kept(&world, halfway.clone()).await;
    assert_eq!(load(&world, &own).await, Some(halfway));
    let unknown = record(&person(&world, &world.session(), &ada, Level::Password));
    assert_eq!(load(&world, &unknown).await, None);
    let loaded = SessionStore::load(&world.store, &own.id).await.unwrap().unwrap();
    assert_eq!(loaded.expiry_date.unix_timestamp() * 1000, world.now().as_millis() + 3_600_000);
}

pub async fn r54_the_cookie_is_not_in_the_database(world: World) {
    let (_, state) = ada(&world).await;
    let own = kept(&world, state).await;
    let bytes = world.bytes().await;
    // As bytes, and as their digits.
    let holds = |what: &[u8]| World::holds(&bytes, what) || World::holds(&bytes, hex(what).as_bytes());
    let kept = Sha256::digest(own.id.0.to_le_bytes());
    assert!(World::holds(&bytes, &kept), "the scan sees what is there");
    assert!(!holds(&own.id.0.to_le_bytes()));
    assert!(!World::holds(&bytes, own.id.to_string().as_bytes()));
}

pub async fn r56_a_new_id_takes_the_session_over(world: World) {
    let (ada, before) = ada(&world).await;
    let code = world.sent(&ada, &before.handle, Purpose::SignIn).await;
    let old = kept(&world, half(&world, &code)).await;
    world.pass(5);
    let after = person(&world, &before.handle, &ada, Level::TwilioSms);
    let new = renew(&world, &old, &after).await.unwrap();
    assert_eq!(load(&world, &old).await, None, "the old id is dead at once");
    let loaded = load(&world, &new).await.unwrap();
    assert_eq!((loaded.who, loaded.handle), (after.who, after.handle));
}

pub async fn r54_an_ended_session_stays_dead(world: World) {
    let (_, state) = ada(&world).await;
    let own = kept(&world, state.clone()).await;
    let slow = own.clone();
    world.store.end(&state.handle, &[], &world.trail(&state.handle)).await.unwrap();
    assert_eq!(load(&world, &own).await, None);
    SessionStore::save(&world.store, &slow).await.unwrap();
    assert_eq!(load(&world, &own).await, None, "saved by a slow request");
    assert!(renew(&world, &slow, &state).await.is_none(), "given a new id by a slow request");
    let mut anew = record(&state);
    assert!(SessionStore::create(&world.store, &mut anew).await.is_err());
    assert_eq!(load(&world, &anew).await, None);
}

pub async fn r54_of_parallel_renewals_one_wins(world: World) {
    let (_, state) = ada(&world).await;
    let own = kept(&world, state.clone()).await;
    let won = parallel(20, |_| {
        let (world, own, state) = (world.hand(), own.clone(), state.clone());
        async move { renew(&world, &own, &state).await }
    })
    .await;
    let won: Vec<Record> = won.into_iter().flatten().collect();
    assert_eq!(won.len(), 1);
    assert!(load(&world, &won[0]).await.is_some());
    let live = world.store.of(&account_of(&state), world.now()).await.unwrap();
    assert_eq!(live.len(), 1);
}

fn account_of(state: &SessionState) -> AccountId {
    match &state.who {
        Who::Person { account, .. } => account.clone(),
        Who::Half { .. } => panic!("a person"),
    }
}

pub async fn r58_idle_and_absolute_end_to_the_millisecond(world: World) {
    let (_, state) = ada(&world).await;
    let idle = kept(&world, state.clone()).await;
    world.clock.pass(Duration::from_millis(3_599_999));
    assert!(load(&world, &idle).await.is_some());
    world.clock.pass(Duration::from_millis(3_600_000));
    assert_eq!(load(&world, &idle).await, None);
    let second = person(&world, &world.session(), &account_of(&state), Level::TwilioSms);
    let used = kept(&world, second).await;
    for _ in 0..47 {
        world.pass(1800);
        assert!(load(&world, &used).await.is_some());
    }
    world.clock.pass(Duration::from_millis(1_799_999));
    assert!(load(&world, &used).await.is_some());
    world.clock.pass(Duration::from_millis(1));
    assert_eq!(load(&world, &used).await, None);
}

pub async fn r58_a_new_id_does_not_begin_the_session_anew(world: World) {
    let (_, state) = ada(&world).await;
    let mut own = kept(&world, state.clone()).await;
    for _ in 0..47 {
        world.pass(1800);
        let later = SessionState { created_at: world.now(), ..state.clone() };
        own = renew(&world, &own, &later).await.unwrap();
    }
    assert_eq!(load(&world, &own).await.unwrap().created_at, state.created_at);
    world.pass(1800);
    assert_eq!(load(&world, &own).await, None);
}

pub async fn r58_a_code_on_top_of_an_old_password_gives_no_second_day(world: World) {
    let (ada, old) = ada(&world).await;
    let Who::Person { auth_time, level, .. } = old.who else { panic!("a person") };
    for _ in 0..46 {
        world.pass(1800);
    }
    let proof = Proof { level, at: world.now() };
    let raised =
        state(&world, &world.session(), Who::Person { account: ada.clone(), level, auth_time, proof });
    let own = kept(&world, raised.clone()).await;
    world.clock.pass(Duration::from_millis(3_599_999));
    load(&world, &own).await.unwrap();
    assert!(world.store.holds(&raised.handle, world.now()).await.unwrap());
    assert_eq!(world.store.of(&ada, world.now()).await.unwrap().len(), 1);
    world.clock.pass(Duration::from_millis(1));
    assert_eq!(load(&world, &own).await, None);
    assert!(!world.store.holds(&raised.handle, world.now()).await.unwrap());
    assert_eq!(world.store.of(&ada, world.now()).await.unwrap().len(), 0);
}

pub async fn last_use_is_kept_to_the_second(world: World) {
    let (ada, state) = ada(&world).await;
    let own = kept(&world, state).await;
    let begun = world.now();
    world.clock.pass(Duration::from_millis(999));
    load(&world, &own).await.unwrap();
    let seen = async || world.store.of(&ada, world.now()).await.unwrap()[0].last_seen_at;
    assert_eq!(seen().await, begun);
    world.clock.pass(Duration::from_millis(1));
    load(&world, &own).await.unwrap();
    assert_eq!(seen().await, world.now());
}

pub async fn r61_saving_never_changes_who_it_is(world: World) {
    let (ada, _) = ada(&world).await;
    let eve = world.account("eve", &["+12015550102"]).await;
    let state = person(&world, &world.session(), &ada, Level::Password);
    let own = kept(&world, state.clone()).await;
    world.pass(30);
    let mut raised = person(&world, &state.handle, &eve, Level::TwilioSms);
    raised.return_to = Some("/security/phones/new".to_owned());
    let raised = Record { id: own.id, ..record(&raised) };
    SessionStore::save(&world.store, &raised).await.unwrap();
    let loaded = load(&world, &own).await.unwrap();
    assert_eq!(loaded.who, state.who);
    assert_eq!(loaded.return_to.as_deref(), Some("/security/phones/new"));
}

pub async fn r33_no_session_is_above_what_its_account_has(world: World) {
    let bob = world.account("bob", &[]).await;
    let own = kept(&world, person(&world, &world.session(), &bob, Level::TwilioSms)).await;
    match load(&world, &own).await.unwrap().who {
        Who::Person { level, proof, .. } => {
            assert_eq!((level, proof.level), (Level::Password, Level::Password));
        }
        Who::Half { .. } => panic!("a person"),
    }
}

pub async fn whoever_waits_learns_whether_a_session_still_holds(world: World) {
    let (ada, state) = ada(&world).await;
    let own = kept(&world, state.clone()).await;
    let holds = async |handle: &SessionHandle| world.store.holds(handle, world.now()).await.unwrap();
    assert!(holds(&state.handle).await);
    assert!(!holds(&world.session()).await, "nobody's");
    assert!(renew(&world, &own, &state).await.is_some());
    assert!(holds(&state.handle).await, "a new id is the same session");
    assert!(world.store.disable_user(&ada, &world.operator()).await.unwrap());
    assert!(!holds(&state.handle).await);

    let bob = world.account("bob", &["+12015550188"]).await;
    let other = person(&world, &world.session(), &bob, Level::TwilioSms);
    kept(&world, other.clone()).await;
    assert!(holds(&other.handle).await);
    world.store.end(&other.handle, &[], &world.operator()).await.unwrap();
    assert!(!holds(&other.handle).await);

    let third = person(&world, &world.session(), &bob, Level::TwilioSms);
    kept(&world, third.clone()).await;
    world.pass(3600);
    assert!(!holds(&third.handle).await, "idle for too long");
}

pub async fn r60_a_disabled_account_has_no_session(world: World) {
    let (ada, state) = ada(&world).await;
    let own = kept(&world, state.clone()).await;
    assert!(world.store.disable_user(&ada, &world.operator()).await.unwrap());
    assert_eq!(load(&world, &own).await, None);
    let mut anew = record(&person(&world, &world.session(), &ada, Level::TwilioSms));
    assert!(SessionStore::create(&world.store, &mut anew).await.is_err());
    assert!(world.store.enable_user(&ada, &world.operator()).await.unwrap());
    assert_eq!(load(&world, &own).await, None, "it does not come back");
}

pub async fn sessions_are_listed_for_their_account_alone(world: World) {
    let (ada, first) = ada(&world).await;
    let eve = world.account("eve", &["+12015550102"]).await;
    kept(&world, person(&world, &world.session(), &eve, Level::TwilioSms)).await;
    kept(&world, first.clone()).await;
    world.pass(10);
    let second = person(&world, &world.session(), &ada, Level::Password);
    kept(&world, second.clone()).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    kept(&world, half(&world, &code)).await;
    let listed = world.store.of(&ada, world.now()).await.unwrap();
    let handles: Vec<_> = listed.iter().map(|info| info.state.handle.clone()).collect();
    assert_eq!(handles, [second.handle.clone(), first.handle], "last used first, nothing halfway");
    let theirs = world.store.of(&eve, world.now()).await.unwrap();
    assert_eq!(theirs.iter().map(|info| account_of(&info.state)).collect::<Vec<_>>(), [eve]);
    world.pass(3600);
    assert!(world.store.of(&ada, world.now()).await.unwrap().is_empty(), "what is over is not listed");
}

/// A change is done later than it was asked for: what was begun in between is of before all the same.
pub async fn r32_a_sign_in_of_before_a_change_opens_no_session_after_it(world: World) {
    let (ada, _) = ada(&world).await;
    let asked = world.operator();
    world.pass(1);
    let between = person(&world, &world.session(), &ada, Level::TwilioSms);
    world.pass(1);
    world.store.set_password(&ada, "$new$", &[], &asked).await.unwrap();
    assert!(SessionStore::create(&world.store, &mut record(&between)).await.is_err());
    world.pass(1);
    kept(&world, person(&world, &world.session(), &ada, Level::TwilioSms)).await;
}

/// Looking at a password takes its time, and the password may be another one when that is done.
pub async fn r32_the_password_of_before_a_change_leads_to_no_code(world: World) {
    let (ada, _) = ada(&world).await;
    let session = world.session();
    let looked_at = world.trail(&session);
    world.pass(1);
    world.store.set_password(&ada, "$new$", &[], &world.operator()).await.unwrap();
    let open = async |trail: &Trail| {
        let plan = FlowPlan::New {
            account: ada.clone(),
            session: session.clone(),
            purpose: Purpose::SignIn,
            phone: PhonePlan::Existing(world.phone(&ada).await.id),
            expires_at: world.now().plus(Duration::from_secs(600)),
            overtakes: true,
            seen: None,
        };
        let new = world.new_code(&FlowId::ordered(world.now(), &world.entropy), plan, "246810", Vec::new());
        world.store.open(new, &[], trail).await.unwrap()
    };
    assert_eq!(open(&looked_at).await, Opened::Overtaken);
    assert_eq!(open(&world.trail(&session)).await, Opened::Written);
}
