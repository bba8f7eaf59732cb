//! Signing in: a page a file.
pub mod cancel;
pub mod otp;
pub mod password;
