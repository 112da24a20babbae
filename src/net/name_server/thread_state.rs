//! What a thread keeps between questions.

use std::cell::Cell;
use std::sync::Arc;

use tokio::runtime::{Handle, Id};

use super::clock::Clock;
use super::known_servers::KnownServers;
use super::sockets::Sockets;

/// Never dropped, and without a destructor, as the runtime's own state: a child must not touch the
/// sockets that it inherited through a fork, and the library can be unloaded.
#[derive(Debug)]
pub(super) struct ThreadState {
    /// Sockets are of use only with the runtime that they were opened for. A child has another one.
    runtime: Id,
    pub(super) known_servers: Arc<KnownServers>,
    pub(super) sockets: Arc<Sockets>,
    pub(super) clock: Arc<Clock>,
    /// The parent's, so that leak checkers see that it is not lost.
    _inherited: Option<&'static Self>,
}

thread_local! {
    static STATE: Cell<Option<&'static ThreadState>> = const { Cell::new(None) };
}

impl ThreadState {
    /// The state of this thread, or none outside of a runtime.
    pub(super) fn current() -> Option<&'static Self> {
        let runtime = Handle::try_current().ok()?.id();
        let before = STATE.get();
        if let Some(state) = before.filter(|state| state.runtime == runtime) {
            return Some(state);
        }
        let known_servers =
            before.map_or_else(Arc::default, |before| Arc::clone(&before.known_servers));
        let state: &'static Self = Box::leak(Box::new(Self {
            runtime,
            sockets: Arc::new(Sockets::new(Arc::clone(&known_servers))),
            known_servers,
            clock: Arc::default(),
            _inherited: before,
        }));
        STATE.set(Some(state));
        Some(state)
    }

    /// What was learnt about name servers, also outside of a runtime.
    pub(super) fn known_servers() -> Option<Arc<KnownServers>> {
        STATE.get().map(|state| Arc::clone(&state.known_servers))
    }
}
