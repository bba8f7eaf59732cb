//! The portal: overview and one's own numbers.

pub(crate) mod apps;
pub(crate) mod notices;
pub(crate) mod overview;
pub(crate) mod phone;
pub(crate) mod phone_new;
pub(crate) mod phone_remove;
pub(crate) mod phone_replace;
pub(crate) mod phone_row;
pub(crate) mod test;
pub(crate) mod timeline;
pub(crate) mod trouble;
