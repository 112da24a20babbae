use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::api::DomainList;
use crate::domain::{DomainName, ReservedNames};

fn key() -> ApiKey {
    ApiKey::new("Se/cret+Key").unwrap()
}

/// What a response says that arrives in pieces of `size` bytes.
fn read_in_pieces(body: &[u8], size: usize) -> Option<Listed> {
    let key = key();
    let mut reader = ListReader::new(&key, true);
    for piece in body.chunks(size) {
        if let Err(stop) = reader.read(piece) {
            assert_eq!(stop, Stop::Enough);
            break;
        }
    }
    reader.finish()
}

fn compact(body: &[u8]) -> Option<CompactList> {
    let mut found: Vec<Option<Vec<_>>> = Vec::new();
    for size in [1, 2, 7, 64, usize::MAX] {
        found.push(match read_in_pieces(body, size) {
            Some(Listed::Domains(list)) => Some(list.iter().collect()),
            _ => None,
        });
    }
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{found:?}");
    match read_in_pieces(body, 5)? {
        Listed::Domains(list) => Some(list),
        Listed::Failure(_) => None,
    }
}

/// Names and how many entries were skipped.
fn names(body: &str) -> Option<(Vec<String>, usize)> {
    let list = compact(body.as_bytes())?;
    Some((list.iter().map(|it| it.domain).collect(), list.skipped()))
}

fn list(domains: &Value) -> Option<DomainList> {
    let body = json!({ "success": true, "domains": domains }).to_string();
    compact(body.as_bytes()).map(DomainList::from)
}

#[test]
fn lists_strings_and_objects_and_counts_the_rest() {
    let found = list(&json!([
        "Example.com.",
        "*.example.com",
        "https://shop.example.com:8443/x?y",
        "bücher.de",
        {"Name": "one.example.com", "ssl": "active", "id": 7},
        {"HOSTNAME": "two.example.com", "wildcard": "1"},
        {"host": "*.three.example.com", "wildcard": true},
        {"url": "http://four.example.com/", "domain": null},
        {"domain": "five.example.com", "wildcard": "0", "echo": ["Se/cret+Key"]},
        "my_app.internal-host",
        "example.com",
        7, null, [], {}, "", "a b", {"domain": 5}, {"label": "x.example.com"}, "…",
    ]))
    .unwrap();
    let names: Vec<&str> = found.domains.iter().map(|d| d.domain.as_str()).collect();
    assert_eq!(
        names,
        [
            "example.com",
            "*.example.com",
            "shop.example.com",
            "xn--bcher-kva.de",
            "one.example.com",
            "*.two.example.com",
            "*.three.example.com",
            "four.example.com",
            "five.example.com",
            "my_app.internal-host",
        ]
    );
    assert_eq!(found.skipped, 9);
    assert_eq!(
        Value::Object(found.domains[4].details.clone()),
        json!({"ssl": "active", "id": 7})
    );
    assert_eq!(found.domains[8].details["echo"], json!(["[key]"]));
    assert!(found.domains[5].wildcard && !found.domains[8].wildcard);

    let wanted = |text| DomainName::parse(text, ReservedNames::Refuse).unwrap();
    let body = json!({ "success": true, "domains": [
        "Example.com.", {"HOSTNAME": "two.example.com", "wildcard": "1"},
        {"host": "*.three.example.com", "wildcard": true}, "bücher.de",
    ]});
    let compact = compact(body.to_string().as_bytes()).unwrap();
    for (name, there) in [
        ("example.com", true),
        ("two.example.com", true),
        ("*.two.example.com", true),
        ("three.example.com", false),
        ("bücher.de", true),
        ("six.example.com", false),
    ] {
        assert_eq!(compact.contains(&wanted(name)), there, "{name}");
        assert_eq!(compact.lacks(&wanted(name)), !there, "{name}");
    }
}

#[test]
fn odd_lists() {
    assert_eq!(list(&json!([])), Some(DomainList::default()));
    assert_eq!(list(&json!(null)), Some(DomainList::default()));
    assert_eq!(
        list(&json!({"0": "a.example.com", "2": "b.example.com"}))
            .unwrap()
            .domains
            .len(),
        2
    );
    assert_eq!(list(&json!("a.example.com")), None);
    assert_eq!(list(&json!(3)), None);
}

#[test]
fn a_list_that_cannot_be_read_lacks_nothing() {
    let name = DomainName::parse("a.example.com", ReservedNames::Refuse).unwrap();
    for (domains, lacks) in [
        (json!([]), true),
        (json!(["b.example.com", {"alias": "?"}]), true),
        (json!(["a.example.com"]), false),
        (json!([{"alias": "a.example.com"}]), false),
    ] {
        assert_eq!(list(&domains).unwrap().lacks(&name), lacks, "{domains}");
    }
}

#[test]
fn one_odd_entry_spoils_itself_alone() {
    let long = format!("\"{}\"", "x".repeat(100_000));
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for odd in [
        "1e999",
        "-1e999",
        "null",
        "[]",
        "[[[\"a.example\"]]]",
        r#""\ud800""#,
        r#"{"domain":"\udc00.example"}"#,
        r#"{"domain":"c.example","size":1e999}"#,
        "\"a\tb\"",
        r#""\q""#,
        "01",
        "NaN",
        "tru",
        ".5",
        "+1",
        "'x'",
        "\u{fc}",
        &long,
        &deep,
    ] {
        let body =
            format!(r#"{{"domains":["a.example",{odd}, {odd},"b.example"],"success":true}}"#);
        let expected = (vec!["a.example".to_owned(), "b.example".to_owned()], 2);
        assert_eq!(
            names(&body),
            Some(expected),
            "{}",
            &odd[..odd.len().min(80)]
        );
    }
    // And an odd value beside the list spoils nothing.
    for odd in ["1e999", r#""\ud800""#, &long, &deep] {
        let body = format!(r#"{{"total":{odd},"success":true,"domains":["a.example"],"x":{odd}}}"#);
        assert_eq!(names(&body), Some((vec!["a.example".to_owned()], 0)));
    }
}

#[test]
fn bytes_that_are_no_text_spoil_their_entry_alone() {
    let body = b"{\"success\":true,\"domains\":[\"a.example\",\"\xff\xfe.example\",\"b.example\"]}";
    let list = compact(body).unwrap();
    assert_eq!((list.len(), list.skipped()), (2, 1));
}

#[test]
fn a_list_that_is_cut_short_is_none() {
    let body = r#"{"success":true,"domains":["a.example",{"domain":"b.example"}],"total":2}"#;
    for end in 0..body.len() {
        assert_eq!(names(&body[..end]), None, "{}", &body[..end]);
    }
    assert_eq!(names(&format!("{body}x")), None);
}

#[test]
fn what_is_said_of_success_counts_wherever_it_stands() {
    for (body, said) in [
        (r#"{"success":true,"domains":["a.example"]}"#, Some("")),
        (r#"{"domains":["a.example"],"success":1}"#, Some("")),
        (r#"{"domains":["a.example"]}"#, None),
        (r#"{"success":true}"#, None),
        (r#"{"success":1e999,"domains":[]}"#, None),
        (r#"{"success":false,"domains":["a.example"]}"#, Some("no")),
        (r#"{"error":"why","success":false}"#, Some("nowhy")),
        (
            r#"{"error":null,"message":"x","success":false}"#,
            Some("no"),
        ),
        (
            r#"{"message":"for Se/cret+Key","success":0}"#,
            Some("nofor [key]"),
        ),
        (r#"{"error":1e999,"success":false}"#, Some("no")),
    ] {
        let read = read_in_pieces(body.as_bytes(), 3);
        let told = read.map(|read| match read {
            Listed::Domains(_) => String::new(),
            Listed::Failure(text) => format!("no{text}"),
        });
        assert_eq!(told.as_deref(), said, "{body}");
    }
}

#[test]
fn of_duplicates_the_first_stays() {
    let body = r#"{"success":true,"domains":["b.example",{"name":"A.example","id":1},"b.example",{"name":"a.example","id":2}]}"#;
    let list = compact(body.as_bytes()).unwrap();
    let kept: Vec<_> = list.iter().collect();
    assert_eq!(kept.len(), 2);
    assert_eq!(
        (kept[0].domain.as_str(), kept[1].domain.as_str()),
        ("b.example", "a.example")
    );
    assert_eq!(kept[1].details["id"], 1);
    let twice = r#"{"success":true,"domains":["x.example"],"domains":["y.example"]}"#;
    assert_eq!(names(twice), Some((vec!["y.example".to_owned()], 0)));
}

#[test]
fn what_a_list_may_take_is_bounded() {
    let key = key();
    for (with_details, read) in [(true, 900..950), (false, 10_000..11_500)] {
        let mut reader = ListReader::new(&key, with_details);
        reader.most = 600_000;
        reader.read(br#"{"success":true,"domains":["#).unwrap();
        let filler = "x".repeat(290);
        let stopped = (0..100_000).find_map(|number| {
            let entry = format!(r#"{{"name":"{number}.example","a":"{filler}","b":"{filler}"}},"#);
            let stop = reader.read(entry.as_bytes()).err()?;
            Some((number, stop))
        });
        let (number, stop) = stopped.unwrap();
        assert_eq!(stop, Stop::TooBig);
        assert!(read.contains(&number), "{number}");
    }
}

proptest! {
    #[test]
    fn any_json_is_read_as_serde_reads_it(entries in proptest::collection::vec("[a-z]{1,5}\\PC{0,5}", 0..8)) {
        let body = json!({ "total": entries.len(), "domains": entries, "success": true });
        let (names, skipped) = names(&body.to_string()).unwrap();
        let expected: Vec<_> = entries
            .iter()
            .filter_map(|name| remote_domain(&Value::from(name.as_str()), &key()))
            .map(|it| it.domain)
            .collect();
        prop_assert_eq!(skipped, entries.len() - expected.len());
        let mut unique = Vec::new();
        for name in expected {
            if !unique.contains(&name) {
                unique.push(name);
            }
        }
        prop_assert_eq!(names, unique);
    }

    #[test]
    fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        compact(&body);
    }

    #[test]
    fn any_entry_is_survived(names in proptest::collection::vec("\\PC{0,40}|.{0,40}", 0..6)) {
        let total = names.len();
        let found = list(&json!(names)).unwrap();
        prop_assert!(found.domains.len() + found.skipped <= total);
        for domain in found.domains {
            prop_assert!(domain.domain.is_ascii() && domain.domain.len() <= 255);
        }
    }
}

#[test]
fn a_list_with_an_odd_entry_does_not_say_that_its_domain_is_gone() {
    let name = |text| DomainName::parse(text, ReservedNames::Refuse).unwrap();
    let list =
        compact(br#"{"domains":["a.example.com",{"domain":"Shop.example.com","size":1e999}],"success":true}"#)
            .unwrap();
    assert!(!list.lacks(&name("shop.example.com")));
    assert!(!list.lacks(&name("*.shop.example.com")));
    assert!(list.lacks(&name("gone.example.com")));
    let long = format!("{{\"domain\":\"{}\"}}", "x".repeat(100_000));
    let list =
        compact(format!("{{\"domains\":[\"a.example.com\",{long}],\"success\":true}}").as_bytes())
            .unwrap();
    assert!(
        !list.lacks(&name("gone.example.com")),
        "nobody knows what it was"
    );
}
