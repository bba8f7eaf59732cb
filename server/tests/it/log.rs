//! What this thread logs, at the finest level.
//!
//! One subscriber for the whole binary, deaf unless a test on this thread listens: subscribers that come and go with tests
//! running beside each other make tracing forget call sites. A listening test must keep its work on its own thread, as
//! `#[tokio::test]` does.
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use std::sync::Once;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;

type Heard = Rc<RefCell<Vec<u8>>>;

thread_local! {
    static HEARD: RefCell<Option<Heard>> = const { RefCell::new(None) };
}

static SUBSCRIBER: Once = Once::new();

/// Hears this thread until dropped; stays on it.
pub struct Listening(Heard);

/// From now on everything this thread says is kept.
pub fn listen() -> Listening {
    SUBSCRIBER.call_once(|| {
        let heard = fmt::layer().with_ansi(false).with_writer(|| Ear);
        let filter = dynamic_filter_fn(|_, _| HEARD.with_borrow(Option::is_some));
        let subscriber = tracing_subscriber::registry().with(heard.with_filter(filter));
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
    let heard = Heard::default();
    HEARD.set(Some(Rc::clone(&heard)));
    Listening(heard)
}

impl Listening {
    /// All that was said since.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        HEARD.set(None);
    }
}

struct Ear;

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        HEARD.with_borrow(|heard| heard.iter().for_each(|heard| heard.borrow_mut().extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
