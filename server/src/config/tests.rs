//! Promises about settings: what is refused and in which words, what the environment does, that the example is whole.
mod environment;

use super::*;
use std::fs;

/// Loads settings from this text and this environment.
fn settings(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.toml");
    fs::write(&file, text).unwrap();
    let environment: Vec<(String, String)> =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    load(Some(&file), &environment)
}

/// What a secret says.
fn told(secret: &Option<crate::sms::live_secret::LiveSecret>) -> Option<String> {
    secret.as_ref().map(|secret| secrecy::ExposeSecret::expose_secret(&secret.now()).to_owned())
}

fn refused(text: &str, environment: &[(&str, &str)]) -> String {
    match settings(text, environment) {
        Ok(_) => panic!("accepted: {text} {environment:?}"),
        Err(error) => error.to_string(),
    }
}

/// Settings, the key the refusal names, a piece of the remedy.
const BAD: &[(&str, &str, &str)] = &[
    // Addresses.
    ("[server]\nlisten = \"3000\"", "server.listen", "such as 127.0.0.1:3000"),
    ("[server]\nlisten = \"localhost:3000\"", "server.listen", "such as 127.0.0.1:3000"),
    ("[server]\nlisten = \"127.0.0.1:70000\"", "server.listen", "such as 127.0.0.1:3000"),
    ("[server]\nadmin_listen = \"9000\"", "server.admin_listen", "such as 127.0.0.1:3000"),
    ("[server]\nadmin_listen = \"127.0.0.1:3000\"", "server.admin_listen", "another port"),
    ("[server]\npublic_url = \"id.example.com\"", "server.public_url", "such as https://id.example.com"),
    ("[server]\npublic_url = \"\"", "server.public_url", "such as https://id.example.com"),
    ("[server]\npublic_url = \"ftp://id.example.com\"", "server.public_url", "http:// or https://"),
    ("[server]\npublic_url = \"http://id.example.com\"", "server.public_url", "must be https://"),
    ("[server]\npublic_url = \"http://127.0.0.1.example.com\"", "server.public_url", "must be https://"),
    ("[server]\npublic_url = \"https://id.example.com/portal\"", "server.public_url", "nothing behind it"),
    ("[server]\npublic_url = \"https://id.example.com/?a=b\"", "server.public_url", "nothing behind it"),
    ("[server]\npublic_url = \"https://id.example.com/#top\"", "server.public_url", "nothing behind it"),
    ("[server]\npublic_url = \"https://me:pw@id.example.com\"", "server.public_url", "nothing behind it"),
    (
        "[server]\npublic_url = \"https://ID.example.com\"",
        "server.public_url",
        "write it as https://id.example.com",
    ),
    (
        "[server]\npublic_url = \"https://id.example.com:443\"",
        "server.public_url",
        "write it as https://id.example.com",
    ),
    (
        "[server]\npublic_url = \" https://id.example.com\"",
        "server.public_url",
        "write it as https://id.example.com",
    ),
    ("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]", "server.trusted_proxies", "a range such as 10.0.0.0/8"),
    ("[server]\ntrusted_proxies = [\"proxy.local\"]", "server.trusted_proxies", "a range such as 10.0.0.0/8"),
    ("[server]\ntrusted_proxies = [\"0.0.0.0/0\"]", "server.trusted_proxies", "name your proxies alone"),
    ("[server]\ntrusted_proxies = \"10.0.0.1\"", "server.trusted_proxies", "a list of texts"),
    // Database and key.
    ("[database]\nurl = \"mysql://localhost/x\"", "database.url", "sqlite://data/latchkey.db"),
    ("[database]\nurl = \"sqlite::memory:\"", "database.url", "sqlite://data/latchkey.db"),
    ("[database]\nurl = \"postgres://user@host\"", "database.url", "postgres://USER:PASSWORD@HOST/DATABASE"),
    ("[database]\nurl = \"\"", "database.url", "sqlite://data/latchkey.db"),
    ("[database]\nurl_file = \"/nowhere/at/all\"", "database.url_file", "check path and rights"),
    ("[database]\nurl = \"sqlite://x\"\nurl_file = \"y\"", "database.url", "keep one"),
    ("[secrets]\nkey_file = \"\"", "secrets.key_file", "such as data/secret.key"),
    // Figures beyond the standard's ceilings, or of the wrong kind.
    ("[otp]\ndigits = 5", "otp.digits", "from 6 to 10"),
    ("[otp]\ndigits = 11", "otp.digits", "from 6 to 10"),
    ("[otp]\ndigits = 262", "otp.digits", "from 6 to 10"),
    ("[otp]\ndigits = \"6\"", "otp.digits", "a whole number"),
    ("[otp]\ndigits = -6", "otp.digits", "a whole number"),
    ("[otp]\ndigits = 6.5", "otp.digits", "a whole number"),
    ("[otp]\nttl_seconds = 601", "otp.ttl_seconds", "to 600"),
    ("[otp]\nttl_seconds = 0", "otp.ttl_seconds", "from 1 to 600"),
    ("[otp]\ntries = 0", "otp.tries", "from 1"),
    ("[otp]\nfailures_before_lock = 101", "otp.failures_before_lock", "to 100"),
    ("[otp]\nfailures_before_lock = 0", "otp.failures_before_lock", "from 1"),
    ("[otp]\nresend_after_seconds = []", "otp.resend_after_seconds", "at least one pause"),
    ("[otp]\nresend_after_seconds = [30, \"60\"]", "otp.resend_after_seconds", "a list of whole numbers"),
    ("[otp]\nsends_per_number_per_hour = 0", "otp.sends_per_number_per_hour", "at least 1"),
    ("[otp]\nsends_per_number_per_day = 0", "otp.sends_per_number_per_day", "at least 1"),
    ("[otp]\nsends_per_account_per_day = 0", "otp.sends_per_account_per_day", "at least 1"),
    ("[limits]\nsends_per_minute = -1", "limits.sends_per_minute", "a whole number"),
    ("[limits]\nsends_per_minute = 4294967296", "limits.sends_per_minute", "a whole number"),
    ("[session]\nabsolute_seconds = 86401", "session.absolute_seconds", "to 86400"),
    ("[session]\nidle_seconds = 90000", "session.idle_seconds", "session.absolute_seconds"),
    ("[session]\nfresh_seconds = 3600", "session.fresh_seconds", "to 900"),
    ("[signing]\nkey_bits = 1024", "signing.key_bits", "2048, 3072 or 4096"),
    ("[signing]\nkey_bits = 3071", "signing.key_bits", "2048, 3072 or 4096"),
    // Phones.
    ("[phones]\nmax_per_account = 0", "phones.max_per_account", "from 1 to 20"),
    ("[phones]\nallowed_countries = []", "phones.allowed_countries", "at least one country"),
    ("[phones]\nallowed_countries = [\"US\", \"XX\"]", "phones.allowed_countries", "ISO 3166"),
    ("[phones]\nallowed_countries = [\"UK\", \"US\"]", "phones.allowed_countries", "ISO 3166"),
    ("[phones]\nallowed_countries = [\"001\", \"US\"]", "phones.allowed_countries", "ISO 3166"),
    (
        "[phones]\nallowed_countries = [\"US\\n\"]\ndefault_country = \"CA\"",
        "phones.default_country",
        "one of phones.allowed_countries",
    ),
    // Of providers that are not used.
    (
        "[sms]\nproviders = [\"outbox\"]\n[sms.twilio]\ncallbacks = \"sometimes\"",
        "sms.twilio.callbacks",
        "\"auto\"",
    ),
    (
        "[sms]\nproviders = [\"outbox\"]\n[sms.twilio]\nbase_url = \"https://evil.example.com\"",
        "sms.twilio.base_url",
        "a loopback address",
    ),
    ("[sms]\nproviders = [\"outbox\"]\n[sms.twilio]\nedge = \"dublin\"", "sms.twilio.region", "set both"),
    (
        "[sms]\nproviders = [\"outbox\"]\n[sms.vonage]\nbase_url = \"https://evil.example.com\"",
        "sms.vonage.base_url",
        "a loopback address",
    ),
    ("[phones]\ndefault_country = \"RU\"", "phones.default_country", "one of phones.allowed_countries"),
    ("[phones]\nallow_voip = \"yes\"", "phones.allow_voip", "true or false"),
    // Providers.
    ("[sms]\nproviders = []", "sms.providers", "\"twilio\""),
    ("[sms]\nproviders = [\"carrier-pigeon\"]", "sms.providers", "use \"twilio\", \"vonage\" or \"outbox\""),
    ("[sms]\nproviders = [\"a\\nb\"]", "sms.providers", "use \"twilio\", \"vonage\" or \"outbox\""),
    ("[sms]\nproviders = [\"outbox\", \"outbox\"]", "sms.providers", "name each once"),
    (
        "[server]\npublic_url = \"https://id.example.com\"\n[sms]\nproviders = [\"outbox\"]",
        "sms.providers",
        "loopback address",
    ),
    ("[sms.twilio]\ncallbacks = \"sometimes\"", "sms.twilio.callbacks", "\"auto\""),
    (
        "[sms.twilio]\nauth_token_file = \"/nowhere/at/all\"",
        "sms.twilio.auth_token_file",
        "check path and rights",
    ),
    (
        "[sms.twilio]\nauth_token = \"hush-hush\"\nauth_token_file = \"x\"",
        "sms.twilio.auth_token",
        "keep one",
    ),
    (
        "[sms.twilio]\nauth_token = \"hush-hush\"\ntwilio_token = \"hush-hush\"",
        "sms.twilio.auth_token",
        "keep one",
    ),
    ("[sms.twilio]\naccount_sid = \"AC1\"\ntwilio_sid = \"AC1\"", "sms.twilio.account_sid", "keep one"),
    ("[sms.twilio]\nauth_token = 12345", "sms.twilio.auth_token", "text in quotes"),
    // Words and log.
    ("[brand]\nname = \"\"", "brand.name", "1 to 32 characters"),
    ("[brand]\nname = \"abcdefghijklmnopqrstuvwxyzabcdefghijk\"", "brand.name", "1 to 32 characters"),
    ("[brand]\nname = \"a\\u202Eb\"", "brand.name", "none of them invisible"),
    ("[brand]\nsupport_url = \"javascript:alert(1)\"", "brand.support_url", "https:// or mailto:"),
    ("[brand]\naccent = \"red\"", "brand.accent", "# and six hex digits"),
    ("[brand]\naccent = \"#fff\"", "brand.accent", "# and six hex digits"),
    ("[brand]\naccent = \"#0b5fff;}*{display:none\"", "brand.accent", "# and six hex digits"),
    ("[brand]\naccent = \"#ff6600\"", "brand.accent", "is the nearest shade that can"),
    ("[brand]\naccent = \"#ffffff\"", "brand.accent", "on light pages"),
    ("[brand]\naccent = \"#7a0019\"\naccent_dark = \"#7a0019\"", "brand.accent_dark", "on dark pages"),
    ("[brand]\naccent_dark = \"#7fb0ff\"", "brand.accent_dark", "set that too"),
    ("[brand]\nlogo_file = \"/nowhere/at/all\"", "brand.logo_file", "check path and rights"),
    ("[brand]\nlogo_file = \"/\"", "brand.logo_file", "check path and rights"),
    ("[brand]\nfooter_links = [\"https://example.com\"]", "brand.footer_links", "text = \"Privacy\""),
    ("[brand]\nfooter_links = [{ text = \"x\" }]", "brand.footer_links", "url ="),
    (
        "[brand]\nfooter_links = [{ text = \"x\", url = \"https://a.example\", rel = \"me\" }]",
        "brand.footer_links",
        "text = \"Privacy\"",
    ),
    (
        "[brand]\nfooter_links = [{ text = \"x\", url = \"http://a.example\" }]",
        "brand.footer_links",
        "begin with https://",
    ),
    (
        "[brand]\nfooter_links = [{ text = \"x\", url = \"javascript:alert(1)\" }]",
        "brand.footer_links",
        "begin with https://",
    ),
    (
        "[brand]\nfooter_links = [{ text = \"x\", url = \"https://me:pw@a.example\" }]",
        "brand.footer_links",
        "begin with https://",
    ),
    (
        "[brand]\nfooter_links = [{ text = \" \", url = \"https://a.example\" }]",
        "brand.footer_links",
        "1 to 40 characters",
    ),
    ("[log]\nformat = \"xml\"", "log.format", "\"json\""),
    ("[log]\nlevel = \"loud\"", "log.level", "\"info\""),
    // Shape.
    ("[server]\nlisen = \"127.0.0.1:3000\"", "server.lisen", "did you mean server.listen?"),
    ("[otp]\nfresh_seconds = 300", "otp.fresh_seconds", "did you mean session.fresh_seconds?"),
    ("[sms.twillio]\nfrom_number = \"+12015550123\"", "sms.twillio", "there is no such key"),
    ("listen = \"127.0.0.1:3000\"", "listen", "did you mean server.listen?"),
    (
        "[sms]\nproviders = [\"vonage\"]\n[sms.vonage]\ncallbacks = \"perhaps\"",
        "sms.vonage.callbacks",
        "\"never\"",
    ),
    ("[sms]\nproviders = [\"vonage\", \"twilio\", \"vonage\"]", "sms.providers", "name each once"),
    (
        "[sms.vonage]\napi_secrt = \"hush-hush\"",
        "sms.vonage.api_secrt",
        "did you mean sms.vonage.api_secret?",
    ),
    ("[telegram]\ntoken = \"hush-hush\"", "telegram", "latchkey.example.toml"),
    ("server = 3", "server", "[server]"),
    ("[server.listen]\nport = 3", "server.listen", "text in quotes"),
    ("[server\nlisten = 3", "test.toml", "line 1"),
    ("[server]\n\nlisten = hush-hush", "test.toml", "line 3"),
    ("[sms.twilio]\nauth_token = \"hush-hush", "test.toml", "line 2"),
];

#[test]
fn r135_bad_settings_are_refused_in_one_line_with_key_and_remedy() {
    assert!(BAD.len() >= 40);
    for (text, key, remedy) in BAD {
        let told = refused(text, &[]);
        assert!(
            told.contains(key) && told.contains(remedy),
            "{text:?}\n told: {told}\n want: {key} … {remedy}"
        );
        assert!(!told.chars().any(char::is_control), "more than a line: {told:?}");
        assert!(!told.contains("hush-hush"), "repeats a secret: {told}");
    }
}

#[test]
fn a_missing_file_that_was_named_is_refused() {
    let Err(error) = load(Some(Path::new("/nowhere/latchkey.toml")), &[]) else { panic!("accepted") };
    assert!(error.to_string().contains("--config"), "{error}");
}

#[test]
fn secrets_can_come_from_a_file_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let text = format!("[sms.twilio]\ntwilio_token_file = {:?}", file.display().to_string());
    fs::write(&file, "hush-hush\r\n").unwrap();
    let config = settings(&text, &[]).unwrap();
    let [Provider::Twilio(options)] = config.providers.as_slice() else { panic!("not Twilio") };
    assert_eq!(told(&options.auth_token), Some("hush-hush".to_owned()));
    for (bytes, remedy) in [
        (b"".as_slice(), "is empty"),
        (b"\n", "is empty"),
        (b"hush-hush\nmore", "alone into it"),
        (b"\xff", "UTF-8"),
    ] {
        fs::write(&file, bytes).unwrap();
        let told = refused(&text, &[]);
        assert!(told.contains("sms.twilio.auth_token_file") && told.contains(remedy), "{told}");
        assert!(!told.contains("hush-hush") && !told.contains('\n'), "{told}");
    }
}

#[test]
fn providers_stand_in_the_order_that_was_typed_and_vonages_secrets_come_from_files_too() {
    let folder = tempfile::tempdir().unwrap();
    let (secret, signs) = (folder.path().join("secret"), folder.path().join("signs"));
    fs::write(&secret, "hush-hush\n").unwrap();
    fs::write(&signs, "hush-hush-hush-hush\n").unwrap();
    let text = format!(
        "[server]\npublic_url = \"https://id.example.org\"\n[sms]\nproviders = [\"vonage\", \"twilio\"]\n[sms.vonage]\n\
         api_key = \"a1b2c3d4\"\nfrom = \"Latchkey\"\napi_secret_file = {:?}\nsignature_secret_file = {:?}",
        secret.display().to_string(),
        signs.display().to_string()
    );
    let config = settings(&text, &[]).unwrap();
    let [Provider::Vonage(options), Provider::Twilio(_)] = config.providers.as_slice() else {
        panic!("another order")
    };
    assert_eq!(told(&options.api_secret).as_deref(), Some("hush-hush"));
    assert_eq!(told(&options.signature_secret).as_deref(), Some("hush-hush-hush-hush"));
    assert_eq!(options.status_callback.as_deref(), Some("https://id.example.org"));
    assert_eq!((options.api_key.as_deref(), options.from.as_deref()), (Some("a1b2c3d4"), Some("Latchkey")));
    for (callbacks, asked) in [("never", false), ("always", true)] {
        let more = [("LATCHKEY_SMS__VONAGE__CALLBACKS", callbacks)];
        let config = settings(&text, &more).unwrap();
        let [Provider::Vonage(options), _] = config.providers.as_slice() else { panic!("another order") };
        assert_eq!(options.status_callback.is_some(), asked, "{callbacks}");
    }
}

#[test]
fn limits_of_nothing_are_off() {
    let text = "[limits]\nsends_per_minute = 0\nsends_per_address_per_hour = 0\nsign_ins_per_address_per_minute = 0\n\
        unproven_numbers_per_block_per_hour = 0\nunproven_numbers_per_country_per_hour = 0";
    let limits = settings(text, &[]).unwrap().policy.limits;
    for limit in [
        limits.per_minute,
        limits.per_address_hour,
        limits.sign_ins_per_address_minute,
        limits.unproven_per_block_hour,
        limits.unproven_per_country_hour,
    ] {
        assert_eq!(limit, None);
    }
}

#[test]
fn what_is_left_out_follows_what_was_tightened() {
    let short =
        settings("[sms]\nproviders = [\"outbox\"]\n[session]\nabsolute_seconds = 5\nfresh_seconds = 1", &[]);
    let session = short.unwrap().policy.session;
    assert_eq!(
        (session.idle().as_secs(), session.absolute().as_secs(), session.fresh().as_secs()),
        (5, 5, 1)
    );
    for (allowed, taken) in [("\"DE\", \"FR\"", "DE"), ("\"FR\", \"US\"", "US")] {
        let text = format!("[sms]\nproviders = [\"outbox\"]\n[phones]\nallowed_countries = [{allowed}]");
        assert_eq!(settings(&text, &[]).unwrap().default_country, taken);
    }
}

#[test]
fn loopback_in_all_its_forms_may_go_without_tls() {
    for url in [
        "http://localhost:3000",
        "http://127.0.0.1",
        "http://[::1]:8080",
        "http://a.localhost",
        "http://localhost:3000/",
    ] {
        let config =
            settings(&format!("[server]\npublic_url = {url:?}\n[sms]\nproviders = [\"outbox\"]"), &[])
                .unwrap();
        assert_eq!(config.site.origin, url.trim_end_matches('/'));
        assert!(config.site.loopback && !config.site.secure);
    }
    let config = settings("[server]\npublic_url = \"https://id.example.com:8443\"", &[]).unwrap();
    assert_eq!(
        (config.site.host.as_str(), config.site.authority.as_str()),
        ("id.example.com", "id.example.com:8443")
    );
    assert!(config.site.secure && !config.site.loopback);
}

#[test]
fn the_example_names_every_key_once_with_its_default() {
    let example = include_str!("../../../latchkey.example.toml");
    let mut named: Vec<String> = Vec::new();
    let mut section = String::new();
    for line in example.lines() {
        let line = line.trim_start_matches("# ");
        if let Some((name, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            section = name.to_owned();
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.contains(' ')) {
            named.push(format!("{section}.{key}"));
        }
    }
    named.sort();
    let mut keys: Vec<&str> = keys::KEYS.iter().map(|(path, _)| *path).collect();
    keys.sort_unstable();
    assert_eq!(named, keys);

    let [shown, default] = [settings(example, &[]).unwrap(), settings("", &[]).unwrap()];
    assert_eq!(shown.policy, default.policy);
    assert_eq!(shown.log, default.log);
    for (shown, default) in [
        (&shown.site.origin, &default.site.origin),
        (&shown.site.brand, &default.site.brand),
        (&shown.database.shown(), &default.database.shown()),
        (&shown.default_country, &default.default_country),
    ] {
        assert_eq!(shown, default);
    }
    assert_eq!((shown.listen, shown.admin_listen), (default.listen, default.admin_listen));
    assert_eq!(shown.site.trusted_proxies, default.site.trusted_proxies);
    assert_eq!((shown.key_file, shown.allow_voip), (default.key_file, default.allow_voip));
    assert_eq!(shown.allowed_countries, default.allowed_countries);
}

/// Settings with a logo file of this content.
fn with_logo(content: &[u8]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("logo");
    fs::write(&file, content).unwrap();
    settings(
        &format!("[brand]\nlogo_file = {:?}\n[sms]\nproviders = [\"outbox\"]", file.display().to_string()),
        &[],
    )
}

#[test]
fn a_logo_is_a_small_picture_and_nothing_else() {
    for good in [
        "<svg xmlns='http://www.w3.org/2000/svg'/>".to_owned(),
        "\u{feff}<?xml version='1.0'?>\n<!-- <html> -->\n<!DOCTYPE svg>\n<svg\nxmlns='x'></svg>".to_owned(),
        format!("<svg>{}</svg>", " ".repeat(6 * 1024 - 11)),
    ] {
        let config = with_logo(good.as_bytes()).unwrap_or_else(|error| panic!("{good}: {error}"));
        assert_eq!(config.site.theme.look.logo.as_ref().unwrap().media, "image/svg+xml");
    }
    for (bad, why) in [
        (&b""[..], "neither SVG nor PNG"),
        (b"<html><svg/></html>", "neither SVG nor PNG"),
        (b"<svgs/>", "neither SVG nor PNG"),
        (b"<!-- <svg>", "neither SVG nor PNG"),
        (b"GIF89a", "neither SVG nor PNG"),
        (b"\x89PNG\r\n\x1a\n", "neither SVG nor PNG"),
        (b"<svg>\xff</svg>", "neither SVG nor PNG"),
        (b"<svg><SCRIPT>alert(1)</SCRIPT></svg>", "holds a script"),
        (format!("<svg>{}</svg>", " ".repeat(6 * 1024)).as_bytes(), "larger than 6 KiB"),
    ] {
        let error = with_logo(bad).err().unwrap_or_else(|| panic!("accepted: {bad:?}")).to_string();
        assert!(error.starts_with("brand.logo_file: ") && error.contains(why), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}
