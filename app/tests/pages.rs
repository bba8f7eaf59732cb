//! What every page promises, whatever it shows; and each page as it is, held still.

#[path = "pages/advice.rs"]
mod advice;
#[path = "../examples/gallery/samples/mod.rs"]
mod samples;

use app::page::render;
use app::view::{FooterLink, Frame, Lang, Logo, Look, Page};

fn each(mut check: impl FnMut(&str, &Page, &Frame, &str)) {
    for (name, page, frame) in samples::all() {
        let html = render(&page, &frame);
        check(&name, &page, &frame, &html);
    }
}

/// Values of an attribute, in order.
fn values<'a>(html: &'a str, attribute: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(attribute).skip(1).filter_map(|rest| rest.strip_prefix("=\"")?.split('"').next())
}

#[test]
fn r64_plain_pages_have_no_script_and_live_ones_one_with_the_nonce() {
    each(|name, page, _, html| {
        let scripts = html.matches("<script").count();
        assert_eq!(scripts, usize::from(page.is_live()), "{name}");
        assert_eq!(html.matches("NONCE").count(), scripts, "{name}: the nonce stands on the script only");
        for bad in [" style=", " onclick=", " onload=", "javascript:", "<style", "http://", "https://"] {
            assert!(!html.contains(bad), "{name} holds {bad}");
        }
    });
}

#[test]
fn every_form_posts_with_the_token_and_no_link_changes_anything() {
    each(|name, _, frame, html| {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("method=\"post\""), "{name}: {form}");
            let token = format!("name=\"csrf\" value=\"{}\"", frame.csrf);
            assert!(form.contains(&token), "{name}: {form}");
        }
        for href in values(html, " href") {
            for posts_only in ["/resend", "/logout", "/prefer", "/test", "/cancel", "/dismiss", "/send"] {
                assert!(!href.ends_with(posts_only), "{name}: {href}");
            }
        }
    });
}

#[test]
fn every_page_has_one_h1_a_title_and_its_language() {
    each(|name, _, frame, html| {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(html.contains(&format!("<html lang=\"{}\">", frame.lang.tag())), "{name}");
        assert!(html.contains(" · Latchkey</title>"), "{name}");
    });
}

#[test]
fn every_id_that_is_named_exists_once() {
    each(|name, _, _, html| {
        let ids: Vec<&str> = values(html, " id").collect();
        for id in &ids {
            assert_eq!(ids.iter().filter(|other| other == &id).count(), 1, "{name}: {id} twice");
        }
        let described = values(html, " aria-describedby").flat_map(str::split_whitespace);
        let labelled = values(html, " for");
        let linked = values(html, " href").filter_map(|href| href.strip_prefix('#'));
        for id in described.chain(labelled).chain(linked) {
            assert!(ids.contains(&id), "{name}: no element {id}");
        }
    });
}

#[test]
fn a_problem_is_told_on_top_and_at_its_field() {
    each(|name, page, _, html| {
        let problem = match page {
            Page::Login(page) => page.problem,
            Page::Code(page) => page.problem,
            Page::PhoneNew(page) => page.problem,
            Page::ConfirmIdentity(page) => page.problem,
            _ => None,
        };
        let Some(problem) = problem else { return };
        assert_eq!(html.matches("role=\"alert\"").count(), 1, "{name}");
        if let Some(field) = problem.field() {
            let id = field.name();
            assert!(html.contains(&format!("href=\"#{id}\"")), "{name}");
            assert!(html.contains(&format!("id=\"{id}-error\"")), "{name}");
            assert!(html.contains("aria-invalid=\"true\""), "{name}");
        }
    });
}

#[test]
fn r77_the_code_field_is_one_input_that_works_without_script() {
    for name in ["otp", "otp-wrong", "confirm", "test-waiting", "identity-code"] {
        let html = sample(name);
        assert_eq!(html.matches("name=\"code\"").count(), 1, "{name}");
        for needed in ["inputmode=\"numeric\"", "autocomplete=\"one-time-code\"", "<label for=\"code\">"] {
            assert!(html.contains(needed), "{name}: {needed}");
        }
    }
}

#[test]
fn what_was_typed_is_escaped_and_passwords_are_not_sent_back() {
    let mut page = app::view::LoginPage::default();
    "\"><script>alert(1)</script>".clone_into(&mut page.username);
    page.problem = Some(app::view::Problem::WrongPassword);
    let html = render(&Page::Login(page), &samples::frame(Lang::En, None));
    assert!(!html.contains("<script>"), "{html}");
    assert!(
        html.contains("value=\"&quot;&gt;&lt;script&gt;") || html.contains("value=\"&quot;><script>"),
        "{html}"
    );
    let password = html.split("id=\"password\"").nth(1).and_then(|rest| rest.split('>').next()).unwrap();
    assert!(!password.contains("value"), "{password}");
}

/// The sample of this name.
#[expect(clippy::unwrap_used, reason = "a sample that is missing fails the test")]
fn sample(name: &str) -> String {
    let (_, page, frame) = samples::all().into_iter().find(|(known, ..)| known == name).unwrap();
    render(&page, &frame)
}

#[test]
fn where_text_messages_do_not_get_through_the_pages_that_need_one_say_so_and_no_other() {
    use app::view::DeliveryState;
    use app::view::TextMessages::{Broken, Slow, Well};
    let told = |html: &str| {
        [
            "Some text messages come late or not at all at the moment",
            "Many text messages are not getting through at the moment",
        ]
        .map(|title| html.contains(title))
    };
    each(|name, page, frame, _| {
        let needs_one = match page {
            Page::Login(_) => true,
            // Where a code is on its way; where none is there is nothing to wait for.
            Page::Code(page) => {
                let gone =
                    matches!(page.wait.delivery, DeliveryState::Refused(_) | DeliveryState::NotDelivered(_));
                let locked = page.problem == Some(app::view::Problem::Locked);
                !gone && !locked && !page.wait.reference.is_empty()
            }
            Page::ConfirmIdentity(page) => !matches!(page.state, app::view::ConfirmState::Password),
            _ => false,
        };
        for (texts, said) in [(Well, [false, false]), (Slow, [true, false]), (Broken, [false, true])] {
            if frame.lang == Lang::En {
                let html = render(page, &Frame { texts, ..frame.clone() });
                assert_eq!(told(&html), if needs_one { said } else { [false, false] }, "{name} {texts:?}");
                assert_eq!(html.matches("<script").count(), usize::from(page.is_live()), "{name}");
            }
        }
    });
}

#[test]
fn r08_where_a_call_is_refused_the_page_says_that_the_code_before_it_works() {
    for name in ["otp-call-refused", "otp-call-refused-later"] {
        let html = sample(name);
        let said = html.split("class=\"lead\"").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
        assert!(said.contains("was not called") && said.contains("still works"), "{name}: {said}");
        assert!(said.contains("ref K7Q2"), "{name}: {said}");
        assert!(html.contains("name=\"code\""), "{name}: it can be typed");
        assert_eq!(html.matches("We cannot call numbers in this country").count(), 1, "{name}");
        for wrong in ["No code was sent", "We cannot send codes to this country", "tells you a"] {
            assert!(!html.contains(wrong), "{name}: {wrong}");
        }
    }
    assert!(sample("otp-call-refused").contains("You were not called"));
}

#[test]
fn no_page_names_a_way_that_it_does_not_offer() {
    for (name, page, frame) in samples::all().into_iter().filter(|(name, ..)| !name.ends_with(".es")) {
        let html = render(&page, &frame);
        for (named, offered) in [
            ("choose a call", "value=\"voice\""),
            ("choose a text message", "value=\"sms\""),
            ("choose another of your numbers", "name=\"phone\""),
            ("replace this number", "/replace\""),
            ("send another test code", "form=\"again\""),
        ] {
            assert!(!html.contains(named) || html.contains(offered), "{name}: {named}");
        }
        // Typed on this page, or on the one before it.
        let another = html.contains("id=\"phone\"") || html.contains("name=\"then\"");
        assert!(!html.contains("use another number") || another, "{name}");
        let anew = html.contains("form=\"again\"") || html.contains("id=\"phone\"");
        assert!(!html.contains("ask for a new code") || anew, "{name}");
    }
    // Somebody with one number has no other to choose.
    let html = sample("otp-not-delivered");
    assert!(html.contains("You can ask for a new code or choose a call."), "{html}");
    let html = sample("confirm-dead");
    assert!(html.contains("You can use another number."), "{html}");
    assert!(sample("otp-locked").contains("You can choose another of your numbers."));
}

#[test]
fn help_is_named_where_it_is() {
    let (_, page, mut frame) = samples::all().into_iter().find(|(name, ..)| name == "otp-locked").unwrap();
    let Page::Code(mut page) = page else { panic!("a code page") };
    page.others.clear();
    let html = render(&Page::Code(page.clone()), &frame);
    assert!(html.contains("You can ask your administrator."), "{html}");
    frame.support_url = Some("mailto:help@example.com".to_owned());
    let html = render(&Page::Code(page), &frame);
    assert!(html.contains("get help at the foot of this page") && html.contains("mailto:help@example.com"));
}

#[test]
fn a_page_is_looked_at_again_as_long_as_more_may_be_heard() {
    each(|name, page, frame, _| {
        let Page::Code(code) = page else { return };
        if frame.lang == Lang::Es {
            return;
        }
        let mut code = code.clone();
        for (moving, seconds, more) in [(true, 0, true), (false, 0, false), (false, 20, true)] {
            code.wait.moving = moving;
            code.wait.resend_in = code.wait.resend_in.map(|_| seconds);
            let seconds = code.wait.resend_in.unwrap_or(0);
            let html = render(&Page::Code(code.clone()), frame);
            let links = html.matches("Check again").count();
            assert_eq!(links, usize::from(more && (moving || seconds > 0)), "{name} {moving} {seconds}");
        }
    });
    assert!(sample("identity-code").contains("Check again"), "a page that never moves by itself");
}

#[test]
fn a_pause_is_told_once_and_by_one_voice() {
    each(|name, page, frame, html| {
        if frame.lang == Lang::En && !matches!(page, Page::Login(_) | Page::Error(_)) {
            assert!(html.matches("class=\"waiting\"").count() < 2, "{name}");
        }
    });
}

#[test]
fn after_the_right_code_no_step_looks_as_if_it_still_mattered() {
    let html = sample("test-right-though-late");
    assert!(html.contains("Not delivered") && !html.contains("class=\"failed\""), "{html}");
    assert!(sample("test-failed").contains("class=\"failed\""));
}

#[test]
fn a_failed_test_says_each_thing_once_and_offers_first_what_it_recommends() {
    let html = sample("test-failed");
    assert_eq!(html.matches("This number cannot receive our codes").count(), 1, "{html}");
    let main: Vec<&str> = html.split("class=\"btn main").skip(1).collect();
    assert_eq!(main.len(), 1, "{html}");
    let button = main[0].split("</span>").next().unwrap();
    assert!(
        html.contains("You can replace this number.") && button.contains("Replace this number"),
        "{html}"
    );
}

#[test]
fn r37_the_enrolment_page_says_what_messages_cannot_do_and_cost() {
    let html = sample("phone-new");
    for said in ["does not stop someone", "coverage", "message and data rates may apply"] {
        assert!(html.contains(said), "{said}");
    }
}

#[test]
fn r33_removing_the_last_number_says_what_stays_and_which_apps_refuse() {
    let html = sample("remove-last");
    for said in ["Your second step is turned off", "Grafana, Wiki", "Your password stays as it is"] {
        assert!(html.contains(said), "{said}");
    }
}

/// Without the part of an island's name that stands for its place in the source.
#[expect(clippy::unwrap_used, reason = "an attribute without its end fails the test")]
fn without_hashes(html: &str) -> String {
    let mut parts = html.split("data-component=\"");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('"').unwrap();
        out.push_str(&format!("data-component=\"{}\"{rest}", name.split('_').next().unwrap()));
    }
    out
}

#[test]
fn pages_are_as_they_were() {
    each(|name, _, frame, html| {
        // Spanish differs in words only.
        if frame.lang == Lang::En {
            // A line for each element, so that a difference is found.
            insta::assert_snapshot!(name, without_hashes(html).replace("><", ">\n<"));
        }
    });
}

#[test]
fn an_installations_own_look_is_on_both_frames_and_brings_no_script() {
    let look = Look {
        sheet: Some("/assets/brand/HASH/brand.css".to_owned()),
        logo: Some(Logo { href: "/assets/brand/HASH/logo.svg".to_owned(), media: "image/svg+xml" }),
        links: vec![FooterLink {
            text: "Privacy <&>".to_owned(),
            url: "https://example.com/privacy?a=\"&b".to_owned(),
        }],
    };
    let pages = samples::all().into_iter();
    for (name, page, mut frame) in
        pages.filter(|(name, ..)| ["login", "overview-good", "error"].contains(&name.as_str()))
    {
        frame.look = std::sync::Arc::new(look.clone());
        frame.support_url = Some("mailto:help@example.com".to_owned());
        let html = render(&page, &frame);
        assert_eq!(html.matches("<script").count(), usize::from(page.is_live()), "{name}");
        assert!(!html.contains(" style=") && !html.contains("<style"), "{name}");
        insta::assert_snapshot!(format!("{name}-brand"), without_hashes(&html).replace("><", ">\n<"));
    }
}
