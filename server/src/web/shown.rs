//! From what the core knows to what a page shows: masks, seconds, words' keys. No decision, only translation.
use crate::App;
use crate::sms::outbox;
use crate::web::error::WebError;
use crate::web::form::Form;
use app::view::{
    Carrier, CodeWait, DeliveryPurpose, DeliveryState as Shown, MaskedNumber, OtherNumber, PhoneState,
    Problem, TextMessages, Unreachable,
};
use domain::challenge::{Dead, Flow, Standing};
use domain::channel::Channel;
use domain::delivery::{Delivery, DeliveryState, SendProblem};
use domain::delivery_health::DeliveryHealth;
use domain::limits::{Limit, Wait};
use domain::otp::{Checked, Sent};
use domain::phone::{Mask, NumberProblem, Phone};
use domain::progress::{Heard, Progress};
use domain::time::Timestamp;

/// A number as pages show it.
#[must_use]
pub fn mask(mask: &Mask) -> MaskedNumber {
    MaskedNumber::new(mask.calling_code.parse().unwrap_or(0), mask.last_digits.parse().unwrap_or(0))
}

/// Why a number cannot be reached.
#[must_use]
pub fn unreachable(problem: SendProblem) -> Unreachable {
    match problem {
        SendProblem::Unavailable => Unreachable::Unavailable,
        SendProblem::Wait => Unreachable::Wait,
        SendProblem::Retry => Unreachable::Retry,
        SendProblem::Off => Unreachable::Off,
        SendProblem::Late => Unreachable::Late,
        SendProblem::Check => Unreachable::Check,
        SendProblem::NoCall => Unreachable::NoCall,
        SendProblem::Busy => Unreachable::Busy,
        SendProblem::NoAnswer => Unreachable::NoAnswer,
        SendProblem::NotHeard => Unreachable::NotHeard,
        SendProblem::Call => Unreachable::NoTexts,
        SendProblem::Dead => Unreachable::Dead,
        SendProblem::Country => Unreachable::Country,
        SendProblem::Other => Unreachable::Other,
        SendProblem::Stop => Unreachable::Stop,
    }
}

/// Where a message stands.
#[must_use]
pub fn delivery_state(state: DeliveryState) -> Shown {
    match state {
        DeliveryState::Queued | DeliveryState::Claimed => Shown::Waiting,
        DeliveryState::Taken => Shown::SentOut,
        DeliveryState::Refused(problem) => Shown::Refused(unreachable(problem)),
        DeliveryState::Unknown(_) => Shown::Unknown,
    }
}

/// How far a message got: what the provider told since goes before what it answered.
#[must_use]
pub fn farthest(delivery: &Delivery) -> Shown {
    match (delivery.state, delivery.heard) {
        (DeliveryState::Refused(_), _) | (_, None) => delivery_state(delivery.state),
        (_, Some(heard)) => heard_of(delivery.channel, heard),
    }
}

/// A step that the provider told of.
#[must_use]
pub fn heard_of(channel: Channel, heard: Heard) -> Shown {
    match heard.progress {
        Progress::Sending if channel == Channel::Voice => Shown::Ringing,
        Progress::Accepted | Progress::Queued | Progress::Sending => Shown::SentOut,
        Progress::Sent => Shown::HandedOver,
        Progress::Delivered | Progress::Read => Shown::Delivered,
        Progress::Canceled | Progress::Failed | Progress::Undelivered => {
            Shown::NotDelivered(unreachable(heard.problem.unwrap_or(SendProblem::Retry)))
        }
    }
}

/// A message as a row shows it.
#[must_use]
pub fn delivery(delivery: &Delivery) -> app::view::Delivery {
    let known = delivery.heard.map(|heard| heard.at).or(delivery.settled_at);
    let took = known.map(|known| known.since(delivery.created_at).as_millis());
    app::view::Delivery {
        by_call: delivery.channel == Channel::Voice,
        state: farthest(delivery),
        at: known.unwrap_or(delivery.created_at).as_millis(),
        took_ms: took.and_then(|ms| u32::try_from(ms).ok()),
    }
}

/// The reference of the newest message of a flow; empty where none was written.
#[must_use]
pub fn reference(flow: &Flow) -> String {
    let code = flow.code.as_ref().map(|code| &code.reference);
    let message = || flow.delivery.as_ref().map(|delivery| &delivery.reference);
    code.or_else(message).cloned().unwrap_or_default()
}

/// When the code of a flow was made.
#[must_use]
pub fn made_at(flow: &Flow) -> Timestamp {
    // Codes are forgotten before the message that carried them.
    let message = || flow.delivery.as_ref().map(|delivery| delivery.created_at);
    flow.code.as_ref().map(|code| code.created_at).or_else(message).unwrap_or(flow.created_at)
}

/// Milliseconds from making a code to typing it.
#[must_use]
pub fn whole_way(flow: &Flow, typed: Timestamp) -> u32 {
    u32::try_from(typed.since(made_at(flow)).as_millis()).unwrap_or(u32::MAX)
}

/// Who carried a message: services are named in the settings as people know them, but for the capital.
#[must_use]
pub fn carrier(delivery: &Delivery) -> Option<Carrier> {
    let name = delivery.provider.as_deref()?;
    if name == outbox::NAME {
        return Some(Carrier::Inbox);
    }
    let mut letters = name.chars();
    let first = letters.next()?.to_ascii_uppercase();
    Some(Carrier::Service(std::iter::once(first).chain(letters).collect()))
}

/// What a past message was for.
#[must_use]
pub fn delivery_purpose(kind: &str) -> DeliveryPurpose {
    match kind {
        "sign_in" => DeliveryPurpose::SignIn,
        "new_phone" | "replace_phone" => DeliveryPurpose::Confirm,
        "fresh_proof" => DeliveryPurpose::FreshProof,
        "test" => DeliveryPurpose::Test,
        _ => DeliveryPurpose::Notice,
    }
}

/// How a phone stands.
#[must_use]
pub fn phone_state(phone: &Phone) -> PhoneState {
    match phone {
        phone if phone.pending() => PhoneState::Unconfirmed,
        phone if phone.locked => PhoneState::Locked,
        phone if phone.resting => PhoneState::Unused,
        phone if phone.attention.is_some() => PhoneState::NeedsAttention,
        _ => PhoneState::Confirmed,
    }
}

/// Another number that a code can go to. The label is left out where only the password is proven.
#[must_use]
pub fn other(phone: &Phone, with_label: bool) -> OtherNumber {
    OtherNumber {
        id: phone.id.to_string(),
        number: mask(&phone.mask),
        label: if with_label { phone.label.clone() } else { String::new() },
        preferred: phone.preferred,
        needs_attention: with_label && phone.attention.is_some(),
        fixed_line: phone.fixed_line,
    }
}

/// A code that is waited for.
#[must_use]
pub fn wait(app: &App, flow: &Flow, now: Timestamp) -> CodeWait {
    let otp = &app.core.policy.otp;
    let standing = flow.standing(otp, now);
    let (tries_left, seconds_left) = match standing {
        Standing::Open { tries_left, until } => (tries_left, until.seconds_from(now)),
        Standing::Dead(Dead::Expired) => (otp.tries().saturating_sub(flow.tries), 0),
        Standing::Dead(_) => (0, 0),
    };
    let resend_in = (!flow.locked).then(|| seconds(flow.next_send_at(otp).seconds_from(now)));
    let by_call = flow.delivery.as_ref().is_some_and(|delivery| delivery.channel == Channel::Voice);
    CodeWait {
        number: mask(&flow.mask),
        by_call,
        code_by_call: flow.came_by_call(),
        fixed_line: flow.fixed_line,
        reference: reference(flow),
        digits: otp.digits(),
        seconds_left: seconds(seconds_left),
        tries_left: u8::try_from(tries_left).unwrap_or(u8::MAX),
        delivery: flow.told_delivery().as_ref().map_or(Shown::Waiting, farthest),
        none_out: standing == Standing::Dead(Dead::NoCode)
            && flow
                .delivery
                .as_ref()
                .is_some_and(|delivery| matches!(delivery.state, DeliveryState::Refused(_))),
        moving: flow.delivery.as_ref().is_some_and(|delivery| delivery.may_move(now)),
        live: None,
        resend_in,
        call_in: resend_in.filter(|_| flow.may_be_called(app.core.calls())),
    }
}

/// Why no code can be typed on a page that is merely looked at; nothing where one can.
#[must_use]
pub fn standing(app: &App, flow: &Flow, now: Timestamp) -> Option<Problem> {
    match flow.standing(&app.core.policy.otp, now) {
        Standing::Open { .. } => None,
        Standing::Dead(why) => Some(dead(flow, why)),
    }
}

/// Why no code can be right.
#[must_use]
pub fn dead(flow: &Flow, why: Dead) -> Problem {
    match why {
        Dead::Expired | Dead::Ended => Problem::Expired,
        Dead::TriesSpent => Problem::TriesSpent,
        Dead::Used => Problem::AlreadyUsed,
        Dead::Locked => Problem::Locked,
        Dead::NoCode => match flow.told_delivery().as_ref().map(farthest) {
            Some(Shown::Refused(why)) => Problem::CannotReach(why),
            Some(_) => Problem::Expired,
            None => Problem::NoneSent,
        },
    }
}

/// What a typed code led to, other than success; with the seconds to wait where a limit holds.
#[must_use]
pub fn checked(flow: &Flow, checked: &Checked, now: Timestamp) -> (Problem, Option<u64>) {
    match checked {
        Checked::NotACode => (Problem::NotACode, None),
        Checked::Wrong { locked: true, .. } => (Problem::Locked, None),
        Checked::Wrong { tries_left: 0, .. } => (Problem::TriesSpent, None),
        Checked::Wrong { tries_left, .. } => {
            (Problem::WrongCode { tries_left: u8::try_from(*tries_left).unwrap_or(u8::MAX) }, None)
        }
        Checked::Dead(why) => (dead(flow, *why), None),
        Checked::Wait(wait) => limited(*wait, now),
        // Right, but for a purpose that this page does not serve: the core has made it worth nothing.
        Checked::Right(_) => (Problem::AlreadyUsed, None),
    }
}

/// What is said to programs where a password is looked at no more: nothing changes before an operator acts.
pub const PASSWORD_OFF_SECONDS: u64 = 3600;

/// A limit of sign-ins as words.
#[must_use]
pub fn tried_too_often(wait: &Wait, left: u64) -> Problem {
    match wait.limit {
        Limit::Passwords => Problem::TooManyPasswords { seconds: seconds(left) },
        _ => Problem::TooManySignIns { seconds: seconds(left) },
    }
}

/// A limit as words and `Retry-After`.
#[must_use]
pub fn limited(wait: Wait, now: Timestamp) -> (Problem, Option<u64>) {
    let left = wait.seconds(now);
    let problem = match wait.limit {
        // Nobody who asks can do anything about these.
        Limit::Day | Limit::Stopped => Problem::CannotReach(Unreachable::Unavailable),
        _ => Problem::WaitUntil { seconds: seconds(left) },
    };
    (problem, Some(left))
}

/// What a person is told of a wish to send.
pub enum SendOutcome {
    /// A code is under way.
    UnderWay,
    /// What the code was for is over.
    Over,
    /// Why nothing goes out, and the seconds after which it may be wished for again.
    NotSent(Problem, Option<u64>),
}

/// What became of a wish to send. `before_second_step`: who asks has shown a password only, and learns less.
///
/// # Errors
/// Not found for a phone that is not there.
pub fn told(
    app: &App,
    sent: Sent,
    before_second_step: bool,
    now: Timestamp,
) -> Result<SendOutcome, WebError> {
    let (problem, wait) = match sent {
        Sent::Out | Sent::Unsure(_) | Sent::Already => return Ok(SendOutcome::UnderWay),
        Sent::Over => return Ok(SendOutcome::Over),
        Sent::NoSuchPhone => return Err(WebError::NOT_FOUND),
        Sent::NotByCall => (Problem::NoCalls, None),
        Sent::Refused(problem) => {
            let told = if before_second_step { problem.before_second_step() } else { problem };
            (Problem::CannotReach(unreachable(told)), None)
        }
        Sent::Wait(wait) => limited(wait, now),
        Sent::Locked => (Problem::Locked, None),
        Sent::TooManyPhones => (Problem::TooManyNumbers { max: max_phones(app) }, None),
    };
    Ok(SendOutcome::NotSent(problem, wait))
}

/// A number that is not taken.
#[must_use]
pub fn number(problem: NumberProblem) -> Problem {
    match problem {
        NumberProblem::Missing => Problem::NumberMissing,
        NumberProblem::NotANumber => Problem::NotANumber,
        NumberProblem::NotValid => Problem::NumberNotValid,
        NumberProblem::Country => Problem::CountryNotAllowed,
        NumberProblem::Kind => Problem::TypeNotAllowed,
    }
}

/// `phones.max_per_account`, for a sentence.
#[must_use]
pub fn max_phones(app: &App) -> u8 {
    u8::try_from(app.core.policy.phones.max_per_account()).unwrap_or(u8::MAX)
}

/// Seconds for a page.
#[must_use]
pub fn seconds(seconds: u64) -> u32 {
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

/// The field `channel` of a form; left out it means a text. `None`: not a way that there is.
#[must_use]
pub fn channel(form: &Form) -> Option<Channel> {
    match form.text("channel") {
        "" => Some(Channel::Sms),
        name => Channel::stored(name),
    }
}

/// How it stands with text messages, for the pages on which somebody is about to need one.
#[must_use]
pub fn texts(health: DeliveryHealth) -> TextMessages {
    match health {
        DeliveryHealth::Well => TextMessages::Well,
        DeliveryHealth::Slow => TextMessages::Slow,
        DeliveryHealth::Broken => TextMessages::Broken,
    }
}
