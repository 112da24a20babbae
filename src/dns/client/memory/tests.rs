use std::net::Ipv4Addr;

use hickory_resolver::proto::op::{MessageType, OpCode};
use hickory_resolver::proto::rr::Record;
use hickory_resolver::proto::rr::rdata::{A, CNAME, SOA};

use super::*;

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn asked(text: &str) -> Arc<Asked> {
    Asked::new(vec![([192, 0, 2, 1], 53).into()], name(text), RecordType::A)
}

fn message(answers: &[(u32, RData)], authorities: &[(u32, RData)]) -> Arc<Message> {
    let mut message = Message::new(0, MessageType::Response, OpCode::Query);
    let record =
        |(ttl, data): &(u32, RData)| Record::from_rdata(name("a.test."), *ttl, data.clone());
    message.answers.extend(answers.iter().map(record));
    message.authorities.extend(authorities.iter().map(record));
    Arc::new(message)
}

fn address() -> RData {
    RData::A(A(Ipv4Addr::LOCALHOST))
}

fn soa(minimum: u32) -> RData {
    RData::SOA(SOA::new(
        name("ns.test."),
        name("a.test."),
        1,
        2,
        3,
        4,
        minimum,
    ))
}

fn seconds(answers: &[(u32, RData)], authorities: &[(u32, RData)]) -> u64 {
    lifetime(&message(answers, authorities), RecordType::A).map_or(0, |time| time.as_secs())
}

#[test]
fn an_answer_holds_for_the_lowest_ttl_and_never_for_long() {
    assert_eq!(seconds(&[(30, address()), (20, address())], &[]), 20);
    assert_eq!(seconds(&[(86_400, address())], &[]), LONGEST.as_secs());
    assert_eq!(seconds(&[(0, address())], &[]), 0);
    let alias = RData::CNAME(CNAME(name("b.test.")));
    assert_eq!(seconds(&[(7, alias.clone()), (20, address())], &[]), 7);
    // What the zone says of names that are not there is not about these.
    assert_eq!(seconds(&[(30, address())], &[(5, soa(5))]), 30);
}

#[test]
fn that_there_is_nothing_holds_for_as_long_as_the_zone_says() {
    assert_eq!(seconds(&[], &[(30, soa(40))]), 30);
    assert_eq!(seconds(&[], &[(40, soa(30))]), 30);
    assert_eq!(seconds(&[], &[(40, soa(0))]), 0);
    assert_eq!(seconds(&[], &[]), 0);
    let alias = RData::CNAME(CNAME(name("b.test.")));
    assert_eq!(seconds(&[(20, alias.clone())], &[(30, soa(40))]), 20);
    assert_eq!(seconds(&[(50, alias.clone())], &[(30, soa(40))]), 30);
    assert_eq!(seconds(&[(50, alias)], &[]), 0);
}

#[test]
fn it_is_recalled_until_then_and_of_those_who_were_asked_alone() {
    let (mut memory, now) = (Memory::default(), Instant::now());
    let answer = message(&[(30, address())], &[]);
    memory.keep(asked("a.test."), Arc::clone(&answer), now);
    let later = |seconds| now + Duration::from_secs(seconds);
    assert_eq!(memory.recall(&asked("A.test."), later(29)), Some(answer));
    assert_eq!(memory.recall(&asked("a.test."), later(30)), None);
    let other =
        |server: [u8; 4], kind| Asked::new(vec![(server, 53).into()], name("a.test."), kind);
    for other in [
        asked("b.test."),
        other([192, 0, 2, 2], RecordType::A),
        other([192, 0, 2, 1], RecordType::AAAA),
    ] {
        assert_eq!(memory.recall(&other, now), None);
    }
}

#[test]
fn a_newer_answer_replaces_it_even_where_it_cannot_be_kept() {
    let (mut memory, now) = (Memory::default(), Instant::now());
    memory.keep(asked("a.test."), message(&[(30, address())], &[]), now);
    let newer = message(&[(60, address())], &[]);
    memory.keep(asked("a.test."), Arc::clone(&newer), now);
    assert_eq!(memory.recall(&asked("a.test."), now), Some(newer));
    memory.keep(asked("a.test."), message(&[], &[]), now);
    assert_eq!(memory.recall(&asked("a.test."), now), None);
}

#[test]
fn it_is_bounded_and_what_is_asked_for_again_and_again_stays() {
    let (mut memory, now) = (Memory::default(), Instant::now());
    let answer = message(&[(30, address())], &[]);
    memory.keep(asked("test."), Arc::clone(&answer), now);
    for number in 0..20 * MOST {
        memory.keep(asked(&format!("d{number}.test.")), Arc::clone(&answer), now);
        assert!(memory.recall(&asked("test."), now).is_some(), "{number}");
    }
    assert!(memory.young.len() + memory.old.len() <= 2 * MOST);
    assert_eq!(memory.recall(&asked("d0.test."), now), None);
}
