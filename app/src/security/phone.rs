//! `/security/phones/{id}`: look after one number.

use leptos::prelude::*;

use super::phone_row::finish_confirming;
use super::trouble::{Of, confirm_again_button, replace_button, trouble};
use crate::frames::{Shown, back_link, news_note, portal};
use crate::parts::{
    Again, Context, Forms, Icon, Post, Tone, Ways, again_button, again_form, check_again, field, field_error,
    icon, live_line, note, number, pause, phone_chips, post, purpose, rich, state_line, summary, text_input,
    titled, when,
};
use crate::text::{Words, took_span};
use crate::view::{Field, Frame, PastDelivery, PhonePage, PhoneState, Problem};
use crate::ways::{Elsewhere, Offered, Way};

pub(crate) fn show(words: Words, frame: &Frame, page: &PhonePage) -> Shown {
    let means = match page.problem.and_then(Problem::field) {
        Some(_) => "means-not-renamed",
        None => "means-not-sent",
    };
    let confirmed = page.state != PhoneState::Unconfirmed;
    let mut context = Context::plain(means, frame);
    let offered = Offered {
        by_call: page.fixed_line,
        again: true,
        elsewhere: if confirmed { Elsewhere::Replace } else { Elsewhere::No },
        pausing: page.test_in > 0,
        ..Offered::default()
    };
    let again = if confirmed { "way-test" } else { "way-again" };
    context.ways = Ways { again, ..Ways::of(frame, offered) };
    let of = Of {
        id: &page.id,
        number: page.number,
        label: &page.label,
        state: page.state,
        last: page.deliveries.iter().find_map(|past| past.delivery),
    };
    let trouble = trouble(words, frame, &of);
    let test_first = trouble.as_ref().is_some_and(|trouble| trouble.remedy == Way::Again);
    let replace_above = trouble.as_ref().is_some_and(|trouble| trouble.remedy == Way::Replace);
    let trouble = trouble.map(|trouble| {
        let action = match trouble.remedy {
            Way::Replace => replace_button(words, &page.id),
            Way::TypedNumber => confirm_again_button(words, frame, &page.id),
            _ => ().into_any(),
        };
        trouble.note(action)
    });
    let content = view! {
        {back_link("/security".to_owned(), words.get("security").to_owned())}
        <div class="title-row">
            <h1>{number(words, page.number)}</h1>
            {phone_chips(words, page.preferred, page.fixed_line, page.state)}
        </div>
        <p class="lead">
            {(!page.label.is_empty()).then(|| view! { <strong>{page.label.clone()}</strong> ". " })}
            {rich(words, "phone-added", [], [("when", when(words, frame.now, page.added_at))])} "."
        </p>
        {news_note(words, page.news)}
        {summary(words, page.problem, context)}
        {trouble}
        {unconfirmed(words, frame, page)}
        {uses(words, frame, page, test_first)}
        {name(words, frame, page, context)}
        {deliveries(words, frame, page)}
        {changes(words, page, replace_above)}
    };
    portal(words, frame, page.number.to_string(), content.into_any())
}

/// What a number that is not confirmed yet waits for.
fn unconfirmed(words: Words, frame: &Frame, page: &PhonePage) -> Option<AnyView> {
    if page.state != PhoneState::Unconfirmed {
        return None;
    }
    let button = view! { <button class="btn main low"><span>{words.get("phone-finish")}</span></button> };
    let replaces = page.replaces.map(|old| {
        let text = rich(words, "phone-replaces", [], [("number", number(words, old))]);
        view! { <p>{text}"."</p> }
    });
    let text = view! { <p>{words.get("phone-unconfirmed-text")}</p> {replaces} };
    let body = view! {
        <div class="note-row">
            <div>{titled(words.get("phone-unconfirmed-title"), text)}</div>
            {finish_confirming(frame, &page.id, button.into_any())}
        </div>
    };
    Some(note(Tone::Warn, None, body.into_any()))
}

/// What a confirmed number is used for. `test_first`: a test is the next thing to do.
fn uses(words: Words, frame: &Frame, page: &PhonePage, test_first: bool) -> Option<AnyView> {
    if !matches!(page.state, PhoneState::Confirmed | PhoneState::NeedsAttention) {
        return None;
    }
    let action = |what: &str, button: AnyView| {
        let to = format!("/security/phones/{}/{what}", page.id);
        post(Post { to, csrf: frame.csrf.clone(), class: "" }, button)
    };
    let prefer = if page.preferred {
        view! { <p>{icon(Icon::Check)} <span>{words.get("phone-is-preferred")}</span></p> }.into_any()
    } else {
        let button = view! { <button class="btn low"><span>{words.get("phone-prefer")}</span></button> };
        view! { <p>{words.get("phone-prefer-text")}</p> {action("prefer", button.into_any())} }.into_any()
    };
    let (to, own) = (format!("/security/phones/{}/test", page.id), format!("/security/phones/{}", page.id));
    let forms =
        Forms { to: &to, csrf: &frame.csrf, page: &own, phone: None, seconds: page.test_in, live: true };
    let class = if test_first { "btn main low" } else { "btn low" };
    let again = Again { label: "phone-test", id: "again-test", channel: None, icon: None, class };
    let test = view! {
        <div>
            {again_form(&forms)}
            {pause(words, "phone-test-wait", words.get("phone-test").to_owned(), page.test_in, true)}
            {again_button(words, again)}
            {check_again(words, &own, true, page.test_in > 0 && page.live.is_none())}
        </div>
    };
    Some(
        view! {
            <section class="panel uses">
                <h2>{words.get("phone-use-title")}</h2>
                <div class="use">{prefer}</div>
                <div class="use"><p>{words.get("phone-test-text")}</p> {test}</div>
            </section>
        }
        .into_any(),
    )
}

fn name(words: Words, frame: &Frame, page: &PhonePage, context: Context<'_>) -> AnyView {
    let problem = page.problem.filter(|problem| problem.field() == Some(Field::Label));
    let error = problem.map(|problem| field_error(words, problem, context));
    let described = super::phone_new::described("label-hint", "label-error", error.is_some());
    let typed = page.typed_label.clone().unwrap_or_else(|| page.label.clone());
    let input = text_input("label", "text", typed, "off", Some(described), error.is_some(), false);
    let fields = view! {
        {field(
            Field::Label,
            words.get("phone-name-title").into_any(),
            Some(words.get("phone-name-hint").into_any()),
            error,
            input,
        )}
        <button class="btn low"><span>{words.get("phone-name-save")}</span></button>
    };
    let to = format!("/security/phones/{}", page.id);
    let form = post(Post { to, csrf: frame.csrf.clone(), class: "rename" }, fields.into_any());
    view! { <section class="panel">{form}</section> }.into_any()
}

fn deliveries(words: Words, frame: &Frame, page: &PhonePage) -> AnyView {
    let rows: Vec<_> = page.deliveries.iter().map(|one| delivery(words, frame, one)).collect();
    let list = if rows.is_empty() {
        view! { <p class="meta">{words.get("phone-deliveries-none")}</p> }.into_any()
    } else {
        view! { <ul id="messages" class="messages moves">{rows}</ul> }.into_any()
    };
    view! {
        <section class="panel">
            <h2>{words.get("phone-deliveries-title")}</h2>
            {list}
            {check_again(words, &format!("/security/phones/{}", page.id), true, page.live.is_some())}
            {live_line(page.live.as_deref())}
        </section>
    }
    .into_any()
}

/// A row: what for, and how far it got. That of a test leads to the page of the test.
fn delivery(words: Words, frame: &Frame, past: &PastDelivery) -> AnyView {
    let what = purpose(words, past.purpose);
    let title = match &past.reference {
        Some(reference) => {
            let reference = words.with("ref", [("ref", reference.clone().into())]);
            words.with("delivery-title", [("purpose", what.into()), ("ref", reference.into())])
        }
        None => what.to_owned(),
    };
    let title = match &past.test {
        Some(test) => {
            let to = format!("/security/tests/{}", test.id);
            view! { <a href=to id=format!("test-{}", test.id)>{title}</a> }.into_any()
        }
        None => title.into_any(),
    };
    let line = match past.test.as_ref().and_then(|test| test.typed) {
        Some((at, took)) => {
            let span = took_span(words, took);
            rich(words, "test-past-right", [("span", span.into())], [("when", when(words, frame.now, at))])
                .into_any()
        }
        None => past.delivery.map(|delivery| state_line(words, frame.now, delivery)).into_any(),
    };
    let drawing =
        if past.delivery.is_some_and(|delivery| delivery.by_call) { Icon::Handset } else { Icon::Message };
    view! {
        <li>
            {icon(drawing)}
            <div>
                <p>{title}</p>
                <p class="meta">{line}</p>
            </div>
        </li>
    }
    .into_any()
}

/// Replace, and apart from it, last, remove. Where replacing mends what is the matter it stands there.
fn changes(words: Words, page: &PhonePage, replace_above: bool) -> AnyView {
    let to = |what: &str| format!("/security/phones/{}/{what}", page.id);
    let replace = (page.state != PhoneState::Unconfirmed && !replace_above).then(|| {
        // One that is not in use serves nobody meanwhile.
        let serves = (page.state != PhoneState::Unused)
            .then(|| view! { <p class="meta">{words.get("phone-replace-text")}</p> });
        view! {
            <section class="change">
                {serves}
                <a class="btn low" href=to("replace")>{icon(Icon::Swap)} <span>{words.get("phone-replace")}</span></a>
            </section>
        }
    });
    view! {
        {replace}
        <section class="change last">
            <p class="meta">{words.get("phone-remove-text")}</p>
            <a class="plain bad" href=to("remove")>{words.get("phone-remove")}</a>
        </section>
    }
    .into_any()
}
