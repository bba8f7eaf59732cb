//! Tests of `method.rs`.
use super::*;

const PASSWORD: Level = Level::Password;
const SMS: Level = Level::TwilioSms;

#[test]
fn a_new_installation_has_all_methods_on_and_no_default() {
    let methods = MethodSet::default();
    assert_eq!(methods.enabled().collect::<Vec<_>>(), [PASSWORD, SMS]);
    assert_eq!(methods.default_level(), None);
}

#[test]
fn a_disabled_method_cannot_be_the_default_and_the_refusal_is_named_invalid_acr() {
    let mut methods = MethodSet::default();
    assert_eq!(methods.set_default(PASSWORD), Ok(true));
    methods.disable(SMS);
    let problem = methods.set_default(SMS).unwrap_err();
    assert!(problem.to_string().starts_with("INVALID_ACR: "));
    assert!(MethodProblem::Unknown.to_string().starts_with("INVALID_ACR: "));
    assert_eq!(methods.default_level(), Some(PASSWORD), "the one before stays");
}

#[test]
fn disabling_the_default_removes_it_and_enabling_does_not_bring_it_back() {
    let mut methods = MethodSet::default();
    assert_eq!(methods.set_default(SMS), Ok(true));
    assert_eq!(methods.set_default(SMS), Ok(false));
    assert_eq!(methods.disable(SMS), SwitchedOff::DoneWithDefault);
    assert_eq!(methods.default_level(), None);
    assert_eq!(methods.disable(SMS), SwitchedOff::Already);
    assert!(methods.enable(SMS));
    assert!(!methods.enable(SMS));
    assert_eq!(methods.default_level(), None);
    assert_eq!(methods.disable(SMS), SwitchedOff::Done);
}

#[test]
fn there_is_one_default_at_most() {
    let mut methods = MethodSet::default();
    for level in [PASSWORD, SMS, PASSWORD] {
        methods.set_default(level).unwrap();
        assert_eq!(methods.iter().filter(|method| method.default).count(), 1);
        assert_eq!(methods.default_level(), Some(level));
    }
}

#[test]
fn r112_what_an_app_is_told_is_enabled_and_was_reached() {
    let mut methods = MethodSet::default();
    let told = |methods: &MethodSet| (methods.told(PASSWORD), methods.told(SMS), methods.least());
    assert_eq!(told(&methods), (Some(PASSWORD), Some(SMS), Some(PASSWORD)));
    methods.disable(SMS);
    assert_eq!(told(&methods), (Some(PASSWORD), Some(PASSWORD), Some(PASSWORD)));
    methods.disable(PASSWORD);
    assert_eq!(told(&methods), (None, None, None));
    methods.enable(SMS);
    assert_eq!(told(&methods), (None, Some(SMS), Some(SMS)));
}

#[test]
fn r115_a_name_is_on_off_or_unknown() {
    let mut methods = MethodSet::default();
    methods.disable(SMS);
    assert_eq!(methods.named("simple_password_auth"), Named::On(PASSWORD));
    assert_eq!(methods.named("twilio_sms"), Named::Off(SMS));
    for unknown in ["", "TWILIO_SMS", "twilio_sms ", "passkey", "10"] {
        assert_eq!(methods.named(unknown), Named::Unknown, "{unknown:?}");
    }
}

#[test]
fn what_is_kept_fails_closed() {
    assert_eq!(MethodSet::stored(&[]).enabled().count(), 0, "a method that is missing is off");
    let off = Method { level: SMS, enabled: false, default: true };
    assert_eq!(MethodSet::stored(&[off]).default_level(), None, "a mark on one that is off does not count");
    let on = Method { level: PASSWORD, enabled: true, default: true };
    let methods = MethodSet::stored(&[off, on]);
    assert_eq!(methods.iter().map(Method::acr).collect::<Vec<_>>(), ["simple_password_auth", "twilio_sms"]);
    assert_eq!(methods.default_level(), Some(PASSWORD));
}

#[test]
fn an_acr_of_a_later_release_is_met_by_nothing() {
    let later = Acr::parse("passkey").unwrap();
    assert_eq!(later.level(), None);
    assert!(Level::ALL.iter().all(|level| !later.is_met_by(*level)));
    let sms = Acr::of(SMS);
    assert!(sms.is_met_by(SMS) && !sms.is_met_by(PASSWORD));
    assert!(Acr::of(PASSWORD).is_met_by(SMS));
    for bad in ["", "two words", "é", "a\n", &"x".repeat(65)] {
        assert_eq!(Acr::parse(bad), None, "{bad:?}");
    }
}
