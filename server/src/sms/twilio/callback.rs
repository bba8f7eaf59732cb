//! What a callback of Twilio says (R81): fields that are needed stand there exactly once, well-formed; anything else is ignored.
use super::NAME;
use super::form::{fields, has, once};
use super::sid::is_sid;
use super::signature::{Body, Signatures};
use super::words::{news, news_of_call, progress};
pub use crate::sms::callback::{Refused, Report};
use crate::sms::live_secret::LiveSecret;
use crate::sms::verdict::is_word;
use domain::voice::KeyPressed;

/// A path below `public_url`; the token of the message follows.
pub const STATUS_PATH: &str = "/webhooks/twilio/status/";

/// The same for calls in which a key was pressed.
pub const VOICE_PATH: &str = "/webhooks/twilio/voice/";

/// What is needed to take callbacks in. No `Debug`: it holds the key of their signatures.
pub struct Callbacks {
    signatures: Signatures,
    account_sid: String,
    base: String,
}

impl Callbacks {
    /// Of this account; `base` is our address as Twilio calls it, without a slash at its end.
    #[must_use]
    pub fn new(auth_token: LiveSecret, account_sid: String, base: String) -> Self {
        Self { signatures: Signatures::new(auth_token), account_sid, base }
    }

    /// Reads a status callback that came to `path` (as it stands in the request, the query with it), about the message or call of
    /// `token`.
    ///
    /// # Errors
    /// Says what is wrong with it. Nothing was looked up by then.
    pub fn status(&self, path: &str, token: &str, signature: &str, body: &[u8]) -> Result<Report, Refused> {
        let fields = self.signed(path, signature, body)?;
        if has(&fields, "CallSid") && !has(&fields, "MessageSid") {
            return self.of_call(&fields, token);
        }
        let sid = once(&fields, "MessageSid").filter(|sid| is_sid("SM", sid) || is_sid("MM", sid));
        let account = once(&fields, "AccountSid").filter(|sid| is_sid("AC", sid));
        let status = once(&fields, "MessageStatus").filter(|word| is_word(word));
        let (Some(sid), Some(account), Some(status)) = (sid, account, status) else {
            return Err(Refused::Fields);
        };
        let code = code(&fields)?;
        let known =
            Some(account).filter(|account| *account == self.account_sid).and_then(|_| progress(status));
        let Some(progress) = known else { return Ok(Report::Nothing) };
        Ok(Report::News(news(token, sid, progress, code)))
    }

    /// Reads the request for what to say in the call of `token`. `None`: no key was pressed, or it is of another account.
    ///
    /// # Errors
    /// As [`Self::status`].
    pub fn voice(
        &self,
        path: &str,
        token: &str,
        signature: &str,
        body: &[u8],
    ) -> Result<Option<KeyPressed>, Refused> {
        let fields = self.signed(path, signature, body)?;
        let (sid, account, _) = call_fields(&fields)?;
        let pressed = match has(&fields, "Digits") {
            true => once(&fields, "Digits").filter(|keys| keys.bytes().all(is_key)).ok_or(Refused::Fields)?,
            false => "",
        };
        let key = KeyPressed { provider: NAME, token: token.to_owned(), provider_id: sid.to_owned() };
        Ok(Some(key).filter(|_| account == self.account_sid && !pressed.is_empty()))
    }

    /// The fields of a form, once it is sure that Twilio signed them for this path.
    fn signed(&self, path: &str, signature: &str, body: &[u8]) -> Result<Vec<(String, String)>, Refused> {
        let fields = fields(body).ok_or(Refused::NotSigned)?;
        if !self.signatures.hold(&format!("{}{path}", self.base), Body::Form(&fields), signature) {
            return Err(Refused::Forged);
        }
        Ok(fields)
    }

    fn of_call(&self, fields: &[(String, String)], token: &str) -> Result<Report, Refused> {
        let (sid, account, status) = call_fields(fields)?;
        let code = code(fields)?;
        let own = account == self.account_sid;
        let news = own.then(|| news_of_call(token, sid, status, code)).flatten();
        Ok(news.map_or(Report::Nothing, Report::News))
    }
}

/// Call, account and status: exactly once each, well-formed.
fn call_fields(fields: &[(String, String)]) -> Result<(&str, &str, &str), Refused> {
    let sid = once(fields, "CallSid").filter(|sid| is_sid("CA", sid));
    let account = once(fields, "AccountSid").filter(|sid| is_sid("AC", sid));
    let status = once(fields, "CallStatus").filter(|word| is_word(word));
    match (sid, account, status) {
        (Some(sid), Some(account), Some(status)) => Ok((sid, account, status)),
        _ => Err(Refused::Fields),
    }
}

/// A key of a telephone.
fn is_key(key: u8) -> bool {
    key.is_ascii_digit() || matches!(key, b'*' | b'#')
}

fn code(fields: &[(String, String)]) -> Result<Option<u32>, Refused> {
    if fields.iter().all(|(name, value)| name != "ErrorCode" || value.is_empty()) {
        return Ok(None);
    }
    let digits = once(fields, "ErrorCode").filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|text| text.parse().ok()).map(Some).ok_or(Refused::Fields)
}
