use super::*;
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};

fn parse(input: &str) -> DomainName {
    DomainName::parse(input, ReservedNames::Refuse).unwrap()
}

fn reason(input: &str) -> &'static str {
    match DomainName::parse(input, ReservedNames::Refuse) {
        Ok(name) => panic!("{input:?} was taken as {name}"),
        Err(error) => error.reason(),
    }
}

#[test]
fn folds_case_trailing_dot_and_unicode() {
    for (input, ascii, unicode) in [
        ("example.com", "example.com", "example.com"),
        ("Shop.EXAMPLE.com.", "shop.example.com", "shop.example.com"),
        ("*.Example.com", "*.example.com", "*.example.com"),
        ("bücher.de", "xn--bcher-kva.de", "bücher.de"),
        ("BÜCHER.de", "xn--bcher-kva.de", "bücher.de"),
        ("XN--BCHER-KVA.DE", "xn--bcher-kva.de", "bücher.de"),
        ("*.bücher.de", "*.xn--bcher-kva.de", "*.bücher.de"),
        ("faß.de", "xn--fa-hia.de", "faß.de"),
        (
            "例え。テスト。jp",
            "xn--r8jz45g.xn--zckzah.jp",
            "例え.テスト.jp",
        ),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com", "example.com"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ("a--b.example.com", "a--b.example.com", "a--b.example.com"),
        ("1.example.com", "1.example.com", "1.example.com"),
        ("new.unknowntld", "new.unknowntld", "new.unknowntld"),
    ] {
        let name = parse(input);
        assert_eq!((name.ascii(), name.unicode()), (ascii, unicode), "{input}");
        let both = format!("{unicode} ({ascii})");
        let shown = if unicode == ascii { ascii } else { &both };
        assert_eq!(name.for_people(), shown);
    }
}

#[test]
fn knows_the_registrable_domain() {
    for (input, registrable, apex) in [
        ("example.com", "example.com", true),
        ("shop.example.co.uk", "example.co.uk", false),
        ("example.co.uk", "example.co.uk", true),
        ("*.example.co.uk", "example.co.uk", false),
        ("me.github.io", "me.github.io", true),
        ("a.b.me.github.io", "me.github.io", false),
        ("www.ck", "www.ck", true),
        ("a.b.kobe.jp", "a.b.kobe.jp", true),
        ("city.kobe.jp", "city.kobe.jp", true),
    ] {
        let name = parse(input);
        assert_eq!(
            (name.registrable(), name.is_apex()),
            (registrable, apex),
            "{input}"
        );
    }
}

#[test]
fn refuses_with_a_reason_each() {
    let long_label = format!("{}.example.com", "a".repeat(64));
    let long_name = format!("{}example.com", "a.".repeat(122));
    let long_wildcard = format!("*.{}", name_of_length(252));
    let long_input = "a".repeat(10_000_000);
    let long_idn = format!("{}.de", "ü".repeat(60));
    for (input, expected) in [
        ("", "empty"),
        (" ", "empty"),
        (".", "empty"),
        ("\u{ad}", "empty"),
        (&*long_name, "too-long"),
        (&*long_wildcard, "too-long"),
        (&*long_input, "too-long"),
        (&*long_label, "label-too-long"),
        (&*long_idn, "label-too-long"),
        (".example.com", "empty-label"),
        ("a..example.com", "empty-label"),
        ("example.com..", "empty-label"),
        ("exa\0mple.com", "control-character"),
        ("example.com\u{7}", "control-character"),
        ("exam\u{202e}ple.com", "control-character"),
        (" example.com", "whitespace"),
        ("example.com\n", "whitespace"),
        ("a.com b.com", "whitespace"),
        ("a.com\r\nHost: b.com", "whitespace"),
        ("https://example.com/", "url"),
        ("http://user:pw@example.com", "url"),
        ("//example.com", "url"),
        ("me@example.com", "email-address"),
        ("user:password@example.com", "user-info"),
        ("example.com/shop", "path"),
        ("example.com?x=1", "path"),
        ("example.com#top", "path"),
        ("example.com\\x", "path"),
        ("example.com:8080", "port"),
        ("example.com:", "port"),
        ("example.com:x", "bad-character"),
        ("192.0.2.1", "ip-address"),
        ("192.0.2.1.", "ip-address"),
        ("192.0.2.1:80", "ip-address"),
        ("2001:db8::1", "ip-address"),
        ("[2001:db8::1]", "ip-address"),
        ("[2001:db8::1]:443", "ip-address"),
        ("::ffff:192.0.2.1", "ip-address"),
        ("127.1", "ip-address"),
        ("0x7f.1", "ip-address"),
        ("1.2.3.0x4", "ip-address"),
        ("2130706433", "ip-address"),
        ("１９２.0.2.1", "ip-address"),
        ("*", "wildcard"),
        ("*.", "wildcard"),
        ("*..", "wildcard"),
        ("*.*.example.com", "wildcard"),
        ("www.*.example.com", "wildcard"),
        ("*example.com", "wildcard"),
        ("a*.example.com", "wildcard"),
        ("my_shop.example.com", "underscore"),
        ("_dmarc.example.com", "underscore"),
        ("my＿shop.example.com", "underscore"),
        ("-a.example.com", "hyphen"),
        ("a-.example.com", "hyphen"),
        ("ab--c.example.com", "hyphen"),
        ("xn--a.com", "bad-punycode"),
        ("xn--.com", "bad-punycode"),
        ("xn--zzzzzzzzzz-.com", "bad-punycode"),
        ("a$b.example.com", "bad-character"),
        ("a,b.com", "bad-character"),
        ("a%20b.com", "bad-character"),
        ("<b>.com", "bad-character"),
        ("exam\u{fffd}ple.com", "bad-character"),
        ("shop", "single-label"),
        ("com", "single-label"),
        ("localhost", "special-use"),
        ("a.localhost", "special-use"),
        ("printer.local", "special-use"),
        ("db.internal", "special-use"),
        ("a.invalid", "special-use"),
        ("abc.onion", "special-use"),
        ("x.alt", "special-use"),
        ("nas.home.arpa", "special-use"),
        ("*.local", "special-use"),
        ("a.test", "reserved-name"),
        ("a.example", "reserved-name"),
        ("co.uk", "public-suffix"),
        ("github.io", "public-suffix"),
        ("*.com", "public-suffix"),
        ("*.co.uk", "public-suffix"),
        ("*.github.io", "public-suffix"),
        ("foo.ck", "public-suffix"),
        ("рф", "single-label"),
    ] {
        assert_eq!(
            reason(input),
            expected,
            "{}",
            input.get(..40).unwrap_or(input)
        );
    }
}

#[test]
fn each_reason_has_its_own_message_that_names_the_domain() {
    let mut messages: HashMap<String, &str> = HashMap::new();
    let inputs = [
        "",
        "a.com b",
        "http://e.com",
        "me@e.com",
        "a:b@e.com",
        "e.com/x",
        "e.com:1",
        "1.2.3.4",
        "*",
        "a_b.com",
        "-a.com",
        "xn--a.com",
        "$.com",
        "shop",
        "a.local",
        "a.test",
        "co.uk",
        "*.co.uk",
        "a..b.com",
        "a\u{1}.com",
    ];
    let mut reasons = HashSet::new();
    for input in inputs {
        let error = DomainName::parse(input, ReservedNames::Refuse).unwrap_err();
        reasons.insert(error.reason());
        let shape = error
            .to_string()
            .replace(error.domain().unwrap_or_default(), "");
        if let Some(other) = messages.insert(shape, input) {
            panic!("{input:?} and {other:?} have the same message");
        }
        assert_eq!(error.kind(), crate::error::Kind::InvalidDomain);
        assert!(error.message().contains(error.domain().unwrap()));
    }
    assert!(reasons.len() >= 19, "{reasons:?}");
}

#[test]
fn a_pasted_address_is_answered_with_the_name_in_it() {
    for input in [
        "https://Shop.Example.com/cart?x=1",
        "shop.example.com/cart",
        "shop.example.com:8443",
        "me@shop.example.com",
    ] {
        let message = DomainName::parse(input, ReservedNames::Refuse)
            .unwrap_err()
            .to_string();
        assert!(message.ends_with(": shop.example.com"), "{message}");
    }
    let message = DomainName::parse("https://u:secret@h.com", ReservedNames::Refuse)
        .unwrap_err()
        .to_string();
    assert!(message.ends_with("such as shop.example.com."), "{message}");
}

#[test]
fn reserved_names_are_for_loopback_only() {
    for input in ["a.test", "shop.example", "*.a.test"] {
        assert!(DomainName::parse(input, ReservedNames::Allow).is_ok());
        assert_eq!(reason(input), "reserved-name");
    }
    assert!(DomainName::parse("shop.localhost", ReservedNames::Allow).is_ok());
    assert_eq!(reason("shop.localhost"), "special-use");
    for input in ["test", "*.test", "localhost", "*.localhost", "a.local"] {
        assert!(DomainName::parse(input, ReservedNames::Allow).is_err());
    }
}

#[test]
fn counterparts() {
    for (input, expected) in [
        ("example.com", Some("www.example.com")),
        ("www.example.com", Some("example.com")),
        ("shop.example.com", Some("www.shop.example.com")),
        ("www.shop.example.com", Some("shop.example.com")),
        ("www.www.example.com", Some("www.example.com")),
        ("www.co.uk", Some("www.www.co.uk")),
        ("www.com", Some("www.www.com")),
        ("wwwexample.com", Some("www.wwwexample.com")),
        ("*.example.com", None),
        // An exception to `*.kawasaki.jp`.
        ("city.kawasaki.jp", Some("www.city.kawasaki.jp")),
    ] {
        assert_eq!(parse(input).counterpart().as_deref(), expected, "{input}");
    }
    assert_eq!(parse("kawasaki.jp").counterpart(), None);
    assert_eq!(parse(&name_of_length(253)).counterpart(), None);
    assert!(parse(&name_of_length(249)).counterpart().is_some());
}

#[test]
fn a_wildcard_covers_one_label() {
    for (name, other, covers) in [
        ("example.com", "example.com", true),
        ("example.com", "www.example.com", false),
        ("*.example.com", "shop.example.com", true),
        ("*.example.com", "*.example.com", true),
        ("*.example.com", "example.com", false),
        ("*.example.com", "a.b.example.com", false),
        ("*.example.com", "*.b.example.com", false),
        ("*.example.com", "shop.badexample.com", false),
        ("shop.example.com", "*.example.com", false),
    ] {
        assert_eq!(
            parse(name).covers(&parse(other)),
            covers,
            "{name} covers {other}"
        );
    }
}

#[test]
fn limits_are_inclusive() {
    let longest_label = format!("{}.com", "a".repeat(63));
    assert_eq!(parse(&longest_label).ascii(), longest_label);
    let longest = name_of_length(253);
    assert_eq!(parse(&longest).ascii(), longest);
    assert_eq!(parse(&format!("{longest}.")).ascii(), longest);
    assert_eq!(reason(&name_of_length(254)), "too-long");
    assert!(
        DomainName::parse(&format!("*.{}", name_of_length(251)), ReservedNames::Refuse).is_ok()
    );
}

/// A valid name of exactly `length` octets.
fn name_of_length(length: usize) -> String {
    let mut name = "e.com".to_owned();
    while name.len() < length {
        let label = (length - name.len() - 1).min(60);
        let label = if length - name.len() - 1 - label == 1 {
            label - 1
        } else {
            label
        };
        name = format!("{}.{name}", "a".repeat(label));
    }
    assert_eq!(name.len(), length);
    name
}

#[test]
fn huge_inputs_are_refused_quickly() {
    for unit in ["a.", "ü", "*", "xn--", "\u{202e}", "@", "://", "\u{ad}"] {
        let input = unit.repeat(10_000_000 / unit.len());
        let error = DomainName::parse(&input, ReservedNames::Refuse).unwrap_err();
        assert_eq!(error.reason(), "too-long");
        assert!(error.to_string().len() < 2000);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn anything_parses_or_is_refused_cleanly(input in "\\PC{0,80}|.{0,80}|[a-z0-9*._ü@:/-]{0,60}") {
        match DomainName::parse(&input, ReservedNames::Refuse) {
            Ok(name) => {
                prop_assert!(name.ascii().is_ascii() && name.ascii().len() <= 253);
                prop_assert!(!name.ascii().ends_with('.'));
                let again = DomainName::parse(name.ascii(), ReservedNames::Refuse);
                prop_assert_eq!(again.as_ref(), Ok(&name));
                let from_unicode = DomainName::parse(name.unicode(), ReservedNames::Refuse);
                prop_assert_eq!(from_unicode.as_ref(), Ok(&name));
                prop_assert!(is_or_is_under(name.host(), name.registrable()));
            }
            Err(error) => {
                prop_assert!(!error.to_string().chars().any(char::is_control));
                prop_assert!(error.to_string().chars().count() < 500);
            }
        }
    }

    #[test]
    fn plausible_names_round_trip(labels in proptest::collection::vec("[a-zäöüßéа-я0-9]{1,12}", 1..5), wildcard: bool) {
        let star = if wildcard { "*." } else { "" };
        let input = format!("{star}{}.com", labels.join("."));
        if let Ok(name) = DomainName::parse(&input, ReservedNames::Refuse) {
            prop_assert_eq!(name.is_wildcard(), wildcard);
            let again = DomainName::parse(name.ascii(), ReservedNames::Refuse);
            prop_assert_eq!(again.as_ref(), Ok(&name));
            if let Some(counterpart) = name.counterpart() {
                let other = DomainName::parse(&counterpart, ReservedNames::Refuse).unwrap();
                prop_assert_eq!(other.ascii(), counterpart);
                prop_assert!(!name.covers(&other));
            }
        }
    }
}

proptest! {
    #[test]
    fn names_compare_alike_whether_they_are_parsed_or_not(
        name in r"(\*\.)?(xn--)?[a-zA-Z0-9_-]{0,12}(\.(xn--)?[a-z0-9-]{1,9}){0,3}\.?"
    ) {
        let parsed = normalized(&name).unwrap_or_else(|text| text);
        prop_assert_eq!(&*comparable(&name), &parsed);
        prop_assert_eq!(&*comparable(&parsed), &parsed);
    }
}
