//! Pages on the way to an app and back.
pub(crate) mod consent;
pub(crate) mod hand_over;
pub(crate) mod sign_out;
