//! The API's base URL, checked so that the key is sent neither in clear text nor to another host.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use std::sync::{Arc, Mutex};

use http::Uri;
use http::uri::Scheme;
use rustls_pki_types::ServerName;

use crate::error::Error;
use crate::net::http::Url;
use crate::text::{NAME_MAX, clean};

/// The last one that was read. Each new client has one, of a process nearly always the same, and
/// reading it takes a tenth of what a call does.
static LAST: Mutex<Option<(String, BaseUrl)>> = Mutex::new(None);

/// A checked base URL: `https`, or `http` to a loopback address; no user, query or fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    prefix: String,
    endpoints: Arc<Endpoints>,
    authority: String,
    host: String,
    port: u16,
    loopback: bool,
    tls: bool,
}

/// The addresses that are called: made once, since each call needs one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endpoints {
    pub(super) add: Url,
    pub(super) remove: Url,
    pub(super) list: Url,
}

impl Endpoints {
    fn new(base: &Url) -> Self {
        let under = |path| {
            let mut url = base.clone();
            url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
            url
        };
        Self {
            add: under("/adddomainalias"),
            remove: under("/deletedomainalias"),
            list: under("/getdomains"),
        }
    }
}

impl BaseUrl {
    /// Reads and checks a base URL. A trailing slash makes no difference.
    ///
    /// # Errors
    /// `Kind::Config` with the reason `bad-base-url`, or `insecure-base-url` for plain HTTP to
    /// anything but a loopback address.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // A process that was forked while another thread was in here never gets the lock.
        let mut last = LAST.try_lock().ok();
        if let Some((its_text, url)) = last.as_deref().and_then(Option::as_ref)
            && its_text == text
        {
            return Ok(url.clone());
        }
        let url = Self::read(text)?;
        if let Some(last) = last.as_deref_mut() {
            *last = Some((text.to_owned(), url.clone()));
        }
        Ok(url)
    }

    fn read(text: &str) -> Result<Self, Error> {
        let bad = |why: &str| {
            Error::config(
                "bad-base-url",
                format!(
                    "The base URL “{}” cannot be used: {why}. Set closte.base_url to something \
                     like https://app.closte.com/api/client.",
                    shown(text)
                ),
            )
        };
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || !c.is_ascii()) {
            return Err(bad(
                "it contains white space or characters outside of ASCII",
            ));
        }
        if text.contains('#') {
            return Err(bad("it has a fragment"));
        }
        let uri = Uri::from_str(text).map_err(|_| bad("it is no URL"))?;
        let scheme = uri
            .scheme()
            .ok_or_else(|| bad("it does not begin with https://"))?;
        let authority = uri
            .authority()
            .ok_or_else(|| bad("it has no host name"))?
            .as_str();
        if authority.contains('@') {
            return Err(bad("it has a user name or password"));
        }
        if uri.query().is_some() {
            return Err(bad("it has a query"));
        }
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| bad("it has no host name"))?;
        let port_is_odd = authority
            .strip_prefix(host)
            .is_none_or(|rest| !rest.is_empty() && uri.port_u16().is_none_or(|port| port == 0));
        if port_is_odd {
            return Err(bad("its port is no number from 1 to 65535"));
        }
        let loopback = is_loopback(host);
        let tls = *scheme == Scheme::HTTPS;
        if !tls && *scheme != Scheme::HTTP {
            return Err(bad("it does not begin with https://"));
        }
        if !tls && !loopback {
            return Err(Error::config(
                "insecure-base-url",
                format!(
                    "The base URL “{}” would send the API key unencrypted. Use https:// (plain \
                     http:// is for loopback addresses only).",
                    shown(text)
                ),
            ));
        }
        let is_possible = match host.strip_prefix('[') {
            Some(rest) => rest
                .strip_suffix(']')
                .is_some_and(|ip| Ipv6Addr::from_str(ip).is_ok()),
            None => ServerName::try_from(host).is_ok(),
        };
        if !is_possible {
            return Err(bad("its host is neither a name nor an address"));
        }
        let path = uri.path().trim_end_matches('/');
        let prefix = format!("{scheme}://{authority}{path}");
        let url = Url::parse(&prefix).map_err(|_| bad("it is no URL"))?;
        Ok(Self {
            endpoints: Arc::new(Endpoints::new(&url)),
            prefix,
            authority: authority.to_owned(),
            host: host.to_owned(),
            port: uri.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            loopback,
            tls,
        })
    }

    /// Whether it is a loopback address (127.0.0.0/8, `::1`, or the name `localhost`).
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether connections to it are encrypted.
    #[must_use]
    pub const fn is_tls(&self) -> bool {
        self.tls
    }

    /// The host alone; an IPv6 address in brackets.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The port, given or the scheme's.
    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Host and port, for messages.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The URL without a trailing slash, as effective.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.prefix
    }

    pub(super) fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }
}

/// The URL as a message or a table of settings may show it, also one that cannot be used: without
/// what may be a user name, a password, a query or a fragment.
#[must_use]
pub fn shown(url: &str) -> String {
    /// What stands for an @, too, in the eyes of somebody or other.
    const AT: [&str; 5] = ["@", "%40", "\u{ff20}", "\u{fe6b}", "&#64;"];
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end_of_user = AT
        .iter()
        .filter_map(|at| url.rfind(at).map(|place| place + at.len()))
        .max();
    let (scheme, rest, mark) = match end_of_user.and_then(|at| url.get(at..)) {
        // The last @ may be in a query: what follows is shown as far as it can be a host.
        Some(place) => {
            let end = place.find(|c: char| !c.is_ascii_alphanumeric() && !".-:[]/".contains(c));
            (
                "",
                place.get(..end.unwrap_or(place.len())).unwrap_or(""),
                "…@",
            )
        }
        None if scheme.contains(['?', '#']) => ("", "", ""),
        None => (scheme, rest, ""),
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    // In place of a port there may be a password whose end has been left out.
    let authority = match authority.rsplit_once(':') {
        Some((host, port))
            if !authority.ends_with(']') && !port.bytes().all(|b| b.is_ascii_digit()) =>
        {
            format!("{host}:…")
        }
        _ => authority.to_owned(),
    };
    let scheme = if scheme.is_empty() {
        String::new()
    } else {
        format!("{scheme}://")
    };
    clean(&format!("{mark}{scheme}{authority}{path}"), NAME_MAX)
}

fn is_loopback(host: &str) -> bool {
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match IpAddr::from_str(bare.unwrap_or(host)) {
        Ok(IpAddr::V4(ip)) => ip.is_loopback(),
        Ok(IpAddr::V6(ip)) => bare.is_some() && ip == Ipv6Addr::LOCALHOST,
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests;
