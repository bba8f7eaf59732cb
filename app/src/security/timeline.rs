//! The way of a message: dot, word, time, and how long it took since the code was made.

use leptos::prelude::*;

use crate::parts::{Icon, cause, icon};
use crate::text::{Words, clock, exact, iso, took_span};
use crate::view::{Millis, TestStep, TestStepKind, Unreachable};

/// `open`: one more step is waited for.
pub(super) fn timeline(words: Words, by_call: bool, steps: &[TestStep], open: bool) -> AnyView {
    let start = steps.first().map(|step| step.at);
    let last = steps.len().saturating_sub(1);
    // What failed on the way to a right code is no trouble any more.
    let done = steps.iter().any(|step| step.kind == TestStepKind::Typed);
    let mut rows: Vec<AnyView> = Vec::with_capacity(steps.len() + 1);
    for (at, step) in steps.iter().enumerate() {
        let place = Place { start: start.filter(|_| at > 0), last: !open && at == last, done };
        rows.push(row(words, by_call, *step, place));
    }
    if open {
        let arrived = steps.last().is_some_and(|step| step.kind == TestStepKind::Delivered);
        let (title, more) = match (arrived, by_call) {
            (true, _) => ("test-next-now", "test-next-more"),
            (false, true) => ("test-call-next", "test-call-next-more"),
            (false, false) => ("test-next", "test-next-more"),
        };
        let next = view! {
            <li class="next">
                <span class="dot"></span>
                <div class="what">
                    <p>{words.get(title)}</p>
                    <p class="meta">{words.get(more)}</p>
                </div>
            </li>
        };
        rows.push(next.into_any());
    }
    view! { <ol id="travel" class="timeline moves">{rows}</ol> }.into_any()
}

/// Where a step stands.
#[derive(Clone, Copy)]
struct Place {
    /// When the code was made, for steps after that.
    start: Option<Millis>,
    /// Nothing follows.
    last: bool,
    /// The right code was typed.
    done: bool,
}

fn row(words: Words, by_call: bool, step: TestStep, place: Place) -> AnyView {
    let (failed, title, more) = match step.kind {
        TestStepKind::CodeMade { minutes } => {
            (false, words.get("test-made"), words.with("test-made-more", [("n", minutes.into())]))
        }
        TestStepKind::Typed => said(words, false, "test-typed", "test-typed-more"),
        TestStepKind::Ended => said(words, true, "test-ended", "test-ended-more"),
        TestStepKind::SentOut if by_call => {
            said(words, false, "test-call-sent-out", "test-call-sent-out-more")
        }
        TestStepKind::Unknown if by_call => said(words, true, "test-call-unknown", "test-call-unknown-more"),
        TestStepKind::Ringing => said(words, false, "test-call-ringing", "test-call-ringing-more"),
        TestStepKind::HandedOver if by_call => {
            said(words, false, "test-call-answered", "test-call-answered-more")
        }
        TestStepKind::Delivered if by_call => {
            said(words, false, "test-call-read-out", "test-call-read-out-more")
        }
        TestStepKind::Refused(reason) if by_call => why_not(words, "test-call-not-made", reason, by_call),
        TestStepKind::NotDelivered(reason) if by_call => {
            why_not(words, "test-call-not-heard", reason, by_call)
        }
        TestStepKind::SentOut => said(words, false, "test-sent-out", "test-sent-out-more"),
        TestStepKind::Refused(reason) => why_not(words, "test-refused", reason, by_call),
        TestStepKind::Unknown => said(words, true, "test-unknown", "test-unknown-more"),
        TestStepKind::HandedOver => said(words, false, "test-handed-over", "test-handed-over-more"),
        TestStepKind::Delivered => said(words, false, "test-delivered", "test-delivered-more"),
        TestStepKind::NotDelivered(reason) => why_not(words, "test-not-delivered", reason, by_call),
    };
    let class = match (failed, place.last) {
        (true, _) if place.done => "passed",
        (true, _) => "failed",
        (false, true) => "done last",
        (false, false) => "done",
    };
    let after = place.start.map(|start| {
        let took = u32::try_from(step.at.saturating_sub(start)).unwrap_or(0);
        view! { <span>{words.with("after", [("span", took_span(words, took).into())])}</span> }
    });
    let drawing = match (failed, place.done) {
        (false, _) => Icon::Check,
        (true, true) => Icon::Cross,
        (true, false) => Icon::Warning,
    };
    view! {
        <li class=class>
            <span class="dot">{icon(drawing)}</span>
            <div class="what">
                <p>{title}</p>
                <p class="meta">{more}</p>
            </div>
            <div class="at">
                <time datetime=iso(step.at) title=exact(words, step.at) data-as="clock">{clock(step.at)}</time>
                {after}
            </div>
        </li>
    }
    .into_any()
}

fn said(words: Words, failed: bool, title: &'static str, more: &'static str) -> (bool, &'static str, String) {
    (failed, words.get(title), words.get(more).to_owned())
}

fn why_not(
    words: Words,
    title: &'static str,
    reason: Unreachable,
    by_call: bool,
) -> (bool, &'static str, String) {
    // What to do stands on top of the page.
    (true, words.get(title), cause(words, reason, by_call).to_owned())
}
