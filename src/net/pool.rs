//! Connection pools: one for each way of connecting, kept for as long as the process lives.

use super::connector::ConnectorLayer;
use super::resolver::{Resolver, Stamp};
use super::runtime::Process;
use super::tls;
use crate::error::Error;
use reqwest::{Client, redirect, retry};
use rustls::RootCertStore;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Ways of connecting that are kept; a process has one, perhaps two.
const MAX_POOLS: usize = 8;

/// What distinguishes one pool from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// Whether TLS is spoken; the roots are loaded only then.
    pub(crate) tls: bool,
    /// PEM file with roots to trust beside the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// What name resolution, TCP and TLS handshake may take together.
    pub(crate) connect_timeout: Duration,
    /// Name servers; none means the system's.
    pub(crate) name_servers: Vec<SocketAddr>,
}

/// The most recently used one is the last.
#[derive(Default)]
pub(super) struct Pools(Vec<Entry>);

struct Entry {
    route: Route,
    ca_file: Option<Stamp>,
    client: Client,
}

impl Process {
    /// The client for `route`, which is made when there is none or its CA file has changed.
    pub(super) fn client(&self, route: &Route) -> Result<Client, Error> {
        let ca_file = route.ca_file.as_ref().map(Stamp::of);
        let mut pools = self.pools.borrow_mut();
        let found = pools.0.iter().position(|entry| entry.route == *route);
        let kept = found
            .map(|at| pools.0.remove(at))
            .filter(|entry| entry.ca_file == ca_file);
        let entry = match kept {
            Some(entry) => entry,
            None => Entry {
                route: route.clone(),
                ca_file,
                client: self.make_client(route)?,
            },
        };
        let client = entry.client.clone();
        if pools.0.len() >= MAX_POOLS {
            pools.0.remove(0);
        }
        pools.0.push(entry);
        Ok(client)
    }

    /// Connections of this route are used to the end of the requests that are on them, and for no
    /// other.
    pub(super) fn abandon(&self, route: &Route) {
        self.pools
            .borrow_mut()
            .0
            .retain(|entry| entry.route != *route);
    }

    fn make_client(&self, route: &Route) -> Result<Client, Error> {
        let roots = if route.tls {
            tls::trust_roots(route.ca_file.as_deref())?
        } else {
            RootCertStore::empty()
        };
        let mut tls = tls::client_config(roots)?;
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Resolver::new(&route.name_servers))
            .connector_layer(ConnectorLayer {
                timeout: route.connect_timeout,
                tally: Arc::clone(&self.tally),
            })
            // Shared out among the addresses of a name, so that one which does not answer leaves time for the next. The
            // layer above tells better what went wrong: it ends first.
            .connect_timeout(route.connect_timeout + Duration::from_millis(100))
            // What is retried, and when, is decided where the deadline is known.
            .retry(retry::never())
            .redirect(redirect::Policy::none())
            .no_proxy()
            .tcp_keepalive(Duration::from_secs(30))
            .pool_idle_timeout(Duration::from_secs(90))
            .pool_max_idle_per_host(16)
            // While a call waits, a dead connection is found out.
            .http2_keep_alive_interval(Duration::from_secs(4))
            .http2_keep_alive_timeout(Duration::from_secs(4))
            .build()
            .map_err(|error| Error::config("tls-setup", format!("TLS cannot be set up: {error}.")))
    }
}
