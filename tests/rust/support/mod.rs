//! Starts the emulator and talks to its control API.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use closte::api::{Client, Config};
use closte::api_key::ApiKey;
use closte::domain::{DomainName, ReservedNames};
use closte::error::Error;
use closte::net::block_on;
use serde_json::{Value, json};
use std::future::Future;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Once;
use std::time::Duration;

/// The key that each emulator accepts; no message may show it.
pub const KEY: &str = "Canary-Key/0123456789+abcdef";

/// A running emulator; it ends when this is dropped.
pub struct Emulator {
    child: Child,
    _stdin: ChildStdin,
    folder: PathBuf,
    ready: Value,
}

impl Emulator {
    pub fn start() -> Self {
        let folder = fresh_folder();
        let mut child = Command::new(binary())
            .args(["--key", KEY, "--exit-with-parent", "--ca-out"])
            .arg(folder.join("ca.pem"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the emulator starts");
        let stdin = child.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready = serde_json::from_str(&line).expect("the emulator says where it listens");
        Self {
            child,
            _stdin: stdin,
            folder,
            ready,
        }
    }

    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Over plain HTTP, with room for retries.
    pub fn config(&self) -> Config {
        Config {
            base_url: self.ready["http"].as_str().unwrap().to_owned(),
            timeout: PATIENCE,
            connect_timeout: PATIENCE,
            ..Config::default()
        }
    }

    /// Over TLS, with the emulator's CA trusted.
    pub fn tls_config(&self) -> Config {
        Config {
            base_url: self.ready["https"].as_str().unwrap().to_owned(),
            ca_file: Some(self.ca_file()),
            timeout: PATIENCE,
            connect_timeout: PATIENCE,
            ..Config::default()
        }
    }

    pub fn client(&self) -> Client {
        client(self.config())
    }

    /// A client that does not retry.
    pub fn client_without_retries(&self) -> Client {
        client(Config {
            retries: 0,
            ..self.config()
        })
    }

    pub fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let address = self.ready["control"].as_str().unwrap();
        let address = address.strip_prefix("http://").unwrap();
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        serde_json::from_str(body).unwrap_or(Value::Null)
    }

    /// Sets the faults; takes one or a list.
    pub fn faults(&self, faults: Value) {
        let list = if faults.is_array() {
            faults
        } else {
            json!([faults])
        };
        self.control("PUT", "/faults", &list);
    }

    pub fn settings(&self, settings: &Value) {
        self.control("PUT", "/settings", settings);
    }

    pub fn down(&self, down: bool) {
        self.control("PUT", "/down", &json!({ "down": down }));
    }

    pub fn journal(&self) -> Vec<Value> {
        let Value::Array(entries) = self.control("GET", "/journal", &Value::Null) else {
            panic!("the journal is no list");
        };
        entries
    }

    /// Path and effect of each request since the start, or since the last [`Emulator::forget`].
    pub fn requests(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.journal()
            .iter()
            .map(|entry| {
                let path = text(&entry["path"]);
                let last = path.rsplit('/').next().unwrap_or_default();
                (last.to_owned(), text(&entry["effect"]))
            })
            .collect()
    }

    /// Empties the journal and clears the faults.
    pub fn forget(&self) {
        self.control("DELETE", "/faults", &Value::Null);
        self.control("DELETE", "/journal", &Value::Null);
    }

    /// The domains of the site of [`KEY`].
    pub fn domains(&self) -> Vec<String> {
        let state = self.control("GET", "/state", &Value::Null);
        let Value::Array(entries) = state["keys"][KEY]["domains"].clone() else {
            panic!("no domains in {state}");
        };
        entries
            .iter()
            .map(|entry| {
                let name = entry.as_str().or_else(|| entry["domain"].as_str());
                name.unwrap_or_else(|| panic!("odd entry {entry}"))
                    .to_owned()
            })
            .collect()
    }

    pub fn set_domains(&self, domains: &Value) {
        self.control(
            "PUT",
            "/state",
            &json!({ "keys": { KEY: { "domains": domains } } }),
        );
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub fn client(config: Config) -> Client {
    Client::new(ApiKey::new(KEY).unwrap(), config).expect("the options are right")
}

pub fn domain(text: &str) -> DomainName {
    DomainName::parse(text, ReservedNames::Allow).unwrap()
}

/// Runs a call on this thread's runtime.
pub fn run<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let result = block_on(future).expect("the runtime starts");
    if let Err(error) = &result {
        assert_tells_no_key(&format!("{error} {error:?}"));
        assert!(
            !error.to_string().chars().any(char::is_control),
            "{error:?}"
        );
    }
    result
}

pub fn assert_tells_no_key(text: &str) {
    let lower = text.to_ascii_lowercase();
    for form in ["canary-key", "canary%2dkey", "0123456789"] {
        assert!(!lower.contains(form), "the key is in: {text}");
    }
}

/// What ends does so within this time, however busy the machine is: only what hangs takes longer.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn assert_ends<T>(what: impl FnOnce() -> T) -> T {
    let begun = std::time::Instant::now();
    let result = what();
    let taken = begun.elapsed();
    assert!(taken <= PATIENCE, "took {taken:?}");
    result
}

fn fresh_folder() -> PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = std::env::temp_dir().join(format!(
        "closte-test-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    ));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The emulator's binary, next to the test's own; built when it is missing.
fn binary() -> PathBuf {
    static BUILD: Once = Once::new();
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let path = folder.join("closte-emulator");
    BUILD.call_once(|| {
        if !path.exists() {
            let mut build = Command::new(env!("CARGO"));
            build.args(["build", "--quiet", "--package", "closte-emulator"]);
            if folder.ends_with("release") {
                build.arg("--release");
            }
            assert!(build.status().unwrap().success());
        }
    });
    path
}
