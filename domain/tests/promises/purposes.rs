//! A code is worth something for its own purpose, in its own browser, for its own account only (R7, R13).
use crate::hands::*;
use domain::challenge::Flow;
use domain::channel::Channel;
use domain::id::{AccountId, SessionHandle};
use domain::otp::Checked;
use domain::phones::Begun;
use domain::purpose::Purpose;
use domain::sign_in::{Finished, RequiredFactors};
use domain::testing::{TestWorld, block_on, world_with};

const KINDS: [&str; 5] = ["sign_in", "new_phone", "replace_phone", "fresh_proof", "test"];
const REPLACEMENT: &str = "+12015550199";

struct Stage {
    sam: Sam,
    flows: Vec<Flow>,
    codes: Vec<String>,
}

/// One running flow for each purpose, all in one browser of one account.
fn stage() -> Stage {
    let sam = sam_in(world_with(|policy| {
        policy.limits.per_number_hour = 20;
        policy.limits.per_number_day = 20;
    }));
    let (w, browser) = (&sam.w, &sam.browser);
    let trail = w.trail(browser);
    let mut flows = Vec::new();
    let mut codes = Vec::new();
    for kind in KINDS {
        let flow = begin(w, &sam.id, browser, kind);
        codes.push(w.sms.sent().last().unwrap().code().unwrap().to_owned());
        flows.push(block_on(w.core.challenges.flow(&flow, browser)).unwrap().unwrap());
    }
    assert_eq!(trail.at, w.now());
    Stage { sam, flows, codes }
}

fn begin(w: &TestWorld, id: &AccountId, browser: &SessionHandle, kind: &str) -> domain::id::FlowId {
    let trail = w.trail(browser);
    let phone = w.phones(id)[0].id.clone();
    let confirming = |begun| match begun {
        Ok(Begun::Confirming(flow)) => flow,
        other => panic!("{other:?}"),
    };
    match kind {
        "sign_in" => {
            match block_on(w.sign_in().password(
                RequiredFactors::AllOfTheAccount,
                "sam",
                domain::testing::PASSWORD,
                None,
                browser,
                &trail,
            )) {
                Ok(domain::sign_in::AfterPassword::Half { flow, .. }) => flow,
                other => panic!("{other:?}"),
            }
        }
        "new_phone" => confirming(block_on(w.book().begin(id, browser, TWO, "", &trail))),
        "replace_phone" => {
            confirming(block_on(w.book().begin_replacement(id, browser, &phone, REPLACEMENT, &trail)))
        }
        "fresh_proof" => {
            block_on(w.proof().send(id, browser, None, Channel::Sms, &trail)).unwrap();
            block_on(w.core.challenges.latest(browser, &["fresh_proof"])).unwrap().unwrap().id
        }
        "test" => block_on(w.tests().start(id, browser, &phone, &trail)).unwrap().unwrap().flow.unwrap(),
        other => panic!("{other}"),
    }
}

/// Types a code at the door of one purpose. True: it opened.
fn try_door(stage: &Stage, door: &str, flow: &Flow, typed: &str) -> bool {
    let w = &stage.sam.w;
    let trail = w.trail(&stage.sam.browser);
    let right = |checked| matches!(checked, Ok(Checked::Right(_)));
    match door {
        "sign_in" => {
            let finished = block_on(w.sign_in().code(flow.created_at, flow.clone(), typed, &trail)).unwrap();
            assert!(!matches!(finished, Finished::Not(Checked::Right(_))), "used up for nothing");
            matches!(finished, Finished::In(_))
        }
        "new_phone" | "replace_phone" => right(block_on(w.book().confirm(flow.clone(), typed, &trail))),
        "fresh_proof" => {
            let proven = block_on(w.proof().by_code(flow.clone(), typed, &trail)).unwrap();
            assert!(!matches!(proven, Err(Checked::Right(_))), "used up for nothing");
            proven.is_ok()
        }
        "test" => right(block_on(w.tests().check(flow.clone(), typed, &trail))),
        other => panic!("{other}"),
    }
}

#[test]
fn r07_five_purposes_by_five_codes_only_the_diagonal_opens() {
    for (row, door) in KINDS.iter().enumerate() {
        for (column, kind) in KINDS.iter().enumerate() {
            let stage = stage();
            let opened = try_door(&stage, door, &stage.flows[row], &stage.codes[column]);
            assert_eq!(opened, row == column, "a code for {kind} typed for {door}");
        }
    }
}

#[test]
fn r07_a_flow_of_one_purpose_is_nothing_at_the_door_of_another() {
    for (row, door) in KINDS.iter().enumerate() {
        for column in 0..KINDS.len() {
            // Adding and replacing are confirmed on one page.
            let one_page = |at: usize| (1..=2).contains(&at);
            if row == column || (one_page(row) && one_page(column)) {
                continue;
            }
            let stage = stage();
            let flow = &stage.flows[column];
            assert!(!try_door(&stage, door, flow, &stage.codes[column]), "{door} with {:?}", flow.purpose);
            let after = stage.sam.flow(&flow.id);
            assert_eq!((after.tries, after.finished_at), (0, None), "nothing is spent or used");
        }
    }
}

#[test]
fn r13_a_right_test_code_is_worth_nothing() {
    let stage = stage();
    let before = stage.sam.w.phones(&stage.sam.id);
    assert!(try_door(&stage, "test", &stage.flows[4], &stage.codes[4]));
    let w = &stage.sam.w;
    assert_eq!(format!("{before:?}"), format!("{:?}", w.phones(&stage.sam.id)), "no phone is proven");
    assert!(w.memory.with(|world| world.accounts[0].sign_ins.is_empty() && world.sessions.is_empty()));
    for flow in &stage.flows[..4] {
        assert!(stage.sam.flow(&flow.id).finished_at.is_none(), "{:?}", flow.purpose);
    }
}

#[test]
fn r13_test_messages_share_the_limits_and_their_wrong_codes_the_counter() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    let test =
        || block_on(sam.w.tests().start(&sam.id, &sam.w.browser(), &sam.phone, &sam.w.trail(&sam.browser)));
    for _ in 0..4 {
        let flow = test().unwrap().unwrap().flow.unwrap();
        for _ in 0..4 {
            let page = block_on(sam.w.tests().one(&sam.id, &flow)).unwrap().unwrap();
            let wrong = other_than(&sam.last(ONE));
            assert!(matches!(block_on(sam.w.tests().check(page, &wrong, &trail)), Ok(Checked::Wrong { .. })));
        }
    }
    let flow = sam.half();
    for locked in [false, false, false, true] {
        match refusal(sam.code(&flow, &other_than(&sam.last(ONE)))) {
            Checked::Wrong { locked: off, .. } => assert_eq!(off, locked),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sam.w.sms.count(), 5);
    let sixth = test().unwrap().unwrap();
    assert_eq!(sixth.sent, domain::otp::Sent::Locked);
}

#[test]
fn r07_a_code_is_worth_nothing_in_another_account_with_the_same_number() {
    let sam = sam();
    let kim = sam.w.account("kim");
    sam.w.phone(&kim, ONE);
    let browser = sam.w.browser();
    let mine = sam.half();
    let code = sam.last(ONE);
    let domain::sign_in::AfterPassword::Half { flow, .. } =
        sam.knock(&browser, "kim", domain::testing::PASSWORD)
    else {
        panic!()
    };
    assert!(matches!(refusal(sam.type_in(&browser, &flow, &code)), Checked::Wrong { .. }));
    entry(sam.code(&mine, &code));
}

#[test]
fn r07_a_code_sent_before_a_change_of_phones_is_dead() {
    let sam = sam();
    sam.w.phone(&sam.id, TWO);
    let other = sam.w.browser();
    let flow = sam.half_in(&other);
    let page = sam.waiting_in(&other, &flow).unwrap();
    let code = sam.last(ONE);
    let second = sam.w.phones(&sam.id)[1].id.clone();
    block_on(sam.w.book().remove(&sam.id, &second, &sam.w.trail(&sam.browser))).unwrap();
    let finished =
        block_on(sam.w.sign_in().code(page.flow.created_at, page.flow, &code, &sam.w.trail(&other))).unwrap();
    assert!(matches!(refusal(finished), Checked::Dead(_)));
}

#[test]
fn every_purpose_has_a_name_of_its_own() {
    let stage = stage();
    let names: Vec<&str> = stage.flows.iter().map(|flow| flow.purpose.name()).collect();
    assert_eq!(names, KINDS);
    assert_eq!(Purpose::stored("replace_phone", None), None);
}
