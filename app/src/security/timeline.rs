//! The way of a message: dot, word, time, and how long it took since the code was made.

use leptos::prelude::*;

use crate::parts::{Icon, icon, reach};
use crate::text::{Words, clock, exact, iso, took_span};
use crate::view::{Millis, TestStep, TestStepKind};

/// `open`: one more step is waited for.
pub(super) fn timeline(words: Words, steps: &[TestStep], open: bool) -> AnyView {
    let start = steps.first().map(|step| step.at);
    let last = steps.len().saturating_sub(1);
    let mut rows: Vec<AnyView> = Vec::with_capacity(steps.len() + 1);
    for (at, step) in steps.iter().enumerate() {
        rows.push(row(words, *step, start.filter(|_| at > 0), !open && at == last));
    }
    if open {
        let next = view! {
            <li class="next">
                <span class="dot"></span>
                <div class="what">
                    <p>{words.get("test-next")}</p>
                    <p class="meta">{words.get("test-next-more")}</p>
                </div>
            </li>
        };
        rows.push(next.into_any());
    }
    view! { <ol id="travel" class="timeline moves">{rows}</ol> }.into_any()
}

fn row(words: Words, step: TestStep, start: Option<Millis>, last: bool) -> AnyView {
    let (failed, title, more) = match step.kind {
        TestStepKind::CodeMade { minutes } => {
            (false, words.get("test-made"), words.with("test-made-more", [("n", minutes.into())]))
        }
        TestStepKind::SentOut => said(words, false, "test-sent-out", "test-sent-out-more"),
        TestStepKind::Refused(reason) => (true, words.get("test-refused"), reach(words, reason).to_owned()),
        TestStepKind::Unknown => said(words, true, "test-unknown", "test-unknown-more"),
        TestStepKind::HandedOver => said(words, false, "test-handed-over", "test-handed-over-more"),
        TestStepKind::Delivered => said(words, false, "test-delivered", "test-delivered-more"),
        TestStepKind::NotDelivered(reason) => {
            (true, words.get("test-not-delivered"), reach(words, reason).to_owned())
        }
        TestStepKind::Typed => said(words, false, "test-typed", "test-typed-more"),
        TestStepKind::Ended => said(words, true, "test-ended", "test-ended-more"),
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
