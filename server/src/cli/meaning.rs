//! The short words for how a message stands, and what each means: the one table, which `docs/operate.md` repeats (a test compares).
use domain::channel::Channel;
use domain::delivery::SendProblem;

/// How handing a message over went.
pub const STATES: [(&str, &str); 5] = [
    ("queued", "written, and nobody has taken it up yet"),
    ("claimed", "being handed to a provider, or the node that did so has died"),
    ("taken", "the provider has it"),
    ("refused", "certainly not sent"),
    ("unknown", "nobody can tell whether it was sent, so it is not sent again by itself"),
];

/// How far the provider says that a text got.
pub const STEPS: [(&str, &str); 9] = [
    ("accepted", "the provider has it and has not chosen a sender yet"),
    ("queued", "it waits at the provider"),
    ("sending", "the provider hands it to the phone network"),
    ("sent", "the phone network has it; many networks tell no more"),
    ("canceled", "withdrawn before it was sent"),
    ("failed", "the provider could not send it"),
    ("undelivered", "the phone network gave up"),
    ("delivered", "it arrived"),
    ("read", "it was opened"),
];

/// How far the provider says that a call got.
pub const STEPS_OF_CALLS: [(&str, &str); 7] = [
    ("queued", "it waits at the provider"),
    ("ringing", "the phone rings"),
    ("answered", "somebody, or a voicemail, picked up"),
    ("canceled", "withdrawn before it rang"),
    ("failed", "it did not come about"),
    ("ended_unheard", "it ended before a key was pressed, so the code was not said"),
    ("read_out", "a key was pressed and the code was said"),
];

/// The lines of the security log about a message.
pub const LINES: [(&str, &str); 7] = [
    ("code_issued", "a code was made and its message written"),
    ("delivery_settled", "how handing it over ended"),
    ("delivery_passed_on", "a provider did not send it, and the next one was asked"),
    ("delivery_ended", "the provider told how it ended"),
    ("code_wrong", "a wrong code was typed"),
    ("code_right", "the right code was typed"),
    ("phone_locked", "too many wrong codes: the number is off"),
];

/// What the name of a line of the security log means; nothing where it is not about a message.
pub fn of_line(kind: &str) -> Option<&'static str> {
    look_up(&LINES, kind)
}

/// What a word for a state means; nothing where there is none.
pub fn of_state(word: &str) -> Option<&'static str> {
    look_up(&STATES, word)
}

/// What a word for a step means.
pub fn of_step(channel: Channel, word: &str) -> Option<&'static str> {
    match channel {
        Channel::Sms => look_up(&STEPS, word),
        Channel::Voice => look_up(&STEPS_OF_CALLS, word),
    }
}

/// What a word for a reason means.
pub fn of_reason(word: &str) -> Option<&'static str> {
    SendProblem::stored(word).map(reason)
}

fn look_up(table: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == word).map(|(_, means)| *means)
}

/// What a problem means for an operator.
pub fn reason(why: SendProblem) -> &'static str {
    match why {
        SendProblem::Unavailable => "settings or account of the provider need mending",
        SendProblem::Wait => "too much at once for the provider; try again in a moment",
        SendProblem::Retry => "a passing fault; try again",
        SendProblem::Off => "the phone seems to be off",
        SendProblem::Late => "messages are slow; this one was withdrawn",
        SendProblem::Check => "this number cannot receive texts",
        SendProblem::Call => "texts do not reach this number",
        SendProblem::NoCall => "this number cannot be called",
        SendProblem::Dead => "this number is not in service",
        SendProblem::Country => "texts to this country are not allowed by the settings or by the provider",
        SendProblem::Other => "this number cannot be reached at the moment",
        SendProblem::Stop => "this number has opted out of texts (STOP)",
        SendProblem::Busy => "the line was busy",
        SendProblem::NoAnswer => "nobody answered",
        SendProblem::NotHeard => "the call ended before a key was pressed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::progress::Progress;

    #[test]
    fn every_word_has_a_meaning_and_the_operators_pages_say_the_same() {
        let told = include_str!("../../../docs/operate.md");
        let (_, told) = told.split_once("### Words of `latchkey trace`").unwrap();
        let told = told.split("\n## ").next().unwrap();
        let reasons = SendProblem::ALL.map(|why| (why.name(), reason(why)));
        let mut rows = 0;
        for (word, means) in STATES.iter().chain(&LINES).chain(&STEPS).chain(&STEPS_OF_CALLS).chain(&reasons)
        {
            assert!(told.contains(&format!("| `{word}` | {means} |")), "{word}: {means}");
            rows += 1;
        }
        assert_eq!(told.matches("| `").count(), rows, "a row too many");
        for step in Progress::ALL {
            for channel in [Channel::Sms, Channel::Voice] {
                assert!(of_step(channel, step.name_on(channel)).is_some(), "{step:?}");
            }
        }
    }
}
