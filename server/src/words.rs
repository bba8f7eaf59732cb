//! The words of messages, from the same files as those of pages.
use app::text::{
    CallWords, NoticeText, SmsPurpose, SmsText, call_greeting, call_words, notice_body, sms_body,
};
use app::view::{Lang as Shown, MaskedNumber, NoticeKind as ShownKind};
use domain::lang::Lang;
use domain::message::{self, TextProblem};
use domain::notice::NoticeKind;
use domain::phone::Mask;
use domain::ports::Words;
use domain::purpose::Purpose;
use domain::time::Timestamp;
use domain::voice::Spoken;

/// Texts in the name of one installation.
pub struct Catalogue {
    brand: String,
    host: String,
}

impl Catalogue {
    /// For an installation of that name at that host.
    ///
    /// # Errors
    /// When a message would not fit into one segment, in the longest of languages and purposes: brand or host is too long,
    /// or the brand has characters that no text message has (R19).
    pub fn new(brand: &str, host: &str, digits: u8) -> Result<Self, TextProblem> {
        let words = Self { brand: brand.to_owned(), host: host.to_owned() };
        let code = "0".repeat(usize::from(digits));
        for lang in [Lang::En, Lang::Es] {
            for purpose in [
                SmsPurpose::SignIn,
                SmsPurpose::NewPhone,
                SmsPurpose::ReplacePhone,
                SmsPurpose::FreshProof,
                SmsPurpose::Test,
            ] {
                message::check(&words.text(lang, purpose, 10, "K7Q2", &code), host, &code)?;
            }
            for kind in NoticeKind::ALL {
                let mask = Mask { calling_code: "999".into(), last_digits: "99".into() };
                message::check_segment(&words.notice(
                    lang,
                    kind,
                    Some(&mask),
                    Timestamp::from_millis(1_767_225_599_000),
                ))?;
            }
        }
        Ok(words)
    }

    fn text(&self, lang: Lang, purpose: SmsPurpose, minutes: u64, reference: &str, code: &str) -> String {
        let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
        sms_body(
            shown(lang),
            SmsText { purpose, brand: &self.brand, minutes, reference, host: &self.host, code },
        )
    }
}

impl Words for Catalogue {
    fn code(&self, lang: Lang, purpose: &Purpose, minutes: u64, reference: &str, code: &str) -> String {
        self.text(lang, purpose_of(purpose), minutes, reference, code)
    }

    fn greeting(&self, lang: Lang, purpose: &Purpose) -> String {
        call_greeting(shown(lang), purpose_of(purpose), &self.brand)
    }

    fn spoken(&self, lang: Lang, code: &str) -> Spoken {
        let CallWords { before, again, after } = call_words(shown(lang));
        Spoken::new(lang, before, code, again, after)
    }

    fn notice(&self, lang: Lang, kind: NoticeKind, mask: Option<&Mask>, at: Timestamp) -> String {
        let kind = match kind {
            NoticeKind::PhoneAdded => ShownKind::NumberAdded,
            NoticeKind::PhoneReplaced => ShownKind::NumberReplaced,
            NoticeKind::PhoneRemoved => ShownKind::NumberRemoved,
            NoticeKind::PhoneLocked => ShownKind::NumberLocked,
            NoticeKind::PasswordSet => ShownKind::PasswordChanged,
            NoticeKind::UnfinishedSignIn => ShownKind::UnfinishedSignIn,
        };
        let number = mask.map(|mask| {
            let digits = |text: &str| text.parse().unwrap_or(0);
            MaskedNumber::new(digits(&mask.calling_code), mask.last_digits.parse().unwrap_or(0))
        });
        notice_body(shown(lang), NoticeText { kind, brand: &self.brand, number, at: at.as_millis() })
    }

    fn host(&self) -> &str {
        &self.host
    }
}

fn purpose_of(purpose: &Purpose) -> SmsPurpose {
    match purpose {
        Purpose::SignIn => SmsPurpose::SignIn,
        Purpose::NewPhone => SmsPurpose::NewPhone,
        Purpose::ReplacePhone { .. } => SmsPurpose::ReplacePhone,
        Purpose::FreshProof => SmsPurpose::FreshProof,
        Purpose::Test => SmsPurpose::Test,
    }
}

fn shown(lang: Lang) -> Shown {
    match lang {
        Lang::En => Shown::En,
        Lang::Es => Shown::Es,
    }
}
