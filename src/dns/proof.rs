//! Proves with a token that requests for a domain arrive here, also through a proxy.

use std::net::{IpAddr, SocketAddr};

use reqwest::header::{CONNECTION, LOCATION, USER_AGENT};
use reqwest::{Client, Url, redirect, retry};
use tokio::sync::OnceCell;
use tokio::time::timeout_at;

use super::client::scope::Scope;
use super::name::fqdn;
use super::options::Proof;
use crate::net::http::read;
use crate::net::unverified_client_config;

/// Proxy addresses that are tried at most.
pub(super) const MOST_ADDRESSES: usize = 6;
/// Longest response that is read.
const LONGEST_RESPONSE: usize = 4_096;
/// Redirects that are followed: to https, to the name with or without www, and one or two more.
const MOST_REDIRECTS: usize = 4;
/// The ports of the web. A redirect to another one could reach a service that is no web server.
const WEB_PORTS: [u16; 2] = [80, 443];

/// A visitor's requests for one domain.
///
/// A redirect is followed to the domain itself, at the same address, and to its name with or
/// without www, at the addresses that this has and that may be connected to; on the web's ports and
/// the one that was asked first.
///
/// No certificate is looked at, since a domain that waits for its first one has none that is valid.
/// That is safe: nothing secret is sent, and only a request that arrived here is answered with the
/// token's answer.
pub(super) struct Visitor<'a> {
    host: &'a str,
    www_counterpart: Option<String>,
    port: u16,
    proof: &'a Proof,
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
        scope: Scope<'a>,
    ) -> Self {
        Self {
            host,
            www_counterpart,
            port,
            proof,
            scope,
            counterpart_addresses: OnceCell::new(),
        }
    }

    /// Whether a request for the domain to `address` arrives here.
    pub(super) async fn arrives(&self, address: IpAddr) -> bool {
        let asked = async {
            for path in self.proof.paths() {
                let url = format!("http://{}:{}{path}", self.host, self.port);
                if self
                    .get(&url, address)
                    .await
                    .is_some_and(|body| body == self.proof.answer.as_bytes())
                {
                    return true;
                }
            }
            false
        };
        timeout_at(self.scope.deadline, asked)
            .await
            .unwrap_or(false)
    }

    /// What `url` leads to.
    async fn get(&self, url: &str, address: IpAddr) -> Option<Vec<u8>> {
        let mut url = Url::parse(url).ok()?;
        for _ in 0..=MOST_REDIRECTS {
            let host = url.host_str()?;
            let request = client(host, &self.addresses(host, address).await)?
                .get(url.clone())
                .header(USER_AGENT, "closte-sync")
                .header(CONNECTION, "close");
            let response = request.send().await.ok()?;
            if response.status().is_success() {
                return read(response, LONGEST_RESPONSE).await.ok()?;
            }
            if !response.status().is_redirection() {
                return None;
            }
            let location = response.headers().get(LOCATION)?.as_bytes();
            url = url.join(std::str::from_utf8(location).ok()?).ok()?;
            if !self.may_follow(&url) {
                return None;
            }
        }
        None
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
            .filter(|address| self.scope.guard.permits(*address).is_ok())
            .collect()
    }
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
