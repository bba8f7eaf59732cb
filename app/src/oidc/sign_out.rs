//! `/oidc/logout`: asks, where an app has not shown that it means this person (R124).

use leptos::prelude::*;

use crate::frames::{Shown, sign_in};
use crate::parts::{Post, post, rich};
use crate::text::Words;
use crate::view::{Frame, SignOutPage};

pub(crate) fn show(words: Words, frame: &Frame, page: &SignOutPage) -> Shown {
    let title = words.get("sign-out-title");
    let account = view! { <strong>{page.username.clone()}</strong> }.into_any();
    let button = view! { <button class="btn main"><span>{words.get("sign-out-yes")}</span></button> };
    let form = Post { to: "/logout".to_owned(), csrf: frame.csrf.clone(), class: "stack" };
    let content = view! {
        <h1>{title}</h1>
        <p class="lead">{rich(words, "sign-out-lead", [], [("account", account)])}</p>
        {post(form, button.into_any())}
        <p class="after-form"><a href="/security">{words.get("sign-out-no")}</a></p>
    };
    sign_in(words, frame, title, content.into_any())
}
