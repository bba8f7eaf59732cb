//! Writes every page in its states as HTML files, with the style sheet beside them, for looking at.
//!
//! `cargo run -p app --features ssr --example gallery -- target/gallery`

mod samples;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use app::page::render;

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("target/gallery"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::write(folder.join("main.css"), joined(&root.join("style"))?)?;
    fs::copy(root.join("frontend/static/favicon.svg"), folder.join("favicon.svg"))?;
    for (name, page, frame) in samples::all() {
        let assets = format!("/assets/{}", frame.build);
        fs::write(folder.join(format!("{name}.html")), render(&page, &frame).replace(&assets, "."))?;
    }
    Ok(())
}

/// The style sheet with its imports put in place.
fn joined(style: &Path) -> io::Result<String> {
    let mut css = String::new();
    for line in fs::read_to_string(style.join("main.css"))?.lines() {
        match line.strip_prefix("@import \"").and_then(|rest| rest.split_once("\" layer(")) {
            Some((file, layer)) => {
                let layer = layer.trim_end_matches(");");
                css.push_str(&format!("@layer {layer} {{\n{}}}\n", fs::read_to_string(style.join(file))?));
            }
            None => css.push_str(line),
        }
    }
    Ok(css)
}
