//! One question to one server over TCP.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::StreamExt;
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::tcp::TcpClientStream;
use hickory_resolver::net::xfer::{DnsMultiplexer, DnsRequestSender, FirstAnswer};
use hickory_resolver::proto::op::{DnsRequest, Message};

pub(super) async fn exchange(
    server: SocketAddr,
    request: DnsRequest,
    left: Duration,
) -> Result<Message, NetError> {
    let asked = request.queries.clone();
    let runtime = TokioRuntimeProvider::new();
    let (stream, sender) = TcpClientStream::new(server, None, Some(left), runtime);
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
