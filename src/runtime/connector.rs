//! Makes connections within one time limit, tells apart why one could not be made, and counts them.

use super::Tally;
use super::resolver::{ResolveError, Resolver};
use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tower_service::Service;

type BoxError = Box<dyn StdError + Send + Sync>;
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

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

/// Counts the requests that a connection was used for.
#[derive(Debug, Clone, Default)]
pub(super) struct Uses(Arc<AtomicU64>);

impl Uses {
    /// Whether this is not the first request on the connection.
    pub(super) fn count_one(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) > 0
    }
}

#[derive(Clone)]
pub(super) struct Connector {
    https: HttpsConnector<HttpConnector<Resolver>>,
    timeout: Duration,
    tally: Arc<Tally>,
}

impl Connector {
    pub(super) fn new(
        tls: ClientConfig,
        resolver: Resolver,
        timeout: Duration,
        tally: Arc<Tally>,
    ) -> Self {
        let mut http = HttpConnector::new_with_resolver(resolver);
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_keepalive(Some(Duration::from_secs(30)));
        // Each address gets its share of this, so that a dead one does not use it all up.
        http.set_connect_timeout(Some(timeout));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(http);
        Self {
            https,
            timeout,
            tally,
        }
    }
}

impl Service<Uri> for Connector {
    type Response = Counted;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Counted, ConnectError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        self.https
            .poll_ready(context)
            .map_err(|error| describe(&error))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.https.call(uri);
        let timeout = self.timeout;
        let tally = Arc::clone(&self.tally);
        Box::pin(async move {
            match tokio::time::timeout(timeout, connecting).await {
                Ok(Ok(stream)) => Ok(Counted::new(stream, tally)),
                Ok(Err(error)) => Err(describe(&error)),
                Err(_) => Err(ConnectError::TimedOut(timeout)),
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

/// A connection that is counted while it is open.
pub(super) struct Counted {
    stream: Stream,
    uses: Uses,
    tally: Arc<Tally>,
}

impl Counted {
    fn new(stream: Stream, tally: Arc<Tally>) -> Self {
        tally.open.fetch_add(1, Ordering::Relaxed);
        tally.opened.fetch_add(1, Ordering::Relaxed);
        Self {
            stream,
            uses: Uses::default(),
            tally,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.tally.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Connection for Counted {
    fn connected(&self) -> Connected {
        self.stream.connected().extra(self.uses.clone())
    }
}

impl Read for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
}
