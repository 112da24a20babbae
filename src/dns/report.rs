//! The result of a DNS check.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::problem_codes::Problem;
use crate::string_enum::string_enum;

string_enum! {
    /// Where a domain points.
    DnsState {
        /// Every answer leads here.
        Here => "here",
        /// Every answer leads to addresses that are not ours.
        Elsewhere => "elsewhere",
        /// Not every resolver, or not every address, agrees.
        Partial => "partial",
        /// The name does not exist, or has no address.
        Missing => "missing",
        /// Nobody answered. Never counts as wrong.
        Unknown => "unknown",
    }
}

/// The answer of one resolver or name server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolverReport {
    /// Where the domain points, as this one sees it.
    pub state: DnsState,
    /// The addresses it gave, sorted.
    pub addresses: Vec<IpAddr>,
    /// Why it gave none, where it gave none.
    pub error: Option<String>,
}

/// The verdict on a domain's DNS, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsReport {
    /// The verdict.
    pub state: DnsState,
    /// All addresses in the answers, sorted.
    pub addresses: Vec<IpAddr>,
    /// The CNAME chain, in order, without the domain itself.
    pub cnames: Vec<String>,
    /// By resolver (`1.1.1.1`) or name server (`ns1.example.com (192.0.2.1)`).
    pub resolvers: BTreeMap<String, ResolverReport>,
    /// Worst first.
    pub problems: Vec<Problem>,
    /// Whether the domain is behind a proxy such as Cloudflare.
    pub proxied: bool,
    /// Whether somebody else answers for the zone's own name servers: a matter of this server's
    /// network, not of the domain.
    pub intercepted: bool,
}
