//! The table of inputs tried: each gets a clear answer and changes nothing; what was typed is kept, passwords and codes are not.
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, PASSWORD};
use axum::body::Body;
use http::Method;

const NEW: &str = "/security/phones/new";

/// Field and value, the status, words of the alert, whether the value is shown again.
type Row<'a> = (&'a str, String, u16, &'a str, bool);

fn row<'a>(field: &'a str, value: impl Into<String>, status: u16, words: &'a str, kept: bool) -> Row<'a> {
    (field, value.into(), status, words, kept)
}

/// All that a bad input must leave as it was.
async fn state(house: &House) -> Vec<i64> {
    let mut counts = vec![i64::try_from(house.sent()).unwrap()];
    for sql in [
        "SELECT COUNT(*) FROM phones",
        "SELECT COUNT(*) FROM phones WHERE retired_at IS NULL AND verified_at IS NOT NULL",
        "SELECT COUNT(*) FROM phones WHERE label = 'Mine'",
        "SELECT COUNT(*) FROM flows",
        "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL",
        "SELECT COUNT(*) FROM failures",
    ] {
        counts.push(house.count(sql, &[]).await);
    }
    counts
}

fn check(row: &Row<'_>, answer: &Answer) {
    let (field, value, status, words, kept) = row;
    let shown: String = value.chars().take(60).collect();
    assert_eq!(answer.status.as_u16(), *status, "{field} = {shown:?}: {}", answer.text());
    assert!(answer.text().contains(words), "{field} = {shown:?}: {}", answer.text());
    if *status == 422 {
        assert!(answer.alert().is_some(), "{field} = {shown:?} is told in an alert");
        let cut: String = value.chars().filter(|c| !c.is_control()).take(256).collect();
        let wanted = if *kept { escaped(&cut) } else { String::new() };
        assert_eq!(answer.value(field).unwrap_or_default(), wanted, "{field} = {shown:?}");
        assert!(
            answer.body.contains(&format!("id=\"{field}-error\"")),
            "{field} = {shown:?} is told at the field"
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[tokio::test]
async fn names_and_passwords() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let before = state(&house).await;
    let mut browser = house.browser();
    for (name, password, field, words) in [
        ("", "", "username", "Enter your username"),
        ("   ", "x", "username", "Enter your username"),
        ("\u{a0}\t", "x", "username", "Enter your username"),
        (ADA, "", "password", "Enter your password"),
        (ADA, "wrong", "password", "Username and password do not match"),
        ("ada\0", PASSWORD, "password", "Username and password do not match"),
        ("<b>ada</b>", PASSWORD, "password", "Username and password do not match"),
        ("' OR 1=1 --", PASSWORD, "password", "Username and password do not match"),
        ("../../etc/passwd", "\u{202e}", "password", "Username and password do not match"),
        ("ada", &"x".repeat(10_000), "password", "Username and password do not match"),
        (&"n".repeat(10_000), PASSWORD, "password", "Username and password do not match"),
    ] {
        let answer = browser.knock(name, password).await;
        let of =
            |field| row(field, if field == "username" { name } else { "" }, 422, words, field == "username");
        check(&of(field), &answer);
        assert_eq!(answer.value("password").unwrap_or_default(), "", "a password is never sent back");
        assert!(password.len() < 9 || !answer.body.contains(password), "{name:?}");
    }
    assert_eq!(state(&house).await, before);
}

#[tokio::test]
async fn codes() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let before = state(&house).await;
    let words = "Enter all 6 digits of the code";
    for typed in [
        "",
        " ",
        "12345",
        "1234567",
        "abcdef",
        "12 34 5",
        "१२३४५६x",
        "-1e5",
        "0x1234",
        "12345\0",
        &"9".repeat(10_000),
    ] {
        check(&row("code", typed, 422, words, false), &browser.post("/login/otp", &[("code", typed)]).await);
    }
    assert_eq!(state(&house).await, before, "no try was spent");
    assert!(browser.get("/login/otp").await.text().contains("5 tries left"));
    let code = house.newest_code();
    let wide: String = code.chars().map(|c| char::from_u32(c as u32 - 0x30 + 0xff10).unwrap()).collect();
    let spaced = format!(" {}\u{a0}{}-{} ", &wide[..6], &wide[6..12], &wide[12..]);
    assert_eq!(
        browser.post("/login/otp", &[("code", &spaced)]).await.location(),
        Some("/security"),
        "{spaced}"
    );
}

#[tokio::test]
async fn arabic_digits_are_digits() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let code: String =
        house.newest_code().chars().map(|c| char::from_u32(c as u32 - 0x30 + 0x660).unwrap()).collect();
    assert_eq!(browser.post("/login/otp", &[("code", &code)]).await.location(), Some("/security"));
}

#[tokio::test]
async fn numbers_and_names_of_numbers() {
    let house = House::with(&[("phones.allowed_countries", "[\"US\", \"GB\"]")]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    let before = state(&house).await;
    let (none, looks, kind) = (
        "This number is not complete or not valid",
        "This does not look like a phone number",
        "This kind of number cannot get codes",
    );
    let country = "Codes cannot be sent to this country";
    for row in [
        row("phone", "", 422, "Enter a phone number", true),
        row("phone", "   ", 422, "Enter a phone number", true),
        row("phone", "hello", 422, looks, true),
        row("phone", "📱📱📱", 422, looks, true),
        row("phone", "<script>alert(1)</script>", 422, looks, true),
        row("phone", "+1", 422, none, true),
        row("phone", "+1 201 555", 422, none, true),
        row("phone", "+1 201 555 01234567", 422, none, true),
        row("phone", "+999 123456789", 422, "", true),
        row("phone", "911", 422, "", true),
        row("phone", "112", 422, "", true),
        row("phone", "+1 900 555 0100", 422, kind, true),
        row("phone", "+44 909 8790000", 422, kind, true),
        row("phone", "+881 612345678", 422, "", true),
        row("phone", "+882 16 12345678", 422, "", true),
        row("phone", "+33 6 12 34 56 78", 422, country, true),
        row("phone", "+1 201 555 0147 ext. 5", 422, "", true),
        row("phone", NUMBER, 422, "This number is in your list already", true),
        row("phone", "1".repeat(5_000), 422, "", true),
        row("phone", format!("+{}", "1".repeat(300)), 422, "", true),
    ] {
        let answer = browser.submit(NEW, NEW, &[("phone", &row.1), ("label", "Kept")]).await;
        check(&row, &answer);
        assert_eq!(answer.value("label"), Some("Kept"), "{:?}", row.1);
    }
    let long = "This name cannot be kept";
    for label in
        ["x".repeat(65), "a\u{202e}b".to_owned(), "a\nb".to_owned(), "\0".to_owned(), "y".repeat(9_000)]
    {
        let row = row("label", label, 422, long, true);
        let answer = browser.submit(NEW, NEW, &[("phone", OTHER), ("label", &row.1)]).await;
        check(&row, &answer);
        assert_eq!(answer.value("phone"), Some(OTHER));
    }
    assert_eq!(state(&house).await, before);
}

#[tokio::test]
async fn ids_and_channels() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let eve = house.account("eve", &[OTHER]).await;
    let own = house.phones(&ada).await.remove(0).id.to_string();
    let foreign = house.phones(&eve).await.remove(0).id.to_string();
    let mut browser = house.signed_in(ADA).await;
    browser.get("/security").await;
    let before = state(&house).await;
    let upper = own.to_uppercase();
    let ids = [
        "0",
        "..",
        "%2e%2e",
        "%00",
        "%ff",
        "' OR 1=1",
        &upper,
        &foreign,
        &"0".repeat(32),
        &"a".repeat(3_000),
        "💥",
    ];
    for id in ids {
        let id: String =
            form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace("%25", "%");
        for rest in ["", "/replace", "/remove"] {
            let answer = browser.clone().get(&format!("/security/phones/{id}{rest}")).await;
            assert!([400, 404].contains(&answer.status.as_u16()), "{id}{rest}: {}", answer.status);
        }
        for rest in ["", "/prefer", "/replace", "/remove", "/test", "/confirm"] {
            let path = format!("/security/phones/{id}{rest}");
            let answer = browser.clone().post(&path, &[("label", "Mine"), ("phone", "+12015550199")]).await;
            assert!([400, 404].contains(&answer.status.as_u16()), "{id}{rest}: {}", answer.status);
        }
        for path in [format!("/security/tests/{id}"), format!("/security/notices/{id}/dismiss")] {
            let answer = browser.clone().post(&path, &[("code", "123456")]).await;
            assert!([400, 404].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
        }
    }
    let mut half = house.half_signed_in("eve").await;
    let before_half = state(&house).await;
    house.clock.pass_seconds(60);
    for channel in ["fax", "pigeon", "VOICE", "SMS", "sms "] {
        assert_eq!(half.post("/login/otp/resend", &[("channel", channel)]).await.status, 400, "{channel}");
        assert_eq!(
            browser.post("/confirm-identity/send", &[("channel", channel)]).await.status,
            400,
            "{channel}"
        );
    }
    for phone in [own.as_str(), "nonsense", &"0".repeat(32)] {
        assert_eq!(half.post("/login/otp/resend", &[("phone", phone)]).await.status, 404, "{phone}");
        let foreign = if phone == own { &foreign } else { phone };
        assert_eq!(
            browser.post("/confirm-identity/send", &[("phone", foreign)]).await.status,
            404,
            "{foreign}"
        );
    }
    assert_eq!(state(&house).await, before_half);
    assert_eq!(before_half[0], before[0] + 1, "only eve's own code went out");
}

#[tokio::test]
async fn bodies_that_are_no_form() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.get("/login").await;
    let before = state(&house).await;
    let token = browser.token.clone();
    let send = async |browser: &Browser, body: Vec<u8>| {
        let request = browser
            .request(Method::POST, "/login")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        browser.clone().send(request).await.status.as_u16()
    };
    let form = |rest: &str| format!("csrf={token}&{rest}").into_bytes();
    for (body, status) in [
        (Vec::new(), 403),
        (b"\xff\xfe\x00".to_vec(), 403),
        (b"&&&=&=".to_vec(), 400),
        (b"&&&=".to_vec(), 403),
        (form("username=ada&username=eve&password=x"), 400),
        (form("username=ada&password=x&%70assword=y"), 400),
        (form("username=%ff%fe&password=%00"), 422),
        (form("username=%zz&password=%"), 422),
        (form("unknown=1&password=&username="), 422),
        (form(&format!("username=ada&password={}", "x".repeat(20_000))), 413),
        (form(&"a=1&".repeat(4_000)), 400),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert_eq!(send(&browser, body).await, status, "{shown}");
    }
    assert_eq!(
        house.passwords.compared(),
        2,
        "only what could be read as a form with both fields met a hash"
    );
    assert_eq!(state(&house).await, before);
}
