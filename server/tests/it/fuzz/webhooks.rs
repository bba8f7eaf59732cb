//! What anybody can send in a provider's name: no token of chance holds, and no body, signed or not, is more than refused.
use super::{Stage, bytes, header, text, try_all};
use crate::fake_vonage::callback::{HEADER, hash, jwt};
use crate::fake_vonage::{API_KEY, API_SECRET, FROM, SIGNATURE_SECRET};
use crate::harness::{ADA, House, NUMBER};
use ::fake_twilio::{Callback, Settings};
use axum::body::Body;
use domain::time::{Clock as _, Timestamp};
use http::Method;
use proptest::prelude::*;
use secrecy::SecretString;
use server::sms::twilio::callback::{Callbacks as OfTwilio, STATUS_PATH, VOICE_PATH};
use server::sms::twilio::signature::{Body as Signed, Signatures};
use server::sms::vonage::callback::{Callbacks, Report};
use server::sms::vonage::jwt::Tokens;

const NOW: i64 = 1_790_000_000_000;

#[test]
fn a35_no_text_is_a_token_of_vonages() {
    let tokens = Tokens::new(SecretString::from(SIGNATURE_SECRET).into(), API_KEY.to_owned());
    let shaped = "[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,200}\\.[A-Za-z0-9_-]{0,60}".prop_map(|token| token);
    try_all(2000, (prop_oneof![text(), shaped], bytes()), |(token, body)| {
        prop_assert!(!tokens.hold(&token, &body, Timestamp::from_millis(NOW)));
        Ok(())
    });
    // Signed rightly, with any header and claims: held only where all of it is as it must be.
    let word = prop::sample::select(["HS256", "none", "HS512", "", "hs256"].to_vec());
    try_all(500, (word, text(), any::<i64>()), |(alg, said, iat)| {
        let header = serde_json::json!({"alg": alg, "typ": said}).to_string();
        let claims = serde_json::json!({"iat": iat, "api_key": said, "payload_hash": hash(b"x")});
        let token = jwt(&header, &claims, SIGNATURE_SECRET);
        prop_assert!(!tokens.hold(&token, b"x", Timestamp::from_millis(NOW)));
        Ok(())
    });
}

#[test]
fn a19_whatever_is_signed_ends_in_news_of_the_paths_own_message_or_in_none() {
    let callbacks = Callbacks::new(SecretString::from(SIGNATURE_SECRET).into(), API_KEY.to_owned());
    let member = |name: &'static str| {
        (Just(name), prop_oneof![text(), Just("sms".to_owned()), Just("delivered".to_owned())])
    };
    let json = (member("message_uuid"), member("status"), member("channel"), text()).prop_map(
        |((id, uuid), (status, word), (channel, way), title)| {
            serde_json::json!({id: uuid, status: word, channel: way, "error": {"title": title, "type": title}})
                .to_string()
                .into_bytes()
        },
    );
    try_all(2000, prop_oneof![bytes(), json], |body| {
        let claims = serde_json::json!({"iat": NOW / 1000, "api_key": API_KEY, "payload_hash": hash(&body)});
        let token = jwt(HEADER, &claims, SIGNATURE_SECRET);
        if let Ok(Report::News(news)) = callbacks.status("own", &token, &body, Timestamp::from_millis(NOW)) {
            prop_assert_eq!((news.token.as_str(), news.provider), ("own", "vonage"));
        }
        Ok(())
    });
}

#[test]
fn a19_no_call_of_chance_is_taken_in_or_a_fault() {
    let stage = Stage::new(&[
        ("sms.providers", "[\"vonage\", \"outbox\"]"),
        ("sms.vonage.api_key", API_KEY),
        ("sms.vonage.api_secret", API_SECRET),
        ("sms.vonage.signature_secret", SIGNATURE_SECRET),
        ("sms.vonage.from", FROM),
        ("sms.vonage.base_url", "http://127.0.0.1:9"),
        ("sms.vonage.callbacks", "always"),
    ]);
    assert!(stage.house.clock.now().as_millis() >= NOW);
    try_all(300, (header(), bytes(), any::<bool>()), |(proof, body, bearer)| {
        let browser = stage.house.browser();
        let path = "/webhooks/vonage/status/0123456789abcdef0123456789abcdef";
        let proof = if bearer { [b"Bearer ", proof.as_bytes()].concat() } else { proof.as_bytes().to_vec() };
        let Ok(proof) = http::HeaderValue::from_bytes(&proof) else { return Ok(()) };
        let request = browser.request(Method::POST, path).header("authorization", proof);
        let request = request.header("content-type", "application/json");
        let answer = stage.send(&browser, request.body(Body::from(body)).unwrap());
        prop_assert!(matches!(answer.status.as_u16(), 400 | 403), "{}", answer.status);
        Ok(())
    });
}

/// Fields as Twilio sends them, almost right: some of them changed, left out, there twice.
fn fields(right: &Callback) -> impl Strategy<Value = Vec<(String, String)>> + use<> {
    let right = right.fields.clone();
    let names = ["MessageSid", "AccountSid", "MessageStatus", "ErrorCode", "CallSid", "CallStatus", "Digits"];
    let values = ["delivered", "failed", "30005", "1", "completed", "CA0123456789abcdef0123456789abcdef", ""];
    let name = prop_oneof![6 => prop::sample::select(names.to_vec()).prop_map(str::to_owned), 1 => text()];
    let value = prop_oneof![3 => prop::sample::select(values.to_vec()).prop_map(str::to_owned), 2 => text()];
    let changes = prop::collection::vec((name, value, any::<bool>()), 0..4);
    (changes, prop::bool::weighted(0.9)).prop_map(move |(changes, whole)| {
        let mut fields = if whole { right.clone() } else { Vec::new() };
        for (name, value, beside) in changes {
            if !beside {
                fields.retain(|(known, _)| *known != name);
            }
            fields.push((name, value));
        }
        fields
    })
}

fn encoded(fields: &[(String, String)]) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

fn sent(address: &str) -> Callback {
    let account = Settings::default();
    let sid = "SM0123456789abcdef0123456789abcdef".to_owned();
    let fields =
        [("MessageSid", sid), ("AccountSid", account.account_sid), ("MessageStatus", "sent".to_owned())];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
    Callback { address: address.to_owned(), fields, signature: String::new() }
}

/// Twenty bytes in base64.
const SHAPED: &str = "[A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=";

#[test]
fn r80_no_text_is_a_signature_of_twilios() {
    let signatures = Signatures::new(SecretString::from(Settings::default().auth_token).into());
    let shaped = SHAPED.prop_map(|signature| signature);
    let address = "https://id.example.com/webhooks/twilio/status/own";
    try_all(2000, (prop_oneof![text(), shaped], fields(&sent(address))), |(signature, fields)| {
        prop_assert!(!signatures.hold(address, Signed::Form(&fields), &signature));
        prop_assert!(signatures.hold(address, Signed::Form(&fields), &signatures.sign(address, &fields)));
        Ok(())
    });
}

#[test]
fn a19_whatever_twilio_signs_ends_in_news_of_the_paths_own_message_or_in_none() {
    let account = Settings::default();
    let base = "https://id.example.com";
    let token = SecretString::from(account.auth_token.clone());
    let callbacks = OfTwilio::new(token.into(), account.account_sid.clone(), base.to_owned());
    let (status, voice) = (format!("{STATUS_PATH}own"), format!("{VOICE_PATH}own"));
    let like = sent(&format!("{base}{status}"));
    let heard = std::cell::Cell::new(0);
    try_all(2000, (fields(&like), any::<bool>()), |(fields, call)| {
        let path = if call { &voice } else { &status };
        let signed = Callback { address: format!("{base}{path}"), fields, signature: String::new() };
        let signed = signed.signed(&account.auth_token);
        let body = encoded(&signed.fields);
        let given = |id: &str| signed.fields.iter().any(|(_, value)| value == id);
        if let Ok(Report::News(news)) = callbacks.status(path, "own", &signed.signature, &body) {
            prop_assert_eq!((news.token.as_str(), news.provider), ("own", "twilio"));
            prop_assert!(given(&news.provider_id), "{}", news.provider_id);
            heard.set(heard.get() + 1);
        }
        if let Ok(Some(pressed)) = callbacks.voice(path, "own", &signed.signature, &body) {
            prop_assert_eq!((pressed.token.as_str(), pressed.provider), ("own", "twilio"));
            prop_assert!(given(&pressed.provider_id), "{}", pressed.provider_id);
        }
        Ok(())
    });
    assert!(heard.get() > 10, "some of it was news: {}", heard.get());
    // What is no form at all is not even compared with its signature.
    try_all(2000, (bytes(), text()), |(body, signature)| {
        prop_assert!(callbacks.status(&status, "own", &signature, &body).is_err());
        prop_assert!(callbacks.voice(&voice, "own", &signature, &body).is_err());
        Ok(())
    });
}

/// Everything that decides who may do what.
const RIGHTS: [&str; 6] = [
    "SELECT password_hash || COALESCE(disabled_at, 0) || COALESCE(factors_changed_at, 0) FROM accounts",
    "SELECT id || COALESCE(verified_at, 0) || COALESCE(retired_at, 0) || COALESCE(preferred_at, 0) FROM phones",
    "SELECT id || tries || sends || expires_at || COALESCE(finished_at, 0) || COALESCE(ended_at, 0) FROM flows",
    "SELECT id || expires_at || COALESCE(used_at, 0) || COALESCE(ended_at, 0) FROM challenges",
    "SELECT account_id || counter || count || COALESCE(locked_at, 0) FROM failures",
    "SELECT handle || COALESCE(level, 0) || COALESCE(ended_at, 0) || COALESCE(proof_at, 0) FROM sessions",
];

#[test]
fn a19_r81_no_call_of_chance_signed_or_not_is_a_fault_or_changes_anybodys_rights() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (house, fake, half) = runtime.block_on(async {
        let (house, fake) = House::with_twilio(&[("sms.twilio.callbacks", "always")]).await;
        house.account(ADA, &[NUMBER]).await;
        let half = house.half_signed_in(ADA).await;
        (house, fake, half)
    });
    let stage = Stage { runtime, house };
    let rights = || {
        let all = RIGHTS.map(|sql| stage.house.texts_in_database(sql));
        stage.runtime.block_on(futures::future::join_all(all))
    };
    let before = rights();
    let right = fake.callback(NUMBER, "delivered", None).unwrap();
    let voice = right.address.replace("/status/", "/voice/");
    let mut of_call = right.clone();
    let call =
        [("CallSid", "CA0123456789abcdef0123456789abcdef"), ("CallStatus", "in-progress"), ("Digits", "1")];
    of_call.fields.extend(call.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let dead = fake.callback(NUMBER, "failed", Some(30005)).unwrap();
    let fields = prop_oneof![fields(&right), fields(&of_call), fields(&dead)];
    let form = prop_oneof![3 => fields.prop_map(Ok), 1 => bytes().prop_map(Err)];
    let seen = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let shaped = SHAPED.prop_map(|signature| signature.parse().unwrap());
    let chance = prop_oneof![header(), shaped];
    try_all(300, (form, chance, any::<bool>(), any::<bool>()), |(form, chance, call, sign)| {
        let address = if call { voice.clone() } else { right.address.clone() };
        let fields = form.clone().unwrap_or_default();
        let signed = Callback { address, fields, signature: String::new() };
        let signed = signed.signed(&Settings::default().auth_token);
        let proof = if sign { signed.signature.parse().unwrap() } else { chance };
        let program = stage.house.browser();
        let request = program.request(Method::POST, signed.path()).header("x-twilio-signature", proof);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let body = form.map_or_else(|raw| raw, |fields| encoded(&fields));
        let answer = stage.send(&program, request.body(Body::from(body)).unwrap());
        let status = answer.status.as_u16();
        prop_assert!(matches!(status, 200 | 204 | 400 | 403 | 413), "{}", status);
        prop_assert!(sign || status >= 400, "{} for what nobody signed", status);
        prop_assert_eq!(answer.cookies().len(), 0);
        prop_assert_eq!(rights(), before.clone());
        // So that the next one is news again.
        stage.runtime.block_on(async {
            stage.house.meddle("UPDATE deliveries SET heard = NULL, heard_problem = NULL").await;
            stage.house.meddle("DELETE FROM delivery_steps").await;
        });
        seen.borrow_mut().insert(status);
        Ok(())
    });
    let seen = seen.into_inner();
    assert!([200, 204, 400, 403].iter().all(|status| seen.contains(status)), "{seen:?}");
    let code = crate::harness::code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    let done = stage.send(&half, half.form("/login/otp", &[("code", &code)]));
    assert_eq!(done.location(), Some("/security"), "{}", done.text());
}
