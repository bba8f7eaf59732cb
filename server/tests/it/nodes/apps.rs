//! What an operator says about apps and methods by command, all running nodes know at once: nothing of it is kept in a process.
use super::cluster::Cluster;
use super::on_both;
use crate::harness::process::Running;
use serde_json::Value;

on_both! {
    r112_a_switched_method_is_known_to_all_nodes_at_once
    r105_a_client_is_known_to_all_nodes_at_once_and_so_are_its_secrets
}

const CB: &str = "https://app.example.com/cb";

/// Runs a command to its good end; gives what it printed.
fn command(cluster: &Cluster, arguments: &[&str]) -> String {
    let done = cluster.installation.run(arguments, "");
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn secret(cluster: &Cluster, arguments: &[&str]) -> String {
    let document: Value = serde_json::from_str(&command(cluster, arguments)).unwrap();
    document["client_secret"].as_str().unwrap().to_owned()
}

/// What the app `app` is answered at a node that it asks without a page: an error by name, or a status of the node's own.
async fn asked(node: &Running, acr: &str) -> Result<String, u16> {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", "app"),
            ("redirect_uri", CB),
            ("response_type", "code"),
            ("scope", "openid"),
            ("prompt", "none"),
            ("acr_values", acr),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    let answer = node.client.get(format!("{}/oidc/authorize?{query}", node.origin)).send().await.unwrap();
    let Some(to) = answer.headers().get("location") else { return Err(answer.status().as_u16()) };
    let to = reqwest::Url::parse(to.to_str().unwrap()).unwrap();
    assert!(to.as_str().starts_with(CB), "{to}");
    Ok(to.query_pairs().find(|(name, _)| name == "error").unwrap().1.into_owned())
}

async fn supported(node: &Running) -> Value {
    let answer = node.client.get(format!("{}/.well-known/openid-configuration", node.origin)).send().await;
    answer.unwrap().json::<Value>().await.unwrap()["acr_values_supported"].clone()
}

/// Status and error of a made-up code shown with a secret: `invalid_grant` means that the client was admitted.
async fn admitted(node: &Running, secret: &str) -> (u16, String) {
    let form = [("grant_type", "authorization_code"), ("code", "none"), ("redirect_uri", CB)];
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let post = node.client.post(format!("{}/oidc/token", node.origin)).basic_auth("app", Some(secret));
    let answer =
        post.header("content-type", "application/x-www-form-urlencoded").body(form).send().await.unwrap();
    let status = answer.status().as_u16();
    assert_eq!(answer.headers().contains_key("www-authenticate"), status == 401, "{status}");
    (status, answer.json::<Value>().await.unwrap()["error"].as_str().unwrap().to_owned())
}

async fn r112_a_switched_method_is_known_to_all_nodes_at_once(cluster: Cluster) {
    secret(&cluster, &["client", "add", "app", "--redirect-uri", CB]);
    for node in &cluster.nodes {
        assert_eq!(supported(node).await, serde_json::json!(["simple_password_auth", "twilio_sms"]));
        assert_eq!(asked(node, "twilio_sms").await.unwrap(), "login_required");
    }
    command(&cluster, &["method", "disable", "twilio_sms"]);
    for node in &cluster.nodes {
        assert_eq!(supported(node).await, serde_json::json!(["simple_password_auth"]));
        assert_eq!(asked(node, "twilio_sms").await.unwrap(), "unmet_authentication_requirements");
        assert_eq!(asked(node, "simple_password_auth").await.unwrap(), "login_required");
    }
    command(&cluster, &["method", "enable", "twilio_sms"]);
    command(&cluster, &["method", "disable", "simple_password_auth"]);
    for node in &cluster.nodes {
        assert_eq!(supported(node).await, serde_json::json!(["twilio_sms"]));
        assert_eq!(asked(node, "simple_password_auth").await.unwrap(), "unmet_authentication_requirements");
        assert_eq!(asked(node, "twilio_sms").await.unwrap(), "login_required");
    }
}

async fn r105_a_client_is_known_to_all_nodes_at_once_and_so_are_its_secrets(cluster: Cluster) {
    let known = (400, "invalid_grant".to_owned());
    let unknown = (401, "invalid_client".to_owned());
    for node in &cluster.nodes {
        assert_eq!(
            asked(node, "twilio_sms").await,
            Err(400),
            "its own page: nobody knows where that address leads"
        );
        assert_eq!(admitted(node, "x").await, unknown);
    }
    let first = secret(&cluster, &["client", "add", "app", "--redirect-uri", CB]);
    for node in &cluster.nodes {
        assert_eq!(asked(node, "twilio_sms").await.unwrap(), "login_required");
        assert_eq!(admitted(node, &first).await, known);
        assert_eq!(admitted(node, "x").await, unknown);
    }
    let second = secret(&cluster, &["client", "rotate-secret", "app"]);
    for node in &cluster.nodes {
        assert_eq!(
            (admitted(node, &first).await, admitted(node, &second).await),
            (known.clone(), known.clone())
        );
    }
    let third = secret(&cluster, &["client", "rotate-secret", "app"]);
    for node in &cluster.nodes {
        assert_eq!(admitted(node, &first).await, unknown, "only the latest two hold");
        assert_eq!(
            (admitted(node, &second).await, admitted(node, &third).await),
            (known.clone(), known.clone())
        );
    }
    command(&cluster, &["client", "remove", "app"]);
    for node in &cluster.nodes {
        assert_eq!(asked(node, "twilio_sms").await, Err(400));
        assert_eq!(admitted(node, &third).await, unknown);
    }
    // What was shown stands in no log.
    for node in &cluster.nodes {
        let log = node.log();
        assert!([&first, &second, &third].iter().all(|secret| !log.contains(secret.as_str())));
    }
}
