//! A DNS-rebinding name server: every name has one address in the first response, and another one
//! afterwards.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

/// Length of a DNS message's header.
const HEADER: usize = 12;
const TYPE_A: [u8; 2] = [0, 1];

/// Serves in the background until the process ends. Responses to other than A queries are empty.
pub fn serve_rebinding(first: &str, then: &str) -> SocketAddr {
    let mut addresses = [first, then].map(|text| text.parse::<Ipv4Addr>().unwrap());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let own = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut question = [0; 1024];
        while let Ok((length, peer)) = socket.recv_from(&mut question) {
            let asked = question_of(&question[..length]);
            let is_a = asked[asked.len() - 4..asked.len() - 2] == TYPE_A;
            let mut answer = question[..2].to_vec();
            // A response without error, recursion desired and available; one question, as many
            // answers.
            answer.extend([0x81, 0x80, 0, 1, 0, u8::from(is_a), 0, 0, 0, 0]);
            answer.extend(asked);
            if is_a {
                // The name of the question, an A record of IN with a TTL of 0.
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
                answer.extend(addresses[0].octets());
                addresses[0] = addresses[1];
            }
            socket.send_to(&answer, peer).unwrap();
        }
    });
    own
}

/// The question of a message: name, type and class.
fn question_of(message: &[u8]) -> &[u8] {
    let name = message[HEADER..].iter().position(|&octet| octet == 0);
    &message[HEADER..HEADER + name.unwrap() + 5]
}
