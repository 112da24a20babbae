//! Tracks how connections are made.
//!
//! Three promises reqwest does not keep by itself: that `phpinfo()` counts the connections that
//! were opened, that a request whose deadline passed while its connection was being made is known
//! not to have been sent, and that a pooled connection that the server has closed does not fail a
//! call, even if the request was being sent already (hyper repeats only what it has not begun to
//! send). Everything else about connecting (its time limit, the order of addresses, the pool) is
//! reqwest's.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use crate::net::resolver::IS_LOOKING_UP;

tokio::task_local! {
    /// The request for which connections are made.
    pub(super) static REQUEST: Arc<Track>;
}

/// The connection of one request.
#[derive(Debug, Default)]
pub(super) struct Track {
    asked: AtomicBool,
    connecting: AtomicBool,
    looking_up: Arc<AtomicBool>,
}

impl Track {
    /// Whether the request uses an existing connection.
    pub(super) fn is_reused(&self) -> bool {
        !self.asked.load(Ordering::Relaxed)
    }

    /// Whether the server's name is still being looked up, or was when the time for that was over.
    pub(super) fn is_looking_up(&self) -> bool {
        self.looking_up.load(Ordering::Relaxed)
    }

    /// Whether its connection is still being made.
    pub(super) fn is_connecting(&self) -> bool {
        self.connecting.load(Ordering::Relaxed)
    }
}

/// Wraps reqwest's connector; counts connections in `opened`.
#[derive(Clone)]
pub(super) struct MarkConnections {
    pub(super) opened: Arc<AtomicU64>,
}

impl<S> Layer<S> for MarkConnections {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector {
            inner,
            opened: Arc::clone(&self.opened),
        }
    }
}

#[derive(Clone)]
pub(super) struct Connector<S> {
    inner: S,
    opened: Arc<AtomicU64>,
}

impl<S, Target> Service<Target> for Connector<S>
where
    S: Service<Target>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, target: Target) -> Self::Future {
        let request = REQUEST.try_with(Arc::clone).unwrap_or_default();
        let looking_up = Arc::clone(&request.looking_up);
        let inner = &mut self.inner;
        let connecting = IS_LOOKING_UP.sync_scope(Arc::clone(&looking_up), || inner.call(target));
        let connecting = IS_LOOKING_UP.scope(looking_up, connecting);
        let opened = Arc::clone(&self.opened);
        request.asked.store(true, Ordering::Relaxed);
        request.connecting.store(true, Ordering::Relaxed);
        Box::pin(async move {
            let result = connecting.await;
            if result.is_ok() {
                opened.fetch_add(1, Ordering::Relaxed);
            }
            request.connecting.store(false, Ordering::Relaxed);
            result
        })
    }
}
