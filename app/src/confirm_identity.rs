//! `/confirm-identity`: fresh proof before a sensitive change. A plain page, like all that ask for a password.

use leptos::prelude::*;

use crate::page::{Shown, sign_in, texts_note};
use crate::parts::{
    By, CodeForm, Context, Forms, Icon, Post, again_form, attention_chip, code_form, field, field_error,
    hidden, icon, number, post, preferred_chip, rich, sent_note, summary, text_input,
};
use crate::text::Words;
use crate::view::{
    CodeWait, ConfirmIdentityPage, ConfirmState, DeliveryState, Field, Frame, OtherNumber, Problem,
};

const PAGE: &str = "/confirm-identity";
const SEND: &str = "/confirm-identity/send";

pub(crate) fn show(words: Words, frame: &Frame, page: &ConfirmIdentityPage) -> Shown {
    let sending_failed = matches!(
        page.problem,
        Some(Problem::CannotReach(_) | Problem::Unavailable | Problem::WaitUntil { .. })
    ) && !matches!(page.state, ConfirmState::Password);
    let means = if sending_failed { "means-not-sent" } else { "means-not-identified" };
    let mut context = Context::plain(means);
    context.identity = true;
    let content = match &page.state {
        ConfirmState::Password => password(words, frame, page, context),
        ConfirmState::Choose { numbers } => choose(words, frame, page, context, numbers),
        ConfirmState::Code { wait, phone_id, others } => {
            context.digits = wait.digits;
            context.reference = &wait.reference;
            context.way = wait.way();
            code(words, frame, page, context, (wait, phone_id, others))
        }
    };
    let title = match page.state {
        ConfirmState::Code { .. } => words.get("code-title-sign-in"),
        ConfirmState::Password | ConfirmState::Choose { .. } => words.get("identity-title"),
    };
    sign_in(words, frame, title, view! { <h1>{title}</h1> {content} }.into_any())
}

fn ways(words: Words, page: &ConfirmIdentityPage, title: Option<&'static str>, more: AnyView) -> AnyView {
    view! {
        <section class="ways">
            {title.map(|title| view! { <h2>{title}</h2> })}
            {more}
            <ul>
                <li>
                    <a class="way" href=page.back.clone()>{icon(Icon::Cross)} <span>{words.get("identity-cancel")}</span></a>
                </li>
            </ul>
        </section>
    }
    .into_any()
}

fn signed_in_as(words: Words, page: &ConfirmIdentityPage) -> Vec<AnyView> {
    let account = view! { <strong>{page.username.clone()}</strong> }.into_any();
    rich(words, "identity-signed-in-as", [], [("account", account)])
}

fn password(words: Words, frame: &Frame, page: &ConfirmIdentityPage, context: Context<'_>) -> AnyView {
    let problem = page.problem.filter(|problem| problem.field() == Some(Field::Password));
    let error = problem.map(|problem| field_error(words, problem, context));
    let input = text_input(
        "password",
        "password",
        String::new(),
        "current-password",
        error.is_some().then(|| "password-error".to_owned()),
        error.is_some(),
        page.problem.is_none(),
    );
    let fields = view! {
        // For password managers: it is never read.
        <input class="sr" type="text" autocomplete="username" value=page.username.clone() readonly tabindex="-1" aria-hidden="true" />
        {field(Field::Password, words.get("login-password").into_any(), None, error, input)}
        <button class="btn main"><span>{words.get("code-submit-identity")}</span></button>
    };
    let form = Post { to: PAGE.to_owned(), csrf: frame.csrf.clone(), class: "stack" };
    view! {
        <p class="lead">{signed_in_as(words, page)} " " {words.get("identity-lead-password")}</p>
        {summary(words, page.problem, context)}
        {post(form, fields.into_any())}
        {ways(words, page, None, ().into_any())}
    }
    .into_any()
}

fn choose(
    words: Words,
    frame: &Frame,
    page: &ConfirmIdentityPage,
    context: Context<'_>,
    numbers: &[OtherNumber],
) -> AnyView {
    let rows: Vec<_> =
        numbers.iter().enumerate().map(|(at, choice)| choice_row(words, choice, at == 0)).collect();
    let fields = view! {
        {hidden("channel", "sms")}
        <fieldset class="choices">
            <legend>{words.get("identity-send-to")}</legend>
            {rows}
        </fieldset>
        <button class="btn main"><span>{words.get("identity-send")}</span></button>
    };
    let form = Post { to: SEND.to_owned(), csrf: frame.csrf.clone(), class: "stack" };
    view! {
        <p class="lead">{signed_in_as(words, page)} " " {words.get("identity-lead-code")}</p>
        {texts_note(words, frame, summary(words, page.problem, context))}
        {post(form, fields.into_any())}
        {ways(words, page, None, ().into_any())}
    }
    .into_any()
}

fn choice_row(words: Words, choice: &OtherNumber, chosen: bool) -> AnyView {
    let label =
        (!choice.label.is_empty()).then(|| view! { <span class="meta">{choice.label.clone()}</span> });
    let by_call = choice.fixed_line.then(|| view! { <span class="meta">{words.get("call-choice")}</span> });
    view! {
        <label class="choice">
            <input type="radio" name="phone" value=choice.id.clone() checked=chosen />
            <span class="choice-what">{number(words, choice.number)} {label} {by_call}</span>
            {choice.preferred.then(|| preferred_chip(words))}
            {choice.needs_attention.then(|| attention_chip(words))}
        </label>
    }
    .into_any()
}

fn code(
    words: Words,
    frame: &Frame,
    page: &ConfirmIdentityPage,
    context: Context<'_>,
    (wait, phone_id, others): (&CodeWait, &str, &[OtherNumber]),
) -> AnyView {
    let moved_up = matches!(wait.delivery, DeliveryState::Refused(_) | DeliveryState::NotDelivered(_))
        || !wait.is_alive();
    let forms = Forms { to: SEND, csrf: &frame.csrf, page: PAGE, phone: Some(phone_id), live: false };
    let resend = |by, class: &'static str| match wait.resend_in {
        None => view! { <p class="meta">{words.get("resend-never")}</p> }.into_any(),
        Some(seconds) => again_form(words, wait, by, seconds, class, &forms),
    };
    let mut left = wait.ways_left();
    if wait.resend_in.is_none() {
        // What is said once is said for every way.
        left.truncate(1);
    }
    let first = left.first().copied().unwrap_or(By::Text);
    let again = moved_up.then(|| resend(first, if wait.is_alive() { "btn low" } else { "btn main low" }));
    let form = (!wait.never_left()).then(|| {
        code_form(
            words,
            CodeForm {
                to: PAGE.to_owned(),
                csrf: frame.csrf.clone(),
                wait,
                submit: words.get("code-submit-identity"),
                problem: page.problem,
                context,
                live: false,
            },
        )
    });
    let other_rows: Vec<_> = others.iter().map(|other| other_way(words, frame, other)).collect();
    let to = ("number", view! { <strong>{number(words, wait.number)}</strong> }.into_any());
    let lead = if wait.never_left() {
        rich(words, "code-lead-refused", [], [to])
    } else if wait.by_call {
        rich(words, "call-lead", [("digits", wait.digits.into())], [to])
    } else {
        rich(words, "code-lead", [("digits", wait.digits.into())], [to])
    };
    let title = words.get(match (moved_up, wait.by_call) {
        (true, _) => "resend-other-ways",
        (false, true) => "call-cannot-take",
        (false, false) => "resend-title",
    });
    let rest: Vec<_> = left.into_iter().skip(usize::from(moved_up)).map(|by| resend(by, "btn")).collect();
    let more = view! { {rest} <ul>{other_rows}</ul> };
    view! {
        <p class="lead">{lead}</p>
        {texts_note(words, frame, summary(words, page.problem, context))}
        {sent_note(words, wait, again, page.problem, None)}
        {form}
        {ways(words, page, Some(title), more.into_any())}
    }
    .into_any()
}

fn other_way(words: Words, frame: &Frame, other: &OtherNumber) -> AnyView {
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
    let form = Post { to: SEND.to_owned(), csrf: frame.csrf.clone(), class: "" };
    view! { <li>{post(form, inside.into_any())}</li> }.into_any()
}
