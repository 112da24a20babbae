use super::*;

fn read(text: &str) -> (Vec<String>, Vec<String>) {
    let conf = parse(text.as_bytes());
    (
        conf.servers.iter().map(ToString::to_string).collect(),
        conf.search.iter().map(Name::to_ascii).collect(),
    )
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn one_line_that_cannot_be_read_does_not_spoil_the_others() {
    let long = format!("search {}.example fine.example\n", "a".repeat(64));
    for line in [
        "search corp..local\n",
        "search .\n",
        "search ..\n",
        "search --\n",
        "search\n",
        &long,
        "domain corp..local\n",
        "domain\n",
        "nameserver\n",
        "nameserver resolver.example\n",
        "nameserver 192.0.2.300\n",
        "nameserver 192.0.2.1.5\n",
        "nameserver ::g\n",
        "nameserver fe80::1%\n",
        "options ndots:many timeout:-1 attempts: :::: unheard-of\n",
        "options\n",
        "sortlist 1.2.3.4/x\n",
        "lookup file bind\n",
        "what is this\n",
        "\u{fffd}\u{0}\n",
        "# nameserver 198.51.100.1\n",
        "; nameserver 198.51.100.1\n",
        "\r\n",
    ] {
        for text in [
            format!("{line}nameserver 192.0.2.53\n"),
            format!("nameserver 192.0.2.53\n{line}"),
        ] {
            let servers = read(&text).0;
            assert!(
                servers.contains(&"192.0.2.53:53".to_owned()),
                "{text:?}: {servers:?}"
            );
            assert!(!servers.contains(&"198.51.100.1:53".to_owned()), "{text:?}");
        }
    }
    assert_eq!(
        parse(b"\xff\xfe\nnameserver \xff\nnameserver 192.0.2.53\n").servers,
        ["192.0.2.53:53".parse().unwrap()]
    );
}

#[test]
fn the_readable_part_of_a_search_list_counts() {
    assert_eq!(
        read("search corp..local inner.example. Office_1 # later.example\nnameserver 192.0.2.1").1,
        ["inner.example.", "Office_1."]
    );
    assert_eq!(read("domain a.example\nsearch b.example").1, ["b.example."]);
    assert_eq!(
        read("search b.example\ndomain a.example x").1,
        ["a.example."]
    );
}

#[test]
fn addresses_of_every_form_are_taken() {
    assert_eq!(
        read(
            "nameserver 192.0.2.1 # the first\nnameserver\t2001:db8::1;second\n  nameserver 192.0.2.3\r\n"
        )
        .0,
        ["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.3:53"]
    );
    for (zone, scope) in [("%lo", 1), ("%1", 1), ("%7", 7), ("%no-such-0", 0)] {
        let servers = parse(format!("nameserver fe80::1{zone}\n").as_bytes()).servers;
        let expected = SocketAddrV6::new("fe80::1".parse().unwrap(), DNS_PORT, 0, scope);
        assert_eq!(servers, [SocketAddr::from(expected)], "{zone}");
    }
}

#[test]
fn three_name_servers_are_asked_as_the_c_library_does() {
    let text = "nameserver 192.0.2.1\nnameserver x\nnameserver 192.0.2.2\nnameserver 192.0.2.2\nnameserver 192.0.2.4\n";
    assert_eq!(read(text).0, ["192.0.2.1:53", "192.0.2.2:53"]);
}

#[test]
fn where_none_is_named_the_one_on_this_machine_is_asked() {
    for text in ["", "\n", "search corp.example\n", "nameserver nobody\n"] {
        let conf = parse(text.as_bytes());
        assert!(conf.is_fallback, "{text:?}");
        assert_eq!(read(text).0, strings(&["127.0.0.1:53"]), "{text:?}");
    }
    assert!(!parse(b"nameserver 127.0.0.1").is_fallback);
}
