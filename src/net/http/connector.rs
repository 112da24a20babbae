//! Tracks how connections are made.
//!
//! Five promises reqwest does not keep by itself: that `phpinfo()` counts the connections that were
//! opened, that calls wait for a connection that carries many instead of making more, that a
//! request whose deadline passed while its connection was being made is known not to have been
//! sent, that the message says so where it was the server's name that took the time, and that a
//! pooled connection that the server has closed does not fail a call, even if the request was being
//! sent already (hyper repeats only what it has not begun to send). Everything else about
//! connecting (its time limit, the order of addresses, the pool) is reqwest's.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::Connection;
use tower_layer::Layer;
use tower_service::Service;

use super::connection_gate::{ConnectionGate, Superseded};
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
    body_taken: AtomicBool,
    superseded: AtomicBool,
}

impl Track {
    /// Whether the request uses an existing connection.
    pub(super) fn is_reused(&self) -> bool {
        !self.asked.load(Ordering::Relaxed)
    }

    /// Whether the server's name is still being looked up, or was when the time for that was over;
    /// see [`Track::is_connecting`].
    pub(super) fn is_looking_up(&self) -> bool {
        self.looking_up.load(Ordering::Relaxed) && !self.is_body_taken()
    }

    /// Whether its connection is still being made. One that it no longer needs may be, too: the
    /// request has then begun on another.
    pub(super) fn is_connecting(&self) -> bool {
        self.connecting.load(Ordering::Relaxed) && !self.is_body_taken()
    }

    /// Whether the connection that it waited for has been made for all calls.
    pub(super) fn is_superseded(&self) -> bool {
        self.superseded.load(Ordering::Relaxed)
    }

    /// The body is about to be sent.
    pub(super) fn body_is_taken(&self) {
        self.body_taken.store(true, Ordering::Relaxed);
    }

    /// Whether anything of the body may be on its way.
    pub(super) fn is_body_taken(&self) -> bool {
        self.body_taken.load(Ordering::Relaxed)
    }
}

/// Wraps reqwest's connector; counts connections in `opened`.
#[derive(Clone)]
pub(super) struct MarkConnections {
    pub(super) opened: Arc<AtomicU64>,
    /// Where one connection may carry all calls.
    pub(super) gate: Option<ConnectionGate>,
}

impl<S> Layer<S> for MarkConnections {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector {
            inner,
            opened: Arc::clone(&self.opened),
            gate: self.gate.clone(),
        }
    }
}

#[derive(Clone)]
pub(super) struct Connector<S> {
    inner: S,
    opened: Arc<AtomicU64>,
    gate: Option<ConnectionGate>,
}

impl<S, Target> Service<Target> for Connector<S>
where
    S: Service<Target> + Clone + Send + 'static,
    S::Response: Connection,
    S::Error: From<Superseded>,
    S::Future: Send + 'static,
    Target: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, target: Target) -> Self::Future {
        let request = REQUEST.try_with(Arc::clone).unwrap_or_default();
        let opened = Arc::clone(&self.opened);
        let gate = self.gate.clone();
        // The one that is ready; the other is asked again.
        let other = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, other);
        request.asked.store(true, Ordering::Relaxed);
        request.connecting.store(true, Ordering::Relaxed);
        Box::pin(async move {
            let permit = match gate {
                Some(gate) => gate.take().await.inspect_err(|Superseded| {
                    request.superseded.store(true, Ordering::Relaxed);
                })?,
                None => None,
            };
            let looking_up = Arc::clone(&request.looking_up);
            let connecting =
                IS_LOOKING_UP.sync_scope(Arc::clone(&looking_up), || inner.call(target));
            let result = IS_LOOKING_UP.scope(looking_up, connecting).await;
            if let Ok(connection) = &result {
                opened.fetch_add(1, Ordering::Relaxed);
                if let Some(permit) = permit {
                    permit.made(connection.connected().is_negotiated_h2());
                }
            }
            request.connecting.store(false, Ordering::Relaxed);
            result
        })
    }
}

#[cfg(test)]
mod tests;
