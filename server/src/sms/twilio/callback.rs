//! What a callback of Twilio says (R81): fields that are needed stand there exactly once, well-formed; anything else is ignored.
use super::NAME;
use super::errors;
use super::settings::is_sid;
use super::signature::{Body, Signatures};
use super::voice;
use crate::sms::verdict::is_word;
use domain::bill::Bill;
use domain::delivery::SendProblem;
use domain::progress::{Lasting, News, Progress};
use domain::voice::KeyPressed;
use secrecy::SecretString;

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

/// Why a callback is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nobody signed it, or it is not a form that can be read.
    NotSigned,
    /// Signed by somebody else, or for another address.
    Forged,
    /// A field that is needed is missing, stands there twice or is ill-formed.
    Fields,
}

/// What a callback means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// News of a message.
    News(News),
    /// Of another account, or in a word we do not know: nothing follows.
    Nothing,
}

impl Callbacks {
    /// Of this account; `base` is our address as Twilio calls it, without a slash at its end.
    #[must_use]
    pub fn new(auth_token: &SecretString, account_sid: String, base: String) -> Self {
        Self { signatures: Signatures::new(auth_token), account_sid, base }
    }

    /// Reads a status callback that came to `path` (as it stands in the request, the query with it), about the message or call of
    /// `token`.
    ///
    /// # Errors
    /// Says what is wrong with it. Nothing was looked up by then.
    pub fn status(&self, path: &str, token: &str, signature: &str, body: &[u8]) -> Result<Told, Refused> {
        let fields = self.signed(path, signature, body)?;
        let call = fields.iter().any(|(name, _)| name == "CallSid");
        if call && fields.iter().all(|(name, _)| name != "MessageSid") {
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
        let Some(progress) = known else { return Ok(Told::Nothing) };
        Ok(Told::News(news(token, sid, progress, code)))
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
        let pressed = match fields.iter().any(|(name, _)| name == "Digits") {
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

    fn of_call(&self, fields: &[(String, String)], token: &str) -> Result<Told, Refused> {
        let (sid, account, status) = call_fields(fields)?;
        let code = code(fields)?;
        let step = voice::step(status).filter(|_| account == self.account_sid);
        let Some((progress, problem)) = step else { return Ok(Told::Nothing) };
        let entry = code.filter(|_| problem.is_some()).and_then(errors::known);
        Ok(Told::News(News {
            provider: NAME,
            token: token.to_owned(),
            provider_id: sid.to_owned(),
            progress,
            problem: problem.map(|problem| entry.map_or(problem, |entry| entry.problem)),
            code: code.filter(|_| problem.is_some()),
            // A line that is busy today says nothing lasting about its number.
            lasting: Lasting::No,
            remedy: entry.map_or("", |entry| entry.remedy),
            bill: Bill::default(),
        }))
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

/// What Twilio's word and code say about a message.
pub(crate) fn news(token: &str, sid: &str, progress: Progress, code: Option<u32>) -> News {
    let failed = progress.has_failed();
    let entry = code.filter(|_| failed).map(errors::delivery);
    News {
        provider: NAME,
        token: token.to_owned(),
        provider_id: sid.to_owned(),
        progress,
        problem: failed.then(|| entry.map_or(SendProblem::Retry, |entry| entry.problem)),
        code: code.filter(|_| failed),
        lasting: entry.map_or(Lasting::No, |entry| entry.mark.lasting()),
        remedy: entry.map_or("", |entry| entry.remedy),
        bill: Bill::default(),
    }
}

/// Twilio's words for a message; those that say nothing about its way are none of ours.
pub(crate) fn progress(word: &str) -> Option<Progress> {
    Some(match word {
        "accepted" | "scheduled" => Progress::Accepted,
        "queued" => Progress::Queued,
        "sending" => Progress::Sending,
        "sent" => Progress::Sent,
        "canceled" => Progress::Canceled,
        "failed" => Progress::Failed,
        "undelivered" => Progress::Undelivered,
        "delivered" => Progress::Delivered,
        "read" => Progress::Read,
        _ => return None,
    })
}

fn code(fields: &[(String, String)]) -> Result<Option<u32>, Refused> {
    if fields.iter().all(|(name, value)| name != "ErrorCode" || value.is_empty()) {
        return Ok(None);
    }
    let digits = once(fields, "ErrorCode").filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|text| text.parse().ok()).map(Some).ok_or(Refused::Fields)
}

/// The value of a field that stands there exactly once.
fn once<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    let mut found = fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Names and values as they were before they were encoded; nothing where an escape is broken or what it gives is no text: read in
/// another way than it was signed, it could say something else.
fn fields(body: &[u8]) -> Option<Vec<(String, String)>> {
    body.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            Some((decoded(parts.next()?)?, decoded(parts.next().unwrap_or_default())?))
        })
        .collect()
}

fn decoded(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(*rest.next()?)? << 4 | hex(*rest.next()?)?,
            byte => *byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
