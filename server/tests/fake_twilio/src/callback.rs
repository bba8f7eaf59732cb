//! Status callbacks as Twilio sends them: a signed form to the address that came with the message.
use crate::state::{Message, Settings};
use aws_lc_rs::hmac;
use base64::Engine as _;
use serde::Serialize;

/// One callback, ready to be posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Callback {
    /// The whole address.
    pub address: String,
    /// The fields in the order in which Twilio sends them.
    pub fields: Vec<(String, String)>,
    /// `X-Twilio-Signature`.
    pub signature: String,
}

impl Callback {
    /// Signed anew with this auth token, after address or fields were changed.
    #[must_use]
    pub fn signed(mut self, auth_token: &str) -> Self {
        let mut sorted = self.fields.clone();
        sorted.sort();
        let mut text = self.address.clone();
        for (name, value) in &sorted {
            text.push_str(name);
            text.push_str(value);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, auth_token.as_bytes());
        let tag = hmac::sign(&key, text.as_bytes());
        self.signature = base64::engine::general_purpose::STANDARD.encode(tag.as_ref());
        self
    }

    /// The path, as a request to the server behind the address has it.
    #[must_use]
    pub fn path(&self) -> &str {
        let rest = self.address.split_once("://").map_or(self.address.as_str(), |(_, rest)| rest);
        rest.find('/').map_or("/", |slash| rest.split_at(slash).1)
    }
}

/// The callback of a message at `status`; nothing where it asked for none.
pub(crate) fn of(
    settings: &Settings,
    message: &Message,
    status: &str,
    code: Option<u32>,
) -> Option<Callback> {
    let address = message.callback.clone()?;
    let mut fields = vec![
        ("ApiVersion", "2010-04-01".to_owned()),
        ("SmsSid", message.sid.clone()),
        ("SmsStatus", status.to_owned()),
        ("MessageStatus", status.to_owned()),
        ("To", message.to.clone()),
        ("MessageSid", message.sid.clone()),
        ("AccountSid", settings.account_sid.clone()),
    ];
    fields.extend(message.from.clone().map(|from| ("From", from)));
    fields.extend(message.service.clone().map(|service| ("MessagingServiceSid", service)));
    fields.extend(code.map(|code| ("ErrorCode", code.to_string())));
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Some(Callback { address, fields, signature: String::new() }.signed(&settings.auth_token))
}
