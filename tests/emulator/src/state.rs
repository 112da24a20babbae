//! The emulator's state, behind one lock, so that a change and its journal entry are atomic.

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

/// The part of the state that is kept in the state file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SavedState {
    pub keys: BTreeMap<String, Site>,
    /// Goes up by one each time the file is written.
    pub generation: u64,
    /// Keys in the order of their arrival: `key1`, `key2`, … in the journal.
    pub key_order: Vec<String>,
    pub settings: Settings,
    /// The private key of the CA, so that its certificate stays trusted over a restart.
    pub ca_key: Option<String>,
}

/// Keys with their domains, settings, faults and the journal.
pub struct State {
    pub saved: SavedState,
    pub faults: Faults,
    pub journal: Journal,
    /// Whether `www` names are in the DNS.
    pub has_www: bool,
    store: Option<Store>,
    command_line_keys: Vec<String>,
}

pub type Shared = std::sync::Arc<Mutex<State>>;

/// Locks the state, also after a panic elsewhere.
pub fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    pub fn open(
        file: Option<PathBuf>,
        journal: Option<&Path>,
        keys: Vec<String>,
        seed: u64,
    ) -> io::Result<Self> {
        let (store, saved) = match file.map(Store::open).transpose()? {
            Some((store, saved)) => (Some(store), saved),
            None => (None, SavedState::default()),
        };
        let mut state = Self {
            saved,
            faults: Faults::new(seed),
            journal: Journal::open(journal)?,
            has_www: true,
            store,
            command_line_keys: keys,
        };
        state.register_keys();
        Ok(state)
    }

    /// Adds the keys of the command line, and gives each key its number.
    fn register_keys(&mut self) {
        for key in &self.command_line_keys {
            self.saved.keys.entry(key.clone()).or_default();
        }
        for key in self.command_line_keys.iter().chain(self.saved.keys.keys()) {
            if !self.saved.key_order.contains(key) {
                self.saved.key_order.push(key.clone());
            }
        }
    }

    /// The name of a key in the journal.
    pub fn key_name(&self, key: &str) -> String {
        let known = self.saved.keys.contains_key(key);
        let at = self
            .saved
            .key_order
            .iter()
            .position(|k| k == key)
            .filter(|_| known);
        at.map_or_else(|| "unknown".to_owned(), |at| format!("key{}", at + 1))
    }

    /// Sets these keys; with `all`, all others are removed.
    pub fn set_keys(&mut self, keys: BTreeMap<String, Site>, all: bool) {
        if all {
            self.saved.keys.clear();
        }
        self.saved.keys.extend(keys);
        for key in self.saved.keys.keys() {
            if !self.saved.key_order.contains(key) {
                self.saved.key_order.push(key.clone());
            }
        }
    }

    /// Back to the start, with the keys of the command line and no domains. The random generator
    /// goes on.
    pub fn reset(&mut self) -> io::Result<()> {
        self.saved.keys.clear();
        self.saved.settings = Settings::default();
        self.faults.list.clear();
        self.has_www = true;
        self.register_keys();
        self.journal.clear()?;
        self.save()
    }

    /// Writes the state file, if there is one.
    pub fn save(&mut self) -> io::Result<()> {
        let store = self.store.as_mut();
        store.map_or(Ok(()), |store| store.save(&mut self.saved))
    }

    /// Writes to the state file that a domain was added or removed.
    pub fn record_change(&mut self, key: &str, domain: &str, present: bool) -> io::Result<()> {
        let store = self.store.as_mut();
        store.map_or(Ok(()), |store| {
            store.record_change(&mut self.saved, key, domain, present)
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
