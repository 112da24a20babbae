//! Name resolution: the hosts file, then the configured name servers or the system's, and never any
//! other.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::Hosts;
use hickory_resolver::proto::op::Query;
use hickory_resolver::proto::rr::{Name, RecordType};
use reqwest::dns::{self, Addrs, Resolve, Resolving};
use tokio::time::Instant;

use super::name_server::DnsClient;
use super::resolv_conf::{self, ResolvConf};
use crate::error::Error;
use crate::text::{VALUE_MAX, clean};

const HOSTS: &str = "/etc/hosts";
const RESOLV_CONF: &str = "/etc/resolv.conf";
/// A name is given up after this long: one name server that is silent leaves time to ask the next
/// one.
const LONGEST_LOOKUP: Duration = Duration::from_secs(4);

tokio::task_local! {
    /// Whether the name of a connection that is being made is being looked up.
    pub(super) static IS_LOOKING_UP: Arc<AtomicBool>;
}

/// The hosts file. A byte that is no UTF-8, in a comment for instance, does not spoil the rest.
fn system_hosts() -> Hosts {
    let mut hosts = Hosts::default();
    if let Ok(bytes) = std::fs::read(HOSTS) {
        // Reading from memory cannot fail, and a line that cannot be read is left out.
        let _ = hosts.read_hosts_conf(String::from_utf8_lossy(&bytes).as_bytes());
    }
    hosts
}

/// Reads `ip`, `ip:port` or `[ip6]:port`; the port is 53 unless given.
///
/// # Errors
/// `Kind::Config` with the reason `bad-resolver`.
pub fn parse_name_server(text: &str) -> Result<SocketAddr, Error> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    if let Some(address) = resolv_conf::address(bare) {
        return Ok(address);
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

/// Name servers: those that were named, or the system's, which change when its configuration does.
#[derive(Debug)]
pub(crate) enum NameServers {
    Named(Arc<NameServerList>),
    System {
        path: PathBuf,
        read: Mutex<Option<(Stamp, Arc<NameServerList>)>>,
    },
}

/// The name servers of one moment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NameServerList {
    /// At least one.
    pub(crate) servers: Vec<SocketAddr>,
    /// Nobody named any: the one on this machine is asked (`resolv.conf(5)`).
    pub(crate) is_fallback: bool,
    /// What a name without a dot is completed with, in order.
    search: Vec<Name>,
}

impl NameServers {
    /// Without any, the system's.
    pub(crate) fn new(named: &[SocketAddr]) -> Self {
        if named.is_empty() {
            return Self::system(RESOLV_CONF);
        }
        Self::Named(Arc::new(NameServerList {
            servers: named.to_vec(),
            is_fallback: false,
            search: Vec::new(),
        }))
    }

    fn system(path: impl Into<PathBuf>) -> Self {
        Self::System {
            path: path.into(),
            read: Mutex::new(None),
        }
    }

    /// Those of this moment.
    pub(crate) fn now(&self) -> Arc<NameServerList> {
        match self {
            Self::Named(named) => Arc::clone(named),
            Self::System { path, read } => {
                let stamp = Stamp::of(path);
                let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
                match &*read {
                    Some((then, list)) if *then == stamp => Arc::clone(list),
                    _ => {
                        let conf = resolv_conf::parse(&fs::read(path).unwrap_or_default());
                        let list = Arc::new(NameServerList::from(conf));
                        *read = Some((stamp, Arc::clone(&list)));
                        list
                    }
                }
            }
        }
    }
}

impl From<ResolvConf> for NameServerList {
    fn from(conf: ResolvConf) -> Self {
        Self {
            servers: conf.servers,
            is_fallback: conf.is_fallback,
            search: conf.search,
        }
    }
}

impl NameServerList {
    /// Whom was asked in vain, for a message.
    fn in_words(&self) -> String {
        let servers: Vec<String> = self
            .servers
            .iter()
            .map(|server| server.ip().to_string())
            .collect();
        let servers = servers.join(", ");
        if self.is_fallback {
            format!("{RESOLV_CONF} names no name server that can be read, so {servers} was asked")
        } else {
            servers
        }
    }
}

/// Resolves the API's host name. Sockets, and what is learnt of name servers, are the thread's.
#[derive(Clone)]
pub(super) struct Resolver {
    name_servers: Arc<NameServers>,
    client: Arc<DnsClient>,
    prefers_ipv4: bool,
}

impl Resolver {
    /// Without any, the system's.
    pub(super) fn new(name_servers: &[SocketAddr]) -> Self {
        Self {
            name_servers: Arc::new(NameServers::new(name_servers)),
            client: Arc::default(),
            prefers_ipv4: false,
        }
    }

    /// The same with a name's IPv4 addresses first: for a caller that takes the first address and
    /// can use no other kind.
    pub(super) fn with_ipv4_first(mut self, prefers_ipv4: bool) -> Self {
        self.prefers_ipv4 = prefers_ipv4;
        self
    }

    async fn addresses(self, host: String) -> Result<Vec<SocketAddr>, ResolveError> {
        self.addresses_with(&system_hosts(), &host).await
    }

    async fn addresses_with(
        self,
        hosts: &Hosts,
        host: &str,
    ) -> Result<Vec<SocketAddr>, ResolveError> {
        // hyper connects to an address without asking here, reqwest's SOCKS client asks.
        if let Some(address) = literal_address(host) {
            return Ok(vec![SocketAddr::new(address, 0)]);
        }
        let local = Name::from_ascii(host)
            .ok()
            .and_then(|name| local_addresses(hosts, &name));
        if let Some(addresses) = local {
            return Ok(self.in_order(addresses));
        }
        let list = self.name_servers.now();
        let deadline = Instant::now() + LONGEST_LOOKUP;
        let mut failure = None;
        for name in candidates(host, &list.search) {
            match self
                .client
                .addresses_to_connect(&list.servers, &name, deadline)
                .await
            {
                Ok(found) if found.is_empty() => {}
                Ok(found) => return Ok(self.in_order(found)),
                // One search domain that cannot be asked does not end the look-up: the C library
                // goes on, too.
                Err(error) => failure = Some(format!("{}: {error}", list.in_words())),
            }
        }
        Err(failure.map_or(ResolveError::NotFound, ResolveError::NoAnswer))
    }

    /// Shuffled: a dead address must not be the first one of each attempt.
    fn in_order(&self, addresses: BTreeSet<IpAddr>) -> Vec<SocketAddr> {
        let mut addresses: Vec<SocketAddr> = addresses
            .into_iter()
            .map(|ip| SocketAddr::new(ip, 0))
            .collect();
        fastrand::shuffle(&mut addresses);
        if self.prefers_ipv4 {
            addresses.sort_by_key(SocketAddr::is_ipv6);
        }
        addresses
    }
}

/// The address that a URL's host is; of IPv6, in brackets.
fn literal_address(host: &str) -> Option<IpAddr> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

/// The full names that `host` may mean. One with a dot is meant in full: the search list is not for
/// it.
fn candidates(host: &str, search: &[Name]) -> Vec<Name> {
    let Ok(mut name) = Name::from_ascii(host) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    if !host.contains('.') {
        names.extend(
            search
                .iter()
                .filter_map(|domain| name.clone().append_domain(domain).ok()),
        );
    }
    name.set_fqdn(true);
    names.push(name);
    names
}

/// Addresses that need no name server: those of the hosts file, and loopback.
fn local_addresses(hosts: &Hosts, name: &Name) -> Option<BTreeSet<IpAddr>> {
    if let Some(loopback) = loopback_of(name) {
        return Some(loopback);
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

/// Loopback for `localhost` and names under it, which are not asked for (RFC 6761).
pub(crate) fn loopback_of(name: &Name) -> Option<BTreeSet<IpAddr>> {
    name.iter()
        .next_back()
        .is_some_and(|label| label.eq_ignore_ascii_case(b"localhost"))
        .then(|| BTreeSet::from([Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]))
}

/// What tells one version of a file from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(Option<(u64, u64, i64, i64, u64)>);

impl Stamp {
    pub(super) fn of(path: impl AsRef<std::path::Path>) -> Self {
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
        // Stays true where the connection's time is over before the look-up is.
        let is_looking_up = IS_LOOKING_UP.try_with(Arc::clone).unwrap_or_default();
        is_looking_up.store(true, Ordering::Relaxed);
        Box::pin(async move {
            let addresses = resolver.addresses(name.as_str().to_owned()).await;
            is_looking_up.store(false, Ordering::Relaxed);
            let addresses = addresses?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
