//! How the API's host name is resolved: the name servers that were set, the hosts file, both
//! families of addresses.

use crate::support::{Emulator, PATIENCE, assert_ends, client, run};
use closte::api::Config;
use closte::error::Kind;
use closte::net::block_on;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};

/// A name server on loopback that gives the same answer to every question.
struct NameServer {
    address: SocketAddr,
    questions: Arc<AtomicU32>,
}

#[derive(Clone, Copy)]
enum Answer {
    /// So many addresses from 127.0.0.1 on to an A question, nothing to others.
    Loopback(u8),
    NoSuchName,
    ServerFailure,
}

impl NameServer {
    fn start(answer: Answer) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let questions = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&questions);
        // Ends with the process: nothing waits for it.
        std::thread::spawn(move || {
            let mut packet = [0; 1500];
            while let Ok((length, peer)) = socket.recv_from(&mut packet) {
                counter.fetch_add(1, Ordering::Relaxed);
                let _ = socket.send_to(&reply(&packet[..length], answer), peer);
            }
        });
        Self { address, questions }
    }
}

/// See RFC 1035, section 4.1.
fn reply(question: &[u8], answer: Answer) -> Vec<u8> {
    let name_end = 12 + question[12..].iter().position(|b| *b == 0).unwrap() + 1;
    let is_a = question[name_end..name_end + 2] == [0, 1];
    let (code, answers) = match answer {
        Answer::Loopback(addresses) if is_a => (0, addresses),
        Answer::Loopback(_) => (0, 0),
        Answer::NoSuchName => (3, 0),
        Answer::ServerFailure => (2, 0),
    };
    let mut reply = question[..2].to_vec();
    reply.extend([0x81, 0x80 | code, 0, 1, 0, answers, 0, 0, 0, 0]);
    reply.extend(&question[12..name_end + 4]);
    for last in 1..=answers {
        reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, last]);
    }
    reply
}

#[test]
fn the_name_servers_that_were_set_are_asked() {
    let emulator = Emulator::start();
    let port = emulator
        .tls_config()
        .base_url
        .rsplit_once(':')
        .unwrap()
        .1
        .to_owned();
    for (answer, reason, words) in [
        (
            Answer::Loopback(1),
            "tls",
            "its certificate is for another name",
        ),
        (Answer::NoSuchName, "dns", "has no address"),
        (
            Answer::ServerFailure,
            "dns",
            "no name server gave an address",
        ),
    ] {
        let server = NameServer::start(answer);
        let config = Config {
            base_url: format!("https://api.closte-somewhere.com:{port}"),
            resolvers: vec![server.address.to_string()],
            retries: 0,
            timeout: PATIENCE,
            ..emulator.tls_config()
        };
        let error = run(client(config).verify()).unwrap_err();
        assert_eq!(
            (error.kind(), error.reason()),
            (Kind::Transient, reason),
            "{error}"
        );
        assert!(error.to_string().contains(words), "{error}");
        assert!(!error.may_have_landed());
        assert!(server.questions.load(Ordering::Relaxed) > 0);
    }
    for entry in emulator.journal() {
        assert_eq!(entry["effect"], "none", "{entry}");
    }
}

#[test]
fn localhost_needs_no_name_server_and_falls_back_to_the_family_that_listens() {
    let emulator = Emulator::start();
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    for config in [emulator.config(), emulator.tls_config()] {
        let config = Config {
            base_url: config.base_url.replace("127.0.0.1", "localhost"),
            resolvers: vec![silent.local_addr().unwrap().to_string()],
            ..config
        };
        run(client(config).verify()).unwrap();
    }
}

#[test]
fn a_name_that_does_not_resolve() {
    // Nothing answers there: no other name server may be asked instead.
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let config = Config {
        base_url: "https://api.closte-does-not-exist.example.com/api".to_owned(),
        resolvers: vec![silent.local_addr().unwrap().to_string()],
        connect_timeout: Duration::from_millis(500),
        timeout: Duration::from_secs(2),
        retries: 0,
        ..Config::default()
    };
    // Whatever ends first: the time for a connection, or that for the call with its attempts.
    for (connect_timeout, timeout) in [(500, 2_000), (60_000, 500)] {
        let config = Config {
            connect_timeout: Duration::from_millis(connect_timeout),
            timeout: Duration::from_millis(timeout),
            ..config.clone()
        };
        let error = assert_ends(|| run(client(config).verify()).unwrap_err());
        assert_eq!((error.kind(), error.reason()), (Kind::Transient, "dns"));
        assert!(
            error.to_string().contains("Check this server's DNS")
                && !error.to_string().contains("firewall"),
            "{error}"
        );
    }
}

/// A port on which connections are never accepted: what fills its queue must be kept.
fn full_queue(address: SocketAddr) -> (TcpListener, Vec<TcpStream>) {
    let listener = block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(address).unwrap();
        socket.listen(1).unwrap()
    });
    let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
    (listener.unwrap(), std::iter::from_fn(connect).collect())
}

#[test]
fn addresses_that_do_not_answer_leave_time_for_one_that_does() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let _dead: Vec<_> = (2..=4)
        .map(|last| full_queue(SocketAddr::from(([127, 0, 0, last], port))))
        .collect();
    let server = NameServer::start(Answer::Loopback(4));
    // The order of the addresses is left to chance.
    for attempt in 0..8 {
        let config = Config {
            base_url: format!("https://api.closte-somewhere.com:{port}"),
            resolvers: vec![server.address.to_string()],
            retries: 0,
            connect_timeout: Duration::from_millis(3000 + attempt),
            ..Config::default()
        };
        let error = run(client(config).verify()).unwrap_err();
        assert_eq!(error.reason(), "tls", "{error}");
    }
}
