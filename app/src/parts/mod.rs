//! Parts that pages are put together from: each takes plain data and words and gives a view.

mod again;
mod button;
mod chip;
mod code;
mod country;
mod delivery;
mod field;
mod for_app;
mod form;
mod icon;
mod live;
mod note;
mod number;
mod problem;
mod rich;
mod time;
mod ways;

pub use again::{By, Forms, Places, again_form, check_wait, stage, ways_buttons};
pub use button::{Again, again_button, check_again, pause, pausing};
pub use chip::{attention_chip, by_call_chip, phone_chips, preferred_chip};
pub use code::{CodeForm, Next, code_form, code_lead, help_ref, sent_note};
pub use country::{countries_help, country_hint, phone_input};
pub use delivery::{cause, last_line, purpose, reach, remedy, state_line};
pub use field::{field, text_input};
pub use for_app::{app_lead, back_to_app};
pub use form::{Post, hidden, post};
pub use icon::{Icon, icon};
pub use live::live_line;
pub use note::{Tone, note, titled, told_note};
pub use number::{label_or, number};
pub use problem::{Context, field_error, summary};
pub use rich::rich;
pub use time::when;
pub use ways::Ways;
