//! Proves with a token that requests for a domain arrive here, also through a proxy.

use std::net::SocketAddr;

use reqwest::header::{CONNECTION, USER_AGENT};
use reqwest::{Client, redirect, retry};
use tokio::time::{Instant, timeout_at};

use super::options::Proof;
use crate::net::http::read;
use crate::net::unverified_client_config;

/// Proxy addresses that are tried at most.
pub(super) const MOST_ADDRESSES: usize = 6;
/// Longest response that is read.
const LONGEST_RESPONSE: usize = 4_096;
/// Redirects that are followed: from http to https, and one more.
const MOST_REDIRECTS: usize = 2;

/// Fetches the token by the name of `host` from `address` and compares. A proxy may send the
/// request on to https, whose certificate is not looked at: what arrives is the question here, not
/// what is secure.
pub(super) async fn arrives(
    host: &str,
    address: SocketAddr,
    proof: &Proof,
    deadline: Instant,
) -> bool {
    let Some(client) = client(host, address) else {
        return false;
    };
    let asked = async {
        for path in proof.paths() {
            let url = format!("http://{host}:{}{path}", address.port());
            if get(&client, &url)
                .await
                .is_some_and(|body| body == proof.answer.as_bytes())
            {
                return true;
            }
        }
        false
    };
    timeout_at(deadline, asked).await.unwrap_or(false)
}

/// A client that reaches `host` at the address of `address`, and nothing else.
fn client(host: &str, address: SocketAddr) -> Option<Client> {
    let own = host.to_owned();
    let redirects = redirect::Policy::custom(move |attempt| {
        // The name is not looked up again: it could lead to another address this time.
        if attempt.url().host_str() == Some(&own) && attempt.previous().len() <= MOST_REDIRECTS {
            attempt.follow()
        } else {
            attempt.stop()
        }
    });
    Client::builder()
        .tls_backend_preconfigured(unverified_client_config().ok()?.as_ref().clone())
        // Port 0: that of the URL.
        .resolve(host, SocketAddr::new(address.ip(), 0))
        .redirect(redirects)
        .retry(retry::never())
        .http1_only()
        .no_proxy()
        .build()
        .ok()
}

async fn get(client: &Client, url: &str) -> Option<Vec<u8>> {
    let request = client
        .get(url)
        .header(USER_AGENT, "closte-sync")
        .header(CONNECTION, "close");
    let response = request.send().await.ok()?;
    if !response.status().is_success() {
        return None;
    }
    read(response, LONGEST_RESPONSE).await.ok()?
}
