//! IPv6 addresses that a resolver made up of IPv4 ones for a network without IPv4 (DNS64, RFC
//! 6147): no record has them, and nobody else sees them.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The name that has only these two IPv4 addresses, so that an IPv6 one of it is made up (RFC
/// 7050).
pub(super) const KNOWN_NAME: &str = "ipv4only.arpa.";
const KNOWN_ADDRESSES: [Ipv4Addr; 2] =
    [Ipv4Addr::new(192, 0, 0, 170), Ipv4Addr::new(192, 0, 0, 171)];
/// Lengths that a prefix may have, in octets (RFC 6052).
const LENGTHS: [usize; 6] = [4, 5, 6, 7, 8, 12];
/// Of every network without one of its own: `64:ff9b::/96`.
const WELL_KNOWN: Prefix = Prefix {
    octets: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    length: 12,
};

/// A prefix that IPv4 addresses are put behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Prefix {
    octets: [u8; 16],
    /// In octets.
    length: usize,
}

impl Prefix {
    fn of(address: Ipv6Addr, length: usize) -> Self {
        let mut octets = address.octets();
        for octet in octets.iter_mut().skip(length) {
            *octet = 0;
        }
        Self { octets, length }
    }

    /// The IPv4 address that was put behind this prefix.
    fn inner(&self, address: Ipv6Addr) -> Option<Ipv4Addr> {
        let found = embedded(address, self.length)?;
        (Self::of(address, self.length) == *self).then_some(found)
    }
}

/// The four octets behind a prefix; the ninth octet, which is 0, is passed over.
fn embedded(address: Ipv6Addr, length: usize) -> Option<Ipv4Addr> {
    let octets = address.octets();
    let mut inner = octets
        .iter()
        .enumerate()
        .skip(length)
        .filter(|(at, _)| *at != 8)
        .map(|(_, octet)| *octet);
    let found = [inner.next()?, inner.next()?, inner.next()?, inner.next()?];
    // What follows is 0.
    (octets.get(8) == Some(&0) && inner.all(|octet| octet == 0)).then(|| Ipv4Addr::from(found))
}

/// The prefixes that a resolver uses, by its addresses of [`KNOWN_NAME`].
fn prefixes(addresses: &BTreeSet<IpAddr>) -> Vec<Prefix> {
    let mut prefixes = vec![WELL_KNOWN];
    for address in addresses {
        let IpAddr::V6(address) = address else {
            continue;
        };
        let length = LENGTHS.into_iter().find(|length| {
            embedded(*address, *length).is_some_and(|inner| KNOWN_ADDRESSES.contains(&inner))
        });
        prefixes.extend(length.map(|length| Prefix::of(*address, length)));
    }
    prefixes
}

/// The addresses that are in records: made-up ones are given back as what they were made of.
fn recorded(addresses: &BTreeSet<IpAddr>, prefixes: &[Prefix]) -> BTreeSet<IpAddr> {
    let inner = |address: &IpAddr| match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => prefixes.iter().find_map(|prefix| prefix.inner(*address)),
    };
    addresses
        .iter()
        .map(|address| inner(address).map_or(*address, IpAddr::V4))
        .collect()
}

/// Whether an IPv6 address could be made of an IPv4 one beside it, by an unknown prefix.
fn is_suspicious(addresses: &BTreeSet<IpAddr>) -> bool {
    addresses.iter().any(|address| match address {
        IpAddr::V4(_) => false,
        IpAddr::V6(address) => LENGTHS.into_iter().any(|length| {
            embedded(*address, length).is_some_and(|inner| addresses.contains(&IpAddr::V4(inner)))
        }),
    })
}

/// The IPv4 address that one of every network's was made of.
pub(crate) fn made_up_of(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => WELL_KNOWN.inner(address).map(IpAddr::V4),
    }
}

/// Those that are in records, as far as can be known without [`KNOWN_NAME`]; whether that would
/// tell more.
pub(super) fn without_well_known(addresses: &BTreeSet<IpAddr>) -> (BTreeSet<IpAddr>, bool) {
    let known = recorded(addresses, &[WELL_KNOWN]);
    let is_suspicious = is_suspicious(&known);
    (known, is_suspicious)
}

/// Those that are in records; `known_name`: what the same resolver gives for [`KNOWN_NAME`].
pub(super) fn without_made_up(
    addresses: &BTreeSet<IpAddr>,
    known_name: &BTreeSet<IpAddr>,
) -> BTreeSet<IpAddr> {
    recorded(addresses, &prefixes(known_name))
}

#[cfg(test)]
mod tests;
