//! The browser part and the tool that prepares it have to be of one version, or the page stays silent.

const MANIFEST: &str = include_str!("../../Cargo.toml");

#[test]
fn wasm_bindgen_and_its_tool_are_pinned_to_one_version() {
    let manifest: toml::Table = MANIFEST.parse().unwrap();
    let versions = &manifest["workspace"]["dependencies"];
    let (library, tool) = (&versions["wasm-bindgen"], &versions["wasm-bindgen-cli-support"]);
    assert!(library.as_str().unwrap().starts_with('='), "wasm-bindgen is not pinned: {library}");
    assert_eq!(library, tool);
}
