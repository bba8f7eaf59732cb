//! Signing in: user name and password, then the code.

pub(crate) mod code;
pub(crate) mod password;
