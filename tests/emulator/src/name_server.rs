//! A DNS server over UDP for networks without a stack: `www` names have an address that is
//! nobody's, and no other name exists.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;

use crate::BoxError;
use crate::state::{self, Shared};

/// Of documentation (RFC 5737): it counts as elsewhere.
const ADDRESS: [u8; 4] = [192, 0, 2, 80];
const A: u16 = 1;
const NXDOMAIN: u8 = 3;

/// Answers until the process ends; returns where.
pub fn listen(address: SocketAddr, state: &Shared) -> Result<SocketAddr, BoxError> {
    let socket = UdpSocket::bind(address)?;
    let address = socket.local_addr()?;
    let state = Arc::clone(state);
    // A thread of its own, which nothing waits for.
    std::thread::spawn(move || {
        let mut packet = [0; 1500];
        while let Ok((length, peer)) = socket.recv_from(&mut packet) {
            let has_www = state::lock(&state).has_www;
            if let Some(answer) = packet.get(..length).and_then(|it| answer(it, has_www)) {
                // Who has gone needs no answer.
                let _ = socket.send_to(&answer, peer);
            }
        }
    });
    Ok(address)
}

/// The answer to a question; `None` to what is none (RFC 1035, section 4.1).
fn answer(packet: &[u8], has_www: bool) -> Option<Vec<u8>> {
    let name = packet.get(12..)?;
    let end = 12 + name.iter().position(|octet| *octet == 0)? + 5;
    let kind = u16::from_be_bytes([*packet.get(end - 4)?, *packet.get(end - 3)?]);
    let is_there = has_www
        && name
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"\x03www"));
    let has_answer = is_there && kind == A;
    let code = if is_there { 0 } else { NXDOMAIN };
    let mut reply = packet.get(..2)?.to_vec();
    reply.extend([0x81, 0x80 | code, 0, 1, 0, u8::from(has_answer), 0, 0, 0, 0]);
    reply.extend(packet.get(12..end)?);
    if has_answer {
        reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4]);
        reply.extend(ADDRESS);
    }
    Some(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(name: &str, kind: u8) -> Vec<u8> {
        let mut packet = vec![7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in name.split('.') {
            packet.push(u8::try_from(label.len()).unwrap());
            packet.extend(label.bytes());
        }
        packet.extend([0, 0, kind, 0, 1]);
        packet
    }

    #[test]
    fn www_names_alone_have_an_address() {
        for (name, kind, has_www, code, answers) in [
            ("www.shop.example", 1, true, 0, 1),
            ("WWW.shop.example", 1, true, 0, 1),
            ("www.shop.example", 28, true, 0, 0),
            ("www.shop.example", 1, false, NXDOMAIN, 0),
            ("shop.example", 1, true, NXDOMAIN, 0),
            ("wwww.example", 1, true, NXDOMAIN, 0),
        ] {
            let reply = answer(&question(name, kind), has_www).unwrap();
            assert_eq!(reply[..2], [7, 9]);
            assert_eq!((reply[3] & 15, reply[7]), (code, answers), "{name} {kind}");
            assert_eq!(reply.ends_with(&ADDRESS), answers == 1);
        }
        assert_eq!(answer(b"too short", true), None);
        assert_eq!(answer(&[1; 60], true), None);
    }
}
