//! A18: no other site makes our forms (R69, D8). Every form of the table, every way in which a post can be foreign.
use crate::harness::{ADA, Browser, House, NUMBER};
use axum::body::Body;
use http::{Method, Request};
use server::router::table;
use server::web::guard::GuardKind;
use server::web::route::Route;

struct Post {
    fetched: Option<&'static str>,
    origin: Option<&'static str>,
    token: Token,
    kind: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    Own,
    None,
    Empty,
    OfAnother,
    Twice,
}

const FORM: &str = "application/x-www-form-urlencoded";

impl Post {
    fn request(&self, browser: &Browser, path: &str, foreign: &str) -> Request<Body> {
        let mut request = browser.request(Method::POST, path).header("content-type", self.kind);
        if let Some(fetched) = self.fetched {
            request = request.header("sec-fetch-site", fetched);
        }
        if let Some(origin) = self.origin {
            request = request.header("origin", origin);
        }
        let own = &browser.token;
        let body = match self.token {
            Token::Own => format!("csrf={own}&label="),
            Token::None => String::new(),
            Token::Empty => "csrf=".to_owned(),
            Token::OfAnother => format!("csrf={foreign}"),
            Token::Twice => format!("csrf={own}&csrf={own}"),
        };
        request.body(Body::from(body)).unwrap()
    }
}

/// How a browser says where a post came from, and whether that is from us.
const FROM: [(Option<&str>, Option<&str>, bool); 13] = [
    (Some("same-origin"), Some("http://localhost:3000"), true),
    (Some("same-origin"), None, true),
    (None, Some("http://localhost:3000"), true),
    (None, Some("http://127.0.0.1:3000"), true),
    (None, None, true),
    (Some("cross-site"), None, false),
    (Some("cross-site"), Some("http://localhost:3000"), false),
    (Some("same-site"), None, false),
    (Some("none"), None, false),
    (Some(""), None, false),
    (None, Some("null"), false),
    (None, Some("https://evil.example"), false),
    (None, Some("http://localhost.evil.example"), false),
];

#[tokio::test]
async fn r69_every_form_is_ours_or_changes_nothing() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let browser = house.signed_in(ADA).await;
    let mut other = house.signed_in(ADA).await;
    other.get("/security").await;
    let sent = house.sent();
    let mut tried = 0;
    // What any page may send is kept and does nothing (R70): `oidc` looks at that.
    let ours = |route: &&Route| route.method == Method::POST && route.guard != GuardKind::FromAnywhere;
    for route in table().iter().filter(ours) {
        let path = route.path.replace("{id}", &"0".repeat(32));
        for (fetched, origin, ours) in FROM {
            for token in [Token::Own, Token::None, Token::Empty, Token::OfAnother, Token::Twice] {
                if ours && token == Token::Own {
                    continue;
                }
                let post = Post { fetched, origin, token, kind: FORM };
                let answer = browser.clone().send(post.request(&browser, &path, &other.token)).await;
                let wanted = if ours && token == Token::Twice { 400 } else { 403 };
                assert_eq!(answer.status, wanted, "{path} {fetched:?} {origin:?} {token:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 900, "{tried}");
    let mut browser = browser;
    assert_eq!(browser.get("/security").await.status, 200, "nobody was signed out");
    assert_eq!(house.sent(), sent, "nothing was sent");
}

#[tokio::test]
async fn r69_every_form_of_ours_is_taken_however_its_browser_names_us() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let mut browser = house.browser();
    let mut taken = 0;
    let ours = |route: &&Route| route.method == Method::POST && route.guard != GuardKind::FromAnywhere;
    for route in table().iter().filter(ours) {
        let path = route.path.replace("{id}", &"0".repeat(32));
        for (fetched, origin, _) in FROM.into_iter().filter(|(_, _, ours)| *ours) {
            // The one before may have signed out.
            if browser.get("/security").await.status != 200 {
                browser = house.signed_in(ADA).await;
                browser.get("/security").await;
            }
            let post = Post { fetched, origin, token: Token::Own, kind: FORM };
            let answer = browser.clone().send(post.request(&browser, &path, "")).await;
            let status = answer.status.as_u16();
            // Empty, or about what is not there: it is read, and answered in its own words.
            let words = matches!(status, 303 | 404 | 422) || (status == 400 && path.starts_with("/oidc/"));
            assert!(words, "{path} {fetched:?} {origin:?}: {status}");
            if path == "/logout" {
                assert_eq!(browser.clone().get("/security").await.location(), Some("/login"), "{origin:?}");
            }
            taken += 1;
        }
    }
    assert!(taken > 100, "{taken}");
}

#[tokio::test]
async fn r69_over_https_each_way_to_say_where_a_form_came_from_counts_as_it_must() {
    let house = House::with_twilio(&[("server.public_url", "https://id.example.com")]).await.0;
    let mut browser = house.browser();
    browser.headers = vec![("host", "id.example.com".to_owned())];
    browser.get("/login").await;
    let mut other = browser.clone();
    other.cookies.clear();
    other.get("/login").await;
    for fetched in [None, Some("same-origin"), Some("same-site"), Some("cross-site"), Some("none"), Some("")]
    {
        for (origin, ours) in [
            (None, true),
            (Some("https://id.example.com"), true),
            (Some("http://id.example.com"), false),
            (Some("https://id.example.com:444"), false),
            (Some("https://id.example.com.evil.example"), false),
            (Some("http://localhost:3000"), false),
            (Some("https://evil.example"), false),
            (Some("null"), false),
            (Some(""), false),
        ] {
            for token in [Token::Own, Token::None, Token::Empty, Token::OfAnother] {
                let post = Post { fetched, origin, token, kind: FORM };
                let answer = browser.clone().send(post.request(&browser, "/login", &other.token)).await;
                let from_us = fetched.map_or(ours, |fetched| fetched == "same-origin");
                let wanted = if from_us && token == Token::Own { 422 } else { 403 };
                assert_eq!(answer.status, wanted, "{fetched:?} {origin:?} {token:?}");
            }
        }
    }
}

#[tokio::test]
async fn r69_what_is_no_form_is_not_read() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    browser.get("/security").await;
    for kind in [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "",
        "application/x-www-form-urlencodedx",
    ] {
        let post = Post { fetched: Some("same-origin"), origin: None, token: Token::Own, kind };
        let answer = browser.clone().send(post.request(&browser, "/logout", "")).await;
        assert_eq!(answer.status, 403, "{kind}");
    }
    assert_eq!(browser.get("/security").await.status, 200);
    let post = Post { fetched: Some("same-origin"), origin: None, token: Token::Own, kind: FORM };
    let request = post.request(&browser, "/logout", "");
    assert_eq!(browser.send(request).await.location(), Some("/login"), "the genuine one works");
}

#[tokio::test]
async fn a18_the_token_of_before_the_sign_in_is_worth_nothing_after_it() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.get("/login").await;
    let before = browser.token.clone();
    house.sign_in(&mut browser, ADA).await;
    browser.get("/security").await;
    assert_ne!(browser.token, before);
    browser.token = before;
    assert_eq!(browser.post("/logout", &[]).await.status, 403);
}
