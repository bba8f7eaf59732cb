//! The two frames: one column for signing in, a bar and sections for the portal.

use leptos::prelude::*;

use crate::parts::{Icon, Post, Tone, icon, note, post, titled};
use crate::text::Words;
use crate::view::{Frame, News, TextMessages};

/// What a page hands to its document.
pub(crate) struct Shown {
    /// Title of the document, without the installation's name.
    pub title: String,
    /// Class of the body: which frame.
    pub class: &'static str,
    /// The body.
    pub body: AnyView,
    /// Where the page goes on to by itself.
    pub refresh: Option<String>,
}

/// The sign-in frame: the installation's name, one thing to do, nothing else.
pub(crate) fn sign_in(words: Words, frame: &Frame, title: impl Into<String>, content: AnyView) -> Shown {
    let brand = frame.brand.clone();
    let body = view! {
        <main class="card">
            <p class="brand">{mark(frame)} <span>{brand}</span></p>
            {content}
            {foot(words, frame)}
        </main>
    };
    Shown { title: title.into(), class: "sign-in", body: body.into_any(), refresh: None }
}

/// The portal frame: a bar with name, account and the way out, then the content.
pub(crate) fn portal(words: Words, frame: &Frame, title: impl Into<String>, content: AnyView) -> Shown {
    let brand = frame.brand.clone();
    let who = frame.account.clone().map(|account| {
        let out = view! { <button class="quiet-button"><span>{words.get("sign-out")}</span></button> };
        let form = Post { to: "/logout".to_owned(), csrf: frame.csrf.clone(), class: "" };
        view! {
            <div class="who">
                <span class="account">{account}</span>
                {post(form, out.into_any())}
            </div>
        }
    });
    let body = view! {
        <a class="skip" href="#main">{words.get("skip")}</a>
        <header class="bar">
            <div class="bar-in">
                <a class="brand" href="/security">{mark(frame)} <span>{brand}</span></a>
                {who}
            </div>
        </header>
        <main id="main">{content} {foot(words, frame)}</main>
    };
    Shown { title: title.into(), class: "portal", body: body.into_any(), refresh: None }
}

/// The installation's logo, or our mark: decoration, its name stands beside it.
fn mark(frame: &Frame) -> AnyView {
    match &frame.look.logo {
        Some(logo) => view! { <img class="logo" src=logo.href.clone() alt="" /> }.into_any(),
        None => icon(Icon::Mark).into_any(),
    }
}

/// Where to get help, and the installation's own links; nothing where there are none.
fn foot(words: Words, frame: &Frame) -> Option<AnyView> {
    let link = |url: String, text: String| view! { <a href=url>{text}</a> };
    let help = frame.support_url.clone().map(|url| link(url, words.get("get-help").to_owned()));
    let own = frame.look.links.iter().map(|own| link(own.url.clone(), own.text.clone()));
    let links: Vec<_> = help.into_iter().chain(own).collect();
    (!links.is_empty()).then(|| view! { <footer class="foot">{links}</footer> }.into_any())
}

/// The link to the page above, named after it.
pub(crate) fn back_link(href: String, name: String) -> AnyView {
    view! { <a class="back" href=href>{icon(Icon::Back)} <span>{name}</span></a> }.into_any()
}

/// What just happened, as a note; nothing where there is no news.
pub(crate) fn news_note(words: Words, news: Option<News>) -> Option<AnyView> {
    let (title, more) = match news? {
        News::CodeSent => ("news-code-sent", None),
        News::NumberAdded => ("news-number-added", Some("news-number-added-more")),
        News::NumberReplaced => ("news-number-replaced", Some("news-number-replaced-more")),
        News::NumberRemoved => ("news-number-removed", Some("news-number-removed-more")),
        News::AddingCancelled => ("news-adding-cancelled", Some("news-adding-cancelled-more")),
        News::Renamed => ("news-renamed", None),
        News::Preferred => ("news-preferred", None),
        News::SignedOut => ("news-signed-out", None),
        News::SignInCancelled => ("news-sign-in-cancelled", Some("news-sign-in-cancelled-more")),
        News::AppLeft => ("news-app-left", Some("news-app-left-more")),
    };
    // Green is for what is better than before.
    let tone = match news? {
        News::AddingCancelled | News::SignInCancelled | News::NumberRemoved | News::CodeSent => Tone::Quiet,
        _ => Tone::Ok,
    };
    Some(note(tone, Some("status"), titled(words.get(title), more.map(|more| words.get(more)))))
}

/// That text messages are late or do not come, where that is known, below what else is to be said first.
pub(crate) fn texts_note(words: Words, frame: &Frame, first: Option<AnyView>) -> Option<AnyView> {
    let (title, more) = match frame.texts {
        TextMessages::Well => return first,
        TextMessages::Slow => ("texts-slow", "texts-slow-more"),
        TextMessages::Broken => ("texts-broken", "texts-broken-more"),
    };
    let note = note(Tone::Warn, None, titled(words.get(title), words.get(more)));
    Some(view! { {first} {note} }.into_any())
}
