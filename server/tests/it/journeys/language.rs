//! People are spoken to in the language their browser asks for, in pages and messages.
use crate::harness::{ADA, House, NUMBER, PASSWORD};

#[tokio::test]
async fn pages_and_messages_follow_the_language_of_the_browser() {
    for (asked, tag, title, words) in [
        ("es-MX,es;q=0.9,en;q=0.5", "es", "Iniciar sesión", "es tu clave para entrar"),
        ("en-GB", "en", "Sign in", "is your sign-in code"),
        ("fr, es;q=0.4, en;q=0.3", "es", "Iniciar sesión", "es tu clave para entrar"),
        ("fr", "en", "Sign in", "is your sign-in code"),
        ("es;q=0, *", "en", "Sign in", "is your sign-in code"),
        (";;;,=,q=", "en", "Sign in", "is your sign-in code"),
    ] {
        let house = House::new().await;
        house.account(ADA, &[NUMBER]).await;
        let mut browser = house.browser().speaking(asked);
        let page = browser.get("/login").await;
        assert_eq!((page.header("content-language"), page.h1()), (tag, title.to_owned()), "{asked}");
        assert!(page.body.contains(&format!("<html lang=\"{tag}\"")), "{asked}");
        browser.post("/login", &[("username", ADA), ("password", PASSWORD)]).await;
        let texts = house.texts(NUMBER);
        assert!(texts[0].contains(words), "{asked}: {}", texts[0]);
    }
}
