//! The code form: how the message went, the field, time and tries under it. The same wherever a code is typed.

use leptos::prelude::*;

use super::{
    Icon, Post, Tone, Ways, field, field_error, icon, live_line, number, post, problem, reach, rich, titled,
    told_note,
};
use crate::islands::{CodeField, TimeLeft};
use crate::text::{Value, Words};
use crate::view::{CodeWait, DeliveryState, Field, News, Problem};

impl CodeWait {
    /// Whether a right code could still be accepted.
    pub(crate) const fn is_alive(&self) -> bool {
        self.seconds_left > 0 && self.tries_left > 0
    }

    /// Whether the newest message was refused and the code before it still counts (R8).
    pub(crate) const fn kept(&self) -> bool {
        matches!(self.delivery, DeliveryState::Refused(_)) && self.is_alive()
    }

    /// Whether a new code is the next thing: it moves up, before the field.
    pub(crate) const fn asks_anew(&self) -> bool {
        !self.is_alive() || matches!(self.delivery, DeliveryState::NotDelivered(_))
    }

    /// What it means that nothing could be sent now.
    pub(crate) const fn not_sent(&self) -> &'static str {
        match (self.is_alive(), self.kept() && self.by_call) {
            (_, true) => "means-not-called",
            (true, false) => "means-not-sent-anew",
            (false, false) => "means-not-sent",
        }
    }

    /// The heading of the other ways.
    pub(crate) const fn ways_title(&self) -> &'static str {
        match self.delivery {
            _ if self.asks_anew() || self.kept() => "resend-other-ways",
            DeliveryState::HandedOver if self.by_call => "call-without-code",
            DeliveryState::Delivered if self.by_call => "call-missed-code",
            _ if self.by_call => "call-cannot-take",
            _ => "resend-title",
        }
    }
}

fn reference(words: Words, reference: &str) -> AnyView {
    let text = words.with("ref", [("ref", reference.to_owned().into())]);
    view! { <strong class="ref">{text}</strong> }.into_any()
}

/// That a code is on its way to this number; that it no longer works; or that none went, and which one still counts.
pub fn code_lead(words: Words, wait: &CodeWait) -> AnyView {
    let to = ("number", view! { <strong>{number(words, wait.number)}</strong> }.into_any());
    let digits = [("digits", wait.digits.into())];
    if !wait.is_alive() {
        return rich(words, if wait.code_by_call { "call-lead-over" } else { "code-lead-over" }, [], [to])
            .into_any();
    }
    if !wait.kept() {
        return rich(words, if wait.code_by_call { "call-lead" } else { "code-lead" }, digits, [to])
            .into_any();
    }
    let not = rich(words, if wait.by_call { "kept-not-called" } else { "kept-not-sent" }, [], [to]);
    let reference = [("ref", reference(words, &wait.reference))];
    let kept = rich(words, if wait.code_by_call { "kept-call" } else { "kept-text" }, [], reference);
    view! { {not} " " {kept} }.into_any()
}

/// By what whoever helps finds a message that was not sent; no message holds it.
pub fn help_ref(words: Words, wait: &CodeWait) -> Option<AnyView> {
    let known = !wait.reference.is_empty();
    known.then(|| {
        let asked = rich(words, "code-none-ref", [], [("ref", reference(words, &wait.reference))]);
        view! { " " {asked} }.into_any()
    })
}

/// What stands below the words of [`sent_note`].
pub struct Next {
    /// See [`super::stage`].
    pub stage: String,
    /// The buttons that have moved up.
    pub buttons: AnyView,
}

/// The line above the field, with what to do next.
pub fn sent_note(
    words: Words,
    wait: &CodeWait,
    ways: Ways,
    next: Next,
    problem: Option<Problem>,
    news: Option<News>,
) -> AnyView {
    let class = |class: &str| format!("{class} moves");
    let next = |named: &str| {
        view! { <div id="next" class=class(named) data-stage=next.stage>{next.buttons}</div> }.into_any()
    };
    if problem.is_some() && !wait.is_alive() {
        // The summary has told why the code is dead.
        return next("next");
    }
    let typed = matches!(problem, Some(Problem::WrongCode { .. } | Problem::NotACode));
    if problem.is_some() && wait.kept() || typed && !wait.asks_anew() {
        // The summary names the message, or why there is none and the lead the one that counts.
        return ().into_any();
    }
    let live = live_line(wait.live.as_deref());
    let told = |tone, body: AnyView| {
        let note = told_note(tone, body, next("told-next"));
        view! { {note} {live} }.into_any()
    };
    if !wait.none_out && !wait.is_alive() {
        let title = if wait.tries_left == 0 { "code-dead-tries" } else { "code-dead-over" };
        return told(Tone::Warn, titled(words.get(title), words.get("code-dead-more")));
    }
    let (tone, body) = match wait.by_call {
        true => call_state(words, wait, ways),
        false => text_state(words, wait, ways, news),
    };
    told(tone, body)
}

fn call_state(words: Words, wait: &CodeWait, ways: Ways) -> (Tone, AnyView) {
    // Nothing in a call names it: whoever is asked for help needs the reference from here.
    let look = |title: &'static str, text: &'static str| {
        let named = rich(words, "call-ref", [], [("ref", reference(words, &wait.reference))]);
        titled(words.get(title), view! { {words.get(text)} " " <span class="meta">{named}</span> })
    };
    match wait.delivery {
        DeliveryState::Waiting => (Tone::Quiet, look("call-waiting", "call-waiting-more")),
        DeliveryState::SentOut => (Tone::Quiet, look("call-sent-out", "call-sent-out-more")),
        DeliveryState::Ringing => (Tone::Quiet, look("call-ringing", "call-ringing-more")),
        DeliveryState::HandedOver => (Tone::Quiet, look("call-answered", "call-answered-more")),
        DeliveryState::Delivered => (Tone::Ok, look("call-read-out", "call-read-out-more")),
        DeliveryState::Unknown => (Tone::Warn, look("call-unknown", "call-unknown-more")),
        DeliveryState::Refused(reason) => {
            (Tone::Warn, titled(words.get("call-not-made"), reach(words, reason, ways)))
        }
        DeliveryState::NotDelivered(reason) => {
            (Tone::Warn, titled(words.get("call-not-heard"), reach(words, reason, ways)))
        }
    }
}

fn text_state(words: Words, wait: &CodeWait, ways: Ways, news: Option<News>) -> (Tone, AnyView) {
    let look = |title: &'static str, text: &'static str| {
        titled(words.get(title), rich(words, text, [], [("ref", reference(words, &wait.reference))]))
    };
    // After a resend the same line says that this is a new code.
    let sent = |title| if news == Some(News::CodeSent) { "news-code-sent" } else { title };
    match wait.delivery {
        DeliveryState::Waiting => (Tone::Quiet, look(sent("code-waiting"), "code-waiting-more")),
        DeliveryState::SentOut | DeliveryState::Ringing => {
            (Tone::Quiet, look(sent("code-sent-out"), "code-sent-out-more"))
        }
        DeliveryState::HandedOver => (Tone::Quiet, look(sent("code-handed-over"), "code-handed-over-more")),
        DeliveryState::Delivered => (Tone::Ok, look(sent("code-delivered"), "code-delivered-more")),
        DeliveryState::Unknown => (Tone::Warn, look("code-unknown", "code-unknown-more")),
        DeliveryState::Refused(reason) => {
            (Tone::Warn, titled(words.get("code-refused"), reach(words, reason, ways)))
        }
        DeliveryState::NotDelivered(reason) => {
            (Tone::Warn, titled(words.get("code-not-delivered"), reach(words, reason, ways)))
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
    let wrong = error.is_some();
    let under = under_code(words, wait, form.problem, form.live.then_some(form.to.as_str()));
    let described_by = [wrong.then_some("code-error"), under.is_some().then_some("code-under")];
    let described_by = described_by.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let described_by = Some(described_by).filter(|ids| !ids.is_empty());
    // A summary takes the focus instead.
    let focus = form.problem.is_none() && wait.is_alive();
    let label = words.with("code-label", [("digits", wait.digits.into())]).into_any();
    let input = match described_by {
        Some(described_by) if form.live => {
            view! { <CodeField digits=wait.digits described_by invalid=wrong focus /> }.into_any()
        }
        described_by => plain_input(described_by, wrong, focus),
    };
    let button = if wait.is_alive() { "btn main" } else { "btn" };
    let inside = view! {
        {field(Field::Code, label, None, error, input)}
        {under}
        <button class=button><span>{form.submit}</span></button>
    };
    post(Post { to: form.to, csrf: form.csrf, class: "code-form" }, inside.into_any())
}

fn plain_input(described_by: Option<String>, wrong: bool, focus: bool) -> AnyView {
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

/// Time left at the start, tries left at the end; nothing that the summary or the note above has told. `live`: the page, where time
/// runs on it.
fn under_code(
    words: Words,
    wait: &CodeWait,
    problem: Option<Problem>,
    live: Option<&str>,
) -> Option<AnyView> {
    // A code without tries has no time worth telling.
    if wait.tries_left == 0 {
        return None;
    }
    let left = |key, m: Value, s: Value| words.with(key, [("m", m), ("s", s)]);
    let over = words.get("code-left-over");
    let time = if let Some(page) = live.filter(|_| wait.seconds_left > 0) {
        let shape = |key| left(key, "{m}".into(), "{s}".into());
        view! {
            <TimeLeft
                seconds=wait.seconds_left
                short=shape("code-left-seconds")
                long=shape("code-left-minutes")
                even=shape("code-left-even")
                over=over.to_owned()
                page=page.to_owned()
            />
        }
        .into_any()
    } else {
        let (m, s) = (wait.seconds_left / 60, wait.seconds_left % 60);
        let text = match (m, s) {
            (0, 0) => over.to_owned(),
            (0, _) => left("code-left-seconds", m.into(), s.into()),
            (_, 0) => left("code-left-even", m.into(), s.into()),
            _ => left("code-left-minutes", m.into(), s.into()),
        };
        view! { <span>{text}</span> }.into_any()
    };
    let told = matches!(problem, Some(Problem::WrongCode { .. })) || !wait.is_alive();
    let tries = (!told).then(|| {
        view! { <span>{words.with("code-tries", [("n", wait.tries_left.into())])}</span> }
    });
    let under = view! {
        <p class="under" id="code-under">
            <span class="clock">{icon(Icon::Clock)} {time}</span>
            {tries}
        </p>
    };
    Some(under.into_any())
}
