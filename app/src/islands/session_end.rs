//! A session that nobody uses ends: said in time, with a button that keeps it (R78). What was typed on the page stays.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use web_sys::{Document, Element, XmlHttpRequest};

use super::browser::{Since, count_down, minutes_seconds, on, write};

/// It is said so long before the end, in seconds; of a short session in its second half.
const SOON: u32 = 120;

/// The note at the edge of the window, hidden until it is time.
#[island]
pub fn SessionEnd(
    /// Seconds until the end when the page was made.
    seconds: u32,
    /// Seconds a session lasts after each use.
    idle: u32,
    /// Using it makes it last longer.
    may_stay: bool,
    /// Text below one minute, with `{s}`.
    short: String,
    /// Text from one minute up, with `{m}` and `{s}`.
    long: String,
    /// Text of whole minutes, with `{m}`.
    even: String,
    /// Text when it is over.
    over: String,
    /// Words of the button.
    stay: String,
) -> impl IntoView {
    let run = move |element: Element| {
        let words =
            Words { short: short.clone(), long: long.clone(), even: even.clone(), over: over.clone() };
        let note = Note { element, words: Rc::new(words), run: Rc::default() };
        note.watch(seconds, Since::Asked);
        if let Some(button) = note.button() {
            let note = note.clone();
            on(&button, "click", move || note.keep(idle));
        }
    };
    view! {
        <aside class="note warn session-end" hidden use:run>
            <p><span></span> <span class="sr" role="alert"></span></p>
            {may_stay.then(|| view! { <button type="button" class="btn">{stay}</button> })}
        </aside>
    }
}

struct Words {
    short: String,
    long: String,
    even: String,
    over: String,
}

#[derive(Clone)]
struct Note {
    element: Element,
    words: Rc<Words>,
    /// Which countdown counts: one that was begun before the session was used again goes on to its end in vain.
    run: Rc<Cell<u32>>,
}

impl Note {
    fn button(&self) -> Option<Element> {
        self.element.last_element_child().filter(|last| last.tag_name() == "BUTTON")
    }

    fn watch(&self, seconds: u32, since: Since) {
        let own = self.run.get() + 1;
        self.run.set(own);
        let (note, soon) = (self.clone(), SOON.min(seconds / 2));
        count_down(seconds, since, move |left| {
            if note.run.get() == own && left <= soon {
                note.tell(left, left == soon || left == 20);
            }
        });
    }

    /// Read out when it first comes, shortly before the end, and then; not every second.
    fn tell(&self, left: u32, aloud: bool) {
        let words = &*self.words;
        let text = match left {
            0 => words.over.clone(),
            _ => minutes_seconds(&words.short, &words.long, &words.even, left),
        };
        _ = self.element.remove_attribute("hidden");
        let said = self.element.first_element_child();
        write(said.as_ref().and_then(Element::first_element_child), &text);
        if aloud || left == 0 {
            write(said.as_ref().and_then(Element::last_element_child), &text);
        }
        if left == 0
            && let Some(button) = self.button()
        {
            button.remove();
        }
    }

    /// Uses the session: asks for this very page, whose answer is looked at no further than where it came from.
    fn keep(&self, idle: u32) {
        let Some(document) = self.element.owner_document() else { return };
        let Some(page) = address(&document) else { return };
        let Ok(request) = XmlHttpRequest::new() else { return };
        if request.open("GET", &page).is_err() {
            return;
        }
        let (note, answer) = (self.clone(), request.clone());
        on(&request, "load", move || {
            // Whoever is signed out by now is led to the sign-in.
            if answer.status() == Ok(200) && answer.response_url().ends_with(&page) {
                _ = note.element.set_attribute("hidden", "");
                note.watch(idle, Since::Now);
            } else {
                _ = document.location().map(|location| location.reload());
            }
        });
        _ = request.send();
    }
}

fn address(document: &Document) -> Option<String> {
    document.location()?.pathname().ok()
}
