use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use http::{HeaderMap, Method};
use rcgen::{CertificateParams, KeyPair};
use rustls::{ServerConfig, ServerConnection};
use rustls_pki_types::PrivateKeyDer;
use tokio::time::Instant;

use super::*;
use crate::net::block_on;
use crate::net::http::{Cause, ConnectError, HttpRequest, Reading, exchange};

const PATIENCE: Duration = Duration::from_secs(60);

/// What a request to a server fails with that does so with each connection, and whether its pool is
/// kept.
fn failure(serve: impl Fn(TcpStream) + Send + 'static) -> (ConnectError, bool) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.incoming().flatten().for_each(serve));
    let pools = Pools::new(Rc::default());
    // Without the system's roots, which this needs none of.
    let route = Route {
        tls: false,
        ca_file: None,
        connect_timeout: PATIENCE,
        name_servers: Vec::new(),
        proxy: None,
    };
    let request = HttpRequest {
        method: Method::GET,
        url: url.parse().unwrap(),
        headers: HeaderMap::new(),
        body: String::new(),
    };
    let call = async {
        let deadline = Instant::now() + PATIENCE;
        exchange(&pools, &route, request, deadline, Reading::Whole(10)).await
    };
    let failure = block_on(call).unwrap().err().unwrap();
    let Cause::Connect(error) = failure.cause else {
        panic!("it failed in another way")
    };
    (error, !pools.entries.borrow().is_empty())
}

/// The next call makes one, with the trust roots that there are then.
#[test]
fn a_pool_is_dropped_when_a_certificate_was_not_accepted() {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap().der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let (error, is_kept) = failure(move |mut stream| {
        let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let _ = connection.complete_io(&mut stream);
    });
    assert!(matches!(error, ConnectError::Untrusted(_)), "{error:?}");
    assert!(!is_kept);
}

#[test]
fn a_pool_is_kept_when_a_handshake_broke() {
    let (error, is_kept) = failure(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    assert!(matches!(error, ConnectError::Tls(_)), "{error:?}");
    assert!(is_kept);
}
