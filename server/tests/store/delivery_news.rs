//! What a provider tells of a message later: the same whatever the order, and never more than news (R81).
use crate::world::{Code, Guess, REFUSED, TAKEN, UNKNOWN, World};
use domain::bill::{Bill, Price};
use domain::challenge::PhonePlan;
use domain::delivery::{DeliveryState, SendOutcome, SendProblem, SendReport};
use domain::ports::Deliveries;
use domain::progress::{Heard, Lasting, News, Progress};
use domain::purpose::Purpose;

const SID: &str = "SM00000000000000000000000000000001";

/// A code of ada's, handed over, with the token that was given to the provider.
async fn on_its_way(world: &World, outcome: SendOutcome, sid: Option<&str>) -> (Code, String) {
    let ada = match world.store.find_user(&domain::password::NameKey::of("ada").unwrap()).await.unwrap() {
        Some(user) => user.id,
        None => world.account("ada", &["+12015550101"]).await,
    };
    let plan = PhonePlan::Existing(world.phone(&ada).await.id);
    let (code, _) = world.open(&ada, &world.session(), Purpose::SignIn, plan, vec![]).await;
    let token = world.store.claim(&code.delivery, world.now()).await.unwrap().unwrap().message.callback_token;
    let report = SendReport { provider_id: sid.map(str::to_owned), ..SendReport::bare("twilio", outcome) };
    world.store.settle(&code.delivery, &report, &world.trail(&code.session)).await.unwrap();
    (code, token)
}

/// The next code of its flow, of which nobody knew whether it was sent.
async fn unsure_after(world: &World, code: &Code) -> (Code, String) {
    let phone = world.flow(code).await.phone;
    let (next, _) = world.again(code, &phone, 1).await;
    let token = world.store.claim(&next.delivery, world.now()).await.unwrap().unwrap().message.callback_token;
    let report = SendReport::bare("twilio", UNKNOWN);
    world.store.settle(&next.delivery, &report, &world.trail(&next.session)).await.unwrap();
    (next, token)
}

fn news(token: &str, progress: Progress) -> News {
    News {
        provider: "twilio",
        token: token.to_owned(),
        provider_id: SID.to_owned(),
        progress,
        problem: progress.has_failed().then_some(SendProblem::Off),
        code: progress.has_failed().then_some(30003),
        lasting: Lasting::No,
        remedy: "",
        bill: Bill::default(),
    }
}

async fn hear(world: &World, news: &News) -> bool {
    world.store.hear(news, &world.operator()).await.unwrap().is_some()
}

async fn heard(world: &World, code: &Code) -> Option<Heard> {
    world.flow(code).await.delivery.unwrap().heard
}

/// All orders of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![vec![]];
    }
    let shorter = orders(count - 1);
    let with = |order: &Vec<usize>, place| {
        let mut order = order.clone();
        order.insert(place, count - 1);
        order
    };
    shorter.iter().flat_map(|order| (0..count).map(move |place| with(order, place))).collect()
}

pub async fn r81_the_farthest_step_stays_whatever_the_order(world: World) {
    let steps = [Progress::Queued, Progress::Sent, Progress::Undelivered, Progress::Delivered];
    for order in orders(steps.len()) {
        let (code, token) = on_its_way(&world, TAKEN, Some(SID)).await;
        for place in order {
            assert!(hear(&world, &news(&token, steps[place])).await);
            assert!(!hear(&world, &news(&token, steps[place])).await, "told before");
        }
        let known = heard(&world, &code).await.unwrap();
        assert_eq!((known.progress, known.problem), (Progress::Delivered, None));
        let all = world.store.steps(&code.delivery).await.unwrap();
        assert_eq!(all.iter().map(|heard| heard.progress).collect::<Vec<_>>(), steps);
        assert_eq!(all[2].problem, Some(SendProblem::Off));
    }
}

pub async fn whoever_waits_finds_what_was_heard_just_now(world: World) {
    let (first, token) = on_its_way(&world, TAKEN, Some(SID)).await;
    hear(&world, &news(&token, Progress::Sent)).await;
    let earlier = world.now();
    world.pass(10);
    let (second, token) = on_its_way(&world, TAKEN, Some(SID)).await;
    hear(&world, &news(&token, Progress::Delivered)).await;
    let moved = async |since, most| {
        let moved = world.store.moved(since, most).await.unwrap().into_iter();
        moved.map(|step| (step.delivery, step.progress, step.flow)).collect::<Vec<_>>()
    };
    let newer = (second.delivery.clone(), Progress::Delivered, Some(second.flow.clone()));
    let older = (first.delivery.clone(), Progress::Sent, Some(first.flow.clone()));
    assert_eq!(moved(earlier, 9).await, [newer.clone(), older]);
    assert_eq!(moved(world.now(), 9).await, std::slice::from_ref(&newer));
    assert_eq!(moved(earlier, 1).await, [newer]);
}

pub async fn r81_only_the_carrier_of_a_message_tells_of_it(world: World) {
    let (code, token) = on_its_way(&world, TAKEN, Some(SID)).await;
    let good = news(&token, Progress::Delivered);
    let other = "SM00000000000000000000000000000002".to_owned();
    assert!(!hear(&world, &News { provider_id: other, ..good.clone() }).await);
    assert!(!hear(&world, &News { provider: "outbox", ..good.clone() }).await);
    assert!(!hear(&world, &News { token: "0".repeat(32), ..good.clone() }).await);
    assert_eq!(heard(&world, &code).await, None);
    assert!(hear(&world, &good).await);
}

pub async fn a_message_that_nobody_took_up_is_told_of_by_nobody(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let plan = PhonePlan::Existing(world.phone(&ada).await.id);
    let (code, _) = world.open(&ada, &world.session(), Purpose::SignIn, plan, vec![]).await;
    let later = world.hand();
    // The token is read before the message is taken up, as whoever reads the database could.
    let token = later.store.claim(&code.delivery, world.now()).await.unwrap().unwrap().message.callback_token;
    world.meddle("UPDATE deliveries SET state = 'queued'").await;
    assert!(!hear(&world, &news(&token, Progress::Delivered)).await);
    assert_eq!(heard(&world, &code).await, None);
}

pub async fn news_of_a_message_without_an_answer_shows_that_it_was_taken(world: World) {
    let (code, token) = on_its_way(&world, UNKNOWN, None).await;
    assert!(matches!(world.flow(&code).await.delivery.unwrap().state, DeliveryState::Unknown(_)));
    assert!(hear(&world, &news(&token, Progress::Sent)).await);
    assert_eq!(world.flow(&code).await.delivery.unwrap().state, DeliveryState::Taken);
    let other =
        News { provider_id: "SM0000000000000000000000000000000f".to_owned(), ..news(&token, Progress::Read) };
    assert!(!hear(&world, &other).await, "from now on it is known under that id alone");
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
}

pub async fn news_before_the_answer_is_kept(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    let plan = PhonePlan::Existing(world.phone(&ada).await.id);
    let (code, _) = world.open(&ada, &world.session(), Purpose::SignIn, plan, vec![]).await;
    let token = world.store.claim(&code.delivery, world.now()).await.unwrap().unwrap().message.callback_token;
    assert!(hear(&world, &news(&token, Progress::Sending)).await);
    world.settle(&code, TAKEN).await;
    let delivery = world.flow(&code).await.delivery.unwrap();
    assert_eq!(delivery.state, DeliveryState::Taken);
    assert_eq!(delivery.heard.unwrap().progress, Progress::Sending);
}

pub async fn r81_no_news_touches_a_code(world: World) {
    for progress in Progress::ALL {
        let (code, token) = on_its_way(&world, TAKEN, Some(SID)).await;
        assert!(hear(&world, &news(&token, progress)).await);
        assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true), "{progress:?}");
    }
    let (code, token) = on_its_way(&world, REFUSED, Some(SID)).await;
    assert!(hear(&world, &news(&token, Progress::Delivered)).await);
    assert!(matches!(world.guess(&code, &code.digits).await, Guess::Nothing), "what was refused stays dead");
}

pub async fn r08_r81_word_of_a_message_that_was_unsure_neither_kills_the_code_before_nor_gives_tries(
    world: World,
) {
    let (first, _) = on_its_way(&world, TAKEN, Some(SID)).await;
    assert!(matches!(world.guess_wrong(&first).await, Guess::Wrong { tries_left: 4, .. }));
    let (second, token) = unsure_after(&world, &first).await;
    assert!(hear(&world, &news(&token, Progress::Delivered)).await);
    assert_eq!(world.flow(&second).await.delivery.unwrap().state, DeliveryState::Taken, "shown");
    assert!(matches!(world.guess_wrong(&second).await, Guess::Wrong { tries_left: 3, .. }));
    assert_eq!(world.guess(&second, &first.digits).await, Guess::Right(true), "the older one still counts");
}

pub async fn what_a_message_costs_is_noted_once_and_by_its_carrier_alone(world: World) {
    let (code, token) = on_its_way(&world, TAKEN, Some(SID)).await;
    let price = |amount| Price::read(amount, "USD");
    let bill = |segments, amount| Bill { segments, price: price(amount) };
    let good = News { bill: bill(Some(2), "-0.015"), ..news(&token, Progress::Delivered) };
    let other = "SM00000000000000000000000000000002".to_owned();
    let reference = world.flow(&code).await.delivery.unwrap().reference;
    let known = async || {
        let message = world.store.trace_reference(&reference).await.unwrap().remove(0);
        (message.segments, message.price)
    };
    for stranger in [
        News { provider_id: other, ..good.clone() },
        News { provider: "outbox", ..good.clone() },
        News { token: "0".repeat(32), ..good.clone() },
        News { bill: Bill::default(), ..good.clone() },
    ] {
        assert_eq!(world.store.charge(&stranger).await.unwrap(), None);
    }
    assert_eq!(known().await, (None, None));
    // The price may come first, the segments later, and neither is counted twice.
    let alone = News { bill: bill(None, "-0.015"), ..good.clone() };
    assert_eq!(world.store.charge(&alone).await.unwrap(), None);
    assert_eq!(known().await, (None, price("0.015")));
    let about = world.store.charge(&good).await.unwrap().unwrap();
    assert_eq!((about.reference.as_str(), about.calling_code.as_str()), (reference.as_str(), "1"));
    let later = News { bill: bill(Some(3), "-0.99"), ..good.clone() };
    assert_eq!(world.store.charge(&later).await.unwrap(), None);
    assert_eq!(known().await, (Some(2), price("0.015")));
}

pub async fn r42_what_says_something_lasting_marks_the_number(world: World) {
    let (code, token) = on_its_way(&world, TAKEN, Some(SID)).await;
    let account = world.flow(&code).await.account;
    let failed = |token: &str, problem, lasting| News {
        problem: Some(problem),
        lasting,
        ..news(token, Progress::Undelivered)
    };
    assert!(hear(&world, &failed(&token, SendProblem::Retry, Lasting::No)).await);
    assert_eq!(world.phone(&account).await.attention, None);

    let (_, token) = on_its_way(&world, TAKEN, Some(SID)).await;
    world.pass(1);
    assert!(hear(&world, &failed(&token, SendProblem::Off, Lasting::Repeated)).await);
    assert_eq!(world.phone(&account).await.attention, None, "the one before failed in another way");

    world.pass(1);
    let (_, token) = on_its_way(&world, TAKEN, Some(SID)).await;
    assert!(hear(&world, &failed(&token, SendProblem::Off, Lasting::Repeated)).await);
    assert_eq!(world.phone(&account).await.attention, Some(SendProblem::Off), "twice in a row");

    world.pass(1);
    let (_, token) = on_its_way(&world, TAKEN, Some(SID)).await;
    assert!(hear(&world, &news(&token, Progress::Delivered)).await);
    assert!(hear(&world, &failed(&token, SendProblem::Dead, Lasting::Yes)).await);
    assert_eq!(
        world.phone(&account).await.attention,
        Some(SendProblem::Off),
        "it arrived: what is told of before is old"
    );
}
