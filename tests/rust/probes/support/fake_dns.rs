//! A DNS server on loopback that behaves as a test says, over UDP alone.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub const A: u16 = 1;
pub const NS: u16 = 2;
const CNAME: u16 = 5;
pub const TXT: u16 = 16;
pub const AAAA: u16 = 28;
pub const CAA: u16 = 257;

/// What was asked.
pub struct Question {
    /// In lower case, without a dot at its end.
    pub name: String,
    pub kind: u16,
    pub recursion: bool,
    pub edns: bool,
    /// Whoever asks looks at the signatures himself, if at all.
    pub checking_disabled: bool,
}

/// What is answered.
#[derive(Default)]
pub struct Reply {
    pub code: u8,
    /// The server speaks for the zone.
    pub authoritative: bool,
    pub addresses: Vec<IpAddr>,
    pub name_server: Option<&'static str>,
    /// What the name is an alias of, instead of records of its own.
    pub alias: Option<&'static str>,
    /// The zone that the name is in: an answer without records says so.
    pub zone: Option<&'static str>,
    /// A TXT record of these strings.
    pub strings: &'static [&'static str],
    /// As some servers do that know no EDNS.
    pub without_question: bool,
}

impl Reply {
    pub fn code(code: u8) -> Self {
        Self {
            code,
            ..Self::default()
        }
    }

    /// Those of `addresses` that are of the kind asked for.
    pub fn addresses(question: &Question, addresses: &[&str]) -> Self {
        Self {
            addresses: addresses
                .iter()
                .map(|text| text.parse().unwrap())
                .filter(|address: &IpAddr| match question.kind {
                    A => address.is_ipv4(),
                    AAAA => address.is_ipv6(),
                    _ => false,
                })
                .collect(),
            ..Self::default()
        }
    }
}

pub struct FakeServer {
    pub address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl FakeServer {
    /// `None`: no answer.
    pub fn start(answer: impl FnMut(&Question) -> Option<Reply> + Send + 'static) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), answer)
    }

    pub fn start_at(
        at: SocketAddr,
        mut answer: impl FnMut(&Question) -> Option<Reply> + Send + 'static,
    ) -> Self {
        let socket = UdpSocket::bind(at).unwrap();
        let address = socket.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        // Ends with the process: nothing waits for it.
        std::thread::spawn(move || {
            let mut packet = [0; 1500];
            while let Ok((length, peer)) = socket.recv_from(&mut packet) {
                counter.fetch_add(1, Ordering::Relaxed);
                let (question, end) = read(&packet[..length]);
                if let Some(reply) = answer(&question) {
                    let _ = socket.send_to(&write(&packet[..end], &question, &reply), peer);
                }
            }
        });
        Self { address, asked }
    }

    /// How many questions came.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// The question, and where it ends.
pub fn read(packet: &[u8]) -> (Question, usize) {
    let mut at = 12;
    let mut labels = Vec::new();
    while packet[at] != 0 {
        let end = at + 1 + usize::from(packet[at]);
        labels.push(String::from_utf8_lossy(&packet[at + 1..end]).to_lowercase());
        at = end;
    }
    let question = Question {
        name: labels.join("."),
        kind: u16::from_be_bytes([packet[at + 1], packet[at + 2]]),
        recursion: packet[2] & 1 != 0,
        edns: packet[11] != 0,
        checking_disabled: packet[3] & 0x10 != 0,
    };
    (question, at + 5)
}

/// As it is in a packet.
fn name(text: &str) -> Vec<u8> {
    let mut name = Vec::new();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        name.push(u8::try_from(label.len()).unwrap());
        name.extend(label.bytes());
    }
    name.push(0);
    name
}

/// `asked`: the packet to the end of its question.
pub fn write(asked: &[u8], question: &Question, reply: &Reply) -> Vec<u8> {
    let mut records = Vec::new();
    let mut count = 0;
    let mut record = |kind: u16, data: &[u8]| {
        records.extend([0xc0, 12]);
        records.extend(kind.to_be_bytes());
        records.extend([0, 1, 0, 0, 0, 60]);
        records.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        records.extend(data);
        count += 1;
    };
    if let Some(alias) = reply.alias {
        record(CNAME, &name(alias));
    }
    for address in &reply.addresses {
        match address {
            IpAddr::V4(address) => record(A, &address.octets()),
            IpAddr::V6(address) => record(AAAA, &address.octets()),
        }
    }
    if question.kind == TXT && !reply.strings.is_empty() {
        let mut data = Vec::new();
        for text in reply.strings {
            data.push(u8::try_from(text.len()).unwrap());
            data.extend(text.bytes());
        }
        record(TXT, &data);
    }
    if let Some(server) = reply.name_server.filter(|_| question.kind == NS) {
        record(NS, &name(server));
    }
    let zone = reply.zone.filter(|_| count == 0);
    if let Some(zone) = zone {
        records.extend(name(zone));
        records.extend([0, 6, 0, 1, 0, 0, 0, 60, 0, 22, 0, 0]);
        for number in [1_u32, 3_600, 600, 86_400, 60] {
            records.extend(number.to_be_bytes());
        }
    }
    let mut packet = asked[..2].to_vec();
    packet.push(0x80 | (u8::from(reply.authoritative) << 2) | u8::from(question.recursion));
    packet.push(reply.code | if reply.authoritative { 0 } else { 0x80 });
    let denials = u8::from(zone.is_some());
    packet.extend([
        0,
        u8::from(!reply.without_question),
        0,
        count,
        0,
        denials,
        0,
        0,
    ]);
    if !reply.without_question {
        packet.extend(&asked[12..]);
        packet.extend(records);
    }
    packet
}
