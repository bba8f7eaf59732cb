//! A15: wherever somebody can show a secret, guesses are held up: no form and no endpoint is left out, and a new one does not go unnoticed.
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, PASSWORD};
use crate::oidc::party::{Party, SECRET, json};
use http::Method;
use server::router::{machines, table};
use server::web::machine::Shown;
use std::collections::BTreeSet;
use std::path::Path;

/// Where a form with a secret is read, which one it is, and where it is posted to.
const DOORS: [(&str, &str, &str); 6] = [
    ("web/login/password.rs", "password", "/login"),
    ("web/login/otp.rs", "code", "/login/otp"),
    ("web/confirm_identity.rs", "password", "/confirm-identity"),
    ("web/confirm_identity.rs", "code", "/confirm-identity"),
    ("web/security/phone_confirm.rs", "code", "/security/phones/confirm"),
    ("web/security/test.rs", "code", "/security/tests/{id}"),
];

/// What else forms hold: nothing that anybody could guess at. Tokens have 256 random bits.
const OTHERS: [&str; 10] =
    ["username", "phone", "label", "channel", "resume", "then", "answer", "token", "access_token", "csrf"];

/// So many guesses at each.
const GUESSES: usize = 200;

/// File and name of every field of a form that the pages read.
fn fields(folder: &Path, below: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            fields(&path, below, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap_or_default();
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let file = path.strip_prefix(below).unwrap().to_string_lossy().into_owned();
        for read in [".text(", ".kept("] {
            for rest in source.split(read).skip(1) {
                let Some(name) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                    continue;
                };
                found.insert((file.clone(), name.to_owned()));
            }
        }
    }
}

#[test]
fn a15_every_form_that_holds_a_secret_is_among_the_doors() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for room in ["web", "oidc"] {
        fields(&source.join(room), &source, &mut found);
    }
    found.retain(|(_, name)| !OTHERS.contains(&name.as_str()));
    let doors = DOORS.iter().map(|(file, name, _)| ((*file).to_owned(), (*name).to_owned())).collect();
    assert_eq!(
        found, doors,
        "is a new field a secret? Then it needs a door here; else it stands among the others"
    );
    let posts: BTreeSet<&str> =
        table().into_iter().filter(|route| route.method == Method::POST).map(|route| route.path).collect();
    assert!(DOORS.iter().all(|(_, _, path)| posts.contains(path)), "{posts:?}");
}

async fn compared(house: &House) -> (usize, i64) {
    let codes = "SELECT COUNT(*) FROM events WHERE kind IN ('code_wrong', 'code_right')";
    (house.passwords.compared(), house.count(codes, &[]).await)
}

/// Guesses; how many were compared with what is right. The right one comes too late then.
async fn guessed(house: &House, browser: &Browser, path: &str, field: &str, right: &str) -> usize {
    let before = compared(house).await;
    let code = field == "code";
    let post = async |nth: usize, guess: &str| -> Answer {
        let octet = u8::try_from(nth).unwrap();
        let browser = browser.clone().from([198, 51, 100, octet]);
        let form = browser.form(path, &[("username", ADA), (field, guess)]);
        browser.clone().send(form).await
    };
    for nth in 0..GUESSES {
        let first: usize = right.parse().unwrap_or(0);
        let guess = if code {
            format!("{:06}", (first + nth + 1) % 1_000_000)
        } else {
            format!("a wrong guess {nth}")
        };
        let status = post(nth, &guess).await.status.as_u16();
        assert!(matches!(status, 422 | 429), "{path} {field}: {status}");
    }
    let late = post(GUESSES, right).await;
    assert!(matches!(late.status.as_u16(), 422 | 429), "{path} {field}: {} {}", late.status, late.text());
    let after = compared(house).await;
    if code { usize::try_from(after.1 - before.1).unwrap() } else { after.0 - before.0 }
}

#[tokio::test]
async fn a15_two_hundred_guesses_at_each_door_are_five_or_six() {
    for (_, field, path) in DOORS {
        let house = House::new().await;
        let with_phone = field == "code" || path == "/login";
        let ada = house.account(ADA, if with_phone { &[NUMBER] } else { &[] }).await;
        let mut browser = house.browser();
        let (path, right) = match (path, field) {
            ("/login", _) => {
                browser.get("/login").await;
                (path.to_owned(), PASSWORD.to_owned())
            }
            ("/login/otp", _) => {
                browser = house.half_signed_in(ADA).await;
                (path.to_owned(), house.newest_code())
            }
            ("/confirm-identity", _) => {
                browser = house.signed_in(ADA).await;
                house.clock.pass_seconds(301);
                if with_phone {
                    browser.submit(path, "/confirm-identity/send", &[("channel", "sms")]).await;
                }
                assert_eq!(browser.get(path).await.status, 200);
                (path.to_owned(), if with_phone { house.newest_code() } else { PASSWORD.to_owned() })
            }
            ("/security/phones/confirm", _) => {
                browser = house.signed_in(ADA).await;
                let new = "/security/phones/new";
                browser.submit(new, new, &[("phone", OTHER)]).await;
                browser.get(path).await;
                (path.to_owned(), house.code_to(OTHER))
            }
            ("/security/tests/{id}", _) => {
                browser = house.signed_in(ADA).await;
                house.clock.pass_seconds(60);
                let page = format!("/security/phones/{}", house.phones(&ada).await[0].id);
                let sent = browser.submit(&page, &format!("{page}/test"), &[]).await;
                let path = sent.location().unwrap().to_owned();
                browser.get(&path).await;
                (path, house.newest_code())
            }
            other => panic!("how does one come to {other:?}?"),
        };
        let compared = guessed(&house, &browser, &path, field, &right).await;
        assert_eq!(compared, if field == "code" { 5 } else { 6 }, "{path} {field}");
    }
}

#[tokio::test]
async fn a15_two_hundred_guesses_at_each_endpoint_that_takes_an_apps_secret_are_twenty() {
    let guarded: Vec<_> = machines().into_iter().filter(|route| route.shown == Shown::Client).collect();
    assert!(guarded.len() >= 3);
    for route in guarded {
        let house = House::new().await;
        let party = Party::new(&house).await;
        let mut looked_at = 0;
        for nth in 0..GUESSES {
            let secret = format!("a wrong guess {nth}");
            let fields = [("token", "x"), ("client_id", "app"), ("client_secret", &*secret)];
            let answer = party.posts(route.path, &fields, &[]).await;
            assert_eq!(json(&answer)["error"], "invalid_client", "{}", route.path);
            assert!(matches!(answer.status.as_u16(), 401 | 429), "{}", answer.status);
            looked_at += usize::from(answer.status == 401);
        }
        assert_eq!(looked_at, 20, "{}", route.path);
        // The app itself is not held up by it.
        let fields = [("token", "x"), ("client_id", "app"), ("client_secret", SECRET)];
        let own = party.posts(route.path, &fields, &[]).await;
        assert!(matches!(own.status.as_u16(), 200 | 400), "{}: {}", route.path, own.body);
    }
}
