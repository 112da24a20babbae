//! One question to one server over the wire: over UDP, and over TCP where the answer does not fit.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::StreamExt;
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::{
    DnsUdpSocket, RuntimeProvider, TokioHandle, TokioRuntimeProvider, TokioTime,
};
use hickory_resolver::net::tcp::TcpClientStream;
use hickory_resolver::net::udp::UdpClientStream;
use hickory_resolver::net::xfer::{DnsMultiplexer, DnsRequestSender, FirstAnswer};
use hickory_resolver::proto::op::{DnsRequest, Message};
use tokio::io::{Interest, ReadBuf};
use tokio::net::UdpSocket;

/// Over UDP, and over TCP where the answer does not fit.
/// `sends`: how often a datagram is sent, and so how many sockets the question has.
pub(super) async fn exchange(
    server: SocketAddr,
    request: DnsRequest,
    left: Duration,
    sends: u8,
) -> Result<Message, NetError> {
    let mut udp = UdpClientStream::builder(server, ConnectedSockets)
        .with_timeout(Some(left))
        .with_max_retries(sends)
        .with_os_port_selection(true)
        .build();
    let answer = udp.send_message(request.clone()).first_answer().await?;
    if answer.metadata.truncation {
        // Seldom needed, and large.
        Box::pin(over_tcp(server, request, left)).await
    } else {
        Ok(answer.into_message())
    }
}

async fn over_tcp(
    server: SocketAddr,
    request: DnsRequest,
    left: Duration,
) -> Result<Message, NetError> {
    let asked = request.queries.clone();
    let (stream, sender) = TcpClientStream::new(server, None, Some(left), ConnectedSockets);
    let mut connection = DnsMultiplexer::new(stream.await?, sender).with_timeout(left);
    let answer = connection.send_message(request).first_answer();
    // Driven here, not by a task of its own, so that the connection ends with the question.
    let answer = match select(answer, connection.into_future()).await {
        Either::Left((answer, _)) => answer?.into_message(),
        Either::Right((_, answer)) => answer.await?.into_message(),
    };
    if answer.queries == asked {
        Ok(answer)
    } else {
        Err(NetError::Message("the answer is to another question"))
    }
}

/// hickory leaves its UDP sockets unconnected. Connected ones notice at once that nothing listens
/// at the other end, and the kernel drops what others send.
#[derive(Clone, Copy)]
struct ConnectedSockets;

type Opening<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl RuntimeProvider for ConnectedSockets {
    type Handle = TokioHandle;
    type Timer = TokioTime;
    type Udp = ConnectedSocket;
    type Tcp = <TokioRuntimeProvider as RuntimeProvider>::Tcp;

    fn create_handle(&self) -> TokioHandle {
        TokioHandle::default()
    }

    fn connect_tcp(
        &self,
        server: SocketAddr,
        local: Option<SocketAddr>,
        timeout: Option<Duration>,
    ) -> Opening<Self::Tcp> {
        TokioRuntimeProvider::new().connect_tcp(server, local, timeout)
    }

    fn bind_udp(&self, local: SocketAddr, server: SocketAddr) -> Opening<ConnectedSocket> {
        Box::pin(async move {
            let socket = UdpSocket::bind(local).await?;
            socket.connect(server).await?;
            Ok(ConnectedSocket { socket, server })
        })
    }
}

struct ConnectedSocket {
    socket: UdpSocket,
    server: SocketAddr,
}

impl DnsUdpSocket for ConnectedSocket {
    type Time = TokioTime;

    fn poll_recv_from(
        &self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(self.socket.poll_recv(context, &mut buffer))?;
        Poll::Ready(Ok((buffer.filled().len(), self.server)))
    }

    fn poll_send_to(
        &self,
        context: &mut Context<'_>,
        bytes: &[u8],
        _server: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        self.socket.poll_send(context, bytes)
    }

    // An error alone does not make a socket readable, so tokio must be asked for errors too. The
    // signature is what `async_trait` makes of an `async fn`.
    fn recv_from<'socket, 'buffer, 'future>(
        &'socket self,
        buffer: &'buffer mut [u8],
    ) -> Pin<Box<dyn Future<Output = io::Result<(usize, SocketAddr)>> + Send + 'future>>
    where
        'socket: 'future,
        'buffer: 'future,
        Self: 'future,
    {
        Box::pin(async move {
            loop {
                let ready = self
                    .socket
                    .ready(Interest::READABLE | Interest::ERROR)
                    .await?;
                match self.socket.try_recv(buffer) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    received => return received.map(|length| (length, self.server)),
                }
                if ready.is_error() {
                    let error = self.socket.take_error()?;
                    return Err(error.unwrap_or_else(|| io::ErrorKind::NotConnected.into()));
                }
            }
        })
    }
}
