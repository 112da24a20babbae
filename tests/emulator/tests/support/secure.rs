//! A client that speaks TLS and both versions of HTTP.

#![allow(dead_code)]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use http::{Request, Version};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The certificates of a PEM file.
pub fn certificates(file: impl AsRef<Path>) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(file)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// A handshake that trusts what is in `trust` alone.
pub async fn handshake(
    server: SocketAddr,
    name: &str,
    trust: impl AsRef<Path>,
    alpn: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(trust) {
        roots.add(certificate).unwrap();
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn
        .iter()
        .map(|protocol| protocol.as_bytes().to_vec())
        .collect();
    let stream = TcpStream::connect(server).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

/// What a handshake fails with, in words.
pub async fn failure(server: SocketAddr, name: &str, trust: impl AsRef<Path>) -> String {
    handshake(server, name, trust, &[])
        .await
        .unwrap_err()
        .to_string()
}

/// One GET; gives the version that it was answered in, and the body.
pub async fn get<S>(stream: S, version: Version, url: &str) -> (Version, u16, String)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let io = TokioIo::new(stream);
    let host = url.split('/').nth(2).unwrap();
    let response = if version == Version::HTTP_2 {
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
                .await
                .unwrap();
        tokio::spawn(connection);
        let request = Request::get(url).body(Empty::<Bytes>::new()).unwrap();
        sender.send_request(request).await.unwrap()
    } else {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        tokio::spawn(connection);
        let path = url.splitn(4, '/').nth(3).unwrap();
        let request = Request::get(format!("/{path}")).header("host", host);
        sender
            .send_request(request.body(Empty::<Bytes>::new()).unwrap())
            .await
            .unwrap()
    };
    let (version, status) = (response.version(), response.status().as_u16());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (version, status, String::from_utf8(body.to_vec()).unwrap())
}

/// An HTTP/2 connection over plain TCP.
pub async fn http2(server: SocketAddr) -> SendRequest<Empty<Bytes>> {
    let io = TokioIo::new(TcpStream::connect(server).await.unwrap());
    let (sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
        .await
        .unwrap();
    tokio::spawn(connection);
    sender
}

/// One GET, begun at once; gives its status, or why there is none in HTTP/2's terms.
pub fn ask(
    sender: &mut SendRequest<Empty<Bytes>>,
    url: &str,
) -> impl Future<Output = Result<u16, h2::Error>> + use<> {
    let request = Request::get(url).body(Empty::new()).unwrap();
    let response = sender.send_request(request);
    async move {
        match response.await {
            Ok(response) => Ok(response.status().as_u16()),
            Err(error) => {
                let cause = std::error::Error::source(&error).unwrap();
                let cause = cause.downcast_ref::<h2::Error>().unwrap();
                assert!(cause.is_remote(), "{cause}");
                Err(cause.reason().unwrap().into())
            }
        }
    }
}
