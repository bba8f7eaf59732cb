//! Pages in the states worth looking at, with made-up data. The gallery writes them out, tests hold them still.

mod portal;
mod sign_in;

use app::view::*;

/// 2026-11-23 09:41:30 UTC
pub const NOW: Millis = 1_795_426_890_000;
const MINUTE: Millis = 60_000;
const DAY: Millis = 86_400_000;

pub fn frame(lang: Lang, account: Option<&str>) -> Frame {
    Frame {
        lang,
        brand: "Latchkey".to_owned(),
        support_url: None,
        look: Default::default(),
        account: account.map(str::to_owned),
        csrf: "TOKEN".to_owned(),
        build: "BUILD".to_owned(),
        nonce: "NONCE".to_owned(),
        texts: TextMessages::Well,
        session: None,
        now: NOW,
    }
}

fn us() -> MaskedNumber {
    MaskedNumber::new(1, 34)
}

fn gb() -> MaskedNumber {
    MaskedNumber::new(44, 7)
}

fn wait(delivery: DeliveryState) -> CodeWait {
    CodeWait {
        number: us(),
        by_call: false,
        code_by_call: false,
        fixed_line: false,
        reference: "K7Q2".to_owned(),
        digits: 6,
        seconds_left: 281,
        tries_left: 5,
        delivery,
        none_out: false,
        moving: true,
        live: Some("/login/otp/live?seen=K7Q2s".to_owned()),
        resend_in: Some(24),
        call_in: None,
    }
}

/// A code that is spoken in a call.
fn called(delivery: DeliveryState) -> CodeWait {
    CodeWait { by_call: true, code_by_call: true, resend_in: Some(0), call_in: Some(0), ..wait(delivery) }
}

fn for_app() -> ForApp {
    ForApp { name: "Grafana".to_owned(), resume: "0193a1b2c3d4e5f60193a1b2c3d4e5f6".to_owned() }
}

/// Every sample with its file name, in English, and some in Spanish.
pub fn all() -> Vec<(String, Page, Frame)> {
    let mut all = Vec::new();
    for (name, page) in sign_in::pages() {
        all.push((name.to_owned(), page.clone(), frame(Lang::En, None)));
        all.push((format!("{name}.es"), page, frame(Lang::Es, None)));
    }
    // The same pages while text messages do not get through.
    for (name, of, texts) in
        [("login-texts-broken", "login", TextMessages::Broken), ("otp-texts-slow", "otp", TextMessages::Slow)]
    {
        let page = sign_in::pages().into_iter().find(|(known, _)| *known == of).map(|(_, page)| page);
        for (lang, ending) in [(Lang::En, ""), (Lang::Es, ".es")] {
            let frame = Frame { texts, ..frame(lang, None) };
            all.extend(page.clone().map(|page| (format!("{name}{ending}"), page, frame)));
        }
    }
    for (name, page) in portal::pages() {
        all.push((name.to_owned(), page.clone(), frame(Lang::En, Some("sam.rivera"))));
        all.push((format!("{name}.es"), page, frame(Lang::Es, Some("sam.rivera"))));
    }
    all
}
