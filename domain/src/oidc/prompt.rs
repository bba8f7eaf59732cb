//! `prompt`: which pages an app wants shown, or none at all (OpenID Connect Core §3.1.2.1, R118).
use crate::oidc::error::{AuthorizeError, Refusal};

/// What `prompt` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Prompt {
    /// No page at all.
    pub none: bool,
    /// All factors again. `select_account` is the same here: the sign-in page is where one says who one is.
    pub login: bool,
    /// The page about the app.
    pub consent: bool,
}

impl Prompt {
    /// The words that are known, as discovery lists them.
    pub const VALUES: [&'static str; 4] = ["none", "login", "consent", "select_account"];

    /// From the parameter: words with spaces between them.
    ///
    /// # Errors
    /// `invalid_request`: `none` beside another, or a word that is not known.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut prompt = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompt.none = true,
                "login" | "select_account" => prompt.login = true,
                "consent" => prompt.consent = true,
                _ => return Err(Refusal::new(AuthorizeError::InvalidRequest, "prompt has an unknown value")),
            }
        }
        if prompt.none && (prompt.login || prompt.consent) {
            return Err(Refusal::new(AuthorizeError::InvalidRequest, "prompt=none stands alone"));
        }
        Ok(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r118_none_stands_alone() {
        for word in Prompt::VALUES {
            assert!(Prompt::parse(word).is_ok(), "{word}");
        }
        assert_eq!(Prompt::parse("login consent"), Ok(Prompt { none: false, login: true, consent: true }));
        assert_eq!(Prompt::parse("none none").map(|prompt| prompt.none), Ok(true));
        for bad in ["none login", "consent none", "none select_account", "LOGIN", "create", "login,consent"] {
            assert_eq!(Prompt::parse(bad).unwrap_err().error, AuthorizeError::InvalidRequest, "{bad}");
        }
    }
}
