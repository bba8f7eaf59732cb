//! A8: a code in an answer, a debug echo. The real program with every switch set that frameworks take for "debug": after codes of all
//! purposes went out, no answer of any route, no header, no cookie and no line of the log holds one (R12).
use crate::harness::process::{Installation, Running};
use crate::harness::{Answer, Browser, PASSWORD, code_in};
use ::fake_twilio::{FakeTwilio, Settings};
use http::Method;
use server::router::table;

const OWN: &str = "+12015550123";
const NEW: &str = "+12015550147";

/// Switches of frameworks, libraries and habits. None of them is a setting of the product.
const SWITCHES: [(&str, &str); 18] = [
    ("DEBUG", "1"),
    ("LATCHKEY_DEBUG", "1"),
    ("LATCHKEY_TEST", "1"),
    ("VERBOSE", "1"),
    ("TEST", "1"),
    ("CI", "true"),
    ("APP_ENV", "development"),
    ("ENVIRONMENT", "dev"),
    ("NODE_ENV", "development"),
    ("RUST_ENV", "development"),
    ("RUST_LOG", "trace"),
    ("RUST_BACKTRACE", "full"),
    ("RUST_LIB_BACKTRACE", "1"),
    ("LEPTOS_ENV", "DEV"),
    ("LEPTOS_WATCH", "1"),
    ("SQLX_LOG", "trace"),
    ("AXUM_DEBUG", "1"),
    ("TOKIO_CONSOLE_BIND", "127.0.0.1:0"),
];

struct Look<'a> {
    portal: &'a Running,
    fake: &'a FakeTwilio,
    looked_at: usize,
}

impl Look<'_> {
    /// All codes so far. Ten digits each: none stands in an answer by chance.
    fn codes(&self) -> Vec<String> {
        self.fake.inbox(None).iter().filter_map(|text| code_in(&text.body)).collect()
    }

    fn newest(&self) -> String {
        self.codes().remove(0)
    }

    fn holds_none(&mut self, answer: &Answer, what: &str) {
        let codes = self.codes();
        assert!(codes.iter().all(|code| code.len() == 10), "{codes:?}");
        let whole = format!("{:?}\n{}", answer.headers, answer.body);
        for code in &codes {
            let spaced = format!("{} {}", &code[..5], &code[5..]);
            assert!(!whole.contains(code) && !whole.contains(&spaced), "{what}: {whole}");
        }
        self.looked_at += 1;
    }

    /// Every page of the table and what people look for behind it, with words that switch things on elsewhere.
    async fn everywhere(&mut self, browser: &Browser, ids: &[String]) {
        let mut paths: Vec<String> =
            ["/debug", "/debug/vars", "/metrics", "/dev/phone", "/dev/phone.json", "/trace"]
                .map(str::to_owned)
                .into();
        for route in table().iter().filter(|route| route.method == Method::GET) {
            paths.extend(ids.iter().map(|id| route.path.replace("{id}", id)));
        }
        for path in paths {
            for query in ["", "?debug=1&test=1&verbose=true&show_code=1&env=dev"] {
                let request = browser
                    .request(Method::GET, &format!("{path}{query}"))
                    .header("x-debug", "1")
                    .header("x-test-mode", "true")
                    .header("accept", "application/json")
                    .body(axum::body::Body::empty())
                    .unwrap();
                let answer = browser.clone().send(request).await;
                assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text());
                self.holds_none(&answer, &path);
            }
        }
    }

    async fn post(
        &mut self,
        browser: &mut Browser,
        page: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let shown = browser.get(page).await;
        self.holds_none(&shown, page);
        let answer = browser.post(path, fields).await;
        self.holds_none(&answer, path);
        answer
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a08_no_answer_holds_a_code_whatever_is_switched_on() {
    let fake = FakeTwilio::start(Settings::default()).await.unwrap();
    let (account, base) = (Settings::default(), fake.base_url());
    let here = Installation::new(&[
        ("otp.digits", "10"),
        ("otp.resend_after_seconds", "[0]"),
        ("log.level", "trace"),
        ("sms.providers", "[\"twilio\"]"),
        ("sms.twilio.account_sid", &account.account_sid),
        ("sms.twilio.auth_token", &account.auth_token),
        ("sms.twilio.from_number", &account.senders[0]),
        ("sms.twilio.base_url", &base),
    ])
    .with_environment(&SWITCHES);
    assert!(here.run(&["user", "add", "ada", "--password-stdin", "--phone", OWN], PASSWORD).status.success());
    let portal = here.serve().await;
    let mut look = Look { portal: &portal, fake: &fake, looked_at: 0 };
    let mut browser = look.portal.browser();
    let none = ["0".repeat(32)];

    let sign_in = [("username", "ada"), ("password", PASSWORD), ("debug", "1")];
    let knocked = look.post(&mut browser, "/login", "/login", &sign_in).await;
    assert_eq!(knocked.location(), Some("/login/otp"));
    look.everywhere(&browser, &none).await;
    look.post(&mut browser, "/login/otp", "/login/otp/resend", &[("channel", "sms"), ("debug", "1")]).await;
    look.post(&mut browser, "/login/otp", "/login/otp", &[("code", "0000000000")]).await;
    let code = look.newest();
    let done = look.post(&mut browser, "/login/otp", "/login/otp", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());

    let begun =
        look.post(&mut browser, "/security/phones/new", "/security/phones/new", &[("phone", NEW)]).await;
    assert_eq!(begun.location(), Some("/security/phones/confirm"), "{}", begun.text());
    let confirm = "/security/phones/confirm";
    look.post(&mut browser, confirm, "/security/phones/confirm/resend", &[("channel", "sms")]).await;
    look.post(&mut browser, confirm, confirm, &[("code", "0000000000")]).await;
    let identity = "/confirm-identity";
    look.post(&mut browser, identity, "/confirm-identity/send", &[("channel", "sms")]).await;
    look.post(&mut browser, identity, identity, &[("code", "0000000000")]).await;
    let overview = browser.get("/security").await;
    let links = overview.body.split("href=\"/security/phones/").skip(1);
    let phone = links.filter_map(|rest| rest.split('"').next()).find(|id| id.len() == 32).unwrap().to_owned();
    let at = format!("/security/phones/{phone}");
    let test = look.post(&mut browser, &at, &format!("{at}/test"), &[]).await;
    let test = test.location().expect("the page of the test").to_owned();
    look.post(&mut browser, &test, &test, &[("code", "0000000000")]).await;
    let ids = [phone, test.rsplit('/').next().unwrap().to_owned()];
    look.everywhere(&browser, &ids).await;

    let codes = look.codes();
    assert!(codes.len() >= 6 && look.looked_at > 100, "{} codes, {} answers", codes.len(), look.looked_at);
    let log = portal.log();
    assert!(codes.iter().all(|code| !log.contains(code.as_str())), "a code is in the log");
    assert_eq!(browser.get("/dev/phone").await.status, 404, "no switch opens the built-in inbox");
}

#[test]
fn a08_a_switch_of_our_own_that_is_none_stops_the_start() {
    for name in ["LATCHKEY_OTP__DEBUG", "LATCHKEY_OTP__CODE", "LATCHKEY_DEV__ECHO_CODES"] {
        let here = Installation::new(&[]).with_environment(&[(name, "1")]);
        assert_eq!(here.run(&["config", "check"], "").status.code(), Some(2), "{name}");
    }
}
