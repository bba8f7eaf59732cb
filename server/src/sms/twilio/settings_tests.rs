//! Which settings are taken, and what an operator reads when they are not.
use super::*;
use secrecy::SecretString;

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";
const KEY: &str = "SK0123456789abcdef0123456789abcdef";

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn secret(text: &str) -> Option<LiveSecret> {
    Some(SecretString::from(text).into())
}

fn good() -> TwilioOptions {
    TwilioOptions {
        account_sid: some(ACCOUNT),
        auth_token: secret("token"),
        from_number: some("+15005550006"),
        ..TwilioOptions::default()
    }
}

fn error(options: TwilioOptions) -> String {
    options.check().err().map(|error| error.to_string()).unwrap_or_default()
}

fn address(
    base_url: Option<&str>,
    edge: Option<&str>,
    region: Option<&str>,
) -> Result<String, SettingsError> {
    let options = TwilioOptions {
        base_url: base_url.map(str::to_owned),
        edge: edge.map(str::to_owned),
        region: region.map(str::to_owned),
        ..good()
    };
    options.check().map(|settings| settings.base_url.to_string())
}

#[test]
fn a_missing_property_is_named_as_operators_know_it() {
    let missing = |name: &str| format!("Missing required property \"{name}\"");
    assert_eq!(error(TwilioOptions { account_sid: None, ..good() }), missing("twilio_sid"));
    assert_eq!(error(TwilioOptions { auth_token: None, ..good() }), missing("twilio_token"));
    assert_eq!(error(TwilioOptions { auth_token: secret("  "), ..good() }), missing("twilio_token"));
    assert_eq!(error(TwilioOptions { from_number: some(""), ..good() }), missing("from_number"));
    assert_eq!(error(TwilioOptions { api_key_sid: some(KEY), ..good() }), missing("api_key_secret"));
    assert_eq!(error(TwilioOptions { api_key_secret: secret("s"), ..good() }), missing("api_key_sid"));
}

#[test]
fn an_api_key_and_a_messaging_service_go_first() {
    let options = TwilioOptions {
        api_key_sid: some(KEY),
        api_key_secret: secret("key-secret"),
        messaging_service_sid: some(SERVICE),
        ..good()
    };
    let settings = options.check().ok().unwrap();
    assert_eq!(settings.login.user, KEY);
    assert_eq!(settings.sender, Sender::Service(SERVICE.to_owned()));
    assert_eq!(settings.account_sid, ACCOUNT);
}

#[test]
fn a_malformed_property_is_refused_with_its_key() {
    for (options, key) in [
        (TwilioOptions { account_sid: some("AC123"), ..good() }, "account_sid"),
        (TwilioOptions { api_key_sid: some("SKx"), api_key_secret: secret("s"), ..good() }, "api_key_sid"),
        (TwilioOptions { messaging_service_sid: some(ACCOUNT), ..good() }, "messaging_service_sid"),
        (TwilioOptions { from_number: some("+0123"), ..good() }, "from_number"),
        (TwilioOptions { from_number: some("much too long a name"), ..good() }, "from_number"),
        (TwilioOptions { status_callback: some("https://my_host.example.org"), ..good() }, "callbacks"),
    ] {
        let text = error(options);
        assert!(text.starts_with(&format!("sms.twilio.{key}: ")), "{text}");
    }
    for sender in ["+12015550123", "12345", "Latchkey", "My Bank 24"] {
        assert!(TwilioOptions { from_number: some(sender), ..good() }.check().is_ok(), "{sender}");
    }
}

#[test]
fn r82_only_twilio_and_this_machine_are_asked() {
    assert_eq!(address(None, None, None).as_deref(), Ok("https://api.twilio.com/"));
    assert_eq!(
        address(None, Some("dublin"), Some("ie1")).as_deref(),
        Ok("https://api.dublin.ie1.twilio.com/")
    );
    for good in [
        "https://api.us1.twilio.com",
        "https://api.sydney.au1.twilio.com",
        "http://127.0.0.1:4010",
        "http://localhost:4010/",
        "http://[::1]:4010",
        "https://127.0.0.2",
    ] {
        assert!(address(Some(good), None, None).is_ok(), "{good}");
    }
    for bad in [
        "http://api.twilio.com",
        "https://api.ie1.twilio.com",
        "https://twilio.com",
        "https://api.twilio.com.evil.example",
        "https://evil.example",
        "https://api.twilio.com:8443",
        "https://api.twilio.com/path",
        "https://api.twilio.com?x=1",
        "https://user@api.twilio.com",
        "http://169.254.169.254",
        "http://127.0.0.1.evil.example",
        "http://0.0.0.0:4010",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "nonsense",
    ] {
        assert!(address(Some(bad), None, None).is_err(), "{bad}");
    }
}

#[test]
fn r82_edge_and_region_go_together() {
    for (edge, region) in
        [(Some("dublin"), None), (None, Some("ie1")), (Some("a.b"), Some("ie1")), (Some("x"), Some("Y"))]
    {
        assert!(address(None, edge, region).is_err(), "{edge:?} {region:?}");
    }
    assert!(address(Some("https://api.sydney.au1.twilio.com"), Some("dublin"), Some("ie1")).is_err());
    assert_eq!(
        address(Some("http://127.0.0.1:4010"), Some("dublin"), Some("ie1")).as_deref(),
        Ok("http://127.0.0.1:4010/")
    );
}

#[test]
fn no_callback_is_asked_for_without_the_key_of_its_signature() {
    let callback = some("https://id.example.org/");
    let with_token = TwilioOptions { status_callback: callback.clone(), ..good() }.check().ok().unwrap();
    assert_eq!(with_token.status_callback.as_deref(), Some("https://id.example.org"));
    let with_key_alone = TwilioOptions {
        auth_token: None,
        api_key_sid: some(KEY),
        api_key_secret: secret("s"),
        status_callback: callback,
        ..good()
    };
    assert_eq!(with_key_alone.check().ok().unwrap().status_callback, None);
}
