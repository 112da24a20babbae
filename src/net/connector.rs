//! Watches connections being made: within one time limit, counted, and with the reason where none
//! could be.

use super::resolver::ResolveError;
use super::runtime::Tally;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tower_layer::Layer;
use tower_service::Service;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ConnectError {
    /// The host name has no address.
    NameNotFound,
    /// No name server gave an answer; why, in words.
    NameNotResolved(String),
    /// Nothing accepts connections there.
    Refused,
    /// The connection failed in another way, in words.
    Failed(String),
    /// It took longer than allowed.
    TimedOut(Duration),
    /// The TLS handshake failed, in words.
    Tls(String),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl StdError for ConnectError {}

tokio::task_local! {
    /// The request for which connections are made.
    pub(super) static REQUEST: Arc<Track>;
}

/// What became of the connection that one request asked for.
#[derive(Debug, Default)]
pub(super) struct Track {
    asked: AtomicBool,
    made: AtomicBool,
}

impl Track {
    /// Whether the request found a connection that was there already.
    pub(super) fn reused(&self) -> bool {
        !self.asked.load(Ordering::Relaxed)
    }

    /// Whether there was a connection to send the request over.
    pub(super) fn had_connection(&self) -> bool {
        self.reused() || self.made.load(Ordering::Relaxed)
    }
}

/// Puts one time limit over name resolution, TCP and TLS, and tells errors apart.
#[derive(Clone)]
pub(super) struct ConnectorLayer {
    pub(super) timeout: Duration,
    pub(super) tally: Arc<Tally>,
}

impl<S> Layer<S> for ConnectorLayer {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector {
            inner,
            layer: self.clone(),
        }
    }
}

#[derive(Clone)]
pub(super) struct Connector<S> {
    inner: S,
    layer: ConnectorLayer,
}

impl<S, Target> Service<Target> for Connector<S>
where
    S: Service<Target, Error = BoxError>,
    S::Future: Send + 'static,
    S::Response: 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, target: Target) -> Self::Future {
        let connecting = self.inner.call(target);
        let ConnectorLayer { timeout, tally } = self.layer.clone();
        let request = REQUEST.try_with(Arc::clone).unwrap_or_default();
        request.asked.store(true, Ordering::Relaxed);
        Box::pin(async move {
            match tokio::time::timeout(timeout, connecting).await {
                Ok(Ok(connection)) => {
                    tally.opened.fetch_add(1, Ordering::Relaxed);
                    request.made.store(true, Ordering::Relaxed);
                    Ok(connection)
                }
                Ok(Err(error)) => Err(describe(&error).into()),
                Err(_) => Err(ConnectError::TimedOut(timeout).into()),
            }
        })
    }
}

fn describe(error: &BoxError) -> ConnectError {
    let tls_stage = error.downcast_ref::<io::Error>();
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error.as_ref());
    let mut last = String::new();
    while let Some(link) = cause {
        if let Some(resolve) = link.downcast_ref::<ResolveError>() {
            return match resolve {
                ResolveError::NotFound => ConnectError::NameNotFound,
                ResolveError::NoAnswer(why) => ConnectError::NameNotResolved(why.clone()),
            };
        }
        if tls_stage.is_none()
            && let Some(io) = link.downcast_ref::<io::Error>()
        {
            return match io.kind() {
                io::ErrorKind::ConnectionRefused => ConnectError::Refused,
                kind => ConnectError::Failed(kind.to_string()),
            };
        }
        last = link.to_string();
        cause = link.source();
    }
    match tls_stage {
        Some(handshake) => ConnectError::Tls(describe_handshake(handshake)),
        None => ConnectError::Failed(last),
    }
}

/// Why a handshake failed, in words for people where it is the certificate.
fn describe_handshake(error: &io::Error) -> String {
    let mut error = error;
    loop {
        let Some(inner) = error.get_ref() else {
            return error.kind().to_string();
        };
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return describe_tls(tls);
        }
        let Some(nested) = inner.downcast_ref::<io::Error>() else {
            return inner.to_string();
        };
        error = nested;
    }
}

fn describe_tls(error: &rustls::Error) -> String {
    use rustls::CertificateError as Certificate;
    let why = match error {
        rustls::Error::InvalidCertificate(why) => why,
        rustls::Error::AlertReceived(alert) => return format!("it answered with {alert:?}"),
        other => return other.to_string(),
    };
    match why {
        Certificate::Expired | Certificate::ExpiredContext { .. } => "its certificate has expired",
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
            "its certificate is not valid yet"
        }
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
            "its certificate is for another name"
        }
        Certificate::UnknownIssuer => "its certificate is from an unknown authority",
        Certificate::Revoked => "its certificate has been revoked",
        _ => "its certificate cannot be verified",
    }
    .to_owned()
}
