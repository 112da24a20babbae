//! Connection pools: one for each way of connecting, kept for as long as the process lives.

use super::connector::Connector;
use super::resolver::{Resolver, Stamp};
use super::{Process, tls};
use crate::error::Error;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
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

pub(super) type Pool = Client<Connector, Full<Bytes>>;

/// The most recently used one is the last.
#[derive(Default)]
pub(super) struct Pools(Vec<Entry>);

struct Entry {
    route: Route,
    ca_file: Option<Stamp>,
    pool: Pool,
}

impl Process {
    /// The pool for `route`, which is made when there is none or its CA file has changed.
    pub(super) fn pool(&self, route: &Route) -> Result<Pool, Error> {
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
                pool: self.make_pool(route)?,
            },
        };
        let pool = entry.pool.clone();
        if pools.0.len() >= MAX_POOLS {
            pools.0.remove(0);
        }
        pools.0.push(entry);
        Ok(pool)
    }

    fn make_pool(&self, route: &Route) -> Result<Pool, Error> {
        let roots = if route.tls {
            tls::trust_roots(route.ca_file.as_deref())?
        } else {
            RootCertStore::empty()
        };
        let connector = Connector::new(
            tls::client_config(roots)?,
            Resolver::new(&route.name_servers),
            route.connect_timeout,
            Arc::clone(&self.tally),
        );
        Ok(Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(90))
            .pool_max_idle_per_host(16)
            // While a call waits, a dead connection is found out.
            .http2_keep_alive_interval(Duration::from_secs(4))
            .http2_keep_alive_timeout(Duration::from_secs(4))
            .build(connector))
    }
}
