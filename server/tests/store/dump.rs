//! Whoever copies the database without the key file learns no code and no number (R9, A20).
use crate::sessions::{kept, person};
use crate::world::{Guess, UNKNOWN, World};
use domain::code::OtpCode;
use domain::level::Level;
use domain::notice::NoticeKind;
use domain::ports::{Deliveries, Opened};
use domain::purpose::Purpose;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

const NUMBERS: [&str; 3] = ["+12015550147", "+447700900123", "+33612345678"];

/// All runs of 32 bytes, and all that are written in hex.
fn windows(bytes: &[u8]) -> HashSet<[u8; 32]> {
    let nibble = |byte: u8| char::from(byte).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let hex = |window: &[u8]| -> Option<[u8; 32]> {
        let mut out = [0; 32];
        for (to, pair) in out.iter_mut().zip(window.chunks(2)) {
            *to = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(out)
    };
    let plain = bytes.windows(32).map(|window| window.try_into().unwrap());
    plain.chain(bytes.windows(64).filter_map(hex)).collect()
}

pub async fn r09_a_dump_tells_no_code_and_no_number(world: World) {
    let ada = world.account("ada", &NUMBERS[..2]).await;
    let session = world.session();
    kept(&world, person(&world, &session, &ada, Level::TwilioSms)).await;
    // Later than the proven ones: `sent` takes the oldest number.
    world.pass(1);
    // Ten digits, so that they stand nowhere by chance.
    let long = OtpCode::generate(&world.entropy, 10).reveal().to_owned();
    let plan = world.pending(NUMBERS[2], None, 5);
    let (pending, opened) = world.open_with(&ada, &session, Purpose::NewPhone, plan, vec![], &long).await;
    assert_eq!(opened, Opened::Written);
    let short = world.sent(&ada, &world.session(), Purpose::SignIn).await;
    let again = world.resent(&short, 1, UNKNOWN).await;
    let phones = world.phones(&ada).await;
    let notice = world.notice(NoticeKind::PhoneLocked, &phones, &[]);
    domain::ports::Notices::post(&world.store, &ada, &notice, &world.operator()).await.unwrap();
    assert!(matches!(world.guess_wrong(&short).await, Guess::Wrong { .. }));

    let bytes = world.bytes().await;
    let clear = windows(&bytes);
    let typed = OtpCode::tidy(&short.digits, 6).unwrap();
    let digest = world.code_key.digest(&short.challenge, &typed);
    assert!(World::holds(&bytes, digest.as_bytes()), "the scan sees the keyed digest");
    assert!(World::holds(&bytes, ada.as_str().as_bytes()), "and text");

    for number in NUMBERS {
        let digits = &number[1..];
        assert!(!World::holds(&bytes, digits.as_bytes()), "{number}");
        for plain in [number, digits] {
            assert!(!clear.contains(Sha256::digest(plain).as_slice()), "a plain hash of {number}");
        }
    }
    assert!(!World::holds(&bytes, long.as_bytes()));
    for code in [&short, &again, &pending] {
        assert!(!World::holds(&bytes, format!("#{}", code.digits).as_bytes()));
        assert!(!World::holds(&bytes, b"Your code is"));
    }
    for code in 0..1_000_000u32 {
        let code = format!("{code:06}");
        let challenge = short.challenge.as_str();
        for plain in [code.clone(), format!("{challenge}{code}"), format!("{challenge}\0{code}")] {
            assert!(!clear.contains(Sha256::digest(&plain).as_slice()), "a plain hash of {code}");
        }
    }

    // Handed over and settled, it is not there even sealed: the text is wiped.
    let sealed = "SELECT CAST(LENGTH(body_sealed) AS BIGINT) FROM deliveries WHERE id = $1";
    let length = async |id: &str| world.place.number(sealed, &[id]).await;
    assert!(length(pending.delivery.as_str()).await.is_some());
    world.store.claim(&pending.delivery, world.now()).await.unwrap().unwrap();
    world.settle(&pending, UNKNOWN).await;
    assert_eq!(length(pending.delivery.as_str()).await, None);
}
