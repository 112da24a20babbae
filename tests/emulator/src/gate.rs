//! Listeners that can go down and come back on the same port.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot};

/// What a listener does with who comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Open,
    /// Connections are refused.
    Closed,
    /// Connections are neither taken nor refused, as behind a firewall.
    Silent,
}

enum State {
    Open(TcpListener),
    /// Bound and not listening: connections are refused, and nobody else gets the port.
    Closed {
        _socket: TcpSocket,
    },
    /// With its queue full, the kernel drops who else comes.
    Silent {
        _listener: TcpListener,
        _queue: Vec<TcpStream>,
    },
}

/// How long a connection to a full queue is tried; on loopback one that is taken is taken at once.
const TRY: Duration = Duration::from_millis(200);
const QUEUE_AT_MOST: usize = 16;

impl State {
    async fn enter(door: Door, address: SocketAddr) -> io::Result<Self> {
        let socket = bind(address)?;
        match door {
            Door::Open => Ok(Self::Open(socket.listen(1024)?)),
            Door::Closed => Ok(Self::Closed { _socket: socket }),
            Door::Silent => {
                let listener = socket.listen(0)?;
                let mut queue = Vec::new();
                while let Ok(taken) = tokio::time::timeout(TRY, TcpStream::connect(address)).await {
                    queue.push(taken?);
                    if queue.len() > QUEUE_AT_MOST {
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

    const fn door(&self) -> Door {
        match self {
            Self::Open(_) => Door::Open,
            Self::Closed { .. } => Door::Closed,
            Self::Silent { .. } => Door::Silent,
        }
    }
}

type Order = (Door, oneshot::Sender<io::Result<()>>);

/// A listener that keeps its port while it is down.
pub struct Gate {
    pub address: SocketAddr,
    orders: mpsc::Sender<Order>,
}

impl Gate {
    /// Listens at `address` and hands each connection to `take`.
    pub fn open(
        address: SocketAddr,
        take: impl Fn(TcpStream) + Send + 'static,
    ) -> io::Result<Self> {
        let listener = bind(address)?.listen(1024)?;
        let address = listener.local_addr()?;
        let (orders, inbox) = mpsc::channel(1);
        tokio::spawn(accept(address, listener, inbox, take));
        Ok(Self { address, orders })
    }

    /// Done when it returns.
    pub async fn set(&self, door: Door) -> io::Result<()> {
        let (done, answer) = oneshot::channel();
        let ended = || io::Error::other("the listener has ended");
        self.orders.send((door, done)).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

async fn accept(
    address: SocketAddr,
    listener: TcpListener,
    mut inbox: mpsc::Receiver<Order>,
    take: impl Fn(TcpStream),
) {
    let mut state = Some(State::Open(listener));
    loop {
        let order = if let Some(State::Open(listener)) = &state {
            tokio::select! {
                order = inbox.recv() => order,
                accepted = listener.accept() => {
                    match accepted {
                        Ok((stream, _)) => {
                            let _ = stream.set_nodelay(true);
                            take(stream);
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
        let Some((door, done)) = order else { return };
        let mut outcome = Ok(());
        if state.as_ref().map(State::door) != Some(door) {
            // The port must be let go before it is bound again.
            drop(state.take());
            match State::enter(door, address).await {
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
