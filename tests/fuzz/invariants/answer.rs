//! Responses to calls of Closte's API.

use closte::api::fuzzing::{Called, Caller, Read};
use closte::api::{BaseUrl, DomainList};
use closte::api_key::ApiKey;
use closte::domain::{DomainName, ReservedNames};
use closte::error::{Error, Kind};
use serde_json::Value;

use super::{assert_presentable, pieces};

/// The key that no message may show. It stands in the dictionary of the target, too.
const KEY: &str = "Canary-Key/0123456789+abcdef";

/// The longest message that there is, in characters.
const MESSAGE_MAX: usize = 2000;

/// Which call, the status (a byte each, the status counted from 100 in steps that reach every
/// class), then in pieces the `Retry-After` and the body.
pub fn check(bytes: &[u8]) {
    let [which, hundreds, rest, bytes @ ..] = bytes else {
        return;
    };
    let called = match which % 4 {
        0 => Called::Verify,
        1 => Called::Add,
        2 => Called::Remove,
        _ => Called::List,
    };
    let status = 100 + u16::from(hundreds % 5) * 100 + u16::from(rest % 100);
    let pieces = pieces(bytes, 2);
    let piece = |at: usize| pieces.get(at).copied().unwrap_or_default();
    let client = Caller {
        base: BaseUrl::parse("https://api.example.net/client").unwrap(),
        key: ApiKey::new(KEY).unwrap(),
        domain: DomainName::parse("*.shop.example.com", ReservedNames::Refuse).unwrap(),
    };
    let changes = matches!(called, Called::Add | Called::Remove);
    match client.read(called, status, piece(0), piece(1)) {
        None => panic!("{status} is a status"),
        Some(Ok(Read::Success)) => assert!((200..300).contains(&status)),
        Some(Ok(Read::List(list))) => {
            assert!((200..300).contains(&status));
            list_is_sound(&list, piece(1));
        }
        Some(Ok(Read::Refusal { errors, .. })) => {
            assert!(matches!(status, 200..300 | 400..500));
            for error in errors {
                error_is_sound(&error, changes);
            }
        }
        Some(Err(error)) => {
            error_is_sound(&error, changes);
            assert_eq!(error.http_status(), Some(status));
            let expected = match status {
                // Only the API's own JSON speaks of the key.
                401 | 403 if error.reason() == "key-refused" => Kind::Auth,
                401 | 403 | 511 | 408 | 425 | 429 | 500..600 => Kind::Transient,
                _ => Kind::Protocol,
            };
            assert_eq!(error.kind(), expected, "{error}");
        }
    }
    error_is_sound(
        &client.broken(called, &String::from_utf8_lossy(piece(1))),
        changes,
    );
}

fn error_is_sound(error: &Error, changes: bool) {
    assert_presentable(error.message(), MESSAGE_MAX);
    assert_no_key(error.message());
    assert!(error.message().ends_with('.'), "{error}");
    assert!(error.message().contains(" failed: "), "{error}");
    let domain = changes.then_some("*.shop.example.com");
    assert_eq!(error.domain(), domain);
    assert!(changes || !error.may_have_landed());
    assert!(error.retry_after().is_none() || error.kind() == Kind::Transient);
}

fn list_is_sound(list: &DomainList, body: &[u8]) {
    // Each takes at least three bytes, "" and a comma.
    assert!((list.domains.len() + list.skipped) <= body.len());
    let mut seen = std::collections::HashSet::new();
    for entry in &list.domains {
        let name = entry.domain.as_str();
        assert!(seen.insert(name), "{name} twice");
        assert!(name.is_ascii() && (1..=255).contains(&name.len()), "{name}");
        assert!(!name.bytes().any(|b| b.is_ascii_uppercase()), "{name}");
        assert_presentable(name, 255);
        assert_eq!(entry.wildcard, name.starts_with("*."));
        for (field, value) in &entry.details {
            assert_no_key(field);
            value_is_sound(value);
        }
        if let Ok(domain) = DomainName::parse(name, ReservedNames::Allow) {
            assert_eq!(domain.ascii(), name);
            assert!(list.contains(&domain));
        }
    }
}

fn value_is_sound(value: &Value) {
    match value {
        Value::String(text) => {
            assert_presentable(text, 301);
            assert_no_key(text);
        }
        Value::Array(values) => values.iter().for_each(value_is_sound),
        Value::Object(fields) => fields.iter().for_each(|(field, value)| {
            assert_no_key(field);
            value_is_sound(value);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn assert_no_key(text: &str) {
    let text = text.to_ascii_lowercase();
    for form in [
        KEY,
        "Canary-Key%2F0123456789%2Babcdef",
        "Canary%2DKey%2F0123456789%2Babcdef",
    ] {
        assert!(!text.contains(&form.to_ascii_lowercase()), "{text}");
    }
}
