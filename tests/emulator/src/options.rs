//! The command line.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use lexopt::prelude::*;

use crate::edge;

/// The text of `--help`.
pub const HELP: &str = include_str!("help.txt");

/// The options, as `help.txt` describes them.
#[derive(Clone)]
pub struct Options {
    pub listen: SocketAddr,
    pub tls_listen: SocketAddr,
    pub control: SocketAddr,
    pub name_server: Option<SocketAddr>,
    pub ca_out: Option<PathBuf>,
    pub journal: Option<PathBuf>,
    pub state: Option<PathBuf>,
    pub keys: Vec<String>,
    pub ready: Option<PathBuf>,
    pub seed: u64,
    pub exit_with_parent: bool,
    pub edge: Option<edge::Options>,
    pub upstream: Option<String>,
    pub issuer: Option<edge::Issuer>,
    /// Directory of the stack: configurations, certificates and logs.
    pub dir: Option<PathBuf>,
}

/// What to do.
pub enum Command {
    Run(Box<Options>),
    Stack(Box<Options>),
    Help,
    Version,
}

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Options that are combined when all have been read.
#[derive(Default)]
struct Parts {
    stack: bool,
    edge_listen: Option<SocketAddr>,
    edge_http_listen: Option<SocketAddr>,
    edge_addresses: Vec<IpAddr>,
    directory: Option<String>,
    ca: Option<PathBuf>,
    dns: Option<SocketAddr>,
    challtestsrv: Option<String>,
}

impl Options {
    fn new() -> Self {
        Self {
            listen: ANY_PORT,
            tls_listen: ANY_PORT,
            control: ANY_PORT,
            name_server: None,
            ca_out: None,
            journal: None,
            state: None,
            keys: Vec::new(),
            ready: None,
            seed: 1,
            exit_with_parent: false,
            edge: None,
            upstream: None,
            issuer: None,
            dir: None,
        }
    }

    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
        let mut options = Self::new();
        let mut parts = Parts::default();
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("listen") => options.listen = parser.value()?.parse()?,
                Long("tls-listen") => options.tls_listen = parser.value()?.parse()?,
                Long("control") => options.control = parser.value()?.parse()?,
                Long("name-server") => options.name_server = Some(parser.value()?.parse()?),
                Long("ca-out") => options.ca_out = Some(parser.value()?.into()),
                Long("journal") => options.journal = Some(parser.value()?.into()),
                Long("state") => options.state = Some(parser.value()?.into()),
                Long("key") => options.keys.push(parser.value()?.string()?),
                Long("ready") => options.ready = Some(parser.value()?.into()),
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("exit-with-parent") => options.exit_with_parent = true,
                Long("edge-listen") => parts.edge_listen = Some(parser.value()?.parse()?),
                Long("edge-http-listen") => parts.edge_http_listen = Some(parser.value()?.parse()?),
                Long("edge-address") => {
                    for address in parser.value()?.string()?.split(',') {
                        let address = address.trim().parse();
                        parts
                            .edge_addresses
                            .push(address.map_err(|_| "--edge-address takes IP addresses")?);
                    }
                }
                Long("upstream") => options.upstream = Some(parser.value()?.string()?),
                Long("acme-directory") => parts.directory = Some(parser.value()?.string()?),
                Long("acme-ca") => parts.ca = Some(parser.value()?.into()),
                Long("dns") => parts.dns = Some(parser.value()?.parse()?),
                Long("challtestsrv") => parts.challtestsrv = Some(parser.value()?.string()?),
                Long("dir") => options.dir = Some(parser.value()?.into()),
                Value(name) if name == "stack" && !parts.stack => parts.stack = true,
                Short('h') | Long("help") => return Ok(Command::Help),
                Short('V') | Long("version") => return Ok(Command::Version),
                other => return Err(other.unexpected()),
            }
        }
        let stack = parts.stack;
        options.assemble(parts)?;
        options.check()?;
        let options = Box::new(options);
        Ok(if stack {
            Command::Stack(options)
        } else {
            Command::Run(options)
        })
    }

    fn assemble(&mut self, parts: Parts) -> Result<(), lexopt::Error> {
        if parts.stack || parts.edge_listen.is_some() {
            let mut addresses = parts.edge_addresses;
            if addresses.is_empty() {
                addresses.push(parts.edge_listen.unwrap_or(ANY_PORT).ip());
            }
            let listen = parts.edge_listen.unwrap_or(ANY_PORT);
            let http_listen = parts
                .edge_http_listen
                .unwrap_or(SocketAddr::new(listen.ip(), 0));
            self.edge = Some(edge::Options {
                listen,
                http_listen,
                addresses,
            });
        }
        if parts.stack {
            if parts.directory.is_some() || parts.dns.is_some() || parts.challtestsrv.is_some() {
                return Err("stack starts its own ACME and DNS servers: leave out --acme-directory, --dns and --challtestsrv".into());
            }
            return Ok(());
        }
        let issuer = (parts.directory, parts.ca, parts.dns);
        self.issuer = match (&self.edge, issuer) {
            (Some(_), (Some(directory), Some(ca), Some(dns))) => Some(edge::Issuer {
                directory,
                ca,
                dns,
                challtestsrv: parts.challtestsrv,
            }),
            (_, (None, None, None)) => None,
            _ => {
                return Err(
                    "--edge-listen, --acme-directory, --acme-ca and --dns go together".into(),
                );
            }
        };
        if self.dir.is_some() || (self.edge.is_none() && self.upstream.is_some()) {
            return Err("--dir is for stack, --upstream for an edge".into());
        }
        Ok(())
    }

    fn check(&self) -> Result<(), lexopt::Error> {
        let edge = self
            .edge
            .iter()
            .flat_map(|edge| [edge.listen, edge.http_listen]);
        for address in [self.listen, self.tls_listen, self.control]
            .into_iter()
            .chain(edge)
        {
            if !address.ip().is_loopback() {
                return Err(format!(
                    "{address} is not a loopback address: the emulator has no business elsewhere"
                )
                .into());
            }
        }
        if let Some(url) = &self.upstream {
            edge::check_upstream(url).map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
