//! Messages: taken up once, opened for their sender alone, settled for good.
use crate::world::{Guess, REFUSED, TAKEN, UNKNOWN, World, parallel};
use domain::challenge::PhonePlan;
use domain::delivery::{DeliveryState, SendOutcome, SendProblem};
use domain::id::DeliveryId;
use domain::ports::{Challenges, Deliveries};
use domain::purpose::Purpose;
use std::sync::Arc;

async fn opened(world: &World) -> crate::world::Code {
    let ada = world.account("ada", &["+12015550101"]).await;
    let plan = PhonePlan::Existing(world.phone(&ada).await.id);
    world.open(&ada, &world.session(), Purpose::SignIn, plan, vec![]).await.0
}

pub async fn exactly_one_takes_a_message_up(world: World) {
    let code = Arc::new(opened(&world).await);
    let claimed = parallel(50, |_| {
        let (world, code) = (world.hand(), Arc::clone(&code));
        async move { world.store.claim(&code.delivery, world.now()).await.unwrap().is_some() }
    })
    .await;
    assert_eq!(claimed.into_iter().filter(|won| *won).count(), 1);
    assert_eq!(world.flow(&code).await.delivery.unwrap().state, DeliveryState::Claimed);
}

pub async fn a_message_is_opened_for_its_sender_alone(world: World) {
    let code = opened(&world).await;
    world.clock.pass(std::time::Duration::from_millis(1500));
    let message = world.store.claim(&code.delivery, world.now()).await.unwrap().unwrap().message;
    assert_eq!(message.to.reveal(), "+12015550101");
    assert!(message.body.ends_with(&format!("#{}", code.digits)));
    assert_eq!(message.valid_for_seconds, 298, "never longer than its code lives (R20)");
    assert_eq!(message.reference, world.flow(&code).await.code.unwrap().reference);
    assert_eq!(message.callback_token.len(), 32);
}

pub async fn what_is_of_no_use_is_not_taken_up(world: World) {
    let code = opened(&world).await;
    world.clock.pass(std::time::Duration::from_millis(299_001));
    assert!(
        world.store.claim(&code.delivery, world.now()).await.unwrap().is_none(),
        "less than a second of life"
    );
    let account = world.flow(&code).await.account;
    let plan = PhonePlan::Existing(world.phone(&account).await.id);
    let (code, _) = world.open(&account, &world.session(), Purpose::SignIn, plan, vec![]).await;
    world.store.cancel(&code.flow, &code.session, &[], &world.trail(&code.session)).await.unwrap();
    assert!(world.store.claim(&code.delivery, world.now()).await.unwrap().is_none(), "its flow has ended");
    let unknown = DeliveryId::ordered(world.now(), &world.entropy);
    assert!(world.store.claim(&unknown, world.now()).await.unwrap().is_none());
}

pub async fn an_outcome_stays_and_the_text_is_gone(world: World) {
    let code = opened(&world).await;
    world.store.claim(&code.delivery, world.now()).await.unwrap().unwrap();
    world.settle(&code, TAKEN).await;
    world.settle(&code, REFUSED).await;
    let delivery = world.flow(&code).await.delivery.unwrap();
    assert_eq!(delivery.state, DeliveryState::Taken);
    assert_eq!(delivery.provider.as_deref(), Some("outbox"));
    assert_eq!(delivery.settled_at, Some(world.now()));
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
    assert!(world.store.claim(&code.delivery, world.now()).await.unwrap().is_none());
    let phone = world.flow(&code).await.phone;
    let recent = world.store.recent(&phone, 5).await.unwrap();
    assert_eq!((recent.len(), recent[0].kind.as_str()), (1, "sign_in"));
}

pub async fn messages_left_over_are_found(world: World) {
    let code = opened(&world).await;
    world.clock.pass(std::time::Duration::from_millis(4999));
    assert!(world.store.leftovers(world.now()).await.unwrap().is_empty());
    world.clock.pass(std::time::Duration::from_millis(1));
    assert_eq!(world.store.leftovers(world.now()).await.unwrap(), std::slice::from_ref(&code.delivery));
    world.store.claim(&code.delivery, world.now()).await.unwrap().unwrap();
    world.pass(59);
    assert!(world.store.leftovers(world.now()).await.unwrap().is_empty());
    assert_eq!(world.flow(&code).await.delivery.unwrap().state, DeliveryState::Claimed);
    world.pass(1);
    assert!(world.store.leftovers(world.now()).await.unwrap().is_empty(), "never sent again (D14)");
    let state = world.flow(&code).await.delivery.unwrap().state;
    assert_eq!(state, DeliveryState::Unknown(SendProblem::Retry));
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true), "it may have arrived");

    let account = world.flow(&code).await.account;
    let plan = PhonePlan::Existing(world.phone(&account).await.id);
    let (late, _) = world.open(&account, &world.session(), Purpose::SignIn, plan, vec![]).await;
    world.clock.pass(std::time::Duration::from_millis(299_001));
    assert!(world.store.leftovers(world.now()).await.unwrap().is_empty());
    let state = world.flow(&late).await.delivery.unwrap().state;
    assert_eq!(state, DeliveryState::Refused(SendProblem::Late), "too late to be of use");
}

pub async fn r42_a_report_marks_the_number_and_a_right_code_calms_it(world: World) {
    let code = opened(&world).await;
    let account = world.flow(&code).await.account;
    world.settle_delivery(&code.delivery, SendOutcome::Unknown(SendProblem::Off), true).await;
    assert_eq!(world.phone(&account).await.attention, Some(SendProblem::Off));
    let next = world.resent(&code, 1, UNKNOWN).await;
    assert_eq!(
        world.phone(&account).await.attention,
        Some(SendProblem::Off),
        "an outcome alone does not calm"
    );
    assert_eq!(world.guess(&next, &next.digits).await, Guess::Right(true));
    assert_eq!(world.phone(&account).await.attention, None);
}
