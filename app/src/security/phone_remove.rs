//! `/security/phones/{id}/remove`: what happens, what stays, a gentler way, then the button (R33).

use leptos::prelude::*;

use crate::frames::{Shown, back_link, portal};
use crate::parts::{Icon, Post, Tone, icon, label_or, note, number, post, rich, titled, when};
use crate::text::Words;
use crate::view::{AfterRemoval, Frame, PhoneRemovePage};

pub(crate) fn show(words: Words, frame: &Frame, page: &PhoneRemovePage) -> Shown {
    let above = format!("/security/phones/{}", page.id);
    let button = view! { <button class="btn danger"><span>{words.get("remove-submit")}</span></button> };
    let form = Post { to: format!("{above}/remove"), csrf: frame.csrf.clone(), class: "" };
    let instead = (page.after != AfterRemoval::Unchanged).then(|| {
        let text = view! {
            <a href=format!("{above}/replace")>{words.get("remove-instead-link")}</a> ". "
            {words.get("remove-instead-text")}
        };
        note(Tone::Quiet, None, titled(words.get("remove-instead-title"), text))
    });
    let content = view! {
        {back_link(above.clone(), label_or(words, &page.label, page.number))}
        <h1>{rich(words, "remove-title", [], [("number", number(words, page.number))])}</h1>
        <p class="lead">{added(words, frame, page)}</p>
        <section class="panel facts">
            <h2>{words.get("remove-happens")}</h2>
            <ul>{happens(words, page)}</ul>
            <h2>{words.get("remove-stays")}</h2>
            <ul>{stays(words, page)}</ul>
        </section>
        {instead}
        <div class="actions apart">
            {post(form, button.into_any())}
            <a class="plain" href=above>{words.get("remove-keep")}</a>
        </div>
    };
    let title = words.with("remove-title", [("number", page.number.to_string().into())]);
    portal(words, frame, title, content.into_any())
}

fn added(words: Words, frame: &Frame, page: &PhoneRemovePage) -> Vec<AnyView> {
    let time = [("when", when(words, frame.now, page.added_at))];
    if page.label.is_empty() {
        rich(words, "remove-added", [], time)
    } else {
        rich(words, "remove-added-label", [("label", page.label.clone().into())], time)
    }
}

fn fact(drawing: Icon, what: &'static str, more: AnyView) -> AnyView {
    view! {
        <li>
            {icon(drawing)}
            <div>
                <p>{what}</p>
                <p class="meta">{more}</p>
            </div>
        </li>
    }
    .into_any()
}

fn happens(words: Words, page: &PhoneRemovePage) -> Vec<AnyView> {
    let said = |drawing, what: &'static str, more: &'static str| {
        fact(drawing, words.get(what), words.get(more).into_any())
    };
    let mut facts = Vec::with_capacity(5);
    if page.after == AfterRemoval::GoesOff {
        facts.push(said(Icon::ShieldOpen, "remove-goes-off", "remove-goes-off-more"));
        if !page.refusing_apps.is_empty() {
            let apps =
                [("apps", page.refusing_apps.join(", ").into()), ("n", page.refusing_apps.len().into())];
            facts.push(fact(
                Icon::Lock,
                words.get("remove-apps"),
                words.with("remove-apps-more", apps).into_any(),
            ));
        }
    }
    if page.after == AfterRemoval::AllOff {
        facts.push(said(Icon::Lock, "remove-all-off", "remove-all-off-more"));
    }
    facts.push(said(Icon::Cross, "remove-no-codes", "remove-no-codes-more"));
    if page.after != AfterRemoval::Unchanged {
        facts.push(said(Icon::Leave, "remove-signed-out", "remove-signed-out-more"));
    }
    if !page.told.is_empty() {
        let mut numbers = Vec::with_capacity(page.told.len() * 2);
        for (at, told) in page.told.iter().enumerate() {
            if at > 0 {
                numbers.push(", ".into_any());
            }
            numbers.push(number(words, *told));
        }
        let more = rich(words, "remove-told-more", [], [("numbers", numbers.into_any())]);
        facts.push(fact(Icon::Message, words.get("remove-told"), more.into_any()));
    }
    facts
}

fn stays(words: Words, page: &PhoneRemovePage) -> Vec<AnyView> {
    let password = || fact(Icon::Check, words.get("remove-password"), ().into_any());
    let again = fact(Icon::Check, words.get("remove-again"), words.get("remove-again-more").into_any());
    match page.after {
        AfterRemoval::StaysOn { number: next } => {
            let more = rich(words, "remove-stays-on-more", [], [("number", number(words, next))]);
            vec![fact(Icon::Check, words.get("remove-stays-on"), more.into_any()), again]
        }
        AfterRemoval::GoesOff => vec![password(), again],
        // Who cannot sign in adds nothing either.
        AfterRemoval::AllOff => vec![password()],
        AfterRemoval::Unchanged => {
            let more = words.get("remove-unchanged-more").into_any();
            vec![fact(Icon::Check, words.get("remove-unchanged"), more), again]
        }
    }
}
