//! What a page says of how far it knows, when it asks for its line.
use crate::web::context::Ctx;
use crate::web::shown;
use app::view::DeliveryState;
use domain::challenge::Flow;
use domain::delivery::Delivery;
use domain::time::Timestamp;

/// The name under which a page says in its line's address how far it knows.
pub(super) const SEEN: &str = "seen";

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
pub(super) fn mark(deliveries: &[&Delivery]) -> String {
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
