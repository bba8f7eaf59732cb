//! The browser part. Nothing but the wake-up call: what lives in a page is in `app/src/islands`.
#![cfg(target_arch = "wasm32")]

// Without a use of the crate the linker drops the islands.
use app as _;

/// Called by the page once the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
