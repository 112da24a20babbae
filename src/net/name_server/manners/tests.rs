use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::time::Instant;

use super::{Dialect, LATE_FOR, MOST_SERVERS, Manners, PATIENCE, RETRY_EVERY, SILENT_AFTER};

fn server(number: u32) -> SocketAddr {
    (Ipv4Addr::from(0x0a00_0000 + number), 53).into()
}

fn asked(server: SocketAddr) -> (Manners, Instant) {
    let (manners, now) = (Manners::default(), Instant::now());
    manners.turns(server, now);
    (manners, now)
}

#[test]
fn a_silent_server_is_waited_for_once_in_a_while() {
    let it = server(1);
    let (manners, begin) = asked(it);
    for _ in 1..SILENT_AFTER {
        manners.missed(it, begin);
    }
    assert!(!manners.is_late(it, begin));
    manners.missed(it, begin);
    assert!(manners.is_late(it, begin));
    // That it is silent still does not put off the next attempt.
    let later = begin + LATE_FOR / 2;
    manners.missed(it, later);
    manners.late(it, later);
    assert!(manners.is_late(it, later));
    let end = begin + LATE_FOR;
    assert!(!manners.is_late(it, end));
    manners.late(it, end);
    assert!(manners.is_late(it, end));
}

#[test]
fn a_server_is_silent_until_it_answers_however_late() {
    let it = server(1);
    let (manners, begin) = asked(it);
    for _ in 0..SILENT_AFTER {
        assert!(!manners.is_silent(it));
        manners.missed(it, begin);
    }
    assert!(manners.is_silent(it));
    manners.answered(it, PATIENCE * 2);
    assert!(manners.is_late(it, begin) && !manners.is_silent(it));
}

#[test]
fn a_late_server_is_asked_once_in_a_while() {
    let it = server(1);
    let (manners, begin) = asked(it);
    assert!(manners.is_worth_a_question(it, begin));
    assert!(manners.is_worth_a_question(it, begin));
    manners.late(it, begin);
    assert!(!manners.is_worth_a_question(it, begin));
    assert!(manners.is_worth_a_question(it, begin + RETRY_EVERY));
    assert!(!manners.is_worth_a_question(it, begin + RETRY_EVERY));
    manners.answered(it, PATIENCE / 2);
    assert!(manners.is_worth_a_question(it, begin + RETRY_EVERY));
}

#[test]
fn a_server_that_answers_in_time_is_waited_for_again() {
    let it = server(1);
    let (manners, now) = asked(it);
    manners.late(it, now);
    manners.answered(it, PATIENCE * 2);
    assert!(manners.is_late(it, now));
    manners.answered(it, PATIENCE / 2);
    assert!(!manners.is_late(it, now));
    // Datagrams that are lost now and then make no silence.
    for _ in 0..SILENT_AFTER * 2 {
        manners.missed(it, now);
        manners.answered(it, PATIENCE * 2);
    }
    assert!(!manners.is_late(it, now));
}

#[test]
fn silence_may_mean_that_edns_is_dropped_now() {
    let it = server(1);
    let (manners, now) = asked(it);
    manners.speaks(it, Dialect::Extended);
    manners.missed(it, now);
    assert_eq!(manners.dialect(it), Dialect::Extended);
    for _ in 1..SILENT_AFTER {
        manners.missed(it, now);
    }
    assert_eq!(manners.dialect(it), Dialect::Unknown);
    manners.speaks(it, Dialect::Plain);
    manners.missed(it, now);
    assert_eq!(manners.dialect(it), Dialect::Plain);
}

#[test]
fn what_is_remembered_is_bounded() {
    let begin = Instant::now();
    let manners = Manners::default();
    let many = u32::try_from(MOST_SERVERS).unwrap();
    for number in 0..many {
        let now = begin + Duration::from_millis(number.into());
        manners.turns(server(number), now);
        manners.speaks(server(number), Dialect::Plain);
    }
    let end = begin + Duration::from_secs(60);
    manners.turns(server(0), end);
    manners.turns(server(many), end);
    assert_eq!(manners.servers().len(), MOST_SERVERS);
    assert_eq!(manners.dialect(server(0)), Dialect::Plain);
    assert_eq!(manners.dialect(server(1)), Dialect::Unknown);
}
