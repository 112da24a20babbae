//! Reads `/etc/resolv.conf` as the C library does: what cannot be read in it is left out, and the
//! rest counts.

use std::ffi::CString;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use hickory_resolver::proto::rr::Name;

/// The port of name servers.
pub(crate) const DNS_PORT: u16 = 53;
/// Further name servers are not asked (`MAXNS`).
const MOST_SERVERS: usize = 3;
/// Further search domains are not tried (`MAXDNSRCH` of old).
const MOST_SEARCHED: usize = 6;

/// What the file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ResolvConf {
    /// The name server on this machine where the file names none.
    pub servers: Vec<SocketAddr>,
    /// Whether it names none.
    pub is_fallback: bool,
    /// What a name without a dot is completed with, in order.
    pub search: Vec<Name>,
}

/// Reads the file's bytes; those of a file that is not there are empty.
pub(super) fn parse(bytes: &[u8]) -> ResolvConf {
    let mut servers: Vec<SocketAddr> = Vec::new();
    let mut named = 0;
    let mut search = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line);
        let said = line.split(['#', ';']).next().unwrap_or_default();
        let mut words = said.split_ascii_whitespace();
        match words.next() {
            Some("nameserver") => {
                let Some(server) = words.next().and_then(address) else {
                    continue;
                };
                named += 1;
                if named <= MOST_SERVERS && !servers.contains(&server) {
                    servers.push(server);
                }
            }
            // The last of these lines counts.
            Some("domain") => search = words.take(1).filter_map(name).collect(),
            Some("search") => search = words.filter_map(name).take(MOST_SEARCHED).collect(),
            _ => {}
        }
    }
    let is_fallback = servers.is_empty();
    if is_fallback {
        servers.push((Ipv4Addr::LOCALHOST, DNS_PORT).into());
    }
    ResolvConf {
        servers,
        is_fallback,
        search,
    }
}

fn name(word: &str) -> Option<Name> {
    let mut name = Name::from_str_relaxed(word).ok()?;
    name.set_fqdn(true);
    (!name.is_root()).then_some(name)
}

/// A name server's address, with the zone of a link-local one (`fe80::1%eth0`), at port 53.
pub(super) fn address(text: &str) -> Option<SocketAddr> {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(SocketAddr::new(ip, DNS_PORT));
    }
    let (ip, zone) = text.split_once('%')?;
    let ip: Ipv6Addr = ip.parse().ok()?;
    // As in the C library, a zone that is not there makes the server one that cannot be reached.
    let scope = zone.parse().unwrap_or_else(|_| interface(zone));
    Some(SocketAddrV6::new(ip, DNS_PORT, 0, scope).into())
}

/// The index of a network interface; 0 where there is none of this name.
fn interface(name: &str) -> u32 {
    let Ok(name) = CString::new(name) else {
        return 0;
    };
    // SAFETY: the name ends with a NUL and lives until the call has come back.
    unsafe { libc::if_nametoindex(name.as_ptr()) }
}

#[cfg(test)]
mod tests;
