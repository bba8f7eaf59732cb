//! What an operator does: whole or not at all.
use crate::sessions::{half, kept, load, person};
use crate::world::{Guess, World};
use domain::id::PhoneId;
use domain::level::Level;
use domain::limits::{Limit, Rule};
use domain::notice::NoticeKind;
use domain::oidc::ports::Grants;
use domain::password::NameKey;
use domain::password_tries::Trier;
use domain::policy::SessionPolicy;
use domain::ports::{Accounts, Challenges, Notices, PasswordTries, Phones, Removed};
use domain::purpose::{Counter, Purpose};
use domain::testing::grants::Scene;
use server::keys::Keys;
use server::store::directory::{ImportError, NewUser};
use server::store::{KeyCheckError, Store};
use std::sync::Arc;
use std::time::Duration;

pub async fn an_account_is_added_whole(world: World) {
    let mut user = world.user("Ada.Lovelace", &["+12015550101", "+12015550102"]);
    user.email = Some("ada@example.com".to_owned());
    user.numbers[1].verified = false;
    user.numbers[0].label = "Pocket".to_owned();
    let id = world.store.add_user(&user, &world.operator()).await.unwrap().unwrap();
    let found = world.store.find_user(&NameKey::of("ADA.LOVELACE").unwrap()).await.unwrap().unwrap();
    assert_eq!((found.id.clone(), found.username.as_str()), (id.clone(), "Ada.Lovelace"));
    assert_eq!(found.email.as_deref(), Some("ada@example.com"));
    assert!(found.second_step && !found.disabled);
    assert_eq!(found.created_at, world.now());
    let numbers = world.store.numbers_of(&id).await.unwrap();
    let mut shown: Vec<_> =
        numbers.iter().map(|n| (n.number.reveal(), n.verified, n.preferred, n.locked)).collect();
    shown.sort_unstable();
    assert_eq!(shown, [("+12015550101", true, true, false), ("+12015550102", false, false, false)]);
    let account = world.store.account(&id).await.unwrap().unwrap();
    assert_eq!((account.username.as_str(), account.disabled), ("Ada.Lovelace", false));
    let credentials = world.store.credentials(&user.key).await.unwrap().unwrap();
    assert_eq!((credentials.id, credentials.password_hash.as_str()), (id.clone(), "$stored$"));
    world.store.renew_hash(&id, "$other$", "$new$").await.unwrap();
    assert_eq!(world.store.credentials(&user.key).await.unwrap().unwrap().password_hash, "$stored$");
    world.store.renew_hash(&id, "$stored$", "$new$").await.unwrap();
    assert_eq!(world.store.credentials(&user.key).await.unwrap().unwrap().password_hash, "$new$");
}

pub async fn r51_a_name_is_taken_in_all_its_forms(world: World) {
    world.account("alice", &[]).await;
    for name in ["alice", "ALICE", " Alice "] {
        let user = world.user(name, &["+12015550101"]);
        assert!(world.store.add_user(&user, &world.operator()).await.unwrap().is_none(), "{name}");
    }
    let twice = world.user("bob", &["+12015550101", "+12015550101"]);
    assert!(world.store.add_user(&twice, &world.operator()).await.unwrap().is_none());
    assert_eq!(world.store.users_after("", 10).await.unwrap().len(), 1);
}

pub async fn an_import_is_all_or_nothing_and_names_the_line(world: World) {
    world.account("taken", &[]).await;
    let lines = |names: &[&'static str]| -> Vec<(u64, Result<NewUser, String>)> {
        let user = |name: &&str| match *name {
            "" => Err("no name".to_owned()),
            name => Ok(world.user(name, &["+12015550101"])),
        };
        (1..).zip(names.iter().map(user)).collect()
    };
    let import = async |names: &[&'static str]| {
        world.store.import_users(lines(names).into_iter(), &world.operator()).await
    };
    assert!(matches!(import(&["a", "b", "TAKEN", "d"]).await, Err(ImportError::Taken { line: 3 })));
    assert!(matches!(import(&["a", "b", "a"]).await, Err(ImportError::Taken { line: 3 })));
    let problem = import(&["a", ""]).await.unwrap_err();
    assert_eq!(problem.to_string(), "line 2: no name");
    assert_eq!(world.store.users_after("", 10).await.unwrap().len(), 1, "nothing was changed");
    assert_eq!(import(&["a", "b", "c"]).await.unwrap(), 3);
    let user = world.store.find_user(&NameKey::of("b").unwrap()).await.unwrap().unwrap();
    assert_eq!(world.store.numbers_of(&user.id).await.unwrap()[0].number.reveal(), "+12015550101");
}

pub async fn accounts_are_listed_in_pages(world: World) {
    let names: Vec<String> = (0..25).map(|n| format!("user{n:02}")).collect();
    for name in &names {
        world.account(name, &[]).await;
    }
    let (mut key, mut listed) = (String::new(), Vec::new());
    loop {
        let page = world.store.users_after(&key, 10).await.unwrap();
        let Some(last) = page.last() else { break };
        key = last.key.clone();
        listed.extend(page.into_iter().map(|user| user.username));
    }
    assert_eq!(listed, names);
}

pub async fn r60_switching_off_ends_everything(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let own = kept(&world, person(&world, &world.session(), &ada, Level::TwilioSms)).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    let halfway = kept(&world, half(&world, &code)).await;
    assert!(world.store.disable_user(&ada, &world.operator()).await.unwrap());
    assert!(!world.store.disable_user(&ada, &world.operator()).await.unwrap());
    assert!(world.store.account(&ada).await.unwrap().unwrap().disabled);
    assert!(load(&world, &own).await.is_none() && load(&world, &halfway).await.is_none());
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing);
    assert!(world.store.enable_user(&ada, &world.operator()).await.unwrap());
    assert!(!world.store.enable_user(&ada, &world.operator()).await.unwrap());
    assert!(world.phone(&ada).await.serves());
}

pub async fn r39_a_new_password_ends_sessions_and_keeps_the_second_step(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let own = kept(&world, person(&world, &world.session(), &ada, Level::TwilioSms)).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    let phones = world.phones(&ada).await;
    let notice = world.notice(NoticeKind::PasswordSet, &phones, &[]);
    assert!(world.store.set_password(&ada, "$set$", &[notice], &world.operator()).await.unwrap());
    assert!(load(&world, &own).await.is_none());
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing);
    assert!(world.phone(&ada).await.serves());
    assert_eq!(world.store.open_of(&ada).await.unwrap()[0].kind, NoticeKind::PasswordSet);
    let nobody = domain::id::AccountId::new(&world.entropy);
    assert!(!world.store.set_password(&nobody, "$set$", &[], &world.operator()).await.unwrap());
}

pub async fn r04_an_operator_lets_codes_be_typed_again_and_the_second_step_stays(world: World) {
    let ada = world.account("ada", &["+12015550101", "+12015550102"]).await;
    let phones = world.phones(&ada).await;
    let ids: Vec<_> = phones.iter().map(|phone| phone.id.clone()).collect();
    for _ in 0..4 {
        let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
        for _ in 0..5 {
            world.guess_wrong(&code).await;
        }
    }
    assert!(world.phone(&ada).await.locked);
    let other = world.account("eve", &["+12015550101"]).await;
    let nobodys = world.store.unlock_numbers(&other, &ids, &world.operator()).await.unwrap();
    assert!(nobodys.is_empty() && world.phone(&ada).await.locked, "only the account's own");
    let unlocked = world.store.unlock_numbers(&ada, &ids, &world.operator()).await.unwrap();
    assert_eq!(unlocked, ids[..1], "the other one was not off");
    assert!(world.phones(&ada).await.iter().all(domain::phone::Phone::serves));
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    assert!(matches!(world.guess_wrong(&code).await, Guess::Wrong { failures_left: 19, .. }), "counted anew");
}

pub async fn r141_a_removed_account_leaves_its_lines_in_the_security_log_and_nothing_else(world: World) {
    const OF_IT: [&str; 8] = [
        "SELECT COUNT(*) FROM accounts",
        "SELECT COUNT(*) FROM phones",
        "SELECT COUNT(*) FROM failures",
        "SELECT COUNT(*) FROM flows",
        "SELECT COUNT(*) FROM challenges",
        "SELECT COUNT(*) FROM deliveries",
        "SELECT COUNT(*) FROM notices",
        "SELECT COUNT(*) FROM password_tries",
    ];
    let count = async |sql| world.place.number(sql, &[]).await.unwrap();
    let eve = world.account("eve", &["+12015550101"]).await;
    let before: Vec<i64> = futures::future::join_all(OF_IT.map(count)).await;
    let ada = world.account("ada", &["+12015550101", "+12015550102"]).await;
    let own = kept(&world, person(&world, &world.session(), &ada, Level::TwilioSms)).await;
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    world.guess_wrong(&code).await;
    let notice = world.notice(NoticeKind::PasswordSet, &world.phones(&ada).await, &[]);
    Notices::post(&world.store, &ada, &notice, &world.operator()).await.unwrap();
    let trier = Trier { name: NameKey::of("ada").unwrap(), browser: None };
    PasswordTries::settle(&world.store, &trier, false, world.now()).await.unwrap();
    // A number that was removed before goes as well, with its messages.
    let gone = world.phones(&ada).await.remove(1).id;
    world.store.remove_numbers(&ada, &[gone], &[], &world.operator()).await.unwrap();
    let during: Vec<i64> = futures::future::join_all(OF_IT.map(count)).await;
    assert!(before.iter().zip(&during).all(|(before, during)| before < during), "{before:?} {during:?}");

    assert!(world.store.remove_user(&ada, &world.operator()).await.unwrap());
    assert_eq!(futures::future::join_all(OF_IT.map(count)).await, before);
    assert!(load(&world, &own).await.is_none());
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Nothing);
    assert!(!world.store.remove_user(&ada, &world.operator()).await.unwrap(), "there is none any more");
    assert!(world.phone(&eve).await.serves(), "who has the same number keeps it");
    let log = world.store.log_of(&ada, 1000).await.unwrap();
    assert_eq!(log.last().unwrap().line.kind, "account_removed");
    world.account("ada", &[]).await;
}

/// Every row of every table of the schema.
struct Everything(Vec<(String, String)>);

impl Everything {
    async fn of(world: &World) -> Self {
        let mut all = Vec::new();
        for table in world.tables().await {
            let rows = world.rows(&table).await.into_iter();
            all.extend(rows.map(|row| (table.clone(), row)));
        }
        Self(all)
    }

    /// In which tables some text stands.
    fn tables(&self, text: &str) -> Vec<&str> {
        let rows = self.0.iter().filter(|(_, row)| row.contains(text));
        let mut tables: Vec<&str> = rows.map(|(table, _)| table.as_str()).collect();
        tables.dedup();
        tables
    }

    /// A column of those rows of a table that hold some text.
    fn column(&self, table: &str, nth: usize, text: &str) -> Vec<String> {
        // A row is a line of one database, or a value of the other.
        let cell = |row: &str| {
            let cell = row.split(['|', ',']).nth(nth).unwrap();
            cell.trim_matches(|c| !char::is_ascii_hexdigit(&c)).to_owned()
        };
        let rows = self.0.iter().filter(|(known, row)| known == table && row.contains(text));
        rows.map(|(_, row)| cell(row)).collect()
    }
}

/// Every table of the schema is looked through, whatever it is for.
pub async fn r141_no_table_knows_a_removed_account_or_a_number_that_was_its_alone(world: World) {
    let (shared, own, pending, retired) = ("+12015550101", "+12015550102", "+12015550103", "+12015550104");
    world.account("eve", &[shared]).await;
    let scene = Scene::new(&world).await;
    let (ada, trail) = (scene.ada.clone(), world.trail(&scene.session));
    for number in [own, retired] {
        let plan = world.pending(number, None, 5);
        let (code, _) = world.open(&ada, &scene.session, Purpose::NewPhone, plan, vec![]).await;
        assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    }
    let gone = world.phones(&ada).await.into_iter().find(|phone| phone.hash == world.known(retired).hash);
    Phones::remove(&world.store, &ada, &gone.unwrap().id, &[], &trail).await.unwrap();
    let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    world.guess_wrong(&code).await;
    let hash = |number| world.known(number).hash.as_str().to_owned();
    let (key, window) = (format!("number:{}", hash(pending)), Duration::from_secs(86_400));
    let counted = world.keys.limit_key(&key);
    let rule = Rule { key, window, max: 10, limit: Limit::Number };
    let plan = world.pending(pending, None, 5);
    let (waits, _) = world.open(&ada, &scene.session, Purpose::NewPhone, plan, vec![rule]).await;
    world.guess_wrong(&waits).await;
    let notice = world.notice(NoticeKind::PhoneAdded, &world.phones(&ada).await, &[]);
    Notices::post(&world.store, &ada, &notice, &trail).await.unwrap();
    let trier = Trier { name: NameKey::of("ada").unwrap(), browser: None };
    PasswordTries::settle(&world.store, &trier, false, world.now()).await.unwrap();
    let (_, _, refresh) = scene.redeemed().await;
    scene.renew(&refresh).await;

    let mut request = scene.request(Some("own"));
    request.asked.about = Some(ada.clone());
    assert!(world.store.ask(&request).await.unwrap());

    // Numbers, their hashes, the name, and what other rows know its rows by.
    let before = Everything::of(&world).await;
    let mut of_it = vec![world.keys.name_hash(&NameKey::of("ada").unwrap())];
    of_it.extend([own, pending, retired].map(hash));
    of_it.extend(before.column("phones", 2, ada.as_str()));
    for table in ["deliveries", "flows", "notices", "oidc_grants"] {
        of_it.extend(before.column(table, 0, ada.as_str()));
    }
    for flow in before.column("flows", 0, ada.as_str()) {
        of_it.extend(before.column("challenges", 0, &flow));
    }
    for what in &of_it {
        assert!(!before.tables(what).is_empty(), "the scan sees what is there: {what}");
    }
    let own_tables = [
        "accounts",
        "deliveries",
        "failures",
        "flows",
        "notices",
        "oidc_apps",
        "oidc_grants",
        "phones",
        "sessions",
    ];
    let known = before.tables(ada.as_str());
    assert!(own_tables.iter().all(|table| known.contains(table)), "{known:?}");

    assert!(world.store.remove_user(&ada, &world.operator()).await.unwrap());
    let after = Everything::of(&world).await;
    for what in &of_it {
        assert_eq!(after.tables(what), [] as [&str; 0], "{what}");
    }
    assert_eq!(after.tables(&hash(shared)), ["phones"], "who has the same number keeps it");
    // The security log names it by its id; what is nobody's and may tell of it goes by itself.
    assert_eq!(after.tables(ada.as_str()), ["events", "oidc_requests"]);
    assert_eq!(after.tables(&counted), ["limit_hits"]);
    world.pass(86_401);
    world.store.clean(world.now()).await.unwrap();
    let later = Everything::of(&world).await;
    assert_eq!((later.tables(ada.as_str()), later.tables(&counted)), (vec!["events"], vec![]));
}

pub async fn a_removed_number_can_be_added_anew(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let phone = world.phone(&ada).await;
    let own = kept(&world, person(&world, &world.session(), &ada, Level::TwilioSms)).await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        let code = world.sent(&ada, &world.session(), Purpose::SignIn).await;
        for _ in 0..5 {
            world.guess_wrong(&code).await;
        }
        codes.push(code);
    }
    assert!(world.phone(&ada).await.locked);
    let gone =
        world.store.remove_numbers(&ada, std::slice::from_ref(&phone.id), &[], &world.operator()).await;
    assert_eq!(gone.unwrap(), Removed::Last);
    assert!(load(&world, &own).await.is_none(), "R32: also by the operator");
    assert!(!world.store.locked(&ada, &phone.hash, Counter::Using).await.unwrap());
    let session = world.session();
    let plan = world.pending("+12015550101", None, 5);
    let (code, _) = world.open(&ada, &session, Purpose::NewPhone, plan, vec![]).await;
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    assert!(world.phone(&ada).await.serves());
}

pub async fn removing_one_unknown_number_changes_nothing(world: World) {
    let ada = world.account("ada", &["+12015550101", "+12015550102"]).await;
    let mut ids: Vec<PhoneId> = world.phones(&ada).await.into_iter().map(|phone| phone.id).collect();
    let all = ids.clone();
    ids.push(PhoneId::new(&world.entropy));
    let gone = world.store.remove_numbers(&ada, &ids, &[], &world.operator()).await.unwrap();
    assert_eq!(gone, Removed::Unknown);
    assert_eq!(world.phones(&ada).await.len(), 2);
    let gone = world.store.remove_numbers(&ada, &all, &[], &world.operator()).await.unwrap();
    assert_eq!(gone, Removed::Last);
    assert!(world.phones(&ada).await.is_empty());
}

pub async fn another_key_file_is_refused(world: World) {
    let session = SessionPolicy::new(3600, 86_400, 300).unwrap();
    let other = Arc::new(Keys::derive(&[9; 32]));
    let (entropy, clock) = (Arc::new(world.entropy.clone()), Arc::new(world.clock.clone()));
    let store = Store::new(world.store.db().clone(), other, entropy, clock, session);
    let problem = store.check_key().await.unwrap_err();
    assert!(matches!(problem, KeyCheckError::AnotherKey { .. }));
    assert!(problem.to_string().contains("put the old file back"), "{problem}");
    world.store.check_key().await.unwrap();
}
