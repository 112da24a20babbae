//! Which rows of a batch are under way, and which wait for their next step.

use std::collections::VecDeque;
use std::pin::pin;
use std::task::Context;

use tokio::task::yield_now;

use super::observation::Step;

/// Rows that are checked at the same time in any case.
const FIRST: usize = 32;
/// Further ones that begin each time that there is nothing else to do.
const FURTHER: usize = 16;
/// So often in a row nothing has come: what has arrived is noticed by the first time, and read by
/// the second.
const IDLE: u32 = 2;

/// Two, so that a slow API does not hold up the probes.
pub(super) struct StepQueues {
    calls: StepQueue,
    pub(super) probes: StepQueue,
}

impl StepQueues {
    /// At most so many `calls` and `probes` are under way at the same time.
    pub(super) fn new(calls: usize, probes: usize) -> Self {
        Self {
            calls: StepQueue::new(calls, calls),
            probes: StepQueue::new(FIRST, probes),
        }
    }

    pub(super) fn of(&mut self, step: Step) -> &mut StepQueue {
        if step.is_call() {
            &mut self.calls
        } else {
            &mut self.probes
        }
    }

    /// The next row, if there is room for it.
    pub(super) fn next(&mut self) -> Option<(usize, Step)> {
        self.calls.next().or_else(|| self.probes.next())
    }

    /// Those that wait still.
    pub(super) fn left(self) -> impl Iterator<Item = usize> {
        let Self { calls, probes } = self;
        let waiting = calls.removals.into_iter().chain(calls.waiting);
        waiting.chain(probes.waiting).map(|(index, _)| index)
    }
}

/// Rows, by index, that wait for their next step, and the number of those in progress.
///
/// As long as there is something to do for those in progress, further ones would only wait for it,
/// and what they need meanwhile would no longer fit into the processor's caches: it takes as many
/// as it needs to be busy, which depends on how long servers take.
pub(super) struct StepQueue {
    /// Go first: each was confirmed when it was handed over, and what is confirmed grows old.
    removals: VecDeque<(usize, Step)>,
    waiting: VecDeque<(usize, Step)>,
    running: usize,
    /// How many may run for now.
    room: usize,
    first: usize,
    most: usize,
    idle: u32,
}

impl StepQueue {
    fn new(first: usize, most: usize) -> Self {
        Self {
            removals: VecDeque::new(),
            waiting: VecDeque::new(),
            running: 0,
            room: first,
            first,
            most,
            idle: 0,
        }
    }

    pub(super) fn push_back(&mut self, index: usize, step: Step) {
        let queue = match step {
            Step::Remove => &mut self.removals,
            _ => &mut self.waiting,
        };
        queue.push_back((index, step));
    }

    pub(super) fn push_front(&mut self, index: usize, step: Step) {
        self.waiting.push_front((index, step));
    }

    fn next(&mut self) -> Option<(usize, Step)> {
        if self.running >= self.room {
            return None;
        }
        let row = self.removals.pop_front();
        let row = row.or_else(|| self.waiting.pop_front())?;
        self.running += 1;
        Some(row)
    }

    /// One of those in progress has ended.
    pub(super) fn ended(&mut self) {
        self.running -= 1;
        self.room = self.running.max(self.first);
    }

    /// Whether there is room for further rows, because there is nothing to do for those in
    /// progress: none of them `has_worked`. Has itself asked again where that is not known yet.
    pub(super) fn makes_room(&mut self, has_worked: bool, context: &mut Context<'_>) -> bool {
        if self.waiting.is_empty() || self.running >= self.most {
            self.idle = 0;
            return false;
        }
        self.idle = if has_worked { 0 } else { self.idle + 1 };
        if self.idle >= IDLE {
            self.idle = 0;
            self.room = (self.running + FURTHER).min(self.most);
            return true;
        }
        // Lets others go first, and the runtime look at its sockets.
        let _ = pin!(yield_now()).poll(context);
        false
    }
}

#[cfg(test)]
mod tests;
