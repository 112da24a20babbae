//! One question to whichever server answers first.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use hickory_resolver::proto::op::Message;
use tokio::time::{Instant, timeout};

use super::query::{Client, NoAnswer, Query};

/// A server that has not answered by then gets company.
const PATIENCE: Duration = Duration::from_millis(300);

/// The first answer that any of `servers` gives. The next one is pending when those before it failed or are slow.
pub(in crate::dns) async fn ask_any(
    client: &Client,
    servers: &[SocketAddr],
    question: &Query,
    deadline: Instant,
) -> Result<Message, NoAnswer> {
    let mut waiting = servers.iter();
    let mut pending = FuturesUnordered::new();
    let mut failure = NoAnswer::TimedOut;
    loop {
        if let Some(server) = waiting.next() {
            pending.push(client.ask(*server, question, deadline));
        } else if pending.is_empty() {
            return Err(failure);
        }
        let more = !waiting.as_slice().is_empty();
        while !pending.is_empty() {
            let next = if more {
                match timeout(PATIENCE, pending.next()).await {
                    Ok(next) => next,
                    Err(_) => break,
                }
            } else {
                pending.next().await
            };
            match next {
                Some(Ok(message)) => return Ok(message),
                Some(Err(error)) => {
                    // What a server said tells more than that another was silent.
                    if failure == NoAnswer::TimedOut || error.is_lame() {
                        failure = error;
                    }
                    if more {
                        break;
                    }
                }
                None => break,
            }
        }
    }
}
