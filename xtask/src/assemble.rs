//! Puts the site together: wasm-bindgen's output, joined styles, icons, compressed copies, the build's name.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use wasm_bindgen_cli_support::Bindgen;

use crate::stamp::{self, Inputs};
use crate::workspace::Workspace;
use crate::{css, site};

/// Brotli's highest level and largest window that every browser takes.
const QUALITY: i32 = 11;
const WINDOW: i32 = 22;
/// What gains by compression; images of other kinds are compressed already.
const COMPRESSIBLE: [&str; 8] = ["css", "html", "ico", "js", "json", "svg", "txt", "wasm"];
/// Digits of the digest that name a build in addresses.
const NAME_DIGITS: usize = 16;

/// Makes the site beside the old one, then puts it in its place.
///
/// # Errors
/// The wasm cannot be read by this version of wasm-bindgen, a style is broken, a file cannot be written.
pub fn run(workspace: &Workspace, wasm: &Path) -> Result<()> {
    let new = workspace.made("site.new");
    clear(&new)?;
    fs::create_dir_all(&new)?;

    Bindgen::new()
        .input_path(wasm)
        .out_name("latchkey")
        .web(true)?
        .typescript(false)
        // Names of functions are a third of the file and of use to nobody in a browser.
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&new)
        .context("wasm-bindgen")?;
    for (name, text) in css::bundles(&workspace.path("style"))? {
        fs::write(new.join(name), text)?;
    }
    let icons = workspace.path("frontend/static");
    for file in stamp::files(&icons)? {
        let to = new.join(file.strip_prefix(&icons)?);
        fs::create_dir_all(to.parent().unwrap_or(&new))?;
        fs::copy(&file, to)?;
    }
    let name = Inputs::default().tree(&new)?.digest();
    for file in stamp::files(&new)? {
        compress(&file)?;
    }
    fs::write(new.join("BUILD"), name.get(..NAME_DIGITS).unwrap_or(&name))?;

    let (place, old) = (site::folder(workspace), workspace.made("site.old"));
    clear(&old)?;
    if place.exists() {
        fs::rename(&place, &old)?;
    }
    fs::rename(&new, &place)?;
    clear(&old)
}

fn compress(file: &Path) -> Result<()> {
    let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
    if !COMPRESSIBLE.contains(&extension.as_str()) {
        return Ok(());
    }
    let plain = fs::read(file)?;
    let mut packed = Vec::new();
    let settings = BrotliEncoderParams {
        quality: QUALITY,
        lgwin: WINDOW,
        size_hint: plain.len(),
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut plain.as_slice(), &mut packed, &settings)?;
    if packed.len() < plain.len() {
        fs::write(file.with_extension(format!("{extension}.br")), packed)?;
    }
    Ok(())
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    Ok(())
}
