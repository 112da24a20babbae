//! Whom questions are asked of.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hickory_resolver::config::NameServerConfig;
use hickory_resolver::system_conf::parse_resolv_conf;

use super::options::DNS_PORT;
use crate::error::Error;
use crate::runtime::{RESOLV_CONF, Stamp, parse_name_server};

/// Those that were named, or the system's, which change when its configuration does.
#[derive(Debug)]
pub(super) enum Resolvers {
    Named(Arc<[SocketAddr]>),
    System {
        path: PathBuf,
        read: Mutex<Option<(Stamp, Arc<[SocketAddr]>)>>,
    },
}

impl Resolvers {
    /// # Errors
    /// [`Error::Config`] when one of `named` is no address.
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
mod tests {
    use super::*;

    #[test]
    fn the_systems_change_with_its_configuration() {
        let path = std::env::temp_dir().join(format!("closte-resolv-{}", std::process::id()));
        let resolvers = Resolvers::system(&path);
        let texts = |resolvers: &Resolvers| -> Vec<String> {
            resolvers.now().iter().map(ToString::to_string).collect()
        };
        assert!(texts(&resolvers).is_empty());
        std::fs::write(&path, "nameserver 192.0.2.1\n").unwrap();
        assert_eq!(texts(&resolvers), ["192.0.2.1:53"]);
        std::fs::write(&path, "nameserver 192.0.2.1\nnameserver 2001:db8::1\n").unwrap();
        assert_eq!(texts(&resolvers), ["192.0.2.1:53", "[2001:db8::1]:53"]);
        std::fs::remove_file(&path).unwrap();
        assert!(texts(&resolvers).is_empty());
    }

    #[test]
    fn those_that_are_named_stay() {
        let named = Resolvers::new(&["192.0.2.1:5353".to_owned()]).unwrap();
        assert_eq!(*named.now(), ["192.0.2.1:5353".parse().unwrap()]);
        let error = Resolvers::new(&["resolver.example".to_owned()]).unwrap_err();
        assert_eq!(error.reason(), "bad-resolver");
    }
}
