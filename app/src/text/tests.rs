//! Both languages say everything, and messages fit.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;

fn sources(lang: &str) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(lang)).unwrap() {
        all.push_str(&fs::read_to_string(entry.unwrap().path()).unwrap());
        all.push('\n');
    }
    all
}

/// Each message with the arguments it names.
fn shape(source: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            found.push((key.to_owned(), BTreeSet::new()));
        }
        if let Some((_, args)) = found.last_mut() {
            for rest in line.split('$').skip(1) {
                args.insert(rest.chars().take_while(char::is_ascii_alphanumeric).collect());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_arguments() {
    let (en, es) = (shape(&sources("en")), shape(&sources("es")));
    assert!(en.len() > 300);
    for pair in en.windows(2).chain(es.windows(2)) {
        assert_ne!(pair[0].0, pair[1].0, "said twice");
    }
    assert_eq!(en, es);
}

fn rust_files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_key_in_the_code_exists_and_every_text_is_used() {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let code = files.join("\n");
    let known: BTreeSet<String> = shape(&sources("en")).into_iter().map(|(key, _)| key).collect();
    for call in [".get(\"", ".with(\"", "rich(words, \"", "rich(t, \""] {
        for rest in code.split(call).skip(1) {
            let key = rest.split('"').next().unwrap();
            // `.get("…")` of something else has no dash-separated key of ours.
            if key.contains('-') {
                assert!(known.contains(key), "no text for {key}");
            }
        }
    }
    for key in known.iter().filter(|key| !key.starts_with("country-")) {
        assert!(code.contains(&format!("\"{key}\"")), "{key} is never shown");
    }
}

/// Septets of a text in the GSM 7-bit alphabet, or the first letter that is not in it (3GPP TS 23.038).
fn septets(text: &str) -> Result<usize, char> {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    text.chars().try_fold(0, |sum, c| {
        if BASIC.contains(c) {
            Ok(sum + 1)
        } else if "^{}[]~|€\\".contains(c) {
            Ok(sum + 2)
        } else {
            Err(c)
        }
    })
}

#[test]
fn r19_every_code_message_is_one_segment_and_ends_with_the_bound_line() {
    let host = "accounts.security.example.info";
    assert_eq!(host.len(), 30);
    for lang in Lang::ALL {
        for purpose in SmsPurpose::ALL {
            for code in ["012345", "0123456789"] {
                let text = SmsText { purpose, brand: "Latchkey", minutes: 10, reference: "K7Q2", host, code };
                let body = sms_body(lang, text);
                let long = septets(&body).map_err(|c| format!("{c} in {body}"));
                assert!(long.as_ref().is_ok_and(|n| *n <= 160), "{long:?} {body}");
                assert_eq!(body.lines().last(), Some(format!("@{host} #{code}").as_str()));
                for part in ["Latchkey", "10 min", "ref K7Q2"] {
                    assert!(body.contains(part), "{part} in {body}");
                }
                assert!(!body.contains("://"), "{body}");
            }
        }
    }
}

#[test]
fn r31_notices_fit_and_tell_when_and_what_to_do() {
    use crate::view::{MaskedNumber, NoticeKind};
    for lang in Lang::ALL {
        for kind in NoticeKind::ALL {
            let number = Some(MaskedNumber::new(44, 7));
            let notice = NoticeText { kind, brand: "Latchkey", number, at: 1_795_521_600_000 };
            let body = notice_body(lang, notice);
            let long = septets(&body).map_err(|c| format!("{c} in {body}"));
            assert!(long.as_ref().is_ok_and(|n| *n <= 160), "{long:?} {body}");
            assert!(body.contains("2026-11-24 12:00 UTC") && body.contains('?'), "{body}");
        }
    }
}
