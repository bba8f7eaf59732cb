//! A problem in words: the summary on top of the page and the message beside the field.

use leptos::prelude::*;

use super::{Icon, Ways, delivery, icon};
use crate::text::{Words, seconds_span};
use crate::view::{Frame, Problem, Unreachable};
use crate::ways::Offered;

/// What the page knows that the words need.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Key of the summary's title: what the problem means for the person. Empty where the page's title says it.
    pub means: &'static str,
    /// Only a password is asked for, no user name.
    pub identity: bool,
    /// Digits of a code.
    pub digits: u8,
    /// The message's reference.
    pub reference: &'a str,
    /// The code that is typed was told in a call.
    pub heard: bool,
    /// What the page offers where a code did not come.
    pub ways: Ways,
    /// Why the last message did not come, where the next one by the same way would not either.
    pub lasting: Option<Unreachable>,
}

impl Context<'_> {
    /// For pages that ask for no code.
    pub fn plain(means: &'static str, frame: &Frame) -> Self {
        let ways = Ways::of(frame, Offered::default());
        Self { means, identity: false, digits: 6, reference: "", heard: false, ways, lasting: None }
    }
}

/// What happened, and what to do.
fn told(words: Words, problem: Problem, context: Context<'_>) -> (String, String) {
    let said =
        |what: &'static str, todo: &'static str| (words.get(what).to_owned(), words.get(todo).to_owned());
    let wait = |what: &'static str, todo: &'static str, seconds: u32| {
        (words.get(what).to_owned(), words.with(todo, [("span", seconds_span(words, seconds).into())]))
    };
    // A new code is named only where it may come.
    let over = |what: &'static str, todo: &'static str| match context.lasting {
        Some(reason) => (words.get(what).to_owned(), context.ways.after(words, reason).unwrap_or_default()),
        None => said(what, todo),
    };
    let named = || words.with("ref", [("ref", context.reference.to_owned().into())]).into();
    match problem {
        Problem::UsernameMissing => said("problem-username-missing", "problem-username-missing-do"),
        Problem::PasswordMissing if context.identity => {
            said("problem-password-missing", "problem-password-missing-do-identity")
        }
        Problem::PasswordMissing => said("problem-password-missing", "problem-password-missing-do"),
        Problem::WrongPassword if context.identity => {
            said("problem-wrong-password-identity", "problem-wrong-password-identity-do")
        }
        Problem::WrongPassword => said("problem-wrong-password", "problem-wrong-password-do"),
        Problem::TooManySignIns { seconds } => {
            wait("problem-too-many-sign-ins", "problem-too-many-sign-ins-do", seconds)
        }
        Problem::TooManyPasswords { seconds } => {
            wait("problem-too-many-passwords", "problem-too-many-passwords-do", seconds)
        }
        Problem::PasswordOff => said("problem-password-off", "problem-password-off-do"),
        Problem::NotACode => (
            words.with("problem-not-a-code", [("digits", context.digits.into())]),
            match context.heard {
                true => words.get("call-not-a-code-do").to_owned(),
                false => words.with("problem-not-a-code-do", [("ref", named())]),
            },
        ),
        Problem::WrongCode { tries_left } if context.heard => (
            words.get("problem-wrong-code").to_owned(),
            words.with("call-wrong-code-do", [("n", tries_left.into())]),
        ),
        Problem::WrongCode { tries_left } => (
            words.get("problem-wrong-code").to_owned(),
            words.with("problem-wrong-code-do", [("n", tries_left.into()), ("ref", named())]),
        ),
        Problem::Expired => over("problem-expired", "problem-expired-do"),
        Problem::TriesSpent => over("problem-tries-spent", "problem-tries-spent-do"),
        Problem::Locked => {
            let ways = context.ways.sentence(words, &context.ways.offered.without_it()).unwrap_or_default();
            (words.get("problem-locked").to_owned(), format!("{} {ways}", words.get("problem-locked-do")))
        }
        Problem::AlreadyUsed => over("problem-already-used", "problem-already-used-do"),
        Problem::WaitUntil { seconds } => wait("problem-wait", "problem-wait-do", seconds),
        Problem::Unavailable => said("problem-unavailable", "problem-unavailable-do"),
        Problem::NoneSent => said("problem-none-sent", "problem-none-sent-do"),
        Problem::NoCalls => said("problem-no-calls", "problem-no-calls-do"),
        Problem::CannotReach(reason) => {
            let what = delivery::cause(words, reason, context.ways.offered.by_call);
            (what.trim_end_matches('.').to_owned(), delivery::remedy(words, reason, context.ways))
        }
        Problem::NumberMissing => said("problem-number-missing", "problem-number-missing-do"),
        Problem::NotANumber => said("problem-not-a-number", "problem-not-a-number-do"),
        Problem::NumberNotValid => said("problem-number-not-valid", "problem-number-not-valid-do"),
        Problem::CountryNotAllowed => said("problem-country", "problem-country-do"),
        Problem::TypeNotAllowed => said("problem-type", "problem-type-do"),
        Problem::AlreadyYours => said("problem-already-yours", "problem-already-yours-do"),
        Problem::TooManyNumbers { max } => (
            words.with("problem-too-many-numbers", [("max", max.into())]),
            words.get("problem-too-many-numbers-do").to_owned(),
        ),
        Problem::LabelUnfit { max } => (
            words.get("problem-label-unfit").to_owned(),
            words.with("problem-label-unfit-do", [("max", max.into())]),
        ),
    }
}

/// The summary under the title: takes focus, and leads to the field. Red is for what was typed; whatever else stands in the way has
/// the colour that it has on every page.
pub fn summary(words: Words, problem: Option<Problem>, context: Context<'_>) -> Option<AnyView> {
    let problem = problem?;
    let (what, todo) = told(words, problem, context);
    let todo = (!todo.is_empty()).then(|| view! { <p>{todo}</p> });
    let (title, what) = match problem.field() {
        // The page's title said what it means.
        None if context.means.is_empty() => (what, None),
        None => (words.get(context.means).to_owned(), Some(view! { <strong>{what}</strong> }.into_any())),
        Some(field) => {
            let link = view! { <a href=format!("#{}", field.name())>{what}</a> };
            (words.get(context.means).to_owned(), Some(link.into_any()))
        }
    };
    let what = what.map(|what| view! { <p>{what}</p> });
    let (class, drawing) = match problem.field() {
        Some(_) => ("note bad", Icon::Alert),
        None => ("note warn", Icon::Warning),
    };
    Some(
        view! {
            <div class=class role="alert" tabindex="-1" autofocus=true id="problem">
                {icon(drawing)}
                <div class="note-body">
                    <h2 class="note-title">{title}</h2>
                    <div class="note-text">{what}{todo}</div>
                </div>
            </div>
        }
        .into_any(),
    )
}

/// The message beside the field, shorter where the summary says it all.
pub fn field_error(words: Words, problem: Problem, context: Context<'_>) -> String {
    match problem {
        Problem::WrongPassword => words.get("problem-wrong-password-field").to_owned(),
        Problem::WrongCode { .. } => words.get("problem-wrong-code-field").to_owned(),
        _ => told(words, problem, context).0,
    }
}
