//! `/security/apps`: the apps one signed in to, and the end of their access.

use leptos::prelude::*;

use crate::frames::{Shown, back_link, news_note, portal};
use crate::parts::{Post, post, rich, when};
use crate::text::Words;
use crate::view::{AppRow, AppsPage, Frame};

pub(crate) fn show(words: Words, frame: &Frame, page: &AppsPage) -> Shown {
    let title = words.get("apps-title");
    let list = if page.apps.is_empty() {
        view! {
            <div class="panel empty">
                <h2>{words.get("apps-empty")}</h2>
                <p class="meta">{words.get("apps-empty-more")}</p>
            </div>
        }
        .into_any()
    } else {
        let rows: Vec<_> = page.apps.iter().map(|app| row(words, frame, app)).collect();
        view! { <ul class="panel rows">{rows}</ul> }.into_any()
    };
    let content = view! {
        {back_link("/security".to_owned(), words.get("security").to_owned())}
        <h1>{title}</h1>
        {news_note(words, page.news)}
        <p class="lead">{words.get("apps-lead")}</p>
        {list}
    };
    portal(words, frame, title, content.into_any())
}

fn row(words: Words, frame: &Frame, app: &AppRow) -> AnyView {
    let spoken = words.with("apps-end-spoken", [("app", app.name.clone().into())]);
    let button = view! { <button class="plain" aria-label=spoken>{words.get("apps-end")}</button> };
    let form = Post { to: format!("/security/apps/{}/end", app.id), csrf: frame.csrf.clone(), class: "" };
    let time = |at| ("when", when(words, frame.now, at));
    view! {
        <li class="row">
            <div class="row-what">
                <p class="row-number"><strong>{app.name.clone()}</strong></p>
                <p class="meta">{rich(words, "apps-used", [], [time(app.last_at)])}</p>
                <p class="meta">{rich(words, "apps-first", [], [time(app.first_at)])}</p>
            </div>
            <div class="row-actions">{post(form, button.into_any())}</div>
        </li>
    }
    .into_any()
}
