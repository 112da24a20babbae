//! An emulator for each test, and a raw client that hides nothing.

#![allow(dead_code, missing_docs)]

pub mod secure;

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

pub const PATIENCE: Duration = Duration::from_secs(20);
pub const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A directory that is removed with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let n = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("closte-emulator-test-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub struct Emulator {
    pub child: Child,
    pub ready: Value,
    pub folder: Folder,
}

impl Emulator {
    /// With the keys `first` and `second`.
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_in(Folder::new(), arguments)
    }

    pub fn start_in(folder: Folder, arguments: &[&str]) -> Self {
        Self::start_with(folder, arguments, &[])
    }

    pub fn start_with(folder: Folder, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let ready = folder.file("ready.json");
        let ca = folder.file("ca.pem");
        // A killed one leaves it behind.
        let _ = std::fs::remove_file(&ready);
        let mut child = Command::new(env!("CARGO_BIN_EXE_closte-emulator"))
            .args(arguments)
            .args(["--key", "first", "--key", "second", "--exit-with-parent"])
            .args(["--ready", &ready, "--ca-out", &ca])
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let read = || serde_json::from_slice(&std::fs::read(&ready).ok()?).ok();
        let ready = until(|| {
            assert!(child.try_wait().unwrap().is_none(), "the emulator ended");
            read()
        });
        Self {
            child,
            ready,
            folder,
        }
    }

    /// Stops it and returns its directory.
    pub fn stop(mut self) -> Folder {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
        std::mem::replace(&mut self.folder, Folder(PathBuf::new()))
    }

    pub fn address(&self, name: &str) -> SocketAddr {
        let url = self.ready[name].as_str().unwrap();
        let host = url.split('/').nth(2).unwrap();
        host.parse().unwrap()
    }

    pub fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let response = send(self.address("control"), method, path, "", &body.to_string()).unwrap();
        assert_eq!(response.status, 200, "{method} {path}: {}", response.body);
        serde_json::from_str(&response.body).unwrap()
    }

    pub fn fault(&self, fault: Value) {
        self.control("PUT", "/faults", &Value::Array(vec![fault]));
    }

    pub fn journal(&self) -> Vec<Value> {
        let Value::Array(entries) = self.control("GET", "/journal", &Value::Null) else {
            panic!("no list")
        };
        entries
    }

    pub fn last(&self) -> Value {
        self.journal().pop().unwrap()
    }

    pub fn post(&self, call: &str, body: &str) -> io::Result<Response> {
        send(
            self.address("http"),
            "POST",
            &format!("/api/client{call}"),
            FORM,
            body,
        )
    }

    pub fn get(&self, call: &str) -> io::Result<Response> {
        send(
            self.address("http"),
            "GET",
            &format!("/api/client{call}"),
            "",
            "",
        )
    }

    pub fn add(&self, domain: &str) -> io::Result<Response> {
        let wildcard = if domain.starts_with("*.") { "1" } else { "" };
        self.post(
            "/adddomainalias",
            &format!("apikey=first&domain={domain}&wildcard={wildcard}"),
        )
    }

    pub fn domains(&self) -> Value {
        self.control("GET", "/state", &Value::Null)["keys"]["first"]["domains"].clone()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It removes its own files and servers when it ends by itself.
        drop(self.child.stdin.take());
        for _ in 0..500 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

pub fn connect(server: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

pub fn write(
    stream: &mut TcpStream,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> io::Result<()> {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: test\r\n{headers}content-length: {length}\r\n\r\n"
    );
    stream.write_all((head + body).as_bytes())
}

/// One request on one connection, its body read as its length says.
pub fn send(
    server: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> io::Result<Response> {
    let mut stream = connect(server)?;
    write(
        &mut stream,
        method,
        path,
        &format!("connection: close\r\n{headers}"),
        body,
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).unwrap();
    let whole = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(whole)?;
    let status = head
        .get(9..12)
        .and_then(|status| status.parse().ok())
        .ok_or_else(whole)?;
    let response = Response {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    };
    match response.header("content-length") {
        Some(length) if length.parse() != Ok(response.body.len()) => Err(whole()),
        _ => Ok(response),
    }
}

/// Waits until `check` returns a value.
pub fn until<T>(mut check: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = check() {
            return value;
        }
        assert!(Instant::now() < end, "this did not happen in time");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub fn exists(path: impl AsRef<Path>) -> bool {
    path.as_ref().exists()
}
