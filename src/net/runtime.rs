//! The per-process, fork-safe async runtime and what lives and dies with it: connection pools,
//! resolvers and counters.
//!
//! Nothing exists before the first call. The thread that calls drives the runtime inside
//! [`block_on`]; there is no other thread.

use super::{pool, tls};

use crate::error::Error;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::{Builder, Handle, Runtime};

thread_local! {
    /// Never dropped, so that a process that ends, forked or not, touches no socket of another one;
    /// without a destructor, so that the library can be unloaded.
    static PROCESS: Cell<Option<&'static Process>> = const { Cell::new(None) };
}

/// What one thread of one process has.
pub(super) struct Process {
    pid: u32,
    runtime: Runtime,
    pub(super) tally: Arc<Tally>,
    pub(super) pools: RefCell<pool::Pools>,
    pub(super) roots: RefCell<Option<tls::KeptRoots>>,
    /// What this process inherited through a fork: dropping it would deregister the parent's
    /// connections from the epoll instance that both share.
    _inherited: Option<&'static Process>,
}

/// Counters that pools share.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) opened: AtomicU64,
    pub(super) calls: AtomicU64,
}

/// What phpinfo shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections that were ever opened.
    pub connections_opened: u64,
    /// Requests sent to the API, repeated ones too.
    pub calls: u64,
}

/// Runs `future` to its end on this process's runtime, which is made on first use.
///
/// # Errors
/// `Kind::Config` (`re-entrant`) when called from within a future that it runs,
/// `Kind::Transient` (`no-resources`) when the system has nothing left for a runtime.
pub fn block_on<F: Future>(future: F) -> Result<F::Output, Error> {
    if Handle::try_current().is_ok() {
        return Err(Error::config(
            "re-entrant",
            "Closte was called from within a call to Closte. Make the second call after the first \
             one has come back.",
        ));
    }
    let process = process()?;
    let has_connected = process.tally.opened.load(Ordering::Relaxed) > 0;
    Ok(process.runtime.block_on(async move {
        if has_connected {
            notice_closed_connections().await;
        }
        future.await
    }))
}

/// Nothing watches the sockets between two calls. One turn of the driver lets pooled connections
/// hear that the server has closed them, a second one lets them act on it.
async fn notice_closed_connections() {
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
}

/// What this process did so far. Makes no runtime.
#[must_use]
pub fn counters() -> Counters {
    let Some(process) = PROCESS.get().filter(|it| it.pid == std::process::id()) else {
        return Counters::default();
    };
    Counters {
        connections_opened: process.tally.opened.load(Ordering::Relaxed),
        calls: process.tally.calls.load(Ordering::Relaxed),
    }
}

pub(super) fn process() -> Result<&'static Process, Error> {
    let pid = std::process::id();
    let inherited = PROCESS.get();
    if let Some(process) = inherited.filter(|it| it.pid == pid) {
        return Ok(process);
    }
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Error::transient(
                "no-resources",
                format!(
                    "Closte was not called: the system has no resources left ({}). Raise the limit \
                     of open files, or try again later.",
                    error.kind()
                ),
            )
        })?;
    // Children of one parent must not draw the same jitter.
    fastrand::seed(fastrand::u64(..) ^ u64::from(pid).rotate_left(32));
    let process: &'static Process = Box::leak(Box::new(Process {
        pid,
        runtime,
        tally: Arc::default(),
        pools: RefCell::default(),
        roots: RefCell::default(),
        _inherited: inherited,
    }));
    PROCESS.set(Some(process));
    Ok(process)
}

#[cfg(test)]
mod tests;
