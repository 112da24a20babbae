//! The per-process, fork-safe async runtime, and the state that belongs to it.
//!
//! Nothing exists before the first call. The thread that calls drives the runtime inside
//! [`Process::block_on`]; there is no other thread. So nothing watches a socket between two calls,
//! and no PHP process has threads that a fork would lose.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::thread::LocalKey;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::Error;

/// Polls within which a connection that is closed from here has said so to the server and ended.
const MOST_POLLS: usize = 16;

/// The slot for a thread's state. Never dropped, so that a process that ends, forked or not,
/// touches no socket of another one; without a destructor, so that the library can be unloaded.
pub(super) type Slot<State> = LocalKey<Cell<Option<&'static Process<State>>>>;

/// The state of one thread of one process.
pub(super) struct Process<State: 'static> {
    pid: u32,
    runtime: Runtime,
    pub(super) state: State,
    /// The state that this process inherited through a fork. Dropping it would deregister the
    /// parent's connections from the epoll instance that both share.
    _inherited: Option<&'static Self>,
}

impl<State: Default> Process<State> {
    /// The state of this thread, if there is one yet.
    pub(super) fn existing(slot: &'static Slot<State>) -> Option<&'static Self> {
        slot.get().filter(|it| it.pid == std::process::id())
    }

    /// The state of this thread for what runs in [`Self::block_on`], which knows already that it is
    /// this process's.
    pub(super) fn entered(slot: &'static Slot<State>) -> Result<&'static Self, Error> {
        match (Handle::try_current(), slot.get()) {
            (Ok(_), Some(process)) => Ok(process),
            _ => Self::current(slot),
        }
    }

    /// The state of this thread, made on first use.
    pub(super) fn current(slot: &'static Slot<State>) -> Result<&'static Self, Error> {
        if let Some(process) = Self::existing(slot) {
            return Ok(process);
        }
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                Error::transient(
                    "no-resources",
                    format!(
                        "Closte was not called: the system has no resources left ({}). Raise the \
                         limit of open files, or try again later.",
                        error.kind()
                    ),
                )
            })?;
        let pid = std::process::id();
        // Children of one parent must not draw the same jitter.
        fastrand::seed(fastrand::u64(..) ^ u64::from(pid).rotate_left(32));
        let process: &'static Self = Box::leak(Box::new(Self {
            pid,
            runtime,
            state: State::default(),
            _inherited: slot.get(),
        }));
        slot.set(Some(process));
        Ok(process)
    }

    /// Runs `future` to its end.
    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        // In its place: tokio moves what it is given, several times.
        let future = pin!(future);
        self.runtime.block_on(async move {
            notice_closed_connections().await;
            future.await
        })
    }
}

impl<State> Process<State> {
    /// Lets connections that have been dropped come to their end.
    pub(super) fn settle(&self) {
        self.runtime.block_on(async {
            for _ in 0..MOST_POLLS {
                tokio::task::yield_now().await;
            }
        });
    }
}

/// Refuses to run one future from within another.
pub(super) fn refuse_nesting() -> Result<(), Error> {
    if Handle::try_current().is_err() {
        return Ok(());
    }
    Err(Error::config(
        "re-entrant",
        "Closte was called from within a call to Closte. Make the second call after the first \
         one has come back.",
    ))
}

/// Nothing watches the sockets between two calls. One poll of the driver tells pooled connections
/// that the server has closed them; a second one lets them act on it.
async fn notice_closed_connections() {
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
}
