//! Tests of delivery: sending one, and how it went. A test never signs in or proves anything (R13).
use crate::web::answer::{Answer, Reply, go, show};
use crate::web::context::Ctx;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::guard::SignedIn;
use crate::web::live;
use crate::web::security::phone;
use crate::web::shown::{self, SendOutcome};
use app::view::{DeliveryState as Shown, Page, Problem, TestPage, TestState, TestStep, TestStepKind};
use domain::challenge::{Dead, Flow, Standing};
use domain::channel::Channel;
use domain::code;
use domain::delivery::DeliveryState;
use domain::id::{FlowId, PhoneId};
use domain::otp::Checked;
use domain::progress::{Heard, Progress};
use std::sync::Arc;

/// Sends a test code to the phone in the path.
///
/// # Errors
/// Not found for another account's phone, and for one that is not proven.
pub async fn send(person: SignedIn, ctx: Arc<Ctx>, _: Form) -> Answer {
    let id = ctx.id(PhoneId::parse)?;
    let started = ctx.app.tests.start(person.id(), &person.handle, &id, &ctx.trail).await?;
    let started = started.ok_or(WebError::NOT_FOUND)?;
    if let Some(test) = started.flow {
        return Ok(go(format!("/security/tests/{test}")));
    }
    let (problem, wait) = match shown::told(&ctx.app, started.sent, false, ctx.trail.at)? {
        SendOutcome::NotSent(problem, wait) => (problem, wait),
        SendOutcome::UnderWay | SendOutcome::Over => (Problem::Unavailable, None),
    };
    Ok(phone::page(&person, None, Some(problem), &ctx).await?.refused(wait))
}

/// How it went.
///
/// # Errors
/// Not found for another account's test (R143).
pub async fn get(person: SignedIn, ctx: Arc<Ctx>) -> Answer {
    let test = one(&person, &ctx).await?;
    page(&test, None, &person, &ctx).await
}

/// The received code as typed: closes the test.
///
/// # Errors
/// Not found for another account's test.
pub async fn post(person: SignedIn, ctx: Arc<Ctx>, form: Form) -> Answer {
    let test = one(&person, &ctx).await?;
    let not = match ctx.app.tests.check(test, form.text("code"), &ctx.trail).await? {
        Checked::Right(test) => return Ok(go(format!("/security/tests/{}", test.id))),
        not => not,
    };
    let test = one(&person, &ctx).await?;
    let (problem, wait) = shown::checked(&test, &not, ctx.trail.at);
    Ok(page(&test, Some(problem), &person, &ctx).await?.refused(wait))
}

/// News of the message.
///
/// # Errors
/// Not found for another account's test.
pub async fn live(person: SignedIn, ctx: Arc<Ctx>) -> Answer {
    let test = one(&person, &ctx).await?;
    Ok(live::answer_of_flow(&test, &ctx))
}

async fn one(person: &SignedIn, ctx: &Ctx) -> Result<Flow, WebError> {
    let id = ctx.id(FlowId::parse)?;
    ctx.app.tests.one(person.id(), &id).await?.ok_or(WebError::NOT_FOUND)
}

async fn page(
    test: &Flow,
    problem: Option<Problem>,
    person: &SignedIn,
    ctx: &Ctx,
) -> Result<Reply, WebError> {
    let now = ctx.trail.at;
    let label = ctx.app.phones.one(person.id(), &test.phone).await?.map(|phone| phone.label);
    let heard = match &test.delivery {
        Some(delivery) => ctx.app.core.deliveries.steps(&delivery.id).await?,
        None => Vec::new(),
    };
    let wait = shown::wait(&ctx.app, test, now);
    let again_in = wait.resend_in.unwrap_or(0);
    Ok(show(Page::Test(TestPage {
        id: test.id.to_string(),
        phone_id: test.phone.to_string(),
        number: shown::mask(&test.mask),
        label: label.unwrap_or_default(),
        by_call: wait.by_call,
        reference: wait.reference.clone(),
        carrier: test.delivery.as_ref().and_then(shown::carrier),
        steps: steps(test, &heard, ctx),
        state: state(test, ctx, wait),
        live: live::of_flow(&format!("/security/tests/{}", test.id), test, ctx),
        again_in,
        problem,
    })))
}

fn state(test: &Flow, ctx: &Ctx, wait: app::view::CodeWait) -> TestState {
    if let Some(at) = test.finished_at {
        return TestState::Right { took_ms: shown::whole_way(test, at) };
    }
    match (test.standing(&ctx.app.core.policy.otp, ctx.trail.at), test.delivery.as_ref().map(shown::farthest))
    {
        (_, Some(Shown::Refused(why) | Shown::NotDelivered(why))) => TestState::Failed(why),
        (Standing::Open { .. }, _) => TestState::Waiting(wait),
        (Standing::Dead(Dead::TriesSpent | Dead::Locked), _) => TestState::TriesSpent,
        (Standing::Dead(_), _) => TestState::Expired,
    }
}

fn steps(test: &Flow, heard: &[Heard], ctx: &Ctx) -> Vec<TestStep> {
    let minutes = code::minutes(ctx.app.core.policy.otp.ttl());
    let made = TestStepKind::CodeMade { minutes: shown::seconds(minutes) };
    let mut steps = vec![TestStep { kind: made, at: shown::made_at(test).as_millis() }];
    let channel = test.delivery.as_ref().map_or(Channel::Sms, |delivery| delivery.channel);
    if let Some(delivery) = &test.delivery {
        let kind = match delivery.state {
            DeliveryState::Queued | DeliveryState::Claimed => None,
            DeliveryState::Taken => Some(TestStepKind::SentOut),
            DeliveryState::Refused(problem) => Some(TestStepKind::Refused(shown::unreachable(problem))),
            DeliveryState::Unknown(_) => Some(TestStepKind::Unknown),
        };
        let at = delivery.settled_at.unwrap_or(delivery.created_at).as_millis();
        steps.extend(kind.map(|kind| TestStep { kind, at }));
    }
    // What the provider still did with it before it was on its way is one step with its taking it.
    // That a call ended is no step where its code was read out.
    let read_out =
        channel == Channel::Voice && heard.iter().any(|heard| heard.progress == Progress::Delivered);
    let heard = heard.iter().filter(|heard| !(read_out && heard.progress.has_failed()));
    steps.extend(heard.filter_map(|heard| {
        let kind = match shown::heard_of(channel, *heard) {
            Shown::Ringing => TestStepKind::Ringing,
            Shown::HandedOver => TestStepKind::HandedOver,
            Shown::Delivered => TestStepKind::Delivered,
            Shown::NotDelivered(why) => TestStepKind::NotDelivered(why),
            Shown::Waiting | Shown::SentOut | Shown::Refused(_) | Shown::Unknown => return None,
        };
        Some(TestStep { kind, at: heard.at.as_millis() })
    }));
    if let Some(at) = test.finished_at {
        steps.push(TestStep { kind: TestStepKind::Typed, at: at.as_millis() });
    } else {
        let over = test.code.as_ref().map_or(test.expires_at, |code| code.expires_at);
        let over = Some(over).filter(|over| *over <= ctx.trail.at);
        steps.extend(over.map(|over| TestStep { kind: TestStepKind::Ended, at: over.as_millis() }));
    }
    steps
}
