use std::io::Write as _;
use std::net::TcpListener;

use http::{HeaderMap, Method};
use tokio::time::Instant;

use super::*;
use crate::net::block_on;
use crate::net::http::{Cause, ConnectError, HttpRequest, Reading, exchange};

const PATIENCE: Duration = Duration::from_secs(60);

/// The next call makes one, with the trust roots that there are then.
#[test]
fn a_pool_is_dropped_after_a_failed_handshake() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
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
    assert!(matches!(
        failure.cause,
        Cause::Connect(ConnectError::Tls(_))
    ));
    assert!(pools.entries.borrow().is_empty());
}
