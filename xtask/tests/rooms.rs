//! The walls between the rooms, as cargo sees them.

use std::process::Command;

/// The crates that `package` is linked with for real, without those of its tests.
fn crates_of(package: &str, more: &[&str]) -> Vec<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    tree.args(["tree", "--package", package, "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    let text = match tree.args(more).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        // An empty list is refused below.
        other => format!("{other:?}"),
    };
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn assert_without(crates: &[String], banned: &[&str]) {
    for name in banned {
        assert!(!crates.iter().any(|found| found == name), "{name} is among {crates:?}");
    }
}

#[test]
fn the_domain_knows_no_network_database_page_or_chance() {
    let banned = ["tokio", "sqlx", "reqwest", "axum", "leptos", "rand", "getrandom"];
    for features in ["", "serde", "testing"] {
        let crates = crates_of("domain", &["--features", features]);
        assert!(crates.iter().any(|name| name == "hmac"), "the list is not the domain's: {crates:?}");
        assert_without(&crates, &banned);
    }
}

#[test]
fn the_browser_part_holds_no_server_code() {
    let crates = crates_of("frontend", &["--target", "wasm32-unknown-unknown"]);
    assert!(crates.iter().any(|name| name == "app"), "the list is not the browser part's: {crates:?}");
    assert_without(&crates, &["server", "axum", "sqlx", "tokio", "leptos_axum", "fluent-templates"]);
}
