//! A proxy for CONNECT on loopback, with manners on demand.
#![allow(dead_code, clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What it does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manner {
    /// Connects.
    Connect,
    /// Connects for this `Proxy-Authorization` only.
    Ask(String),
    /// Answers with this instead.
    Answer(&'static str),
    /// Closes the connection.
    Close,
    /// Says nothing.
    Hang,
}

pub struct ConnectProxy {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl ConnectProxy {
    /// Serves in the background until the process ends.
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (manner, all) = (manner.clone(), Arc::clone(&all));
                std::thread::spawn(move || serve(stream, &manner, &all));
            }
        });
        Self { address, seen }
    }

    /// Everything that clients have sent to it, in tunnels, too.
    pub fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }

    /// How many requests to connect there were.
    pub fn requests(&self) -> usize {
        self.seen().matches("CONNECT ").count()
    }
}

fn serve(mut client: TcpStream, manner: &Manner, seen: &Mutex<Vec<u8>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    seen.lock().unwrap().extend(&head);
    let head = String::from_utf8(head).unwrap();
    let answer = match manner {
        Manner::Ask(wanted) if !head.contains(&format!("Proxy-Authorization: {wanted}\r\n")) => {
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"
        }
        Manner::Answer(answer) => answer,
        Manner::Close => return None,
        Manner::Hang => {
            let _ = client.read(&mut [0]);
            return None;
        }
        Manner::Connect | Manner::Ask(_) => {
            let place = head.split(' ').nth(1).unwrap();
            let mut server = TcpStream::connect(place).ok()?;
            client
                .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .ok()?;
            let (mut back, mut to) = (server.try_clone().ok()?, client.try_clone().ok()?);
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut back, &mut to);
                let _ = to.shutdown(Shutdown::Write);
            });
            let mut bytes = [0; 4096];
            loop {
                let length = client.read(&mut bytes).unwrap_or_default();
                if length == 0 {
                    let _ = server.shutdown(Shutdown::Write);
                    return None;
                }
                seen.lock().unwrap().extend(&bytes[..length]);
                server.write_all(&bytes[..length]).ok()?;
            }
        }
    };
    client.write_all(answer.as_bytes()).ok()
}
