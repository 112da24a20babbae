//! Reads the response to `/getdomains` while it arrives. What it keeps is bounded, not how many
//! entries there are.

use serde_json::Value;

use super::domain_list::CompactList;
use super::json_scanner::{Broken, Scanner, Sink};
use super::list_entry::remote_domain;
use super::response::{Envelope, as_bool};
use crate::api_key::ApiKey;
use crate::net::http::{BodyReader, Stop};

/// Most that a list may take, in bytes: the names, details and places of some 100,000 domains with
/// half a kilobyte each.
pub(super) const MAX_LIST: usize = 64 * 1024 * 1024;
/// Longest value of another field than the list, in bytes.
const FIELD_MAX: usize = 64 * 1024;

/// What a response to `/getdomains` says.
#[derive(Debug)]
pub(super) enum Listed {
    Domains(CompactList),
    /// The reason of a refusal, cleaned.
    Failure(String),
}

/// A response that is being read.
pub(super) struct ListReader<'a> {
    scanner: Scanner,
    found: Found<'a>,
    most: usize,
    is_broken: bool,
}

/// What has been found so far.
struct Found<'a> {
    key: &'a ApiKey,
    with_details: bool,
    success: Option<Value>,
    error: Option<Value>,
    message: Option<Value>,
    list: Option<CompactList>,
    taken: usize,
}

impl<'a> ListReader<'a> {
    /// `with_details`: what the API says about the domains is kept, too.
    pub(super) fn new(key: &'a ApiKey, with_details: bool) -> Self {
        Self {
            scanner: Scanner::new(),
            found: Found {
                key,
                with_details,
                success: None,
                error: None,
                message: None,
                list: None,
                taken: 0,
            },
            most: MAX_LIST,
            is_broken: false,
        }
    }

    /// What the response says; `None` where that is not what the API promises. A list that is cut
    /// short is none.
    pub(super) fn finish(self) -> Option<Listed> {
        if self.is_broken || !self.scanner.is_done() {
            return None;
        }
        let found = self.found;
        let envelope = Envelope {
            success: as_bool(&found.success?)?,
            error: found.error,
            message: found.message,
        };
        if envelope.success {
            return Some(Listed::Domains(found.list?.in_order()));
        }
        Some(Listed::Failure(envelope.refusal_text(found.key)))
    }
}

impl BodyReader for ListReader<'_> {
    fn read(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        if self.scanner.scan(bytes, &mut self.found) == Err(Broken) {
            self.is_broken = true;
            return Err(Stop::Enough);
        }
        if self.found.taken > self.most {
            return Err(Stop::TooBig);
        }
        Ok(())
    }
}

impl Sink for Found<'_> {
    fn list_begins(&mut self) {
        self.list = Some(CompactList::default());
        self.taken = 0;
    }

    fn entry(&mut self, json: Option<&[u8]>) {
        let domain = json
            .and_then(value)
            .and_then(|value| remote_domain(&value, self.key));
        let list = self.list.get_or_insert_default();
        match domain {
            Some(domain) => self.taken += list.push(domain, self.with_details),
            None => list.skip(json),
        }
    }

    fn wanted(&self, field: &str) -> usize {
        match field {
            "success" | "error" | "message" | "domains" => FIELD_MAX,
            _ => 0,
        }
    }

    fn field(&mut self, field: &str, json: Option<&[u8]>) {
        let value = json.and_then(value);
        match field {
            "success" => self.success = value,
            "error" => self.error = Some(value.unwrap_or_default()),
            "message" => self.message = Some(value.unwrap_or_default()),
            // The list itself is taken apart: this is something else in its place.
            _ => self.list = (value == Some(Value::Null)).then(CompactList::default),
        }
    }
}

/// A value that can be read. Not so a number that is too great, half a surrogate pair and the like.
fn value(json: &[u8]) -> Option<Value> {
    serde_json::from_str(&String::from_utf8_lossy(json)).ok()
}

#[cfg(test)]
mod tests;
