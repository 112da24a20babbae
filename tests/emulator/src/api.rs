//! The client API's two listeners: plain HTTP and TLS.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::service::service_fn;
use rustls::ServerConfig;
use time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::BoxError;
use crate::call::Effect;
use crate::exchange;
use crate::fault::Kind;
use crate::going_away::GoingAway;
use crate::journal::Entry;
use crate::listener::{Listener, Mode};
use crate::net::{self, Connection, Connections};
use crate::state::{self, Shared};
use crate::tls::{self, Authority};

const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];
/// A fatal `handshake_failure` alert (RFC 8446, 6).
const ALERT: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

/// The certificates that the TLS listener can present.
struct Certificates {
    valid: Arc<ServerConfig>,
    expired: Arc<ServerConfig>,
    wrong_host: Arc<ServerConfig>,
    self_signed: Arc<ServerConfig>,
}

impl Certificates {
    fn new(authority: &Authority) -> Result<Self, BoxError> {
        let day = Duration::DAY;
        Ok(Self {
            valid: authority
                .certificate(&NAMES, -day, day * 90)?
                .server(&ALPN)?,
            expired: authority
                .certificate(&NAMES, -day * 90, -day)?
                .server(&ALPN)?,
            wrong_host: authority
                .certificate(&["elsewhere.example"], -day, day * 90)?
                .server(&ALPN)?,
            self_signed: tls::self_signed(&NAMES)?.server(&ALPN)?,
        })
    }
}

/// The running API.
pub struct Api {
    pub plain: Listener,
    pub tls: Listener,
    pub connections: Arc<Connections>,
}

impl Api {
    pub fn listen(
        state: &Shared,
        plain: SocketAddr,
        tls: SocketAddr,
        authority: &Authority,
    ) -> Result<Self, BoxError> {
        let connections = Arc::new(Connections::default());
        let certificates = Arc::new(Certificates::new(authority)?);
        let take = {
            let (state, connections) = (Arc::clone(state), Arc::clone(&connections));
            move |stream: TcpStream| {
                let Ok(connection) = connections.add(&stream, false) else {
                    return;
                };
                let (state, connections) = (Arc::clone(&state), Arc::clone(&connections));
                tokio::spawn(async move {
                    answer(&state, &connection, stream).await;
                    connections.remove(&connection);
                });
            }
        };
        let take_tls = {
            let (state, connections) = (Arc::clone(state), Arc::clone(&connections));
            move |stream: TcpStream| {
                let Ok(connection) = connections.add(&stream, true) else {
                    return;
                };
                let (state, connections) = (Arc::clone(&state), Arc::clone(&connections));
                let certificates = Arc::clone(&certificates);
                tokio::spawn(async move {
                    let secure = Box::pin(secure(&state, &connection, stream, &certificates));
                    net::unless_reset(&connection, secure).await;
                    connections.remove(&connection);
                });
            }
        };
        Ok(Self {
            plain: Listener::open(plain, take)?,
            tls: Listener::open(tls, take_tls)?,
            connections,
        })
    }

    /// Changes the mode of both listeners; resets open connections unless they accept new ones.
    pub async fn set(&self, mode: Mode) -> std::io::Result<()> {
        self.plain.set(mode).await?;
        self.tls.set(mode).await?;
        if mode != Mode::Accepting {
            self.connections.reset_all();
        }
        Ok(())
    }
}

async fn answer<S>(state: &Shared, connection: &Arc<Connection>, stream: S)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + 'static,
{
    let draw = {
        let state = Arc::clone(state);
        move || state::lock(&state).faults.decide_stream()
    };
    let stream = GoingAway::new(stream, draw);
    let service =
        service_fn(|request| exchange::handle(Arc::clone(state), Arc::clone(connection), request));
    net::serve(connection, stream, service).await;
}

async fn secure(
    state: &Shared,
    connection: &Arc<Connection>,
    mut stream: TcpStream,
    certificates: &Certificates,
) {
    let fault = draw_fault(state, connection);
    let config = match fault {
        Some(Kind::TlsHang) => return std::future::pending().await,
        Some(Kind::TlsHandshake) => {
            let mut hello = [0; 4096];
            if stream.read(&mut hello).await.is_ok() && stream.write_all(&ALERT).await.is_ok() {
                let _ = stream.shutdown().await;
            }
            return;
        }
        Some(Kind::TlsExpired) => &certificates.expired,
        Some(Kind::TlsWrongHost) => &certificates.wrong_host,
        Some(Kind::TlsSelfSigned) => &certificates.self_signed,
        _ => &certificates.valid,
    };
    // A client that rejects the certificate closes the connection here.
    if let Ok(stream) = TlsAcceptor::from(Arc::clone(config)).accept(stream).await {
        answer(state, connection, stream).await;
    }
}

/// Draws a TLS fault and adds a journal entry for it, since no request follows.
fn draw_fault(state: &Shared, connection: &Connection) -> Option<Kind> {
    let mut state = state::lock(state);
    let fault = state.faults.decide_connection()?;
    let entry = Entry {
        n: 0,
        time_ms: state::now_ms(),
        connection: connection.id,
        tls: true,
        http_version: None,
        method: None,
        via: None,
        path: String::new(),
        query: String::new(),
        key: "unknown".to_owned(),
        params: BTreeMap::new(),
        param_order: Vec::new(),
        raw_body: String::new(),
        content_type: None,
        user_agent: None,
        violations: Vec::new(),
        fault: Some(fault.to_string()),
        status: None,
        effect: Effect::None,
        answer: None,
    };
    if let Err(error) = state.journal.add(entry) {
        crate::complain(&format!("cannot write the journal: {error}"));
    }
    Some(fault)
}
