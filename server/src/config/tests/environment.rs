//! Settings by the environment: which win, how they are written, and what is said of those that are none.
use super::{refused, settings, told};
use crate::config::Provider;

#[test]
fn r135_the_same_holds_for_the_environment_which_is_named() {
    for (name, value, remedy) in [
        ("LATCHKEY_OTP__DIGITS", "six", "otp.digits: must be a whole number from 6 to 10, without quotes"),
        ("LATCHKEY_OTP__DIGITS", "\"6\"", "otp.digits: must be a whole number from 6 to 10, without quotes"),
        ("LATCHKEY_OTP__TTL_SECONDS", "5m", "otp.ttl_seconds: must be a whole number from 1 to 600"),
        ("LATCHKEY_LIMITS__SENDS_PER_DAY", "many", "must be a whole number from 0 to 4294967295"),
        ("LATCHKEY_OTP__DIGITS", "", "otp.digits: must be a whole number"),
        ("LATCHKEY_OTP__DIGITS", "6\nfailures_before_lock = 7", "otp.digits: must be a whole number"),
        ("LATCHKEY_OTP__DIGIT", "6", "did you mean otp.digits?"),
        ("LATCHKEY_SMS__PROVIDERS", "outbox", "a list of texts"),
        ("LATCHKEY_SMS__TWILIO__AUTH_TOKN", "hush-hush", "did you mean sms.twilio.auth_token?"),
        ("LATCHKEY_PHONES__ALLOW_VOIP", "TRUE", "true or false"),
        ("LATCHKEY_SERVER_LISTEN", "127.0.0.1:1", "write LATCHKEY_SERVER__LISTEN"),
        ("LATCHKEY_SMS_TWILIO_FROM_NUMBER", "+12015550123", "write LATCHKEY_SMS__TWILIO__FROM_NUMBER"),
        ("LATCHKEY_SERVER__LISTEN__PORT", "3000", "there is no such key"),
        ("LATCHKEY_BRAND__NAME", "\u{fffd}", "write brand.name in UTF-8"),
        ("LATCHKEY_SERVER__PUBLIC_URL", "ftp://id.example.com", "server.public_url: "),
        ("LATCHKEY_OTP__TTL_SECONDS", "601", "otp.ttl_seconds: "),
        ("LATCHKEY_SMS__VONAGE__BASE_URL", "https://evil.example.com", "sms.vonage.base_url: "),
    ] {
        let told = refused("", &[(name, value)]);
        assert!(told.contains(name) && told.contains(remedy), "{told}");
        assert!(!told.chars().any(char::is_control) && !told.contains("hush-hush"), "{told}");
    }
    let twice = [
        ("LATCHKEY_SMS__TWILIO__AUTH_TOKEN", "hush-hush"),
        ("LATCHKEY_SMS__TWILIO__TWILIO_TOKEN", "hush-hush"),
    ];
    assert!(refused("", &twice).contains("keep one"));
}

#[test]
fn a_variable_that_is_no_setting_is_named_with_the_one_that_was_meant() {
    for (name, meant) in [
        ("LATCHKEY_LISTEN", "did you mean LATCHKEY_SERVER__LISTEN?"),
        ("LATCHKEY_PUBLIC_URL", "did you mean LATCHKEY_SERVER__PUBLIC_URL?"),
        ("LATCHKEY_TWILIO_AUTH_TOKEN", "did you mean LATCHKEY_SMS__TWILIO__AUTH_TOKEN?"),
        ("LATCHKEY_OTP_DIGIT", "did you mean LATCHKEY_OTP__DIGITS?"),
        ("LATCHKEY_SERVICE_HOST", "LATCHKEY_SECTION__KEY"),
        ("LATCHKEY_", "LATCHKEY_SECTION__KEY"),
    ] {
        let config = settings("[sms]\nproviders = [\"outbox\"]", &[(name, "hush-hush")]).unwrap();
        assert_eq!(config.strangers.len(), 1, "{name}");
        let told = &config.strangers[0];
        assert!(told.starts_with(&format!("{name}: ")) && told.contains(meant), "{told}");
        assert!(!told.contains("hush-hush"), "{told}");
    }
    let own = [
        ("LATCHKEY_OTP__DIGITS", "6"),
        ("LATCHKEY_TEST_POSTGRES", "x"),
        ("LATCHKEY_BIN", "x"),
        ("LATCHKEY_WASM_COMPILER", "x"),
    ];
    assert_eq!(settings("[sms]\nproviders = [\"outbox\"]", &own).unwrap().strangers, Vec::<String>::new());
}

#[test]
fn the_environment_wins_and_speaks_toml_where_it_is_not_text() {
    let config = settings(
        "[otp]\ndigits = 7\n[sms]\nproviders = [\"twilio\"]\n[sms.twilio]\nauth_token_file = \"/nowhere\"\ntwilio_sid = \"AC1\"",
        &[
            ("LATCHKEY_OTP__DIGITS", "8"),
            ("LATCHKEY_OTP__RESEND_AFTER_SECONDS", "[1, 2]"),
            ("LATCHKEY_SERVER__LISTEN", "[::1]:4000"),
            ("LATCHKEY_BRAND__NAME", "7"),
            ("LATCHKEY_PHONES__ALLOW_VOIP", "false"),
            ("LATCHKEY_PHONES__ALLOWED_COUNTRIES", "[\"GB\", \"us\"]"),
            // Each of these takes the place of its twin in the file.
            ("LATCHKEY_SMS__TWILIO__AUTH_TOKEN", "[not] a list"),
            ("LATCHKEY_SMS__TWILIO__ACCOUNT_SID", "AC2"),
            ("LATCHKEY_TEST_RUN", "not ours"),
            ("PATH", "/bin"),
        ],
    )
    .unwrap();
    assert_eq!(config.policy.otp.digits(), 8);
    assert_eq!(config.policy.otp.resend_after(9).as_secs(), 2);
    assert_eq!(config.listen.to_string(), "[::1]:4000");
    assert_eq!(config.site.brand, "7");
    assert!(!config.allow_voip);
    assert_eq!(config.allowed_countries, ["GB", "US"]);
    let [Provider::Twilio(options)] = config.providers.as_slice() else { panic!("not Twilio") };
    assert_eq!(options.account_sid.as_deref(), Some("AC2"));
    assert_eq!(told(&options.auth_token), Some("[not] a list".to_owned()));
}

#[test]
fn links_come_from_the_environment_too() {
    let links = "[{ text = \"Privacy\", url = \"https://example.com/privacy\" }]";
    let environment = [("LATCHKEY_BRAND__FOOTER_LINKS", links), ("LATCHKEY_SMS__PROVIDERS", "[\"outbox\"]")];
    let config = settings("", &environment).unwrap();
    assert_eq!(config.site.theme.look.links.len(), 1);
    let six = format!("footer_links = [{}]", ["{ text = \"x\", url = \"https://a.example\" }"; 6].join(", "));
    assert!(refused(&format!("[brand]\n{six}"), &[]).contains("keep 5 at most"));
}
