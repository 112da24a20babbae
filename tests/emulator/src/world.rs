//! Everything that the emulator knows, behind one lock, so that an effect and its journal entry are one.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::call::Settings;
use crate::fault::Faults;
use crate::journal::Journal;
use crate::site::Site;
use crate::store::Store;

/// What lives on in the state file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    pub keys: BTreeMap<String, Site>,
    /// Counts how often it was written.
    pub generation: u64,
    /// Keys in the order in which they came: `key1`, `key2`, … in the journal.
    pub key_order: Vec<String>,
    pub settings: Settings,
    /// The private key of the CA, so that its certificate stays trusted over a restart.
    pub ca_key: Option<String>,
}

/// See the module.
pub struct World {
    pub state: State,
    pub faults: Faults,
    pub journal: Journal,
    store: Option<Store>,
    first_keys: Vec<String>,
}

pub type Shared = std::sync::Arc<Mutex<World>>;

/// A panic elsewhere is no reason to stop.
pub fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    pub fn open(
        file: Option<PathBuf>,
        journal: Option<&Path>,
        keys: Vec<String>,
        seed: u64,
    ) -> io::Result<Self> {
        let (store, state) = match file.map(Store::open).transpose()? {
            Some((store, state)) => (Some(store), state),
            None => (None, State::default()),
        };
        let mut world = Self {
            state,
            faults: Faults::new(seed),
            journal: Journal::open(journal)?,
            store,
            first_keys: keys,
        };
        world.know_keys();
        Ok(world)
    }

    /// Makes sure that the keys of the command line are there, and that each key has its number.
    fn know_keys(&mut self) {
        for key in &self.first_keys {
            self.state.keys.entry(key.clone()).or_default();
        }
        for key in self.first_keys.iter().chain(self.state.keys.keys()) {
            if !self.state.key_order.contains(key) {
                self.state.key_order.push(key.clone());
            }
        }
    }

    /// The journal's name for a key.
    pub fn key_name(&self, key: &str) -> String {
        let known = self.state.keys.contains_key(key);
        let at = self
            .state
            .key_order
            .iter()
            .position(|k| k == key)
            .filter(|_| known);
        at.map_or_else(|| "unknown".to_owned(), |at| format!("key{}", at + 1))
    }

    /// Sets keys as a test wants them; with `all`, those not named are gone.
    pub fn set_keys(&mut self, keys: BTreeMap<String, Site>, all: bool) {
        if all {
            self.state.keys.clear();
        }
        self.state.keys.extend(keys);
        for key in self.state.keys.keys() {
            if !self.state.key_order.contains(key) {
                self.state.key_order.push(key.clone());
            }
        }
    }

    /// As it was started, but for the state of the chance: keys of the command line with no domains.
    pub fn reset(&mut self) -> io::Result<()> {
        self.state.keys.clear();
        self.state.settings = Settings::default();
        self.faults.list.clear();
        self.know_keys();
        self.journal.clear()?;
        self.save()
    }

    /// Keeps everything, if it is to be kept.
    pub fn save(&mut self) -> io::Result<()> {
        let store = self.store.as_mut();
        store.map_or(Ok(()), |store| store.save(&mut self.state))
    }

    /// Keeps that a domain came or went.
    pub fn note(&mut self, key: &str, domain: &str, there: bool) -> io::Result<()> {
        let store = self.store.as_mut();
        store.map_or(Ok(()), |store| {
            store.note(&mut self.state, key, domain, there)
        })
    }
}

/// Unix time in milliseconds.
pub fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
