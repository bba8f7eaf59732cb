//! `/security/tests/{id}`: how a test message travelled, and the field that closes the test.

use leptos::prelude::*;

use super::timeline::timeline;
use crate::page::{Shown, back_link, portal};
use crate::parts::{
    Again, CodeForm, Context, Post, Tone, Way, code_form, label_or, live_line, note, number, post, reach,
    rich, send_again, summary, titled,
};
use crate::text::{Words, date, iso, took_span};
use crate::view::{Carrier, CodeWait, Frame, TestPage, TestState};

pub(crate) fn show(words: Words, frame: &Frame, page: &TestPage) -> Shown {
    let above = format!("/security/phones/{}", page.phone_id);
    let digits = if let TestState::Waiting(wait) = &page.state { wait.digits } else { 6 };
    let way = Way { by_call: page.by_call, calls: false };
    let context =
        Context { means: "means-not-tested", identity: false, digits, reference: &page.reference, way };
    let (top, open) = match &page.state {
        TestState::Waiting(wait) => (ask(words, frame, page, wait, context), true),
        state => (result(words, state, way), false),
    };
    let content = view! {
        {back_link(above, label_or(words, &page.label, page.number))}
        <h1>{rich(words, "test-title", [], [("number", number(words, page.number))])}</h1>
        {summary(words, page.problem, context)}
        {top}
        <section class="panel travel">
            <h2>{words.get(if page.by_call { "test-call-travel" } else { "test-travel" })}</h2>
            {timeline(words, page.by_call, &page.steps, open)}
            {live_line(page.live.as_deref())}
            {foot(words, page)}
        </section>
        <p class="meta">{words.get("test-never")}</p>
        <div class="actions">
            <a class=if open { "btn" } else { "btn main" } href="/security"><span>{words.get("test-back")}</span></a>
            {again(words, frame, page)}
        </div>
    };
    let title = words.with("test-title", [("number", page.number.to_string().into())]);
    portal(words, frame, title, content.into_any())
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

fn result(words: Words, state: &TestState, way: Way) -> AnyView {
    let told =
        |tone, title: &'static str, text: String| note(tone, Some("status"), titled(words.get(title), text));
    match state {
        TestState::Waiting(_) => ().into_any(),
        TestState::Right { took_ms } => {
            let text = words.with("test-right-text", [("span", took_span(words, *took_ms).into())]);
            told(Tone::Ok, "test-right-title", text)
        }
        TestState::Expired => {
            told(Tone::Warn, "test-expired-title", words.get("test-expired-text").to_owned())
        }
        TestState::TriesSpent => {
            told(Tone::Warn, "test-spent-title", words.get("test-spent-text").to_owned())
        }
        TestState::Failed(reason) => {
            told(Tone::Warn, "test-failed-title", reach(words, *reason, way).to_owned())
        }
    }
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
    view! {
        <p class="travel-foot">
            {day}
            {carrier}
            <span>{rich(words, "test-ref", [], [("ref", reference)])}</span>
        </p>
    }
    .into_any()
}

fn again(words: Words, frame: &Frame, page: &TestPage) -> AnyView {
    let again =
        Again { label: "test-again", waiting: "test-again-in", class: "plain", seconds: page.again_in };
    let to = format!("/security/phones/{}/test", page.phone_id);
    let button = send_again(words, again, format!("/security/tests/{}", page.id));
    post(Post { to, csrf: frame.csrf.clone(), class: "" }, button)
}
