//! The API key. No message, dump or log may show it.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode_byte, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::error::Error;

/// Replaces the key in messages.
const MASK: &str = "[key]";

/// Longest accepted key, in bytes.
const MAX_LENGTH: usize = 1024;

/// A site's API key. It has no `Debug`, `Display` or `Serialize`, and is wiped when dropped.
#[derive(Clone)]
pub struct ApiKey(Arc<Zeroizing<String>>);

impl ApiKey {
    /// Reads a configured key; white space around it is removed.
    ///
    /// # Errors
    /// `Kind::Config` when it is empty, too long, or has characters that no key has.
    pub fn new(key: &str) -> Result<Self, Error> {
        let trimmed = key.trim();
        if trimmed.is_empty() {
            return Err(Error::config(
                "no-key",
                "There is no Closte API key. Set the constant CLOSTE_CLIENT_API_KEY in wp-config.php \
                 or the environment variable of that name.",
            ));
        }
        if trimmed.len() > MAX_LENGTH || !trimmed.chars().all(|c| c.is_ascii_graphic()) {
            return Err(Error::config(
                "bad-key",
                "The Closte API key has characters that no key has, or is too long. \
                 Copy it again, without quotes, spaces or line breaks.",
            ));
        }
        Ok(Self(Arc::new(Zeroizing::new(trimmed.to_owned()))))
    }

    /// The key itself, for the request that carries it and for nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.as_str()
    }

    /// `text` with each occurrence of the key masked: plain, percent-encoded or HTML-escaped.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let key = self.reveal();
        // No form of it is shorter.
        if text.len() < key.len() {
            return text.to_owned();
        }
        let mut redacted = replace_ignoring_case(text, key);
        for form in [
            percent_encoded(key),
            percent_encoded_throughout(key),
            html_escaped(key),
        ] {
            if form.as_str() != key {
                redacted = replace_ignoring_case(&redacted, &form);
            }
        }
        redacted
    }
}

/// A server that echoes a key may have changed its case.
fn replace_ignoring_case(text: &str, key: &str) -> String {
    let haystack = text.to_ascii_lowercase();
    let needle = Zeroizing::new(key.to_ascii_lowercase());
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in haystack.match_indices(needle.as_str()) {
        result.push_str(text.get(from..at).unwrap_or_default());
        result.push_str(MASK);
        from = at + found.len();
    }
    result.push_str(text.get(from..).unwrap_or_default());
    result
}

fn percent_encoded(key: &str) -> Zeroizing<String> {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'*')
        .remove(b'-')
        .remove(b'.')
        .remove(b'_');
    let mut encoded = Zeroizing::new(String::with_capacity(key.len() * 3));
    encoded.extend(utf8_percent_encode(key, ESCAPED));
    encoded
}

/// Percent-encodes every byte, also where that is not necessary.
fn percent_encoded_throughout(key: &str) -> Zeroizing<String> {
    let mut encoded = Zeroizing::new(String::with_capacity(key.len() * 3));
    encoded.extend(key.bytes().map(percent_encode_byte));
    encoded
}

fn html_escaped(key: &str) -> Zeroizing<String> {
    Zeroizing::new(
        key.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#039;"),
    )
}

#[cfg(test)]
mod tests;
