//! When the next provider is asked for a message that the one before did not send.
//!
//! Two things are never done: a message that may have gone out is not sent again (R8, D14), and what a provider refuses because of the
//! number or its owner is not tried past it. Who answered STOP to one sender has not asked to hear from another; a number that is no
//! mobile, out of service or blocked stays so; and a country or range that is closed against fraud at one provider must not be open
//! by way of the other (A24).
use crate::delivery::SendOutcome;

/// Whether the next provider may be asked after this.
#[must_use]
pub fn next_may_be_asked(after: SendOutcome) -> bool {
    match after {
        // It has it, or it may.
        SendOutcome::Taken | SendOutcome::Unknown(_) => false,
        SendOutcome::Refused(problem) => problem.is_the_services(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::SendProblem;

    #[test]
    fn r08_what_may_have_gone_out_is_given_to_nobody_else() {
        assert!(!next_may_be_asked(SendOutcome::Taken));
        for problem in SendProblem::ALL {
            assert!(!next_may_be_asked(SendOutcome::Unknown(problem)), "{problem:?}");
        }
    }

    #[test]
    fn another_provider_is_no_way_around_stop_a_dead_number_or_a_closed_country() {
        let passed_on: Vec<SendProblem> = SendProblem::ALL
            .into_iter()
            .filter(|problem| next_may_be_asked(SendOutcome::Refused(*problem)))
            .collect();
        let of_providers =
            [SendProblem::Unavailable, SendProblem::Wait, SendProblem::Retry, SendProblem::Late];
        assert_eq!(passed_on, of_providers);
    }
}
