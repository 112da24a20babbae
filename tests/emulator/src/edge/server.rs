//! The edge's TLS and HTTP servers: ACME challenges, fixed responses, and a proxy to the site
//! behind it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use http::header::{CONTENT_TYPE, HOST, HeaderName};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ServerConfig;
use rustls::crypto::ring;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::{Edge, Options, lock};
use crate::BoxError;
use crate::listener::Listener;
use crate::net::{self, Connection, Connections};
use crate::state;

type Body = UnsyncBoxBody<Bytes, hyper::Error>;

const HANDSHAKE: Duration = Duration::from_secs(10);
/// Headers of one connection, which are not forwarded (RFC 9110, 7.6.1).
const HOP_BY_HOP: [&str; 6] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

static UPSTREAM: LazyLock<Client<HttpConnector, Incoming>> =
    LazyLock::new(|| Client::builder(TokioExecutor::new()).build_http());

/// Listens for TLS and HTTP on the address of the options, then on each other edge address that is
/// loopback.
pub fn listen(edge: &Arc<Edge>, options: &Options) -> Result<Vec<Listener>, BoxError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(&edge.certificates) as _);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let config = Arc::new(config);
    let tls = |address| open(edge, address, Some(Arc::clone(&config)));
    let plain = |address| open(edge, address, None);
    let mut listeners = vec![tls(options.listen)?, plain(options.http_listen)?];
    let ports: Vec<_> = listeners.iter().map(|listener| listener.address).collect();
    for ip in &options.addresses {
        for (at, first) in ports.iter().enumerate() {
            let address = SocketAddr::new(*ip, first.port());
            if ip.is_loopback() && address != *first {
                listeners.push(if at == 0 {
                    tls(address)?
                } else {
                    plain(address)?
                });
            }
        }
    }
    Ok(listeners)
}

fn open(
    edge: &Arc<Edge>,
    address: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
) -> std::io::Result<Listener> {
    let connections = Arc::new(Connections::default());
    let edge = Arc::downgrade(edge);
    Listener::open(address, move |stream: TcpStream| {
        let Some(edge) = edge.upgrade() else { return };
        let Ok(connection) = connections.add(&stream, tls.is_some()) else {
            return;
        };
        let (connections, tls) = (Arc::clone(&connections), tls.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(&edge, &connection, stream).await,
                Some(config) => {
                    let handshake = TlsAcceptor::from(config).accept(stream);
                    // It fails when a probe hangs up, or there is no certificate for the name.
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, handshake).await {
                        serve(&edge, &connection, stream).await;
                    }
                }
            }
            connections.remove(&connection);
        });
    })
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin + 'static>(
    edge: &Arc<Edge>,
    connection: &Connection,
    stream: S,
) {
    let tls = connection.tls;
    let service = service_fn(|request| answer(Arc::clone(edge), request, tls));
    net::serve(connection, stream, service).await;
}

async fn answer(
    edge: Arc<Edge>,
    request: Request<Incoming>,
    tls: bool,
) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path();
    if let Some(token) = path.strip_prefix("/.well-known/acme-challenge/") {
        let found = lock(&edge.tokens).get(token).cloned();
        return Ok(found.map_or_else(
            || page(StatusCode::NOT_FOUND, "No such challenge"),
            |proof| text(StatusCode::OK, proof),
        ));
    }
    let (found, upstream) = {
        let settings = lock(&edge.settings);
        (
            settings.answers.get(path).cloned(),
            settings.upstream.clone(),
        )
    };
    if let Some(found) = found {
        return Ok(text(StatusCode::OK, found));
    }
    if let Some(upstream) = upstream {
        return Ok(match forward(request, &upstream, tls).await {
            Ok(response) => response,
            Err(error) => page(
                StatusCode::BAD_GATEWAY,
                &format!("The site behind the edge did not answer: {error}"),
            ),
        });
    }
    let host = host_of(&request);
    let known = {
        let state = state::lock(&edge.state);
        let wildcard = host
            .split_once('.')
            .map(|(_, parent)| format!("*.{parent}"));
        let mut sites = state.saved.keys.values();
        sites.any(|site| {
            site.domains.contains(&host)
                || wildcard
                    .as_ref()
                    .is_some_and(|name| site.domains.contains(name))
        })
    };
    Ok(if known && path == "/" {
        page(StatusCode::OK, "This domain is served by Closte's edge")
    } else {
        page(StatusCode::NOT_FOUND, "Nothing is served here")
    })
}

fn host_of<B>(request: &Request<B>) -> String {
    let header = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let whole = request
        .uri()
        .authority()
        .map(http::uri::Authority::as_str)
        .or(header)
        .unwrap_or_default();
    let host = whole.rsplit_once(':').map_or(whole, |(host, _)| host);
    host.to_ascii_lowercase()
}

/// Forwards a request to the site behind the edge, with its host.
async fn forward(
    mut request: Request<Incoming>,
    upstream: &str,
    tls: bool,
) -> Result<Response<Body>, BoxError> {
    let asked = request.uri().authority().map(ToString::to_string);
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    *request.uri_mut() = format!("{}{path}", upstream.trim_end_matches('/')).parse()?;
    *request.version_mut() = http::Version::HTTP_11;
    let headers = request.headers_mut();
    if let Some(host) = asked {
        headers.insert(HOST, host.parse()?);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
    let scheme = if tls { "https" } else { "http" };
    headers.insert(
        HeaderName::from_static("x-forwarded-proto"),
        HeaderValue::from_static(scheme),
    );
    let mut response = UPSTREAM.request(request).await?;
    for name in HOP_BY_HOP {
        response.headers_mut().remove(name);
    }
    Ok(response.map(BodyExt::boxed_unsync))
}

/// Fails unless the upstream is plain HTTP to a host.
pub fn check_upstream(url: &str) -> Result<(), BoxError> {
    let uri: Uri = url.parse()?;
    if uri.scheme_str() != Some("http") || uri.host().is_none() {
        return Err(format!("{url} is no upstream: it must be http://host:port").into());
    }
    Ok(())
}

fn body(content: impl Into<Bytes>) -> Body {
    Full::new(content.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}

fn text(status: StatusCode, content: String) -> Response<Body> {
    let mut response = Response::new(body(content));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

fn page(status: StatusCode, title: &str) -> Response<Body> {
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    );
    let mut response = text(status, page);
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    response
}
