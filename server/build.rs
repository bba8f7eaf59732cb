//! Tells cargo what else the server is made of: `sqlx::migrate!` does not notice a new migration by itself.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../migrations/sqlite");
}
