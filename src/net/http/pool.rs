//! Connection pools: one for each way of connecting, for the lifetime of the process.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::{Client, redirect, retry};
use rustls::{ClientConfig, RootCertStore};

use super::connection_gate::ConnectionGate;
use super::connector::MarkConnections;
use crate::error::Error;
use crate::net::proxy::Proxy;
use crate::net::resolver::{Resolver, Stamp};
use crate::net::tls::{SharedRoots, TrustRoots};
use crate::net::verifier::trusting_client_config;

/// Ways of connecting that are kept; a process has one, perhaps two.
const MAX_POOLS: usize = 8;

/// Calls that a batch may have under way at a time.
pub(crate) const MOST_IN_FLIGHT: usize = 256;

/// Calls that share connections of HTTP/2; further ones have their own. Servers take 100 to 128 at
/// a time, and the more there are the more begin anew when the server ends a connection.
const MOST_TOGETHER: usize = 64;

/// A way of connecting: the key of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// Whether TLS is used; the roots are loaded only then.
    pub(crate) tls: bool,
    /// PEM file with roots to trust in addition to the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// What name resolution, TCP and TLS handshake may take together.
    pub(crate) connect_timeout: Duration,
    /// Name servers; none means the system's.
    pub(crate) name_servers: Vec<SocketAddr>,
    /// What connections are made through.
    pub(crate) proxy: Option<Proxy>,
}

/// What `phpinfo()` shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections that were opened.
    pub connections_opened: u64,
    /// Requests sent to the API, with retries.
    pub calls: u64,
}

/// The pools of a process.
pub(in crate::net) struct Pools {
    roots: Rc<SharedRoots>,
    /// The most recently used one is the last.
    entries: RefCell<Vec<Entry>>,
    opened: Arc<AtomicU64>,
    calls: Cell<u64>,
    answers: Cell<u64>,
}

struct Entry {
    route: Route,
    ca_file: Option<Stamp>,
    tls: ClientConfig,
    resolver: Resolver,
    clients: Vec<PooledClient>,
}

/// Connections that calls under way share. Each holds a clone of it.
#[derive(Clone)]
pub(super) struct PooledClient {
    pub(super) client: Client,
    held: Rc<()>,
}

impl PooledClient {
    fn has_room(&self) -> bool {
        // The pool holds one itself.
        Rc::strong_count(&self.held) <= MOST_TOGETHER
    }
}

impl Entry {
    fn new(route: &Route, ca_file: Option<Stamp>, shared: &SharedRoots) -> Result<Self, Error> {
        let roots = if route.tls {
            shared.get(route.ca_file.as_deref())?
        } else {
            Arc::new(TrustRoots::only(RootCertStore::empty()))
        };
        let mut tls = trusting_client_config(roots)?;
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            route: route.clone(),
            ca_file,
            tls,
            resolver: Resolver::new(&route.name_servers)
                .with_ipv4_first(route.proxy.as_ref().is_some_and(Proxy::takes_ipv4_only)),
            clients: Vec::new(),
        })
    }
}

impl Pools {
    /// None yet. Servers are trusted by `roots`.
    pub(in crate::net) fn new(roots: Rc<SharedRoots>) -> Self {
        Self {
            roots,
            entries: RefCell::default(),
            opened: Arc::default(),
            calls: Cell::default(),
            answers: Cell::default(),
        }
    }

    /// The counters of these pools.
    pub(in crate::net) fn counters(&self) -> Counters {
        Counters {
            connections_opened: self.opened.load(Ordering::Relaxed),
            calls: self.calls.get(),
        }
    }

    /// Counts a request.
    pub(super) fn count_call(&self) {
        self.calls.set(self.calls.get() + 1);
    }

    /// Counts a response.
    pub(super) fn count_answer(&self) {
        self.answers.set(self.answers.get() + 1);
    }

    /// Responses so far.
    pub(super) fn answers(&self) -> u64 {
        self.answers.get()
    }

    /// A client of `route` that has room. The pool is made when there is none or its CA file has
    /// changed.
    pub(super) fn client(&self, route: &Route) -> Result<PooledClient, Error> {
        let ca_file = route.ca_file.as_ref().map(Stamp::of);
        let mut entries = self.entries.borrow_mut();
        let found = entries.iter().position(|entry| entry.route == *route);
        let kept = found
            .map(|at| entries.remove(at))
            .filter(|entry| entry.ca_file == ca_file);
        let mut entry = match kept {
            Some(entry) => entry,
            None => Entry::new(route, ca_file, &self.roots)?,
        };
        // The first one with room: few calls keep to one connection.
        let with_room = entry.clients.iter().find(|client| client.has_room());
        let client = if let Some(client) = with_room {
            client.clone()
        } else {
            let client = PooledClient {
                client: self.make_client(&entry)?,
                held: Rc::default(),
            };
            entry.clients.push(client.clone());
            client
        };
        if entries.len() >= MAX_POOLS {
            entries.remove(0);
        }
        entries.push(entry);
        Ok(client)
    }

    /// Drops the pool of this route. Requests in progress end on their connections.
    pub(in crate::net) fn abandon(&self, route: &Route) {
        self.entries
            .borrow_mut()
            .retain(|entry| entry.route != *route);
    }

    fn make_client(&self, entry: &Entry) -> Result<Client, Error> {
        let route = &entry.route;
        let cannot = |error: reqwest::Error| {
            let error = error.without_url();
            Error::config("tls-setup", format!("TLS cannot be set up: {error}."))
        };
        // What the environment says of proxies has been read already, where it is to be read.
        let mut builder = Client::builder().no_proxy();
        if let Some(proxy) = &route.proxy {
            builder = builder.proxy(reqwest::Proxy::all(proxy.url()).map_err(cannot)?);
        }
        builder
            .tls_backend_preconfigured(entry.tls.clone())
            .dns_resolver(entry.resolver.clone())
            .connector_layer(MarkConnections {
                opened: Arc::clone(&self.opened),
                gate: route.tls.then(ConnectionGate::default),
            })
            // Over name resolution, TCP and TLS together; TCP's share is shared out among the
            // addresses of a name, so that one which does not answer leaves time for the next.
            .connect_timeout(route.connect_timeout)
            // What is retried, and when, is decided where the deadline is known. What was not sent
            // because a pooled connection was closed is sent over another one all the same.
            .retry(retry::never())
            .redirect(redirect::Policy::none())
            .tcp_keepalive(Duration::from_secs(30))
            .pool_idle_timeout(Duration::from_secs(90))
            // As many as there are calls at a time, or each call of a batch would make its own.
            .pool_max_idle_per_host(MOST_IN_FLIGHT)
            // While a call waits, a dead connection is found out.
            .http2_keep_alive_interval(Duration::from_secs(4))
            .http2_keep_alive_timeout(Duration::from_secs(4))
            .build()
            .map_err(cannot)
    }
}

#[cfg(test)]
mod tests;
