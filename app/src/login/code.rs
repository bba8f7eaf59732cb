//! `/login/otp` and `/security/phones/confirm`: the code that was sent.

use leptos::prelude::*;

use crate::frames::{Shown, back_link, news_note, portal, sign_in, texts_note};
use crate::parts::{
    By, CodeForm, Context, Forms, Icon, Next, Places, Post, Ways, again_form, app_lead, back_to_app,
    check_wait, code_form, code_lead, help_ref, hidden, icon, number, post, rich, sent_note, stage, summary,
    ways_buttons,
};
use crate::text::Words;
use crate::view::{CodePage, CodeStep, DeliveryState, Field, Frame, News, OtherNumber, Problem, Unreachable};
use crate::ways::{Elsewhere, Way};

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
    let sending_failed = page.problem.is_some_and(Problem::is_of_sending);
    // Where no code can be typed the title says so; the summary only adds why.
    let locked = locked(page);
    let none = wait.none_out || held_back(page) || locked;
    let title = match (locked, none) {
        (true, _) => "code-title-locked",
        (false, true) => "code-title-none",
        (false, false) => step.title,
    };
    let means = match sending_failed {
        _ if locked => "",
        true if none => "",
        true => wait.not_sent(),
        false => step.means,
    };
    let elsewhere = if step.change { Elsewhere::Typed } else { Elsewhere::No };
    let offered = wait.offered(!page.others.is_empty(), elsewhere, seconds(page) > 0);
    let ways = Ways::of(frame, offered);
    let context = Context {
        means,
        identity: false,
        digits: wait.digits,
        reference: &wait.reference,
        heard: wait.code_by_call,
        ways,
        lasting: wait.failure().filter(|reason| Unreachable::lasts(*reason)),
    };
    let forms = Forms {
        to: step.resend,
        csrf: &frame.csrf,
        page: step.page,
        phone: None,
        seconds: seconds(page),
        live: true,
    };
    let places = Places::new(wait, offered, page.problem);
    let class = Places::class(wait);
    // A locked number has been told of already.
    let never = (places.none() && !locked).then(|| view! { <p class="meta">{words.get("resend-never")}</p> });
    let (never_up, never) = if wait.asks_anew() { (never, None) } else { (None, never) };
    let moved = match places.up {
        Some(Way::OwnNumber) => {
            page.others.first().map(|other| other_number(words, frame, &step, other, class)).into_any()
        }
        Some(Way::TypedNumber) => change_number(words, frame, &step, class),
        _ => ways_buttons(words, wait, &places, &places.up_by, class, &forms),
    };
    let next =
        Next { stage: stage("", places.up, &places.up_by), buttons: view! { {never_up} {moved} }.into_any() };
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
    let rows = rows(words, frame, page, &step, places.up);
    // A heading stands over ways, not over the way out alone: not while they have to wait, either.
    let heading = words.get(ways_title);
    let heading = match (rows.is_empty(), never.is_some(), places.rest.is_empty()) {
        (true, false, true) => None,
        (true, false, false) if !places.up_by.is_empty() => {
            Some(view! { <h2 class="later">{heading}</h2> }.into_any())
        }
        _ => Some(view! { <h2>{heading}</h2> }.into_any()),
    };
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
            <div id="ways" class="moves" data-stage=stage(ways_title, places.up, &places.rest)>
                {heading}
                {never}
                {ways_buttons(words, wait, &places, &places.rest, "btn", &forms)}
            </div>
            {check_wait(words, wait, &forms)}
            <ul id="rows" class="moves" data-stage=stage("", places.up, &[])>
                {rows}
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

/// Whether the number takes no code any more.
fn locked(page: &CodePage) -> bool {
    matches!(page.problem, Some(Problem::Locked)) && !page.wait.is_alive()
}

/// Other numbers, but for what has moved up.
fn rows(words: Words, frame: &Frame, page: &CodePage, step: &Step, up: Option<Way>) -> Vec<AnyView> {
    let skipped = usize::from(up == Some(Way::OwnNumber));
    let others = page.others.iter().skip(skipped).map(|other| other_number(words, frame, step, other, "way"));
    let change = step.change && up != Some(Way::TypedNumber);
    let change = change.then(|| change_number(words, frame, step, "way"));
    others.chain(change).map(|row| view! { <li>{row}</li> }.into_any()).collect()
}

/// Whether a limit held the first message back: there is no code to type.
fn held_back(page: &CodePage) -> bool {
    let held = page.problem.is_some_and(Problem::is_of_sending);
    held && page.wait.reference.is_empty()
}

fn lead(words: Words, page: &CodePage) -> AnyView {
    let sent = if locked(page) {
        let to = view! { <strong>{number(words, page.wait.number)}</strong> };
        rich(words, "code-lead-locked", [], [("number", to.into_any())]).into_any()
    } else if page.wait.none_out || held_back(page) {
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

fn other_number(
    words: Words,
    frame: &Frame,
    step: &Step,
    other: &OtherNumber,
    class: &'static str,
) -> AnyView {
    let to = [("number", number(words, other.number))];
    let (by, text) = match other.fixed_line {
        true => (By::Call, rich(words, "call-other", [], to)),
        false => (By::Text, rich(words, "resend-other", [], to)),
    };
    let inside = view! {
        {hidden("channel", by.channel())}
        {hidden("phone", other.id.clone())}
        <button class=class>{row_icon(class, by.icon())} <span>{text}</span></button>
    };
    post(Post { to: step.resend.to_owned(), csrf: frame.csrf.clone(), class: "" }, inside.into_any())
}

/// Rows have an icon each; a button that has moved up has words alone.
fn row_icon(class: &str, drawing: Icon) -> Option<AnyView> {
    (class == "way").then(|| icon(drawing).into_any())
}

/// Gives this number up and leads to where another one is typed.
fn change_number(words: Words, frame: &Frame, step: &Step, class: &'static str) -> AnyView {
    let inside = view! {
        {hidden("then", "again")}
        <button class=class>{row_icon(class, Icon::Swap)} <span>{words.get("change-number")}</span></button>
    };
    post(Post { to: step.cancel_to.clone(), csrf: frame.csrf.clone(), class: "" }, inside.into_any())
}

fn cancel(words: Words, frame: &Frame, step: &Step) -> AnyView {
    let button =
        view! { <button class="way">{icon(Icon::Cross)} <span>{words.get(step.cancel)}</span></button> };
    post(Post { to: step.cancel_to.clone(), csrf: frame.csrf.clone(), class: "" }, button.into_any())
}
