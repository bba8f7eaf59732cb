//! Threads that hash, as many as cores, with a queue that has an end (R47).
//!
//! Each worker keeps its 19 MiB block between hashes, because taking it anew costs a fifth of a hash, and gives it back after a
//! few idle seconds, so that a server at rest holds none.
use crate::passwords::argon::Kernel;
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::oneshot;

/// A worker with nothing to do for so long gives its memory back.
const IDLE: Duration = Duration::from_secs(3);

/// Derivation needs a few KiB of stack; unoptimised builds need more.
const STACK: usize = 512 * 1024;

type Job = Box<dyn FnOnce(&mut Kernel) + Send>;

/// Why work was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum PoolError {
    #[error("more passwords are being checked than this machine should; try again")]
    Busy,
    #[error("the thread that hashed stopped")]
    Lost,
}

struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    news: Condvar,
    most: usize,
}

enum Next {
    Job(Job),
    Idle,
    Closed,
}

/// The threads; they end when this is dropped.
pub(super) struct Pool(Arc<Shared>);

impl Pool {
    /// `workers` threads (at least one) and room for `waiting` jobs beside those being done.
    pub(super) fn start(workers: usize, waiting: usize) -> io::Result<Self> {
        let queue = Mutex::new(Queue { jobs: VecDeque::new(), closed: false });
        let pool = Self(Arc::new(Shared { queue, news: Condvar::new(), most: waiting }));
        for number in 0..workers.max(1) {
            let shared = Arc::clone(&pool.0);
            thread::Builder::new()
                .name(format!("argon2-{number}"))
                .stack_size(STACK)
                .spawn(move || work(&shared))?;
        }
        Ok(pool)
    }

    /// Does one piece of work on a worker, or says at once that too much is waiting.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Kernel) -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |kernel| {
            // Whoever has hung up gets no hash: closing connections early must not buy work.
            if !answer.is_closed() {
                let _ = answer.send(work(kernel));
            }
        });
        {
            let mut queue = self.0.lock();
            if queue.jobs.len() >= self.0.most {
                return Err(PoolError::Busy);
            }
            queue.jobs.push_back(job);
        }
        self.0.news.notify_one();
        answered.await.map_err(|_| PoolError::Lost)
    }

    pub(super) fn waiting(&self) -> usize {
        self.0.lock().jobs.len()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.news.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a job, at most [`IDLE`] long where there is memory to give back.
    fn next(&self, impatient: bool) -> Next {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Next::Job(job);
            }
            if queue.closed {
                return Next::Closed;
            }
            if !impatient {
                queue = self.news.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let (again, waited) = self.news.wait_timeout(queue, IDLE).unwrap_or_else(PoisonError::into_inner);
            queue = again;
            if waited.timed_out() && queue.jobs.is_empty() {
                return Next::Idle;
            }
        }
    }
}

/// Hashing takes all the processor there is. On a machine whose cores are all busy with it, what a page needs between two waits, some tens
/// of microseconds, goes first: requests that hash nothing do not queue behind those that do.
fn stand_back() {
    // On Linux this is of the calling thread alone.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(5);
}

fn work(shared: &Shared) {
    stand_back();
    let mut kernel = Kernel::new();
    loop {
        match shared.next(kernel.holds_memory()) {
            Next::Job(job) => {
                // Nothing in a job is known to panic; one that does must not cost the pool its worker.
                if catch_unwind(AssertUnwindSafe(|| job(&mut kernel))).is_err() {
                    kernel = Kernel::new();
                }
            }
            Next::Idle => kernel.rest(),
            Next::Closed => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn r47_beyond_the_queue_the_answer_is_busy_and_later_work_is_done_again() {
        let pool = Arc::new(Pool::start(1, 2).unwrap());
        let (go, gate) = mpsc::channel::<()>();
        let (started, begun) = oneshot::channel();
        let holder = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move {
                pool.run(move |_| {
                    let _ = started.send(());
                    let _ = gate.recv();
                })
                .await
            }
        });
        begun.await.unwrap();
        let mut queued: Vec<_> = (0..2).map(|n| Box::pin(pool.run(move |_| n))).collect();
        for job in &mut queued {
            assert!(futures::poll!(job).is_pending());
        }
        assert_eq!(pool.waiting(), 2);
        assert_eq!(pool.run(|_| ()).await, Err(PoolError::Busy));
        go.send(()).unwrap();
        assert_eq!(holder.await.unwrap(), Ok(()));
        assert_eq!(futures::future::join_all(queued).await, [Ok(0), Ok(1)]);
        assert_eq!(pool.run(|_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn work_nobody_waits_for_is_not_done() {
        let pool = Pool::start(1, 8).unwrap();
        let (go, gate) = mpsc::channel::<()>();
        let mut holder = Box::pin(pool.run(move |_| {
            let _ = gate.recv();
        }));
        assert!(futures::poll!(&mut holder).is_pending());
        let (done, seen) = mpsc::channel();
        let mut left = Box::pin(pool.run(move |_| done.send(()).unwrap()));
        assert!(futures::poll!(&mut left).is_pending());
        drop(left);
        go.send(()).unwrap();
        holder.await.unwrap();
        pool.run(|_| ()).await.unwrap();
        assert!(seen.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_worker_outlives_a_panic() {
        let pool = Pool::start(1, 8).unwrap();
        assert_eq!(pool.run(|_| panic!("on purpose")).await, Err::<(), _>(PoolError::Lost));
        assert_eq!(pool.run(|_| 1).await, Ok(1));
    }
}
