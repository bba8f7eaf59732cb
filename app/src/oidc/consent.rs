//! `/oidc/consent`: what an app asks for, where it wants that shown (R123).

use leptos::prelude::*;

use crate::frames::{Shown, sign_in};
use crate::parts::{Icon, Post, hidden, icon, post, rich};
use crate::text::Words;
use crate::view::{ConsentPage, Frame, Shared};

pub(crate) fn show(words: Words, frame: &Frame, page: &ConsentPage) -> Shown {
    let strong = |text: &str| view! { <strong>{text.to_owned()}</strong> }.into_any();
    let title = words.with("consent-title", [("app", page.app.clone().into())]);
    let pieces = [("account", strong(&page.username)), ("app", strong(&page.app))];
    let shared: Vec<_> = page
        .shared
        .iter()
        .map(|shared| {
            let key = match shared {
                Shared::Identity => "consent-openid",
                Shared::Name => "consent-profile",
                Shared::Email => "consent-email",
                Shared::Phone => "consent-phone",
                Shared::Offline => "consent-offline",
            };
            view! { <li>{icon(Icon::Check)} <span>{words.get(key)}</span></li> }
        })
        .collect();
    let fields = view! {
        {hidden("resume", page.resume.clone())}
        <button class="btn main" name="answer" value="yes"><span>{words.get("consent-yes")}</span></button>
        <button class="btn" name="answer" value="no"><span>{words.get("consent-no")}</span></button>
    };
    let form = Post { to: "/oidc/consent".to_owned(), csrf: frame.csrf.clone(), class: "stack" };
    let content = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{rich(words, "consent-lead", [], pieces)}</p>
        <div class="facts"><ul>{shared}</ul></div>
        {post(form, fields.into_any())}
    };
    sign_in(words, frame, title, content.into_any())
}
