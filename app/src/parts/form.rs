//! Forms that change something: always POST, always with the token.

use leptos::prelude::*;

/// Where a form goes, and how it looks.
pub struct Post {
    /// Own path.
    pub to: String,
    /// The frame's token.
    pub csrf: String,
    /// Class of the form element; empty: none.
    pub class: &'static str,
}

/// The form with the hidden token. The browser's own messages stay off: ours name what to do.
pub fn post(form: Post, children: AnyView) -> AnyView {
    let class = (!form.class.is_empty()).then_some(form.class);
    view! {
        <form method="post" action=form.to class=class novalidate>
            <input type="hidden" name="csrf" value=form.csrf />
            {children}
        </form>
    }
    .into_any()
}

/// A hidden field.
pub fn hidden(name: &'static str, value: impl Into<String>) -> AnyView {
    view! { <input type="hidden" name=name value=value.into() /> }.into_any()
}
