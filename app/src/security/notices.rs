//! Notices about what happened to the account, with what to do if it was not you (R31).

use leptos::prelude::*;

use crate::parts::{Post, Tone, note, number, post, rich, titled, when};
use crate::text::Words;
use crate::view::{Frame, Notice, NoticeKind};

pub(super) fn notice(words: Words, frame: &Frame, notice: &Notice) -> AnyView {
    let time = || ("when", when(words, frame.now, notice.at));
    let about = || ("number", notice.number.map_or_else(|| ().into_any(), |about| number(words, about)));
    let (title, text) = match notice.kind {
        NoticeKind::NumberAdded => {
            ("notice-number-added", rich(words, "notice-number-added-text", [], [about(), time()]))
        }
        NoticeKind::NumberReplaced => {
            ("notice-number-replaced", rich(words, "notice-number-replaced-text", [], [about(), time()]))
        }
        NoticeKind::NumberRemoved => {
            ("notice-number-removed", rich(words, "notice-number-removed-text", [], [about(), time()]))
        }
        NoticeKind::NumberLocked => {
            ("notice-number-locked", rich(words, "notice-number-locked-text", [], [about(), time()]))
        }
        NoticeKind::UnfinishedSignIn => (
            "notice-unfinished",
            match &notice.browser {
                Some(browser) => {
                    let browser = [("browser", words.browser(browser).into())];
                    rich(words, "notice-unfinished-browser-text", browser, [time()])
                }
                None => rich(words, "notice-unfinished-text", [], [time()]),
            },
        ),
        NoticeKind::PasswordChanged => {
            ("notice-password-changed", rich(words, "notice-password-changed-text", [], [time()]))
        }
    };
    let otherwise = match notice.kind {
        NoticeKind::NumberLocked | NoticeKind::UnfinishedSignIn => "notice-if-not-password",
        NoticeKind::NumberAdded
        | NoticeKind::NumberReplaced
        | NoticeKind::NumberRemoved
        | NoticeKind::PasswordChanged => "notice-if-not",
    };
    let body = view! {
        <p>{text}</p>
        <p>
            {words.with(otherwise, [("brand", frame.brand.clone().into())])}
        </p>
    };
    let away = view! { <button class="btn low"><span>{words.get("notice-dismiss")}</span></button> };
    let to = format!("/security/notices/{}/dismiss", notice.id);
    let away = post(Post { to, csrf: frame.csrf.clone(), class: "" }, away.into_any());
    let body = view! { {titled(words.get(title), body)} {away} };
    note(Tone::Warn, Some("status"), body.into_any())
}
