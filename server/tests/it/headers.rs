//! What every answer carries (R55, R64, R66, R67, R68, R74): over the whole table of routes, errors included, with and without https.
use crate::harness::{ADA, Answer, Browser, House, NUMBER, PASSWORD, code_in};
use http::Method;
use server::router::{machines, table};
use server::web::machine::Shown;
use std::collections::{BTreeSet, HashSet};

const PLAIN: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Pages with islands; all others carry no script at all.
const LIVE: [&str; 9] = [
    "/login/otp",
    "/security",
    "/security/phones/new",
    "/security/phones/confirm",
    "/security/phones/{id}",
    "/security/phones/{id}/replace",
    "/security/phones/{id}/remove",
    "/security/tests/{id}",
    "/security/apps",
];

fn on_every_answer(answer: &Answer, secure: bool, what: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", if secure { "max-age=63072000; includeSubDomains" } else { "" }),
        ("server", ""),
        ("x-powered-by", ""),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    assert!(answer.header("permissions-policy").contains("otp-credentials=(self)"), "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    if !answer.body.is_empty() {
        assert!(
            answer.header("content-type").contains("charset=utf-8"),
            "{what}: {}",
            answer.header("content-type")
        );
    }
    for line in answer.cookies() {
        on_every_cookie(&line, secure, what);
    }
}

/// All cookies there are (R55).
const COOKIES: [&str; 4] = ["known", "news", "seed", "sid"];

/// What a cookie is called, without the prefix that pins it to the host; how it is kept is as it must be.
fn on_every_cookie(line: &str, secure: bool, what: &str) -> String {
    let mut parts = line.split("; ");
    let (name, _) = parts.next().unwrap().split_once('=').unwrap();
    let own = if secure { name.strip_prefix("__Host-") } else { Some(name) };
    assert!(own.is_some_and(|own| COOKIES.contains(&own)), "{what}: {line}");
    let mut kept: Vec<&str> =
        parts.filter(|part| !part.starts_with("Max-Age=") && !part.starts_with("Expires=")).collect();
    kept.sort_unstable();
    let wanted = ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"];
    assert_eq!(kept, if secure { &wanted[..] } else { &wanted[..3] }, "{what}: {line}");
    own.unwrap().to_owned()
}

/// In, to a page, and out again: every answer on the way, and every cookie that is set there.
async fn in_and_out(browser: &mut Browser, code: impl Fn() -> String, secure: bool) {
    let mut set = BTreeSet::new();
    let mut look = |answer: &Answer, what: &str| {
        on_every_answer(answer, secure, what);
        set.extend(answer.cookies().iter().map(|line| on_every_cookie(line, secure, what)));
    };
    look(&browser.get("/login").await, "the front door");
    let knocked = browser.post("/login", &[("username", ADA), ("password", PASSWORD)]).await;
    look(&knocked, "a password");
    assert_eq!(knocked.location(), Some("/login/otp"), "{}", knocked.text());
    look(&browser.get("/login/otp").await, "the code's page");
    let entered = browser.post("/login/otp", &[("code", &code())]).await;
    look(&entered, "a code");
    assert_eq!(entered.location(), Some("/security"), "{}", entered.text());
    look(&browser.get("/security").await, "the portal");
    let sid = if secure { "__Host-sid" } else { "sid" };
    assert!(browser.cookies.contains_key(sid), "{:?}", browser.cookies.keys());
    look(&browser.post("/logout", &[]).await, "signing out");
    assert!(!browser.cookies.contains_key(sid), "{:?}", browser.cookies.keys());
    assert!(set.iter().eq(&COOKIES), "{set:?}");
}

fn policy(answer: &Answer, live: bool, nonces: &mut HashSet<String>, what: &str) {
    let policy = answer.header("content-security-policy");
    let scripts = answer.body.matches("<script").count();
    if !live {
        assert_eq!((policy, scripts), (PLAIN, 0), "{what}");
        return;
    }
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default();
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "{what}"
    );
    assert!(nonce.len() >= 22 && nonces.insert(nonce.to_owned()), "{what}: a nonce of its own");
    assert_eq!(scripts, 1, "{what}");
    assert!(answer.body.contains(&format!("nonce=\"{nonce}\"")), "{what}");
}

/// Every GET of the table as a person who is signed in sees it, twice; every POST, refused; and what is not there.
async fn walk(house: &House, browser: &mut Browser, secure: bool) {
    let phone = house.count("SELECT COUNT(*) FROM phones WHERE retired_at IS NULL", &[]).await;
    assert_eq!(phone, 1);
    let account = house.store.find_user(&domain::password::NameKey::of(ADA).unwrap()).await.unwrap().unwrap();
    let id = house.phones(&account.id).await.remove(0).id;
    let (mut nonces, mut live) = (HashSet::new(), 0);
    for route in table() {
        let path = route.path.replace("{id}", id.as_str());
        for _ in 0..2 {
            let answer = if route.method == Method::GET {
                browser.get(&path).await
            } else {
                let request = browser.request(Method::POST, &path).body(axum::body::Body::empty()).unwrap();
                browser.clone().send(request).await
            };
            let what = format!("{} {path}: {}", route.method, answer.status);
            on_every_answer(&answer, secure, &what);
            let shows = answer.status == 200 && LIVE.contains(&route.path) && route.method == Method::GET;
            live += usize::from(shows);
            policy(&answer, shows, &mut nonces, &what);
        }
    }
    // The overview, a phone, adding, replacing and removing one, the apps, each twice.
    assert_eq!(live, 12, "live pages were looked at");
    for route in machines() {
        let request =
            browser.request(route.method.clone(), route.path).body(axum::body::Body::empty()).unwrap();
        let mut answer = browser.clone().send(request).await;
        if route.shown == Shown::Nothing {
            let any_page =
                answer.headers.insert("cross-origin-resource-policy", "same-origin".parse().unwrap());
            assert_eq!(any_page.unwrap(), "cross-origin", "the same for everybody (R67)");
        }
        let what = format!("{} {}: {}", route.method, route.path, answer.status);
        on_every_answer(&answer, secure, &what);
        policy(&answer, false, &mut nonces, &what);
        assert!(answer.cookies().is_empty(), "{what}: no session");
    }
    for path in
        ["/no/such/page", "/security/phones/nonsense", "/healthz", "/readyz", "/.well-known/webfinger"]
    {
        let answer = browser.get(path).await;
        on_every_answer(&answer, secure, path);
        policy(&answer, false, &mut nonces, path);
    }
}

#[tokio::test]
async fn r67_r55_on_a_loopback_address() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    in_and_out(&mut house.browser(), || house.newest_code(), false).await;
    let mut half = house.half_signed_in(ADA).await;
    let page = half.get("/login/otp").await;
    on_every_answer(&page, false, "/login/otp");
    policy(&page, true, &mut HashSet::new(), "/login/otp");
    let mut browser = house.signed_in(ADA).await;
    walk(&house, &mut browser, false).await;
}

#[tokio::test]
async fn r66_r55_on_an_https_address() {
    let (house, fake) = House::with_twilio(&[("server.public_url", "https://id.example.com")]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.headers = vec![("host", "id.example.com".to_owned())];
    let newest = || fake.inbox(None)[0].body.clone();
    in_and_out(&mut browser.clone(), || code_in(&newest()).unwrap(), true).await;
    browser.knock(ADA, PASSWORD).await;
    let text = newest();
    assert!(text.lines().last().unwrap().starts_with("@id.example.com #"), "{text}");
    browser.get("/login/otp").await;
    let code = code_in(&text).unwrap();
    assert_eq!(browser.post("/login/otp", &[("code", &code)]).await.location(), Some("/security"));
    walk(&house, &mut browser, true).await;
    // Another host's name gets no page (R72).
    browser.headers = vec![("host", "evil.example".to_owned())];
    let answer = browser.get("/login").await;
    assert_eq!(answer.status, 421);
    on_every_answer(&answer, true, "another host");
}
