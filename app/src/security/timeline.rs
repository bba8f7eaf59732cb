//! The way of a message: dot, word, time, and how long it took since the code was made.

use leptos::prelude::*;

use crate::parts::{Icon, Way, icon, reach};
use crate::text::{Words, clock, exact, iso, took_span};
use crate::view::{Millis, TestStep, TestStepKind, Unreachable};

/// `open`: one more step is waited for.
pub(super) fn timeline(words: Words, by_call: bool, steps: &[TestStep], open: bool) -> AnyView {
    let start = steps.first().map(|step| step.at);
    let last = steps.len().saturating_sub(1);
    let mut rows: Vec<AnyView> = Vec::with_capacity(steps.len() + 1);
    for (at, step) in steps.iter().enumerate() {
        rows.push(row(words, by_call, *step, start.filter(|_| at > 0), !open && at == last));
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

fn row(words: Words, by_call: bool, step: TestStep, start: Option<Millis>, last: bool) -> AnyView {
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
    let class = match (failed, last) {
        (true, _) => "failed",
        (false, true) => "done last",
        (false, false) => "done",
    };
    let after = start.map(|start| {
        let took = u32::try_from(step.at.saturating_sub(start)).unwrap_or(0);
        view! { <span>{words.with("after", [("span", took_span(words, took).into())])}</span> }
    });
    view! {
        <li class=class>
            <span class="dot">{icon(if failed { Icon::Warning } else { Icon::Check })}</span>
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
    (true, words.get(title), reach(words, reason, Way { by_call, calls: false }).to_owned())
}
