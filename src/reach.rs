//! Which addresses a probe may connect to. A customer's domain must not make the server knock on its own network.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The public addresses, and those that were named.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    also: HashSet<IpAddr>,
}

impl Reach {
    /// The public addresses, and `also`.
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
    /// What kind of address it is, for a message.
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

/// By the IANA registry of special-purpose IPv4 addresses (RFC 6890), and what clouds serve their metadata from.
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

/// Only `2000::/3` is global unicast (RFC 4291); in it, the special ranges of the IANA registry are refused, and all forms
/// that lead on to an IPv4 address.
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
mod tests {
    use super::*;

    fn permits(address: &str) -> bool {
        Reach::default().permits(address.parse().unwrap()).is_ok()
    }

    #[test]
    fn public_addresses_are_reached() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "192.0.3.1",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "198.51.99.255",
            "198.51.101.0",
            "203.0.112.255",
            "203.0.114.0",
            "223.255.255.255",
            "2000::1",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00::1",
            "2003::1",
            "3ffe:ffff::1",
            "2620:4f:7fff::1",
        ] {
            assert!(permits(address), "{address}");
        }
    }

    #[test]
    fn no_other_address_is_reached() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "168.63.129.16",
            "169.254.0.0",
            "169.254.169.254",
            "169.254.255.255",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.168.0.0",
            "192.168.255.255",
            "192.175.48.1",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::2",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:8.8.8.8",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::7f00:1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:808:808::1",
            "2620:4f:8000::1",
            "3fff::1",
            "3fff:fff::1",
            "2a00::5efe:7f00:1",
            "2a00::200:5efe:7f00:1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "ff0e::1",
        ] {
            assert!(!permits(address), "{address}");
        }
    }

    #[test]
    fn named_addresses_are_reached_in_that_form_only() {
        let reach = Reach::new(["127.0.0.1".parse().unwrap()]);
        assert!(reach.permits("127.0.0.1".parse().unwrap()).is_ok());
        for other in ["127.0.0.2", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"] {
            assert!(reach.permits(other.parse().unwrap()).is_err(), "{other}");
        }
    }
}
