//! The options of a DNS check.

use std::net::IpAddr;
use std::time::Duration;

use crate::net::DNS_PORT;

/// A one-time token that the site serves at `/.well-known/closte-sync/<token>`, which proves that a
/// request for a domain arrives here although its addresses are a proxy's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The last part of the path.
    pub token: String,
    /// What must be answered, exactly.
    pub answer: String,
    /// Path of a script that answers the token too, as its query's `token`: asked where the path
    /// above is not answered rightly, which is so as long as the site software does not know the
    /// domain.
    pub script: Option<String>,
}

impl Proof {
    /// Where the token is answered: path and query, in the order in which they are asked.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        let script = self.script.as_ref();
        std::iter::once(format!("/.well-known/closte-sync/{}", self.token))
            .chain(script.map(|script| format!("{script}?token={}", self.token)))
    }
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
