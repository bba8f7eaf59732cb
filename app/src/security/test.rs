//! `/security/tests/{id}`: how a test message travelled, and the field that closes the test.

use leptos::prelude::*;

use super::timeline::timeline;
use crate::page::{Shown, back_link, portal};
use crate::parts::{
    Again, CodeForm, Context, Elsewhere, Forms, Tone, Ways, again_button, again_form, check_again, code_form,
    label_or, live_line, note, number, pause, remedy, rich, summary, titled, ways_sentence,
};
use crate::text::{Words, date, iso, took_span};
use crate::view::{Carrier, CodeWait, Frame, TestPage, TestState};

pub(crate) fn show(words: Words, frame: &Frame, page: &TestPage) -> Shown {
    let above = format!("/security/phones/{}", page.phone_id);
    let digits = if let TestState::Waiting(wait) = &page.state { wait.digits } else { 6 };
    let replace = matches!(page.state, TestState::Failed(reason) if reason.lasts());
    let ways = Ways {
        by_call: page.by_call,
        again: Some("way-test"),
        elsewhere: if replace { Elsewhere::Replace } else { Elsewhere::No },
        ..Ways::of(frame)
    };
    let context = Context {
        means: "means-not-tested",
        identity: false,
        digits,
        reference: &page.reference,
        heard: page.by_call,
        ways,
    };
    let (stage, top, open) = match &page.state {
        TestState::Waiting(wait) => ("ask", ask(words, frame, page, wait, context), true),
        state => ("told", result(words, state, ways), false),
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
        {actions(words, frame, page, replace)}
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

fn result(words: Words, state: &TestState, ways: Ways) -> AnyView {
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
            let again = ways_sentence(words, &["way-test"]).unwrap_or_default();
            told(Tone::Warn, "test-spent-title", format!("{} {again}", words.get("test-spent-text")))
        }
        // Why stands at the step that failed.
        TestState::Failed(reason) => told(Tone::Warn, "test-failed-title", remedy(words, *reason, ways)),
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
fn actions(words: Words, frame: &Frame, page: &TestPage, replace: bool) -> AnyView {
    let (stage, main) = match page.state {
        TestState::Waiting(_) => ("waiting", false),
        TestState::Right { .. } => ("right", false),
        TestState::Expired | TestState::TriesSpent | TestState::Failed(_) => ("failed", true),
    };
    let class = if main { "btn main" } else { "plain" };
    let again = Again { label: "test-again", id: "again-test", channel: None, icon: None, class };
    let again = view! {
        {pause(words, "test-again-in", words.get("test-again").to_owned(), page.again_in, true)}
        {again_button(words, again)}
    };
    let back = |class| {
        view! { <a class=class href="/security" id="back"><span>{words.get("test-back")}</span></a> }
            .into_any()
    };
    let replace = replace.then(|| {
        let to = format!("/security/phones/{}/replace", page.phone_id);
        view! { <a class="plain" href=to><span>{words.get("phone-replace")}</span></a> }
    });
    let buttons = match stage {
        "failed" => view! { {again} {replace} {back("plain")} }.into_any(),
        "right" => view! { {back("btn main")} {again} }.into_any(),
        _ => view! { {back("btn")} {again} }.into_any(),
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
