//! What people and attackers do, as values: browsers, guesses, sends with their outcomes, time.
use crate::apps::{Act, act};
use domain::channel::Channel;
use domain::delivery::SendProblem;
use domain::testing::Script;
use proptest::prelude::*;

/// People; person `p` owns browsers `2p` and `2p + 1`.
pub const PEOPLE: usize = 2;
/// Browsers.
pub const BROWSERS: usize = 4;
/// Numbers that exist; anybody may enrol any of them. The last is a fixed line.
pub const NUMBERS: [&str; 4] = ["+12015550110", "+12015550111", "+12015550112", "+493012345613"];
/// Where the fixed line stands among them.
pub const FIXED_LINE: usize = 3;

/// What is typed as a code.
#[derive(Clone, Copy, Debug)]
pub enum Guess {
    /// The newest code that arrived for this transaction.
    Newest,
    /// One before it: so many back.
    Older(usize),
    /// A code that was sent for something else: so many back.
    Foreign(usize),
    /// A code that was never sent.
    Wrong,
    /// No code at all.
    Nonsense,
}

/// A code that is typed, perhaps posted twice, perhaps with a fault of the store on the way.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    pub guess: Guess,
    /// So often, the page read anew each time.
    pub times: u8,
    /// The page is posted a second time without being read anew.
    pub twice: bool,
    /// The n-th step of the store fails, before or after it is written.
    pub fault: Option<(bool, u32)>,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    Password {
        person: usize,
        browser: usize,
        right: bool,
        /// On the page that the app's request led to, where one waits.
        for_app: bool,
    },
    /// For one of the transactions that are under way in this browser.
    Code {
        browser: usize,
        which: usize,
        typed: Typed,
    },
    /// With the id of any sign-in ever begun, from any browser.
    SignInCodeElsewhere {
        browser: usize,
        which: usize,
        typed: Typed,
    },
    Resend {
        browser: usize,
        phone: Option<usize>,
        channel: Channel,
        script: Script,
        /// Once the pause is over.
        patient: bool,
    },
    Cancel {
        browser: usize,
    },
    Enrol {
        browser: usize,
        number: usize,
    },
    Replace {
        browser: usize,
        phone: usize,
        number: usize,
    },
    ResendConfirmation {
        browser: usize,
        channel: Channel,
    },
    Remove {
        browser: usize,
        phone: usize,
    },
    Prefer {
        browser: usize,
        phone: usize,
    },
    SendProof {
        browser: usize,
        phone: Option<usize>,
        channel: Channel,
    },
    StartTest {
        browser: usize,
        phone: usize,
    },
    /// The code of a test at the doors of all other purposes.
    TestCodeElsewhere {
        browser: usize,
        typed: Typed,
    },
    Pass {
        seconds: u64,
    },
    /// Something that has to do with apps.
    App(Act),
    /// How the provider will treat the next message.
    Next(Script),
    /// Whether somebody presses a key when the phone rings from now on.
    Answers(bool),
    Sweep,
}

fn guess() -> impl Strategy<Value = Guess> {
    prop_oneof![
        5 => Just(Guess::Newest),
        4 => (0usize..2).prop_map(Guess::Older),
        2 => (0usize..4).prop_map(Guess::Foreign),
        5 => Just(Guess::Wrong),
        1 => Just(Guess::Nonsense),
    ]
}

fn typed() -> impl Strategy<Value = Typed> {
    let fault = prop_oneof![20 => Just(None), 1 => (any::<bool>(), 0u32..4).prop_map(Some)];
    (guess(), 1u8..4, prop::bool::weighted(0.15), fault).prop_map(|(guess, times, twice, fault)| Typed {
        guess,
        times,
        twice,
        fault,
    })
}

fn script() -> impl Strategy<Value = Script> {
    prop_oneof![
        5 => Just(Script::Take),
        2 => Just(Script::Refuse(SendProblem::Retry)),
        1 => Just(Script::RefuseNumber(SendProblem::Check)),
        5 => Just(Script::LoseAnswer),
        1 => Just(Script::Lose),
        2 => Just(Script::Crash),
    ]
}

/// One operation; what leads on comes more often than what ends things.
pub fn op() -> impl Strategy<Value = Op> {
    let browser = 0..BROWSERS;
    let phone = 0usize..4;
    let channel = || prop_oneof![2 => Just(Channel::Sms), 1 => Just(Channel::Voice)];
    let some_phone = || prop_oneof![2 => Just(None), 1 => (0usize..4).prop_map(Some)];
    let number = 0..NUMBERS.len();
    let seconds = prop_oneof![
        8 => 1u64..40,
        6 => 60u64..130,
        1 => 200u64..620,
        1 => 3000u64..4000,
        1 => 40_000u64..90_000,
    ];
    prop_oneof![
        8 => (0..PEOPLE, browser.clone(), prop::bool::weighted(0.95), any::<bool>())
            .prop_map(|(person, browser, right, for_app)| Op::Password { person, browser, right, for_app }),
        26 => (browser.clone(), 0usize..12, typed())
            .prop_map(|(browser, which, typed)| Op::Code { browser, which, typed }),
        2 => (browser.clone(), 0usize..4, typed())
            .prop_map(|(browser, which, typed)| Op::SignInCodeElsewhere { browser, which, typed }),
        10 => (browser.clone(), some_phone(), channel(), script(), prop::bool::weighted(0.7)).prop_map(
            |(browser, phone, channel, script, patient)| Op::Resend { browser, phone, channel, script, patient }
        ),
        1 => browser.clone().prop_map(|browser| Op::Cancel { browser }),
        4 => (browser.clone(), number.clone()).prop_map(|(browser, number)| Op::Enrol { browser, number }),
        3 => (browser.clone(), phone.clone(), number)
            .prop_map(|(browser, phone, number)| Op::Replace { browser, phone, number }),
        2 => (browser.clone(), channel())
            .prop_map(|(browser, channel)| Op::ResendConfirmation { browser, channel }),
        1 => (browser.clone(), phone.clone()).prop_map(|(browser, phone)| Op::Remove { browser, phone }),
        1 => (browser.clone(), phone.clone()).prop_map(|(browser, phone)| Op::Prefer { browser, phone }),
        3 => (browser.clone(), some_phone(), channel())
            .prop_map(|(browser, phone, channel)| Op::SendProof { browser, phone, channel }),
        3 => (browser.clone(), phone).prop_map(|(browser, phone)| Op::StartTest { browser, phone }),
        1 => (browser, typed()).prop_map(|(browser, typed)| Op::TestCodeElsewhere { browser, typed }),
        8 => seconds.prop_map(|seconds| Op::Pass { seconds }),
        5 => script().prop_map(Op::Next),
        1 => prop::bool::weighted(0.7).prop_map(Op::Answers),
        1 => Just(Op::Sweep),
        60 => act().prop_map(Op::App),
    ]
}
