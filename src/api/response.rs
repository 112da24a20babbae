//! Reads the API's JSON: success, failure and the list of domains.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::domain_list::{DomainList, RemoteDomain};
use crate::api_key::ApiKey;
use crate::domain::normalized;
use crate::text::{NAME_MAX, SERVER_TEXT_MAX, clean};

/// A response that is JSON as the API promises it.
#[derive(Debug, PartialEq)]
pub(super) enum Response {
    /// `{"success": true, …}`, with all its fields.
    Success(Map<String, Value>),
    /// `{"success": false, "error": "…"}`, with the cleaned text.
    Failure(String),
}

/// Reads a body. None means that it is not what the API promises.
pub(super) fn read(body: &[u8], key: &ApiKey) -> Option<Response> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let Ok(Value::Object(fields)) = serde_json::from_str(&String::from_utf8_lossy(body)) else {
        return None;
    };
    if as_bool(fields.get("success")?)? {
        return Some(Response::Success(fields));
    }
    let text = match fields.get("error").or_else(|| fields.get("message")) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    };
    Some(Response::Failure(redacted(&text, key)))
}

/// Text from outside as a message may show it. Cleaned before the key is looked for, because
/// cleaning could put the key together again, and capped last, because most of a key that is cut
/// off would be shown.
pub(super) fn redacted(text: &str, key: &ApiKey) -> String {
    clean(&key.redact(&clean(text, usize::MAX)), SERVER_TEXT_MAX)
}

/// Describes a body that is not a response of the API, in a few words.
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
            Some(title) => format!("a web page titled “{}”", clean(title, NAME_MAX)),
            None => "a web page".to_owned(),
        };
    }
    format!("“{}”", clean(&text, NAME_MAX))
}

/// Whether a body that is not a response of the API is meant for a browser.
pub(super) fn is_web_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// Whether the server's text says that the key was accepted and the domain was not.
pub(super) fn is_about_the_domain(text: &str) -> bool {
    const KNOWN: &str = "invalid or empty domain";
    text.trim()
        .get(..KNOWN.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(KNOWN))
}

/// A boolean, as PHP and .NET servers write it.
fn as_bool(value: &Value) -> Option<bool> {
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

/// The list in a response to `/getdomains`. None means that there is none.
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
            let domain = host_name(name)?;
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
                    let name = host_name(value.as_str()?)?;
                    field.eq_ignore_ascii_case(wanted).then_some((field, name))
                })
            })?;
            let flagged = fields.iter().any(|(field, value)| {
                WILDCARD_FIELDS
                    .iter()
                    .any(|known| field.eq_ignore_ascii_case(known))
                    && as_bool(value) == Some(true)
            });
            let by_flag = flagged && !name.starts_with("*.");
            let domain = if by_flag { format!("*.{name}") } else { name };
            let details = fields
                .iter()
                .filter(|(field, _)| *field != name_field)
                .map(|(field, value)| (redacted(field, key), without_key(value, key)))
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
        Value::String(text) => Value::String(redacted(text, key)),
        Value::Array(values) => values.iter().map(|value| without_key(value, key)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(field, value)| (redacted(field, key), without_key(value, key)))
            .collect(),
        other => other.clone(),
    }
}

/// A domain as Closte writes it, in the form in which domains are compared. Any host name is
/// accepted, also one that this program would not send; of a URL, the host is taken.
fn host_name(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['/', '?', '#']).next().unwrap_or_default();
    let text = text
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(text, |(host, _)| host);
    let lower = match normalized(text) {
        Ok(name) => return Some(name),
        Err(lower) => lower,
    };
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
mod tests;
