//! Who makes a connection where one would do for all.
//!
//! Over HTTP/2 one connection carries all calls, but that is known only once it is there: without
//! a gate, whenever there is none, as many would be made as there are calls, each with its
//! handshake.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

/// Polls within which those that have waited find the connection that was made.
const MOST_POLLS: usize = 16;

/// After this, somebody who waits takes the permit over. Its holder may be a batch that waits for
/// PHP code, which calls Closte itself: nothing of the batch goes on until that call is done.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The gate of one pool.
#[derive(Clone, Default)]
pub(super) struct ConnectionGate(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// The number of the permit that somebody has.
    taken: Option<u64>,
    /// Permits so far.
    count: u64,
    last: Last,
}

impl State {
    fn take(&mut self) -> u64 {
        self.count += 1;
        self.taken = Some(self.count);
        self.count
    }
}

/// What came of the last connection.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    /// None was made, or not in the end.
    #[default]
    Nothing,
    /// It carries one call at a time.
    One,
    /// It carries all calls.
    All,
}

/// A connection that somebody else has made does for this one, too.
#[derive(Debug)]
pub(super) struct Superseded;

impl fmt::Display for Superseded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another connection was made")
    }
}

impl std::error::Error for Superseded {}

/// The right to make a connection; given back when it is dropped.
pub(super) struct ConnectionPermit {
    gate: ConnectionGate,
    number: u64,
    came_of_it: Last,
}

impl ConnectionPermit {
    /// The connection is there.
    pub(super) fn made(mut self, carries_all: bool) {
        self.came_of_it = if carries_all { Last::All } else { Last::One };
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let is_news = self.gate.change(|state| {
            let is_mine = state.taken == Some(self.number);
            if is_mine {
                state.taken = None;
            }
            let is_news = is_mine || self.came_of_it != Last::Nothing;
            if is_news {
                state.last = self.came_of_it;
            }
            is_news
        });
        if is_news {
            self.gate.0.changed.notify_waiters();
        }
    }
}

impl ConnectionGate {
    /// Waits while somebody else makes a connection that may do for all. `None`: nobody need wait
    /// for this one.
    pub(super) async fn take(&self) -> Result<Option<ConnectionPermit>, Superseded> {
        loop {
            // Before the state is read: what changes after that is heard.
            let changed = self.0.changed.notified();
            let (mine, theirs, last) = self.change(|state| {
                let theirs = state.taken;
                let is_mine = theirs.is_none() && state.last != Last::One;
                (is_mine.then(|| state.take()), theirs, state.last)
            });
            if mine.is_some() {
                return Ok(mine.map(|number| self.permit(number)));
            }
            if last == Last::One {
                return Ok(None);
            }
            if timeout(LONGEST_WAIT, changed).await.is_ok() {
                break;
            }
            let mine = self.change(|state| (state.taken == theirs).then(|| state.take()));
            if mine.is_some() {
                return Ok(mine.map(|number| self.permit(number)));
            }
        }
        if self.change(|state| state.last) != Last::All {
            return Ok(None);
        }
        // The pool hands it to this call, too, and then nobody waits for what this returns.
        for _ in 0..MOST_POLLS {
            tokio::task::yield_now().await;
        }
        Err(Superseded)
    }

    fn permit(&self, number: u64) -> ConnectionPermit {
        ConnectionPermit {
            gate: self.clone(),
            number,
            came_of_it: Last::Nothing,
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
