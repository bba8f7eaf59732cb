//! A page becomes one HTML document: head, frame, and for live pages the one script that wakes the islands.
//!
//! Our own tags instead of `HydrationScripts`: that one copies the nonce into `crossorigin`, and leptos_axum adds two
//! inline scripts even where no island is. Plain pages get none at all.

use leptos::prelude::*;

use crate::frames::Shown;
use crate::islands::{LocalTimes, SessionEnd};
use crate::text::Words;
use crate::view::{Frame, Page, SessionLeft};
use crate::{confirm_identity, dev_phone, error, login, oidc, security};

/// The whole document, `<!doctype html>` included; the caller adds status and headers (R64, R74).
/// Live pages ([`Page::is_live`]) carry one module script with `frame.nonce`; plain ones no script at all.
#[must_use]
pub fn render(page: &Page, frame: &Frame) -> String {
    let owner = Owner::new();
    let body = owner.with(|| {
        let words = Words(frame.lang);
        let shown = match page {
            Page::Login(page) => login::password::show(words, frame, page),
            Page::Code(page) => login::code::show(words, frame, page),
            Page::Overview(page) => security::overview::show(words, frame, page),
            Page::PhoneNew(page) => security::phone_new::show(words, frame, page),
            Page::Phone(page) => security::phone::show(words, frame, page),
            Page::PhoneReplace(page) => security::phone_replace::show(words, frame, page),
            Page::PhoneRemove(page) => security::phone_remove::show(words, frame, page),
            Page::Test(page) => security::test::show(words, frame, page),
            Page::ConfirmIdentity(page) => confirm_identity::show(words, frame, page),
            Page::Apps(page) => security::apps::show(words, frame, page),
            Page::Consent(page) => oidc::consent::show(words, frame, page),
            Page::SignOut(page) => oidc::sign_out::show(words, frame, page),
            Page::HandOver(page) => oidc::hand_over::show(words, frame, page),
            Page::Error(page) => error::show(words, frame, page),
            Page::DevPhone(page) => dev_phone::show(words, frame, page),
        };
        document(words, frame, shown, page.is_live()).to_html()
    });
    owner.cleanup();
    let mut html = String::with_capacity(body.len() + 16);
    html.push_str("<!doctype html>");
    html.push_str(&body);
    html
}

fn document(words: Words, frame: &Frame, shown: Shown, live: bool) -> impl IntoView + use<> {
    let assets = format!("/assets/{}", frame.build);
    let title =
        words.with("page-title", [("page", shown.title.into()), ("brand", frame.brand.clone().into())]);
    let wake = live.then(|| {
        let script = format!(
            "import init,* as m from\"{assets}/latchkey.js\";\
             await init({{module_or_path:\"{assets}/latchkey_bg.wasm\"}});m.hydrate();\
             for(const e of document.querySelectorAll(\"leptos-island\"))m[e.dataset.component]?.(e)"
        );
        view! { <script type="module" nonce=frame.nonce.clone()>{script}</script> }
    });
    let icon = match &frame.look.logo {
        Some(logo) => (logo.media, logo.href.clone()),
        None => ("image/svg+xml", format!("{assets}/icon.svg")),
    };
    let sheet = frame.look.sheet.clone().map(|href| view! { <link rel="stylesheet" href=href /> });
    let on = shown.refresh.map(|to| view! { <meta http-equiv="refresh" content=format!("0;url={to}") /> });
    // Nothing stands in the place of what is not there.
    let sheet = match (on, sheet) {
        (Some(on), sheet) => Some((on, sheet).into_any()),
        (None, sheet) => sheet.map(IntoAny::into_any),
    };
    let more = match (sheet, wake) {
        (Some(sheet), wake) => Some((sheet, wake).into_any()),
        (None, wake) => wake.map(IntoAny::into_any),
    };
    let times = live.then(|| local_times(words, frame));
    let end = frame.session.filter(|_| live).map(|left| session_end(words, left));
    view! {
        <html lang=frame.lang.tag()>
            <head>
                <meta charset="utf-8" />
                <title>{title}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" type=icon.0 href=icon.1 />
                <link rel="stylesheet" href=format!("{assets}/main.css") />
                {more}
            </head>
            <body class=shown.class>{shown.body} {times} {end}</body>
        </html>
    }
}

/// Says when the session is about to end.
fn session_end(words: Words, left: SessionLeft) -> AnyView {
    let shape = |key| words.with(key, [("m", "{m}".into()), ("s", "{s}".into())]);
    view! {
        <SessionEnd
            seconds=left.seconds
            idle=left.idle
            may_stay=left.may_stay
            short=shape("session-ends-seconds")
            long=shape("session-ends-minutes")
            even=shape("session-ends-even")
            over=words.get("session-ended").to_owned()
            stay=words.get("session-stay").to_owned()
        />
    }
    .into_any()
}

/// Puts the times of a live page into the visitor's zone.
fn local_times(words: Words, frame: &Frame) -> AnyView {
    let own = |key| words.with(key, [("time", "{time}".into())]);
    view! {
        <LocalTimes
            now=frame.now as f64
            locale=words.get("when-locale").to_owned()
            today=own("when-today-own")
            yesterday=own("when-yesterday-own")
            zone=words.get("when-zone-own").to_owned()
        />
    }
    .into_any()
}
