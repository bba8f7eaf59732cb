//! Pages that move by themselves while a message is on its way: a stream of server-sent events that says *look again*, and nothing else.
//!
//! The page is read again by the browser and shows what it shows without a script too: so a line never says more than its page, in the
//! same words, under the same guard, and a page that was ended meanwhile says nothing more at all. One look at the database every
//! so often serves all open lines of a node, whichever node the news came to; where no line is open nobody looks.
use super::answer::Reply;
use super::context::Ctx;
use crate::App;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use domain::challenge::Flow;
use domain::delivery::Delivery;
use domain::id::DeliveryId;
use domain::progress::{Moved, Progress};
use futures::Stream;
use http::{HeaderName, HeaderValue, StatusCode, header};
use lines::Line;
pub use lines::{Lines, Topic};
use mark::{SEEN, mark};
pub use mark::{address, of_flow};
use std::collections::HashSet;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Sleep;

mod lines;
mod mark;

/// So often one look is taken for all lines: news is on a page well within a second.
const LOOK: Duration = Duration::from_millis(300);
/// After a look that failed.
const LOOK_LATER: Duration = Duration::from_secs(5);
/// Each look goes back so far: what was heard is seen a while after its time, when its transaction is through.
const BACK: Duration = Duration::from_secs(5);
/// Steps in one look.
const MOST_STEPS: u32 = 4_000;
/// A line ends after so long, and its browser asks for another while there is something to wait for.
const LONGEST: Duration = Duration::from_secs(300);
/// A proxy between must not take a quiet line for a dead one.
const QUIET: Duration = Duration::from_secs(15);

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
