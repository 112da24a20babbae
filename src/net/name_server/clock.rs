//! One timer for all questions. tokio wakes its own loop, which takes a system call, for each timer
//! that is due before those that it knows; and nearly every question is answered before any timer
//! is due.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::task::unconstrained;
use tokio::time::{Instant, sleep};

use super::number_hasher::NumberMap;

/// How late it may be.
const TICK: Duration = Duration::from_millis(10);

#[derive(Debug, Default)]
pub(super) struct Clock {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    alarms: NumberMap<u64, (Instant, Waker)>,
    last: u64,
    /// Whether somebody wakes those who wait.
    is_ticking: bool,
}

impl Clock {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `future` results in, unless that time comes first.
    pub(super) async fn by<F: Future>(
        self: &Arc<Self>,
        time: Instant,
        future: F,
    ) -> Option<F::Output> {
        let mut future = pin!(future);
        let alarm = Alarm::new(self);
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending if Instant::now() >= time => Poll::Ready(None),
            Poll::Pending => {
                alarm.set(time, context);
                Poll::Pending
            }
        })
        .await
    }

    /// Wakes whoever's time has come; returns whether somebody is left.
    fn ring(&self, now: Instant) -> bool {
        let mut state = self.state();
        let due = state.alarms.extract_if(|_, (time, _)| *time <= now);
        let due: Vec<Waker> = due.map(|(_, (_, waker))| waker).collect();
        state.is_ticking = !due.is_empty() || !state.alarms.is_empty();
        let is_ticking = state.is_ticking;
        drop(state);
        due.into_iter().for_each(Waker::wake);
        is_ticking
    }
}

struct Alarm<'a> {
    clock: &'a Arc<Clock>,
    key: u64,
}

impl<'a> Alarm<'a> {
    fn new(clock: &'a Arc<Clock>) -> Self {
        let mut state = clock.state();
        state.last += 1;
        let key = state.last;
        Self { clock, key }
    }

    fn set(&self, time: Instant, context: &Context<'_>) {
        let mut state = self.clock.state();
        let waker = context.waker();
        match state.alarms.get_mut(&self.key) {
            Some((_, known)) => known.clone_from(waker),
            None => {
                state.alarms.insert(self.key, (time, waker.clone()));
            }
        }
        if !state.is_ticking {
            state.is_ticking = true;
            // tokio forgets a task that it has put off when the runtime is left.
            tokio::spawn(unconstrained(tick(Arc::clone(self.clock))));
        }
    }
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        let alarm = self.clock.state().alarms.remove(&self.key);
        drop(alarm);
    }
}

async fn tick(clock: Arc<Clock>) {
    loop {
        sleep(TICK).await;
        if !clock.ring(Instant::now()) {
            return;
        }
    }
}
