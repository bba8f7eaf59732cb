//! Sign-in: password, codes, proof of identity; pages on the way to an app; errors and the inbox of the first look.

use app::view::*;

use super::{DAY, MINUTE, NOW, called, for_app, gb, us, wait};

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

fn code(wait: CodeWait, problem: Option<Problem>) -> Page {
    Page::Code(CodePage {
        step: CodeStep::SignIn,
        for_app: None,
        wait,
        others: vec![other()],
        problem,
        news: None,
    })
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

/// No code went out, for this reason.
fn refused_by(reason: Unreachable) -> CodeWait {
    CodeWait {
        seconds_left: 0,
        tries_left: 0,
        resend_in: Some(0),
        none_out: true,
        ..wait(DeliveryState::Refused(reason))
    }
}

fn identity(state: ConfirmState, problem: Option<Problem>) -> Page {
    Page::ConfirmIdentity(ConfirmIdentityPage { username: "sam.rivera".to_owned(), state, problem })
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

pub(super) fn pages() -> Vec<(&'static str, Page)> {
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
        ("otp-call-answered", code(called(DeliveryState::HandedOver), None)),
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
        // The same during the pause.
        ("otp-not-delivered-paused", alone(CodeWait { call_in: Some(24), ..wait(DeliveryState::NotDelivered(Unreachable::Other)) })),
        // No code gets through to the number: to another one, or for help.
        ("otp-check", code(refused_by(Unreachable::Check), None)),
        ("otp-check-alone", alone(refused_by(Unreachable::Check))),
        ("otp-check-over", code(CodeWait { seconds_left: 0, resend_in: Some(0), ..wait(DeliveryState::NotDelivered(Unreachable::Check)) }, Some(Problem::Expired))),
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
        (
            "identity-locked",
            identity(
                ConfirmState::Code {
                    wait: CodeWait {
                        tries_left: 0,
                        live: None,
                        resend_in: None,
                        ..wait(DeliveryState::SentOut)
                    },
                    phone_id: "p1".to_owned(),
                    others: vec![other()],
                },
                Some(Problem::Locked),
            ),
        ),
        ("error-unknown-app", Page::Error(ErrorPage { kind: ErrorKind::UnknownApp, request_id: "0193a1b2c3d4e5f6".to_owned() })),
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
