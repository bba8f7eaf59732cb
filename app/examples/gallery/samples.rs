//! Pages in the states worth looking at, with made-up data. The gallery writes them out, tests hold them still.

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
        now: NOW,
    }
}

fn us() -> MaskedNumber {
    MaskedNumber::new(1, 34)
}

fn gb() -> MaskedNumber {
    MaskedNumber::new(44, 7)
}

pub fn wait(delivery: DeliveryState) -> CodeWait {
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

/// An earlier code that still counts, after a call that was refused.
fn kept() -> CodeWait {
    CodeWait {
        code_by_call: false,
        moving: false,
        live: None,
        ..called(DeliveryState::Refused(Unreachable::Country))
    }
}

/// The code page of somebody with one number; where nothing was written, because of the limit of the day.
fn alone(wait: CodeWait) -> Page {
    let problem = wait.reference.is_empty().then_some(Problem::CannotReach(Unreachable::Unavailable));
    Page::Code(CodePage { step: CodeStep::SignIn, for_app: None, wait, others: vec![], problem, news: None })
}

fn other() -> OtherNumber {
    OtherNumber {
        id: "p2".to_owned(),
        number: gb(),
        label: String::new(),
        preferred: false,
        needs_attention: false,
        fixed_line: false,
    }
}

pub fn code(wait: CodeWait, problem: Option<Problem>) -> Page {
    Page::Code(CodePage {
        step: CodeStep::SignIn,
        for_app: None,
        wait,
        others: vec![other()],
        problem,
        news: None,
    })
}

fn delivery(state: DeliveryState, ago: Millis, took_ms: Option<u32>) -> Delivery {
    Delivery { by_call: false, state, at: NOW - ago, took_ms }
}

pub fn rows() -> Vec<PhoneRow> {
    vec![
        PhoneRow {
            id: "p1".to_owned(),
            number: us(),
            label: "Personal phone".to_owned(),
            state: PhoneState::Confirmed,
            preferred: true,
            fixed_line: false,
            replaces: None,
            last: Some(delivery(DeliveryState::Delivered, 27 * MINUTE, Some(4_200))),
        },
        PhoneRow {
            id: "p2".to_owned(),
            number: gb(),
            label: "Work phone".to_owned(),
            state: PhoneState::NeedsAttention,
            preferred: false,
            fixed_line: true,
            replaces: None,
            last: Some(delivery(DeliveryState::NotDelivered(Unreachable::Off), 16 * 60 * MINUTE, None)),
        },
    ]
}

pub fn overview(phones: Vec<PhoneRow>, protection: Protection) -> OverviewPage {
    OverviewPage {
        protection,
        last_sign_in: Some(LastSignIn {
            at: NOW - 87 * MINUTE,
            browser: Some("Firefox on Windows".to_owned()),
        }),
        notices: Vec::new(),
        can_add: phones.len() < 5,
        phones,
        max_phones: 5,
        news: None,
    }
}

fn apps() -> Vec<AppRow> {
    let app = |id: &str, name: &str, first, last| AppRow {
        id: id.to_owned(),
        name: name.to_owned(),
        first_at: NOW - first,
        last_at: NOW - last,
    };
    vec![app("grafana", "Grafana", 40 * DAY, 12 * MINUTE), app("wiki", "Wiki", 3 * DAY, 3 * DAY)]
}

fn countries() -> Vec<Country> {
    [(b"US", 1), (b"CA", 1), (b"GB", 44), (b"DE", 49), (b"FR", 33), (b"IE", 353)]
        .map(|(iso, calling_code)| Country { iso: *iso, calling_code })
        .to_vec()
}

fn phone_new_full() -> Page {
    match phone_new("", None) {
        Page::PhoneNew(page) => Page::PhoneNew(PhoneNewPage { full: Some(5), ..page }),
        other => other,
    }
}

fn for_app() -> ForApp {
    ForApp { name: "Grafana".to_owned(), resume: "0193a1b2c3d4e5f60193a1b2c3d4e5f6".to_owned() }
}

/// A number that is asked for on the way to an app: the one that was typed gets no texts.
fn phone_new_for_app() -> Page {
    match phone_new("+44 7700 900123", Some(Problem::CannotReach(Unreachable::NoTexts))) {
        Page::PhoneNew(page) => Page::PhoneNew(PhoneNewPage { for_app: Some(for_app()), ..page }),
        other => other,
    }
}

fn phone_new(phone: &str, problem: Option<Problem>) -> Page {
    Page::PhoneNew(PhoneNewPage {
        for_app: None,
        phone: phone.to_owned(),
        label: "Work phone".to_owned(),
        countries: countries(),
        default_country: Country { iso: *b"US", calling_code: 1 },
        max_label: 40,
        full: None,
        problem,
    })
}

fn phone(state: PhoneState, preferred: bool) -> PhonePage {
    let past = |purpose, reference: Option<&str>, delivery| PastDelivery {
        purpose,
        reference: reference.map(str::to_owned),
        delivery: Some(delivery),
        test: None,
    };
    let test = |id: &str, typed| Some(PastTest { id: id.to_owned(), typed });
    PhonePage {
        id: "p1".to_owned(),
        number: us(),
        label: "Personal phone".to_owned(),
        typed_label: None,
        max_label: 40,
        state,
        preferred,
        fixed_line: false,
        replaces: None,
        added_at: NOW - 265 * DAY,
        deliveries: vec![
            past(
                DeliveryPurpose::SignIn,
                Some("K7Q2"),
                delivery(DeliveryState::Delivered, 87 * MINUTE, Some(4_200)),
            ),
            PastDelivery {
                test: test("t2", None),
                ..past(DeliveryPurpose::Test, Some("B3XW"), delivery(DeliveryState::SentOut, DAY, None))
            },
            PastDelivery {
                test: test("t1", Some((NOW - 2 * DAY, 12_400))),
                ..past(
                    DeliveryPurpose::Test,
                    Some("M4TP"),
                    Delivery { by_call: true, ..delivery(DeliveryState::Delivered, 2 * DAY, None) },
                )
            },
            past(
                DeliveryPurpose::Notice,
                None,
                delivery(DeliveryState::Refused(Unreachable::Retry), 3 * DAY, None),
            ),
        ],
        live: None,
        test_in: 0,
        problem: None,
        news: None,
    }
}

fn remove(after: AfterRemoval) -> Page {
    let goes_off = after == AfterRemoval::GoesOff;
    Page::PhoneRemove(PhoneRemovePage {
        id: "p2".to_owned(),
        number: gb(),
        label: "Work phone".to_owned(),
        added_at: NOW - 265 * DAY,
        after,
        told: if goes_off { vec![] } else { vec![us()] },
        refusing_apps: if goes_off { vec!["Grafana".to_owned(), "Wiki".to_owned()] } else { vec![] },
        problem: None,
    })
}

fn test(steps: Vec<(TestStepKind, Millis)>, state: TestState) -> Page {
    Page::Test(TestPage {
        id: "t1".to_owned(),
        phone_id: "p1".to_owned(),
        number: us(),
        label: "Personal phone".to_owned(),
        by_call: false,
        reference: "K7Q2".to_owned(),
        carrier: Some(Carrier::Service("Twilio".to_owned())),
        steps: steps.into_iter().map(|(kind, at)| TestStep { kind, at: NOW - 23_000 + at }).collect(),
        state,
        live: None,
        again_in: 0,
        problem: None,
    })
}

fn identity(state: ConfirmState, problem: Option<Problem>) -> Page {
    Page::ConfirmIdentity(ConfirmIdentityPage {
        username: "sam.rivera".to_owned(),
        state,
        back: "/security".to_owned(),
        problem,
    })
}

fn choices() -> Vec<OtherNumber> {
    vec![
        OtherNumber {
            id: "p1".to_owned(),
            number: us(),
            label: "Personal phone".to_owned(),
            preferred: true,
            needs_attention: false,
            fixed_line: false,
        },
        OtherNumber {
            id: "p2".to_owned(),
            number: gb(),
            label: "Work phone".to_owned(),
            preferred: false,
            needs_attention: true,
            fixed_line: false,
        },
    ]
}

fn sign_in_pages() -> Vec<(&'static str, Page)> {
    let spent = CodeWait { tries_left: 0, resend_in: Some(0), ..wait(DeliveryState::SentOut) };
    let over = CodeWait { seconds_left: 0, resend_in: Some(90), ..wait(DeliveryState::SentOut) };
    let refused = CodeWait {
        seconds_left: 0,
        tries_left: 0,
        resend_in: Some(0),
        none_out: true,
        ..wait(DeliveryState::Refused(Unreachable::Other))
    };
    let wrong = CodeWait { tries_left: 4, resend_in: Some(0), ..wait(DeliveryState::SentOut) };
    vec![
        ("login", Page::Login(LoginPage::default())),
        (
            "login-wrong",
            Page::Login(LoginPage {
                username: "sam.rivera".to_owned(),
                problem: Some(Problem::WrongPassword),
                ..LoginPage::default()
            }),
        ),
        ("login-out", Page::Login(LoginPage { news: Some(News::SignedOut), ..LoginPage::default() })),
        (
            "login-too-many",
            Page::Login(LoginPage {
                username: "sam.rivera".to_owned(),
                problem: Some(Problem::TooManySignIns { seconds: 95 }),
                ..LoginPage::default()
            }),
        ),
        (
            "login-app",
            Page::Login(LoginPage {
                app: Some("Grafana".to_owned()),
                resume: Some("0193a1b2c3d4e5f60193a1b2c3d4e5f6".to_owned()),
                ..LoginPage::default()
            }),
        ),
        (
            "consent",
            Page::Consent(ConsentPage {
                app: "Grafana".to_owned(),
                username: "sam.rivera".to_owned(),
                shared: vec![Shared::Identity, Shared::Name, Shared::Email, Shared::Phone, Shared::Offline],
                resume: "0193a1b2c3d4e5f60193a1b2c3d4e5f6".to_owned(),
            }),
        ),
        (
            "hand-over",
            Page::HandOver(HandOverPage {
                to: "com.example.app:/back?code=CODE&state=a%26b".to_owned(),
                signed_in: true,
            }),
        ),
        ("sign-out", Page::SignOut(SignOutPage { username: "sam.rivera".to_owned() })),
        ("apps", Page::Apps(AppsPage { apps: apps(), news: None })),
        ("apps-none", Page::Apps(AppsPage { apps: Vec::new(), news: Some(News::AppLeft) })),
        ("otp", code(wait(DeliveryState::SentOut), None)),
        ("otp-wrong", code(wrong, Some(Problem::WrongCode { tries_left: 4 }))),
        ("otp-spent", code(spent, Some(Problem::TriesSpent))),
        ("otp-over", code(over, None)),
        ("otp-refused", code(refused, None)),
        ("otp-unknown", code(wait(DeliveryState::Unknown), None)),
        ("otp-call-offered", code(CodeWait { call_in: Some(0), resend_in: Some(0), ..wait(DeliveryState::SentOut) }, None)),
        ("otp-call-ringing", code(called(DeliveryState::Ringing), None)),
        ("otp-call-read-out", code(called(DeliveryState::Delivered), None)),
        ("otp-call-not-heard", code(called(DeliveryState::NotDelivered(Unreachable::NotHeard)), None)),
        (
            "otp-call-wrong",
            code(
                CodeWait { tries_left: 4, ..called(DeliveryState::Delivered) },
                Some(Problem::WrongCode { tries_left: 4 }),
            ),
        ),
        // A call was refused; the code of the text before it still works.
        ("otp-call-refused", code(kept(), Some(Problem::CannotReach(Unreachable::Country)))),
        ("otp-call-refused-later", code(kept(), None)),
        // That code has run out since.
        ("otp-call-refused-over", code(CodeWait { seconds_left: 0, ..kept() }, Some(Problem::Expired))),
        ("otp-not-delivered", alone(CodeWait { resend_in: Some(0), call_in: Some(0), ..wait(DeliveryState::NotDelivered(Unreachable::Other)) })),
        ("otp-day-cap", alone(CodeWait {
            reference: String::new(),
            seconds_left: 0,
            tries_left: 0,
            resend_in: Some(0),
            moving: false,
            live: None,
            ..wait(DeliveryState::Waiting)
        })),
        (
            "otp-no-texts",
            code(
                CodeWait {
                    seconds_left: 0,
                    tries_left: 0,
                    resend_in: Some(0),
                    call_in: Some(0),
                    none_out: true,
                    ..wait(DeliveryState::Refused(Unreachable::NoTexts))
                },
                None,
            ),
        ),
        (
            "otp-locked",
            code(
                CodeWait { tries_left: 0, resend_in: None, ..wait(DeliveryState::SentOut) },
                Some(Problem::Locked),
            ),
        ),
        (
            "confirm",
            Page::Code(CodePage {
                step: CodeStep::NewPhone { id: "p3".to_owned() },
                for_app: None,
                wait: wait(DeliveryState::SentOut),
                others: vec![],
                problem: None,
                news: None,
            }),
        ),
        (
            "confirm-replace",
            Page::Code(CodePage {
                step: CodeStep::ReplacePhone { id: "p3".to_owned(), old: gb() },
                for_app: None,
                wait: wait(DeliveryState::SentOut),
                others: vec![],
                problem: None,
                news: Some(News::CodeSent),
            }),
        ),
        (
            "confirm-for-app",
            Page::Code(CodePage {
                step: CodeStep::NewPhone { id: "p3".to_owned() },
                for_app: Some(for_app()),
                wait: CodeWait { call_in: Some(24), ..wait(DeliveryState::HandedOver) },
                others: vec![],
                problem: None,
                news: None,
            }),
        ),
        (
            "confirm-dead",
            Page::Code(CodePage {
                step: CodeStep::NewPhone { id: "p3".to_owned() },
                for_app: None,
                wait: CodeWait { resend_in: Some(0), ..wait(DeliveryState::NotDelivered(Unreachable::Dead)) },
                others: vec![],
                problem: None,
                news: None,
            }),
        ),
        ("identity-password", identity(ConfirmState::Password, None)),
        ("identity-wrong", identity(ConfirmState::Password, Some(Problem::WrongPassword))),
        ("identity-choose", identity(ConfirmState::Choose { numbers: choices() }, None)),
        (
            "identity-code",
            identity(
                ConfirmState::Code {
                    // A plain page: nothing moves on it.
                    wait: CodeWait { live: None, resend_in: Some(0), ..wait(DeliveryState::SentOut) },
                    phone_id: "p1".to_owned(),
                    others: vec![other()],
                },
                None,
            ),
        ),
        (
            "identity-call",
            identity(
                ConfirmState::Code {
                    wait: CodeWait { fixed_line: true, ..called(DeliveryState::HandedOver) },
                    phone_id: "p1".to_owned(),
                    others: vec![other()],
                },
                None,
            ),
        ),
        ("error", Page::Error(ErrorPage { kind: ErrorKind::NotFound, request_id: "0193a1b2c3d4e5f6".to_owned() })),
        (
            "dev-phone",
            Page::DevPhone(DevPhonePage {
                messages: vec![DevMessage {
                    to: "+1 202 555 0134".to_owned(),
                    by_call: false,
                    body: "Latchkey: 482913 is your sign-in code, good for 5 minutes. Never share it. ref K7Q2\n\n@localhost #482913".to_owned(),
                    sent_at: NOW - 5_000,
                }],
            }),
        ),
        ("dev-phone-empty", Page::DevPhone(DevPhonePage { messages: vec![] })),
    ]
}

fn portal_pages() -> Vec<(&'static str, Page)> {
    let on = Protection::On { number: us() };
    let mut noticed = overview(rows(), on);
    noticed.news = Some(News::NumberAdded);
    noticed.notices = vec![
        Notice {
            id: "n1".to_owned(),
            kind: NoticeKind::UnfinishedSignIn,
            at: NOW - 3 * 60 * MINUTE,
            number: None,
            browser: Some("Chrome on Android".to_owned()),
        },
        Notice {
            id: "n1".to_owned(),
            kind: NoticeKind::NumberReplaced,
            at: NOW - DAY,
            number: Some(gb()),
            browser: None,
        },
    ];
    let mut good = rows();
    good.truncate(1);
    let mut mixed = rows();
    for (row, state) in mixed.iter_mut().zip([PhoneState::Locked, PhoneState::Unconfirmed]) {
        row.state = state;
        row.preferred = false;
    }
    vec![
        ("overview", Page::Overview(overview(rows(), on))),
        ("overview-good", Page::Overview(overview(good, on))),
        ("overview-notices", Page::Overview(noticed)),
        (
            "overview-empty",
            Page::Overview(OverviewPage {
                last_sign_in: None,
                ..overview(vec![], Protection::Off(NotProtected::NoNumber))
            }),
        ),
        ("overview-locked", Page::Overview(overview(mixed, Protection::Off(NotProtected::AllLocked)))),
        ("phone-new", phone_new("+44 7700 900123", None)),
        ("phone-new-wrong", phone_new("+44 77", Some(Problem::NumberNotValid))),
        ("phone-new-full", phone_new_full()),
        ("phone-new-for-app", phone_new_for_app()),
        ("phone", Page::Phone(phone(PhoneState::Confirmed, true))),
        (
            "phone-second",
            Page::Phone(PhonePage {
                test_in: 80,
                news: Some(News::Renamed),
                ..phone(PhoneState::NeedsAttention, false)
            }),
        ),
        (
            "phone-unconfirmed",
            Page::Phone(PhonePage {
                replaces: Some(gb()),
                deliveries: vec![],
                ..phone(PhoneState::Unconfirmed, false)
            }),
        ),
        ("phone-locked", Page::Phone(phone(PhoneState::Locked, false))),
        (
            "phone-replace",
            Page::PhoneReplace(PhoneReplacePage {
                id: "p2".to_owned(),
                number: gb(),
                label: "Work phone".to_owned(),
                phone: String::new(),
                countries: countries(),
                default_country: Country { iso: *b"US", calling_code: 1 },
                problem: None,
            }),
        ),
        ("remove", remove(AfterRemoval::StaysOn { number: us() })),
        ("remove-last", remove(AfterRemoval::GoesOff)),
        (
            "test-waiting",
            test(
                vec![(TestStepKind::CodeMade { minutes: 5 }, 0), (TestStepKind::SentOut, 300)],
                TestState::Waiting(wait(DeliveryState::SentOut)),
            ),
        ),
        (
            "test-right",
            test(
                vec![
                    (TestStepKind::CodeMade { minutes: 5 }, 0),
                    (TestStepKind::SentOut, 300),
                    (TestStepKind::HandedOver, 900),
                    (TestStepKind::Delivered, 3_000),
                    (TestStepKind::Typed, 18_400),
                ],
                TestState::Right { took_ms: 18_400 },
            ),
        ),
        ("test-call", test_by_call()),
        (
            "test-right-though-late",
            test(
                vec![
                    (TestStepKind::CodeMade { minutes: 5 }, 0),
                    (TestStepKind::SentOut, 300),
                    (TestStepKind::NotDelivered(Unreachable::Off), 9_000),
                    (TestStepKind::Typed, 18_400),
                ],
                TestState::Right { took_ms: 18_400 },
            ),
        ),
        (
            "test-failed",
            test(
                vec![
                    (TestStepKind::CodeMade { minutes: 5 }, 0),
                    (TestStepKind::Refused(Unreachable::Check), 400),
                ],
                TestState::Failed(Unreachable::Check),
            ),
        ),
    ]
}

fn test_by_call() -> Page {
    let steps = vec![
        (TestStepKind::CodeMade { minutes: 5 }, 0),
        (TestStepKind::SentOut, 300),
        (TestStepKind::Ringing, 2_000),
        (TestStepKind::HandedOver, 9_000),
        (TestStepKind::Delivered, 15_000),
    ];
    match test(steps, TestState::Waiting(called(DeliveryState::Delivered))) {
        Page::Test(page) => Page::Test(TestPage { by_call: true, ..page }),
        other => other,
    }
}

/// Every sample with its file name, in English, and some in Spanish.
pub fn all() -> Vec<(String, Page, Frame)> {
    let mut all = Vec::new();
    for (name, page) in sign_in_pages() {
        all.push((name.to_owned(), page.clone(), frame(Lang::En, None)));
        all.push((format!("{name}.es"), page, frame(Lang::Es, None)));
    }
    // The same pages while text messages do not get through.
    for (name, of, texts) in
        [("login-texts-broken", "login", TextMessages::Broken), ("otp-texts-slow", "otp", TextMessages::Slow)]
    {
        let page = sign_in_pages().into_iter().find(|(known, _)| *known == of).map(|(_, page)| page);
        for (lang, ending) in [(Lang::En, ""), (Lang::Es, ".es")] {
            let frame = Frame { texts, ..frame(lang, None) };
            all.extend(page.clone().map(|page| (format!("{name}{ending}"), page, frame)));
        }
    }
    for (name, page) in portal_pages() {
        all.push((name.to_owned(), page.clone(), frame(Lang::En, Some("sam.rivera"))));
        all.push((format!("{name}.es"), page, frame(Lang::Es, Some("sam.rivera"))));
    }
    all
}
