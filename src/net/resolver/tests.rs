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
