//! What pages recommend where something does not work: once, in one voice, and only what helps.

use app::view::{Lang, Page};

use super::{each, sample};

/// The words of the button that has moved up before the field, else of the filled one.
fn first_button(html: &str) -> &str {
    let main = html.split("<main").nth(1).unwrap_or_default();
    let words = |of: &'static str, from: &'_ str| -> Option<(usize, usize)> {
        let start = from.find(of)?;
        let end = from.get(start..)?.find("</span></button>").or(from.get(start..)?.find("</span></a>"))?;
        Some((start, start + end))
    };
    let next = main.split("id=\"next\"").nth(1).and_then(|rest| rest.split("class=\"ways\"").next());
    let next = next.and_then(|rest| rest.split("class=\"code-form\"").next()).unwrap_or_default();
    for (of, from) in [("class=\"btn ", next), ("class=\"btn main", main)] {
        if let Some((start, end)) = words(of, from) {
            return from.get(start..end).unwrap_or_default();
        }
    }
    ""
}

/// Whether a sentence says this.
fn says(html: &str, said: &str) -> bool {
    html.split(said).skip(1).any(|rest| [".", ",", " or "].iter().any(|end| rest.starts_with(end)))
}

#[test]
fn what_the_sentence_names_first_is_the_filled_button() {
    let buttons = [
        ("Ask for another one", "Call me again"),
        ("You can ask for a new code", "Send a new code"),
        ("You can choose a call", "Call me"),
        ("You can choose a text message", "Send a text message"),
        ("You can choose another of your numbers", "Send to "),
        ("You can use another number", "Use another number"),
        ("You can replace this number", "Replace this number"),
        ("You can send another test code", "Send another test code"),
    ];
    let mut seen = 0;
    each(|name, page, frame, html| {
        let Some((said, button)) = buttons.iter().find(|(said, _)| says(html, said)) else { return };
        let waits = match page {
            // A code that still counts is typed first.
            Page::Code(page) => page.wait.seconds_left > 0 && page.wait.tries_left > 0,
            Page::Test(_) | Page::ConfirmIdentity(_) => false,
            _ => return,
        };
        if frame.lang == Lang::En && !(waits && html.contains("still works")) {
            seen += 1;
            assert!(first_button(html).contains(button), "{name}: {said}: {}", first_button(html));
        }
    });
    assert!(seen > 8, "{seen}");
    // Where only somebody else can help, no button says otherwise.
    let html = sample("otp-check-alone");
    assert!(html.contains("You can ask your administrator.") && !html.contains("btn main"), "{html}");
}

#[test]
fn during_the_pause_no_way_is_named_that_has_to_wait() {
    for name in ["otp-not-delivered-paused", "test-off-paused"] {
        let html = sample(name);
        assert!(
            !html.contains("You can choose") && !html.contains("You can send another test code."),
            "{name}"
        );
        assert!(!html.contains("You can ask for a new code."), "{name}");
        assert!(html.contains("class=\"waiting\""), "{name}: the clock says it");
    }
    let html = sample("test-failed-paused");
    assert!(html.contains("You can replace this number."), "{html}");
}

#[test]
fn where_the_number_is_locked_the_title_says_so_and_another_number_comes_first() {
    for name in ["otp-locked", "identity-locked"] {
        let html = sample(name);
        assert!(html.contains("<h1>This number gets no more codes</h1>"), "{name}");
        assert!(first_button(&html).contains("Send to "), "{name}: {}", first_button(&html));
    }
    // Signing in by it is over: there is nothing to type.
    assert!(!sample("otp-locked").contains("name=\"code\""));
}

#[test]
fn no_heading_stands_over_the_way_out_alone() {
    let html = sample("otp-locked");
    assert!(!html.contains("Other ways") && html.contains("Cancel sign-in"), "{html}");
    assert!(sample("otp-not-delivered-paused").contains("<h2 class=\"later\">Other ways"));
}

#[test]
fn each_fact_is_told_once() {
    for (name, fact) in [
        ("otp-wrong", "4 tries left"),
        ("otp-call-answered", "press"),
        ("overview-notices", "Signing in takes"),
        ("otp-call-wrong", "4 tries left"),
    ] {
        assert_eq!(sample(name).matches(fact).count(), 1, "{name}: {fact}");
    }
    assert!(!sample("otp-spent").contains("ries left"));
}

#[test]
fn a_phone_page_tells_its_trouble_in_the_words_of_the_overview() {
    for (name, said, action) in [
        ("phone-locked", "Too many wrong codes were typed in a row", "Replace it"),
        ("phone-dead", "Text messages do not reach", "Replace it"),
        ("phone-second", "A test shows whether the next one would", "Send a test code"),
    ] {
        let html = sample(name);
        assert!(
            html.contains(said) && first_button(&html).contains(action),
            "{name}: {}",
            first_button(&html)
        );
    }
    let overview = sample("overview-locked");
    assert!(overview.contains("Too many wrong codes were typed in a row") && overview.contains("Replace it"));
}

#[test]
fn red_is_for_what_was_typed() {
    each(|name, _, _, html| {
        let red = html.contains("class=\"note bad\"");
        assert_eq!(red, html.contains("aria-invalid=\"true\""), "{name}");
        assert!(!html.contains("chip bad"), "{name}");
    });
}

#[test]
fn where_the_list_is_full_no_number_is_asked_for() {
    let html = sample("phone-new-full");
    assert!(!html.contains("name=\"phone\"") && html.contains("You have 5 numbers already"), "{html}");
    assert!(first_button(&html).contains("Go to your numbers"), "{html}");
}

#[test]
fn on_the_way_to_an_app_one_row_is_crossed() {
    const CROSS: &str = "m6 6 12 12M18 6 6 18";
    let html = sample("confirm-for-app");
    assert_eq!(html.matches(CROSS).count(), 1, "{html}");
}

#[test]
fn a_tests_headline_is_about_the_delivery() {
    for (name, said) in [
        ("test-right", "The message was delivered in 3.0\u{a0}s."),
        ("test-right-though-late", "You typed the code 18\u{a0}s after it was made."),
        ("test-arrived", "The message arrived"),
    ] {
        let html = sample(name);
        let top = html.split("id=\"top\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned();
        assert!(top.contains(said), "{name}: {top}");
    }
}
