//! Marks where connections are made.
//!
//! reqwest keeps two of our promises not by itself: that `phpinfo()` counts the connections that were opened, and that a
//! request whose deadline passed while its connection was being made is known not to have been sent. Everything else
//! about connecting (its time limit, the order of addresses, the pool, the repetition of what was not sent) is reqwest's.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    /// Whether a connection is being made for the request that is to be sent.
    pub(super) static CONNECTING: Arc<AtomicBool>;
}

/// Wraps reqwest's connector; `opened` counts.
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
        let connecting = self.inner.call(target);
        let opened = Arc::clone(&self.opened);
        let request = CONNECTING.try_with(Arc::clone).unwrap_or_default();
        request.store(true, Ordering::Relaxed);
        Box::pin(async move {
            let result = connecting.await;
            if result.is_ok() {
                opened.fetch_add(1, Ordering::Relaxed);
            }
            request.store(false, Ordering::Relaxed);
            result
        })
    }
}
