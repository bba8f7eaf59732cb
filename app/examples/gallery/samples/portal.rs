//! The portal: the overview, one's own numbers, tests of delivery.

use app::view::*;

use super::{DAY, MINUTE, NOW, called, for_app, gb, us, wait};

fn delivery(state: DeliveryState, ago: Millis, took_ms: Option<u32>) -> Delivery {
    Delivery { by_call: false, state, at: NOW - ago, took_ms }
}

fn rows() -> Vec<PhoneRow> {
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

fn overview(phones: Vec<PhoneRow>, protection: Protection) -> OverviewPage {
    OverviewPage {
        protection,
        other_sign_in: Some(OtherSignIn {
            at: NOW - 87 * MINUTE,
            browser: Some("Firefox on Windows".to_owned()),
            later: false,
        }),
        notices: Vec::new(),
        can_add: phones.len() < 5,
        phones,
        max_phones: 5,
        news: None,
    }
}

fn countries() -> Vec<Country> {
    [(b"US", 1), (b"CA", 1), (b"GB", 44), (b"DE", 49), (b"FR", 33), (b"IE", 353)]
        .map(|(iso, calling_code)| Country { iso: *iso, calling_code })
        .to_vec()
}

fn phone_new(phone: &str, problem: Option<Problem>) -> Page {
    Page::PhoneNew(PhoneNewPage {
        for_app: None,
        phone: phone.to_owned(),
        label: "Work phone".to_owned(),
        countries: countries(),
        default_country: Country { iso: *b"US", calling_code: 1 },
        full: None,
        waiting: None,
        problem,
    })
}

/// Another number is about to be added while one waits for its code.
fn phone_new_beside_waiting() -> Page {
    match phone_new("", None) {
        Page::PhoneNew(page) => Page::PhoneNew(PhoneNewPage { waiting: Some(gb()), ..page }),
        other => other,
    }
}

fn phone_new_full() -> Page {
    match phone_new("", None) {
        Page::PhoneNew(page) => Page::PhoneNew(PhoneNewPage { full: Some(5), ..page }),
        other => other,
    }
}

/// A number that is asked for on the way to an app: the one that was typed gets no texts.
fn phone_new_for_app() -> Page {
    match phone_new("+44 7700 900123", Some(Problem::CannotReach(Unreachable::NoTexts))) {
        Page::PhoneNew(page) => Page::PhoneNew(PhoneNewPage { for_app: Some(for_app()), ..page }),
        other => other,
    }
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

/// A failed test after which the next one has to wait.
fn paused(reason: Unreachable) -> Page {
    let steps = vec![(TestStepKind::CodeMade { minutes: 5 }, 0), (TestStepKind::Refused(reason), 400)];
    match test(steps, TestState::Failed(reason)) {
        Page::Test(page) => Page::Test(TestPage { again_in: 40, ..page }),
        other => other,
    }
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

pub(super) fn pages() -> Vec<(&'static str, Page)> {
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
    let mut unused = rows();
    for (row, state) in unused.iter_mut().zip([PhoneState::Confirmed, PhoneState::Unused]) {
        row.state = state;
    }
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
                other_sign_in: None,
                ..overview(vec![], Protection::Off(NotProtected::NoNumber))
            }),
        ),
        ("overview-locked", Page::Overview(overview(mixed, Protection::Off(NotProtected::AllLocked)))),
        ("overview-unused", Page::Overview(overview(unused, on))),
        ("phone-new", phone_new("+44 7700 900123", None)),
        ("phone-new-wrong", phone_new("+44 77", Some(Problem::NumberNotValid))),
        ("phone-new-full", phone_new_full()),
        ("phone-new-beside-waiting", phone_new_beside_waiting()),
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
        // Its last message found out that nothing gets there.
        (
            "phone-dead",
            Page::Phone(PhonePage {
                deliveries: vec![PastDelivery {
                    purpose: DeliveryPurpose::SignIn,
                    reference: Some("K7Q2".to_owned()),
                    delivery: Some(delivery(DeliveryState::Refused(Unreachable::Dead), 87 * MINUTE, None)),
                    test: None,
                }],
                ..phone(PhoneState::NeedsAttention, false)
            }),
        ),
        ("phone-locked", Page::Phone(phone(PhoneState::Locked, false))),
        ("phone-unused", Page::Phone(phone(PhoneState::Unused, false))),
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
        ("remove-others-locked", remove(AfterRemoval::AllOff)),
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
        ("test-failed-paused", paused(Unreachable::Check)),
        ("test-off-paused", paused(Unreachable::Off)),
        (
            "test-arrived",
            test(
                vec![
                    (TestStepKind::CodeMade { minutes: 5 }, 0),
                    (TestStepKind::SentOut, 300),
                    (TestStepKind::Delivered, 3_000),
                    (TestStepKind::Ended, 300_000),
                ],
                TestState::Expired,
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
