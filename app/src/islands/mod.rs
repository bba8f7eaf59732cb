//! What is alive in a page. Each island renders on the server the very element that the form needs without it.

#![expect(clippy::mem_forget, reason = "#[island] keeps an island for as long as its page is open")]

mod browser;
mod code_field;
mod countdown;
mod live_line;
mod local_times;
mod phone_field;
mod session_end;

pub use code_field::{CodeField, CodeFieldProps};
pub use countdown::{Pause, PauseProps, TimeLeft, TimeLeftProps};
pub use live_line::{LiveLine, LiveLineProps};
pub use local_times::{LocalTimes, LocalTimesProps};
pub use phone_field::{PhoneField, PhoneFieldProps};
pub use session_end::{SessionEnd, SessionEndProps};
