//! The browser part and the tool that prepares it have to be of one version, or the page stays silent.

const MANIFEST: &str = include_str!("../../Cargo.toml");

fn version(name: &str) -> String {
    let manifest: toml::Table = MANIFEST.parse().unwrap();
    manifest["workspace"]["dependencies"][name].as_str().unwrap().to_owned()
}

#[test]
fn wasm_bindgen_and_its_tool_are_pinned_to_one_version() {
    let library = version("wasm-bindgen");
    assert!(library.starts_with('='), "wasm-bindgen is not pinned: {library}");
    assert_eq!(library, version("wasm-bindgen-cli-support"));
}
