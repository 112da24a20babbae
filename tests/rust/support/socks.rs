//! A SOCKS proxy on loopback, of versions 4 and 5.
#![allow(dead_code, clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub struct SocksProxy {
    pub address: SocketAddr,
    told: Arc<Mutex<Vec<String>>>,
}

impl SocksProxy {
    /// Serves in the background until the process ends; version 5 for this user name and password
    /// only, if there are any.
    pub fn start(user: Option<(&'static str, &'static str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&told);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let all = Arc::clone(&all);
                std::thread::spawn(move || serve(stream, user, &all));
            }
        });
        Self { address, told }
    }

    /// The hosts that clients have named, or their addresses, since this was asked last.
    pub fn told(&self) -> Vec<String> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }
}

fn bytes<const LENGTH: usize>(stream: &mut TcpStream) -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn text(stream: &mut TcpStream) -> Option<String> {
    let [length] = bytes(stream)?;
    let mut text = vec![0; length.into()];
    stream.read_exact(&mut text).ok()?;
    String::from_utf8(text).ok()
}

fn text_until_nul(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    loop {
        match bytes(stream)? {
            [0] => return String::from_utf8(text).ok(),
            [byte] => text.push(byte),
        }
    }
}

fn serve(
    mut client: TcpStream,
    user: Option<(&str, &str)>,
    told: &Mutex<Vec<String>>,
) -> Option<()> {
    let (host, port, answer) = if let [4] = bytes(&mut client)? {
        let [_, high, low] = bytes(&mut client)?;
        let ip = bytes::<4>(&mut client)?;
        text_until_nul(&mut client)?;
        let host = match ip {
            [0, 0, 0, _] => text_until_nul(&mut client)?,
            _ => Ipv4Addr::from(ip).to_string(),
        };
        (host, [high, low], vec![0, 90, 0, 0, 0, 0, 0, 0])
    } else {
        let methods = text(&mut client)?;
        if let Some((name, password)) = user {
            if !methods.contains('\u{2}') {
                return client.write_all(&[5, 255]).ok();
            }
            client.write_all(&[5, 2]).ok()?;
            bytes::<1>(&mut client)?;
            let given = (text(&mut client)?, text(&mut client)?);
            let is_right = given == (name.to_owned(), password.to_owned());
            client.write_all(&[1, u8::from(!is_right)]).ok()?;
            is_right.then_some(())?;
        } else {
            client.write_all(&[5, 0]).ok()?;
        }
        let host = match bytes::<4>(&mut client)? {
            [_, _, _, 1] => Ipv4Addr::from(bytes::<4>(&mut client)?).to_string(),
            [_, _, _, 4] => Ipv6Addr::from(bytes::<16>(&mut client)?).to_string(),
            _ => text(&mut client)?,
        };
        (
            host,
            bytes(&mut client)?,
            vec![5, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        )
    };
    told.lock().unwrap().push(host);
    // All hosts of the tests are this one.
    let mut server = TcpStream::connect(("127.0.0.1", u16::from_be_bytes(port))).ok()?;
    client.write_all(&answer).ok()?;
    let (mut back, mut to) = (server.try_clone().ok()?, client.try_clone().ok()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut back, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    std::io::copy(&mut client, &mut server).ok()?;
    server.shutdown(Shutdown::Write).ok()
}
