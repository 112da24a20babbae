//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use lexopt::prelude::*;

/// What `--help` says.
pub const HELP: &str = include_str!("help.txt");

/// See `help.txt`.
pub struct Options {
    pub listen: SocketAddr,
    pub tls_listen: SocketAddr,
    pub control: SocketAddr,
    pub ca_out: Option<PathBuf>,
    pub journal: Option<PathBuf>,
    pub state: Option<PathBuf>,
    pub keys: Vec<String>,
    pub ready: Option<PathBuf>,
    pub seed: u64,
    pub exit_with_parent: bool,
}

/// What the command line asks for.
pub enum Command {
    Run(Box<Options>),
    Help,
    Version,
}

const ANY_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

impl Options {
    pub fn parse(
        arguments: impl IntoIterator<Item = std::ffi::OsString>,
    ) -> Result<Command, lexopt::Error> {
        let mut options = Self {
            listen: ANY_PORT,
            tls_listen: ANY_PORT,
            control: ANY_PORT,
            ca_out: None,
            journal: None,
            state: None,
            keys: Vec::new(),
            ready: None,
            seed: 1,
            exit_with_parent: false,
        };
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("listen") => options.listen = parser.value()?.parse()?,
                Long("tls-listen") => options.tls_listen = parser.value()?.parse()?,
                Long("control") => options.control = parser.value()?.parse()?,
                Long("ca-out") => options.ca_out = Some(parser.value()?.into()),
                Long("journal") => options.journal = Some(parser.value()?.into()),
                Long("state") => options.state = Some(parser.value()?.into()),
                Long("key") => options.keys.push(parser.value()?.string()?),
                Long("ready") => options.ready = Some(parser.value()?.into()),
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("exit-with-parent") => options.exit_with_parent = true,
                Short('h') | Long("help") => return Ok(Command::Help),
                Short('V') | Long("version") => return Ok(Command::Version),
                other => return Err(other.unexpected()),
            }
        }
        for address in [options.listen, options.tls_listen, options.control] {
            if !address.ip().is_loopback() {
                return Err(format!(
                    "{address} is not a loopback address: the emulator has no business elsewhere"
                )
                .into());
            }
        }
        Ok(Command::Run(Box::new(options)))
    }
}
