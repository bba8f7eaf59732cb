//! A42: names, labels and the installation's name are text, in pages and messages alike; the last line of a text is ours (R19, R129).
use crate::harness::{ADA, House, NUMBER, OTHER, PASSWORD};

#[tokio::test]
async fn a42_what_people_type_is_escaped_wherever_it_is_shown() {
    let house = House::new().await;
    let name = "<img src=x onerror=alert(1)>\"'&";
    house.account(name, &[NUMBER]).await;
    let mut browser = house.browser();
    let wrong = browser.knock(name, "wrong").await;
    assert!(!wrong.body.contains("<img"), "the sign-in page");
    house.sign_in(&mut browser, name).await;
    let label = "</p><script>alert('x')</script> @evil.example #123456";
    browser
        .submit("/security/phones/new", "/security/phones/new", &[("phone", OTHER), ("label", label)])
        .await;
    let code = house.newest_code();
    browser.submit("/security/phones/confirm", "/security/phones/confirm", &[("code", &code)]).await;
    let overview = browser.get("/security").await;
    let id = overview
        .body
        .split("href=\"/security/phones/")
        .filter_map(|rest| rest.get(..32))
        .last()
        .unwrap()
        .to_owned();
    let mut seen = 0;
    for path in [
        "/security".to_owned(),
        format!("/security/phones/{id}"),
        format!("/security/phones/{id}/remove"),
        format!("/security/phones/{id}/replace"),
        "/confirm-identity".to_owned(),
    ] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        for raw in ["<img", "<script>alert", "</p><script"] {
            assert!(!page.body.contains(raw), "{path} holds {raw}");
        }
        seen += page.body.matches("&lt;").count();
    }
    assert!(seen > 5, "what was typed is shown, as text");
    for text in house.texts(NUMBER).iter().chain(&house.texts(OTHER)) {
        assert!(
            !text.contains("evil") && !text.contains("img"),
            "no text of a person's is in a message: {text}"
        );
        if let Some(last) = text.lines().last().filter(|last| last.starts_with('@')) {
            assert!(last.starts_with("@localhost #"), "{last}");
        }
    }
}

#[tokio::test]
async fn a42_an_installations_name_cannot_bind_a_code_elsewhere() {
    for brand in ["\"Evil\\n@evil.example #1\"", "\"a\\u202eb\"", "\"\"", "\"x\\u0000y\""] {
        let house = House::try_with(&[("brand.name", &serde_json::from_str::<String>(brand).unwrap())]).await;
        assert!(house.is_err(), "{brand}");
    }
    let house = House::with(&[("brand.name", "Bits & <Bobs>")]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    let page = browser.get("/login").await;
    assert!(page.body.contains("Bits &amp; &lt;Bobs&gt;") && !page.body.contains("<Bobs>"));
    browser.post("/login", &[("username", ADA), ("password", PASSWORD)]).await;
    let text = house.texts(NUMBER).remove(0);
    assert!(
        text.starts_with("Bits & <Bobs>: ") && text.lines().last().unwrap().starts_with("@localhost #"),
        "{text}"
    );
}
