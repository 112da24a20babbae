//! Reads one entry of the list of domains. Its form is not documented, so many are taken.

use serde_json::{Map, Value};

use super::domain_list::RemoteDomain;
use super::response::{as_bool, redacted};
use crate::api_key::ApiKey;
use crate::domain::normalized;

const NAME_FIELDS: [&str; 5] = ["domain", "name", "hostname", "host", "url"];
const WILDCARD_FIELDS: [&str; 3] = ["wildcard", "is_wildcard", "iswildcard"];

/// The domain of an entry; `None` where it names none.
pub(super) fn remote_domain(entry: &Value, key: &ApiKey) -> Option<RemoteDomain> {
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
