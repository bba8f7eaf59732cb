//! The portal: a page a file.
pub mod apps;
pub mod notice;
pub mod overview;
pub mod phone;
pub mod phone_confirm;
pub mod phone_new;
pub mod phone_remove;
pub mod phone_replace;
pub mod test;
