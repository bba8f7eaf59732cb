//! Requests at the same time, their steps in an order that a seed decides.
use super::SeededEntropy;
use crate::entropy::below;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A request that takes part in a race.
pub type Racer<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Runs requests to their ends: again and again one of them, drawn by `seed`, takes one step. Answers in the order of the
/// requests. The store must be racing, see [`super::Memory::set_racing`].
pub fn race<T>(racers: Vec<Racer<'_, T>>, seed: u64) -> Vec<T> {
    let entropy = SeededEntropy::new(seed);
    let mut context = Context::from_waker(Waker::noop());
    let mut running: Vec<(usize, Racer<'_, T>)> = racers.into_iter().enumerate().collect();
    let mut answers: Vec<(usize, T)> = Vec::with_capacity(running.len());
    while !running.is_empty() {
        let most = u32::try_from(running.len()).unwrap_or(u32::MAX);
        let at = usize::try_from(below(&entropy, most)).unwrap_or(0);
        let Some((place, racer)) = running.get_mut(at) else { continue };
        if let Poll::Ready(answer) = racer.as_mut().poll(&mut context) {
            answers.push((*place, answer));
            drop(running.remove(at));
        }
    }
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
