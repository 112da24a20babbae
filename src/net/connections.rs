//! Which connections are open, from the system: a pool does not tell.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// `TCP_ESTABLISHED` in Linux's `include/net/tcp_states.h`.
const ESTABLISHED: &str = "01";

/// How many of this process's TCP connections to `peers` are open; 0 where there is no `/proc`.
pub(super) fn open_to(peers: &BTreeSet<SocketAddr>) -> u64 {
    if peers.is_empty() {
        return 0;
    }
    let own = own_sockets();
    // Each socket once: while connections come and go, the kernel's table may list one twice.
    let open: HashSet<u64> = ["/proc/self/net/tcp", "/proc/self/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| {
            table
                .lines()
                .filter_map(established)
                .filter(|(peer, inode)| peers.contains(peer) && own.contains(inode))
                .map(|(_, inode)| inode)
                .collect::<Vec<_>>()
        })
        .collect();
    u64::try_from(open.len()).unwrap_or(u64::MAX)
}

/// The inodes of the sockets that this process has open.
fn own_sockets() -> HashSet<u64> {
    fs::read_dir("/proc/self/fd")
        .into_iter()
        .flatten()
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|target| {
            let inode = target.to_str()?.strip_prefix("socket:[")?;
            inode.strip_suffix(']')?.parse().ok()
        })
        .collect()
}

/// The peer and the inode of an established connection, from its line in the table (`proc(5)`).
fn established(line: &str) -> Option<(SocketAddr, u64)> {
    let mut fields = line.split_ascii_whitespace().skip(2);
    let peer = fields.next()?;
    if fields.next()? != ESTABLISHED {
        return None;
    }
    Some((address(peer)?, fields.nth(5)?.parse().ok()?))
}

/// `0100007F:1F90` is 127.0.0.1:8080: words of 32 bits in the machine's byte order.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut octets = Vec::new();
    for at in (0..ip.len()).step_by(8) {
        let word = u32::from_str_radix(ip.get(at..at + 8)?, 16).ok()?;
        octets.extend(word.to_ne_bytes());
    }
    let ip = match octets.len() {
        4 => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?)),
        _ => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?)).to_canonical(),
    };
    Some(SocketAddr::new(ip, port))
}

#[cfg(test)]
mod tests;
