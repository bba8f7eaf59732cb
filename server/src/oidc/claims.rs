//! The `claims` parameter: JSON that asks for single claims (OpenID Connect Core §5.5). What is not known in it is ignored.
use domain::oidc::request::{ACR_MAX, ClaimsAsked};
use domain::oidc::scope::{Claim, Claims};
use serde_json::{Map, Value};

/// Reads it. `None`: it is no JSON object, or something in it has a shape that the standard does not give it.
#[must_use]
pub fn read(json: &str) -> Option<ClaimsAsked> {
    let Value::Object(asked) = serde_json::from_str(json).ok()? else { return None };
    let id_token = member(&asked, "id_token")?;
    let userinfo = member(&asked, "userinfo")?;
    let mut claims =
        ClaimsAsked { id_token: named(&id_token), userinfo: named(&userinfo), ..ClaimsAsked::default() };
    if let Some(Value::Object(acr)) = id_token.get("acr") {
        claims.acr_essential = acr.get("essential") == Some(&Value::Bool(true));
        claims.acr = match (acr.get("value"), acr.get("values")) {
            (Some(Value::String(one)), None) => vec![one.clone()],
            (None, Some(Value::Array(some))) => {
                some.iter().map(|acr| acr.as_str().map(str::to_owned)).collect::<Option<_>>()?
            }
            (None, None) => Vec::new(),
            _ => return None,
        };
    }
    for section in [&id_token, &userinfo] {
        if let Some(sub) = section.get("sub").and_then(|sub| sub.get("value")) {
            let sub = sub.as_str()?;
            if claims.sub.as_deref().is_some_and(|other| other != sub) {
                return None;
            }
            claims.sub = Some(sub.to_owned());
        }
    }
    let bounded = claims.acr.len() <= ACRS && claims.acr.iter().all(|acr| acr.len() <= ACR_MAX);
    (bounded && claims.sub.as_ref().is_none_or(|sub| sub.len() <= SUBJECT)).then_some(claims)
}

/// More levels than that no app means.
const ACRS: usize = 16;

/// A subject is no longer (OpenID Connect Core §2).
const SUBJECT: usize = 255;

fn member(asked: &Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match asked.get(name) {
        None | Some(Value::Null) => Some(Map::new()),
        Some(Value::Object(members)) => {
            let sound = members.values().all(|member| member.is_null() || member.is_object());
            sound.then(|| members.clone())
        }
        Some(_) => None,
    }
}

fn named(members: &Map<String, Value>) -> Claims {
    Claim::ALL.into_iter().filter(|claim| members.contains_key(claim.name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_claims_and_an_essential_acr_are_read() {
        let asked = read(
            r#"{"id_token":{"acr":{"essential":true,"values":["a","b"]},"email":null,"nobody_knows":null},
                "userinfo":{"name":{"essential":true},"phone_number":null}}"#,
        )
        .unwrap();
        assert_eq!((asked.acr_essential, asked.acr), (true, vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(
            (asked.id_token.to_text(), asked.userinfo.to_text()),
            ("email".into(), "name phone_number".into())
        );
        let wish = read(r#"{"id_token":{"acr":{"value":"a"},"sub":{"value":"x"}}}"#).unwrap();
        assert_eq!((wish.acr_essential, wish.acr.len(), wish.sub.as_deref()), (false, 1, Some("x")));
        assert_eq!(read("{}"), Some(ClaimsAsked::default()));
    }

    #[test]
    fn what_has_another_shape_is_refused() {
        for bad in [
            "",
            "[]",
            "null",
            r#"{"id_token":[]}"#,
            r#"{"id_token":{"acr":"a"}}"#,
            r#"{"id_token":{"acr":{"values":[1]}}}"#,
            r#"{"id_token":{"acr":{"value":"a","values":["b"]}}}"#,
            r#"{"id_token":{"sub":{"value":1}}}"#,
            r#"{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"b"}}}"#,
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(read(&deep), None, "and deep nesting does no harm");
    }
}
