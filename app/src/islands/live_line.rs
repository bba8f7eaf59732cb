//! The line of a message: told that there is news, it reads the page anew and moves the parts that changed into the one that is open.
//! What was typed, what counts down and where the focus is stay as they are.

use std::cell::Cell;

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{
    Document, Element, EventSource, HtmlCollection, HtmlElement, HtmlInputElement, XmlHttpRequest,
    XmlHttpRequestResponseType,
};

use super::browser::{on, write};
use super::local_times;

/// Parts that may move have this class and an id.
const MOVES: &str = "moves";
/// A part with this attribute is put in anew as a whole, and only when its value is another.
const STAGE: &str = "data-stage";
/// What has this class and an id goes on as it is, wherever it stands by then.
const KEEPS: &str = "keeps";
/// The element of this island, by which the page read anew says whether more may be heard.
const LINE: &str = "live-line";
const ADDRESS: &str = "data-from";

/// Keeps the parts of class `moves` as the server would show them now.
#[island]
pub fn LiveLine(
    /// Where the news comes from: the page's own path, `/live` and what the page knows.
    from: String,
) -> impl IntoView {
    let run = move |element: Element| follow(&element);
    view! { <span id=LINE class="sr" role="status" data-from=from use:run></span> }
}

/// Opens the stream while the page is looked at: a page in the background keeps no connection of the few a browser has.
fn follow(line: &Element) {
    let Some(document) = line.owner_document() else { return };
    let open: Cell<Option<EventSource>> = Cell::default();
    let switch = {
        let (line, document) = (line.clone(), document.clone());
        move || {
            if let Some(source) = open.take() {
                source.close();
            }
            if !document.hidden() {
                open.set(listen(&line));
            }
        }
    };
    switch();
    on(&document, "visibilitychange", switch);
}

fn listen(line: &Element) -> Option<EventSource> {
    let source = EventSource::new(&line.get_attribute(ADDRESS)?).ok()?;
    let (line, own) = (line.clone(), source.clone());
    on(&source, "moved", move || read_anew(&line, &own));
    Some(source)
}

/// Asks for the page, parsed by the browser: no markup is ever written into this one.
fn read_anew(line: &Element, source: &EventSource) {
    let Some(address) = line.get_attribute(ADDRESS) else { return };
    let Some((page, _)) = address.split_once("/live") else { return };
    let Ok(request) = XmlHttpRequest::new() else { return };
    if request.open("GET", page).is_err() {
        return;
    }
    request.set_response_type(XmlHttpRequestResponseType::Document);
    let (line, source, answer) = (line.clone(), source.clone(), request.clone());
    on(&request, "load", move || {
        // Where the page cannot be had for a moment, this one stays as it is and hears of the next news.
        if answer.status() != Ok(200) {
            return;
        }
        let fresh = answer.response().ok().and_then(|fresh| fresh.dyn_into::<Document>().ok());
        let next = fresh.as_ref().and_then(|fresh| fresh.get_element_by_id(LINE));
        if let Some(fresh) = &fresh {
            move_parts(&line, fresh);
        }
        match next.and_then(|next| next.get_attribute(ADDRESS)) {
            Some(next) => _ = line.set_attribute(ADDRESS, &next),
            // Nothing more is to be heard, or the page is another one by now.
            None => {
                _ = line.remove_attribute(ADDRESS);
                source.close();
            }
        }
    });
    _ = request.send();
}

fn move_parts(line: &Element, fresh: &Document) {
    let Some(document) = line.owner_document() else { return };
    local_times::rewrite(fresh);
    let mut held = document.active_element();
    // Who types has a code: what is to be done without one must not push the field away meanwhile.
    let typing = held.as_ref().is_some_and(|held| {
        held.dyn_ref::<HtmlInputElement>().is_some_and(|field| !field.value().is_empty())
    });
    for old in elements(&document.get_elements_by_class_name(MOVES)) {
        let Some(new) = fresh.get_element_by_id(&old.id()) else { continue };
        if let Some(stage) = new.get_attribute(STAGE) {
            if !typing && old.get_attribute(STAGE).as_ref() != Some(&stage) {
                _ = old.set_attribute(STAGE, &stage);
                keep_alive(&document, &new);
                put_in(&old, &new);
            }
        } else if old.has_attribute("role") {
            // One change, so it is read out once.
            if !old.is_equal_node(Some(&new)) {
                put_in(&old, &new);
            }
        } else {
            let said = move_part(&old, &new);
            if !said.is_empty() {
                write(Some(line.clone()), &said);
            }
        }
        if let Some(lost) = held.take_if(|held| !held.is_connected()) {
            give_focus(&document, &lost, &old);
        }
    }
}

/// What runs on the open page takes its place among the fresh parts, where the fresh one would stand still.
fn keep_alive(document: &Document, new: &Element) {
    for dead in elements(&new.get_elements_by_class_name(KEEPS)) {
        match document.get_element_by_id(&dead.id()) {
            Some(alive) => _ = dead.replace_with_with_node_1(&alive),
            None => dead.remove(),
        }
    }
}

/// All that is in `new` comes into `old`, in one change.
fn put_in(old: &Element, new: &Element) {
    if old.class_name() != new.class_name() {
        old.set_class_name(&new.class_name());
    }
    let children = Array::new();
    for child in elements(&new.children()) {
        children.push(&child);
    }
    old.replace_children_with_node(&children);
}

/// What had the focus and was put in anew has it again; where it is gone, the part that it stood in.
fn give_focus(document: &Document, held: &Element, part: &Element) {
    let same = document.get_element_by_id(&held.id()).filter(|_| !held.id().is_empty());
    let next = same.unwrap_or_else(|| {
        _ = part.set_attribute("tabindex", "-1");
        part.clone()
    });
    if let Some(next) = next.dyn_ref::<HtmlElement>() {
        _ = next.focus();
    }
}

/// Puts the children of `new` in place of those of `old` that differ; gives the words of those that were not there before.
fn move_part(old: &Element, new: &Element) -> String {
    let before = elements(&old.children());
    let mut said = Vec::new();
    let mut places = before.iter();
    for child in elements(&new.children()) {
        let known = places.next();
        if known.is_some_and(|known| known.is_equal_node(Some(&child))) {
            continue;
        }
        if !before.iter().any(|known| known.is_equal_node(Some(&child))) {
            said.push(words(&child));
        }
        _ = match known {
            Some(known) => known.replace_with_with_node_1(&child),
            None => old.append_with_node_1(&child),
        };
    }
    places.for_each(Element::remove);
    said.join(". ")
}

/// The sentences of an element.
fn words(of: &Element) -> String {
    let sentences = elements(&of.get_elements_by_tag_name("p"));
    let sentences: Vec<String> = sentences.iter().filter_map(|sentence| sentence.text_content()).collect();
    sentences.join(". ")
}

/// As they are now: what is moved away changes the collection.
fn elements(of: &HtmlCollection) -> Vec<Element> {
    (0..of.length()).filter_map(|at| of.item(at)).collect()
}
