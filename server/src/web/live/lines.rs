//! Which lines are open on this node, and what each waits for.
use domain::id::{FlowId, PhoneId, SessionHandle};
use domain::progress::Moved;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Lines that one node keeps open: some tens of megabytes. Who comes later reads the page again by hand.
const MOST: usize = 2_000;
/// Lines that wait for the same: a phone is looked at in a few browsers of its owner, and no account takes all lines by many sessions.
const MOST_OF_TOPIC: usize = 32;
/// Lines of one session: more pages than anybody looks at at once.
const MOST_OF_SESSION: usize = 8;

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
    pub(super) fn join(self: &Arc<Self>, topic: Topic, session: SessionHandle) -> Option<(Line, bool)> {
        let mut open = self.open();
        let own = open.sessions.get(&session).copied().unwrap_or(0);
        let alike = open.topics.get(&topic).map_or(0, |(_, count)| *count);
        let full = open.lines >= self.most.load(Ordering::Relaxed);
        if full || own >= MOST_OF_SESSION || alike >= MOST_OF_TOPIC {
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

    pub(super) fn tell(&self, moved: &Moved) {
        let open = self.open();
        let topics = [Some(Topic::Phone(moved.phone.clone())), moved.flow.clone().map(Topic::Flow)];
        for (sender, _) in topics.iter().flatten().filter_map(|topic| open.topics.get(topic)) {
            sender.send_replace(());
        }
    }

    /// Whether nobody waits any more; then nobody looks either.
    pub(super) fn done(&self) -> bool {
        let mut open = self.open();
        if open.lines == 0 {
            open.looked_after = false;
        }
        open.lines == 0
    }
}

/// One open line.
pub(super) struct Line {
    lines: Arc<Lines>,
    topic: Topic,
    pub(super) session: SessionHandle,
    pub(super) moved: watch::Receiver<()>,
    pub(super) over: watch::Receiver<bool>,
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
