//! Connections that can be reset at any time.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// One accepted connection.
pub struct Connection {
    pub id: u64,
    pub tls: bool,
    /// A second handle on the socket, until the connection is reset or ends.
    socket: Mutex<Option<OwnedFd>>,
    was_reset: Notify,
    finishing: Notify,
}

impl Connection {
    /// Closes the connection with a TCP reset.
    pub fn reset(&self) {
        if let Some(socket) = self.release() {
            // With a linger time of 0, closing sends RST instead of FIN.
            let _ = SockRef::from(&socket).set_linger(Some(Duration::ZERO));
        }
        self.was_reset.notify_one();
    }

    /// Closes the connection after the responses in progress.
    pub fn finish(&self) {
        self.finishing.notify_one();
    }

    fn release(&self) -> Option<OwnedFd> {
        self.socket
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// The connections that are open.
#[derive(Default)]
pub struct Connections {
    open: Mutex<(u64, HashMap<u64, Arc<Connection>>)>,
}

impl Connections {
    pub fn add(&self, stream: &TcpStream, tls: bool) -> io::Result<Arc<Connection>> {
        let socket = stream.as_fd().try_clone_to_owned()?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.0 += 1;
        let connection = Arc::new(Connection {
            id: open.0,
            tls,
            socket: Mutex::new(Some(socket)),
            was_reset: Notify::new(),
            finishing: Notify::new(),
        });
        open.1.insert(connection.id, Arc::clone(&connection));
        Ok(connection)
    }

    pub fn remove(&self, connection: &Connection) {
        connection.release();
        self.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .remove(&connection.id);
    }

    /// Resets all connections and returns how many.
    pub fn reset_all(&self) -> usize {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.1.values().for_each(|connection| connection.reset());
        open.1.len()
    }

    pub fn count(&self) -> usize {
        self.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .len()
    }
}

/// Serves HTTP/1.1 or HTTP/2 until the peer, the service or a reset ends it.
pub async fn serve<S, B>(
    connection: &Connection,
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
    service: S,
) where
    S: Service<http::Request<Incoming>, Response = http::Response<B>>,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: hyper::body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let builder = auto::Builder::new(TokioExecutor::new());
    let mut serving = pin!(builder.serve_connection(TokioIo::new(stream), service));
    loop {
        tokio::select! {
            biased;
            () = connection.was_reset.notified() => return,
            () = connection.finishing.notified() => serving.as_mut().graceful_shutdown(),
            // Broken connections are what half of the tests are about.
            _ = serving.as_mut() => return,
        }
    }
}

/// Waits for a future unless the connection is reset first.
pub async fn unless_reset<F: Future>(connection: &Connection, future: F) -> Option<F::Output> {
    tokio::select! {
        () = connection.was_reset.notified() => None,
        output = future => Some(output),
    }
}
