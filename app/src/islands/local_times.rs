//! Times as the visitor's own clock tells them. The server knows no zone and says UTC; the browser knows one.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

use super::browser::write;

/// Rewrites every `<time data-as=…>` of the page into the browser's zone, and the sentence that named UTC.
/// What `data-as` may be: `day` (today at 09:14, or a date), `date`, `clock` (09:14:07), `ago` (only the exact time on hover).
#[island]
pub fn LocalTimes(
    /// When the page was made, Unix milliseconds.
    now: f64,
    /// The language that dates are written in, as browsers name it.
    locale: String,
    /// Text for a time of today, with `{time}`.
    today: String,
    /// Text for a time of yesterday, with `{time}`.
    yesterday: String,
    /// What is said instead of "in UTC".
    zone: String,
) -> impl IntoView {
    let run = move |_: Element| {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        let own = Own {
            now,
            locale: locale.clone(),
            today: today.clone(),
            yesterday: yesterday.clone(),
            zone: zone.clone(),
        };
        own.rewrite(&document);
        OWN.set(Some(own));
    };
    view! { <span hidden use:run></span> }
}

thread_local! {
    /// For what is read of the page later.
    static OWN: RefCell<Option<Own>> = const { RefCell::new(None) };
}

/// Does the same to a page that was read anew, before parts of it are shown.
pub(super) fn rewrite(fresh: &Document) {
    OWN.with_borrow(|own| {
        if let Some(own) = own {
            own.rewrite(fresh);
        }
    });
}

/// How times are told on this page.
struct Own {
    now: f64,
    locale: String,
    today: String,
    yesterday: String,
    zone: String,
}

impl Own {
    fn rewrite(&self, document: &Document) {
        let times = document.get_elements_by_tag_name("time");
        for time in (0..times.length()).filter_map(|at| times.item(at)) {
            let Some(local) = time.get_attribute("datetime").and_then(|utc| Local::of(&utc)) else {
                continue;
            };
            let text = match time.get_attribute("data-as").as_deref() {
                Some("day") => local.day(self.now, &self.locale, &self.today, &self.yesterday),
                Some("date") => local.date(&self.locale),
                Some("clock") => local.clock(),
                _ => String::new(),
            };
            if !text.is_empty() {
                write(Some(time.clone()), &text);
            }
            _ = time.set_attribute("title", &local.exact(&self.locale));
        }
        write(document.get_element_by_id("zone"), &self.zone);
    }
}

/// A moment in the browser's zone.
struct Local(js_sys::Date);

impl Local {
    fn of(utc: &str) -> Option<Self> {
        let at = js_sys::Date::parse(utc);
        at.is_finite().then(|| Self(js_sys::Date::new(&JsValue::from_f64(at))))
    }

    fn clock(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.0.get_hours(), self.0.get_minutes(), self.0.get_seconds())
    }

    fn day(&self, now: f64, locale: &str, today: &str, yesterday: &str) -> String {
        let template = match days_between(self, &Self(js_sys::Date::new(&JsValue::from_f64(now)))) {
            0 => today,
            1 => yesterday,
            _ => return self.date(locale),
        };
        let clock = self.clock();
        template.replace("{time}", clock.get(..5).unwrap_or(&clock))
    }

    fn date(&self, locale: &str) -> String {
        let long = js_sys::Object::new();
        _ = js_sys::Reflect::set(&long, &"dateStyle".into(), &"long".into());
        String::from(self.0.to_locale_date_string(locale, &long))
    }

    fn exact(&self, locale: &str) -> String {
        format!("{}, {}", self.date(locale), self.clock())
    }

    fn midnight(&self) -> f64 {
        let (year, month, day) = (self.0.get_full_year(), self.0.get_month(), self.0.get_date());
        js_sys::Date::new_with_year_month_day(year, month as i32, day as i32).get_time()
    }
}

/// Midnights from `then` to `now`; a day with a change of clocks counts as one.
fn days_between(then: &Local, now: &Local) -> i64 {
    ((now.midnight() - then.midnight()) / 86_400_000.0).round() as i64
}
