//! A TCP listener that can go down and come back on the same port.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot};

/// What a listener does with new connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Accepting,
    /// Connections are refused.
    Refusing,
    /// Connections are neither accepted nor refused, as behind a firewall.
    Silent,
}

enum Socket {
    Accepting(TcpListener),
    /// Bound but not listening: connections are refused, and nobody else gets the port.
    Refusing {
        _socket: TcpSocket,
    },
    /// Its queue is full, so the kernel drops new connections.
    Silent {
        _listener: TcpListener,
        _queue: Vec<TcpStream>,
    },
}

/// How long connecting to a full queue is tried. On loopback an accepted connection is accepted at
/// once.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(200);
const MAX_QUEUE: usize = 16;

impl Socket {
    async fn enter(mode: Mode, address: SocketAddr) -> io::Result<Self> {
        let socket = bind(address)?;
        match mode {
            Mode::Accepting => Ok(Self::Accepting(socket.listen(1024)?)),
            Mode::Refusing => Ok(Self::Refusing { _socket: socket }),
            Mode::Silent => {
                let listener = socket.listen(0)?;
                let mut queue = Vec::new();
                while let Ok(taken) =
                    tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await
                {
                    queue.push(taken?);
                    if queue.len() > MAX_QUEUE {
                        return Err(io::Error::other(
                            "the queue of a listener never gets full here",
                        ));
                    }
                }
                Ok(Self::Silent {
                    _listener: listener,
                    _queue: queue,
                })
            }
        }
    }

    const fn mode(&self) -> Mode {
        match self {
            Self::Accepting(_) => Mode::Accepting,
            Self::Refusing { .. } => Mode::Refusing,
            Self::Silent { .. } => Mode::Silent,
        }
    }
}

type ModeChange = (Mode, oneshot::Sender<io::Result<()>>);

/// A listener that keeps its port while it is down.
pub struct Listener {
    pub address: SocketAddr,
    changes: mpsc::Sender<ModeChange>,
}

impl Listener {
    /// Listens at `address` and passes each connection to `handle`.
    pub fn open(
        address: SocketAddr,
        handle: impl Fn(TcpStream) + Send + 'static,
    ) -> io::Result<Self> {
        let listener = bind(address)?.listen(1024)?;
        let address = listener.local_addr()?;
        let (changes, inbox) = mpsc::channel(1);
        tokio::spawn(accept(address, listener, inbox, handle));
        Ok(Self { address, changes })
    }

    /// Changes the mode. The change is in effect when this returns.
    pub async fn set(&self, mode: Mode) -> io::Result<()> {
        let (done, answer) = oneshot::channel();
        let ended = || io::Error::other("the listener has ended");
        self.changes.send((mode, done)).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

async fn accept(
    address: SocketAddr,
    listener: TcpListener,
    mut inbox: mpsc::Receiver<ModeChange>,
    handle: impl Fn(TcpStream),
) {
    let mut state = Some(Socket::Accepting(listener));
    loop {
        let change = if let Some(Socket::Accepting(listener)) = &state {
            tokio::select! {
                change = inbox.recv() => change,
                accepted = listener.accept() => {
                    match accepted {
                        Ok((stream, _)) => {
                            let _ = stream.set_nodelay(true);
                            handle(stream);
                        }
                        // Out of descriptors, most likely: some will come free.
                        Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                    }
                    continue;
                }
            }
        } else {
            inbox.recv().await
        };
        let Some((mode, done)) = change else { return };
        let mut outcome = Ok(());
        if state.as_ref().map(Socket::mode) != Some(mode) {
            // The port must be free before it is bound again.
            drop(state.take());
            match Socket::enter(mode, address).await {
                Ok(entered) => state = Some(entered),
                Err(error) => outcome = Err(error),
            }
        }
        let _ = done.send(outcome);
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}
