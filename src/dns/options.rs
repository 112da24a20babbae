//! How the DNS is asked.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::config::NameServerConfig;

use crate::error::Error;
use crate::runtime::parse_name_server;

/// The port of name servers.
const DNS_PORT: u16 = 53;

/// A one-time token that the site serves at `/.well-known/closte-sync/<token>`, which proves that a request for a domain
/// arrives here although its addresses are a proxy's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The last part of the path.
    pub token: String,
    /// What must be answered, exactly.
    pub answer: String,
}

/// How a domain's DNS is asked.
#[derive(Clone, Debug)]
pub struct DnsOptions {
    /// Each `ip`, `ip:port` or `[ip6]:port`; none means the system's.
    pub resolvers: Vec<String>,
    /// For everything. Default 5 s.
    pub timeout: Duration,
    /// Ask the zone's own name servers too. Default true.
    pub authoritative: bool,
    /// The port of the zone's own name servers. Default 53.
    pub name_server_port: u16,
    /// The CAA identity that must be allowed. Default `letsencrypt.org`.
    pub issuer: String,
    /// Proves that a domain arrives here through a proxy.
    pub proof: Option<Proof>,
    /// The port of the proof. Default 80.
    pub http_port: u16,
    /// Addresses that may be connected to although they are not public and do not count as here.
    pub also_reachable: Vec<IpAddr>,
}

impl Default for DnsOptions {
    fn default() -> Self {
        Self {
            resolvers: Vec::new(),
            timeout: Duration::from_secs(5),
            authoritative: true,
            name_server_port: DNS_PORT,
            issuer: "letsencrypt.org".to_owned(),
            proof: None,
            http_port: 80,
            also_reachable: Vec::new(),
        }
    }
}

/// The resolvers that `given` names; where it names none, the system's. None at all where the system's cannot be read:
/// then nobody can be asked, which says nothing about a domain.
///
/// # Errors
/// [`Error::Config`] when one is no address.
pub(crate) fn resolvers(given: &[String]) -> Result<Vec<SocketAddr>, Error> {
    if given.is_empty() {
        return Ok(system_resolvers());
    }
    given.iter().map(|text| parse_name_server(text)).collect()
}

fn system_resolvers() -> Vec<SocketAddr> {
    let Ok((config, _)) = hickory_resolver::system_conf::read_system_conf() else {
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
