//! Reads the API's JSON: success and failure.

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use crate::api_key::ApiKey;
use crate::text::{NAME_MAX, SERVER_TEXT_MAX, clean};

/// A response that is JSON as the API promises it.
#[derive(Debug, PartialEq)]
pub(super) enum Response {
    /// `{"success": true, …}`
    Success,
    /// `{"success": false, "error": "…"}`, with the cleaned text.
    Failure(String),
}

/// What every response of the API has. Its other fields are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope {
    #[serde(deserialize_with = "lenient_bool")]
    pub success: bool,
    #[serde(default, deserialize_with = "value_or_null")]
    pub error: Option<Value>,
    /// Counts where there is no `error`, not even null.
    #[serde(default, deserialize_with = "value_or_null")]
    pub message: Option<Value>,
}

impl Envelope {
    /// The reason of a refusal, cleaned.
    pub fn refusal_text(self, key: &ApiKey) -> String {
        match self.error.or(self.message) {
            Some(Value::String(text)) => redacted(&text, key),
            None | Some(Value::Null) => String::new(),
            Some(other) => redacted(&other.to_string(), key),
        }
    }
}

/// Reads a body. None means that it is not what the API promises.
pub(super) fn read(body: &[u8], key: &ApiKey) -> Option<Response> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    // By way of a map: of a field that comes twice, the last one counts, and an array is refused.
    let fields: Map<String, Value> = serde_json::from_str(&String::from_utf8_lossy(body)).ok()?;
    let envelope = Envelope::deserialize(fields).ok()?;
    Some(if envelope.success {
        Response::Success
    } else {
        Response::Failure(envelope.refusal_text(key))
    })
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
pub(super) fn as_bool(value: &Value) -> Option<bool> {
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

fn lenient_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    as_bool(&value).ok_or_else(|| de::Error::custom("neither yes nor no"))
}

fn value_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests;
