//! The proxy that calls of the API go through. Probes never do: they are to see what visitors see.
//!
//! `HTTP_PROXY` is not read at all. Under CGI a visitor's header `Proxy` sets it, and calls in
//! plain text, which go to loopback addresses alone, use no proxy: it would see the key.

use std::fmt;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::text::{NAME_MAX, clean};

const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
/// What a user name or password may have in a URL.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A proxy as it was set, and the hosts that are called without it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxySetting {
    url: Zeroizing<String>,
    place: &'static str,
    bypass: Bypass,
}

/// Hosts that are called without a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Bypass {
    /// As `NO_PROXY` has them.
    NoProxy(String),
    /// As `WP_PROXY_BYPASS_HOSTS` has them.
    WordPress(String),
}

/// What WordPress's constants `WP_PROXY_…` say.
#[derive(Clone, Copy, Default)]
pub struct WordPressProxy<'a> {
    /// `WP_PROXY_HOST`: a host, perhaps with a scheme.
    pub host: &'a str,
    /// `WP_PROXY_PORT`.
    pub port: &'a str,
    /// `WP_PROXY_USERNAME`, which counts together with a password only.
    pub username: Option<&'a str>,
    /// `WP_PROXY_PASSWORD`.
    pub password: Option<&'a str>,
    /// `WP_PROXY_BYPASS_HOSTS`: separated by commas; `*` stands for one character or more.
    pub bypass_hosts: &'a str,
}

impl ProxySetting {
    /// A proxy such as `http://user:password@proxy.example:3128`, which `place` names, and hosts in
    /// the form of `NO_PROXY`.
    #[must_use]
    pub fn new(url: &str, place: &'static str, no_proxy: &str) -> Self {
        Self {
            url: Zeroizing::new(url.trim().to_owned()),
            place,
            bypass: Bypass::NoProxy(no_proxy.to_owned()),
        }
    }

    /// The proxy of WordPress's constants, as its own `WP_HTTP_Proxy` reads them.
    #[must_use]
    pub fn of_wordpress(constants: WordPressProxy<'_>) -> Self {
        let (scheme, host) = constants
            .host
            .trim()
            .split_once("://")
            .unwrap_or(("http", constants.host.trim()));
        let user = match (constants.username, constants.password) {
            (Some(username), Some(password)) => Zeroizing::new(format!(
                "{}:{}@",
                utf8_percent_encode(username, ESCAPED),
                utf8_percent_encode(password, ESCAPED)
            )),
            _ => Zeroizing::default(),
        };
        let host = host.trim_end_matches('/');
        let port = constants.port.trim();
        Self {
            url: Zeroizing::new(format!("{scheme}://{}{host}:{port}", user.as_str())),
            place: "WP_PROXY_HOST and WP_PROXY_PORT",
            bypass: Bypass::WordPress(constants.bypass_hosts.to_owned()),
        }
    }

    /// What sets it, for messages.
    #[must_use]
    pub const fn place(&self) -> &'static str {
        self.place
    }

    /// The proxy for calls over TLS to `host`; `None` where that is called without one.
    ///
    /// # Errors
    /// `Kind::Config` with the reason `bad-proxy`.
    pub fn for_host(&self, host: &str, port: u16) -> Result<Option<Proxy>, Error> {
        let is_direct = match &self.bypass {
            Bypass::NoProxy(hosts) => is_in_no_proxy(hosts, host, port),
            Bypass::WordPress(hosts) => is_in_bypass_hosts(hosts, host),
        };
        if is_direct {
            return Ok(None);
        }
        Proxy::parse(&self.url, self.place).map(Some)
    }
}

impl fmt::Debug for ProxySetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxySetting")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// A checked proxy. No form of it but [`Proxy::url`] shows its user name and password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    url: Zeroizing<String>,
    shown: String,
}

impl Proxy {
    fn parse(text: &str, place: &str) -> Result<Self, Error> {
        // Not a piece of the text is shown: a password with an @ or # in it may be anywhere.
        let bad = |why: &str| {
            Error::config(
                "bad-proxy",
                format!(
                    "The proxy in {place} cannot be used: {why}. Set it to something like \
                     http://proxy.example:3128."
                ),
            )
        };
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let scheme = scheme.to_ascii_lowercase();
        if !SCHEMES.contains(&scheme.as_str()) {
            return Err(bad("its scheme is none of http, https and socks5"));
        }
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, rest),
        };
        let place = place.split(['/', '?', '#']).next().unwrap_or_default();
        let shown = format!("{scheme}://{}", place.to_ascii_lowercase());
        let uri: Uri = shown.parse().map_err(|_| bad("it is no URL"))?;
        let host = uri.host().unwrap_or_default();
        let rest = uri
            .authority()
            .map_or("", |it| it.as_str())
            .strip_prefix(host);
        let has_odd_port =
            rest.is_none_or(|rest| !rest.is_empty() && uri.port_u16().is_none_or(|port| port == 0));
        if host.is_empty() || has_odd_port {
            return Err(bad(
                "it has no host, or its port is no number from 1 to 65535",
            ));
        }
        let escape = |text: &str| {
            let text = percent_decode_str(text).decode_utf8_lossy();
            utf8_percent_encode(&text, ESCAPED).to_string()
        };
        let user = Zeroizing::new(
            match user.map(|user| user.split_once(':').unwrap_or((user, ""))) {
                Some((name, password)) => format!("{}:{}@", escape(name), escape(password)),
                None => String::new(),
            },
        );
        let place = place.to_ascii_lowercase();
        Ok(Self {
            url: Zeroizing::new(format!("{scheme}://{}{place}", user.as_str())),
            shown: clean(&shown, NAME_MAX),
        })
    }

    /// With user name and password, for the connector and for nothing else.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Whether it is to be told an IPv4 address of the server, and can use nothing else.
    pub(super) fn takes_ipv4_only(&self) -> bool {
        self.shown.starts_with("socks4:")
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.shown
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy").field(&self.shown).finish()
    }
}

/// As curl reads the list: names with all names under them, addresses and networks, `*` for all. As
/// others do, `*.` before a name is taken for a dot, and a port as a condition.
fn is_in_no_proxy(hosts: &str, host: &str, port: u16) -> bool {
    let hosts: Vec<String> = hosts
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter_map(|entry| {
            let entry = entry.to_ascii_lowercase();
            let entry = match entry.rsplit_once(':') {
                Some((name, digits)) if !name.contains(':') || name.ends_with(']') => {
                    if digits.parse() != Ok(port) {
                        return None;
                    }
                    name.to_owned()
                }
                _ => entry,
            };
            let entry = entry.trim_matches(['[', ']']);
            let entry = entry
                .strip_prefix("*.")
                .map(|name| format!(".{name}"))
                .unwrap_or(entry.to_owned());
            Some(entry.strip_suffix('.').map(str::to_owned).unwrap_or(entry))
        })
        .collect();
    let Ok(uri) = format!("https://{}/", host.to_ascii_lowercase()).parse::<Uri>() else {
        return false;
    };
    if hosts.iter().any(|entry| entry == "*") {
        return true;
    }
    // Any proxy: the question is whether there would be one.
    let matcher = Matcher::builder()
        .all("http://127.0.0.1")
        .no(hosts.join(","))
        .build();
    matcher.intercept(&uri).is_none()
}

/// As `WP_HTTP_Proxy::send_through_proxy()` reads the list.
fn is_in_bypass_hosts(hosts: &str, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || hosts
            .split(',')
            .map(|pattern| pattern.trim().to_ascii_lowercase())
            .any(|pattern| fits(&pattern, &host))
}

/// `*` stands for one character or more.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .skip(1)
                .map(|(at, _)| at)
                .chain([rest.len()])
                .filter(|at| *at > 0)
                .any(|at| rest.get(at..).is_some_and(|rest| fits(after, rest)))
        }),
    }
}

#[cfg(test)]
mod tests;
