//! Starts everything that listens.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use crate::BoxError;
use crate::control::Control;
use crate::edge::Edge;
use crate::listener::Listener;
use crate::options::Options;
use crate::state::{self, Shared, State};
use crate::tls::Authority;
use crate::{api, control, name_server, request, store};

/// The running emulator.
pub struct Emulator {
    pub state: Shared,
    pub edge: Option<Arc<Edge>>,
    /// Content of the ready file.
    pub ready: Map<String, Value>,
    pub ca_pem: String,
    /// Listens until it is dropped.
    _control: Listener,
}

impl Emulator {
    /// Must be called within a tokio runtime.
    pub fn start(options: &Options) -> Result<Self, BoxError> {
        if let Some(file) = &options.ready {
            // One that a killed run left names ports where nothing listens.
            let _ = std::fs::remove_file(file);
        }
        let mut state = State::open(
            options.state.clone(),
            options.journal.as_deref(),
            options.keys.clone(),
            options.seed,
        )?;
        let authority = Authority::new("Closte emulator CA", state.saved.ca_key.as_deref())?;
        state.saved.ca_key = Some(authority.key_pem.clone());
        state.save()?;
        if let Some(file) = &options.ca_out {
            store::write_atomically(file, authority.pem.as_bytes())?;
        }
        let state = Arc::new(Mutex::new(state));
        let api = api::Api::listen(&state, options.listen, options.tls_listen, &authority)?;
        let mut ready = Map::new();
        let mut insert = |name: &str, value: Value| ready.insert(name.to_owned(), value);
        insert(
            "http",
            json!(format!("http://{}{}", api.plain.address, request::BASE)),
        );
        insert(
            "https",
            json!(format!("https://{}{}", api.tls.address, request::BASE)),
        );
        insert("ca", json!(options.ca_out));
        insert("pid", json!(std::process::id()));
        let ca_pem = authority.pem.clone();
        let edge = match &options.edge {
            Some(edge) => Some(Edge::listen(
                &state,
                edge,
                authority,
                options.upstream.clone(),
            )?),
            None => None,
        };
        if let Some(edge) = &edge {
            let (tls, http) = edge.ports();
            insert("edge_addresses", json!(edge.addresses));
            insert("edge_tls_port", json!(tls.port()));
            insert("edge_http_port", json!(http.port()));
        }
        if let (Some(edge), Some(issuer)) = (&edge, &options.issuer) {
            edge.issue_with(issuer.clone())?;
        }
        if let Some(address) = options.name_server {
            let address = name_server::listen(address, &state)?;
            insert("name_server", json!(address));
        }
        let control = Control {
            state: Arc::clone(&state),
            api,
            edge: edge.clone(),
        };
        let control = control::listen(control, options.control)?;
        insert("control", json!(format!("http://{}", control.address)));
        Ok(Self {
            state,
            edge,
            ready,
            ca_pem,
            _control: control,
        })
    }

    /// Writes where everything listens to the ready file or to standard output.
    pub fn announce(&self, options: &Options) -> Result<(), BoxError> {
        let line = format!("{}\n", json!(self.ready));
        match &options.ready {
            Some(file) => store::write_atomically(file, line.as_bytes())?,
            None => std::io::stdout().write_all(line.as_bytes())?,
        }
        Ok(())
    }

    /// Saves the state and removes the ready file.
    pub fn end(&self, options: &Options) -> Result<(), BoxError> {
        if let Some(file) = &options.ready {
            // It may be gone already.
            let _ = std::fs::remove_file(file);
        }
        Ok(state::lock(&self.state).save()?)
    }
}
