//! `/security/tests/{id}`: how a test message travelled, and the field that closes the test.

use leptos::prelude::*;

use super::timeline::timeline;
use crate::frames::{Shown, back_link, portal};
use crate::parts::{
    Again, CodeForm, Context, Forms, Tone, Ways, again_button, again_form, check_again, code_form, label_or,
    live_line, note, number, pause, remedy, rich, summary, titled,
};
use crate::text::{Words, date, iso, took_span};
use crate::view::{Carrier, CodeWait, Frame, TestPage, TestState, TestStepKind, Unreachable};
use crate::ways::{Offered, Plan, Way};

pub(crate) fn show(words: Words, frame: &Frame, page: &TestPage) -> Shown {
    let above = format!("/security/phones/{}", page.phone_id);
    let digits = if let TestState::Waiting(wait) = &page.state { wait.digits } else { 6 };
    let reason = failure(page);
    let offered = Offered::tested(page.by_call, reason, page.again_in > 0);
    let plan = reason.map_or_else(|| offered.anew(), |reason| offered.after(reason));
    let ways = Ways { again: "way-test", ..Ways::of(frame, offered) };
    let context = Context {
        means: if matches!(page.state, TestState::Waiting(_)) { "means-not-tested" } else { "" },
        identity: false,
        digits,
        reference: &page.reference,
        heard: page.by_call,
        ways,
        lasting: None,
    };
    let (stage, top, open) = match &page.state {
        TestState::Waiting(wait) => ("ask", ask(words, frame, page, wait, context), true),
        _ => ("told", result(words, page, ways), false),
    };
    let content = view! {
        {back_link(above, label_or(words, &page.label, page.number))}
        <h1>{rich(words, "test-title", [], [("number", number(words, page.number))])}</h1>
        {summary(words, page.problem, context)}
        <div id="top" class="moves" data-stage=stage>{top}</div>
        <section class="panel travel">
            <h2>{words.get(if page.by_call { "test-call-travel" } else { "test-travel" })}</h2>
            {timeline(words, page.by_call, &page.steps, open)}
            {live_line(page.live.as_deref())}
            {foot(words, page)}
        </section>
        <p class="meta">{words.get("test-never")}</p>
        {actions(words, frame, page, &plan)}
    };
    let title = words.with("test-title", [("number", page.number.to_string().into())]);
    portal(words, frame, title, content.into_any())
}

/// Why its message did not come.
const fn failure(page: &TestPage) -> Option<Unreachable> {
    match page.state {
        TestState::Failed(reason) => Some(reason),
        _ => None,
    }
}

fn ask(words: Words, frame: &Frame, page: &TestPage, wait: &CodeWait, context: Context<'_>) -> AnyView {
    let form = code_form(
        words,
        CodeForm {
            to: format!("/security/tests/{}", page.id),
            csrf: frame.csrf.clone(),
            wait,
            submit: words.get("code-submit-test"),
            problem: page.problem,
            context,
            live: true,
        },
    );
    let title = words.get(if page.by_call { "test-call-waiting-title" } else { "test-waiting-title" });
    view! { <section class="narrow"><h2>{title}</h2> {form}</section> }.into_any()
}

/// Whether the message arrived, first of all.
fn result(words: Words, page: &TestPage, ways: Ways) -> AnyView {
    let told =
        |tone, title: &'static str, text: String| note(tone, Some("status"), titled(words.get(title), text));
    let said = |text: &'static str| words.get(text).to_owned();
    let arrived = arrived(page);
    match (&page.state, arrived) {
        (TestState::Waiting(_), _) => ().into_any(),
        (TestState::Right { took_ms }, _) => {
            let (text, took) = match arrived {
                Some(took) if page.by_call => ("test-right-read-out", took),
                Some(took) => ("test-right-delivered", took),
                None => ("test-right-typed", *took_ms),
            };
            let text = words.with(text, [("span", took_span(words, took).into())]);
            told(Tone::Ok, "test-right-title", text)
        }
        (TestState::Expired, Some(_)) => told(Tone::Ok, heard_title(page), said("test-expired-arrived")),
        (TestState::TriesSpent, Some(_)) => told(Tone::Ok, heard_title(page), said("test-spent-text")),
        (TestState::Expired, None) => told(Tone::Warn, "test-unsure-title", said("test-expired-text")),
        (TestState::TriesSpent, None) => told(Tone::Warn, "test-unsure-title", said("test-spent-text")),
        // Why stands at the step that failed.
        (TestState::Failed(reason), _) => {
            let title = if page.by_call { "test-call-failed-title" } else { "test-failed-title" };
            told(Tone::Warn, title, remedy(words, *reason, ways))
        }
    }
}

const fn heard_title(page: &TestPage) -> &'static str {
    if page.by_call { "test-read-out-title" } else { "test-arrived-title" }
}

/// Milliseconds from making the code to the network's word that it arrived, where that is known.
fn arrived(page: &TestPage) -> Option<u32> {
    let made = page.steps.first()?.at;
    let arrived = page.steps.iter().find(|step| step.kind == TestStepKind::Delivered)?.at;
    u32::try_from(arrived.saturating_sub(made)).ok()
}

fn foot(words: Words, page: &TestPage) -> AnyView {
    let day = page.steps.first().map(|step| {
        let date = view! { <time datetime=iso(step.at) data-as="date">{date(words, step.at)}</time> };
        let zone = view! { <span id="zone">{words.get("when-zone")}</span> };
        let pieces = [("date", date.into_any()), ("zone", zone.into_any())];
        view! { <span>{rich(words, "test-foot", [], pieces)}</span> }
    });
    let carrier = page.carrier.as_ref().map(|carrier| match carrier {
        Carrier::Inbox => words.get("test-carrier-inbox").to_owned(),
        Carrier::Service(name) => words.with("test-carrier", [("name", name.clone().into())]),
    });
    let carrier = carrier.map(|carrier| view! { <span>{carrier}</span> });
    let reference = words.with("ref", [("ref", page.reference.clone().into())]);
    let reference = view! { <strong>{reference}</strong> }.into_any();
    let of = if page.by_call { "test-call-ref" } else { "test-ref" };
    view! {
        <p class="travel-foot">
            {day}
            {carrier}
            <span>{rich(words, of, [], [("ref", reference)])}</span>
        </p>
    }
    .into_any()
}

/// What to do next: the likeliest first and filled.
fn actions(words: Words, frame: &Frame, page: &TestPage, plan: &Plan) -> AnyView {
    let stage = match page.state {
        TestState::Waiting(_) => "waiting",
        TestState::Right { .. } => "right",
        TestState::Expired | TestState::TriesSpent | TestState::Failed(_) => "failed",
    };
    let again = |class| {
        let again = Again { label: "test-again", id: "again-test", channel: None, icon: None, class };
        view! {
            {pause(words, "test-again-in", words.get("test-again").to_owned(), page.again_in, true)}
            {again_button(words, again)}
        }
        .into_any()
    };
    let back = |class| {
        view! { <a class=class href="/security" id="back"><span>{words.get("test-back")}</span></a> }
            .into_any()
    };
    let replace = |class| {
        let to = format!("/security/phones/{}/replace", page.phone_id);
        view! { <a class=class href=to id="replace"><span>{words.get("phone-replace")}</span></a> }.into_any()
    };
    let buttons: Vec<AnyView> = match stage {
        "failed" => {
            let class = |way| if plan.first() == Some(way) { "btn main" } else { "plain" };
            let ways = plan.ways().into_iter().filter_map(|way| match way {
                Way::Again => Some(again(class(way))),
                Way::Replace => Some(replace(class(way))),
                _ => None,
            });
            ways.chain([back("plain")]).collect()
        }
        "right" => vec![back("btn main"), again("plain")],
        _ => vec![back("btn"), again("plain")],
    };
    let to = format!("/security/phones/{}/test", page.phone_id);
    let own = format!("/security/tests/{}", page.id);
    let forms =
        Forms { to: &to, csrf: &frame.csrf, page: &own, phone: None, seconds: page.again_in, live: true };
    let more = page.live.is_some() || page.again_in > 0;
    view! {
        <div class="after">
            {again_form(&forms)}
            <div id="actions" class="actions moves" data-stage=stage>{buttons}</div>
            {check_again(words, &own, true, more)}
        </div>
    }
    .into_any()
}
