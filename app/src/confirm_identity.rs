//! `/confirm-identity`: fresh proof before a sensitive change. A plain page, like all that ask for a password.

use leptos::prelude::*;

use crate::frames::{Shown, sign_in, texts_note};
use crate::parts::{
    By, CodeForm, Context, Forms, Icon, Next, Places, Post, again_form, attention_chip, by_call_chip,
    check_wait, code_form, code_lead, field, field_error, help_ref, hidden, icon, number, post,
    preferred_chip, rich, sent_note, stage, summary, text_input, ways_buttons,
};
use crate::text::Words;
use crate::view::{
    CodeWait, ConfirmIdentityPage, ConfirmState, Field, Frame, OtherNumber, Problem, Unreachable,
};
use crate::ways::{Elsewhere, Way};

const PAGE: &str = "/confirm-identity";
const SEND: &str = "/confirm-identity/send";

pub(crate) fn show(words: Words, frame: &Frame, page: &ConfirmIdentityPage) -> Shown {
    let sending_failed =
        page.problem.is_some_and(Problem::is_of_sending) && !matches!(page.state, ConfirmState::Password);
    let means = if sending_failed { "means-not-sent" } else { "means-not-identified" };
    let mut context = Context::plain(means, frame);
    context.identity = true;
    let content = match &page.state {
        ConfirmState::Password => password(words, frame, page, context),
        ConfirmState::Choose { numbers } => {
            context.ways.offered.again = !numbers.is_empty();
            context.ways.offered.others = numbers.len() > 1;
            choose(words, frame, page, context, numbers)
        }
        ConfirmState::Code { wait, phone_id, others } => {
            context.digits = wait.digits;
            context.reference = &wait.reference;
            context.heard = wait.code_by_call;
            let pausing = wait.resend_in.is_some_and(|seconds| seconds > 0);
            context.ways.offered = wait.offered(!others.is_empty(), Elsewhere::No, pausing);
            context.lasting = wait.failure().filter(|reason| Unreachable::lasts(*reason));
            if locked(page, wait) {
                context.means = "";
            } else if sending_failed {
                context.means = wait.not_sent();
            }
            code(words, frame, page, context, (wait, phone_id, others))
        }
    };
    let title = match &page.state {
        ConfirmState::Code { wait, .. } if locked(page, wait) => words.get("code-title-locked"),
        ConfirmState::Code { .. } => words.get("code-title-sign-in"),
        ConfirmState::Password | ConfirmState::Choose { .. } => words.get("identity-title"),
    };
    sign_in(words, frame, title, view! { <h1>{title}</h1> {content} }.into_any())
}

/// Whether the number takes no code any more.
fn locked(page: &ConfirmIdentityPage, wait: &CodeWait) -> bool {
    matches!(page.problem, Some(Problem::Locked)) && !wait.is_alive()
}

fn ways(words: Words, title: Option<&'static str>, more: AnyView) -> AnyView {
    view! {
        <section class="ways">
            {title.map(|title| view! { <h2>{title}</h2> })}
            {more}
            <ul>
                <li>
                    <a class="way" href="/security">{icon(Icon::Cross)} <span>{words.get("identity-cancel")}</span></a>
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
        {ways(words, None, ().into_any())}
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
        {ways(words, None, ().into_any())}
    }
    .into_any()
}

fn choice_row(words: Words, choice: &OtherNumber, chosen: bool) -> AnyView {
    let label =
        (!choice.label.is_empty()).then(|| view! { <span class="meta">{choice.label.clone()}</span> });
    view! {
        <label class="choice">
            <input type="radio" name="phone" value=choice.id.clone() checked=chosen />
            <span class="choice-what">{number(words, choice.number)} {label}</span>
            {choice.fixed_line.then(|| by_call_chip(words))}
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
    let forms = Forms {
        to: SEND,
        csrf: &frame.csrf,
        page: PAGE,
        phone: Some(phone_id),
        seconds: wait.resend_in.unwrap_or(0),
        live: false,
    };
    let locked = locked(page, wait);
    let places = Places::new(wait, context.ways.offered, page.problem);
    let class = Places::class(wait);
    let never = (places.none() && !locked).then(|| view! { <p class="meta">{words.get("resend-never")}</p> });
    let (never_up, never) = if wait.asks_anew() { (never, None) } else { (None, never) };
    let moved = match places.up {
        Some(Way::OwnNumber) => others.first().map(|other| other_way(words, frame, other, class)).into_any(),
        _ => ways_buttons(words, wait, &places, &places.up_by, class, &forms),
    };
    let next =
        Next { stage: stage("", places.up, &places.up_by), buttons: view! { {never_up} {moved} }.into_any() };
    let form = (!wait.none_out).then(|| {
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
    let skipped = usize::from(places.up == Some(Way::OwnNumber));
    let rows: Vec<_> = others
        .iter()
        .skip(skipped)
        .map(|other| view! { <li>{other_way(words, frame, other, "way")}</li> })
        .collect();
    // Without islands, ways that have to wait are not there yet; what is waited for stands beside the first.
    let shown = !places.rest.is_empty() && (forms.seconds == 0 || places.up_by.is_empty());
    let heading = (shown || never.is_some() || !rows.is_empty()).then(|| words.get(wait.ways_title()));
    let lead = if locked {
        let to = view! { <strong>{number(words, wait.number)}</strong> };
        rich(words, "code-lead-locked", [], [("number", to.into_any())]).into_any()
    } else if wait.none_out {
        let to = view! { <strong>{number(words, wait.number)}</strong> };
        let refused = rich(words, "code-lead-refused", [], [("number", to.into_any())]);
        view! { {refused} {help_ref(words, wait)} }.into_any()
    } else {
        code_lead(words, wait)
    };
    let more = view! {
        {again_form(&forms)}
        {never}
        {ways_buttons(words, wait, &places, &places.rest, "btn", &forms)}
        {check_wait(words, wait, &forms)}
        <ul>{rows}</ul>
    };
    view! {
        <p class="lead">{lead}</p>
        {texts_note(words, frame, summary(words, page.problem, context))}
        {sent_note(words, wait, context.ways, next, page.problem, None)}
        {form}
        {ways(words, heading, more.into_any())}
    }
    .into_any()
}

fn other_way(words: Words, frame: &Frame, other: &OtherNumber, class: &'static str) -> AnyView {
    let to = [("number", number(words, other.number))];
    let (by, text) = match other.fixed_line {
        true => (By::Call, rich(words, "call-other", [], to)),
        false => (By::Text, rich(words, "resend-other", [], to)),
    };
    let inside = view! {
        {hidden("channel", by.channel())}
        {hidden("phone", other.id.clone())}
        <button class=class>{(class == "way").then(|| icon(by.icon()))} <span>{text}</span></button>
    };
    post(Post { to: SEND.to_owned(), csrf: frame.csrf.clone(), class: "" }, inside.into_any())
}
