//! What cargo does not see by itself: new migrations, and the site that goes into the binary.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let workspace = Path::new("..");
    // A folder that is not there would make every build start anew.
    for folder in ["migrations/sqlite", "migrations/postgres"] {
        let folder = workspace.join(folder);
        if folder.exists() {
            println!("cargo::rerun-if-changed={}", folder.display());
        }
    }
    println!("cargo::rerun-if-changed=build.rs");

    // Plain `cargo build` and `cargo test` work without the browser part: pages then find no assets.
    let site = workspace.join("target/site");
    std::fs::create_dir_all(&site)?;
    if std::env::var_os("CARGO_FEATURE_EMBED").is_some() {
        println!("cargo::rerun-if-changed={}", site.display());
    }
    Ok(())
}
