//! A certificate authority, and TLS servers that choose the certificate by SNI.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Arc;

use super::der;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, ServerConnection, SupportedProtocolVersion};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// Years between which a certificate is valid.
pub type Years = (i32, i32);
pub const NOW: Years = (2020, 2090);
pub const PAST: Years = (2001, 2002);
pub const FUTURE: Years = (2080, 2090);

fn params(names: &[&str], common_name: &str, years: Years) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    params
}

/// A certificate chain and its key.
#[derive(Clone)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pub pem: String,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = params(&[], name, NOW);
        params
            .distinguished_name
            .push(DnType::OrganizationName, "Test Trust");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Self {
            pem: certificate.pem(),
            certificate: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    /// An intermediate authority that this one signs.
    pub fn intermediate(&self, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = params(&[], name, NOW);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Self {
            pem: certificate.pem(),
            certificate: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    pub fn issue(&self, names: &[&str], years: Years) -> Identity {
        self.issue_for(&KeyPair::generate().unwrap(), names, years)
    }

    pub fn issue_rsa(&self, names: &[&str]) -> Identity {
        let output = Command::new("openssl")
            .args([
                "genpkey",
                "-quiet",
                "-algorithm",
                "RSA",
                "-pkeyopt",
                "rsa_keygen_bits:2048",
            ])
            .output()
            .unwrap();
        let output = if output.status.success() {
            output
        } else {
            // Older versions do not know -quiet.
            Command::new("openssl")
                .args(["genpkey", "-algorithm", "RSA"])
                .output()
                .unwrap()
        };
        let key = KeyPair::from_pem(&String::from_utf8(output.stdout).unwrap()).unwrap();
        self.issue_for(&key, names, NOW)
    }

    fn issue_for(&self, key: &KeyPair, names: &[&str], years: Years) -> Identity {
        let certificate = params(names, "a site", years)
            .signed_by(key, &self.issuer)
            .unwrap();
        Identity {
            chain: vec![certificate.der().clone()],
            key: key.serialize_der(),
        }
    }
}

impl Identity {
    pub fn self_signed(names: &[&str]) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params(names, "a site", NOW).self_signed(&key).unwrap();
        Self {
            chain: vec![certificate.der().clone()],
            key: key.serialize_der(),
        }
    }

    /// A certificate that is signed with its own key and has been changed before: `change` gets the
    /// parts of what is signed.
    pub fn self_signed_with(years: Years, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params(&["a.served.test"], "an old box", years)
            .self_signed(&key)
            .unwrap();
        let mut parts = der::parts(certificate.der());
        let mut signed = der::parts(&parts[0]);
        change(&mut signed);
        parts[0] = der::sequence(&signed);
        let mut signature = vec![0];
        signature.extend(rcgen::SigningKey::sign(&key, &parts[0]).unwrap());
        parts[2] = der::encoded(der::BIT_STRING, &signature);
        Self {
            chain: vec![der::sequence(&parts).into()],
            key: key.serialize_der(),
        }
    }

    /// The certificate itself.
    pub fn certificate(&self) -> Vec<u8> {
        self.chain[0].to_vec()
    }

    /// The same key with another certificate.
    pub fn showing(mut self, certificate: Vec<u8>) -> Self {
        self.chain = vec![certificate.into()];
        self
    }

    /// Adds the certificate of `authority` to the chain.
    pub fn with(mut self, authority: &Authority) -> Self {
        self.chain.push(authority.certificate.clone());
        self
    }

    fn certified(&self) -> Arc<CertifiedKey> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let key = ring::sign::any_supported_type(&key).unwrap();
        Arc::new(CertifiedKey::new(self.chain.clone(), key))
    }
}

/// Certificates by SNI. A name that begins with a dot matches all names that end with it; unknown
/// names get an alert.
#[derive(Debug)]
struct ByName(HashMap<String, Arc<CertifiedKey>>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asked = hello.server_name()?;
        let served = self.0.iter().find(|(name, _)| {
            *name == asked || (name.starts_with('.') && asked.ends_with(name.as_str()))
        });
        served.map(|(_, key)| Arc::clone(key))
    }
}

/// Serves in the background until the process ends.
pub fn serve(
    ip: &str,
    versions: &[&'static SupportedProtocolVersion],
    identities: &[(&str, Identity)],
) -> SocketAddr {
    let listener = TcpListener::bind((ip.parse::<IpAddr>().unwrap(), 0)).unwrap();
    serve_on(listener, versions, identities)
}

pub fn serve_on(
    listener: TcpListener,
    versions: &[&'static SupportedProtocolVersion],
    identities: &[(&str, Identity)],
) -> SocketAddr {
    let by_name = identities
        .iter()
        .map(|(name, identity)| ((*name).to_owned(), identity.certified()))
        .collect();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName(by_name)));
    let config = Arc::new(config);
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), config) = (stream, Arc::clone(&config)) else {
                return;
            };
            std::thread::spawn(move || {
                let mut session = ServerConnection::new(config).unwrap();
                while session.is_handshaking() {
                    if session.complete_io(&mut stream).is_err() {
                        return;
                    }
                }
                let mut stream = rustls::StreamOwned::new(session, stream);
                if stream.read(&mut [0; 1024]).is_ok_and(|length| length > 0) {
                    let _ = stream.write_all(ANSWER);
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            });
        }
    });
    address
}

/// The response of the TLS servers.
pub const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nproven";

/// A request as a web server sees it.
pub struct WebRequest {
    pub is_tls: bool,
    pub host: String,
    pub path: String,
}

/// Answers HTTP and HTTPS on one port, whatever name is asked for, and closes the connection.
pub fn serve_web(
    listener: TcpListener,
    identity: &Identity,
    answer: impl Fn(&WebRequest) -> Vec<u8> + Send + 'static,
) -> SocketAddr {
    let address = listener.local_addr().unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(AnyName(identity.certified())));
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut first = [0];
            let is_tls = stream.peek(&mut first).is_ok() && first == [0x16];
            if is_tls {
                let session = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = rustls::StreamOwned::new(session, stream);
                answer_once(&mut stream, true, &answer);
                stream.conn.send_close_notify();
                let _ = stream.flush();
            } else {
                answer_once(&mut stream, false, &answer);
            }
        }
    });
    address
}

fn answer_once(
    stream: &mut (impl std::io::Read + std::io::Write),
    is_tls: bool,
    answer: &impl Fn(&WebRequest) -> Vec<u8>,
) {
    let mut request = [0; 1024];
    let length = stream.read(&mut request).unwrap_or_default();
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    let host = request
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap_or_default();
    let seen = WebRequest {
        is_tls,
        host: host.split(':').next().unwrap_or_default().to_owned(),
        path: request.split(' ').nth(1).unwrap_or_default().to_owned(),
    };
    let _ = stream.write_all(&answer(&seen));
}

#[derive(Debug)]
struct AnyName(Arc<CertifiedKey>);

impl ResolvesServerCert for AnyName {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

/// Answers every connection with `answer`, and closes it.
pub fn serve_plain(ip: &str, answer: impl Into<Vec<u8>>) -> SocketAddr {
    let answer = answer.into();
    serve_paths(ip, move |_| answer.clone())
}

/// Answers a request with `answer(path and query)`, and closes the connection.
pub fn serve_paths(ip: &str, answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind((ip.parse::<IpAddr>().unwrap(), 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 1024];
            let length = stream.read(&mut request).unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            let _ = stream.write_all(&answer(path));
        }
    });
    address
}
