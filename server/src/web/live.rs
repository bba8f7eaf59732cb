//! Pages that move by themselves while a message is on its way: a stream of server-sent events that says *look again*, and nothing else.
//!
//! The page is read again by the browser and shows what it shows without a script too: so a line never says more than its page, in the
//! same words, under the same guard, and a page that was ended meanwhile says nothing more at all. One look at the database every
//! so often serves all open lines of a node, whichever node the news came to; where no line is open nobody looks.
use super::answer::Reply;
use super::context::Ctx;
use super::shown;
use crate::App;
use app::view::DeliveryState;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use domain::challenge::Flow;
use domain::delivery::Delivery;
use domain::id::{DeliveryId, FlowId, PhoneId, SessionHandle};
use domain::progress::{Moved, Progress};
use domain::time::Timestamp;
use futures::Stream;
use http::{HeaderName, HeaderValue, StatusCode, header};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Sleep;

/// So often one look is taken for all lines: news is on a page well within a second.
const LOOK: Duration = Duration::from_millis(300);
/// After a look that failed.
const LOOK_LATER: Duration = Duration::from_secs(5);
/// Each look goes back so far: what was heard is seen a while after its time, when its transaction is through.
const BACK: Duration = Duration::from_secs(5);
/// Steps in one look.
const MOST_STEPS: u32 = 4_000;
/// Lines that one node keeps open: some tens of megabytes. Who comes later reads the page again by hand.
const MOST: usize = 2_000;
/// Lines of one session: more pages than anybody looks at at once.
const MOST_OF_SESSION: usize = 8;
/// A line ends after so long, and its browser asks for another while there is something to wait for.
const LONGEST: Duration = Duration::from_secs(300);
/// A proxy between must not take a quiet line for a dead one.
const QUIET: Duration = Duration::from_secs(15);

/// What a page waits for news of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The messages of one flow.
    Flow(FlowId),
    /// The messages to one phone.
    Phone(PhoneId),
}

#[derive(Default)]
struct Open {
    topics: HashMap<Topic, (watch::Sender<()>, usize)>,
    sessions: HashMap<SessionHandle, usize>,
    lines: usize,
    /// Somebody looks for news.
    looked_after: bool,
}

/// The lines that are open on this node.
pub struct Lines {
    open: Mutex<Open>,
    over: watch::Sender<bool>,
    most: AtomicUsize,
}

impl Default for Lines {
    fn default() -> Self {
        Self { open: Mutex::default(), over: watch::Sender::default(), most: AtomicUsize::new(MOST) }
    }
}

impl Lines {
    /// Leaves room for others where a process may have few connections: half of `connections` at the most.
    pub fn leave_room(&self, connections: u32) {
        let half = usize::try_from(connections / 2).unwrap_or(usize::MAX);
        self.most.store(MOST.min(half), Ordering::Relaxed);
    }

    /// Ends all lines: this node stops. Their browsers ask for another line, which another node opens.
    pub fn end(&self) {
        self.over.send_replace(true);
    }

    /// How many are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.open().lines
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more; with whether nobody looks for news yet. `None`: there are as many as there may be.
    fn join(self: &Arc<Self>, topic: Topic, session: SessionHandle) -> Option<(Line, bool)> {
        let mut open = self.open();
        let own = open.sessions.get(&session).copied().unwrap_or(0);
        if open.lines >= self.most.load(Ordering::Relaxed) || own >= MOST_OF_SESSION {
            return None;
        }
        open.lines += 1;
        open.sessions.insert(session.clone(), own + 1);
        let (sender, count) = open.topics.entry(topic.clone()).or_default();
        *count += 1;
        let moved = sender.subscribe();
        let first = !std::mem::replace(&mut open.looked_after, true);
        drop(open);
        let over = self.over.subscribe();
        Some((Line { lines: Arc::clone(self), topic, session, moved, over }, first))
    }

    fn tell(&self, moved: &Moved) {
        let open = self.open();
        let topics = [Some(Topic::Phone(moved.phone.clone())), moved.flow.clone().map(Topic::Flow)];
        for (sender, _) in topics.iter().flatten().filter_map(|topic| open.topics.get(topic)) {
            sender.send_replace(());
        }
    }

    /// Whether nobody waits any more; then nobody looks either.
    fn done(&self) -> bool {
        let mut open = self.open();
        if open.lines == 0 {
            open.looked_after = false;
        }
        open.lines == 0
    }
}

/// One open line.
struct Line {
    lines: Arc<Lines>,
    topic: Topic,
    session: SessionHandle,
    moved: watch::Receiver<()>,
    over: watch::Receiver<bool>,
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut open = self.lines.open();
        open.lines = open.lines.saturating_sub(1);
        match open.sessions.get_mut(&self.session) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(open.sessions.remove(&self.session)),
        }
        if let Some((_, count)) = open.topics.get_mut(&self.topic) {
            *count -= 1;
            if *count == 0 {
                open.topics.remove(&self.topic);
            }
        }
    }
}

/// The line of a page that shows these messages. No content: nothing more is to be heard of them, and the browser need not ask again.
#[must_use]
pub fn answer(ctx: &Ctx, topic: Topic, deliveries: &[&Delivery]) -> Reply {
    let seen = form_urlencoded::parse(ctx.query.as_bytes()).find(|(name, _)| name == SEEN);
    let behind = seen.is_none_or(|(_, seen)| seen != mark(deliveries));
    let may_move = deliveries.iter().any(|delivery| delivery.may_move(ctx.trail.at));
    if ctx.head || !(behind || may_move) {
        return status(StatusCode::NO_CONTENT);
    }
    // Where there is no room the page stays still: no trouble of this node that a proxy should turn to another one for.
    let joined = ctx.session.handle().and_then(|session| ctx.app.lines.join(topic, session));
    let Some((line, first)) = joined else { return status(StatusCode::NO_CONTENT) };
    if first {
        tokio::spawn(look_for_news(Arc::clone(&ctx.app)));
    }
    let alive = KeepAlive::new().interval(QUIET);
    let mut response =
        Sse::new(events(Arc::clone(&ctx.app), line, behind, may_move)).keep_alive(alive).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that gathers an answer before it passes it on would hold back the news.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Reply::Other(Box::new(response))
}

/// The line of a page that shows the newest message of a flow.
#[must_use]
pub fn answer_of_flow(flow: &Flow, ctx: &Ctx) -> Reply {
    answer(ctx, Topic::Flow(flow.id.clone()), &flow.delivery.iter().collect::<Vec<_>>())
}

fn status(status: StatusCode) -> Reply {
    let mut response = Response::default();
    *response.status_mut() = status;
    Reply::Other(Box::new(response))
}

struct Telling {
    app: App,
    line: Line,
    behind: bool,
    may_move: bool,
    end: Pin<Box<Sleep>>,
}

impl Telling {
    /// Whether there is one more thing to tell. The right that the line was opened with is looked at again each time (R60).
    async fn next(&mut self) -> bool {
        if std::mem::take(&mut self.behind) {
            return true;
        }
        let moved = self.may_move
            && tokio::select! {
                moved = self.line.moved.changed() => moved.is_ok(),
                _ = self.line.over.wait_for(|over| *over) => false,
                () = &mut self.end => false,
            };
        let core = &self.app.core;
        moved && core.sessions.holds(&self.line.session, core.clock.now()).await.unwrap_or(false)
    }
}

fn events(
    app: App,
    line: Line,
    behind: bool,
    may_move: bool,
) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    let telling = Telling { app, line, behind, may_move, end: Box::pin(tokio::time::sleep(LONGEST)) };
    futures::stream::unfold(telling, |mut telling| async move {
        telling.next().await.then(|| (Ok(Event::default().event("moved").data("look")), telling))
    })
}

/// Looks for news as long as a line is open.
async fn look_for_news(app: App) {
    let mut known: HashSet<(DeliveryId, Progress)> = HashSet::new();
    while !app.lines.done() {
        let since = app.core.clock.now().minus(BACK);
        match app.core.deliveries.moved(since, MOST_STEPS).await {
            Ok(steps) => {
                known = tell_new(&app.lines, &known, steps);
                tokio::time::sleep(LOOK).await;
            }
            Err(fault) => {
                tracing::warn!(while_ = fault.what, cause = %fault.cause, "open pages hear nothing for a moment");
                tokio::time::sleep(LOOK_LATER).await;
            }
        }
    }
}

/// Tells what was not known before; gives what is known now.
fn tell_new(
    lines: &Lines,
    known: &HashSet<(DeliveryId, Progress)>,
    steps: Vec<Moved>,
) -> HashSet<(DeliveryId, Progress)> {
    steps
        .into_iter()
        .map(|moved| {
            let step = (moved.delivery.clone(), moved.progress);
            if !known.contains(&step) {
                lines.tell(&moved);
            }
            step
        })
        .collect()
}

/// The name under which a page says in its line's address how far it knows.
const SEEN: &str = "seen";

/// Where a page asks for its line, if anything more may be heard of the messages it shows.
#[must_use]
pub fn address(page: &str, deliveries: &[&Delivery], now: Timestamp) -> Option<String> {
    let may_move = deliveries.iter().any(|delivery| delivery.may_move(now));
    may_move.then(|| format!("{page}/live?{SEEN}={}", mark(deliveries)))
}

/// The same for the newest message of a flow.
#[must_use]
pub fn of_flow(page: &str, flow: &Flow, ctx: &Ctx) -> Option<String> {
    address(page, &flow.delivery.iter().collect::<Vec<_>>(), ctx.trail.at)
}

/// How far the messages on a page are, in a short word: it changes when the page would show something else, and tells nothing that
/// the page does not show.
fn mark(deliveries: &[&Delivery]) -> String {
    let letter = |delivery: &&Delivery| match shown::farthest(delivery) {
        DeliveryState::Waiting => 'w',
        DeliveryState::SentOut => 's',
        DeliveryState::Ringing => 'c',
        DeliveryState::HandedOver => 'h',
        DeliveryState::Delivered => 'd',
        DeliveryState::Refused(_) => 'r',
        DeliveryState::NotDelivered(_) => 'n',
        DeliveryState::Unknown => 'u',
    };
    let newest = deliveries.first().map(|delivery| delivery.reference.as_str());
    newest.unwrap_or_default().chars().chain(deliveries.iter().map(letter)).collect()
}
