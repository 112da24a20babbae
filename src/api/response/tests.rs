use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::{DomainName, ReservedNames};

fn key() -> ApiKey {
    ApiKey::new("Se/cret+Key").unwrap()
}

fn list(domains: &Value) -> Option<DomainList> {
    let body = json!({ "success": true, "domains": domains }).to_string();
    match read(body.as_bytes(), &key()) {
        Some(Response::Success(fields)) => domain_list(&fields, &key()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn reads_yes_and_no() {
    for (body, yes) in [
        (r#"{"success":true}"#, true),
        (r#" {"success":1,"x":[]} "#, true),
        (r#"{"success":"true"}"#, true),
        ("\u{feff}{\"success\":true}", true),
        (r#"{"success":false,"error":"no"}"#, false),
        (r#"{"success":0}"#, false),
    ] {
        let said = read(body.as_bytes(), &key());
        assert_eq!(matches!(said, Some(Response::Success(_))), yes, "{body}");
        assert_eq!(matches!(said, Some(Response::Failure(_))), !yes, "{body}");
    }
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "true",
        r#"{"success":null}"#,
        r#"{"success":{}}"#,
        r#"{"success":true"#,
        r#"{"success":true}x"#,
        "<html>",
    ] {
        assert_eq!(read(body.as_bytes(), &key()), None, "{body}");
    }
}

#[test]
fn texts_are_cleaned_and_hold_no_key() {
    let body = json!({"success": false, "error": "a\u{0}\u{202e}\r\nb Se\u{200b}/cret+\u{7}Key SE/CRET+KEY Se/cret+Key"});
    // A control character becomes a space, so that a key that is cut by one stays cut.
    assert_eq!(
        read(body.to_string().as_bytes(), &key()),
        Some(Response::Failure("a b Se/cret+ Key [key] [key]".to_owned()))
    );
    let long = json!({"success": false, "error": "Se/cret+Key".repeat(5000)});
    let Some(Response::Failure(text)) = read(long.to_string().as_bytes(), &key()) else {
        panic!();
    };
    assert!(text.chars().count() <= SERVER_TEXT_MAX + 1);
    assert!(!text.to_lowercase().contains("se/cret"), "{text}");
}

#[test]
fn no_cap_shows_the_beginning_of_a_key() {
    let key = ApiKey::new(&"0123456789abcdef".repeat(8)).unwrap();
    for length in [50, 200, 2400, 70_000] {
        let text = format!("{}{}", "\u{200b}".repeat(length), key.reveal().repeat(40));
        let text = format!("{} {text}", "x".repeat(length % 300));
        assert!(!redacted(&text, &key).contains("0123"));
        assert!(!describe(text.as_bytes(), &key).contains("0123"));
        let page = format!("<title>{}</title>", key.reveal().repeat(40));
        assert!(!describe(page.as_bytes(), &key).contains("0123"));
    }
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
    for (name, there) in [
        ("example.com", true),
        ("two.example.com", true),
        ("*.two.example.com", true),
        ("three.example.com", false),
        ("bücher.de", true),
        ("six.example.com", false),
    ] {
        assert_eq!(found.contains(&wanted(name)), there, "{name}");
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
fn describes_what_is_no_answer() {
    for (body, described) in [
        ("", "nothing"),
        (" \n", "nothing"),
        (
            "{\"success\":tr",
            "JSON that is cut short or not as expected",
        ),
        (
            "<!DOCTYPE html><HTML><Title id=x>\n Down\tfor Se/cret+Key </title>",
            "a web page titled “Down for [key]”",
        ),
        ("<html>", "a web page"),
        ("<title", "a web page"),
        ("It works!", "“It works!”"),
        ("Se/cret+Key", "“[key]”"),
        ("Größe €", "“Größe €”"),
    ] {
        assert_eq!(describe(body.as_bytes(), &key()), described);
    }
}

#[test]
fn does_not_show_what_is_no_text() {
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56";
    assert_eq!(describe(gzip, &key()), "something that is no text");
    assert_eq!(describe(b"\xff\xfe", &key()), "something that is no text");
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

proptest! {
    #[test]
    fn any_body_is_survived(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = describe(&body, &key());
        if let Some(Response::Success(fields)) = read(&body, &key()) {
            let _ = domain_list(&fields, &key());
        }
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
