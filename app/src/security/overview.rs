//! `/security`: am I protected, by what, what should I do next?

use leptos::prelude::*;

use super::notices;
use super::phone_row::{self, finish_confirming};
use super::trouble::{Of, confirm_again_button, replace_button, step, trouble};
use crate::frames::{Shown, news_note, portal};
use crate::parts::{Icon, Post, icon, number, post, rich, when};
use crate::text::Words;
use crate::view::{Frame, NotProtected, OverviewPage, PhoneRow, PhoneState, Protection};
use crate::ways::Way;

pub(crate) fn show(words: Words, frame: &Frame, page: &OverviewPage) -> Shown {
    let notices: Vec<_> = page.notices.iter().map(|one| notices::notice(words, frame, one)).collect();
    let content = view! {
        <h1>{words.get("security")}</h1>
        {news_note(words, page.news)}
        {answer(words, frame, page)}
        {next_step(words, frame, page)}
        {notices}
        {phones(words, frame, page)}
        <p class="more"><a href="/security/apps">{words.get("apps-link")}</a></p>
    };
    portal(words, frame, words.get("security"), content.into_any())
}

fn answer(words: Words, frame: &Frame, page: &OverviewPage) -> AnyView {
    let (class, drawing, title, text) = match page.protection {
        Protection::On { number: to } => (
            "panel answer on",
            Icon::Shield,
            words.get("protected-title"),
            rich(
                words,
                "protected-text",
                [],
                [("number", view! { <strong>{number(words, to)}</strong> }.into_any())],
            )
            .into_any(),
        ),
        Protection::Off(why) => {
            let text = words.get(match why {
                NotProtected::NoNumber => "unprotected-no-number",
                NotProtected::NoneConfirmed => "unprotected-none-confirmed",
                NotProtected::AllLocked => "unprotected-all-locked",
            });
            let title = match why {
                NotProtected::AllLocked => "unprotected-title-locked",
                _ => "unprotected-title",
            };
            ("panel answer off", Icon::ShieldOpen, words.get(title), text.into_any())
        }
    };
    view! {
        <section class=class>
            {icon(drawing)}
            <div class="answer-words">
                <h2>{title}</h2>
                <p>{text}</p>
            </div>
            <div class="answer-foot">{other_sign_in(words, frame, page)}</div>
        </section>
    }
    .into_any()
}

fn other_sign_in(words: Words, frame: &Frame, page: &OverviewPage) -> AnyView {
    let Some(last) = &page.other_sign_in else {
        return view! { <p>{words.get("first-sign-in")}</p> }.into_any();
    };
    let time = view! { <strong>{when(words, frame.now, last.at)}</strong> }.into_any();
    let line = match (&last.browser, last.later) {
        (Some(browser), later) => {
            let key = if later { "signed-in-since-browser" } else { "last-sign-in-browser" };
            rich(words, key, [("browser", words.browser(browser).into())], [("when", time)])
        }
        (None, true) => rich(words, "signed-in-since", [], [("when", time)]),
        (None, false) => rich(words, "last-sign-in", [], [("when", time)]),
    };
    let help = match &frame.support_url {
        Some(url) => view! { <a href=url.clone()>{words.get("get-help")}</a> }.into_any(),
        None => words.with("not-you-contact", [("brand", frame.brand.clone().into())]).into_any(),
    };
    view! {
        <p>{line}</p>
        <p>{words.get("not-you")} " " {help}</p>
    }
    .into_any()
}

/// The likeliest next thing, with the page's one filled button.
fn next_step(words: Words, frame: &Frame, page: &OverviewPage) -> Option<AnyView> {
    let first = |state: PhoneState| page.phones.iter().find(|row| row.state == state);
    let troubled = [PhoneState::Locked, PhoneState::NeedsAttention, PhoneState::Unused];
    if let Some(row) = troubled.into_iter().find_map(first) {
        let of = Of { id: &row.id, number: row.number, label: &row.label, state: row.state, last: row.last };
        let trouble = trouble(words, frame, &of)?;
        let action = match trouble.remedy {
            Way::Replace => replace_button(words, of.id),
            Way::TypedNumber => confirm_again_button(words, frame, of.id),
            _ => test_button(words, frame, row),
        };
        return Some(trouble.note(action));
    }
    let row = first(PhoneState::Unconfirmed)?;
    let text = rich(words, "phone-next-unconfirmed", [], [("number", number(words, row.number))]);
    let button = view! { <button class="btn main low"><span>{words.get("phone-finish")}</span></button> };
    let action = finish_confirming(frame, &row.id, button.into_any());
    Some(step(words.get("phone-unconfirmed-title").to_owned(), text, action))
}

fn test_button(words: Words, frame: &Frame, row: &PhoneRow) -> AnyView {
    let button = view! { <button class="btn main low"><span>{words.get("phone-test")}</span></button> };
    let to = format!("/security/phones/{}/test", row.id);
    post(Post { to, csrf: frame.csrf.clone(), class: "" }, button.into_any())
}

fn phones(words: Words, frame: &Frame, page: &OverviewPage) -> AnyView {
    if page.phones.is_empty() {
        return view! {
            <section class="phones">
                <h2>{words.get("phones-title")}</h2>
                <div class="panel empty">
                    {icon(Icon::Phone)}
                    <h3>{words.get("phones-empty")}</h3>
                    <p class="meta">{words.get("phones-empty-more")}</p>
                    <a class="btn main" href="/security/phones/new">
                        <span>{words.get("phones-add-first")}</span>
                    </a>
                </div>
            </section>
        }
        .into_any();
    }
    let rows: Vec<_> = page.phones.iter().map(|row| phone_row::row(words, frame, row)).collect();
    let add = page.can_add.then(|| {
        view! {
            <a class="btn low" href="/security/phones/new">
                {icon(Icon::Plus)} <span>{words.get("phones-add")}</span>
            </a>
        }
    });
    let full = (!page.can_add).then(|| {
        view! { <p class="meta">{words.with("phones-full", [("max", page.max_phones.into())])}</p> }
    });
    view! {
        <section class="phones">
            <div class="section-head">
                <h2>{words.get("phones-title")}</h2>
                {add}
            </div>
            <ul class="panel rows">{rows}</ul>
            {full}
        </section>
    }
    .into_any()
}
