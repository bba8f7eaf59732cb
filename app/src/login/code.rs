//! `/login/otp` and `/security/phones/confirm`: the code that was sent.

use leptos::prelude::*;

use crate::page::{Shown, back_link, news_note, portal, sign_in, texts_note};
use crate::parts::{
    By, CodeForm, Context, Forms, Icon, Post, again_form, app_lead, back_to_app, code_form, hidden, icon,
    number, post, rich, sent_note, summary,
};
use crate::text::Words;
use crate::view::{CodePage, CodeStep, CodeWait, DeliveryState, Field, Frame, News, OtherNumber, Problem};

/// Where the page's forms go, and its words.
struct Step {
    page: &'static str,
    resend: &'static str,
    title: &'static str,
    submit: &'static str,
    means: &'static str,
    cancel: &'static str,
    cancel_to: String,
}

fn step(page: &CodePage) -> Step {
    let confirm = |id: &str, title, cancel| Step {
        page: "/security/phones/confirm",
        resend: "/security/phones/confirm/resend",
        title,
        submit: "code-submit-confirm",
        means: "means-not-confirmed",
        cancel,
        cancel_to: format!("/security/phones/{id}/remove"),
    };
    match &page.step {
        CodeStep::SignIn => Step {
            page: "/login/otp",
            resend: "/login/otp/resend",
            title: "code-title-sign-in",
            submit: "code-submit-sign-in",
            means: "means-not-signed-in",
            cancel: "cancel-sign-in",
            cancel_to: "/login/cancel".to_owned(),
        },
        CodeStep::NewPhone { id } => confirm(id, "code-title-new", "cancel-adding"),
        CodeStep::ReplacePhone { id, .. } => confirm(id, "code-title-replace", "cancel-replacing"),
    }
}

pub(crate) fn show(words: Words, frame: &Frame, page: &CodePage) -> Shown {
    let step = step(page);
    let wait = &page.wait;
    let sending_failed = matches!(
        page.problem,
        Some(Problem::CannotReach(_) | Problem::Unavailable | Problem::WaitUntil { .. })
    );
    // Where no code exists the title says so; the summary only adds why.
    let none = wait.never_left() || held_back(page);
    let title = if none { "code-title-none" } else { step.title };
    let means = match sending_failed {
        true if none => "",
        true => "means-not-sent",
        false => step.means,
    };
    let context =
        Context { means, identity: false, digits: wait.digits, reference: &wait.reference, way: wait.way() };
    let refused = matches!(wait.delivery, DeliveryState::Refused(_) | DeliveryState::NotDelivered(_));
    // Where the code cannot be used, a new one is the next thing: it moves up into the note.
    let moved_up = refused || !wait.is_alive();
    let first = wait.ways_left().first().copied().unwrap_or(By::Text);
    let again = moved_up.then(|| match wait.resend_in {
        None => resend_forms(words, frame, page, &step, 0),
        Some(_) => {
            let class = if wait.is_alive() { "btn low" } else { "btn main" };
            resend_form(words, frame, page, &step, first, class)
        }
    });
    let form = (!none).then(|| {
        code_form(
            words,
            CodeForm {
                to: step.page.to_owned(),
                csrf: frame.csrf.clone(),
                wait,
                submit: words.get(step.submit),
                problem: page
                    .problem
                    .filter(|problem| problem.field() == Some(Field::Code) || !sending_failed),
                context,
                live: true,
            },
        )
    });
    let problem = summary(words, page.problem, context);
    // Where nothing is on its way there is nothing to wait for.
    let texts = if none || refused { problem } else { texts_note(words, frame, problem) };
    let content = view! {
        <h1>{words.get(title)}</h1>
        {lead(words, page)}
        {page.for_app.as_ref().map(|app| app_lead(words, "for-app-code", app))}
        {news_note(words, page.news.filter(|news| *news != News::CodeSent))}
        {texts}
        {sent_note(words, wait, again, page.problem, page.news)}
        {form}
        <section class="ways">
            <h2>{words.get(ways_title(wait, moved_up))}</h2>
            {resend_forms(words, frame, page, &step, usize::from(moved_up))}
            <ul>
                {page.others.iter().map(|other| other_number(words, frame, &step, other)).collect::<Vec<_>>()}
                <li>{cancel(words, frame, &step)}</li>
                {page.for_app.as_ref().map(|app| view! { <li>{back_to_app(words, frame, app)}</li> })}
            </ul>
        </section>
    };
    match page.step {
        CodeStep::SignIn => sign_in(words, frame, words.get(title), content.into_any()),
        CodeStep::NewPhone { .. } | CodeStep::ReplacePhone { .. } => {
            let back = back_link("/security".to_owned(), words.get("security").to_owned());
            let content = view! { {back} <div class="narrow">{content}</div> };
            portal(words, frame, words.get(title), content.into_any())
        }
    }
}

fn ways_title(wait: &CodeWait, moved_up: bool) -> &'static str {
    match (moved_up, wait.by_call) {
        (true, _) => "resend-other-ways",
        (false, true) => "call-cannot-take",
        (false, false) => "resend-title",
    }
}

/// Whether a limit held the first message back: there is no code to type.
fn held_back(page: &CodePage) -> bool {
    let held = matches!(page.problem, Some(Problem::WaitUntil { .. } | Problem::CannotReach(_)));
    held && page.wait.reference.is_empty()
}

fn lead(words: Words, page: &CodePage) -> AnyView {
    let to = ("number", view! { <strong>{number(words, page.wait.number)}</strong> }.into_any());
    let sent = if page.wait.never_left() || held_back(page) {
        rich(words, "code-lead-none", [], [to])
    } else if page.wait.by_call {
        rich(words, "call-lead", [("digits", page.wait.digits.into())], [to])
    } else {
        rich(words, "code-lead", [("digits", page.wait.digits.into())], [to])
    };
    let serves = match &page.step {
        CodeStep::ReplacePhone { old, .. } => {
            Some(rich(words, "code-lead-old", [], [("number", number(words, *old))]))
        }
        CodeStep::SignIn | CodeStep::NewPhone { .. } => None,
    };
    view! { <p class="lead">{sent} {serves.map(|serves| view! { " " {serves} })}</p> }.into_any()
}

/// A form for a new code by this way.
fn resend_form(
    words: Words,
    frame: &Frame,
    page: &CodePage,
    step: &Step,
    by: By,
    class: &'static str,
) -> AnyView {
    // What holds now may hold longer than the pause between two codes.
    let seconds = match page.problem {
        Some(Problem::WaitUntil { seconds: limit }) if held_back(page) => {
            page.wait.resend_in.unwrap_or(0).max(limit)
        }
        _ => page.wait.resend_in.unwrap_or(0),
    };
    let forms = Forms { to: step.resend, csrf: &frame.csrf, page: step.page, phone: None, live: true };
    again_form(words, &page.wait, by, seconds, class, &forms)
}

/// All the ways that are left but the first `moved`, which stand elsewhere already.
fn resend_forms(words: Words, frame: &Frame, page: &CodePage, step: &Step, moved: usize) -> AnyView {
    if page.wait.resend_in.is_none() {
        // A locked number has been told of already.
        let locked = matches!(page.problem, Some(Problem::Locked));
        return (!locked && moved == 0)
            .then(|| view! { <p class="meta">{words.get("resend-never")}</p> })
            .into_any();
    }
    let left = page.wait.ways_left();
    let forms: Vec<_> =
        left.into_iter().skip(moved).map(|by| resend_form(words, frame, page, step, by, "btn")).collect();
    forms.into_any()
}

fn other_number(words: Words, frame: &Frame, step: &Step, other: &OtherNumber) -> AnyView {
    let to = [("number", number(words, other.number))];
    let (by, text) = match other.fixed_line {
        true => (By::Call, rich(words, "call-other", [], to)),
        false => (By::Text, rich(words, "resend-other", [], to)),
    };
    let inside = view! {
        {hidden("channel", by.channel())}
        {hidden("phone", other.id.clone())}
        <button class="way">{icon(Icon::Phone)} <span>{text}</span></button>
    };
    let form = Post { to: step.resend.to_owned(), csrf: frame.csrf.clone(), class: "" };
    view! { <li>{post(form, inside.into_any())}</li> }.into_any()
}

fn cancel(words: Words, frame: &Frame, step: &Step) -> AnyView {
    let button =
        view! { <button class="way">{icon(Icon::Cross)} <span>{words.get(step.cancel)}</span></button> };
    post(Post { to: step.cancel_to.clone(), csrf: frame.csrf.clone(), class: "" }, button.into_any())
}
