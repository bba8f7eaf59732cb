//! The security log: each step of each journey leaves its events, in order, with who, where, and in which request (R128).
use crate::harness::{ADA, Browser, House, NUMBER, OTHER, PASSWORD};

const KINDS: &str = "SELECT kind || COALESCE(' ' || purpose, '') || CASE WHEN actor = 'person' THEN '' ELSE ' by ' || actor END \
    FROM events ORDER BY id";

/// The log so far, step by step.
pub struct Log {
    seen: usize,
    lines: &'static str,
}

impl Log {
    /// What there is by now has been seen. `lines`: a statement that gives each event as a line, oldest first.
    pub async fn begun(house: &House, lines: &'static str) -> Self {
        let mut log = Self { seen: 0, lines };
        log.since(house).await;
        log
    }

    /// What came since the last look.
    pub async fn since(&mut self, house: &House) -> Vec<String> {
        let all = house.texts_in_database(self.lines).await;
        let new = all.get(self.seen..).unwrap_or_default().to_vec();
        self.seen = all.len();
        new
    }

    pub async fn is(&mut self, house: &House, step: &str, expected: &[&str]) {
        assert_eq!(self.since(house).await, expected, "{step}");
    }
}

async fn begun(numbers: &[&str]) -> (House, Log, Browser) {
    let house = House::new().await;
    house.account(ADA, numbers).await;
    let log = Log::begun(&house, KINDS).await;
    let browser = house.browser();
    (house, log, browser)
}

#[tokio::test]
async fn r128_a_sign_in_with_its_mistakes_is_written_down() {
    let (house, mut log, mut browser) = begun(&[NUMBER]).await;
    browser.knock(ADA, "a wrong password").await;
    log.is(&house, "wrong password", &["password_wrong"]).await;
    browser.knock(ADA, PASSWORD).await;
    log.is(&house, "right password", &["code_issued sign_in", "delivery_settled sign_in"]).await;
    browser.submit("/login/otp", "/login/otp", &[("code", &house.wrong_code())]).await;
    log.is(&house, "wrong code", &["code_wrong sign_in"]).await;
    house.clock.pass_seconds(31);
    browser.submit("/login/otp", "/login/otp/resend", &[("channel", "sms")]).await;
    log.is(&house, "resend", &["code_issued sign_in", "delivery_settled sign_in"]).await;
    browser.submit("/login/otp", "/login/otp", &[("code", &house.code_to(NUMBER))]).await;
    log.is(&house, "right code", &["code_right sign_in", "signed_in"]).await;
    browser.submit("/security", "/logout", &[]).await;
    log.is(&house, "sign out", &["signed_out"]).await;
    house.clock.pass_seconds(61);
    browser.knock(ADA, PASSWORD).await;
    log.since(&house).await;
    browser.submit("/login/otp", "/login/cancel", &[]).await;
    log.is(&house, "cancel", &["sign_in_cancelled"]).await;
}

#[tokio::test]
async fn r128_the_life_of_a_number_is_written_down() {
    let (house, mut log, mut browser) = begun(&[]).await;
    browser.knock(ADA, PASSWORD).await;
    log.is(&house, "password alone", &["signed_in"]).await;
    let new = "/security/phones/new";
    browser.submit(new, new, &[("phone", NUMBER), ("label", "Mobile")]).await;
    let added = ["phone_added", "code_issued new_phone", "delivery_settled new_phone"];
    log.is(&house, "a new number", &added).await;
    let confirm = "/security/phones/confirm";
    browser.submit(confirm, confirm, &[("code", &house.code_to(NUMBER))]).await;
    log.is(&house, "it is proven", &["code_right new_phone", "phone_verified"]).await;

    let mut browser = house.browser();
    house.clock.pass_seconds(61);
    house.sign_in(&mut browser, ADA).await;
    log.since(&house).await;
    let name = domain::password::NameKey::of(ADA).unwrap();
    let found = domain::ports::Accounts::credentials(&house.store, &name).await.unwrap();
    let account = found.unwrap().id;
    let id = &house.phones(&account).await[0].id;
    let page = format!("/security/phones/{id}");
    browser.submit(&page, &page, &[("label", "Work")]).await;
    log.is(&house, "rename", &["phone_renamed"]).await;
    house.clock.pass_seconds(31);
    browser.submit(&page, &format!("{page}/test"), &[]).await;
    log.is(&house, "test", &["code_issued test", "delivery_settled test"]).await;
    let replace = format!("{page}/replace");
    browser.submit(&replace, &replace, &[("phone", OTHER)]).await;
    let begun = ["phone_added", "code_issued replace_phone", "delivery_settled replace_phone"];
    log.is(&house, "replace", &begun).await;
    browser.submit(confirm, confirm, &[("code", &house.code_to(OTHER))]).await;
    let replaced = log.since(&house).await;
    assert_eq!(replaced[..2], ["code_right replace_phone", "phone_replaced"], "{replaced:?}");
}

#[tokio::test]
async fn r128_each_event_names_time_request_account_address_browser_session_and_node() {
    let (house, _, mut browser) = begun(&[NUMBER]).await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
    browser.get("/login").await;
    let name = [("username", ADA), ("password", PASSWORD)];
    for (page, path) in [("/login", "/login"), ("/login/otp", "/login/otp")] {
        browser.get(page).await;
        let code = if page == "/login" { String::new() } else { house.code_to(NUMBER) };
        let fields = if page == "/login" { name.to_vec() } else { vec![("code", code.as_str())] };
        let mut form = browser.form(path, &fields);
        form.headers_mut().insert("user-agent", http::HeaderValue::from_static(firefox));
        assert_eq!(browser.send(form).await.status, 303);
    }
    let lacking = "SELECT COUNT(*) FROM events WHERE actor = 'person' AND (at IS NULL OR request = '' OR account_id IS NULL \
        OR address <> '192.0.2.7' OR agent <> 'Firefox on Linux' OR session IS NULL OR COALESCE(node, '') = '')";
    assert_eq!(house.count(lacking, &[]).await, 0, "the browser by its family alone");
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE actor = 'person'", &[]).await, 4);
}

#[tokio::test]
async fn r128_a_session_that_gives_way_to_another_persons_sign_in_leaves_its_end() {
    let (house, mut log, mut browser) = begun(&[NUMBER]).await;
    house.account("eve", &[]).await;
    house.account("kim", &[OTHER]).await;
    house.sign_in(&mut browser, ADA).await;
    log.since(&house).await;
    browser.knock("eve", PASSWORD).await;
    log.is(&house, "eve by her password", &["signed_in", "signed_out"]).await;
    browser.knock("eve", PASSWORD).await;
    log.is(&house, "eve again: hers goes on", &["signed_in"]).await;
    browser.knock("kim", PASSWORD).await;
    let half = ["code_issued sign_in", "delivery_settled sign_in", "signed_out"];
    log.is(&house, "kim's password, her code is awaited", &half).await;
    let whose = "SELECT a.username FROM events e JOIN accounts a ON a.id = e.account_id \
        WHERE e.kind = 'signed_out' ORDER BY e.id";
    assert_eq!(house.texts_in_database(whose).await, [ADA, "eve"]);
    let ended = "SELECT COUNT(*) FROM events e JOIN sessions s ON s.handle = e.session AND s.account_id = e.account_id \
        WHERE e.kind = 'signed_out' AND s.ended_at IS NOT NULL";
    assert_eq!(house.count(ended, &[]).await, 2, "by the name of the session that ended");
}

#[test]
fn the_operators_list_of_events_is_whole_and_holds_no_other() {
    let source = include_str!("../../../../domain/src/events.rs");
    let names = source.split("impl EventKind").nth(1).unwrap().split("\n}\n").next().unwrap();
    let mut kinds: Vec<&str> =
        names.lines().filter_map(|line| line.split("=> \"").nth(1)?.split('"').next()).collect();
    let told = include_str!("../../../../docs/operate.md");
    let told = told.split("## The security log").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = told.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
    let mut listed: Vec<&str> =
        rows.flat_map(|row| row.split('`').filter(|word| !word.trim().starts_with(','))).collect();
    listed.retain(|word| !word.trim().is_empty());
    kinds.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, kinds);
}
