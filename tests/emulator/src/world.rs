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

/// What lives on in the state file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    pub keys: BTreeMap<String, Site>,
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
    file: Option<PathBuf>,
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
        let state = match file.as_deref().map(std::fs::read) {
            Some(Ok(bytes)) => serde_json::from_slice(&bytes)?,
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => State::default(),
        };
        let mut world = Self {
            state,
            faults: Faults::new(seed),
            journal: Journal::open(journal)?,
            file,
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

    /// Replaces the state file in one step, so that a kill leaves the old one or the new one.
    pub fn save(&self) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        write_atomically(file, &serde_json::to_vec(&self.state)?)
    }
}

/// Writes beside the file, then renames.
pub fn write_atomically(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, file)
}

/// Unix time in milliseconds.
pub fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
