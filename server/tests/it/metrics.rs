//! Figures for whoever watches: on the listener that is set for them, nowhere else, and without anybody's name (R138, R142).
use crate::harness::process::Installation;
use crate::harness::{ADA, NUMBER, PASSWORD, code_in, other_code};

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r138_r142_figures_are_on_the_admin_listener_alone_and_name_nobody() {
    let admin = format!("127.0.0.1:{}", free_port());
    let installation = Installation::new(&[("server.admin_listen", &admin)]);
    let words = ["user", "add", ADA, "--password-stdin", "--phone", NUMBER];
    assert!(installation.run(&words, &format!("{PASSWORD}\n")).status.success());
    let portal = installation.serve().await;
    let mut browser = portal.browser();
    browser.knock(ADA, "not the right password").await;
    browser.knock(ADA, PASSWORD).await;
    let code = portal.texts().await.iter().find_map(|text| code_in(text)).unwrap();
    browser.get("/login/otp").await;
    browser.post("/login/otp", &[("code", &other_code(&code))]).await;
    assert_eq!(browser.post("/login/otp", &[("code", &code)]).await.location(), Some("/security"));
    browser.get("/security").await;
    browser.get("/security/phones/0123456789abcdef0123456789abcdef").await;
    assert_eq!(browser.get("/metrics").await.status, 404);
    let answer = portal.client.get(format!("http://{admin}/metrics")).send().await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = answer.text().await.unwrap();
    for line in [
        "latchkey_messages_total{provider=\"outbox\",channel=\"sms\",country=\"1\",outcome=\"taken\",problem=\"\"} 1",
        "latchkey_codes_sent_total{purpose=\"sign_in\",country=\"1\",channel=\"sms\"} 1",
        "latchkey_codes_returned_total{purpose=\"sign_in\",country=\"1\",channel=\"sms\"} 1",
        "latchkey_code_return_seconds_count{country=\"1\",channel=\"sms\"} 1",
        "latchkey_codes_typed_total{purpose=\"sign_in\",country=\"1\",outcome=\"wrong\"} 1",
        "latchkey_codes_typed_total{purpose=\"sign_in\",country=\"1\",outcome=\"right\"} 1",
        "latchkey_passwords_total{outcome=\"wrong\"} 1",
        "latchkey_passwords_total{outcome=\"right\"} 1",
        "latchkey_sign_ins_total{acr=\"twilio_sms\"} 1",
        "latchkey_hashes_waiting 0",
        "latchkey_delivery_health 0",
        "latchkey_request_seconds_count{method=\"GET\",page=\"/security/phones/{id}\",status=\"4xx\"} 1",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\nis not in\n{text}");
    }
    for private in [ADA, &NUMBER[1..], &code, "0123456789abcdef0123456789abcdef"] {
        assert!(!text.contains(private), "{private} is in the figures");
    }
    let probed = portal.client.get(format!("http://{admin}/login")).send().await.unwrap();
    assert_eq!(probed.status(), 404, "no page is served there");
}
