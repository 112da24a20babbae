//! Name resolution: the hosts file, then the configured name servers or the system's, and never any other.

use crate::error::Error;
use crate::text::{REASON_MAX, VALUE_MAX, clean};
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
    ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::op::Query;
use hickory_resolver::proto::rr::{Name, RecordType};
use hickory_resolver::{Hosts, TokioResolver, system_conf};
use reqwest::dns::{self, Addrs, Resolve, Resolving};
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::MetadataExt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) const RESOLV_CONF: &str = "/etc/resolv.conf";
const HOSTS: &str = "/etc/hosts";

/// Reads `ip`, `ip:port` or `[ip6]:port`; the port is 53 unless given.
///
/// # Errors
/// `Kind::Config` with the reason `bad-resolver`.
pub fn parse_name_server(text: &str) -> Result<SocketAddr, Error> {
    let text = text.trim();
    if let Ok(ip) = IpAddr::from_str(text) {
        return Ok(SocketAddr::new(ip, 53));
    }
    let bracketed = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(Ok(ip)) = bracketed.map(IpAddr::from_str) {
        return Ok(SocketAddr::new(ip, 53));
    }
    match SocketAddr::from_str(text) {
        Ok(address) if address.port() != 0 => Ok(address),
        _ => Err(Error::config(
            "bad-resolver",
            format!(
                "The resolver “{}” is no name server's address. Give each as 192.0.2.53, \
                 192.0.2.53:5353 or [2001:db8::53]:53.",
                clean(text, VALUE_MAX)
            ),
        )),
    }
}

/// Why a name has no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ResolveError {
    /// The name does not exist, or has no address.
    NotFound,
    /// No name server gave a usable answer; why, in words.
    NoAnswer(String),
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("the name has no address"),
            Self::NoAnswer(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ResolveError {}

/// A resolver that notices when the system's configuration changes. It must be used on one runtime only.
#[derive(Clone)]
pub(super) struct Resolver {
    name_servers: Arc<[SocketAddr]>,
    current: Arc<Mutex<Option<Current>>>,
}

#[derive(Clone)]
struct Current {
    stamps: [Stamp; 2],
    resolver: TokioResolver,
    hosts: Arc<Hosts>,
}

impl Resolver {
    /// Without any, the system's.
    pub(super) fn new(name_servers: &[SocketAddr]) -> Self {
        Self {
            name_servers: name_servers.into(),
            current: Arc::default(),
        }
    }

    async fn addresses(self, host: String) -> Result<Vec<SocketAddr>, ResolveError> {
        let Current {
            resolver, hosts, ..
        } = self.up_to_date()?;
        let local = Name::from_ascii(&host)
            .ok()
            .and_then(|name| local_addresses(&hosts, &name));
        if let Some(addresses) = local {
            return Ok(shuffled(addresses));
        }
        // A name with a dot is meant in full: the search list is not for it.
        let name = if host.contains('.') && !host.ends_with('.') {
            format!("{host}.")
        } else {
            host
        };
        let found = resolver.lookup_ip(name).await.map_err(|error| {
            if error.is_nx_domain() || error.is_no_records_found() {
                ResolveError::NotFound
            } else {
                ResolveError::NoAnswer(clean(&error.to_string(), REASON_MAX))
            }
        })?;
        let addresses = shuffled(found.iter());
        if addresses.is_empty() {
            return Err(ResolveError::NotFound);
        }
        Ok(addresses)
    }

    fn up_to_date(&self) -> Result<Current, ResolveError> {
        let stamps = [Stamp::of(HOSTS), Stamp::of(RESOLV_CONF)];
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = current.as_ref()
            && current.stamps == stamps
        {
            return Ok(current.clone());
        }
        let new = Current {
            stamps,
            resolver: build(&self.name_servers)?,
            hosts: Arc::new(Hosts::from_system().unwrap_or_default()),
        };
        *current = Some(new.clone());
        Ok(new)
    }
}

/// A dead address must not be the first one of each attempt.
fn shuffled(addresses: impl IntoIterator<Item = IpAddr>) -> Vec<SocketAddr> {
    let mut addresses: Vec<SocketAddr> = addresses
        .into_iter()
        .map(|ip| SocketAddr::new(ip, 0))
        .collect();
    fastrand::shuffle(&mut addresses);
    addresses
}

/// Addresses that need no name server: those of the hosts file, and loopback for `localhost` and names under it
/// (RFC 6761).
pub(crate) fn local_addresses(hosts: &Hosts, name: &Name) -> Option<BTreeSet<IpAddr>> {
    if name
        .iter()
        .next_back()
        .is_some_and(|label| label.eq_ignore_ascii_case(b"localhost"))
    {
        return Some(BTreeSet::from([
            Ipv4Addr::LOCALHOST.into(),
            Ipv6Addr::LOCALHOST.into(),
        ]));
    }
    let addresses: BTreeSet<IpAddr> = [RecordType::A, RecordType::AAAA]
        .into_iter()
        .filter_map(|kind| hosts.lookup_static_host(&Query::query(name.clone(), kind)))
        .flat_map(|lookup| {
            lookup
                .answers()
                .iter()
                .filter_map(|record| record.data.ip_addr())
                .collect::<Vec<_>>()
        })
        .collect();
    (!addresses.is_empty()).then_some(addresses)
}

fn build(name_servers: &[SocketAddr]) -> Result<TokioResolver, ResolveError> {
    let (config, mut options) = if name_servers.is_empty() {
        system_configuration()
    } else {
        let servers = name_servers.iter().copied().map(name_server).collect();
        (
            ResolverConfig::from_parts(None, Vec::new(), servers),
            ResolverOpts::default(),
        )
    };
    options.ip_strategy = LookupIpStrategy::Ipv6AndIpv4;
    // It has been read already.
    options.use_hosts_file = ResolveHosts::Never;
    // A name server that does not answer must leave time to ask another one.
    options.timeout = options.timeout.min(Duration::from_secs(2));
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    *builder.options_mut() = options;
    builder
        .build()
        .map_err(|error| ResolveError::NoAnswer(clean(&error.to_string(), REASON_MAX)))
}

/// Without a usable resolv.conf, the name server on this machine is asked (`resolv.conf(5)`).
fn system_configuration() -> (ResolverConfig, ResolverOpts) {
    fs::read(RESOLV_CONF)
        .ok()
        .and_then(|text| system_conf::parse_resolv_conf(text).ok())
        .unwrap_or_else(|| {
            let local = name_server(SocketAddr::from((Ipv4Addr::LOCALHOST, 53)));
            (
                ResolverConfig::from_parts(None, Vec::new(), vec![local]),
                ResolverOpts::default(),
            )
        })
}

fn name_server(address: SocketAddr) -> NameServerConfig {
    let (mut udp, mut tcp) = (ConnectionConfig::udp(), ConnectionConfig::tcp());
    udp.port = address.port();
    tcp.port = address.port();
    let mut server = NameServerConfig::udp_and_tcp(address.ip());
    server.connections = vec![udp, tcp];
    server
}

/// Identifies a version of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(Option<(u64, u64, i64, i64, u64)>);

impl Stamp {
    pub(crate) fn of(path: impl AsRef<std::path::Path>) -> Self {
        Self(fs::metadata(path).ok().map(|meta| {
            (
                meta.dev(),
                meta.ino(),
                meta.mtime(),
                meta.mtime_nsec(),
                meta.size(),
            )
        }))
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: dns::Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let addresses = resolver.addresses(name.as_str().to_owned()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
