//! What the servers answered about a domain, and what was expected of them: the data that the
//! verdict and the problems are made of.

use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;

use hickory_resolver::proto::rr::Name;

use super::caa::CaaFinding;
use super::client::cname_chain::CnameChain;
use super::report::DnsState;
use crate::net::NoAnswer;

/// The addresses and names that count as here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ExpectedAddresses {
    pub addresses: BTreeSet<IpAddr>,
    /// A domain that is an alias of one of these is here, whatever address it has at the moment.
    pub names: HashSet<Name>,
    /// Whether these are all. Else another address may be here, or not.
    pub complete: bool,
}

/// What one resolver or name server said.
#[derive(Clone, Debug)]
pub(super) struct ServerAnswer {
    pub label: String,
    /// It is one of the zone's own name servers.
    pub authoritative: bool,
    pub answer: Result<CnameChain, NoAnswer>,
    /// It refused the domain for its signatures; this is what it says without looking at them.
    pub unverified: Option<CnameChain>,
    /// It is named as a name server of the zone and does not serve it.
    pub lame: bool,
    /// It does not speak for the zone, and passes on what others say.
    pub relayed: Option<CnameChain>,
}

/// Everything that a check found out about a domain.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug)]
pub(super) struct Evidence<'a> {
    /// For people.
    pub domain: &'a str,
    /// In A-label form, with its `*.` if it has one.
    pub name: &'a str,
    /// It is its own registrable domain, where a CNAME record cannot be.
    pub apex: bool,
    pub wildcard: bool,
    pub expected: &'a ExpectedAddresses,
    pub servers: Vec<ServerAnswer>,
    pub caa: Option<CaaFinding>,
    pub issuer: &'a str,
    /// Addresses of others through which a request arrived here all the same.
    pub proven: BTreeSet<IpAddr>,
    /// Addresses of well-known proxies that did not say where requests arrive.
    pub undecided: BTreeSet<IpAddr>,
    /// A proof was tried, and somebody answered.
    pub proof_tried: bool,
    /// Nobody named a resolver: the one on this machine was asked.
    pub unnamed_resolver: bool,
}

impl Evidence<'_> {
    /// Whether an address that is not expected is elsewhere.
    pub fn is_here_known(&self) -> bool {
        self.expected.complete && !self.expected.addresses.is_empty()
    }

    /// Where an answer leads.
    pub fn state_of(&self, chain: &CnameChain) -> DnsState {
        let expected = self.expected;
        if chain.addresses.is_empty() {
            return DnsState::Missing;
        }
        if chain
            .aliases
            .iter()
            .any(|alias| expected.names.contains(alias))
        {
            return DnsState::Here;
        }
        let is_ours =
            |address| expected.addresses.contains(address) || self.proven.contains(address);
        let theirs = || chain.addresses.iter().filter(|address| !is_ours(*address));
        match theirs().count() {
            0 => DnsState::Here,
            _ if !self.is_here_known() => DnsState::Unknown,
            _ if theirs().any(|address| self.undecided.contains(address)) => DnsState::Unknown,
            count if count == chain.addresses.len() => DnsState::Elsewhere,
            _ => DnsState::Partial,
        }
    }
}

impl ServerAnswer {
    /// What it says, with signatures or without.
    pub fn chain(&self) -> Option<&CnameChain> {
        self.answer.as_ref().ok().or(self.unverified.as_ref())
    }
}
