//! The words of a message's row, read.
use super::{Error, Result};
use domain::channel::Channel;
use domain::delivery::{DeliveryState, SendProblem};

/// The way of a message as kept.
pub(super) fn read_channel(channel: Option<&str>) -> Result<Channel> {
    channel.and_then(Channel::stored).ok_or(Error::Unknown("channel of a message"))
}

/// The state of a message as kept.
pub(super) fn read_state(state: &str, problem: Option<&str>) -> Result<DeliveryState> {
    let problem = || problem.and_then(SendProblem::stored).ok_or(Error::Unknown("problem of a message"));
    Ok(match state {
        "queued" => DeliveryState::Queued,
        "claimed" => DeliveryState::Claimed,
        "taken" => DeliveryState::Taken,
        "refused" => DeliveryState::Refused(problem()?),
        "unknown" => DeliveryState::Unknown(problem()?),
        _ => return Err(Error::Unknown("state of a message")),
    })
}
