//! The client API's two listeners: plain and TLS.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::service::service_fn;
use rustls::ServerConfig;
use time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::call::Effect;
use crate::exchange;
use crate::fault::Kind;
use crate::gate::{Door, Gate};
use crate::journal::Entry;
use crate::net::{self, Connection, Connections};
use crate::tls::{self, Authority, Failure};
use crate::world::{self, Shared};

const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];
/// A fatal `handshake_failure` alert (RFC 8446, 6).
const ALERT: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

/// What the TLS listener may show.
struct Certificates {
    right: Arc<ServerConfig>,
    expired: Arc<ServerConfig>,
    wrong_host: Arc<ServerConfig>,
    self_signed: Arc<ServerConfig>,
}

impl Certificates {
    fn new(authority: &Authority) -> Result<Self, Failure> {
        let day = Duration::DAY;
        Ok(Self {
            right: authority
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

/// The API as it listens.
pub struct Api {
    pub plain: Gate,
    pub tls: Gate,
    pub connections: Arc<Connections>,
}

impl Api {
    pub fn listen(
        world: &Shared,
        plain: SocketAddr,
        tls: SocketAddr,
        authority: &Authority,
    ) -> Result<Self, Failure> {
        let connections = Arc::new(Connections::default());
        let certificates = Arc::new(Certificates::new(authority)?);
        let take = {
            let (world, connections) = (Arc::clone(world), Arc::clone(&connections));
            move |stream: TcpStream| {
                let Ok(connection) = connections.add(&stream, false) else {
                    return;
                };
                let (world, connections) = (Arc::clone(&world), Arc::clone(&connections));
                tokio::spawn(async move {
                    answer(&world, &connection, stream).await;
                    connections.remove(&connection);
                });
            }
        };
        let take_tls = {
            let (world, connections) = (Arc::clone(world), Arc::clone(&connections));
            move |stream: TcpStream| {
                let Ok(connection) = connections.add(&stream, true) else {
                    return;
                };
                let (world, connections) = (Arc::clone(&world), Arc::clone(&connections));
                let certificates = Arc::clone(&certificates);
                tokio::spawn(async move {
                    let secure = Box::pin(secure(&world, &connection, stream, &certificates));
                    net::unless_reset(&connection, secure).await;
                    connections.remove(&connection);
                });
            }
        };
        Ok(Self {
            plain: Gate::open(plain, take)?,
            tls: Gate::open(tls, take_tls)?,
            connections,
        })
    }

    /// Takes no connections and resets those that are open, or listens again.
    pub async fn set(&self, door: Door) -> std::io::Result<()> {
        self.plain.set(door).await?;
        self.tls.set(door).await?;
        if door != Door::Open {
            self.connections.reset_all();
        }
        Ok(())
    }
}

async fn answer<S>(world: &Shared, connection: &Arc<Connection>, stream: S)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + 'static,
{
    let service =
        service_fn(|request| exchange::handle(Arc::clone(world), Arc::clone(connection), request));
    net::serve(connection, stream, service).await;
}

async fn secure(
    world: &Shared,
    connection: &Arc<Connection>,
    mut stream: TcpStream,
    certificates: &Certificates,
) {
    let struck = strike(world, connection);
    let config = match struck {
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
        _ => &certificates.right,
    };
    // A client that does not like the certificate ends it here.
    if let Ok(stream) = TlsAcceptor::from(Arc::clone(config)).accept(stream).await {
        answer(world, connection, stream).await;
    }
}

/// Draws a TLS fault and, since no request will tell of it, writes it down.
fn strike(world: &Shared, connection: &Connection) -> Option<Kind> {
    let mut world = world::lock(world);
    let struck = world.faults.judge_connection()?;
    let entry = Entry {
        n: 0,
        time_ms: world::now_ms(),
        connection: connection.id,
        tls: true,
        http_version: None,
        method: None,
        path: String::new(),
        query: String::new(),
        key: "unknown".to_owned(),
        params: BTreeMap::new(),
        param_order: Vec::new(),
        raw_body: String::new(),
        content_type: None,
        user_agent: None,
        violations: Vec::new(),
        fault: Some(struck.to_string()),
        status: None,
        effect: Effect::None,
        answer: None,
    };
    if let Err(error) = world.journal.add(entry) {
        crate::complain(&format!("cannot write the journal: {error}"));
    }
    Some(struck)
}
