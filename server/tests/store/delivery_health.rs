//! What became of the latest messages, as the judgement of text messages reads it; and who is asked to carry one, in which order.
use crate::world::{Code, TAKEN, UNKNOWN, World};
use async_trait::async_trait;
use domain::bill::Bill;
use domain::challenge::PhonePlan;
use domain::delivery::{DeliveryState, SendOutcome, SendProblem, SendReport, SmsMessage};
use domain::delivery_health::{DeliveryHealth, judge};
use domain::ports::{Deliveries, Dispatch as _, Sms};
use domain::progress::{Lasting, News, Progress};
use domain::provider_order::next_may_be_asked;
use domain::purpose::Purpose;
use domain::testing::ManualClock;
use domain::watch::Nobody;
use server::sms::dispatch::Carrier;
use std::sync::{Arc, Mutex};

/// A code of a new account.
async fn code_of(world: &World, person: usize) -> Code {
    let account = world.account(&format!("person{person}"), &[&format!("+1201555{:04}", 100 + person)]).await;
    let plan = PhonePlan::Existing(world.phone(&account).await.id);
    world.open(&account, &world.session(), Purpose::SignIn, plan, vec![]).await.0
}

pub async fn the_latest_messages_are_read_newest_first_and_as_they_stand(world: World) {
    let begun = world.now();
    world.pass(1);
    let old = code_of(&world, 1).await;
    world.settle(&old, TAKEN).await;
    world.pass(10);
    let since = world.now();
    world.pass(1);
    let refused = code_of(&world, 2).await;
    world.settle(&refused, SendOutcome::Refused(SendProblem::Unavailable)).await;
    world.pass(1);
    let on_its_way = code_of(&world, 3).await;
    assert!(world.store.claim(&on_its_way.delivery, world.now()).await.unwrap().is_some());
    world.pass(1);
    let unknown = code_of(&world, 4).await;
    world.settle(&unknown, UNKNOWN).await;
    world.pass(1);
    let given_up = code_of(&world, 5).await;
    let token =
        world.store.claim(&given_up.delivery, world.now()).await.unwrap().unwrap().message.callback_token;
    let report = SendReport { provider_id: Some("SM1".to_owned()), ..report("twilio", TAKEN) };
    world.store.settle(&given_up.delivery, &report, &world.operator()).await.unwrap();
    let news = News {
        provider: "twilio",
        token,
        provider_id: "SM1".to_owned(),
        progress: Progress::Undelivered,
        problem: Some(SendProblem::Retry),
        code: Some(30008),
        lasting: Lasting::No,
        remedy: "",
        bill: Bill::default(),
    };
    assert!(world.store.hear(&news, &world.operator()).await.unwrap().is_some());

    let fates = world.store.fates(since, 10).await.unwrap();
    let seen: Vec<_> = fates.iter().map(|fate| (fate.account.clone(), fate.state)).collect();
    assert_eq!(
        seen,
        [
            (given_up.account, DeliveryState::Taken),
            (unknown.account, DeliveryState::Unknown(SendProblem::Retry)),
            (refused.account, DeliveryState::Refused(SendProblem::Unavailable)),
        ],
        "what is on its way, and what is older, is left out"
    );
    let heard = fates[0].heard.unwrap();
    assert_eq!((heard.progress, heard.problem), (Progress::Undelivered, Some(SendProblem::Retry)));
    assert_eq!(heard.at, fates[0].created_at);
    assert_eq!(world.store.fates(since, 2).await.unwrap().len(), 2);
    assert_eq!(world.store.fates(begun, 10).await.unwrap().len(), 4);
    world.pass(1);
    assert!(world.store.fates(world.now(), 10).await.unwrap().is_empty());
    assert_eq!(judge(&fates, world.now()), DeliveryHealth::Well, "three messages are too few");
}

fn report(provider: &'static str, outcome: SendOutcome) -> SendReport {
    SendReport::bare(provider, outcome)
}

/// Answers as it is told, after some seconds, and remembers what it was handed.
struct Scripted {
    name: &'static str,
    outcome: SendOutcome,
    takes: u64,
    clock: ManualClock,
    handed: Mutex<Vec<(String, u32)>>,
}

impl Scripted {
    fn new(world: &World, name: &'static str, outcome: SendOutcome, takes: u64) -> Arc<Self> {
        Arc::new(Self { name, outcome, takes, clock: world.clock.clone(), handed: Mutex::default() })
    }

    fn handed(&self) -> Vec<(String, u32)> {
        self.handed.lock().unwrap().clone()
    }
}

#[async_trait]
impl Sms for Scripted {
    async fn send(&self, message: &SmsMessage) -> SendReport {
        self.handed.lock().unwrap().push((message.body.to_string(), message.valid_for_seconds));
        self.clock.pass_seconds(self.takes);
        report(self.name, self.outcome)
    }
}

async fn carried(world: &World, code: &Code, providers: [&Arc<Scripted>; 2]) -> SendOutcome {
    let providers = providers.map(|provider| Arc::clone(provider) as Arc<dyn Sms>).to_vec();
    let clock = Arc::new(world.clock.clone());
    let carrier = Carrier::new(Arc::new(world.store.clone()), providers, clock, Arc::new(Nobody));
    carrier.deliver(&code.delivery, &world.operator()).await
}

pub async fn r20_the_next_provider_gets_the_same_text_and_what_is_left_of_its_time(world: World) {
    let code = code_of(&world, 1).await;
    let first = Scripted::new(&world, "first", SendOutcome::Refused(SendProblem::Retry), 7);
    let second = Scripted::new(&world, "second", TAKEN, 0);
    assert_eq!(carried(&world, &code, [&first, &second]).await, TAKEN);
    let (before, after) = (first.handed().remove(0), second.handed().remove(0));
    assert_eq!(before.0, after.0, "the same code");
    assert_eq!(before.1 - after.1, 7, "the seconds that the first took");
    let phone = world.phone(&code.account).await.id;
    let row = world.store.recent(&phone, 5).await.unwrap();
    assert_eq!(row.len(), 1);
    assert_eq!((row[0].provider.as_deref(), row[0].state), (Some("second"), DeliveryState::Taken));
    let traced = world.store.trace_reference(&row[0].reference).await.unwrap().remove(0);
    let before: Vec<_> =
        traced.passed_on.iter().map(|before| (before.provider.as_str(), before.problem.as_str())).collect();
    assert_eq!((before, traced.provider.as_deref()), (vec![("first", "retry")], Some("second")));
    assert!(traced.passed_on[0].asked && traced.passed_on[0].code.is_none());
    assert!(traced.events.iter().all(|event| event.kind != "delivery_passed_on"), "it is said once");
}

pub async fn who_did_not_send_a_message_is_kept_with_its_code_and_whether_it_was_asked(world: World) {
    let (code, other) = (code_of(&world, 1).await, code_of(&world, 2).await);
    let refused = SendOutcome::Refused(SendProblem::Unavailable);
    let first = SendReport { code: Some(20005), ..SendReport::bare("twilio", refused) };
    let second = SendReport::not_asked("vonage", SendProblem::Unavailable);
    for (code, report) in [(&code, &first), (&code, &second), (&other, &first)] {
        world.store.passed_on(&code.delivery, report, &world.operator()).await.unwrap();
    }
    let phone = world.phone(&code.account).await.id;
    let reference = world.store.recent(&phone, 1).await.unwrap().remove(0).reference;
    let traced = world.store.trace_reference(&reference).await.unwrap().remove(0);
    let kept: Vec<_> = traced
        .passed_on
        .iter()
        .map(|one| (one.provider.as_str(), one.problem.as_str(), one.asked, one.code))
        .collect();
    let wanted = [("twilio", "unavailable", true, Some(20005)), ("vonage", "unavailable", false, None)];
    assert_eq!(kept, wanted);
}

pub async fn r08_the_next_provider_is_asked_as_the_rule_says(world: World) {
    let outcomes = SendProblem::ALL
        .into_iter()
        .flat_map(|problem| [SendOutcome::Refused(problem), SendOutcome::Unknown(problem)]);
    for (person, outcome) in outcomes.chain([TAKEN]).enumerate() {
        let code = code_of(&world, person).await;
        let first = Scripted::new(&world, "first", outcome, 0);
        let second = Scripted::new(&world, "second", TAKEN, 0);
        let ended = carried(&world, &code, [&first, &second]).await;
        let asked = next_may_be_asked(outcome);
        assert_eq!((first.handed().len(), second.handed().len()), (1, usize::from(asked)), "{outcome:?}");
        assert_eq!(ended, if asked { TAKEN } else { outcome });
    }
}
