//! What Twilio's calls say, as `TwiML`, and how far they get.
//!
//! The document that starts a call holds no code: it greets and asks for a key. With a key Twilio asks us what to say, and only that
//! answer holds the code; without one the document ends and Twilio hangs up (R22, D16).
use domain::delivery::SendProblem;
use domain::lang::Lang;
use domain::progress::Progress;
use domain::voice::{Said, Spoken};
use zeroize::Zeroizing;

/// So long it rings, in seconds: most voicemails take over later.
pub(crate) const RINGS: &str = "25";

/// So long somebody may take to press a key, in seconds.
const KEY_WITHIN: u32 = 8;

/// No call is longer, in seconds; a shorter life of its code ends it earlier.
const LONGEST: u32 = 120;

/// The steps that Twilio tells of.
pub(crate) const EVENTS: [&str; 4] = ["initiated", "ringing", "answered", "completed"];

/// Nothing to be said, or nothing any more.
pub const HANG_UP: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Hangup/></Response>";

/// When a call ends at the latest, for a code that lives so long.
pub(crate) fn time_limit(valid_for_seconds: u32) -> String {
    valid_for_seconds.clamp(1, LONGEST).to_string()
}

/// The document that starts a call: it asks at `action` what to say once a key was pressed.
pub(crate) fn greeting(lang: Lang, words: &str, action: &str) -> String {
    format!(
        "<Response><Gather numDigits=\"1\" timeout=\"{KEY_WITHIN}\" action=\"{}\"><Say language=\"{}\">{}</Say></Gather></Response>",
        escaped(action).as_str(),
        language(lang),
        escaped(words).as_str()
    )
}

/// The answer to a key press: the code digit by digit, as often as it stands there, and the end.
#[must_use]
pub fn spoken(spoken: &Spoken) -> Zeroizing<String> {
    let mut document = Zeroizing::new("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>".to_owned());
    let say = |document: &mut String, words: &str| {
        document.push_str("<Say language=\"");
        document.push_str(language(spoken.lang()));
        document.push_str("\">");
        document.push_str(&escaped(words));
        document.push_str("</Say>");
    };
    for said in spoken.said() {
        match said {
            Said::Words(words) => say(&mut document, words),
            Said::Digits(digits) => {
                let mut bytes = [0; 4];
                for digit in digits.chars() {
                    say(&mut document, digit.encode_utf8(&mut bytes));
                    document.push_str("<Pause length=\"1\"/>");
                }
            }
        }
    }
    document.push_str("<Hangup/></Response>");
    document
}

/// How far a call got, and why no farther. That it ended does not mean that its code was heard: "read out" is our own mark.
pub(crate) fn step(word: &str) -> Option<(Progress, Option<SendProblem>)> {
    Some(match word {
        "queued" => (Progress::Queued, None),
        "initiated" | "ringing" => (Progress::Sending, None),
        "in-progress" => (Progress::Sent, None),
        "completed" => (Progress::Undelivered, Some(SendProblem::NotHeard)),
        "busy" => (Progress::Failed, Some(SendProblem::Busy)),
        "no-answer" => (Progress::Failed, Some(SendProblem::NoAnswer)),
        "failed" => (Progress::Failed, Some(SendProblem::NoCall)),
        "canceled" => (Progress::Canceled, Some(SendProblem::Retry)),
        _ => return None,
    })
}

fn language(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en-US",
        Lang::Es => "es-ES",
    }
}

/// As text and in attributes: whatever a name holds, it is said and opens no verb of its own (A42). What XML has no place for is left out.
fn escaped(text: &str) -> Zeroizing<String> {
    let mut safe = Zeroizing::new(String::with_capacity(text.len()));
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a42_a_name_opens_no_verb() {
        let evil = "Bank</Say><Dial>+1900</Dial><Say attr=\"'&\u{8}\n";
        let document = greeting(Lang::En, evil, "https://id.example.com/webhooks/twilio/voice/abc");
        assert_eq!(
            document,
            "<Response><Gather numDigits=\"1\" timeout=\"8\" action=\"https://id.example.com/webhooks/twilio/voice/abc\">\
             <Say language=\"en-US\">Bank&lt;/Say&gt;&lt;Dial&gt;+1900&lt;/Dial&gt;&lt;Say attr=&quot;&apos;&amp; </Say></Gather></Response>"
        );
    }

    #[test]
    fn r22_the_code_is_said_digit_by_digit_twice_and_the_call_ends() {
        let words = Spoken::new(Lang::Es, "Tu código es", "012345", "Otra vez", "Adiós <3");
        let document = spoken(&words);
        for digit in '0'..='5' {
            let said = format!("<Say language=\"es-ES\">{digit}</Say><Pause length=\"1\"/>");
            assert_eq!(document.matches(&said).count(), 2, "{digit}");
        }
        assert!(document.ends_with("<Say language=\"es-ES\">Adiós &lt;3</Say><Hangup/></Response>"));
        assert!(document.len() < 4000 && !document.contains("012345"));
    }

    #[test]
    fn r81_a_call_that_ended_was_not_heard_for_that() {
        for (word, progress) in [
            ("queued", Progress::Queued),
            ("initiated", Progress::Sending),
            ("ringing", Progress::Sending),
            ("in-progress", Progress::Sent),
        ] {
            assert_eq!(step(word), Some((progress, None)));
        }
        for word in ["completed", "busy", "no-answer", "failed", "canceled"] {
            let (progress, problem) = step(word).unwrap();
            assert!(progress.has_failed() && problem.is_some(), "{word}");
        }
        assert_eq!(step("delivered"), None);
    }
}
