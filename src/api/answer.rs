//! What the API's JSON says.

use super::model::{DomainList, RemoteDomain};
use crate::domain::{DomainName, ReservedNames};
use crate::error::{OUTSIDE_TEXT_MAX, clean};
use crate::secret::ApiKey;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// An answer that is JSON as the API promises it.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    /// `{"success": true, …}`, with all it says.
    Yes(Map<String, Value>),
    /// `{"success": false, "error": "…"}`, with the cleaned text.
    No(String),
}

/// Reads a body. None means that it is not what the API promises.
pub(super) fn read(body: &[u8], key: &ApiKey) -> Option<Said> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let Ok(Value::Object(fields)) = serde_json::from_str(&String::from_utf8_lossy(body)) else {
        return None;
    };
    if truth(fields.get("success")?)? {
        return Some(Said::Yes(fields));
    }
    let text = match fields.get("error").or_else(|| fields.get("message")) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    };
    Some(Said::No(presentable(&text, key)))
}

/// Text from outside as a message may show it. Cleaned before the key is looked for, because
/// cleaning could put the key together again, and capped last, because most of a key that is cut
/// off would be shown.
pub(super) fn presentable(text: &str, key: &ApiKey) -> String {
    clean(&key.redact(&clean(text, usize::MAX)), OUTSIDE_TEXT_MAX)
}

/// What a body that is no answer of the API's looks like, in a few words.
pub(super) fn describe(body: &[u8], key: &ApiKey) -> String {
    if std::str::from_utf8(body.get(..64).unwrap_or(body)).is_err_and(|e| e.valid_up_to() < 8) {
        return "something that is no text".to_owned();
    }
    let text = clean(&String::from_utf8_lossy(body), usize::MAX);
    if text.is_empty() {
        return "nothing".to_owned();
    }
    if text.starts_with(['{', '[']) {
        return "JSON that is cut short or not as expected".to_owned();
    }
    let text = key.redact(&text);
    if text.starts_with('<') {
        let title = text.to_ascii_lowercase().find("<title").and_then(|at| {
            let from = at + text.get(at..)?.find('>')? + 1;
            let to = from + text.get(from..)?.find('<')?;
            text.get(from..to).map(str::trim)
        });
        return match title.filter(|title| !title.is_empty()) {
            Some(title) => format!("a web page titled “{}”", clean(title, 80)),
            None => "a web page".to_owned(),
        };
    }
    format!("“{}”", clean(&text, 80))
}

/// Whether the server's text says that the key was accepted and the domain was not.
pub(super) fn is_about_the_domain(text: &str) -> bool {
    const KNOWN: &str = "invalid or empty domain";
    text.trim()
        .get(..KNOWN.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(KNOWN))
}

/// PHP and .NET servers have several ways to say yes.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::Number(number) => number.as_f64().map(|number| number != 0.0),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" | "" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The list in an answer to `/getdomains`. None means that there is none.
pub(super) fn domain_list(fields: &Map<String, Value>, key: &ApiKey) -> Option<DomainList> {
    let entries: Vec<&Value> = match fields.get("domains")? {
        Value::Array(entries) => entries.iter().collect(),
        // PHP makes an object of a list with holes.
        Value::Object(entries) => entries.values().collect(),
        Value::Null => Vec::new(),
        _ => return None,
    };
    let mut list = DomainList::default();
    let mut seen = HashSet::new();
    for entry in entries {
        match remote_domain(entry, key) {
            Some(domain) => {
                if seen.insert(domain.domain.clone()) {
                    list.domains.push(domain);
                }
            }
            None => list.skipped += 1,
        }
    }
    Some(list)
}

const NAME_FIELDS: [&str; 5] = ["domain", "name", "hostname", "host", "url"];
const WILDCARD_FIELDS: [&str; 3] = ["wildcard", "is_wildcard", "iswildcard"];

fn remote_domain(entry: &Value, key: &ApiKey) -> Option<RemoteDomain> {
    match entry {
        Value::String(name) => {
            let domain = normalized(name)?;
            Some(RemoteDomain {
                wildcard: domain.starts_with("*."),
                domain,
                details: Map::new(),
                by_flag: false,
            })
        }
        Value::Object(fields) => {
            let (name_field, name) = NAME_FIELDS.iter().find_map(|wanted| {
                fields.iter().find_map(|(field, value)| {
                    let name = normalized(value.as_str()?)?;
                    field.eq_ignore_ascii_case(wanted).then_some((field, name))
                })
            })?;
            let flagged = fields.iter().any(|(field, value)| {
                WILDCARD_FIELDS
                    .iter()
                    .any(|known| field.eq_ignore_ascii_case(known))
                    && truth(value) == Some(true)
            });
            let by_flag = flagged && !name.starts_with("*.");
            let domain = if by_flag { format!("*.{name}") } else { name };
            let details = fields
                .iter()
                .filter(|(field, _)| *field != name_field)
                .map(|(field, value)| (presentable(field, key), without_key(value, key)))
                .collect();
            Some(RemoteDomain {
                wildcard: domain.starts_with("*."),
                domain,
                details,
                by_flag,
            })
        }
        _ => None,
    }
}

fn without_key(value: &Value, key: &ApiKey) -> Value {
    match value {
        Value::String(text) => Value::String(presentable(text, key)),
        Value::Array(values) => values.iter().map(|value| without_key(value, key)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(field, value)| (presentable(field, key), without_key(value, key)))
            .collect(),
        other => other.clone(),
    }
}

/// A domain as Closte writes it, in the form in which domains are compared. What Closte has may be
/// more than this program would send, so any host name counts; a URL stands for its host.
fn normalized(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['/', '?', '#']).next().unwrap_or_default();
    let text = text
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(text, |(host, _)| host);
    if let Ok(domain) = DomainName::parse(text, ReservedNames::Allow) {
        return Some(domain.ascii().to_owned());
    }
    let lower = text.trim_end_matches('.').to_ascii_lowercase();
    let bare = lower.strip_prefix("*.").unwrap_or(&lower);
    let plausible = !bare.is_empty()
        && lower.len() <= 253
        && bare.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        });
    plausible.then_some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn key() -> ApiKey {
        ApiKey::new("Se/cret+Key").unwrap()
    }

    fn list(domains: &Value) -> Option<DomainList> {
        let body = json!({ "success": true, "domains": domains }).to_string();
        match read(body.as_bytes(), &key()) {
            Some(Said::Yes(fields)) => domain_list(&fields, &key()),
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
            assert_eq!(matches!(said, Some(Said::Yes(_))), yes, "{body}");
            assert_eq!(matches!(said, Some(Said::No(_))), !yes, "{body}");
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
            Some(Said::No("a b Se/cret+ Key [key] [key]".to_owned()))
        );
        let long = json!({"success": false, "error": "Se/cret+Key".repeat(5000)});
        let Some(Said::No(text)) = read(long.to_string().as_bytes(), &key()) else {
            panic!();
        };
        assert!(text.chars().count() <= OUTSIDE_TEXT_MAX + 1);
        assert!(!text.to_lowercase().contains("se/cret"), "{text}");
    }

    #[test]
    fn no_cap_shows_the_beginning_of_a_key() {
        let key = ApiKey::new(&"0123456789abcdef".repeat(8)).unwrap();
        for length in [50, 200, 2400, 70_000] {
            let text = format!("{}{}", "\u{200b}".repeat(length), key.reveal().repeat(40));
            let text = format!("{} {text}", "x".repeat(length % 300));
            assert!(!presentable(&text, &key).contains("0123"));
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
            if let Some(Said::Yes(fields)) = read(&body, &key()) {
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
}
