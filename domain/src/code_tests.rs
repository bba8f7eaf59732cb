//! Promises about codes.
use super::*;
use crate::time::Timestamp;
use std::sync::Mutex;

/// A small, well mixed generator: enough to look at distributions.
struct Mixed(Mutex<u64>);

impl Entropy for Mixed {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap();
        for byte in buffer {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (z ^ (z >> 31)) as u8;
        }
    }
}

#[test]
fn r01_every_digit_is_equally_likely_in_every_place() {
    let entropy = Mixed(Mutex::new(1));
    let mut counts = [[0u32; 10]; 6];
    let mut zero_first = 0;
    let draws = 200_000;
    for _ in 0..draws {
        let code = OtpCode::generate(&entropy, 6);
        for (place, byte) in code.reveal().bytes().enumerate() {
            counts[place][usize::from(byte - b'0')] += 1;
        }
        zero_first += u32::from(code.reveal().starts_with('0'));
    }
    let expected = f64::from(draws) / 10.0;
    for place in counts {
        let chi: f64 = place.iter().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum();
        assert!(chi < 27.88, "chi squared {chi} for 9 degrees of freedom");
    }
    let share = f64::from(zero_first) / f64::from(draws);
    assert!((share - 0.1).abs() < 0.003, "{share}");
}

#[test]
fn r17_what_a_person_pastes_is_read_kindly() {
    for typed in
        ["123456", " 123 456 ", "123\u{a0}456", "123-456", "１２３４５６", "١٢٣٤٥٦", "۱۲۳۴۵۶", "12 34 56\n"]
    {
        assert_eq!(OtpCode::tidy(typed, 6).unwrap().reveal(), "123456", "{typed:?}");
    }
    for typed in ["", "12345", "1234567", "12345a", "one two", "½23456", "123.456"] {
        assert!(OtpCode::tidy(typed, 6).is_none(), "{typed:?}");
    }
    assert!(
        OtpCode::tidy(&format!("{}123456", " ".repeat(40)), 6).is_none(),
        "over-long input is not looked at"
    );
}

#[test]
fn r09_a_digest_is_bound_to_its_challenge_and_key() {
    let entropy = Mixed(Mutex::new(2));
    let at = Timestamp::from_millis(1);
    let (one, two) = (ChallengeId::ordered(at, &entropy), ChallengeId::ordered(at, &entropy));
    let code = OtpCode::tidy("123456", 6).unwrap();
    let key = CodeKey::new([7; 32]);
    assert!(key.digest(&one, &code).matches(&key.digest(&one, &code)));
    assert!(!key.digest(&one, &code).matches(&key.digest(&two, &code)));
    assert!(!key.digest(&one, &code).matches(&CodeKey::new([8; 32]).digest(&one, &code)));
}

#[test]
fn references_hold_no_letters_that_look_alike() {
    let entropy = Mixed(Mutex::new(3));
    for _ in 0..1000 {
        let text = reference(&entropy);
        assert_eq!(text.len(), 4);
        assert!(!text.contains(['0', 'O', '1', 'I', 'L', 'U']), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn tidying_never_panics_and_never_makes_a_code_out_of_something_else(typed in ".{0,80}") {
        if let Some(code) = OtpCode::tidy(&typed, 6) {
            proptest::prop_assert_eq!(code.reveal().len(), 6);
            proptest::prop_assert!(code.reveal().bytes().all(|b| b.is_ascii_digit()));
        }
    }
}
