//! An app in front of several nodes: what it was given at one it shows at another.
use super::cluster::Cluster;
use crate::harness::process::Running;
use crate::harness::{Answer, Browser};
use axum::body::Body;
use http::{Method, Request};
use serde_json::Value;

const CB: &str = "https://app.example.com/cb";

/// An app that needs no PKCE, registered by command.
pub struct Party {
    secret: String,
}

impl Party {
    pub fn new(cluster: &Cluster) -> Self {
        let words = ["client", "add", "app", "--redirect-uri", CB, "--no-require-pkce"];
        let done = cluster.installation.run(&words, "");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let told: Value = serde_json::from_slice(&done.stdout).unwrap();
        Self { secret: told["client_secret"].as_str().unwrap().to_owned() }
    }

    /// The address of a request for everything.
    pub fn asks() -> String {
        let pairs = [
            ("client_id", "app"),
            ("redirect_uri", CB),
            ("response_type", "code"),
            ("scope", "openid offline_access"),
        ];
        format!(
            "/oidc/authorize?{}",
            form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
        )
    }

    /// A code, out of a browser that is signed in.
    pub async fn code(&self, browser: &mut Browser) -> String {
        let answer = browser.get(&Self::asks()).await;
        let to = reqwest::Url::parse(answer.header("location")).expect("the way to the app");
        assert!(to.as_str().starts_with(CB), "{to}");
        to.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
    }

    /// Shows a code or a refresh token, as a request of this program.
    pub fn shows(&self, program: &Browser, fields: &[(&str, &str)]) -> Request<Body> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs([("client_id", "app"), ("client_secret", &self.secret), ("redirect_uri", CB)]);
        form.extend_pairs(fields);
        let request = program.request(Method::POST, "/oidc/token");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(Body::from(form.finish())).unwrap()
    }

    pub async fn redeems(&self, node: &Running, code: &str) -> Answer {
        let mut program = node.browser();
        let request = self.shows(&program, &[("grant_type", "authorization_code"), ("code", code)]);
        program.send(request).await
    }

    pub async fn renews(&self, node: &Running, refresh: &str) -> Answer {
        let mut program = node.browser();
        let request = self.shows(&program, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]);
        program.send(request).await
    }

    /// Whether an access token opens userinfo at this node.
    pub async fn opens(&self, node: &Running, access: &str) -> bool {
        let asked = node.client.get(format!("{}/oidc/userinfo", node.origin)).bearer_auth(access);
        let status = asked.send().await.unwrap().status().as_u16();
        assert!(matches!(status, 200 | 401), "{status}");
        status == 200
    }
}
