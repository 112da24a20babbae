//! The control API, with which tests read and set everything.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::BoxError;
use crate::api::Api;
use crate::edge::Edge;
use crate::fault::Fault;
use crate::journal::Entry;
use crate::listener::{Listener, Mode};
use crate::net::{self, Connections};
use crate::options::HELP;
use crate::site::Site;
use crate::state::{self, Shared};

/// What the control API controls.
pub struct Control {
    pub state: Shared,
    pub api: Api,
    pub edge: Option<Arc<Edge>>,
}

/// Why a control request failed.
enum RequestError {
    BadRequest(String),
    Failed(String),
    NotFound,
}

type Outcome = Result<Value, RequestError>;

impl From<serde_json::Error> for RequestError {
    fn from(error: serde_json::Error) -> Self {
        Self::BadRequest(error.to_string())
    }
}

impl From<std::io::Error> for RequestError {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewState {
    #[serde(default)]
    keys: BTreeMap<String, Site>,
    settings: Option<crate::call::Settings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Down {
    down: bool,
    #[serde(default)]
    silent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    seed: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Www {
    in_dns: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    More(Vec<Fault>),
    One(Box<Fault>),
}

/// Listens for control requests.
pub fn listen(control: Control, address: SocketAddr) -> Result<Listener, BoxError> {
    let control = Arc::new(control);
    let connections = Arc::new(Connections::default());
    let listener = Listener::open(address, move |stream: TcpStream| {
        let Ok(connection) = connections.add(&stream, false) else {
            return;
        };
        let (control, connections) = (Arc::clone(&control), Arc::clone(&connections));
        tokio::spawn(async move {
            let service = service_fn(|request| handle(Arc::clone(&control), request));
            net::serve(&connection, stream, service).await;
            connections.remove(&connection);
        });
    })?;
    Ok(listener)
}

async fn handle(
    control: Arc<Control>,
    request: http::Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        return Ok(Response::default());
    };
    let query: BTreeMap<_, _> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let path = parts.uri.path();
    if path == "/" {
        return Ok(Response::new(Full::new(HELP.into())));
    }
    let (status, value) = match control
        .route(&parts.method, path, &query, &body.to_bytes())
        .await
    {
        Ok(value) => (StatusCode::OK, value),
        Err(RequestError::BadRequest(error)) => (StatusCode::BAD_REQUEST, json!({"error": error})),
        Err(RequestError::Failed(error)) => {
            (StatusCode::INTERNAL_SERVER_ERROR, json!({"error": error}))
        }
        Err(RequestError::NotFound) => {
            let error = format!(
                "{} {path} is not part of the control API; GET / lists what is",
                parts.method
            );
            (StatusCode::NOT_FOUND, json!({"error": error}))
        }
    };
    let mut response = Response::new(Full::new(value.to_string().into()));
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, json);
    Ok(response)
}

impl Control {
    async fn route(
        &self,
        method: &Method,
        path: &str,
        query: &BTreeMap<String, String>,
        body: &[u8],
    ) -> Outcome {
        match (method.as_str(), path) {
            ("GET", "/state") => Ok(self.state()),
            ("PUT", "/state") => self.set_state(body, true),
            ("PATCH", "/state") => self.set_state(body, false),
            ("GET", "/settings") => show(&state::lock(&self.state).saved.settings),
            ("PUT", "/settings") => {
                let settings = parse(body)?;
                let mut state = state::lock(&self.state);
                state.saved.settings = settings;
                state.save()?;
                show(&state.saved.settings)
            }
            ("GET", "/journal") => self.journal(query).await,
            ("DELETE", "/journal") => {
                state::lock(&self.state).journal.clear()?;
                Ok(json!({}))
            }
            ("GET", "/faults") => show(&state::lock(&self.state).faults.list),
            ("PUT", "/faults") => self.set_faults(body, true),
            ("POST", "/faults") => self.set_faults(body, false),
            ("DELETE", "/faults") => self.set_faults(b"[]", true),
            ("PUT", "/down") => {
                let Down { down, silent } = parse(body)?;
                let mode = match (down, silent) {
                    (false, _) => Mode::Accepting,
                    (true, false) => Mode::Refusing,
                    (true, true) => Mode::Silent,
                };
                self.api.set(mode).await?;
                Ok(json!({"down": down, "silent": down && silent}))
            }
            ("PUT", "/www") => {
                let Www { in_dns } = parse(body)?;
                state::lock(&self.state).has_www = in_dns;
                Ok(json!({"in_dns": in_dns}))
            }
            ("PUT", "/seed") => {
                let Seed { seed } = parse(body)?;
                state::lock(&self.state).faults.random = fastrand::Rng::with_seed(seed);
                Ok(json!({"seed": seed}))
            }
            ("GET", "/connections") => Ok(json!({"open": self.api.connections.count()})),
            ("DELETE", "/connections") => Ok(json!({"reset": self.api.connections.reset_all()})),
            ("GET", "/edge") => self.watch_edge(query).await,
            ("PUT", "/edge") => {
                let edge = self.edge()?;
                let change = edge.change(parse(body)?);
                change.map_err(|error| RequestError::BadRequest(error.to_string()))?;
                Ok(edge.show())
            }
            ("POST", "/reset") => {
                self.api.set(Mode::Accepting).await?;
                // The edge follows the state: what it forgets first, it would take up again.
                state::lock(&self.state).reset()?;
                if let Some(edge) = &self.edge {
                    edge.reset();
                }
                Ok(json!({}))
            }
            _ => Err(RequestError::NotFound),
        }
    }

    fn edge(&self) -> Result<&Edge, RequestError> {
        let none = || {
            RequestError::BadRequest(
                "this emulator has no edge: start it with --edge-listen or as stack".to_owned(),
            )
        };
        self.edge.as_deref().ok_or_else(none)
    }

    /// All of the edge; waits up to `wait_ms` until `domain` is in `state`.
    async fn watch_edge(&self, query: &BTreeMap<String, String>) -> Outcome {
        let edge = self.edge()?;
        let until =
            tokio::time::Instant::now() + Duration::from_millis(number(query, "wait_ms", 0)?);
        if let (Some(domain), Some(state)) = (query.get("domain"), query.get("state")) {
            while !edge.is(domain, state) && tokio::time::Instant::now() < until {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        Ok(edge.show())
    }

    fn state(&self) -> Value {
        let state = state::lock(&self.state);
        json!({"keys": state.saved.keys, "settings": state.saved.settings})
    }

    fn set_state(&self, body: &[u8], all: bool) -> Outcome {
        let new: NewState = parse(body)?;
        let mut state = state::lock(&self.state);
        state.set_keys(new.keys, all);
        if let Some(settings) = new.settings {
            state.saved.settings = settings;
        }
        state.save()?;
        drop(state);
        Ok(self.state())
    }

    fn set_faults(&self, body: &[u8], all: bool) -> Outcome {
        let new = match parse(body)? {
            OneOrMore::More(list) => list,
            OneOrMore::One(fault) => vec![*fault],
        };
        let mut state = state::lock(&self.state);
        if all {
            state.faults.list.clear();
        }
        state.faults.list.extend(new);
        show(&state.faults.list)
    }

    /// Entries after `since`, of `path` and `domain` if given; waits up to `wait_ms` until there
    /// are `count`.
    async fn journal(&self, query: &BTreeMap<String, String>) -> Outcome {
        let (since, count) = (number(query, "since", 0)?, number(query, "count", 1)?);
        let until =
            tokio::time::Instant::now() + Duration::from_millis(number(query, "wait_ms", 0)?);
        let wanted = |entry: &&Entry| {
            entry.n > since
                && query.get("path").is_none_or(|path| *path == entry.path)
                && query
                    .get("domain")
                    .is_none_or(|domain| entry.params.get("domain") == Some(domain))
        };
        let mut grown = state::lock(&self.state).journal.watch();
        loop {
            let entries: Vec<_> = {
                let state = state::lock(&self.state);
                grown.mark_unchanged();
                state
                    .journal
                    .entries
                    .iter()
                    .filter(wanted)
                    .cloned()
                    .collect()
            };
            let enough = u64::try_from(entries.len()).is_ok_and(|len| len >= count);
            if enough
                || tokio::time::timeout_at(until, grown.changed())
                    .await
                    .is_err()
            {
                return show(&entries);
            }
        }
    }
}

fn number(
    query: &BTreeMap<String, String>,
    name: &str,
    standard: u64,
) -> Result<u64, RequestError> {
    let wrong = |_| RequestError::BadRequest(format!("{name} must be a whole number"));
    query
        .get(name)
        .map_or(Ok(standard), |text| text.parse().map_err(wrong))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, RequestError> {
    Ok(serde_json::from_slice(body)?)
}

fn show(value: &impl Serialize) -> Outcome {
    Ok(serde_json::to_value(value)?)
}
