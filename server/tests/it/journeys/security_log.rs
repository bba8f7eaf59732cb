//! The security log: each step of each journey leaves its events, in order, with who, where, and in which request (R128).
use crate::harness::{ADA, Browser, House, NUMBER, OTHER, PASSWORD};
use domain::id::{AccountId, PhoneId};
use domain::time::Clock as _;

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

/// The events of numbers: which number, what, when, by whom, from where.
const LIVES: &str = "SELECT phone_id || ' ' || kind || ' at ' || CAST(at AS TEXT) || ' by ' || actor || ' from ' || address \
    FROM events WHERE kind LIKE 'phone_%' ORDER BY id";

/// A house where numbers live.
struct Lives {
    house: House,
    ada: AccountId,
    log: Log,
}

impl Lives {
    /// A form, half a minute later and from that address.
    async fn sends(
        &self,
        browser: &mut Browser,
        from: &str,
        (page, path): (&str, &str),
        fields: &[(&str, &str)],
    ) {
        self.house.clock.pass_seconds(31);
        browser.peer.set_ip(from.parse().unwrap());
        browser.submit(page, path, fields).await;
    }

    /// The number that nobody has proven yet, or else the newest.
    async fn newest(&self) -> PhoneId {
        let phones = self.house.phones(&self.ada).await;
        let pending = phones.iter().find(|phone| phone.pending());
        pending.or(phones.iter().max_by_key(|phone| phone.added_at)).unwrap().id.clone()
    }

    /// What was written of numbers since: this of that number, just now.
    async fn tell(&mut self, phone: &PhoneId, what: &str, by: &str, from: &str) {
        let now = self.house.clock.now().as_millis();
        self.log.is(&self.house, what, &[&format!("{phone} {what} at {now} by {by} from {from}")]).await;
    }
}

#[tokio::test]
async fn r41_each_step_in_the_life_of_a_number_says_when_by_whom_and_from_where() {
    let house = House::with(&[
        ("otp.failures_before_lock", "2"),
        ("otp.sends_per_number_per_hour", "50"),
        ("otp.sends_per_number_per_day", "50"),
        ("otp.sends_per_account_per_day", "50"),
        ("session.fresh_seconds", "900"),
    ])
    .await;
    let log = Log::begun(&house, LIVES).await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let mut lives = Lives { house, ada, log };
    let first = lives.newest().await;
    lives.tell(&first, "phone_verified", "operator", "").await;
    let mut browser = lives.house.signed_in(ADA).await;
    let (new, confirm) = (("/security/phones/new", "/security/phones/new"), "/security/phones/confirm");

    lives.sends(&mut browser, "198.51.100.1", new, &[("phone", OTHER), ("label", "")]).await;
    let second = lives.newest().await;
    lives.tell(&second, "phone_added", "person", "198.51.100.1").await;
    let code = lives.house.code_to(OTHER);
    lives.sends(&mut browser, "198.51.100.2", (confirm, confirm), &[("code", &code)]).await;
    lives.tell(&second, "phone_verified", "person", "198.51.100.2").await;
    let page = format!("/security/phones/{second}");
    let way = |end: &str| format!("{page}{end}");
    // Of an address of the sixth version the part that a household shares.
    let six = ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
    lives.sends(&mut browser, six.0, (&page, &page), &[("label", "Work")]).await;
    lives.tell(&second, "phone_renamed", "person", six.1).await;
    lives.sends(&mut browser, "198.51.100.4", (&page, &way("/prefer")), &[]).await;
    lives.tell(&second, "phone_preferred", "person", "198.51.100.4").await;

    let third = "+12015550168";
    lives
        .sends(&mut browser, "198.51.100.5", (&way("/replace"), &way("/replace")), &[("phone", third)])
        .await;
    let begun = lives.newest().await;
    lives.tell(&begun, "phone_added", "person", "198.51.100.5").await;
    let code = lives.house.code_to(third);
    lives.sends(&mut browser, "198.51.100.6", (confirm, confirm), &[("code", &code)]).await;
    lives.tell(&begun, "phone_replaced", "person", "198.51.100.6").await;
    let remove = format!("/security/phones/{begun}/remove");
    lives.sends(&mut browser, "198.51.100.7", (&remove, &remove), &[]).await;
    lives.tell(&begun, "phone_removed", "person", "198.51.100.7").await;

    lives.sends(&mut browser, "198.51.100.8", new, &[("phone", OTHER), ("label", "")]).await;
    let begun = lives.newest().await;
    lives.tell(&begun, "phone_added", "person", "198.51.100.8").await;
    let remove = format!("/security/phones/{begun}/remove");
    lives.sends(&mut browser, "198.51.100.9", (&remove, &remove), &[]).await;
    lives.tell(&begun, "phone_removed", "person", "198.51.100.9").await;

    let mut stranger = lives.house.half_signed_in(ADA).await;
    let wrong = lives.house.wrong_code();
    for _ in 0..2 {
        let otp = ("/login/otp", "/login/otp");
        lives.sends(&mut stranger, "203.0.113.66", otp, &[("code", &wrong)]).await;
    }
    lives.tell(&first, "phone_locked", "person", "203.0.113.66").await;
    lives.house.clock.pass_seconds(31);
    let operator = lives.house.operator();
    let (store, phones) = (lives.house.store.clone(), [first.clone()]);
    assert_eq!(store.unlock_numbers(&lives.ada, &phones, &operator).await.unwrap(), phones);
    lives.tell(&first, "phone_unlocked", "operator", "").await;
    lives.house.clock.pass_seconds(31);
    let operator = lives.house.operator();
    store.remove_numbers(&lives.ada, &phones, &[], &operator).await.unwrap();
    lives.tell(&first, "phone_removed", "operator", "").await;
}

#[tokio::test]
async fn r41_a_replacement_says_which_number_went() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let mut browser = house.signed_in(ADA).await;
    let old = house.phones(&ada).await.into_iter().find(|phone| !phone.preferred).unwrap();
    assert_eq!(old.mask.last_digits, OTHER[10..]);
    let replace = format!("/security/phones/{}/replace", old.id);
    browser.submit(&replace, &replace, &[("phone", "+12015550168")]).await;
    house.clock.pass_seconds(1);
    let (confirm, code) = ("/security/phones/confirm", house.code_to("+12015550168"));
    browser.submit(confirm, confirm, &[("code", &code)]).await;
    let log = house.store.log_of(&ada, 50).await.unwrap();
    let now: Vec<_> = log.iter().filter(|event| event.line.at == house.clock.now()).collect();
    assert!(now.iter().any(|event| event.line.kind == "phone_replaced"), "{now:#?}");
    let went = now.iter().filter(|event| event.line.kind.starts_with("phone_")).any(|event| {
        let detail = event.line.detail.as_deref().unwrap_or_default();
        event.phone.as_ref().is_some_and(|(_, last)| *last == OTHER[10..]) || detail.ends_with(&OTHER[10..])
    });
    assert!(went, "the end of the old one's life is not in the log: {now:#?}");
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
