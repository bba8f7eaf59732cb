//! A20: no code, full number, password, token or cookie is in the log at its most talkative, in what a command prints, or
//! readable in the database (R9, R12, R129). The real program, through every journey, errors and refusals included.
use crate::harness::process::{Installation, Running};
use crate::harness::{Browser, PASSWORD, code_in, other_code};
use ::fake_twilio::{Act, FakeTwilio, Script, Settings};
use std::collections::BTreeSet;

const OLD: &str = "+12015550123";
const NEW: &str = "+447400123456";
const THIRD: &str = "+33612345678";
const REFUSED: &str = "+12015550188";
const WRONG: &str = "never the right password";
const NEXT: &str = "another copper meadow 72";
const BACK: &str = "https://desk.example/back";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What must be read nowhere, with what it is.
#[derive(Default)]
struct Secrets(BTreeSet<(&'static str, String)>);

impl Secrets {
    fn add(&mut self, what: &'static str, secret: &str) {
        self.0.insert((what, secret.to_owned()));
    }

    fn number(&mut self, number: &str) {
        let digits = number.trim_start_matches('+');
        self.add("number", digits);
        // As it is dialled at home.
        self.add("number", &digits[digits.len() - 9..]);
    }

    fn browser(&mut self, browser: &Browser) {
        for (name, value) in &browser.cookies {
            if name != "news" {
                self.add("cookie", value);
            }
        }
        self.add("form token", &browser.token);
    }

    /// Codes are six digits: where a place, a time or an id could hold them by chance, their surroundings tell.
    fn not_in(&self, place: &str, text: &[u8], codes: bool) {
        assert!(text.len() > 500, "{place} was looked at");
        for (what, secret) in &self.0 {
            if *what == "code" && !codes {
                continue;
            }
            let found = text.windows(secret.len()).position(|window| window == secret.as_bytes());
            if let Some(at) = found {
                let around = &text[at.saturating_sub(80)..(at + 80).min(text.len())];
                panic!("a {what} is in {place}: {:?}", String::from_utf8_lossy(around));
            }
        }
    }
}

struct Walk<'a> {
    portal: &'a Running,
    /// The secret of the app.
    app: String,
    /// Where texts are read, when not in the built-in inbox.
    twilio: Option<&'a FakeTwilio>,
    secrets: Secrets,
}

impl Walk<'_> {
    async fn newest(&mut self) -> String {
        let texts = match self.twilio {
            Some(fake) => fake.inbox(None).into_iter().map(|message| message.body).collect(),
            None => self.portal.texts().await,
        };
        for code in texts.iter().filter_map(|text| code_in(text)) {
            self.secrets.add("code", &code);
            let spoken: Vec<String> = code.chars().map(String::from).collect();
            self.secrets.add("code", &spoken.join(" "));
        }
        texts.iter().find_map(|text| code_in(text)).unwrap()
    }

    async fn code(&mut self, browser: &mut Browser, page: &str) -> Option<String> {
        let code = self.newest().await;
        browser.get(page).await;
        self.secrets.browser(browser);
        browser.post(page, &[("code", "no code at all")]).await;
        browser.post(page, &[("code", &other_code(&code))]).await;
        let done = browser.post(page, &[("code", &code)]).await;
        self.secrets.browser(browser);
        done.location().map(str::to_owned)
    }

    async fn sign_in(&mut self, name: &str) -> Browser {
        let mut browser = self.portal.browser();
        let wrong = browser.knock(name, WRONG).await;
        assert_eq!(wrong.status, 422);
        self.secrets.browser(&browser);
        if browser.knock(name, PASSWORD).await.location() == Some("/login/otp") {
            browser.get("/login/otp").await;
            browser.post("/login/otp/resend", &[("channel", "sms")]).await;
            // Refused where Twilio cannot ask us what to say.
            browser.post("/login/otp/resend", &[("channel", "voice")]).await;
            assert_eq!(self.code(&mut browser, "/login/otp").await.as_deref(), Some("/security"));
        }
        self.secrets.browser(&browser);
        browser
    }

    async fn enrol(&mut self, browser: &mut Browser, number: &str, label: &str) {
        self.secrets.number(number);
        let path = "/security/phones/new";
        browser.submit(path, path, &[("phone", "+1 201 555"), ("label", label)]).await;
        let sent = browser.submit(path, path, &[("phone", number), ("label", label)]).await;
        assert_eq!(sent.location(), Some("/security/phones/confirm"), "{}", sent.text());
        browser.get("/security/phones/confirm").await;
        browser.post("/security/phones/confirm/resend", &[("channel", "sms")]).await;
        assert_eq!(self.code(browser, "/security/phones/confirm").await.as_deref(), Some("/security"));
    }

    /// What an app is told of a person who is signed in, and what it does with that.
    async fn app(&mut self, browser: &mut Browser) {
        let asked = format!(
            "/oidc/authorize?response_type=code&client_id=desk&redirect_uri={BACK}&scope=openid+phone+offline_access\
             &state=s&nonce=n&code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        let answer = browser.get(&asked).await;
        let back = answer.location().unwrap_or_else(|| panic!("{}", answer.text())).to_owned();
        let code =
            back.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).expect("a code").to_owned();
        self.secrets.add("token", &code);
        let secret = self.app.clone();
        let first = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        let wrong = self.ask("/oidc/token", "not the secret of that app", &first).await;
        assert_eq!(wrong["error"], "invalid_client");
        let tokens = self.ask("/oidc/token", &secret, &first).await;
        let refresh = self.keep(&tokens);
        let again = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        let tokens = self.ask("/oidc/token", &secret, &again).await;
        self.keep(&tokens);
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(self.ask("/oidc/introspect", &secret, &[("token", access)]).await["active"], true);
        let userinfo = self.portal.client.get(format!("{}/oidc/userinfo", self.portal.origin));
        assert_eq!(userinfo.bearer_auth(access).send().await.unwrap().status(), 200);
        // Used twice: all that came of it is over.
        self.ask("/oidc/token", &secret, &first).await;
        let hint = tokens["id_token"].as_str().unwrap();
        browser.get(&format!("/oidc/logout?id_token_hint={hint}x")).await;
        self.secrets.browser(browser);
    }

    /// Remembers tokens that must be read nowhere; gives the one to go on with.
    fn keep(&mut self, tokens: &serde_json::Value) -> String {
        let token = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{name}: {tokens}"));
        for name in ["access_token", "refresh_token", "id_token"] {
            self.secrets.add("token", token(name));
        }
        self.secrets.add("token", token("id_token").rsplit('.').next().unwrap());
        token("refresh_token").to_owned()
    }

    async fn ask(&self, path: &str, secret: &str, fields: &[(&str, &str)]) -> serde_json::Value {
        let request = self.portal.client.post(format!("{}{path}", self.portal.origin));
        let answer = request.basic_auth("desk", Some(secret)).form(fields).send().await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
    }

    /// Every journey of one person.
    async fn all(&mut self) {
        self.secrets.add("password", PASSWORD);
        self.secrets.add("password", WRONG);
        let mut browser = self.sign_in("bare").await;
        browser.submit("/confirm-identity", "/confirm-identity", &[("password", WRONG)]).await;
        browser.submit("/confirm-identity", "/confirm-identity", &[("password", PASSWORD)]).await;
        self.enrol(&mut browser, THIRD, "Bare").await;
        browser.submit("/security", "/logout", &[]).await;

        let mut cancelled = self.portal.browser();
        cancelled.knock("ada", PASSWORD).await;
        self.newest().await;
        cancelled.submit("/login/otp", "/login/cancel", &[]).await;

        let mut browser = self.sign_in("ada").await;
        self.enrol(&mut browser, NEW, "Second").await;
        let overview = browser.get("/security").await;
        let ids: Vec<String> = overview
            .body
            .split("href=\"/security/phones/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .filter(|id| id.len() == 32)
            .collect();
        let [first, second] = ids.as_slice() else { panic!("{ids:?}") };
        let at = |id: &str, rest: &str| format!("/security/phones/{id}{rest}");
        browser.submit(&at(second, ""), &at(second, ""), &[("label", "Renamed")]).await;
        browser.submit(&at(second, ""), &at(second, ""), &[("label", &"x".repeat(65))]).await;
        browser.submit(&at(second, ""), &at(second, "/prefer"), &[]).await;
        let test = browser.submit(&at(first, ""), &at(first, "/test"), &[]).await;
        let test = test.location().unwrap().to_owned();
        assert!(self.code(&mut browser, &test).await.is_some());
        let wanted = at(first, "/replace");
        self.secrets.number(REFUSED);
        browser.submit(&wanted, &wanted, &[("phone", REFUSED)]).await;
        let id = browser.get("/security").await;
        assert_eq!(id.status, 200);
        browser.submit(&at(second, "/remove"), &at(second, "/remove"), &[]).await;
        browser.get("/security/phones/00000000000000000000000000000000").await;
        browser.get("/no/such/page").await;
        browser.submit("/confirm-identity", "/confirm-identity/send", &[("channel", "sms")]).await;
        let code = self.newest().await;
        browser.submit("/confirm-identity", "/confirm-identity", &[("code", &code)]).await;
        self.app(&mut browser).await;
        // A stolen form, and bytes that are no form.
        browser.token = "0".repeat(32);
        browser.post("/security/phones/new", &[("phone", OLD)]).await;
        self.secrets.browser(&browser);
    }
}

fn accounts(installation: &Installation, secrets: &mut Secrets) -> Vec<u8> {
    let mut printed = Vec::new();
    let mut run = |arguments: &[&str], input: &str| {
        let output = installation.run(arguments, input);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        printed.extend(output.stdout);
        printed.extend(output.stderr);
    };
    run(&["user", "add", "bare", "--password-stdin"], PASSWORD);
    run(&["user", "add", "ada", "--password-stdin", "--phone", OLD], PASSWORD);
    run(&["user", "add", "eve", "--password-stdin"], PASSWORD);
    run(&["user", "set-password", "eve", "--password-stdin"], NEXT);
    run(&["user", "list", "--json"], "");
    run(&["user", "show", "ada"], "");
    run(&["user", "disable", "eve"], "");
    run(&["config", "check"], "");
    secrets.number(OLD);
    secrets.add("password", NEXT);
    printed
}

async fn walk(format: &str, twilio: bool) {
    let fake = FakeTwilio::start(Settings::default()).await.unwrap();
    let account = Settings::default();
    let base = fake.base_url();
    let mut settings = vec![
        ("log.level", "trace"),
        ("log.format", format),
        ("otp.resend_after_seconds", "[0]"),
        ("otp.sends_per_number_per_hour", "90"),
        ("otp.sends_per_number_per_day", "90"),
        ("otp.sends_per_account_per_day", "90"),
    ];
    if twilio {
        fake.script(Script::always_to(REFUSED, Act::Error { code: 21211, status: None }));
        settings.extend([
            ("sms.providers", "[\"twilio\"]"),
            ("sms.twilio.account_sid", &account.account_sid),
            ("sms.twilio.auth_token", &account.auth_token),
            ("sms.twilio.from_number", &account.senders[0]),
            ("sms.twilio.base_url", &base),
        ]);
    }
    let installation = Installation::new(&settings);
    let mut secrets = Secrets::default();
    secrets.add("auth token", &account.auth_token);
    let printed = accounts(&installation, &mut secrets);
    // The one place where the secret of an app is printed.
    let added = installation.run(&["client", "add", "desk", "--redirect-uri", BACK], "");
    let added: serde_json::Value = serde_json::from_slice(&added.stdout).unwrap();
    let app = added["client_secret"].as_str().unwrap().to_owned();
    secrets.add("client secret", &app);
    let portal = installation.serve().await;
    let mut walk = Walk { portal: &portal, app, twilio: twilio.then_some(&fake), secrets };
    walk.all().await;
    if twilio {
        fake.script(Script::next(Act::Rubbish));
        fake.script(Script::next(Act::ResetAfterReading));
        for _ in 0..2 {
            let mut browser = portal.browser();
            browser.knock("ada", PASSWORD).await;
        }
        walk.newest().await;
    }
    let secrets = walk.secrets;
    let count = |what: &str| secrets.0.iter().filter(|(known, _)| *known == what).count();
    for (what, least) in
        [("code", 8), ("cookie", 8), ("form token", 5), ("number", 8), ("password", 3), ("token", 7)]
    {
        assert!(count(what) >= least, "{what}: {}", count(what));
    }

    let log = portal.log();
    secrets.not_in("the log", without_times(&log).as_bytes(), true);
    assert!(log.contains("request.id") && log.contains("delivery.ref"), "the log tells what it is for");
    secrets.not_in("what commands print", &printed, true);
    let key = std::fs::read_to_string(installation.folder.path().join("data/secret.key")).unwrap();
    assert!(!log.contains(key.trim()), "the key file is in the log");
    let database = installation.bytes();
    // Six digits stand in every timestamp; codes of ten digits are looked for by the store's own promises.
    secrets.not_in("the database", &database, false);
    for code in secrets.0.iter().filter(|(what, _)| *what == "code").map(|(_, code)| format!("#{code}")) {
        assert!(!database.windows(code.len()).any(|window| window == code.as_bytes()), "a text is readable");
    }
}

/// The log without times, ids and durations, in which six digits may stand by chance.
fn without_times(log: &str) -> String {
    let mut text = String::with_capacity(log.len());
    for word in log.split_inclusive([' ', ',', '{', '}']) {
        let is_time = word.contains("T") && word.contains('Z') && word.contains(':');
        let is_id = word.contains("request.id") || word.contains("delivery.id") || word.contains(".id\"");
        text.push_str(if is_time || is_id { "… " } else { word });
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a20_nothing_is_readable_after_all_journeys_with_the_inbox() {
    walk("pretty", false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a20_nothing_is_readable_after_all_journeys_with_twilio_and_its_failures() {
    walk("json", true).await;
}
