//! A field: label, hint, input, and what is wrong with it.

use leptos::prelude::*;

use super::{Icon, icon};
use crate::view::Field;

/// Label, hint and message around an input whose `id` is the field's name. The hint's id is `{name}-hint`, the message's
/// `{name}-error`.
pub fn field(
    field: Field,
    label: AnyView,
    hint: Option<AnyView>,
    error: Option<String>,
    input: AnyView,
) -> AnyView {
    let name = field.name();
    let class = if error.is_some() { "field wrong" } else { "field" };
    let hint = hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> });
    let error = error.map(|error| {
        view! { <p class="field-error" id=format!("{name}-error")>{icon(Icon::Alert)} <span>{error}</span></p> }
    });
    view! {
        <div class=class>
            <label for=name>{label}</label>
            {hint}
            {input}
            {error}
        </div>
    }
    .into_any()
}

/// A plain text input.
pub fn text_input(
    name: &'static str,
    kind: &'static str,
    value: String,
    autocomplete: &'static str,
    described_by: Option<String>,
    wrong: bool,
    focus: bool,
) -> AnyView {
    // What is typed into a password field is never sent back.
    let value = (kind != "password" && !value.is_empty()).then_some(value);
    let plain = (kind != "password" && autocomplete == "username").then_some("none");
    view! {
        <input
            id=name
            name=name
            type=kind
            value=value
            autocomplete=autocomplete
            autocapitalize=plain
            spellcheck=plain.map(|_| "false")
            aria-describedby=described_by
            aria-invalid=wrong.then_some("true")
            autofocus=focus
        />
    }
    .into_any()
}
