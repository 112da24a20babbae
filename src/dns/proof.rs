//! Proves with a token that requests for a domain arrive here, also through a proxy.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};

use futures_util::future::join_all;
use reqwest::header::{CONNECTION, LOCATION, USER_AGENT};
use reqwest::{Client, Response, Url, redirect, retry};
use tokio::sync::OnceCell;
use tokio::time::timeout_at;

use super::client::scope::Scope;
use super::name::fqdn;
use super::options::Proof;
use super::proxies::proxy_of;
use crate::net::http::read;
use crate::net::unverified_client_config;

/// Proxy addresses that are tried at most.
const MOST_ADDRESSES: usize = 6;
/// Longest response that is read.
const LONGEST_RESPONSE: usize = 4_096;
/// Redirects that are followed: to https, to the name with or without www, and one or two more.
const MOST_REDIRECTS: usize = 4;
/// The ports of the web. A redirect to another one could reach a service that is no web server.
const WEB_PORTS: [u16; 2] = [80, 443];

/// Whether a request to one address arrives here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    Arrives,
    DoesNot,
    /// It cannot be connected to, does not answer in time, or answers with a server error, as a
    /// proxy does whose origin is busy.
    Silent,
    /// This server has no way there, which says nothing about others.
    Untried,
}

/// What was found out about a domain's addresses.
#[derive(Debug, Default)]
pub(super) struct Proven {
    /// Those through which requests arrive here.
    pub addresses: BTreeSet<IpAddr>,
    /// Those of well-known proxies where nobody said whether they do.
    pub undecided: BTreeSet<IpAddr>,
    /// One of them has answered.
    pub tried: bool,
}

impl Proven {
    /// Where all of `addresses` that could be tried lead here, the others are taken for the same
    /// proxy's.
    fn of(addresses: &BTreeSet<IpAddr>, arrivals: &[(IpAddr, Arrival)]) -> Self {
        let having = |wanted| -> BTreeSet<IpAddr> {
            let of_it = arrivals.iter().filter(|(_, arrival)| *arrival == wanted);
            of_it.map(|(address, _)| *address).collect()
        };
        let (proven, silent) = (having(Arrival::Arrives), having(Arrival::Silent));
        let is_refuted = !having(Arrival::DoesNot).is_empty();
        let all_lead_here = !proven.is_empty() && !is_refuted && silent.is_empty();
        let is_proxy = |address: &IpAddr| proxy_of(*address).is_some();
        Self {
            tried: is_refuted || !proven.is_empty(),
            undecided: if is_refuted {
                BTreeSet::new()
            } else {
                silent.into_iter().filter(is_proxy).collect()
            },
            addresses: if all_lead_here {
                addresses.clone()
            } else {
                proven
            },
        }
    }
}

/// A visitor's requests for one domain.
///
/// A redirect is followed to the domain itself, at the same address, and to its name with or
/// without www, at the addresses that this has and that may be connected to; on the web's ports and
/// the one that was asked first. Where that name is at an address that is `ours` anyway, arriving
/// there says nothing about the address that redirects, which may be a mere forwarder.
///
/// No certificate is looked at, since a domain that waits for its first one has none that is valid.
/// That is safe: nothing secret is sent, and only a request that arrived here is answered with the
/// token's answer.
pub(super) struct Visitor<'a> {
    host: &'a str,
    www_counterpart: Option<String>,
    port: u16,
    proof: &'a Proof,
    ours: &'a BTreeSet<IpAddr>,
    /// For the counterpart's addresses. Its guard says which ones may be connected to.
    scope: Scope<'a>,
    counterpart_addresses: OnceCell<Vec<IpAddr>>,
}

impl<'a> Visitor<'a> {
    /// `www_counterpart`: the name of `host` with or without www.
    pub(super) fn new(
        host: &'a str,
        www_counterpart: Option<String>,
        port: u16,
        proof: &'a Proof,
        ours: &'a BTreeSet<IpAddr>,
        scope: Scope<'a>,
    ) -> Self {
        Self {
            host,
            www_counterpart,
            port,
            proof,
            ours,
            scope,
            counterpart_addresses: OnceCell::new(),
        }
    }

    /// Through which of `addresses` requests arrive here.
    pub(super) async fn prove(&self, addresses: &BTreeSet<IpAddr>) -> Proven {
        let attempts = addresses.iter().take(MOST_ADDRESSES);
        let arrivals: Vec<(IpAddr, Arrival)> =
            join_all(attempts.map(async |address| (*address, self.arrives(*address).await))).await;
        Proven::of(addresses, &arrivals)
    }

    /// Whether a request for the domain to `address` arrives here.
    async fn arrives(&self, address: IpAddr) -> Arrival {
        let asked = async {
            let mut arrival = Arrival::DoesNot;
            for path in self.proof.paths() {
                let url = format!("http://{}:{}{path}", self.host, self.port);
                arrival = match self.get(&url, address).await {
                    Ok(Some(body)) if body == self.proof.answer.as_bytes() => Arrival::Arrives,
                    // It was silent about the first one.
                    Ok(_) if arrival == Arrival::Silent => Arrival::Silent,
                    Ok(_) => Arrival::DoesNot,
                    Err(other) => other,
                };
                if matches!(arrival, Arrival::Arrives | Arrival::Untried) {
                    break;
                }
            }
            arrival
        };
        timeout_at(self.scope.deadline, asked)
            .await
            .unwrap_or(Arrival::Silent)
    }

    /// What `url` leads to, or what it means that nobody says so.
    async fn get(&self, url: &str, address: IpAddr) -> Result<Option<Vec<u8>>, Arrival> {
        let mut next = Url::parse(url).ok();
        for _ in 0..=MOST_REDIRECTS {
            let Some(url) = next.take() else { break };
            let Some(client) = self.client_for(&url, address).await else {
                break;
            };
            let request = client
                .get(url.clone())
                .header(USER_AGENT, "closte-sync")
                .header(CONNECTION, "close");
            let response = match request.send().await {
                Ok(response) => response,
                Err(error) if is_no_way_there(&error) => return Err(Arrival::Untried),
                Err(error) if error.is_connect() || error.is_timeout() => {
                    return Err(Arrival::Silent);
                }
                Err(_) => break,
            };
            if response.status().is_server_error() {
                return Err(Arrival::Silent);
            }
            if response.status().is_success() {
                return Ok(read(response, LONGEST_RESPONSE).await.ok().flatten());
            }
            next = redirected(&url, &response).filter(|url| self.may_follow(url));
        }
        Ok(None)
    }

    async fn client_for(&self, url: &Url, address: IpAddr) -> Option<Client> {
        let host = url.host_str()?;
        client(host, &self.addresses(host, address).await)
    }

    fn may_follow(&self, url: &Url) -> bool {
        let host = url.host_str();
        let port = url.port_or_known_default();
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && host.is_some()
            && (host == Some(self.host) || host == self.www_counterpart.as_deref())
            && port.is_some_and(|port| port == self.port || WEB_PORTS.contains(&port))
    }

    /// Where `host` is connected to, `proxy` being the address in question. The domain itself is
    /// not looked up again: it could have another address this time.
    async fn addresses(&self, host: &str, proxy: IpAddr) -> Vec<IpAddr> {
        if host == self.host {
            return vec![proxy];
        }
        let found = self
            .counterpart_addresses
            .get_or_init(|| async {
                let Some(name) = fqdn(host) else {
                    return Vec::new();
                };
                let found = self.scope.addresses(&name).await;
                found.unwrap_or_default().into_iter().collect()
            })
            .await;
        // Whether the counterpart has DNS of its own is another question: a proxy that redirects to
        // it knows it.
        if found.is_empty() || found.contains(&proxy) {
            return vec![proxy];
        }
        found
            .iter()
            .copied()
            .filter(|address| {
                !self.ours.contains(address) && self.scope.guard.permits(*address).is_ok()
            })
            .collect()
    }
}

/// Where `response` to a request for `url` redirects to.
fn redirected(url: &Url, response: &Response) -> Option<Url> {
    if !response.status().is_redirection() {
        return None;
    }
    let location = response.headers().get(LOCATION)?.as_bytes();
    url.join(std::str::from_utf8(location).ok()?).ok()
}

/// Whether this server has no way to the address, as one without IPv6: nobody there was asked.
fn is_no_way_there(error: &reqwest::Error) -> bool {
    let mut cause = error.source().filter(|_| error.is_connect());
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>()
            && (matches!(
                error.kind(),
                ErrorKind::NetworkUnreachable
                    | ErrorKind::NetworkDown
                    | ErrorKind::HostUnreachable
                    | ErrorKind::AddrNotAvailable
            ) || error.raw_os_error() == Some(libc::EAFNOSUPPORT))
        {
            return true;
        }
        cause = error.source();
    }
    false
}

/// A client that reaches `host` at `addresses`, and nothing else; none without an address.
fn client(host: &str, addresses: &[IpAddr]) -> Option<Client> {
    if addresses.is_empty() {
        return None;
    }
    let (tls, _) = unverified_client_config().ok()?;
    // Port 0: that of the URL.
    let addresses: Vec<SocketAddr> = addresses
        .iter()
        .map(|address| SocketAddr::new(*address, 0))
        .collect();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .resolve_to_addrs(host, &addresses)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .http1_only()
        .no_proxy()
        .build()
        .ok()
}

#[cfg(test)]
mod tests;
