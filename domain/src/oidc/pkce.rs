//! Proof Key for Code Exchange (RFC 7636, R104): the code is worth something only to whoever began.
use crate::oidc::error::{AuthorizeError, Refusal};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What an app commits itself to: the hash of a secret that it shows when it redeems the code. S256 only.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// From the two parameters of the request. Without a method RFC 7636 means `plain`, which is not taken.
    ///
    /// # Errors
    /// `invalid_request`: another method, a method without a challenge, or something that is no SHA-256 in base64url.
    pub fn of(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, Refusal> {
        let refuse = |why| Err(Refusal::new(AuthorizeError::InvalidRequest, why));
        match (challenge, method) {
            (None, None) => Ok(None),
            (None, Some(_)) => refuse("code_challenge_method without code_challenge"),
            (Some(challenge), Some("S256")) => match Self::parse(challenge) {
                Some(challenge) => Ok(Some(challenge)),
                None => refuse("code_challenge is no SHA-256 in base64url"),
            },
            (Some(_), _) => refuse("code_challenge_method must be S256"),
        }
    }

    /// 32 bytes in base64url without padding.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_of(&self, verifier: &str) -> bool {
        let shape = (43..=128).contains(&verifier.len())
            && verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
        let own = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        shape && own.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

/// Whether the verifier shown at the token endpoint fits. A challenge asks for its verifier; a verifier where there was no challenge is
/// refused too: somebody took the challenge out of the request on its way (the downgrade of RFC 9700 §4.8.2).
#[must_use]
pub fn fits(challenge: Option<&CodeChallenge>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => challenge.is_of(verifier),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn r104_the_vector_of_appendix_b() {
        let challenge = CodeChallenge::of(Some(CHALLENGE), Some("S256")).unwrap().unwrap();
        assert!(fits(Some(&challenge), Some(VERIFIER)));
        assert_eq!(challenge.as_str(), CHALLENGE);
    }

    #[test]
    fn r104_nothing_else_fits() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        let changed = VERIFIER.replacen('d', "e", 1);
        for verifier in [None, Some(""), Some(CHALLENGE), Some(&*changed), Some(&VERIFIER[..42])] {
            assert!(!fits(Some(&challenge), verifier), "{verifier:?}");
        }
        assert!(!fits(None, Some(VERIFIER)), "a verifier where no challenge was");
        assert!(fits(None, None));
    }

    #[test]
    fn r104_a_verifier_has_43_to_128_unreserved_characters() {
        let of = |verifier: &str| {
            let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            fits(CodeChallenge::parse(&hash).as_ref(), Some(verifier))
        };
        assert!(of(&"a".repeat(43)) && of(&"a".repeat(128)) && of(&"-._~".repeat(11)));
        assert!(!of(&"a".repeat(42)) && !of(&"a".repeat(129)) && !of(&"a b+/=%é".repeat(8)));
    }

    #[test]
    fn r104_only_s256_is_taken() {
        assert_eq!(CodeChallenge::of(None, None), Ok(None));
        for (challenge, method) in [
            (Some(CHALLENGE), None),
            (Some(CHALLENGE), Some("plain")),
            (Some(CHALLENGE), Some("s256")),
            (Some(VERIFIER), Some("plain")),
            (Some("short"), Some("S256")),
            (Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="), Some("S256")),
            (Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"), Some("S256")),
            (None, Some("S256")),
        ] {
            let refused = CodeChallenge::of(challenge, method).unwrap_err();
            assert_eq!(refused.error, AuthorizeError::InvalidRequest, "{challenge:?} {method:?}");
        }
    }
}
