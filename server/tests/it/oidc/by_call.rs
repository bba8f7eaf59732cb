//! R116: an app is told that a code was spoken in a call, by what was really typed, and is told so as long as its tokens are renewed.
use super::party::Party;
use crate::harness::{ADA, House, NUMBER};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn r116_a_code_from_a_call_is_tel_and_one_from_a_text_sms() {
    for (by_call, amr) in [(true, json!(["pwd", "tel", "mfa"])), (false, json!(["pwd", "sms", "mfa"]))] {
        let house = House::new().await;
        house.account(ADA, &[NUMBER]).await;
        let app = Party::new(&house).await;
        let mut browser = house.browser();
        let page = app
            .sends(&mut browser, &[("scope", "openid offline_access"), ("prompt", "consent")])
            .await
            .page();
        let resume = page.hidden("resume").unwrap_or_default().to_owned();
        let knocked = [("username", ADA), ("password", crate::harness::PASSWORD), ("resume", &*resume)];
        assert_eq!(browser.post("/login", &knocked).await.location(), Some("/login/otp"));
        house.clock.pass(Duration::from_secs(30));
        let channel = if by_call { "voice" } else { "sms" };
        browser.submit("/login/otp", "/login/otp/resend", &[("channel", channel)]).await;
        browser.get("/login/otp").await;
        let typed = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
        let mut rest = super::party::rest(&mut browser, typed).await;
        if let super::party::Rest::Page(page) = rest {
            // The page about the app: its person agrees.
            let resume = page.hidden("resume").unwrap_or_default().to_owned();
            let agreed = browser.post("/oidc/consent", &[("resume", &resume), ("answer", "yes")]).await;
            rest = super::party::rest(&mut browser, agreed).await;
        }
        let tokens = app.redeems(&rest.app()).await;
        assert_eq!(tokens.claims["amr"], amr);
        let renewed = house.tokens(&app.renews(&tokens.refresh.unwrap()).await).await;
        assert_eq!(renewed.claims["amr"], amr, "and so are the tokens after it");
    }
}
