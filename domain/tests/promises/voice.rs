//! The call: asked for after a text, at once to a fixed line; silent about the code until a key is pressed (R9, R15, R22, R25).
use crate::hands::*;
use domain::bill::Bill;
use domain::challenge::Dead;
use domain::channel::Channel;
use domain::delivery::{DeliveryState, SendProblem};
use domain::level::Level;
use domain::limits::Limit;
use domain::oidc::claims::amr;
use domain::otp::{Checked, Sent};
use domain::phones::Begun;
use domain::ports::Deliveries;
use domain::progress::{Lasting, News, Progress};
use domain::session::Who;
use domain::sign_in::AfterPassword;
use domain::testing::{PASSWORD, Script, block_on};
use domain::voice::KeyPressed;

const LANDLINE: &str = "+493012345678";

fn token(sam: &Sam) -> String {
    sam.w.memory.with(|world| world.deliveries.last().unwrap().callback_token.clone())
}

fn press(sam: &Sam) -> Option<String> {
    let (token, provider_id) = (token(sam), "call".to_owned());
    let pressed = KeyPressed { provider: "recording", token, provider_id };
    let told = block_on(sam.w.memory.read_out(&pressed, &sam.w.trail(&sam.browser))).unwrap();
    told.map(|(spoken, _)| spoken.to_read().to_string())
}

#[test]
fn r22_a_call_after_the_text_speaks_a_code_that_signs_in() {
    let sam = sam();
    let flow = sam.half();
    let old = sam.last(ONE);
    sam.pass(30);
    assert_eq!(sam.resend_by(Channel::Voice, &flow, None), Sent::Out);
    let call = sam.w.sms.sent().pop().unwrap();
    assert_eq!((call.channel, call.to.as_str()), (Channel::Voice, ONE));
    let delivery = sam.flow(&flow).delivery.unwrap();
    assert_eq!(delivery.channel, Channel::Voice);
    assert_eq!(delivery.heard.unwrap().progress, Progress::Delivered, "read out");
    assert!(matches!(refusal(sam.code(&flow, &old)), Checked::Wrong { tries_left: 4, .. }), "R8");
    let entry = entry(sam.code(&flow, &sam.last(ONE)));
    assert!(entry.by_call());
    assert_eq!(amr(entry.level(), entry.by_call()), ["pwd", "tel", "mfa"]);
}

#[test]
fn r116_a_text_typed_while_a_call_is_unsure_counts_as_a_text() {
    let sam = sam();
    let flow = sam.half();
    let text = sam.last(ONE);
    sam.pass(30);
    sam.w.sms.next(Script::LoseAnswer);
    assert_eq!(sam.resend_by(Channel::Voice, &flow, None), Sent::Unsure(SendProblem::Retry));
    assert!(!entry(sam.code(&flow, &text)).by_call());
}

#[test]
fn r22_without_a_key_the_code_is_not_spoken() {
    let sam = sam();
    let flow = sam.half();
    sam.pass(30);
    sam.w.sms.set_unanswered(true);
    assert_eq!(sam.resend_by(Channel::Voice, &flow, None), Sent::Out);
    let call = sam.w.sms.sent().pop().unwrap();
    assert!(call.code().is_none() && !call.body.bytes().any(|byte| byte.is_ascii_digit()), "{}", call.body);
    assert!(sam.flow(&flow).delivery.unwrap().heard.is_none());
}

#[test]
fn r09_what_a_call_says_is_handed_out_once() {
    let sam = sam();
    let flow = sam.half();
    sam.pass(30);
    sam.w.sms.set_unanswered(true);
    sam.resend_by(Channel::Voice, &flow, None);
    let said = press(&sam).unwrap();
    let digits: String = said.chars().filter(char::is_ascii_digit).collect();
    assert_eq!((digits.len(), &digits[..6]), (12, &digits[6..]), "twice: {said}");
    assert_eq!(press(&sam), None);
    entry(sam.code(&flow, &digits[..6]));
}

#[test]
fn r09_a_dead_code_is_not_spoken() {
    // Too old, given up, overtaken, the call refused, the call over, no try left.
    for how in 0..6 {
        let sam = sam();
        let flow = sam.half();
        sam.pass(30);
        sam.w.sms.set_unanswered(true);
        if how == 3 {
            sam.w.sms.next(Script::Refuse(SendProblem::NoCall));
        }
        sam.resend_by(Channel::Voice, &flow, None);
        match how {
            0 => sam.pass(300),
            1 => {
                let trail = sam.w.trail(&sam.browser);
                let (waiting, who) = (sam.waiting(&flow).flow, Who::Half { flow: flow.clone() });
                block_on(sam.w.sign_in().cancel(&waiting, &who, &trail)).unwrap();
            }
            2 => {
                let called = token(&sam);
                sam.pass(60);
                assert_eq!(sam.resend(&flow, None), Sent::Out);
                sam.w.memory.with(|world| {
                    // The newest message is a text now: the key is pressed in the call before it.
                    world.deliveries.retain(|row| row.callback_token == called);
                });
            }
            5 => {
                for _ in 0..5 {
                    assert!(matches!(refusal(sam.code(&flow, "000000")), Checked::Wrong { .. }));
                }
            }
            4 => {
                let news = News {
                    provider: "recording",
                    token: token(&sam),
                    provider_id: "call".to_owned(),
                    progress: Progress::Undelivered,
                    problem: Some(SendProblem::NotHeard),
                    code: None,
                    lasting: Lasting::No,
                    remedy: "",
                    bill: Bill::default(),
                };
                block_on(sam.w.memory.hear(&news, &sam.w.trail(&sam.browser))).unwrap().unwrap();
            }
            _ => {}
        }
        assert_eq!(press(&sam), None, "{how}");
    }
}

#[test]
fn r81_a_call_that_was_read_out_stays_so_when_it_ends() {
    let sam = sam();
    let flow = sam.half();
    sam.pass(30);
    sam.resend_by(Channel::Voice, &flow, None);
    let ended = News {
        provider: "recording",
        token: token(&sam),
        provider_id: format!("call-{}", sam.flow(&flow).code.unwrap().reference),
        progress: Progress::Undelivered,
        problem: Some(SendProblem::NotHeard),
        code: None,
        lasting: Lasting::No,
        remedy: "",
        bill: Bill::default(),
    };
    assert_eq!(block_on(sam.w.memory.hear(&ended, &sam.w.trail(&sam.browser))).unwrap(), None);
    assert_eq!(sam.flow(&flow).delivery.unwrap().heard.unwrap().progress, Progress::Delivered);
}

#[test]
fn a25_the_first_code_to_a_mobile_never_goes_by_call() {
    let sam = sam();
    // At the proof of identity nothing was sent yet.
    let proof = sam.w.proof();
    let entry = sam.sign_in_with(&sam.browser, ONE);
    let seen = sam.w.sms.count();
    sam.pass(60);
    let trail = sam.w.trail(&sam.browser);
    let send = |channel| block_on(proof.send(entry.account(), &sam.browser, None, channel, &trail)).unwrap();
    assert_eq!(send(Channel::Voice), Sent::NotByCall);
    assert_eq!(sam.w.sms.count(), seen);
    assert_eq!(send(Channel::Sms), Sent::Out);
    // A half sign-in whose first text a limit held back.
    let browser = sam.w.browser();
    sam.w.memory.with(|world| world.sending_stopped = true);
    let flow = sam.half_in(&browser);
    sam.w.memory.with(|world| world.sending_stopped = false);
    let waiting = sam.waiting_in(&browser, &flow).unwrap();
    let trail = sam.w.trail(&browser);
    let sent = block_on(sam.w.sign_in().resend(waiting.flow, None, Channel::Voice, &trail)).unwrap();
    assert_eq!(sent, Sent::NotByCall);
}

#[test]
fn r22_where_nobody_can_call_none_is_asked_for() {
    let sam = sam();
    let flow = sam.half();
    sam.pass(30);
    sam.w.sms.set_deaf(true);
    assert_eq!(sam.resend_by(Channel::Voice, &flow, None), Sent::NotByCall);
    assert_eq!(sam.w.sms.count(), 1);
}

#[test]
fn r15_texts_and_calls_share_pauses_and_limits() {
    let sam = sam();
    let flow = sam.half();
    let early = sam.resend_by(Channel::Voice, &flow, None);
    assert!(matches!(early, Sent::Wait(wait) if wait.limit == Limit::Pause), "{early:?}");
    for (pause, channel) in [(30, Channel::Voice), (60, Channel::Sms), (120, Channel::Voice)] {
        sam.pass(pause);
        assert_eq!(sam.resend_by(channel, &flow, None), Sent::Out);
    }
    sam.pass(300);
    let flow = sam.half_in(&sam.w.browser());
    assert_eq!(sam.w.sms.count(), 5);
    sam.pass(30);
    let _ = flow;
    let AfterPassword::Half { sent, .. } = sam.knock(&sam.w.browser(), "sam", PASSWORD) else { panic!() };
    assert!(matches!(sent, Sent::Wait(wait) if wait.limit == Limit::Number), "{sent:?}");
}

#[test]
fn r05_a_call_has_the_tries_of_any_code() {
    let sam = sam();
    let flow = sam.half();
    sam.pass(30);
    sam.resend_by(Channel::Voice, &flow, None);
    let code = sam.last(ONE);
    for left in (0..5).rev() {
        let refused = refusal(sam.code(&flow, &other_than(&code)));
        assert!(matches!(refused, Checked::Wrong { tries_left, .. } if tries_left == left), "{refused:?}");
    }
    let dead = refusal(sam.code(&flow, &code));
    assert!(matches!(dead, Checked::Dead(Dead::TriesSpent)), "{dead:?}");
}

#[test]
fn r22_too_late_for_a_call_a_new_sign_in_is_begun() {
    let sam = sam();
    let flow = sam.half();
    sam.pass(545);
    assert_eq!(sam.resend_by(Channel::Voice, &flow, None), Sent::Over, "55 seconds are left");
    assert_eq!(sam.resend(&flow, None), Sent::Out);
}

#[test]
fn r25_a_fixed_line_is_called_at_once_and_never_texted() {
    let w = domain::testing::world();
    let id = w.account("sam");
    let phone = w.phone(&id, LANDLINE);
    let browser = w.browser();
    let sam = Sam { w, id, phone, browser };
    let flow = sam.half();
    sam.pass(30);
    assert_eq!(sam.resend(&flow, None), Sent::Out);
    assert!(sam.w.sms.sent().iter().all(|sent| sent.channel == Channel::Voice));
    let entry = entry(sam.code(&flow, &sam.last(LANDLINE)));
    assert_eq!((entry.level(), entry.by_call()), (Level::TwilioSms, true));
    // Where nobody can call any more, nothing is handed over, and the half sign-in says so.
    sam.w.sms.set_deaf(true);
    let seen = sam.w.sms.count();
    let AfterPassword::Half { sent, .. } = sam.knock(&sam.w.browser(), "sam", PASSWORD) else { panic!() };
    assert_eq!((sent, sam.w.sms.count()), (Sent::Refused(SendProblem::Call), seen));
}

#[test]
fn r25_a_fixed_line_is_proven_by_a_call_and_gets_no_notices_by_text() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    let begun = block_on(sam.w.book().begin(&sam.id, &sam.browser, LANDLINE, "", &trail)).unwrap();
    assert!(matches!(begun, Begun::Confirming(_)), "{begun:?}");
    let flow = block_on(sam.w.book().confirming(&sam.browser, &trail)).unwrap().unwrap();
    assert!(flow.fixed_line);
    let code = sam.last(LANDLINE);
    let done = block_on(sam.w.book().confirm(flow, &code, &trail)).unwrap();
    assert!(matches!(done, Checked::Right(_)), "{done:?}");
    let seen = sam.w.sms.count();
    let outlook = block_on(sam.w.book().outlook(&sam.id, &sam.phone)).unwrap().unwrap();
    assert!(outlook.told.is_empty(), "the page before promises no text to it either: {:?}", outlook.told);
    block_on(sam.w.book().remove(&sam.id, &sam.phone, &trail)).unwrap();
    let told: Vec<String> = sam.w.sms.since(seen).into_iter().map(|sent| sent.to).collect();
    assert_eq!(told, [ONE], "the removed number itself, and no text to the fixed line");
}

#[test]
fn a_new_number_that_texts_do_not_reach_waits_for_a_call() {
    let sam = sam();
    let trail = sam.w.trail(&sam.browser);
    sam.w.sms.next(Script::RefuseNumber(SendProblem::Call));
    let begun = block_on(sam.w.book().begin(&sam.id, &sam.browser, TWO, "", &trail)).unwrap();
    assert!(matches!(begun, Begun::Confirming(_)), "{begun:?}");
    sam.pass(30);
    let trail = sam.w.trail(&sam.browser);
    let flow = block_on(sam.w.book().confirming(&sam.browser, &trail)).unwrap().unwrap();
    assert_eq!(flow.delivery.as_ref().unwrap().state, DeliveryState::Refused(SendProblem::Call));
    assert_eq!(block_on(sam.w.book().resend(&flow, Channel::Voice, &trail)).unwrap(), Sent::Out);
    let flow = block_on(sam.w.book().confirming(&sam.browser, &trail)).unwrap().unwrap();
    let done = block_on(sam.w.book().confirm(flow, &sam.last(TWO), &trail)).unwrap();
    assert!(matches!(done, Checked::Right(_)), "{done:?}");
}
