//! An app as a test needs it: it asks, is answered, redeems. And a browser's way between the app and the house.
use crate::harness::{ADA, Answer, Browser, House, NUMBER, PASSWORD};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::client::{ClientSecret, WantedClient};
use domain::ports::Clients;
use http::{Method, StatusCode};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

pub const REDIRECT: &str = "https://app.example/cb";
pub const AFTER_LOGOUT: &str = "https://app.example/bye";
pub const SECRET: &str = "an app's secret with : and % and + and \u{e9}";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// What an app finds in the query of its address.
pub type Back = BTreeMap<String, String>;

/// An app.
pub struct Party<'a> {
    pub house: &'a House,
    pub id: String,
    confidential: bool,
    pkce: bool,
}

/// Ada, signed in with all she has.
pub async fn ada(house: &House) -> Browser {
    house.account(ADA, &[NUMBER]).await;
    house.signed_in(ADA).await
}

/// Where a journey comes to rest.
pub enum Rest {
    /// At the app.
    App(Back),
    /// At a page of the house.
    Page(Answer),
}

impl Rest {
    pub fn app(self) -> Back {
        match self {
            Self::App(back) => back,
            Self::Page(page) => panic!("{}: {}", page.status, page.text()),
        }
    }

    pub fn page(self) -> Answer {
        match self {
            Self::Page(page) => page,
            Self::App(back) => panic!("at the app: {back:?}"),
        }
    }
}

/// Tokens as an app gets them.
pub struct Tokens {
    pub access: String,
    pub refresh: Option<String>,
    pub id_token: String,
    pub claims: Value,
}

impl<'a> Party<'a> {
    /// A confidential client without PKCE, as the certification has them.
    pub async fn new(house: &'a House) -> Party<'a> {
        Self::with(house, "app", |wanted| wanted.waive_pkce = true).await
    }

    /// A client of this id, changed.
    pub async fn with(house: &'a House, id: &str, change: impl FnOnce(&mut WantedClient)) -> Party<'a> {
        let mut wanted = WantedClient {
            id: id.to_owned(),
            name: Some(format!("The {id}")),
            redirect_uris: vec![REDIRECT.to_owned()],
            post_logout_redirect_uris: vec![AFTER_LOGOUT.to_owned()],
            ..WantedClient::default()
        };
        change(&mut wanted);
        let client = wanted.judge(domain::time::Clock::now(&house.clock)).unwrap();
        let digest = (!client.public).then(|| ClientSecret::new(SECRET.to_owned()).digest());
        assert!(house.store.add(&client, digest.as_ref(), &house.operator()).await.unwrap());
        Self { house, id: id.to_owned(), confidential: !client.public, pkce: client.require_pkce }
    }

    /// The address of a request: the plain one with these on top; an empty value takes a parameter away.
    pub fn asks(&self, more: &[(&str, &str)]) -> String {
        format!("/oidc/authorize?{}", self.query(more))
    }

    pub fn query(&self, more: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let mut pairs = vec![
            ("client_id", &*self.id),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "the state"),
            ("nonce", "the nonce"),
        ];
        if self.pkce {
            pairs.extend([("code_challenge", &*challenge), ("code_challenge_method", "S256")]);
        }
        pairs.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        pairs.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// Goes there and as far as it leads without anybody's doing.
    pub async fn sends(&self, browser: &mut Browser, more: &[(&str, &str)]) -> Rest {
        let first = browser.get(&self.asks(more)).await;
        rest(browser, first).await
    }

    /// Calls an endpoint in the app's own name.
    pub async fn calls(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        let mut headers = Vec::new();
        if self.confidential {
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encoded(&self.id), encoded(SECRET));
            headers.push(("authorization", format!("Basic {}", STANDARD.encode(pair))));
        } else {
            fields.push(("client_id", &self.id));
        }
        self.posts(path, &fields, &headers).await
    }

    /// Posts a form as programs do.
    pub async fn posts(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, String)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut browser = self.house.browser();
        let mut request = browser.request(Method::POST, path);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        browser.send(request.body(Body::from(body)).unwrap()).await
    }

    /// The answer to redeeming a code.
    pub async fn shows(&self, code: &str) -> Answer {
        let mut fields =
            vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT)];
        if self.pkce {
            fields.push(("code_verifier", VERIFIER));
        }
        self.calls("/oidc/token", &fields).await
    }

    /// Redeems what it came back with.
    pub async fn redeems(&self, back: &Back) -> Tokens {
        let answer = self.shows(&back["code"]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        self.house.tokens(&answer).await
    }

    pub async fn renews(&self, refresh: &str) -> Answer {
        self.calls("/oidc/token", &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await
    }

    pub async fn introspects(&self, token: &str) -> Value {
        json(&self.calls("/oidc/introspect", &[("token", token)]).await)
    }

    /// Userinfo by the header.
    pub async fn userinfo(&self, access: &str) -> Answer {
        userinfo(self.house, access).await
    }
}

pub async fn userinfo(house: &House, access: &str) -> Answer {
    let mut browser = house.browser();
    let request =
        browser.request(Method::GET, "/oidc/userinfo").header("authorization", format!("Bearer {access}"));
    browser.send(request.body(Body::empty()).unwrap()).await
}

impl House {
    /// Reads a token answer; the ID token is checked by the house's own keys.
    pub async fn tokens(&self, answer: &Answer) -> Tokens {
        let told = json(answer);
        let text = |name: &str| told.get(name).and_then(Value::as_str).map(str::to_owned);
        let id_token = text("id_token").unwrap();
        let now = domain::time::Clock::now(&self.clock);
        let claims = self.app.core.signer.verify(&id_token, now).await.unwrap().expect("signed here");
        Tokens {
            access: text("access_token").unwrap(),
            refresh: text("refresh_token"),
            id_token,
            claims: serde_json::from_str(&claims).unwrap(),
        }
    }

    /// Types what the page asks for, until the app is reached or a page asks for something else.
    pub async fn finish(&self, browser: &mut Browser, mut page: Answer, name: &str) -> Rest {
        for _ in 0..3 {
            let next = if page.body.contains("name=\"password\"") && page.body.contains("name=\"username\"") {
                let resume = page.hidden("resume").unwrap_or_default().to_owned();
                let fields = [("username", name), ("password", PASSWORD), ("resume", &resume)];
                browser.post("/login", &fields).await
            } else if page.body.contains("action=\"/login/otp\"") {
                browser.post("/login/otp", &[("code", &self.newest_code())]).await
            } else {
                return Rest::Page(page);
            };
            match rest(browser, next).await {
                Rest::Page(next) => page = next,
                app @ Rest::App(_) => return app,
            }
        }
        Rest::Page(page)
    }
}

/// Follows the house's own redirects, and the page that goes on by itself.
pub async fn rest(browser: &mut Browser, mut answer: Answer) -> Rest {
    for _ in 0..6 {
        if let Some(to) = answer.location().map(str::to_owned) {
            if to.starts_with('/') {
                answer = browser.get(&to).await;
                continue;
            }
            return Rest::App(back(&to));
        }
        if let Some(to) = handed_over(&answer) {
            assert!(answer.body.contains(&format!("href=\"{}\"", escaped(&to))), "and a link");
            return Rest::App(back(&to));
        }
        return Rest::Page(answer);
    }
    panic!("no end of redirects");
}

/// Where a page goes on to by itself.
pub fn handed_over(answer: &Answer) -> Option<String> {
    let content = answer.body.split("http-equiv=\"refresh\" content=\"0;url=").nth(1)?.split('"').next()?;
    Some(content.replace("&amp;", "&"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
}

fn back(to: &str) -> Back {
    let query = to.strip_prefix(REDIRECT).unwrap_or_else(|| panic!("not the app's address: {to}"));
    let pairs = form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
    let mut back = Back::new();
    for (name, value) in pairs {
        assert!(back.insert(name.into_owned(), value.into_owned()).is_none(), "doubled in {to}");
    }
    back
}

pub fn json(answer: &Answer) -> Value {
    assert!(
        answer.header("content-type").starts_with("application/json"),
        "{}",
        answer.header("content-type")
    );
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}
