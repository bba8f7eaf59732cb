//! What a call says after a key press: sealed until then, handed out to exactly one caller, wiped when nobody needs it any more (R9, R22).
use crate::world::{Code, Guess, REFUSED, TAKEN, UNKNOWN, World};
use domain::bill::Bill;
use domain::challenge::{FlowPlan, NewCode, PhonePlan};
use domain::channel::Channel;
use domain::delivery::{SendOutcome, SendProblem, SendReport};
use domain::id::{FlowId, PhoneId};
use domain::lang::Lang;
use domain::level::Level;
use domain::policy::HALF_SIGN_IN;
use domain::ports::{Challenges as _, Deliveries as _, Effect, Opened};
use domain::progress::{Lasting, News, Progress};
use domain::purpose::Purpose;
use domain::session::SessionState;
use domain::voice::{KeyPressed, Spoken};

const SID: &str = "CA00000000000000000000000000000001";

/// A code that is to be spoken.
fn spoken(world: &World, new: NewCode, digits: &str) -> NewCode {
    let spoken = Some(Spoken::new(Lang::Es, "Tu código es:", digits, "Otra vez:", "Adiós."));
    let body = "Llama Example. Pulsa una tecla.".to_owned().into();
    let _ = world;
    NewCode { channel: Channel::Voice, spoken, body, ..new }
}

/// A sign-in of ada's whose code is to be spoken.
async fn dialled(world: &World) -> (Code, String) {
    let ada = match world.store.find_user(&domain::password::NameKey::of("ada").unwrap()).await.unwrap() {
        Some(user) => user.id,
        None => world.account("ada", &["+12015550101"]).await,
    };
    let (session, flow) = (world.session(), FlowId::new(&world.entropy));
    let plan = FlowPlan::New {
        account: ada.clone(),
        session: session.clone(),
        purpose: Purpose::SignIn,
        phone: PhonePlan::Existing(world.phone(&ada).await.id),
        expires_at: world.now().plus(HALF_SIGN_IN),
        overtakes: true,
        seen: None,
    };
    let digits = world.digits();
    let new = spoken(world, world.new_code(&flow, plan, &digits, Vec::new()), &digits);
    let (challenge, delivery, token) =
        (new.challenge.clone(), new.delivery.clone(), new.callback_token.clone());
    let trail = domain::events::Trail { lang: Lang::Es, ..world.trail(&session) };
    assert_eq!(world.store.open(new, &[], &trail).await.unwrap(), Opened::Written);
    let code = Code { account: ada, flow, challenge, delivery, session, purpose: Purpose::SignIn, digits };
    (code, token)
}

/// The same, taken up and handed over.
async fn ringing(world: &World, outcome: SendOutcome) -> (Code, String) {
    let (code, token) = dialled(world).await;
    let claimed = world.store.claim(&code.delivery, world.now()).await.unwrap().unwrap();
    assert_eq!((claimed.channel, claimed.lang), (Channel::Voice, Lang::Es));
    assert!(!claimed.message.body.contains(&code.digits), "the greeting holds no code");
    let report = SendReport {
        provider_id: (outcome == TAKEN).then(|| SID.to_owned()),
        ..SendReport::bare("twilio", outcome)
    };
    world.store.settle(&code.delivery, &report, &world.trail(&code.session)).await.unwrap();
    (code, token)
}

fn key(token: &str) -> KeyPressed {
    KeyPressed { provider: "twilio", token: token.to_owned(), provider_id: SID.to_owned() }
}

async fn press(world: &World, pressed: &KeyPressed) -> Option<String> {
    let said = world.store.read_out(pressed, &world.operator()).await.unwrap();
    said.map(|(spoken, about)| {
        assert_eq!(
            (spoken.lang(), about.channel, about.calling_code.as_str()),
            (Lang::Es, Channel::Voice, "1")
        );
        spoken.to_read().to_string()
    })
}

async fn sealed(world: &World) -> i64 {
    let sql = "SELECT COUNT(*) FROM deliveries WHERE spoken_sealed IS NOT NULL";
    world.place.number(sql, &[]).await.unwrap()
}

fn news(token: &str, progress: Progress) -> News {
    News {
        provider: "twilio",
        token: token.to_owned(),
        provider_id: SID.to_owned(),
        progress,
        problem: progress.has_failed().then_some(SendProblem::NotHeard),
        code: None,
        lasting: Lasting::No,
        remedy: "",
        bill: Bill::default(),
    }
}

pub async fn r09_of_50_who_ask_at_once_one_is_told(world: World) {
    let (code, token) = ringing(&world, TAKEN).await;
    assert_eq!(sealed(&world).await, 1);
    let asking: Vec<_> = (0..50)
        .map(|_| {
            let (hand, pressed) = (world.hand(), key(&token));
            tokio::spawn(async move { press(&hand, &pressed).await })
        })
        .collect();
    let mut told = Vec::new();
    for one in asking {
        told.extend(one.await.unwrap());
    }
    assert_eq!(told.len(), 1);
    let digits: String = told[0].chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits, code.digits.repeat(2));
    assert_eq!(sealed(&world).await, 0, "wiped as it is handed out");
    let delivery = world.flow(&code).await.delivery.unwrap();
    assert_eq!((delivery.channel, delivery.heard.unwrap().progress), (Channel::Voice, Progress::Delivered));
    let read = "SELECT COUNT(*) FROM deliveries WHERE read_out_at IS NOT NULL";
    assert_eq!(world.place.number(read, &[]).await.unwrap(), 1);
    let logged = "SELECT COUNT(*) FROM events WHERE kind = 'delivery_ended' AND detail = 'voice:read_out'";
    assert_eq!(world.place.number(logged, &[]).await.unwrap(), 1);
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
}

pub async fn r09_no_copy_of_the_database_tells_it(world: World) {
    let (code, token) = ringing(&world, TAKEN).await;
    let known = |bytes: &[u8]| bytes.windows(code.digits.len()).any(|part| part == code.digits.as_bytes());
    assert!(!known(&world.bytes().await), "waiting for the key");
    press(&world, &key(&token)).await.unwrap();
    assert!(!known(&world.bytes().await), "read out");
}

pub async fn r09_a_code_of_no_use_is_told_to_nobody(world: World) {
    // Used, given up, too old, refused, not even taken up.
    let (used, token) = ringing(&world, TAKEN).await;
    assert_eq!(world.guess(&used, &used.digits).await, Guess::Right(true));
    assert_eq!(press(&world, &key(&token)).await, None, "used");
    let (gone, token) = ringing(&world, TAKEN).await;
    world.store.cancel(&gone.flow, &gone.session, &[], &world.trail(&gone.session)).await.unwrap();
    assert_eq!(press(&world, &key(&token)).await, None, "given up");
    let (_, token) = ringing(&world, TAKEN).await;
    world.pass(300);
    assert_eq!(press(&world, &key(&token)).await, None, "too old");
    let (_, token) = ringing(&world, REFUSED).await;
    assert_eq!(press(&world, &key(&token)).await, None, "never called");
    let (_, token) = dialled(&world).await;
    assert_eq!(press(&world, &key(&token)).await, None, "not handed over yet");
    // Another call of somebody who knows the token, another provider, no such call.
    let (code, token) = ringing(&world, TAKEN).await;
    let other = KeyPressed { provider_id: SID.replace("01", "02"), ..key(&token) };
    assert_eq!(press(&world, &other).await, None);
    assert_eq!(press(&world, &KeyPressed { provider: "outbox", ..key(&token) }).await, None);
    assert_eq!(press(&world, &key(&"0".repeat(32))).await, None);
    // A newer code that a provider has taken is the one that counts.
    let _next = world.resent(&code, 1, TAKEN).await;
    assert_eq!(press(&world, &key(&token)).await, None, "overtaken");
}

pub async fn r09_a_code_without_a_try_left_and_one_to_a_locked_number_are_told_to_nobody(world: World) {
    let (spent, token) = ringing(&world, TAKEN).await;
    let (other, other_token) = ringing(&world, TAKEN).await;
    for _ in 0..5 {
        assert!(matches!(world.guess_wrong(&spent).await, Guess::Wrong { .. }));
    }
    assert_eq!(press(&world, &key(&token)).await, None, "five guesses made");
    assert_eq!(sealed(&world).await, 1, "the other sign-in's call still speaks");
    for _ in 0..5 {
        assert!(matches!(world.guess_wrong(&other).await, Guess::Wrong { .. }));
    }
    let (next, next_token) = ringing(&world, TAKEN).await;
    let Guess::Wrong { failures_left, .. } = world.guess_wrong(&next).await else { panic!("a guess") };
    let lock = "UPDATE failures SET count = count + $1";
    world.meddle(&lock.replace("$1", &(failures_left - 1).to_string())).await;
    let (last, last_token) = ringing(&world, TAKEN).await;
    assert!(matches!(world.guess_wrong(&last).await, Guess::Wrong { failures_left: 0, .. }));
    for token in [other_token, next_token, last_token] {
        assert_eq!(press(&world, &key(&token)).await, None, "the number is off");
    }
}

pub async fn r08_an_unsure_call_speaks_when_a_key_is_pressed(world: World) {
    let (code, token) = ringing(&world, UNKNOWN).await;
    assert!(press(&world, &key(&token)).await.is_some());
    assert_eq!(world.guess(&code, &code.digits).await, Guess::Right(true));
}

pub async fn r09_what_nobody_needs_any_more_is_wiped(world: World) {
    let (used, _) = ringing(&world, TAKEN).await;
    let (old, _) = ringing(&world, TAKEN).await;
    let (refused, _) = ringing(&world, REFUSED).await;
    let (_, ended) = ringing(&world, TAKEN).await;
    let _ = (old, refused);
    assert_eq!(sealed(&world).await, 3, "a refused one is wiped at once");
    world.store.hear(&news(&ended, Progress::Undelivered), &world.operator()).await.unwrap().unwrap();
    assert_eq!(sealed(&world).await, 2, "its call is over");
    assert_eq!(press(&world, &key(&ended)).await, None);
    assert_eq!(world.guess(&used, &used.digits).await, Guess::Right(true));
    world.store.leftovers(world.now()).await.unwrap();
    assert_eq!(sealed(&world).await, 1);
    world.pass(300);
    world.store.leftovers(world.now()).await.unwrap();
    assert_eq!(sealed(&world).await, 0);
    let (_, token) = ringing(&world, TAKEN).await;
    world.store.mark_restored(&world.operator()).await.unwrap();
    assert_eq!(sealed(&world).await, 0, "A45: nor does a backup speak");
    assert_eq!(press(&world, &key(&token)).await, None);
}

pub async fn r81_the_steps_of_a_call_come_in_any_order(world: World) {
    let (code, token) = ringing(&world, TAKEN).await;
    let hear = async |progress| world.store.hear(&news(&token, progress), &world.operator()).await.unwrap();
    assert!(hear(Progress::Sent).await.is_some());
    assert!(hear(Progress::Sending).await.is_some());
    assert!(press(&world, &key(&token)).await.is_some());
    assert!(hear(Progress::Undelivered).await.is_none(), "that it ended is no news once it was read out");
    let steps = world.store.steps(&code.delivery).await.unwrap();
    let steps: Vec<Progress> = steps.into_iter().map(|heard| heard.progress).collect();
    assert_eq!(steps, [Progress::Sending, Progress::Sent, Progress::Delivered]);
    let (code, token) = ringing(&world, TAKEN).await;
    world.store.hear(&news(&token, Progress::Undelivered), &world.operator()).await.unwrap().unwrap();
    let heard = world.flow(&code).await.delivery.unwrap().heard.unwrap();
    assert_eq!((heard.progress, heard.problem), (Progress::Undelivered, Some(SendProblem::NotHeard)));
}

pub async fn r116_a_used_code_tells_by_which_way_it_had_gone(world: World) {
    let (code, _) = ringing(&world, TAKEN).await;
    let trail = world.trail(&code.session);
    let used = async |code: &Code| {
        world
            .store
            .consume(&code.account, &code.challenge, &[], &Effect::SignedIn, &[], &trail)
            .await
            .unwrap()
    };
    assert!(world.flow(&code).await.came_by_call());
    assert_eq!(used(&code).await, Some(Channel::Voice));
    assert_eq!(used(&code).await, None);
    let text = world.sent(&code.account, &world.session(), Purpose::SignIn).await;
    assert_eq!(used(&text).await, Some(Channel::Sms));
}

pub async fn r116_a_session_keeps_by_which_way_its_code_came(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    for by_call in [true, false] {
        let state = crate::sessions::person(&world, &world.session(), &ada, Level::TwilioSms);
        let record = crate::sessions::kept(&world, SessionState { by_call, ..state }).await;
        assert_eq!(crate::sessions::load(&world, &record).await.unwrap().by_call, by_call);
        let listed = domain::ports::Sessions::of(&world.store, &ada, world.now()).await.unwrap();
        assert!(listed.iter().any(|info| info.state.by_call == by_call));
    }
}

pub async fn r25_a_fixed_line_comes_back_as_one(world: World) {
    let ada = world.account("ada", &["+12015550101"]).await;
    assert!(!world.phone(&ada).await.fixed_line);
    let plan = match world.pending("+493023125000", None, 5) {
        PhonePlan::Pending { id, mut known, label, replaces, max_per_account } => {
            known.fixed_line = true;
            PhonePlan::Pending { id, known, label, replaces, max_per_account }
        }
        PhonePlan::Existing(_) => panic!("a new number"),
    };
    let (code, opened) = world.open(&ada, &world.session(), Purpose::NewPhone, plan, vec![]).await;
    assert_eq!(opened, Opened::Written);
    assert!(world.flow(&code).await.fixed_line);
    let fixed: Vec<PhoneId> =
        world.phones(&ada).await.into_iter().filter(|phone| phone.fixed_line).map(|phone| phone.id).collect();
    assert_eq!(fixed, [world.flow(&code).await.phone]);
    // And so does one that an operator added.
    let mut user = world.user("kim", &["+442079460123"]);
    user.numbers[0].known.fixed_line = true;
    let kim = world.store.add_user(&user, &world.operator()).await.unwrap().unwrap();
    assert!(world.phone(&kim).await.fixed_line);
}
