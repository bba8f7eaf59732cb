//! Shown things.
