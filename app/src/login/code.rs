//! `/login/otp` and `/security/phones/confirm`: the code that was sent.

use leptos::prelude::*;

use crate::page::{Shown, back_link, news_note, portal, sign_in, texts_note};
use crate::parts::{
    By, CodeForm, Context, Elsewhere, Forms, Icon, Next, Post, again_form, app_lead, back_to_app, check_wait,
    code_form, code_lead, help_ref, hidden, icon, number, post, rich, sent_note, stage, summary,
    ways_buttons,
};
use crate::text::Words;
use crate::view::{CodePage, CodeStep, DeliveryState, Field, Frame, News, OtherNumber, Problem};

/// Where the page's forms go, and its words.
struct Step {
    page: &'static str,
    resend: &'static str,
    title: &'static str,
    submit: &'static str,
    means: &'static str,
    cancel: &'static str,
    cancel_to: String,
    /// Another number can be typed instead.
    change: bool,
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
        change: true,
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
            change: false,
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
    let none = wait.none_out || held_back(page);
    let title = if none { "code-title-none" } else { step.title };
    let means = match sending_failed {
        true if none => "",
        true => wait.not_sent(),
        false => step.means,
    };
    let elsewhere = if step.change { Elsewhere::Other } else { Elsewhere::No };
    let ways = wait.ways(frame, !page.others.is_empty(), elsewhere);
    let context = Context {
        means,
        identity: false,
        digits: wait.digits,
        reference: &wait.reference,
        heard: wait.code_by_call,
        ways,
    };
    let forms = Forms {
        to: step.resend,
        csrf: &frame.csrf,
        page: step.page,
        phone: None,
        seconds: seconds(page),
        live: true,
    };
    let left = wait.ways_left();
    let (up, rest) = left.split_at(usize::from(wait.asks_anew()).min(left.len()));
    let class = if wait.is_alive() { "btn low" } else { "btn main" };
    // A locked number has been told of already.
    let locked = matches!(page.problem, Some(Problem::Locked));
    let never =
        (left.is_empty() && !locked).then(|| view! { <p class="meta">{words.get("resend-never")}</p> });
    let (never_up, never) = if wait.asks_anew() { (never, None) } else { (None, never) };
    let next = Next {
        stage: stage("", up),
        buttons: view! { {never_up} {ways_buttons(words, wait, up, class, &forms)} }.into_any(),
    };
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
    let failed = matches!(wait.delivery, DeliveryState::Refused(_) | DeliveryState::NotDelivered(_));
    let texts = if none || failed { problem } else { texts_note(words, frame, problem) };
    let ways_title = wait.ways_title();
    let content = view! {
        <h1>{words.get(title)}</h1>
        {lead(words, page)}
        {page.for_app.as_ref().map(|app| app_lead(words, "for-app-code", app))}
        {news_note(words, page.news.filter(|news| *news != News::CodeSent))}
        {texts}
        {sent_note(words, wait, ways, next, page.problem, page.news)}
        {form}
        <section class="ways">
            {again_form(&forms)}
            <div id="ways" class="moves" data-stage=stage(ways_title, rest)>
                <h2>{words.get(ways_title)}</h2>
                {never}
                {ways_buttons(words, wait, rest, "btn", &forms)}
            </div>
            {check_wait(words, wait, &forms)}
            <ul>
                {page.others.iter().map(|other| other_number(words, frame, &step, other)).collect::<Vec<_>>()}
                {step.change.then(|| view! { <li>{change_number(words, frame, &step)}</li> })}
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

/// Seconds until a new code may be asked for. What holds now may hold longer than the pause between two codes.
fn seconds(page: &CodePage) -> u32 {
    let pause = page.wait.resend_in.unwrap_or(0);
    match page.problem {
        Some(Problem::WaitUntil { seconds: limit }) if held_back(page) => pause.max(limit),
        _ => pause,
    }
}

/// Whether a limit held the first message back: there is no code to type.
fn held_back(page: &CodePage) -> bool {
    let held = matches!(page.problem, Some(Problem::WaitUntil { .. } | Problem::CannotReach(_)));
    held && page.wait.reference.is_empty()
}

fn lead(words: Words, page: &CodePage) -> AnyView {
    let sent = if page.wait.none_out || held_back(page) {
        let to = view! { <strong>{number(words, page.wait.number)}</strong> };
        let sent = rich(words, "code-lead-none", [], [("number", to.into_any())]);
        view! { {sent} {help_ref(words, &page.wait)} }.into_any()
    } else {
        code_lead(words, &page.wait)
    };
    let serves = match &page.step {
        CodeStep::ReplacePhone { old, .. } => {
            Some(rich(words, "code-lead-old", [], [("number", number(words, *old))]))
        }
        CodeStep::SignIn | CodeStep::NewPhone { .. } => None,
    };
    view! { <p class="lead">{sent} {serves.map(|serves| view! { " " {serves} })}</p> }.into_any()
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
        <button class="way">{icon(by.icon())} <span>{text}</span></button>
    };
    let form = Post { to: step.resend.to_owned(), csrf: frame.csrf.clone(), class: "" };
    view! { <li>{post(form, inside.into_any())}</li> }.into_any()
}

/// Gives this number up and leads to where another one is typed.
fn change_number(words: Words, frame: &Frame, step: &Step) -> AnyView {
    let inside = view! {
        {hidden("then", "again")}
        <button class="way">{icon(Icon::Swap)} <span>{words.get("change-number")}</span></button>
    };
    post(Post { to: step.cancel_to.clone(), csrf: frame.csrf.clone(), class: "" }, inside.into_any())
}

fn cancel(words: Words, frame: &Frame, step: &Step) -> AnyView {
    let button =
        view! { <button class="way">{icon(Icon::Cross)} <span>{words.get(step.cancel)}</span></button> };
    post(Post { to: step.cancel_to.clone(), csrf: frame.csrf.clone(), class: "" }, button.into_any())
}
