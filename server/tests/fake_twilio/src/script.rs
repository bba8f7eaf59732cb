//! Misbehaviour on demand: what to do with which of the next requests to send a message.
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// What happens in place of Twilio's normal answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Act {
    /// Waits, then answers as usual.
    Delay {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// Resets a fresh connection before reading a byte; not possible on a kept one, nor for one destination only.
    ResetBeforeReading,
    /// Takes the message, then resets the connection instead of answering.
    ResetAfterReading,
    /// Takes the message and never answers.
    Hang,
    /// Answers 302; with no location of its own it leads to an address of the fake that counts visits.
    Redirect {
        /// Where to.
        #[serde(default)]
        location: Option<String>,
    },
    /// Takes the message, then breaks off in the middle of the 201 answer.
    HalfBody,
    /// Takes the message, then answers 201 with something that is not JSON.
    Rubbish,
    /// Answers 201 with a JSON object that names no message.
    Empty,
    /// 429 / 20429.
    TooMany {
        /// `Retry-After`, in seconds.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// A bare HTTP status with an HTML body, as a proxy on the way would answer.
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// Refuses with one of Twilio's codes.
    Error {
        /// Twilio's code.
        code: u32,
        /// The HTTP status; left out, the one Twilio uses for this code.
        #[serde(default)]
        status: Option<u16>,
    },
    /// Takes the message with a record that already carries an error code.
    Taken {
        /// The first status.
        status: String,
        /// The error code of the record.
        #[serde(default)]
        error_code: Option<u32>,
    },
}

/// An [`Act`] for the next requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The destination it is for; `None`: any.
    #[serde(default)]
    pub to: Option<String>,
    /// For how many requests it stays.
    #[serde(default = "once")]
    pub times: u32,
    /// What to do.
    pub act: Act,
}

impl Script {
    /// For the next request, whatever its destination.
    #[must_use]
    pub fn next(act: Act) -> Self {
        Self { to: None, times: 1, act }
    }

    /// For the next `times` requests, whatever their destination.
    #[must_use]
    pub fn times(times: u32, act: Act) -> Self {
        Self { to: None, times, act }
    }

    /// For every request to one destination.
    #[must_use]
    pub fn always_to(to: &str, act: Act) -> Self {
        Self { to: Some(to.to_owned()), times: u32::MAX, act }
    }
}

fn once() -> u32 {
    1
}

/// Scripts still to be played.
#[derive(Default)]
pub(crate) struct Playlist(VecDeque<Script>);

impl Playlist {
    pub(crate) fn add(&mut self, script: Script) {
        if script.times > 0 {
            self.0.push_back(script);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Is the next connection to be reset unread?
    pub(crate) fn resets_connection(&mut self) -> bool {
        self.take(|script| script.act == Act::ResetBeforeReading).is_some()
    }

    /// The act for a request to `to`.
    pub(crate) fn act_for(&mut self, to: Option<&str>) -> Option<Act> {
        let playable = |script: &Script| script.act != Act::ResetBeforeReading;
        self.take(|script| playable(script) && script.to.is_some() && script.to.as_deref() == to)
            .or_else(|| self.take(|script| playable(script) && script.to.is_none()))
    }

    fn take(&mut self, fits: impl Fn(&Script) -> bool) -> Option<Act> {
        let index = self.0.iter().position(fits)?;
        let script = self.0.get_mut(index)?;
        let act = script.act.clone();
        script.times = script.times.saturating_sub(1);
        if script.times == 0 {
            self.0.remove(index);
        }
        Some(act)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_for_a_destination_goes_before_one_for_anyone() {
        let mut list = Playlist::default();
        list.add(Script::next(Act::Hang));
        list.add(Script::always_to("+12015550123", Act::Rubbish));
        assert_eq!(list.act_for(Some("+12015550123")), Some(Act::Rubbish));
        assert_eq!(list.act_for(Some("+12015550199")), Some(Act::Hang));
        assert_eq!(list.act_for(Some("+12015550199")), None);
        assert_eq!(list.act_for(Some("+12015550123")), Some(Act::Rubbish));
    }

    #[test]
    fn a_reset_before_reading_is_for_connections_only() {
        let mut list = Playlist::default();
        list.add(Script::times(2, Act::ResetBeforeReading));
        assert_eq!(list.act_for(None), None);
        assert!(list.resets_connection() && list.resets_connection());
        assert!(!list.resets_connection());
    }

    #[test]
    fn scripts_read_from_json() {
        let script: Script =
            serde_json::from_str(r#"{"to":"+12015550123","act":{"kind":"error","code":21610}}"#).unwrap();
        assert_eq!(script.times, 1);
        assert_eq!(script.act, Act::Error { code: 21610, status: None });
    }
}
