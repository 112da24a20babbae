//! Requests as they arrive, and how they differ from what the API's real clients send.

use std::collections::BTreeMap;

use http::request::Parts;
use url::form_urlencoded;

/// Path of the API on the emulator.
pub const BASE: &str = "/api/client";

/// A path may begin with this and a name, which tells the journal who sent the request.
const VIA: &str = "/via/";

/// A known call, with the parameters that clients send besides the key.
pub struct Call {
    pub path: &'static str,
    pub method: &'static str,
    params: &'static [&'static str],
}

const CALLS: &[Call] = &[
    Call {
        path: "/adddomainalias",
        method: "POST",
        params: &["domain", "wildcard"],
    },
    Call {
        path: "/deletedomainalias",
        method: "POST",
        params: &["domain", "wildcard"],
    },
    Call {
        path: "/getdomains",
        method: "GET",
        params: &[],
    },
    Call {
        path: "/getbackups",
        method: "GET",
        params: &[],
    },
    Call {
        path: "/manualbackup",
        method: "POST",
        params: &[],
    },
    Call {
        path: "/getcdncacheinvalidation",
        method: "GET",
        params: &[],
    },
    Call {
        path: "/flushgooglecdn",
        method: "POST",
        params: &[],
    },
    Call {
        path: "/gettaskstatus",
        method: "POST",
        params: &["id"],
    },
];

/// A request with its whole body.
pub struct Request {
    pub method: String,
    /// The NAME of `/via/NAME` before [`BASE`].
    pub via: Option<String>,
    /// Relative to [`BASE`]; the whole path when it is not below that.
    pub path: String,
    pub query: String,
    pub http_version: &'static str,
    pub content_type: Option<String>,
    pub user_agent: Option<String>,
    pub body: String,
    /// Parameters in the order of the request, with the key.
    pub pairs: Vec<(String, String)>,
    key_in_query: bool,
}

impl Request {
    pub fn read(parts: &Parts, body: &[u8]) -> Self {
        let header = |name: http::HeaderName| {
            let value = parts.headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let (via, whole) = split_via(parts.uri.path());
        let path = whole
            .strip_prefix(BASE)
            .filter(|rest| rest.starts_with('/'))
            .unwrap_or(whole);
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let content_type = header(http::header::CONTENT_TYPE);
        let body = String::from_utf8_lossy(body).into_owned();
        let post = parts.method == http::Method::POST;
        let in_query: Vec<_> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let key_in_query = in_query.iter().any(|(name, _)| name == "apikey");
        let pairs = if !post {
            in_query
        } else if is_form(content_type.as_deref()) {
            form_urlencoded::parse(body.as_bytes())
                .into_owned()
                .collect()
        } else {
            Vec::new()
        };
        Self {
            method: parts.method.to_string(),
            via: via.map(str::to_owned),
            path: path.to_owned(),
            query,
            http_version: version_name(parts.version),
            content_type,
            user_agent: header(http::header::USER_AGENT),
            body,
            pairs,
            key_in_query,
        }
    }

    /// The call that the path names.
    pub fn call(&self) -> Option<&'static Call> {
        CALLS.iter().find(|call| call.path == self.path)
    }

    /// The first value of a parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Parameters for the journal: all except the key.
    pub fn params(&self) -> BTreeMap<String, String> {
        self.pairs
            .iter()
            .filter(|(name, _)| name != "apikey")
            .cloned()
            .collect()
    }

    pub fn param_order(&self) -> Vec<String> {
        self.pairs.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Codes of what a well-behaved client of this API does not do; empty for a correct call.
    pub fn violations(&self) -> Vec<String> {
        let Some(call) = self.call() else {
            return vec!["path".to_owned()];
        };
        if self.method != call.method {
            return vec!["method".to_owned()];
        }
        let mut found = Vec::new();
        if call.method == "POST" {
            if !is_form(self.content_type.as_deref()) {
                found.push("content-type".to_owned());
            }
            if self.key_in_query {
                found.push("key-in-query".to_owned());
            }
        } else if !self.body.is_empty() {
            found.push("body".to_owned());
        }
        let count = |name: &str| self.pairs.iter().filter(|(n, _)| n == name).count();
        // Without a domain it is the connection test.
        let test = self.path == "/adddomainalias" && self.param("domain").is_none_or(str::is_empty);
        for name in call.params.iter().chain(&["apikey"]) {
            match count(name) {
                0 if test && *name != "apikey" => {}
                0 => found.push(format!("missing:{name}")),
                1 => {}
                _ => found.push(format!("repeated:{name}")),
            }
        }
        for (name, _) in &self.pairs {
            if name != "apikey" && !call.params.contains(&name.as_str()) {
                found.push(format!("unexpected:{name}"));
            }
        }
        if let (Some(domain), Some(wildcard)) = (self.param("domain"), self.param("wildcard")) {
            if !domain.is_empty() && domain_of(domain).as_deref() != Some(domain) {
                found.push("domain-form".to_owned());
            }
            if !wildcard_fits(domain, wildcard) {
                found.push("wildcard".to_owned());
            }
        }
        found
    }
}

/// Who sent the request, if its path says so, and the rest of the path.
fn split_via(path: &str) -> (Option<&str>, &str) {
    let named = path.strip_prefix(VIA).and_then(|rest| {
        let end = rest.find('/').filter(|end| *end > 0)?;
        Some(rest.split_at(end))
    });
    named.map_or((None, path), |(name, rest)| (Some(name), rest))
}

fn is_form(content_type: Option<&str>) -> bool {
    let essence = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    essence
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn version_name(version: http::Version) -> &'static str {
    match version {
        http::Version::HTTP_2 => "2",
        http::Version::HTTP_11 => "1.1",
        http::Version::HTTP_10 => "1.0",
        _ => "?",
    }
}

/// Whether the parameter fits the domain: `1` for a wildcard, else nothing or the `0` that PHP
/// makes of `false`.
pub fn wildcard_fits(domain: &str, wildcard: &str) -> bool {
    if domain.starts_with("*.") {
        wildcard == "1"
    } else {
        wildcard.is_empty() || wildcard == "0"
    }
}

/// The domain as it is stored: lower case, labels of letters, digits and hyphens, `*.` only at the
/// front.
pub fn domain_of(text: &str) -> Option<String> {
    let name = text.to_ascii_lowercase();
    let host = name.strip_prefix("*.").unwrap_or(&name);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let fits = name.len() <= 253
        && host.contains('.')
        && host.split('.').all(label)
        && host.parse::<std::net::Ipv4Addr>().is_err();
    fits.then_some(name)
}

/// Replaces these keys with `<key>`, plain or percent-encoded.
pub fn redact<'a>(text: &str, keys: impl Iterator<Item = &'a str>) -> String {
    let mut text = text.to_owned();
    for key in keys.filter(|key| !key.is_empty()) {
        let encoded: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
        for form in [key.to_owned(), encoded.replace('+', "%20"), encoded] {
            text = text.replace(&form, "<key>");
        }
    }
    text
}

#[cfg(test)]
mod tests;
