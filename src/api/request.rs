//! Requests, byte for byte as Closte's other clients send them.

use http::{HeaderMap, HeaderValue, Method, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use super::base_url::BaseUrl;
use crate::api_key::ApiKey;
use crate::domain::DomainName;
use crate::net::http::HttpRequest;

const USER_AGENT: &str = concat!("closte-php/", env!("CARGO_PKG_VERSION"));

/// A call of the API.
#[derive(Debug, Clone, Copy)]
pub(super) enum Call<'a> {
    /// A POST to `/adddomainalias` without a domain: its refusal shows whether the key works.
    Verify,
    /// A POST to `/adddomainalias`.
    Add(&'a DomainName),
    /// A POST to `/deletedomainalias`.
    Remove(&'a DomainName),
    /// A GET of `/getdomains`.
    List,
}

impl<'a> Call<'a> {
    pub(super) fn domain(self) -> Option<&'a DomainName> {
        match self {
            Self::Add(domain) | Self::Remove(domain) => Some(domain),
            Self::Verify | Self::List => None,
        }
    }

    /// Whether a call whose response was lost may have changed something.
    pub(super) const fn changes_something(self) -> bool {
        matches!(self, Self::Add(_) | Self::Remove(_))
    }

    /// What was tried, for messages: "… failed".
    pub(super) fn attempt(self) -> String {
        match self {
            Self::Verify => "Testing the connection to Closte".to_owned(),
            Self::Add(domain) => format!("Adding {domain} at Closte"),
            Self::Remove(domain) => format!("Removing {domain} at Closte"),
            Self::List => "Reading the list of domains at Closte".to_owned(),
        }
    }

    pub(super) fn request(self, base: &BaseUrl, key: &ApiKey) -> HttpRequest {
        let endpoints = base.endpoints();
        let (endpoint, domain) = match self {
            Self::Verify => (&endpoints.add, None),
            Self::Add(domain) => (&endpoints.add, Some(domain)),
            Self::Remove(domain) => (&endpoints.remove, Some(domain)),
            Self::List => (&endpoints.list, None),
        };
        let mut url = endpoint.clone();
        let mut headers = HeaderMap::with_capacity(3);
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let key = Zeroizing::new(encoded(key.reveal()));
        if matches!(self, Self::List) {
            let query = Zeroizing::new(format!("apikey={}", key.as_str()));
            url.set_query(Some(query.as_str()));
            return HttpRequest {
                method: Method::GET,
                url,
                headers,
                body: String::new(),
            };
        }
        let wildcard = if domain.is_some_and(DomainName::is_wildcard) {
            "1"
        } else {
            ""
        };
        let domain = encoded(domain.map_or("", DomainName::ascii));
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(header::CONTENT_TYPE, form);
        HttpRequest {
            method: Method::POST,
            url,
            headers,
            body: format!(
                "apikey={}&domain={domain}&wildcard={wildcard}",
                key.as_str()
            ),
        }
    }
}

/// Form encoding as PHP's `http_build_query` does it: letters, digits, `-`, `.` and `_` stay, a
/// space becomes `+`.
fn encoded(text: &str) -> String {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b' ');
    utf8_percent_encode(text, ESCAPED)
        .to_string()
        .replace(' ', "+")
}

#[cfg(test)]
mod tests;
