//! Who makes a connection where one would do for all.
//!
//! Over HTTP/2 one connection carries all calls, but that is known only once it is there: without
//! turns, whenever there is none, as many would be made as there are calls, each with its
//! handshake.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// Polls within which those that have waited find the connection that was made.
const MOST_POLLS: usize = 16;

/// The turns of one pool.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    is_making: bool,
    last: Last,
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
pub(super) struct Turn {
    turns: Turns,
    came_of_it: Last,
}

impl Turn {
    /// The connection is there.
    pub(super) fn made(mut self, carries_all: bool) {
        self.came_of_it = if carries_all { Last::All } else { Last::One };
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.change(|state| {
            state.is_making = false;
            state.last = self.came_of_it;
        });
        self.turns.0.changed.notify_waiters();
    }
}

impl Turns {
    /// Waits while somebody else makes a connection that may do for all. `None`: nobody need wait
    /// for this one.
    pub(super) async fn take(&self) -> Result<Option<Turn>, Superseded> {
        // Before the state is read: what changes after that is heard.
        let changed = self.0.changed.notified();
        let is_mine = self.change(|state| {
            let is_mine = !state.is_making && state.last != Last::One;
            state.is_making |= is_mine;
            (is_mine, state.last)
        });
        match is_mine {
            (true, _) => {
                return Ok(Some(Turn {
                    turns: self.clone(),
                    came_of_it: Last::Nothing,
                }));
            }
            (false, Last::One) => return Ok(None),
            (false, _) => changed.await,
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

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
