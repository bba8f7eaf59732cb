//! A page becomes one HTML document.

use crate::view::{Frame, Page};

/// The whole document, `<!doctype html>` included; the caller adds status and headers (R64, R74).
/// Live pages ([`Page::is_live`]) carry one module script with `frame.nonce`; plain ones no script at all.
#[must_use]
pub fn render(page: &Page, frame: &Frame) -> String {
    let _ = (page, frame);
    String::new()
}
