//! The code form: how the message went, the field, time and tries under it. The same wherever a code is typed.

use leptos::prelude::*;

use super::{
    Icon, Post, Tone, Way, delivery, field, field_error, icon, live_line, moving_note, post, problem, rich,
    titled,
};
use crate::islands::{CodeField, TimeLeft};
use crate::text::{Value, Words};
use crate::view::{CodeWait, DeliveryState, Field, News, Problem};

impl CodeWait {
    /// Whether a right code could still be accepted.
    pub(crate) const fn is_alive(&self) -> bool {
        self.seconds_left > 0 && self.tries_left > 0
    }

    /// Whether there never was a message to type from.
    pub(crate) const fn never_left(&self) -> bool {
        matches!(self.delivery, DeliveryState::Refused(_)) && !self.is_alive()
    }

    /// By which way the code goes, and whether a call can be chosen.
    pub(crate) const fn way(&self) -> Way {
        Way { by_call: self.by_call, calls: self.call_in.is_some() }
    }
}

fn reference(words: Words, reference: &str) -> AnyView {
    let text = words.with("ref", [("ref", reference.to_owned().into())]);
    view! { <strong class="ref">{text}</strong> }.into_any()
}

/// The line above the field. `again` is the form for a new code, shown here where it is the next thing to do.
pub fn sent_note(
    words: Words,
    wait: &CodeWait,
    again: Option<AnyView>,
    problem: Option<Problem>,
    news: Option<News>,
) -> AnyView {
    if problem.is_some() && !wait.is_alive() {
        // The summary has told why the code is dead.
        return view! { <div class="next">{again}</div> }.into_any();
    }
    if again.is_none() && matches!(problem, Some(Problem::WrongCode { .. } | Problem::NotACode)) {
        // The summary names the message.
        return ().into_any();
    }
    let look = |title: &'static str, text: &'static str| {
        titled(words.get(title), rich(words, text, [], [("ref", reference(words, &wait.reference))]))
    };
    let live = live_line(wait.live.as_deref());
    let told = |tone, body: AnyView| {
        let note = moving_note("sent", tone, view! { {body} {again} }.into_any());
        view! { {note} {live} }.into_any()
    };
    if !wait.never_left() && !wait.is_alive() {
        let title = if wait.tries_left == 0 { "code-dead-tries" } else { "code-dead-over" };
        return told(Tone::Warn, titled(words.get(title), words.get("code-dead-more")));
    }
    let reach = |reason| delivery::reach(words, reason, wait.way());
    if wait.by_call {
        // Nothing in a call names it: whoever is asked for help needs the reference from here.
        let look = |title: &'static str, text: &'static str| {
            let named = rich(words, "call-ref", [], [("ref", reference(words, &wait.reference))]);
            titled(words.get(title), view! { {words.get(text)} " " <span class="meta">{named}</span> })
        };
        return match wait.delivery {
            DeliveryState::Waiting => told(Tone::Quiet, look("call-waiting", "call-waiting-more")),
            DeliveryState::SentOut => told(Tone::Quiet, look("call-sent-out", "call-sent-out-more")),
            DeliveryState::Ringing => told(Tone::Quiet, look("call-ringing", "call-ringing-more")),
            DeliveryState::HandedOver => told(Tone::Quiet, look("call-answered", "call-answered-more")),
            DeliveryState::Delivered => told(Tone::Ok, look("call-read-out", "call-read-out-more")),
            DeliveryState::Unknown => told(Tone::Warn, look("call-unknown", "call-unknown-more")),
            DeliveryState::Refused(reason) => {
                told(Tone::Warn, titled(words.get("call-not-made"), reach(reason)))
            }
            DeliveryState::NotDelivered(reason) => {
                told(Tone::Warn, titled(words.get("call-not-heard"), reach(reason)))
            }
        };
    }
    // After a resend the same line says that this is a new code.
    let sent = |title| if news == Some(News::CodeSent) { "news-code-sent" } else { title };
    match wait.delivery {
        DeliveryState::Waiting => told(Tone::Quiet, look(sent("code-waiting"), "code-waiting-more")),
        DeliveryState::SentOut | DeliveryState::Ringing => {
            told(Tone::Quiet, look(sent("code-sent-out"), "code-sent-out-more"))
        }
        DeliveryState::HandedOver => {
            told(Tone::Quiet, look(sent("code-handed-over"), "code-handed-over-more"))
        }
        DeliveryState::Delivered => told(Tone::Ok, look(sent("code-delivered"), "code-delivered-more")),
        DeliveryState::Unknown => told(Tone::Warn, look("code-unknown", "code-unknown-more")),
        DeliveryState::Refused(reason) => told(Tone::Warn, titled(words.get("code-refused"), reach(reason))),
        DeliveryState::NotDelivered(reason) => {
            told(Tone::Warn, titled(words.get("code-not-delivered"), reach(reason)))
        }
    }
}

/// What a code form is told.
pub struct CodeForm<'a> {
    /// Where it is posted.
    pub to: String,
    /// The frame's token.
    pub csrf: String,
    /// The code.
    pub wait: &'a CodeWait,
    /// Words of the button.
    pub submit: &'static str,
    /// Why the last try did not work.
    pub problem: Option<Problem>,
    /// For the words of the problem.
    pub context: problem::Context<'a>,
    /// Whether islands may be used.
    pub live: bool,
}

/// Field, time and tries, button.
pub fn code_form(words: Words, form: CodeForm<'_>) -> AnyView {
    let wait = form.wait;
    let error = form
        .problem
        .filter(|problem| problem.field() == Some(Field::Code))
        .map(|problem| field_error(words, problem, form.context));
    let described_by = if error.is_some() { "code-error code-under" } else { "code-under" };
    let wrong = error.is_some();
    // A summary takes the focus instead.
    let focus = form.problem.is_none() && wait.is_alive();
    let label = words.with("code-label", [("digits", wait.digits.into())]).into_any();
    let input = if form.live {
        view! { <CodeField digits=wait.digits described_by=described_by.to_owned() invalid=wrong focus /> }
            .into_any()
    } else {
        plain_input(described_by, wrong, focus)
    };
    let button = if wait.is_alive() { "btn main" } else { "btn" };
    let inside = view! {
        {field(Field::Code, label, None, error, input)}
        {under_code(words, wait, form.live)}
        <button class=button><span>{form.submit}</span></button>
    };
    post(Post { to: form.to, csrf: form.csrf, class: "code-form" }, inside.into_any())
}

fn plain_input(described_by: &'static str, wrong: bool, focus: bool) -> AnyView {
    view! {
        <input
            class="code"
            id="code"
            name="code"
            type="text"
            inputmode="numeric"
            autocomplete="one-time-code"
            autocapitalize="off"
            spellcheck="false"
            maxlength="64"
            required
            aria-describedby=described_by
            aria-invalid=wrong.then_some("true")
            autofocus=focus
        />
    }
    .into_any()
}

/// Time left at the start, tries left at the end.
fn under_code(words: Words, wait: &CodeWait, live: bool) -> AnyView {
    let args = |m: Value, s: Value| [("m", m), ("s", s)];
    let over = words.get("code-left-over");
    let time = if live && wait.seconds_left > 0 {
        view! {
            <TimeLeft
                seconds=wait.seconds_left
                short=words.with("code-left-seconds", args("{m}".into(), "{s}".into()))
                long=words.with("code-left-minutes", args("{m}".into(), "{s}".into()))
                over=over.to_owned()
            />
        }
        .into_any()
    } else {
        let key = if wait.seconds_left < 60 { "code-left-seconds" } else { "code-left-minutes" };
        let (m, s) = (wait.seconds_left / 60, wait.seconds_left % 60);
        let text =
            if wait.seconds_left == 0 { over.to_owned() } else { words.with(key, args(m.into(), s.into())) };
        view! { <span>{text}</span> }.into_any()
    };
    // A code without tries has no time worth telling.
    let time = (wait.tries_left > 0).then(|| {
        view! { <span class="clock">{icon(Icon::Clock)} {time}</span> }
    });
    let tries = if wait.tries_left == 0 {
        words.get("code-tries-none").to_owned()
    } else {
        words.with("code-tries", [("n", wait.tries_left.into())])
    };
    view! {
        <p class="under" id="code-under">
            {time}
            <span>{tries}</span>
        </p>
    }
    .into_any()
}
