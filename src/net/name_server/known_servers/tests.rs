use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::time::Instant;

use super::{
    EdnsSupport, KnownServers, LATE_FOR, MOST_SERVERS, PATIENCE, RETRY_EVERY, SILENCE,
    SILENT_AFTER, WITHOUT_EDNS_FOR,
};

fn server(number: u32) -> SocketAddr {
    (Ipv4Addr::from(0x0a00_0000 + number), 53).into()
}

fn asked(server: SocketAddr) -> (KnownServers, Instant) {
    let (known_servers, now) = (KnownServers::default(), Instant::now());
    known_servers.asked(server, now);
    (known_servers, now)
}

#[test]
fn a_silent_server_is_waited_for_once_in_a_while() {
    let it = server(1);
    let (known_servers, begin) = asked(it);
    for _ in 1..SILENT_AFTER {
        known_servers.missed(it, begin);
    }
    assert!(!known_servers.is_late(it, begin));
    known_servers.missed(it, begin);
    assert!(known_servers.is_late(it, begin));
    // That it is silent still does not put off the next attempt.
    let later = begin + LATE_FOR / 2;
    known_servers.missed(it, later);
    known_servers.late(it, later);
    assert!(known_servers.is_late(it, later));
    let end = begin + LATE_FOR;
    assert!(!known_servers.is_late(it, end));
    known_servers.late(it, end);
    assert!(known_servers.is_late(it, end));
}

#[test]
fn a_server_is_silent_until_it_answers_however_late() {
    let it = server(1);
    let (known_servers, begin) = asked(it);
    let end = begin + SILENCE;
    for _ in 0..SILENT_AFTER {
        assert!(!known_servers.is_silent(it, end));
        known_servers.missed(it, begin);
    }
    assert!(known_servers.is_silent(it, end));
    known_servers.answered(it, PATIENCE * 2, true);
    assert!(known_servers.is_late(it, end) && !known_servers.is_silent(it, end));
}

#[test]
fn datagrams_that_were_sent_at_once_make_no_silence() {
    let it = server(1);
    let (known_servers, begin) = asked(it);
    for _ in 0..SILENT_AFTER * 2 {
        known_servers.missed(it, begin);
    }
    assert!(!known_servers.is_silent(it, begin + SILENCE / 2));
    assert!(known_servers.is_silent(it, begin + SILENCE));
    // An answer begins anew.
    known_servers.answered(it, PATIENCE * 2, true);
    let later = begin + SILENCE;
    for _ in 0..SILENT_AFTER * 2 {
        known_servers.missed(it, later);
    }
    assert!(!known_servers.is_silent(it, later + SILENCE / 2));
    assert!(known_servers.is_silent(it, later + SILENCE));
}

#[test]
fn a_late_server_is_asked_once_in_a_while() {
    let it = server(1);
    let (known_servers, begin) = asked(it);
    assert!(known_servers.is_worth_a_question(it, begin));
    assert!(known_servers.is_worth_a_question(it, begin));
    known_servers.late(it, begin);
    assert!(!known_servers.is_worth_a_question(it, begin));
    assert!(known_servers.is_worth_a_question(it, begin + RETRY_EVERY));
    assert!(!known_servers.is_worth_a_question(it, begin + RETRY_EVERY));
    known_servers.answered(it, PATIENCE / 2, true);
    assert!(known_servers.is_worth_a_question(it, begin + RETRY_EVERY));
}

#[test]
fn a_server_that_answers_in_time_is_waited_for_again() {
    let it = server(1);
    let (known_servers, now) = asked(it);
    known_servers.late(it, now);
    known_servers.answered(it, PATIENCE * 2, true);
    assert!(known_servers.is_late(it, now));
    known_servers.answered(it, PATIENCE / 2, true);
    assert!(!known_servers.is_late(it, now));
    // Datagrams that are lost now and then make no silence.
    for _ in 0..SILENT_AFTER * 2 {
        known_servers.missed(it, now);
        known_servers.answered(it, PATIENCE * 2, true);
    }
    assert!(!known_servers.is_late(it, now));
}

#[test]
fn silence_may_mean_that_edns_is_dropped_now() {
    let it = server(1);
    let (known_servers, now) = asked(it);
    known_servers.note_edns_support(it, EdnsSupport::Supported, now);
    known_servers.missed(it, now);
    assert_eq!(known_servers.edns_support(it, now), EdnsSupport::Supported);
    for _ in 1..SILENT_AFTER {
        known_servers.missed(it, now);
    }
    assert_eq!(known_servers.edns_support(it, now), EdnsSupport::Unknown);
    known_servers.note_edns_support(it, EdnsSupport::Unsupported, now);
    known_servers.missed(it, now);
    assert_eq!(
        known_servers.edns_support(it, now),
        EdnsSupport::Unsupported
    );
}

#[test]
fn that_a_server_is_without_edns_is_found_out_anew() {
    let it = server(1);
    let (known_servers, begin) = asked(it);
    known_servers.note_edns_support(it, EdnsSupport::Unsupported, begin);
    // Further answers without EDNS do not put that off.
    known_servers.note_edns_support(it, EdnsSupport::Unsupported, begin + WITHOUT_EDNS_FOR / 2);
    let end = begin + WITHOUT_EDNS_FOR;
    let before = end.checked_sub(Duration::from_millis(1)).unwrap();
    assert_eq!(
        known_servers.edns_support(it, before),
        EdnsSupport::Unsupported
    );
    assert_eq!(known_servers.edns_support(it, end), EdnsSupport::Unknown);
    known_servers.note_edns_support(it, EdnsSupport::Unsupported, end);
    assert_eq!(
        known_servers.edns_support(it, end),
        EdnsSupport::Unsupported
    );
    known_servers.note_edns_support(it, EdnsSupport::Supported, begin);
    let later = end + WITHOUT_EDNS_FOR;
    assert_eq!(
        known_servers.edns_support(it, later),
        EdnsSupport::Supported
    );
}

#[test]
fn an_answer_that_nobody_waited_for_tells_that_a_server_is_there_and_not_how_long_it_takes() {
    let it = server(1);
    let (known_servers, now) = asked(it);
    let wait = known_servers.wait(it);
    for _ in 0..SILENT_AFTER {
        known_servers.missed(it, now);
    }
    known_servers.answered(it, LATE_FOR, false);
    assert_eq!(known_servers.wait(it), wait);
    assert!(!known_servers.is_silent(it, now + SILENCE));
    known_servers.answered(it, LATE_FOR, true);
    assert!(known_servers.wait(it) > wait);
}

#[test]
fn what_is_remembered_is_bounded() {
    let begin = Instant::now();
    let known_servers = KnownServers::default();
    let many = u32::try_from(MOST_SERVERS).unwrap();
    for number in 0..many {
        let now = begin + Duration::from_millis(number.into());
        known_servers.asked(server(number), now);
        known_servers.note_edns_support(server(number), EdnsSupport::Unsupported, now);
    }
    let end = begin + Duration::from_secs(60);
    known_servers.asked(server(0), end);
    known_servers.asked(server(many), end);
    assert_eq!(known_servers.servers().len(), MOST_SERVERS);
    assert_eq!(
        known_servers.edns_support(server(0), end),
        EdnsSupport::Unsupported
    );
    assert_eq!(
        known_servers.edns_support(server(1), end),
        EdnsSupport::Unknown
    );
}
