use hickory_resolver::lookup::Lookup;
use hickory_resolver::proto::rr::RData;

use super::*;

#[test]
fn reads_name_servers() {
    for (text, expected) in [
        ("192.0.2.1", "192.0.2.1:53"),
        (" 192.0.2.1:5353 ", "192.0.2.1:5353"),
        ("2001:db8::1", "[2001:db8::1]:53"),
        ("[2001:db8::1]", "[2001:db8::1]:53"),
        ("[2001:db8::1]:5353", "[2001:db8::1]:5353"),
        ("fe80::1%7", "[fe80::1%7]:53"),
        ("[fe80::1%7]", "[fe80::1%7]:53"),
    ] {
        assert_eq!(parse_name_server(text).unwrap().to_string(), expected);
    }
    for text in ["", "dns.example.com", "192.0.2.1:0", "192.0.2.1:x", "1.2.3"] {
        let error = parse_name_server(text).unwrap_err();
        assert_eq!(error.reason(), "bad-resolver", "{text}");
    }
}

#[test]
fn the_hosts_file_is_enough_where_it_has_one_family() {
    let name = Name::from_ascii("api.example.com.").unwrap();
    let mut hosts = Hosts::default();
    let lookup = Lookup::from_rdata(
        Query::query(name.clone(), RecordType::A),
        RData::A(Ipv4Addr::new(192, 0, 2, 7).into()),
    );
    hosts.insert(name, RecordType::A, lookup);
    // No name server answers.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let resolver = Resolver::new(&[silent.local_addr().unwrap()]);
    let look = async {
        let look = resolver.addresses_with(&hosts, "API.example.com");
        tokio::time::timeout(Duration::from_secs(60), look).await
    };
    assert_eq!(
        crate::net::block_on(look).unwrap().unwrap(),
        Ok(vec!["192.0.2.7:0".parse().unwrap()])
    );
}

#[test]
fn an_address_is_its_own() {
    // No name server answers.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    for (host, address) in [
        ("192.0.2.7", "192.0.2.7:0"),
        ("[2001:db8::7]", "[2001:db8::7]:0"),
        ("2001:db8::7", "[2001:db8::7]:0"),
    ] {
        let resolver = Resolver::new(&[silent.local_addr().unwrap()]);
        let found = crate::net::block_on(resolver.addresses(host.to_owned())).unwrap();
        assert_eq!(found, Ok(vec![address.parse().unwrap()]), "{host}");
    }
}

#[test]
fn ipv4_addresses_come_first_for_a_caller_that_can_use_no_other() {
    let look_up = |resolver: Resolver| {
        let found = crate::net::block_on(resolver.addresses("localhost".to_owned())).unwrap();
        let found: Vec<bool> = found.unwrap().iter().map(SocketAddr::is_ipv4).collect();
        assert_eq!(found.len(), 2);
        found[0]
    };
    let resolver = Resolver::new(&[]);
    let first = (0..64).map(|_| look_up(resolver.clone()));
    assert!(!first.collect::<Vec<_>>().iter().all(|is_ipv4| *is_ipv4));
    let resolver = resolver.with_ipv4_first(true);
    assert!((0..64).all(|_| look_up(resolver.clone())));
}

/// A name server that has 192.0.2.7 for each name, and never answers for IPv6.
fn serve_ipv4_only() -> SocketAddr {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut bytes = [0; 512];
        while let Ok((_, client)) = socket.recv_from(&mut bytes) {
            // The header, the name with its last, empty label, type and class.
            let name_length = bytes[12..].iter().position(|byte| *byte == 0).unwrap() + 1;
            let (question, _) = bytes.split_at(12 + name_length + 4);
            if question[question.len() - 3] != 1 {
                continue;
            }
            let mut answer = question.to_vec();
            // A response with one record, and nothing of EDNS.
            answer[2] |= 0x80;
            (answer[7], answer[11]) = (1, 0);
            answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
            socket.send_to(&answer, client).unwrap();
        }
    });
    address
}

#[test]
fn a_name_server_that_is_silent_about_ipv6_costs_little() {
    let begun = Instant::now();
    let resolver = Resolver::new(&[serve_ipv4_only()]);
    let found = crate::net::block_on(resolver.addresses("api.example".to_owned())).unwrap();
    assert_eq!(found, Ok(vec!["192.0.2.7:0".parse().unwrap()]));
    assert!(begun.elapsed() < LONGEST_LOOKUP, "{:?}", begun.elapsed());
}

#[test]
fn only_a_name_without_a_dot_is_completed() {
    let search = ["inner.example.", "example."].map(|name| Name::from_ascii(name).unwrap());
    let texts = |host| -> Vec<String> {
        let names = candidates(host, &search);
        names.iter().map(Name::to_ascii).collect()
    };
    assert_eq!(texts("api"), ["api.inner.example.", "api.example.", "api."]);
    assert_eq!(texts("api.test"), ["api.test."]);
    assert_eq!(texts("api.test."), ["api.test."]);
}

#[test]
fn the_systems_name_servers_change_with_its_configuration() {
    let path = std::env::temp_dir().join(format!("closte-resolv-{}", std::process::id()));
    let system = NameServers::system(&path);
    let texts = || -> Vec<String> {
        let list = system.now();
        list.servers.iter().map(ToString::to_string).collect()
    };
    assert_eq!(texts(), ["127.0.0.1:53"]);
    std::fs::write(&path, "nameserver 192.0.2.1\nsearch inner.example\n").unwrap();
    assert_eq!(texts(), ["192.0.2.1:53"]);
    assert_eq!(system.now().search.len(), 1);
    std::fs::write(&path, "nameserver 2001:db8::1\nnameserver 192.0.2.1\n").unwrap();
    assert_eq!(texts(), ["[2001:db8::1]:53", "192.0.2.1:53"]);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(texts(), ["127.0.0.1:53"]);
    assert!(system.now().in_words().contains("/etc/resolv.conf"));
}

#[test]
fn name_servers_that_are_named_stay() {
    let named = NameServers::new(&["192.0.2.1:5353".parse().unwrap()]);
    assert_eq!(named.now().servers, ["192.0.2.1:5353".parse().unwrap()]);
}

#[test]
fn localhost_is_loopback() {
    let local = |name| local_addresses(&Hosts::default(), &Name::from_ascii(name).unwrap());
    assert_eq!(local("network.localhost.").unwrap().len(), 2);
    assert_eq!(local("a.com."), None);
}

#[test]
fn knows_localhost() {
    let found = crate::net::block_on(Resolver::new(&[]).addresses("localhost".to_owned()));
    assert!(
        found
            .unwrap()
            .unwrap()
            .iter()
            .all(|address| address.ip().is_loopback())
    );
}
