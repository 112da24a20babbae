//! From options to everything that listens.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use crate::control::Control;
use crate::edge::Edge;
use crate::gate::Gate;
use crate::options::Options;
use crate::tls::{Authority, Failure};
use crate::world::{self, Shared, World};
use crate::{api, control, store, wire};

/// The emulator as it runs.
pub struct Emulator {
    pub world: Shared,
    pub edge: Option<Arc<Edge>>,
    /// What the ready file says.
    pub ready: Map<String, Value>,
    pub ca_pem: String,
    /// Listens as long as it is kept.
    _control: Gate,
}

impl Emulator {
    /// Must be called within a tokio runtime.
    pub fn start(options: &Options) -> Result<Self, Failure> {
        if let Some(file) = &options.ready {
            // One that a killed run left would name ports where nobody listens.
            let _ = std::fs::remove_file(file);
        }
        let mut world = World::open(
            options.state.clone(),
            options.journal.as_deref(),
            options.keys.clone(),
            options.seed,
        )?;
        let authority = Authority::new("Closte emulator CA", world.state.ca_key.as_deref())?;
        world.state.ca_key = Some(authority.key_pem.clone());
        world.save()?;
        if let Some(file) = &options.ca_out {
            store::write_atomically(file, authority.pem.as_bytes())?;
        }
        let world = Arc::new(Mutex::new(world));
        let api = api::Api::listen(&world, options.listen, options.tls_listen, &authority)?;
        let mut ready = Map::new();
        let mut tell = |name: &str, value: Value| ready.insert(name.to_owned(), value);
        tell(
            "http",
            json!(format!("http://{}{}", api.plain.address, wire::BASE)),
        );
        tell(
            "https",
            json!(format!("https://{}{}", api.tls.address, wire::BASE)),
        );
        tell("ca", json!(options.ca_out));
        tell("pid", json!(std::process::id()));
        let ca_pem = authority.pem.clone();
        let edge = match &options.edge {
            Some(edge) => Some(Edge::listen(
                &world,
                edge,
                authority,
                options.upstream.clone(),
            )?),
            None => None,
        };
        if let Some(edge) = &edge {
            let (tls, http) = edge.ports();
            tell("edge_addresses", json!(edge.addresses));
            tell("edge_tls_port", json!(tls.port()));
            tell("edge_http_port", json!(http.port()));
        }
        if let (Some(edge), Some(issuer)) = (&edge, &options.issuer) {
            edge.issue_with(issuer.clone())?;
        }
        let control = Control {
            world: Arc::clone(&world),
            api,
            edge: edge.clone(),
        };
        let control = control::listen(control, options.control)?;
        tell("control", json!(format!("http://{}", control.address)));
        Ok(Self {
            world,
            edge,
            ready,
            ca_pem,
            _control: control,
        })
    }

    /// Says where everything listens, in the ready file or on standard output.
    pub fn announce(&self, options: &Options) -> Result<(), Failure> {
        let line = format!("{}\n", json!(self.ready));
        match &options.ready {
            Some(file) => store::write_atomically(file, line.as_bytes())?,
            None => std::io::stdout().write_all(line.as_bytes())?,
        }
        Ok(())
    }

    /// Leaves the state as it is now, and no ready file.
    pub fn end(&self, options: &Options) -> Result<(), Failure> {
        if let Some(file) = &options.ready {
            // Gone already is as good.
            let _ = std::fs::remove_file(file);
        }
        Ok(world::lock(&self.world).save()?)
    }
}
