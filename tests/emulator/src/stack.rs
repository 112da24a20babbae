//! The whole stack: the API, the edge, a DNS server and an ACME server.

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::BoxError;
use crate::edge::{self, Lookup};
use crate::options::Options;
use crate::start::Emulator;
use crate::store;
use crate::tls::Authority;

const START_TIMEOUT: Duration = Duration::from_secs(15);
const MAX_STARTS: u32 = 5;
/// Seconds that certificates are valid: 90 days, as those of Let's Encrypt.
const VALIDITY_SECONDS: u32 = 90 * 24 * 60 * 60;

/// Runs until `end`, or until one of the servers stops.
pub async fn run(
    options: &Options,
    end: Pin<&mut impl Future<Output = ()>>,
) -> Result<(), BoxError> {
    let dir = WorkDir::make(options.dir.clone())?;
    let mut options = options.clone();
    options
        .ca_out
        .get_or_insert_with(|| dir.path.join("ca.pem"));
    let options = &options;
    let mut emulator = Emulator::start(options)?;
    let Some(edge) = emulator.edge.clone() else {
        return Err("the stack has no edge".into());
    };
    let mut dns = retry_start(|| Dns::start(&dir.path)).await?;
    let (_, http) = edge.ports();
    let mut acme = retry_start(|| AcmeServer::start(&dir.path, dns.address, http.port())).await?;
    let trust = dir.path.join("trust.pem");
    store::write_atomically(
        &trust,
        format!("{}{}", acme.root_pem, emulator.ca_pem).as_bytes(),
    )?;
    edge.issue_with(edge::Issuer {
        directory: acme.directory.clone(),
        ca: acme.ca.clone(),
        dns: dns.address,
        challtestsrv: Some(dns.management.clone()),
    })?;
    for (name, value) in [
        ("dns", json!(dns.address)),
        ("dns_control", json!(dns.management)),
        ("acme", json!(acme.directory)),
        ("trust", json!(trust)),
        ("dir", json!(dir.path)),
    ] {
        emulator.ready.insert(name.to_owned(), value);
    }
    emulator.announce(options)?;
    let stopped = tokio::select! {
        () = end => None,
        status = dns.child.wait() => Some(("pebble-challtestsrv", status)),
        status = acme.child.wait() => Some(("pebble", status)),
    };
    emulator.end(options)?;
    for child in [&mut dns.child, &mut acme.child] {
        // One of them may be gone already.
        let _ = child.kill().await;
    }
    match stopped {
        None => Ok(()),
        Some((name, status)) => Err(format!("{name} stopped by itself: {}", status?).into()),
    }
}

/// Directory for configurations, certificates and logs; removed at the end unless `--dir` named it.
struct WorkDir {
    path: PathBuf,
    temporary: bool,
}

impl WorkDir {
    fn make(named: Option<PathBuf>) -> std::io::Result<Self> {
        let temporary = named.is_none();
        let standard = || std::env::temp_dir().join(format!("closte-stack-{}", std::process::id()));
        let path = named.unwrap_or_else(standard);
        std::fs::create_dir_all(&path)?;
        Ok(Self {
            path: path.canonicalize()?,
            temporary,
        })
    }
}

impl Drop for WorkDir {
    fn drop(&mut self) {
        if self.temporary {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Starts a server that cannot choose a free port itself. Another process may take the port first,
/// so retry.
async fn retry_start<T>(start: impl AsyncFn() -> Result<T, BoxError>) -> Result<T, BoxError> {
    let mut tries = 1;
    loop {
        match start().await {
            Err(_) if tries < MAX_STARTS => tries += 1,
            outcome => return outcome,
        }
    }
}

/// A loopback port that is free for TCP and UDP.
fn free_port() -> std::io::Result<u16> {
    loop {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = tcp.local_addr()?.port();
        if UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Starts a server that is killed when the emulator ends, in whatever way.
fn spawn(program: &str, arguments: &[&str], log: &Path) -> Result<Child, BoxError> {
    let log = File::create(log)?;
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL", "--", program])
        .args(arguments);
    // Otherwise pebble waits up to 15 s before each validation.
    if std::env::var_os("PEBBLE_VA_NOSLEEP").is_none() {
        command.env("PEBBLE_VA_NOSLEEP", "1");
    }
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true);
    Ok(command
        .spawn()
        .map_err(|error| format!("cannot start {program} with setpriv: {error}"))?)
}

/// Repeats `ready` until it succeeds, the server ends or the time is up.
async fn wait_until_ready<T>(
    child: &mut Child,
    name: &str,
    log: &Path,
    ready: impl AsyncFn() -> Result<T, BoxError>,
) -> Result<T, BoxError> {
    let failure = |what: &str| {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        let last = text.lines().last().unwrap_or_default().to_owned();
        BoxError::from(format!(
            "{name} {what}: {last}\nhint: apt-get install pebble"
        ))
    };
    let attempt = async {
        loop {
            if let Ok(Ok(value)) = timeout(Duration::from_secs(2), ready()).await {
                return value;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        biased;
        _ = child.wait() => Err(failure("did not start")),
        value = timeout(START_TIMEOUT, attempt) => value.map_err(|_| failure("does not answer")),
    }
}

/// pebble-challtestsrv as a DNS server, in which tests define every name.
struct Dns {
    child: Child,
    address: SocketAddr,
    management: String,
}

impl Dns {
    async fn start(dir: &Path) -> Result<Self, BoxError> {
        let log = dir.join("challtestsrv.log");
        let (address, management) = (loopback(free_port()?), loopback(free_port()?));
        let (at, manage) = (address.to_string(), management.to_string());
        let arguments = [
            ["-dns01", &at],
            ["-management", &manage],
            ["-http01", ""],
            ["-https01", ""],
            ["-tlsalpn01", ""],
            ["-defaultIPv4", ""],
            ["-defaultIPv6", ""],
        ];
        let mut child = spawn("pebble-challtestsrv", arguments.as_flattened(), &log)?;
        // A name that no other server on this port can have.
        let name = format!("stack-{}.test", std::process::id());
        let lookup = Lookup::new(address)?;
        wait_until_ready(&mut child, "pebble-challtestsrv", &log, async || {
            post(
                management,
                "/add-a",
                &json!({"host": name, "addresses": ["127.0.0.9"]}),
            )
            .await?;
            let found = lookup.addresses(&name).await?;
            let expected = [IpAddr::V4(Ipv4Addr::new(127, 0, 0, 9))];
            if found == expected {
                Ok(())
            } else {
                Err("not this one".into())
            }
        })
        .await?;
        post(management, "/clear-a", &json!({"host": name})).await?;
        Ok(Self {
            child,
            address,
            management: format!("http://{management}"),
        })
    }
}

async fn post(server: SocketAddr, path: &str, what: &Value) -> Result<(), BoxError> {
    let stream = TcpStream::connect(server).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = http::Request::post(path)
        .header(http::header::HOST, server.to_string())
        .body(Full::<Bytes>::new(what.to_string().into()))?;
    let status = sender.send_request(request).await?.status();
    if status.is_success() {
        Ok(())
    } else {
        Err(format!("{path} was answered {status}").into())
    }
}

/// pebble, with an HTTPS certificate of its own CA.
struct AcmeServer {
    child: Child,
    directory: String,
    ca: PathBuf,
    root_pem: String,
}

impl AcmeServer {
    async fn start(dir: &Path, dns: SocketAddr, http_port: u16) -> Result<Self, BoxError> {
        let log = dir.join("pebble.log");
        let authority = Authority::new("ACME server's CA", None)?;
        let day = time::Duration::DAY;
        let identity = authority.certificate(&["localhost", "127.0.0.1"], -day, day * 90)?;
        let file = |name: &str, content: String| -> Result<PathBuf, BoxError> {
            let path = dir.join(name);
            store::write_atomically(&path, content.as_bytes())?;
            Ok(path)
        };
        let ca = file("acme-ca.pem", authority.pem.clone())?;
        let certificate = file("acme.pem", identity.chain_pem)?;
        let key = file("acme.key", identity.key_pem)?;
        let (address, management) = (loopback(free_port()?), loopback(free_port()?));
        let config = json!({"pebble": {
            "listenAddress": address,
            "managementListenAddress": management,
            "certificate": certificate,
            "privateKey": key,
            "httpPort": http_port,
            "tlsPort": free_port()?,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": false,
            "certificateValidityPeriod": VALIDITY_SECONDS,
        }});
        let config = file("pebble.json", config.to_string())?;
        let (config, dns) = (config.to_string_lossy(), dns.to_string());
        let mut child = spawn("pebble", &["-config", &config, "-dnsserver", &dns], &log)?;
        let root_pem = wait_until_ready(&mut child, "pebble", &log, async || {
            get(address, "/dir", &authority.pem).await?;
            get(management, "/roots/0", &authority.pem).await
        })
        .await?;
        Ok(Self {
            child,
            directory: format!("https://{address}/dir"),
            ca,
            root_pem,
        })
    }
}

/// One GET over TLS that trusts this CA only.
async fn get(server: SocketAddr, path: &str, ca_pem: &str) -> Result<String, BoxError> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes())?)?;
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(server).await?;
    let name = ServerName::from(server.ip());
    let stream = tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = http::Request::get(path)
        .header(http::header::HOST, server.to_string())
        .body(Empty::<Bytes>::new())?;
    let response = sender.send_request(request).await?;
    if !response.status().is_success() {
        return Err(format!("{path} was answered {}", response.status()).into());
    }
    Ok(String::from_utf8(
        response.into_body().collect().await?.to_bytes().into(),
    )?)
}
