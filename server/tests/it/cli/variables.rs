//! Variables of the environment that begin as ours do and are no setting: named, and no reason to refuse anything.
use super::doctor::said;
use super::run;
use crate::harness::process::Installation;
use serde_json::Value;

#[test]
fn a_variable_that_is_no_setting_is_told() {
    let here = Installation::new(&[]);
    let variable = [("LATCHKEY_LISTEN", "127.0.0.1:1")];
    let said = said(&here, None, &variable);
    assert!(said.words("environment").contains("did you mean LATCHKEY_SERVER__LISTEN?"), "{}", said.text);
    let here = here.with_environment(&variable);
    let (code, out, err) = run(&here, &["config", "check"], "");
    assert!(code == 0 && err.contains("LATCHKEY_LISTEN: is no setting"), "{out}{err}");
    let (_, out, err) = run(&here, &["config", "check", "--json"], "");
    let told: Value = serde_json::from_str(&out).unwrap();
    assert!(
        err.is_empty() && told["unknown_variables"][0].as_str().unwrap().contains("LATCHKEY_LISTEN"),
        "{out}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_tells_of_a_variable_that_is_no_setting() {
    let here = Installation::new(&[]).with_environment(&[("LATCHKEY_LISTEN", "127.0.0.1:1")]);
    let portal = here.serve().await;
    assert!(portal.log().contains("LATCHKEY_LISTEN: is no setting"), "{}", portal.log());
}
