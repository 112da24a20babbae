//! Whom questions are asked of.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hickory_resolver::config::NameServerConfig;
use hickory_resolver::system_conf::parse_resolv_conf;

use crate::dns::options::DNS_PORT;
use crate::error::Error;
use crate::net::{RESOLV_CONF, Stamp, parse_name_server};

/// Those that were named, or the system's, which change when its configuration does.
#[derive(Debug)]
pub(in crate::dns) enum Resolvers {
    Named(Arc<[SocketAddr]>),
    System {
        path: PathBuf,
        read: Mutex<Option<(Stamp, Arc<[SocketAddr]>)>>,
    },
}

impl Resolvers {
    /// # Errors
    /// `Kind::Config` when one of `named` is no address.
    pub fn new(named: &[String]) -> Result<Self, Error> {
        if named.is_empty() {
            return Ok(Self::system(RESOLV_CONF));
        }
        let named: Result<Vec<_>, _> = named.iter().map(|text| parse_name_server(text)).collect();
        Ok(Self::Named(named?.into()))
    }

    fn system(path: impl Into<PathBuf>) -> Self {
        Self::System {
            path: path.into(),
            read: Mutex::new(None),
        }
    }

    /// Those of this moment. None at all where the system's cannot be read: then nobody can be asked, which says nothing
    /// about a domain.
    pub fn now(&self) -> Arc<[SocketAddr]> {
        match self {
            Self::Named(named) => Arc::clone(named),
            Self::System { path, read } => {
                let stamp = Stamp::of(path);
                let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
                match &*read {
                    Some((then, resolvers)) if *then == stamp => Arc::clone(resolvers),
                    _ => {
                        let resolvers: Arc<[SocketAddr]> = read_system(path).into();
                        *read = Some((stamp, Arc::clone(&resolvers)));
                        resolvers
                    }
                }
            }
        }
    }
}

fn read_system(path: &Path) -> Vec<SocketAddr> {
    let Some((config, _)) = std::fs::read(path)
        .ok()
        .and_then(|text| parse_resolv_conf(text).ok())
    else {
        return Vec::new();
    };
    let mut resolvers: Vec<SocketAddr> =
        config.name_servers().iter().map(first_connection).collect();
    resolvers.sort_unstable();
    resolvers.dedup();
    resolvers
}

fn first_connection(server: &NameServerConfig) -> SocketAddr {
    let port = server
        .connections
        .first()
        .map_or(DNS_PORT, |connection| connection.port);
    SocketAddr::new(server.ip, port)
}

#[cfg(test)]
mod tests;
