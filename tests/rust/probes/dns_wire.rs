//! Datagrams that get lost, servers that are silent, and answers that somebody else makes up:
//! counted, never timed.

use std::collections::{HashMap, HashSet};
use std::net::{SocketAddr, UdpSocket};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use closte::dns::{DnsOptions, DnsProber, DnsState};
use closte::lifecycle::{Lifecycle, LifecycleOptions, Record, Stage, Wanted};
use closte::net::block_on;
use futures_util::future::{join_all, select};

use crate::emulator::{PATIENCE, client};
use crate::support::dns::HERE_V4;
use crate::support::fake_dns::{FakeServer, Question, Reply, read, write};
use crate::support::{domain, texts};

const START: i64 = 1_900_000_000;

fn here(question: &Question) -> Reply {
    Reply::addresses(question, &[HERE_V4])
}

fn through(resolvers: &[SocketAddr]) -> DnsOptions {
    DnsOptions {
        resolvers: resolvers.iter().map(ToString::to_string).collect(),
        authoritative: false,
        timeout: PATIENCE,
        ..DnsOptions::default()
    }
}

fn prober(resolvers: &[SocketAddr]) -> DnsProber {
    DnsProber::new(&texts(&[HERE_V4]), through(resolvers)).unwrap()
}

/// Checks so many domains, one after the other.
fn check(prober: &DnsProber, domains: usize) {
    for number in 0..domains {
        let report = block_on(prober.check(&domain(&format!("d{number}.test")))).unwrap();
        assert_eq!(report.state, DnsState::Here, "{report:#?}");
    }
}

/// How many of so many domains, looked at at once, were not seen as they are.
fn not_seen(options: DnsOptions, domains: usize) -> usize {
    let lifecycle = Lifecycle::new(LifecycleOptions {
        targets: texts(&[HERE_V4]),
        dns: options,
        now: Some(START),
        ..LifecycleOptions::default()
    })
    .unwrap();
    let rows = (0..domains)
        .map(|number| {
            let name = format!("d{number}.test");
            Record::new(name, Wanted::Present, Stage::CheckingDns, 0, START)
        })
        .collect();
    let client = client(closte::api::Config::default());
    let after = block_on(lifecycle.advance_all(&client, rows, None, |_, _| {})).unwrap();
    let seen = |row: &&Record| row.dns_state == Some(DnsState::Here);
    domains - after.iter().filter(seen).count()
}

/// A server that each fifth datagram does not reach: of 125 questions, 25 lose their first one,
/// five of these the second one too, and one of these the third one. Which ones is always the same.
fn lossy() -> FakeServer {
    let mut seen: HashMap<(String, u16), usize> = HashMap::new();
    FakeServer::start(move |question| {
        let asked = (question.name.clone(), question.kind);
        let sum = |text: &str| {
            text.bytes()
                .fold(0_u32, |sum, byte| sum * 31 % 125 + u32::from(byte))
        };
        let number = (sum(&question.name) + u32::from(question.kind)) % 125;
        let lost = [25, 5, 1].iter().filter(|share| number < **share).count();
        let before = seen.entry(asked).or_default();
        *before += 1;
        (*before > lost).then(|| here(question))
    })
}

#[test]
fn as_many_looks_as_may_be_are_under_way_where_a_server_takes_long() {
    const AT_A_TIME: usize = 256;
    let mut names = HashSet::new();
    // Says nothing before all of these have asked.
    let server = FakeServer::start(move |question| {
        names.insert(question.name.clone());
        let domains = names.iter().filter(|name| name.starts_with('d')).count();
        (domains >= AT_A_TIME).then(|| here(question))
    });
    assert_eq!(not_seen(through(&[server.address]), AT_A_TIME + 50), 0);
}

#[test]
fn of_lost_datagrams_little_more_than_the_lost_ones_is_sent_again() {
    const CHECKS: usize = 40;
    let server = FakeServer::start(|question| Some(here(question)));
    check(&prober(&[server.address]), CHECKS);
    let (questions, mut sent) = (server.asked(), Vec::new());
    // On a machine that does other things an answer may be late, which makes one repeat more.
    while sent.len() < 5 {
        let lossy = lossy();
        check(&prober(&[lossy.address]), CHECKS);
        sent.push(lossy.asked());
        if lossy.asked() <= questions * 13 / 10 {
            return;
        }
    }
    panic!("{sent:?} datagrams for {questions} questions");
}

#[test]
fn lost_datagrams_are_no_fault_of_a_domain() {
    assert_eq!(not_seen(through(&[lossy().address]), 300), 0);
}

#[test]
fn a_silent_resolver_beside_a_good_one_starves_nobody() {
    let dead = FakeServer::start(|_| None);
    let good = FakeServer::start(|question| Some(here(question)));
    for resolvers in [[dead.address, good.address], [good.address, dead.address]] {
        // The default time, in which all permits would be taken by those who wait.
        let options = DnsOptions {
            timeout: DnsOptions::default().timeout * 4,
            ..through(&resolvers)
        };
        assert_eq!(not_seen(options, 500), 0);
    }
}

#[test]
fn a_silent_resolver_is_not_waited_for_where_a_good_one_refuses() {
    let dead = FakeServer::start(|_| None);
    let good = FakeServer::start(|question| {
        // As a server does that is asked for a zone of others.
        let is_refused = question.name == "test";
        Some(if is_refused {
            Reply::code(5)
        } else {
            here(question)
        })
    });
    let options = DnsOptions {
        timeout: Duration::from_secs(600),
        ..through(&[good.address, dead.address])
    };
    let begin = Instant::now();
    assert_eq!(not_seen(options, 40), 0);
    assert!(begin.elapsed() < Duration::from_secs(300));
}

#[test]
fn a_resolver_that_is_slow_is_waited_for_where_another_one_refuses() {
    let refuses = FakeServer::start(|_| Some(Reply::code(5)));
    let mut says = Vec::new();
    // On a machine that does other things the slow one may take as long as one that is dead.
    while says.len() < 5 {
        // Whatever is asked at once goes unanswered at once, until it is asked for the third time.
        let mut seen: HashMap<(String, u16), usize> = HashMap::new();
        let slow = FakeServer::start(move |question| {
            let times = seen
                .entry((question.name.clone(), question.kind))
                .or_default();
            *times += 1;
            (*times >= 3).then(|| here(question))
        });
        let resolvers = [refuses.address, slow.address];
        let report = block_on(prober(&resolvers).check(&domain("d.test"))).unwrap();
        if report.state == DnsState::Here && report.problems.is_empty() {
            return;
        }
        says.push(report);
    }
    panic!("{says:#?}");
}

#[test]
fn questions_that_nobody_goes_on_with_hold_up_no_others() {
    let server = FakeServer::start(|question| {
        let is_of_the_batch = question.name.starts_with('d');
        (!is_of_the_batch).then(|| here(question))
    });
    let (batch, other) = (prober(&[server.address]), prober(&[server.address]));
    let names: Vec<_> = (0..200)
        .map(|number| domain(&format!("d{number}.test")))
        .collect();
    let report = block_on(async {
        let mut checks = pin!(join_all(names.iter().map(|name| batch.check(name))));
        // As many as may be under way at once, and others that wait for them.
        while server.asked() < 64 {
            let pause = tokio::time::sleep(Duration::from_millis(1));
            select(checks.as_mut(), pin!(pause)).await;
        }
        other.check(&domain("one.test")).await
    });
    assert_eq!(report.unwrap().state, DnsState::Here);
}

#[test]
fn what_is_learnt_of_a_silent_resolver_holds_for_the_process() {
    let dead = FakeServer::start(|_| None);
    let good = FakeServer::start(|question| Some(here(question)));
    let both = [dead.address, good.address];
    check(&prober(&both), 3);
    // Another prober, as another request of the process has it, waits for nothing, and asks once in
    // a while whether that is over: for both kinds of addresses, each second, and up to three times
    // on a machine that is busy.
    let (begin, before) = (Instant::now(), (dead.asked(), good.asked()));
    check(&prober(&both), 20);
    let most = 2 * 3 * (usize::try_from(begin.elapsed().as_secs()).unwrap() + 1);
    let (dead, good) = (dead.asked() - before.0, good.asked() - before.1);
    assert!(dead <= most && good >= 40, "{dead} of {most}, and {good}");
}

#[test]
fn a_resolver_that_was_silent_is_heard_again() {
    let is_silent = Arc::new(AtomicBool::new(true));
    let silent = Arc::clone(&is_silent);
    let first = FakeServer::start(move |question| {
        (!silent.load(Ordering::Relaxed)).then(|| here(question))
    });
    let second = FakeServer::start(|question| Some(here(question)));
    let prober = prober(&[first.address, second.address]);
    let says = || {
        let report = block_on(prober.check(&domain("d.test"))).unwrap();
        report.resolvers[&first.address.to_string()].error.clone()
    };
    assert_eq!(says().as_deref(), Some("timeout"));
    is_silent.store(false, Ordering::Relaxed);
    let begin = Instant::now();
    while says().is_some() {
        assert!(begin.elapsed() < PATIENCE);
    }
}

/// A server that is handed each datagram.
fn raw(mut answer: impl FnMut(&UdpSocket, &[u8], SocketAddr) + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut packet = [0; 1500];
        while let Ok((length, peer)) = socket.recv_from(&mut packet) {
            answer(&socket, &packet[..length], peer);
        }
    });
    address
}

/// The answer to a datagram, with these addresses.
fn answer(packet: &[u8], addresses: &[&str]) -> Vec<u8> {
    let (question, end) = read(packet);
    write(
        &packet[..end],
        &question,
        &Reply::addresses(&question, addresses),
    )
}

#[test]
fn answers_that_somebody_makes_up_are_not_taken() {
    const FORGED: &[&str] = &["198.51.100.66"];
    let elsewhere = UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = raw(move |socket, packet, peer| {
        let forged = answer(packet, FORGED);
        // From elsewhere, with the right identifier.
        elsewhere.send_to(&forged, peer).unwrap();
        // Of the right server, with another identifier, question or type, or none.
        let mut other = forged.clone();
        other[1] ^= 1;
        socket.send_to(&other, peer).unwrap();
        let mut other = forged.clone();
        other[13] ^= 0b111;
        socket.send_to(&other, peer).unwrap();
        let mut other = forged.clone();
        let (_, end) = read(packet);
        other[end - 3] ^= 0x10;
        socket.send_to(&other, peer).unwrap();
        let mut query = packet.to_vec();
        query[2] &= 0x7f;
        socket.send_to(&query, peer).unwrap();
        socket.send_to(&forged[..1], peer).unwrap();
        socket.send_to(&answer(packet, &[HERE_V4]), peer).unwrap();
    });
    check(&prober(&[server]), 10);
}

#[test]
fn identifiers_and_ports_change() {
    let seen: Arc<Mutex<Vec<(u16, u16)>>> = Arc::default();
    let notes = Arc::clone(&seen);
    let server = raw(move |socket, packet, peer| {
        let id = u16::from_be_bytes([packet[0], packet[1]]);
        notes.lock().unwrap().push((peer.port(), id));
        socket.send_to(&answer(packet, &[HERE_V4]), peer).unwrap();
    });
    check(&prober(&[server]), 200);
    let seen = seen.lock().unwrap();
    let ports: HashSet<u16> = seen.iter().map(|(port, _)| *port).collect();
    let ids: HashSet<u16> = seen.iter().map(|(_, id)| *id).collect();
    // 64 questions a port; of random identifiers, a few are alike.
    assert!(ports.len() >= seen.len() / 64, "{} ports", ports.len());
    assert!(ids.len() > seen.len() * 9 / 10, "{} identifiers", ids.len());
    let steps: HashSet<u16> = seen
        .windows(2)
        .map(|pair| pair[1].1.wrapping_sub(pair[0].1))
        .collect();
    assert!(steps.len() > seen.len() * 9 / 10, "{} steps", steps.len());
}

#[test]
fn a_port_that_somebody_guesses_at_is_given_up() {
    // The first port is flooded, and gets no answer: whoever guesses is quicker.
    let flooded: Arc<Mutex<HashSet<u16>>> = Arc::default();
    let notes = Arc::clone(&flooded);
    let server = raw(move |socket, packet, peer| {
        let mut flooded = notes.lock().unwrap();
        if flooded.is_empty() || flooded.contains(&peer.port()) {
            flooded.insert(peer.port());
            let mut guess = answer(packet, &["198.51.100.66"]);
            for number in 1..=64_u16 {
                let id = u16::from_be_bytes([packet[0], packet[1]]).wrapping_add(number);
                guess[..2].copy_from_slice(&id.to_be_bytes());
                socket.send_to(&guess, peer).unwrap();
            }
        } else {
            socket.send_to(&answer(packet, &[HERE_V4]), peer).unwrap();
        }
    });
    check(&prober(&[server]), 3);
    assert!(!flooded.lock().unwrap().is_empty());
}

#[test]
fn servers_at_which_nobody_listens_end_a_question_at_once() {
    let nobody = UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    // A socket that is used again has the error of the question before.
    for _ in 0..3 {
        let options = DnsOptions {
            timeout: Duration::from_secs(600),
            ..through(&[nobody])
        };
        let prober = DnsProber::new(&texts(&[HERE_V4]), options).unwrap();
        let report = block_on(prober.check(&domain("d.test"))).unwrap();
        let said = report.resolvers[&nobody.to_string()].error.as_deref();
        assert_eq!(said, Some("unreachable"));
    }
}
