//! `X-Twilio-Signature` against test data: Twilio's own, and vectors for our addresses (R80).
use secrecy::SecretString;
use serde_json::Value;
use server::sms::twilio::signature::{Body, Signatures};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../data/twilio_signatures.json")).unwrap()
}

fn list<'v>(vectors: &'v Value, name: &str) -> &'v [Value] {
    vectors[name].as_array().unwrap()
}

fn holds(vector: &Value) -> bool {
    let text = |name: &str| vector[name].as_str().unwrap_or_default();
    let form: Vec<(String, String)> = vector["form"].as_array().unwrap().iter().map(pair).collect();
    let body = match vector["raw_body"].as_str() {
        Some(raw) => Body::Raw(raw.as_bytes()),
        None => Body::Form(&form),
    };
    let token = SecretString::from(text("token").to_owned());
    Signatures::new(token.into()).hold(text("called_url"), body, text("signature"))
}

fn pair(pair: &Value) -> (String, String) {
    (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned())
}

#[test]
fn r80_every_right_signature_holds() {
    let vectors = vectors();
    let accepted = list(&vectors, "accept");
    assert_eq!(accepted.len(), 21);
    for vector in accepted.iter().chain(list(&vectors, "fields_wrong")) {
        assert!(holds(vector), "{}", vector["id"]);
    }
}

#[test]
fn r80_every_wrong_one_is_refused() {
    let vectors = vectors();
    let refused = list(&vectors, "reject");
    assert_eq!(refused.len(), 20);
    for change in refused {
        let like = list(&vectors, "accept").iter().find(|vector| vector["id"] == change["like"]).unwrap();
        let mut vector = like.clone();
        for (name, value) in change["set"].as_object().unwrap() {
            vector[name] = value.clone();
        }
        assert!(!holds(&vector), "{}", change["id"]);
    }
}

#[test]
fn r80_no_bit_of_signature_address_or_body_can_be_another() {
    let vectors = vectors();
    let vector = list(&vectors, "accept").iter().find(|vector| vector["id"] == "C1").unwrap();
    let signature = vector["signature"].as_str().unwrap();
    for (place, old) in signature.char_indices() {
        for new in ["A", "b", "9", "+", "="].into_iter().filter(|new| *new != old.to_string()) {
            let mut flipped = signature.to_owned();
            flipped.replace_range(place..=place, new);
            let mut vector = vector.clone();
            vector["signature"] = flipped.into();
            assert!(!holds(&vector), "{place} {new}");
        }
    }
    let address = vector["called_url"].as_str().unwrap();
    for (place, old) in address.char_indices().skip("https://".len()) {
        let mut flipped = address.to_owned();
        flipped.replace_range(place..=place, if old == 'x' { "y" } else { "x" });
        let mut vector = vector.clone();
        vector["called_url"] = flipped.into();
        assert!(!holds(&vector), "{place}");
    }
    for place in 0..vector["form"].as_array().unwrap().len() {
        let mut vector = vector.clone();
        vector["form"][place][1] = "other".into();
        assert!(!holds(&vector), "{place}");
    }
}
