//! `/login`: user name and password.

use leptos::prelude::*;

use crate::frames::{Shown, news_note, sign_in, texts_note};
use crate::parts::{Context, Post, back_to_app, field, field_error, hidden, post, rich, summary, text_input};
use crate::text::Words;
use crate::view::{Field, ForApp, Frame, LoginPage};

pub(crate) fn show(words: Words, frame: &Frame, page: &LoginPage) -> Shown {
    let context = Context::plain("means-not-signed-in", frame);
    let problem_at = page.problem.and_then(crate::view::Problem::field);
    let error = |at: Field| {
        page.problem.filter(|_| problem_at == Some(at)).map(|problem| field_error(words, problem, context))
    };
    let (name_error, password_error) = (error(Field::Username), error(Field::Password));
    let name = text_input(
        "username",
        "text",
        page.username.clone(),
        "username",
        name_error.is_some().then(|| "username-error".to_owned()),
        name_error.is_some(),
        page.problem.is_none(),
    );
    let password = text_input(
        "password",
        "password",
        String::new(),
        "current-password",
        password_error.is_some().then(|| "password-error".to_owned()),
        password_error.is_some(),
        false,
    );
    let resume = page.resume.clone().map(|id| hidden("resume", id));
    let for_app = page.app.clone().zip(page.resume.clone()).map(|(name, resume)| ForApp { name, resume });
    let lead = page.app.clone().map(|app| {
        let app = view! { <strong>{app}</strong> }.into_any();
        view! { <p class="lead">{rich(words, "login-for", [], [("app", app)])}</p> }
    });
    let fields = view! {
        {resume}
        {field(Field::Username, words.get("login-username").into_any(), None, name_error, name)}
        {field(Field::Password, words.get("login-password").into_any(), None, password_error, password)}
        <button class="btn main"><span>{words.get("login-submit")}</span></button>
    };
    let form = Post { to: "/login".to_owned(), csrf: frame.csrf.clone(), class: "stack" };
    let content = view! {
        <h1>{words.get("login-title")}</h1>
        {lead}
        {news_note(words, page.news)}
        {texts_note(words, frame, summary(words, page.problem, context))}
        {post(form, fields.into_any())}
        <p class="meta after-form">{words.get("login-hint")}</p>
        {for_app.map(|app| view! { <section class="ways"><ul><li>{back_to_app(words, frame, &app)}</li></ul></section> })}
    };
    sign_in(words, frame, words.get("login-title"), content.into_any())
}
