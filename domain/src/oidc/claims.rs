//! What an app is told about a person: who, how surely, and what its scopes stand for (R108 to R110, R116).
use crate::client::ClientId;
use crate::id::{AccountId, SessionHandle};
use crate::level::Level;
use crate::oidc::life;
use crate::oidc::scope::{Claim, Claims};
use crate::phone::E164;
use crate::time::Timestamp;

/// The facts about a person that claims are made of.
#[derive(Clone, Debug)]
pub struct Person {
    /// The name as given.
    pub username: String,
    /// The address for mail, if the operator gave one.
    pub email: Option<String>,
    /// The number codes go to first: proven, and not off. It is told to no app in any other state (R110).
    pub phone: Option<E164>,
}

/// A claim's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

impl Person {
    /// Those of the wanted claims that there is something to say about; what is not known is left out, never null. The number is told
    /// where a code to it was typed alone: with the password in hand nobody learns it through an app either (R36).
    #[must_use]
    pub fn tell(&self, wanted: Claims, acr: Level) -> Vec<(&'static str, Value)> {
        let phone = self.phone.as_ref().filter(|_| acr > Level::Password);
        let value = |claim| match claim {
            Claim::Name | Claim::PreferredUsername | Claim::UserName => {
                Some(Value::Text(self.username.clone()))
            }
            Claim::Email => self.email.clone().map(Value::Text),
            Claim::EmailVerified => self.email.as_ref().map(|_| Value::Flag(false)),
            Claim::PhoneNumber => phone.map(|phone| Value::Text(phone.reveal().to_owned())),
            Claim::PhoneNumberVerified => phone.map(|_| Value::Flag(true)),
        };
        wanted.iter().filter_map(|claim| Some((claim.name(), value(claim)?))).collect()
    }
}

/// How a level was reached, in the words of RFC 8176 (R116): `mfa` where there were two factors, `tel` where the code was spoken in a
/// call.
#[must_use]
pub fn amr(reached: Level, by_call: bool) -> &'static [&'static str] {
    match (reached, by_call) {
        (Level::Password, _) => &["pwd"],
        (Level::TwilioSms, false) => &["pwd", "sms", "mfa"],
        (Level::TwilioSms, true) => &["pwd", "tel", "mfa"],
    }
}

/// An ID token before it is signed; `iss` is the installation's to add. Times are whole seconds, none of them ahead (R108).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdToken {
    /// `sub`: the account's random id, which no other account ever has (R109).
    pub subject: AccountId,
    /// `aud`
    pub audience: ClientId,
    /// `iat`
    pub issued_at: i64,
    /// `exp`
    pub expires_at: i64,
    /// `auth_time`
    pub auth_time: i64,
    /// `nonce`, as it came.
    pub nonce: Option<String>,
    /// `acr`
    pub acr: &'static str,
    /// `amr`
    pub amr: &'static [&'static str],
    /// `sid`: the browser session.
    pub session: SessionHandle,
    /// What `claims` asked for by name.
    pub more: Vec<(&'static str, Value)>,
}

/// A moment in whole seconds, rounded down.
#[must_use]
pub fn seconds(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(1000)
}

/// When an ID token made now is over, in whole seconds.
#[must_use]
pub fn id_token_ends(now: Timestamp) -> i64 {
    seconds(now.plus(life::ID_TOKEN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::scope::Scopes;

    fn ada() -> Person {
        Person { username: "ada".to_owned(), email: None, phone: E164::parse("+12015550123") }
    }

    fn told(person: &Person, scopes: &str) -> Vec<&'static str> {
        person
            .tell(Scopes::parse(scopes).claims(), Level::TwilioSms)
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn r110_a_scope_tells_its_claims_and_nothing_else() {
        assert_eq!(told(&ada(), "openid"), [""; 0]);
        assert_eq!(told(&ada(), "openid profile"), ["name", "preferred_username"]);
        assert_eq!(told(&ada(), "openid user_name"), ["user_name"]);
        assert_eq!(told(&ada(), "openid phone"), ["phone_number", "phone_number_verified"]);
    }

    #[test]
    fn r110_what_is_not_there_is_left_out() {
        let nobody = Person { phone: None, ..ada() };
        assert_eq!(told(&nobody, "openid phone email"), [""; 0]);
        let mailed = Person { email: Some("ada@example.com".to_owned()), ..ada() };
        let claims = mailed.tell(Scopes::parse("email").claims(), Level::Password);
        assert_eq!(claims[1], ("email_verified", Value::Flag(false)), "nobody has proven it");
    }

    #[test]
    fn r116_amr_says_what_was_done() {
        assert_eq!(amr(Level::Password, false), ["pwd"]);
        assert_eq!(amr(Level::TwilioSms, false), ["pwd", "sms", "mfa"]);
        assert_eq!(amr(Level::TwilioSms, true), ["pwd", "tel", "mfa"]);
    }
}
