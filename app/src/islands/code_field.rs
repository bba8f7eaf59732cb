//! The field for a code: pasted codes are tidied, and a code read by the browser from the message is filled in.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::browser;

/// One input for the whole code (R77). Without script it is the same input.
#[island]
pub fn CodeField(
    /// How many digits a code has.
    digits: u8,
    /// Ids of the elements that explain the field, for `aria-describedby`.
    described_by: String,
    /// The last code was refused.
    invalid: bool,
    /// Takes focus when the page opens.
    focus: bool,
) -> impl IntoView {
    let run = move |element: Element| {
        let Ok(input) = element.dyn_into::<HtmlInputElement>() else { return };
        autofill::listen(&input);
        let field = input.clone();
        browser::on_input(&input, move || {
            let typed = field.value();
            let tidied = tidy(&typed, digits.into());
            if tidied != typed {
                browser::rewrite(&field, &tidied);
            }
        });
    };
    view! {
        <input
            class="code"
            id="code"
            name="code"
            type="text"
            inputmode="numeric"
            autocomplete="one-time-code"
            autocapitalize="off"
            spellcheck="false"
            maxlength="64"
            required
            aria-describedby=described_by
            aria-invalid=invalid.then_some("true")
            autofocus=focus
            use:run
        />
    }
}

/// What was typed or pasted, as digits. Of a whole pasted message only its code is kept.
fn tidy(typed: &str, digits: usize) -> String {
    let found: String = typed.chars().filter_map(browser::ascii_digit).collect();
    if found.len() <= digits {
        return found;
    }
    // A message holds other numbers too; a run of the right length is the code.
    typed
        .split(|c| browser::ascii_digit(c).is_none())
        .map(|run| run.chars().filter_map(browser::ascii_digit).collect::<String>())
        .find(|run| run.len() == digits)
        .unwrap_or(found)
}

/// The browser may hand over the code of an origin-bound message (WebOTP), where it knows how.
mod autofill {
    use js_sys::{Array, Function, Object, Reflect};
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::{AbortController, HtmlInputElement};

    /// Waits for the code, fills it in and sends the form; stops waiting when the form is sent by hand.
    pub fn listen(input: &HtmlInputElement) {
        _ = try_listen(input);
    }

    fn try_listen(input: &HtmlInputElement) -> Option<()> {
        let window = web_sys::window()?;
        if !Reflect::has(&window, &"OTPCredential".into()).ok()? {
            return None;
        }
        let form = input.form()?;
        let abort = AbortController::new().ok()?;
        let by_sms = object(&[("transport", &Array::of1(&"sms".into()))])?;
        let options = object(&[("otp", &by_sms), ("signal", &abort.signal())])?;
        let credentials = Reflect::get(&window.navigator(), &"credentials".into()).ok()?;
        let get: Function = Reflect::get(&credentials, &"get".into()).ok()?.dyn_into().ok()?;
        let waiting = get.call1(&credentials, &options).ok()?;
        let stop = Closure::once_into_js(move |_: JsValue| abort.abort());
        form.add_event_listener_with_callback("submit", stop.unchecked_ref()).ok()?;
        let field = input.clone();
        let filled = Closure::once_into_js(move |credential: JsValue| {
            let code = Reflect::get(&credential, &"code".into()).ok().and_then(|code| code.as_string());
            if let Some(code) = code {
                field.set_value(&code);
                _ = form.request_submit();
            }
        });
        // Not supported, refused or aborted: the field is typed into as ever.
        let given_up = Closure::once_into_js(|_: JsValue| {});
        let then: Function = Reflect::get(&waiting, &"then".into()).ok()?.dyn_into().ok()?;
        then.call2(&waiting, &filled, &given_up).ok()?;
        Some(())
    }

    fn object(fields: &[(&str, &JsValue)]) -> Option<Object> {
        let object = Object::new();
        for (name, value) in fields {
            Reflect::set(&object, &(*name).into(), value).ok()?;
        }
        Some(object)
    }
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn r77_a_pasted_code_loses_its_spaces() {
        for (typed, kept) in [
            ("123 456", "123456"),
            (" 123-456 ", "123456"),
            ("１２３４５６", "123456"),
            ("12a", "12"),
            ("Latchkey: 482913 is your code, good for 5 minutes", "482913"),
            ("12345678", "12345678"),
        ] {
            assert_eq!(tidy(typed, 6), kept, "{typed}");
        }
    }
}
