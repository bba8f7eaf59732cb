//! A14: another way to write a name is the same account with the same second step, or no account at all (R51).
use crate::harness::{House, NUMBER, OTHER, PASSWORD};
use domain::password::NameKey;
use server::store::directory::NewUser;

/// The name as given, and ways to write it: case, width, dotless i, ligature, composition, spaces around.
const NAMES: [(&str, &[&str]); 4] = [
    (
        "alice",
        &[
            "Alice",
            "ALICE",
            "aLiCe",
            "\u{ff21}\u{ff2c}\u{ff29}\u{ff23}\u{ff25}",
            "al\u{131}ce",
            " alice ",
            "\talice",
            "\u{a0}alice\u{3000}",
            "a\u{217c}ice",
            "\u{24d0}lice",
        ],
    ),
    ("jos\u{e9}", &["jose\u{301}", "JOS\u{c9}", "JOSE\u{301}", "Jos\u{e9} "]),
    ("O\u{fb03}cer", &["officer", "OFFICER", "o\u{fb00}icer"]),
    ("stra\u{df}e", &["STRASSE", "strasse", "stra\u{1e9e}e"]),
];

#[tokio::test]
async fn a14_every_way_to_write_a_name_is_asked_for_the_code_of_its_account() {
    let house = House::new().await;
    for (nth, (name, variants)) in NAMES.iter().enumerate() {
        let number = format!("+1201555010{nth}");
        let account = house.account(name, &[&number]).await;
        for typed in *variants {
            house.clock.pass_seconds(3600 * 3);
            let mut browser = house.browser();
            let knocked = browser.knock(typed, PASSWORD).await;
            assert_eq!(knocked.location(), Some("/login/otp"), "{typed:?}: {}", knocked.text());
            assert_eq!(browser.get("/security").await.location(), Some("/login/otp"), "{typed:?}");
            let code = house.code_to(&number);
            let done = browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
            assert_eq!(done.location(), Some("/security"), "{typed:?}");
        }
        let sql = "SELECT COUNT(*) FROM events WHERE kind = 'signed_in' AND account_id = $1";
        let signed_in = house.count(sql, &[account.as_str()]).await;
        assert_eq!(usize::try_from(signed_in).unwrap(), variants.len(), "one account for all of {name}");
    }
}

#[tokio::test]
async fn a14_no_second_account_is_made_by_writing_a_name_differently() {
    let house = House::new().await;
    for (name, variants) in NAMES {
        house.account(name, &[]).await;
        for typed in variants {
            let twin = NewUser {
                username: (*typed).to_owned(),
                key: NameKey::of(typed).unwrap(),
                email: None,
                password_hash: "$none$".to_owned(),
                numbers: Vec::new(),
            };
            assert!(house.store.add_user(&twin, &house.operator()).await.unwrap().is_none(), "{typed:?}");
        }
    }
}

#[tokio::test]
async fn a14_names_that_only_look_alike_are_nobody() {
    let house = House::new().await;
    house.account("alice", &[NUMBER]).await;
    for typed in [
        "alic\u{435}",
        "\u{430}lice",
        "a1ice",
        "al ice",
        "alice.",
        "ali\u{200b}ce",
        "\u{202e}ecila",
        "al\u{ed}ce",
        "alicealice",
        "alice\u{0}",
        "alice\nbob",
        "alic",
        "alice@localhost",
        "%61lice",
    ] {
        let knocked = house.browser().knock(typed, PASSWORD).await;
        assert_eq!(knocked.status, 422, "{typed:?}");
    }
    assert_eq!(house.sent(), 0);
}

#[tokio::test]
async fn a14_two_names_that_look_alike_are_two_accounts() {
    let house = House::new().await;
    let (latin, cyrillic) = ("alice", "alic\u{435}");
    house.account(latin, &[NUMBER]).await;
    house.account(cyrillic, &[OTHER]).await;
    for (name, number) in [(latin, NUMBER), (cyrillic, OTHER)] {
        let before = (house.texts(NUMBER).len(), house.texts(OTHER).len());
        house.half_signed_in(name).await;
        let after = (house.texts(NUMBER).len(), house.texts(OTHER).len());
        let own = if number == NUMBER { (before.0 + 1, before.1) } else { (before.0, before.1 + 1) };
        assert_eq!(after, own, "the code of {name:?} goes to its own number");
    }
}

#[tokio::test]
async fn a14_wrong_passwords_are_written_down_for_the_one_account() {
    let house = House::new().await;
    let account = house.account("alice", &[NUMBER]).await;
    let typed = ["alice", "ALICE", "\u{ff41}lice", " al\u{131}ce"];
    for name in typed {
        assert_eq!(house.browser().knock(name, "not the right password").await.status, 422);
    }
    let sql = "SELECT COUNT(*) FROM events WHERE kind = 'password_wrong' AND account_id = $1";
    assert_eq!(house.count(sql, &[account.as_str()]).await, 4);
}
