//! What an operator changes of a registered app: what is not named stays, and what comes out is judged as if it were registered anew.
//!
//! Whether it has a secret cannot be changed: an app that can keep one and an app that cannot are two.
use crate::client::{AuthMethod, Client, ClientProblem, WantedClient};
use crate::method::Acr;
use crate::redirect_uri::RedirectUri;

/// What is to become of something that may also be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// It becomes this.
    To(T),
    /// There is none any more.
    Drop,
}

/// The change, as typed. Lists are replaced as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientChange {
    /// See [`Client::name`].
    pub name: Option<String>,
    /// See [`Client::redirect_uris`].
    pub redirect_uris: Option<Vec<String>>,
    /// See [`Client::post_logout_redirect_uris`].
    pub post_logout_redirect_uris: Change<Vec<String>>,
    /// See [`Client::min_acr`].
    pub min_acr: Change<String>,
    /// See [`Client::require_pkce`].
    pub require_pkce: Option<bool>,
    /// The one way of showing its secret; dropped: either will do.
    pub auth_method: Change<String>,
}

impl ClientChange {
    /// The app as it would be then.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn of(&self, client: &Client) -> Result<Client, ClientProblem> {
        let uris = |uris: &[RedirectUri]| uris.iter().map(|uri| uri.as_str().to_owned()).collect();
        let auth_method = match client.auth_method {
            AuthMethod::Secret => None,
            one => Some(one.name().to_owned()),
        };
        let wanted = WantedClient {
            id: client.id.as_str().to_owned(),
            name: Some(self.name.clone().unwrap_or_else(|| client.name.clone())),
            redirect_uris: self.redirect_uris.clone().unwrap_or_else(|| uris(&client.redirect_uris)),
            post_logout_redirect_uris: self
                .post_logout_redirect_uris
                .after(Some(uris(&client.post_logout_redirect_uris)))
                .unwrap_or_default(),
            public: client.public,
            min_acr: self.min_acr.after(client.min_acr.as_ref().map(Acr::as_str).map(str::to_owned)),
            waive_pkce: !self.require_pkce.unwrap_or(client.require_pkce),
            auth_method: self.auth_method.after(auth_method),
        };
        wanted.judge(client.created_at)
    }
}

impl<T: Clone> Change<T> {
    fn after(&self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::To(value) => Some(value.clone()),
            Self::Drop => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn client(wanted: WantedClient) -> Client {
        let wanted = WantedClient {
            id: "app".to_owned(),
            redirect_uris: vec!["https://app.example.com/cb".to_owned()],
            post_logout_redirect_uris: vec!["https://app.example.com/bye".to_owned()],
            ..wanted
        };
        wanted.judge(Timestamp::from_millis(7)).unwrap()
    }

    fn every() -> Client {
        client(WantedClient {
            name: Some("Our app".to_owned()),
            min_acr: Some("twilio_sms".to_owned()),
            waive_pkce: true,
            auth_method: Some("client_secret_basic".to_owned()),
            ..WantedClient::default()
        })
    }

    #[test]
    fn what_is_not_named_stays() {
        let public = client(WantedClient { public: true, ..WantedClient::default() });
        for before in [every(), public, client(WantedClient::default())] {
            assert_eq!(ClientChange::default().of(&before).unwrap(), before);
        }
        let uris = Some(vec!["https://app.example.com/callback".to_owned()]);
        let moved = ClientChange { redirect_uris: uris, ..ClientChange::default() }.of(&every()).unwrap();
        assert_eq!(moved.redirect_uris[0].as_str(), "https://app.example.com/callback");
        assert_eq!(Client { redirect_uris: every().redirect_uris, ..moved }, every());
    }

    #[test]
    fn what_may_be_left_out_can_be_taken_back() {
        let change = ClientChange {
            post_logout_redirect_uris: Change::Drop,
            min_acr: Change::Drop,
            require_pkce: Some(true),
            auth_method: Change::Drop,
            ..ClientChange::default()
        };
        let after = change.of(&every()).unwrap();
        assert!(after.post_logout_redirect_uris.is_empty() && after.min_acr.is_none() && after.require_pkce);
        assert_eq!(after.auth_method, AuthMethod::Secret);
    }

    #[test]
    fn it_is_judged_as_a_new_one_is() {
        let none = ClientChange { redirect_uris: Some(Vec::new()), ..ClientChange::default() };
        assert_eq!(none.of(&every()).unwrap_err(), ClientProblem::NoUri);
        let public = client(WantedClient { public: true, ..WantedClient::default() });
        let waived = ClientChange { require_pkce: Some(false), ..ClientChange::default() };
        assert_eq!(waived.of(&public).unwrap_err(), ClientProblem::PublicWithoutPkce);
        let secret = ClientChange {
            auth_method: Change::To("client_secret_post".to_owned()),
            ..ClientChange::default()
        };
        assert_eq!(secret.of(&public).unwrap_err(), ClientProblem::AuthMethod);
    }
}
