use super::*;
use secrecy::SecretString;

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn secret(text: &str) -> Option<LiveSecret> {
    Some(SecretString::from(text).into())
}

fn good() -> VonageOptions {
    VonageOptions {
        api_key: some("a1b2c3d4"),
        api_secret: secret("s3cret"),
        from: some("+12015550123"),
        ..VonageOptions::default()
    }
}

fn told(options: VonageOptions) -> String {
    options.check().err().unwrap().told()
}

#[test]
fn what_is_missing_is_named_with_its_remedy() {
    for (options, key) in [
        (VonageOptions { api_key: None, ..good() }, "api_key"),
        (VonageOptions { api_key: some("  "), ..good() }, "api_key"),
        (VonageOptions { api_secret: None, ..good() }, "api_secret"),
        (VonageOptions { api_secret: secret(" "), ..good() }, "api_secret"),
        (VonageOptions { from: None, ..good() }, "from"),
    ] {
        let text = told(options);
        assert!(text.starts_with(&format!("sms.vonage.{key}: is missing; set it")), "{text}");
    }
    assert_eq!(missing("api_key", "").to_string(), "Missing required property \"api_key\"");
}

#[test]
fn what_is_malformed_is_refused_with_its_key_and_without_the_secret() {
    for (options, key) in [
        (VonageOptions { api_key: some("a1b2:c3d4"), ..good() }, "api_key"),
        (VonageOptions { api_key: Some("a".repeat(65)), ..good() }, "api_key"),
        (VonageOptions { from: some("+0123"), ..good() }, "from"),
        (VonageOptions { from: some("much too long a name"), ..good() }, "from"),
        (VonageOptions { signature_secret: secret("topsecret"), ..good() }, "signature_secret"),
        (
            VonageOptions {
                signature_secret: secret("0123456789abcdef"),
                status_callback: some("https://my_host.example.org"),
                ..good()
            },
            "callbacks",
        ),
    ] {
        let text = told(options);
        assert!(text.starts_with(&format!("sms.vonage.{key}: must ")) || key == "callbacks", "{text}");
        assert!(text.starts_with(&format!("sms.vonage.{key}: ")), "{text}");
        assert!(!text.contains("topsecret"));
    }
}

#[test]
fn a_sender_is_written_as_vonage_takes_it() {
    for (typed, sent) in [
        ("+12015550123", "12015550123"),
        ("12015550123", "12015550123"),
        ("447700900001", "447700900001"),
        ("12345", "12345"),
        ("Latchkey", "Latchkey"),
        ("My Bank 24", "My Bank 24"),
    ] {
        let settings = VonageOptions { from: some(typed), ..good() }.check().ok().unwrap();
        assert_eq!(settings.from, sent, "{typed}");
    }
}

#[test]
fn r82_only_vonage_and_this_machine_are_asked() {
    let address = |text: Option<&str>| {
        let checked = VonageOptions { base_url: text.map(str::to_owned), ..good() }.check();
        checked.ok().map(|settings| settings.base_url.to_string())
    };
    assert_eq!(address(None).as_deref(), Some("https://api.nexmo.com/"));
    for fine in [
        "https://api.nexmo.com",
        "https://api-eu.nexmo.com/",
        "http://127.0.0.1:4010",
        "http://localhost:4010/",
        "http://[::1]:4010",
    ] {
        assert!(address(Some(fine)).is_some(), "{fine}");
    }
    for bad in [
        "http://api.nexmo.com",
        "https://nexmo.com",
        "https://rest.nexmo.com",
        "https://api.nexmo.com.evil.example",
        "https://api.nexmo.com:8443",
        "https://api.nexmo.com/v1/messages",
        "https://api.nexmo.com?x=1",
        "https://user@api.nexmo.com",
        "http://169.254.169.254",
        "http://127.0.0.1.evil.example",
        "ftp://127.0.0.1",
        "nonsense",
    ] {
        assert!(address(Some(bad)).is_none(), "{bad}");
    }
}

#[test]
fn no_callback_is_asked_for_without_the_key_of_its_signature() {
    let callback = some("https://id.example.org/");
    let with = VonageOptions {
        signature_secret: secret("0123456789abcdef"),
        status_callback: callback.clone(),
        ..good()
    };
    let with = with.check().ok().unwrap();
    assert_eq!(with.status_callback.as_deref(), Some("https://id.example.org"));
    assert!(with.callbacks.is_some());
    let without = VonageOptions { status_callback: callback, ..good() }.check().ok().unwrap();
    assert!(without.status_callback.is_none() && without.callbacks.is_none());
    let off = VonageOptions { signature_secret: secret("0123456789abcdef"), ..good() }.check().ok().unwrap();
    assert!(off.status_callback.is_none() && off.callbacks.is_none());
}
