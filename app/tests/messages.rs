//! Every text message in every language, held still.

use app::text::{NoticeText, SmsPurpose, SmsText, notice_body, sms_body};
use app::view::{Lang, MaskedNumber, NoticeKind};

fn all(lang: Lang) -> String {
    let (brand, host, reference, code) = ("Latchkey", "id.example.com", "K7Q2", "748203");
    let codes = SmsPurpose::ALL
        .map(|purpose| sms_body(lang, SmsText { purpose, brand, minutes: 5, reference, host, code }));
    let number = Some(MaskedNumber::new(1, 34));
    let notices = NoticeKind::ALL
        .map(|kind| notice_body(lang, NoticeText { kind, brand, number, at: 1_795_521_600_000 }));
    codes.into_iter().chain(notices).collect::<Vec<_>>().join("\n---\n")
}

#[test]
fn messages_are_as_they_were_in_english() {
    insta::assert_snapshot!("messages-en", all(Lang::En));
}

#[test]
fn messages_are_as_they_were_in_spanish() {
    insta::assert_snapshot!("messages-es", all(Lang::Es));
}
