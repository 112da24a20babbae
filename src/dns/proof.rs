//! Whether a request for a domain arrives here, whoever it passes on its way.

use std::net::SocketAddr;

use http::header::{CONNECTION, HOST, LOCATION, USER_AGENT};
use http::{Request, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::options::Proof;

/// A domain has few proxy addresses; more are not tried.
pub(super) const MOST_ADDRESSES: usize = 6;
/// Longer answers are none.
const LONGEST_ANSWER: usize = 4_096;
/// From http to https, and once more.
const MOST_REDIRECTS: usize = 2;

/// Fetches the token by the name of `host` from `address` and compares. A proxy may send the request on to https, whose
/// certificate is not looked at: what arrives is the question here, not what is secure.
pub(super) async fn arrives(
    host: &str,
    address: SocketAddr,
    proof: &Proof,
    deadline: Instant,
) -> bool {
    let asked = async {
        for path in proof.paths() {
            let answer = fetch(host, address, &path).await;
            if answer.is_some_and(|answer| answer == proof.answer.as_bytes()) {
                return true;
            }
        }
        false
    };
    timeout_at(deadline, asked).await.unwrap_or(false)
}

enum Fetched {
    Answer(Vec<u8>),
    Redirect(Uri),
}

async fn fetch(host: &str, address: SocketAddr, path: &str) -> Option<Vec<u8>> {
    let port = match address.port() {
        80 => String::new(),
        port => format!(":{port}"),
    };
    let mut uri: Uri = format!("http://{host}{port}{path}").parse().ok()?;
    for _ in 0..=MOST_REDIRECTS {
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        // The name is not looked up again: it could lead to another address this time.
        let stream = TcpStream::connect(SocketAddr::new(address.ip(), port))
            .await
            .ok()?;
        let fetched = if secure {
            let stream = crate::certificate::connect_unverified(stream, host).await?;
            get(TokioIo::new(stream), &uri).await?
        } else {
            get(TokioIo::new(stream), &uri).await?
        };
        match fetched {
            Fetched::Answer(answer) => return Some(answer),
            Fetched::Redirect(next) if next.host() == Some(host) => uri = next,
            Fetched::Redirect(_) => return None,
        }
    }
    None
}

async fn get<S: Read + Write + Unpin>(stream: S, uri: &Uri) -> Option<Fetched> {
    let (mut sender, connection) = http1::handshake(stream).await.ok()?;
    let request = Request::get(uri.path_and_query()?.as_str())
        .header(HOST, uri.authority()?.as_str())
        .header(USER_AGENT, "closte-sync")
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .ok()?;
    let exchange = async {
        let response = sender.send_request(request).await.ok()?;
        if response.status().is_redirection() {
            let next: Uri = response
                .headers()
                .get(LOCATION)?
                .to_str()
                .ok()?
                .parse()
                .ok()?;
            return Some(Fetched::Redirect(next));
        }
        if !response.status().is_success() {
            return None;
        }
        let answer = Limited::new(response.into_body(), LONGEST_ANSWER)
            .collect()
            .await
            .ok()?;
        Some(Fetched::Answer(answer.to_bytes().to_vec()))
    };
    tokio::pin!(exchange, connection);
    tokio::select! {
        fetched = &mut exchange => fetched,
        // It may end before what it has read was taken.
        _ = &mut connection => exchange.await,
    }
}
