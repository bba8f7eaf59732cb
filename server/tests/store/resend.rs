//! Resending: which codes count, and how many guesses they have between them (R8).
use crate::world::{Guess, LOCK, REFUSED, TAKEN, TRIES, UNKNOWN, World, parallel};
use domain::delivery::DeliveryState;
use domain::ports::{Challenges, Deliveries, Opened};
use domain::purpose::Purpose;
use std::sync::Arc;

async fn begin(world: &World) -> crate::world::Code {
    let ada = world.account("ada", &["+12015550101", "+12015550102"]).await;
    world.sent(&ada, &world.session(), Purpose::SignIn).await
}

fn tries_left(guess: Guess) -> u32 {
    match guess {
        Guess::Wrong { tries_left, .. } => tries_left,
        other => panic!("not a wrong guess: {other:?}"),
    }
}

pub async fn r08_taken_the_code_before_dies_and_tries_begin_anew(world: World) {
    let first = begin(&world).await;
    for _ in 0..4 {
        world.guess_wrong(&first).await;
    }
    let second = world.resent(&first, 1, TAKEN).await;
    assert_eq!(world.flow(&second).await.tries, 0);
    assert_eq!(tries_left(world.guess(&second, &first.digits).await), 4);
    assert_eq!(world.guess(&second, &second.digits).await, Guess::Right(true));
}

pub async fn r08_refused_the_code_before_stays(world: World) {
    let first = begin(&world).await;
    world.guess_wrong(&first).await;
    let second = world.resent(&first, 1, REFUSED).await;
    let flow = world.flow(&first).await;
    assert_eq!((flow.tries, flow.sends), (1, 2), "the budget is not renewed, the send counts");
    assert!(matches!(flow.delivery.unwrap().state, DeliveryState::Refused(_)));
    assert_eq!(tries_left(world.guess(&second, &second.digits).await), 3);
    assert_eq!(world.guess(&first, &first.digits).await, Guess::Right(true));
}

pub async fn r08_unknown_both_codes_share_one_budget(world: World) {
    let first = begin(&world).await;
    for _ in 0..2 {
        world.guess_wrong(&first).await;
    }
    let second = world.resent(&first, 1, UNKNOWN).await;
    assert_eq!(world.take(&second).await.unwrap().candidates.len(), 2);
    assert_eq!(tries_left(world.guess_wrong(&second).await), 1, "not renewed");
    assert_eq!(world.guess(&second, &first.digits).await, Guess::Right(true), "the older one still counts");
    assert_eq!(
        world.guess(&second, &second.digits).await,
        Guess::Nothing,
        "and with it the newer one is used"
    );
}

pub async fn r08_unknown_keeps_the_newest_before_it_only(world: World) {
    let first = begin(&world).await;
    let second = world.resent(&first, 1, UNKNOWN).await;
    let third = world.resent(&second, 2, UNKNOWN).await;
    let taken = world.take(&third).await.unwrap();
    let ids: Vec<_> = taken.candidates.into_iter().map(|code| code.id).collect();
    assert_eq!(ids, [third.challenge.clone(), second.challenge]);
    assert!(matches!(world.guess(&third, &first.digits).await, Guess::Wrong { .. }));
    assert_eq!(world.guess(&third, &third.digits).await, Guess::Right(true));
}

pub async fn r08_unknown_may_become_taken_later(world: World) {
    let first = begin(&world).await;
    for _ in 0..3 {
        world.guess_wrong(&first).await;
    }
    let second = world.resent(&first, 1, UNKNOWN).await;
    assert_eq!(tries_left(world.guess_wrong(&second).await), 1);
    world.settle(&second, TAKEN).await;
    assert_eq!(world.flow(&second).await.tries, 1, "the guess since it was written counts on it");
    assert!(matches!(world.guess(&second, &first.digits).await, Guess::Wrong { tries_left: 3, .. }));
    world.settle(&second, REFUSED).await;
    assert_eq!(world.guess(&second, &second.digits).await, Guess::Right(true), "what was taken stays so");
}

pub async fn r08_outcomes_in_another_order_never_give_more_guesses(world: World) {
    let first = begin(&world).await;
    let phone = world.flow(&first).await.phone;
    for _ in 0..2 {
        world.guess_wrong(&first).await;
    }
    let (second, _) = world.again(&first, &phone, 1).await;
    world.guess_wrong(&second).await;
    let (third, _) = world.again(&second, &phone, 2).await;
    world.guess_wrong(&third).await;
    assert_eq!(world.flow(&third).await.tries, 4);
    world.settle(&second, TAKEN).await;
    assert_eq!(world.flow(&third).await.tries, 2, "two since the second was written");
    world.settle(&third, TAKEN).await;
    assert_eq!(world.flow(&third).await.tries, 1, "one since the third was written");
    world.settle(&second, TAKEN).await;
    assert_eq!(world.flow(&third).await.tries, 1);
    let mut compared = 1;
    while !matches!(world.guess_wrong(&third).await, Guess::Nothing) {
        compared += 1;
    }
    assert_eq!(compared, TRIES);

    // The newer one is known first: what the older one's provider says later changes nothing.
    world.pass(3600);
    let first = world.sent(&world.flow(&third).await.account, &world.session(), Purpose::SignIn).await;
    let (second, _) = world.again(&first, &phone, 1).await;
    world.guess_wrong(&second).await;
    let (third, _) = world.again(&second, &phone, 2).await;
    world.settle(&third, TAKEN).await;
    world.guess_wrong(&third).await;
    world.settle(&second, TAKEN).await;
    assert_eq!(world.flow(&third).await.tries, 1);
    assert_eq!(world.guess(&third, &third.digits).await, Guess::Right(true));
}

pub async fn r08_guesses_before_the_outcome_count_on_the_new_code(world: World) {
    let first = begin(&world).await;
    for _ in 0..3 {
        world.guess_wrong(&first).await;
    }
    let phone = world.flow(&first).await.phone;
    let (second, _) = world.again(&first, &phone, 1).await;
    assert_eq!(tries_left(world.guess_wrong(&second).await), 1);
    world.settle(&second, TAKEN).await;
    let mut compared = 1;
    while !matches!(world.guess_wrong(&second).await, Guess::Nothing) {
        compared += 1;
    }
    assert_eq!(compared, TRIES);
}

pub async fn r08_a_new_code_can_be_typed_before_its_outcome(world: World) {
    let first = begin(&world).await;
    let phone = world.flow(&first).await.phone;
    let (second, _) = world.again(&first, &phone, 1).await;
    let flow = world.flow(&second).await;
    assert!(flow.code.unwrap().standing);
    assert_eq!(world.guess(&second, &second.digits).await, Guess::Right(true));
}

pub async fn r08_refused_by_another_number_goes_back_to_the_first(world: World) {
    let first = begin(&world).await;
    let flow = world.flow(&first).await;
    let phones = world.phones(&flow.account).await;
    let other = phones.iter().find(|phone| phone.id != flow.phone).unwrap();
    let (second, opened) = world.again(&first, &other.id, 1).await;
    assert_eq!(opened, Opened::Written);
    assert_eq!(world.flow(&second).await.phone, other.id);
    assert_eq!(world.flow(&second).await.mask, other.mask);
    world.settle(&second, REFUSED).await;
    assert_eq!(world.flow(&second).await.phone, flow.phone);
    let (third, _) = world.again(&first, &other.id, 2).await;
    world.settle(&third, TAKEN).await;
    assert_eq!(world.flow(&third).await.phone, other.id);
    assert_eq!(world.guess(&third, &third.digits).await, Guess::Right(true));
}

pub async fn r04_two_codes_to_two_numbers_cost_both(world: World) {
    let first = begin(&world).await;
    let flow = world.flow(&first).await;
    let phones = world.phones(&flow.account).await;
    let other = phones.iter().find(|phone| phone.id != flow.phone).unwrap();
    world.guess_wrong(&first).await;
    let (second, _) = world.again(&first, &other.id, 1).await;
    world.settle(&second, UNKNOWN).await;
    let guess = world.guess_wrong(&second).await;
    assert_eq!(
        guess,
        Guess::Wrong { tries_left: 3, failures_left: 18 },
        "the number with fewer left is named"
    );
    for (phone, left) in [(&flow.phone, 17), (&other.id, 18)] {
        let plan = domain::challenge::PhonePlan::Existing(phone.clone());
        let (code, _) = world.open(&flow.account, &world.session(), Purpose::FreshProof, plan, vec![]).await;
        assert_eq!(world.guess_wrong(&code).await, Guess::Wrong { tries_left: 4, failures_left: left });
    }
}

pub async fn r11_a_right_code_to_one_of_two_numbers_counts_on_neither(world: World) {
    let first = begin(&world).await;
    let flow = world.flow(&first).await;
    let phones = world.phones(&flow.account).await;
    let other = phones.iter().find(|phone| phone.id != flow.phone).unwrap();
    let number = |phone| domain::challenge::PhonePlan::Existing(phone);
    // One wrong code is left to the first number.
    for _ in 0..LOCK - 1 {
        let session = world.session();
        let plan = number(flow.phone.clone());
        let (code, _) = world.open(&flow.account, &session, Purpose::FreshProof, plan, vec![]).await;
        world.guess_wrong(&code).await;
    }
    let (second, _) = world.again(&first, &other.id, 1).await;
    world.settle(&second, UNKNOWN).await;
    assert_eq!(world.guess(&second, &second.digits).await, Guess::Right(true));
    let locked: Vec<bool> = world.phones(&flow.account).await.iter().map(|phone| phone.locked).collect();
    assert_eq!(locked, [false, false]);
    let plan = number(flow.phone.clone());
    let (code, _) = world.open(&flow.account, &world.session(), Purpose::FreshProof, plan, vec![]).await;
    assert!(
        matches!(world.guess_wrong(&code).await, Guess::Wrong { failures_left: 0, .. }),
        "the last one left"
    );
}

pub async fn parallel_resends_write_one_message(world: World) {
    let first = Arc::new(begin(&world).await);
    let phone = world.flow(&first).await.phone;
    let opened = parallel(50, |_| {
        let (world, first, phone) = (world.hand(), Arc::clone(&first), phone.clone());
        async move { world.again(&first, &phone, 1).await.1 }
    })
    .await;
    assert_eq!(opened.iter().filter(|opened| **opened == Opened::Written).count(), 1);
    assert_eq!(opened.iter().filter(|opened| **opened == Opened::Overtaken).count(), 49);
    assert_eq!(world.flow(&first).await.sends, 2);
    assert_eq!(world.store.recent(&phone, 10).await.unwrap().len(), 2);
}

pub async fn nothing_is_written_into_a_flow_that_is_over(world: World) {
    let first = begin(&world).await;
    let phone = world.flow(&first).await.phone;
    world.store.cancel(&first.flow, &first.session, &[], &world.trail(&first.session)).await.unwrap();
    assert_eq!(world.again(&first, &phone, 1).await.1, Opened::Overtaken);
    let account = world.flow(&first).await.account;
    let code = world.sent(&account, &world.session(), Purpose::SignIn).await;
    world.pass(600);
    assert_eq!(world.again(&code, &phone, 1).await.1, Opened::Overtaken);
    let stranger = world.account("eve", &["+12015550199"]).await;
    let theirs = world.phone(&stranger).await.id;
    let code = world.sent(&account, &world.session(), Purpose::SignIn).await;
    assert_eq!(world.again(&code, &theirs, 1).await.1, Opened::Overtaken, "R143: a foreign number");
}
