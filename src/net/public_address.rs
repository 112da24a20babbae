//! Which addresses a probe may connect to. A customer's domain must not make the server connect to
//! its own network.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The public addresses, and further ones that are allowed.
#[derive(Clone, Debug, Default)]
pub struct AddressGuard {
    also: BTreeSet<IpAddr>,
}

impl AddressGuard {
    /// Allows the public addresses and `also`.
    pub fn new(also: impl IntoIterator<Item = IpAddr>) -> Self {
        Self {
            also: also.into_iter().collect(),
        }
    }

    /// Allows `more` as well.
    #[must_use]
    pub fn and(mut self, more: impl IntoIterator<Item = IpAddr>) -> Self {
        self.also.extend(more);
        self
    }

    /// Whether a probe may connect to `address`.
    ///
    /// # Errors
    /// The kind of address, in words for a message.
    pub fn permits(&self, address: IpAddr) -> Result<(), &'static str> {
        if self.also.contains(&address) {
            return Ok(());
        }
        match address {
            IpAddr::V4(address) => public_v4(address),
            IpAddr::V6(address) => public_v6(address),
        }
    }
}

/// By the IANA registry of special-purpose IPv4 addresses (RFC 6890), and the metadata addresses of
/// clouds.
fn public_v4(address: Ipv4Addr) -> Result<(), &'static str> {
    let kind = match address.octets() {
        [127, ..] => "a loopback address",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "a private address",
        [169, 254, ..] => "a link-local or metadata address",
        [168, 63, 129, 16] => "a metadata address",
        [100, 64..=127, ..] => "an address of a provider's inner network",
        [224..=239, ..] => "a multicast address",
        [0 | 240..=255, ..]
        | [192, 0, 0 | 2, _]
        | [192, 31, 196, _]
        | [192, 52, 193, _]
        | [192, 88, 99, _]
        | [192, 175, 48, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => "a reserved address",
        _ => return Ok(()),
    };
    Err(kind)
}

/// Only `2000::/3` is global unicast (RFC 4291). Refuses the special ranges of the IANA registry in
/// it, and all forms that contain an IPv4 address.
fn public_v6(address: Ipv6Addr) -> Result<(), &'static str> {
    let kind = match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => "a reserved address",
        [0, 0, 0, 0, 0, 0, 0, 1] => "a loopback address",
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => {
            "an IPv4 address in IPv6 form"
        }
        [0x64, 0xff9b, ..] => "a NAT64 address",
        [0xfc00..=0xfdff, ..] => "a private address",
        [0xfe80..=0xfebf, ..] => "a link-local address",
        [0xfec0..=0xfeff, ..] => "a site-local address",
        [0xff00..=0xffff, ..] => "a multicast address",
        [0x2002, ..] => "a 6to4 address",
        [0x2001, 0, ..] => "a Teredo address",
        [_, _, _, _, 0 | 0x200, 0x5efe, ..] => "an ISATAP address",
        [0x2001, 1..=0x1ff | 0xdb8, ..] | [0x2620, 0x4f, 0x8000, ..] | [0x3fff, 0..=0xfff, ..] => {
            "a reserved address"
        }
        [0x2000..=0x3fff, ..] => return Ok(()),
        _ => "a reserved address",
    };
    Err(kind)
}

#[cfg(test)]
mod tests;
