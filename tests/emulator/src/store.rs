//! The state file, and beside it a file of the changes since it was written.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::state::SavedState;

/// Writing the whole state for each of ten thousand domains would take longer than everything else.
const MAX_CHANGES: usize = 1000;

/// A domain that was added or removed after the state was written.
#[derive(Serialize, Deserialize)]
struct Change {
    /// Generation of the state that it changes. Changes of an older one are in the state already.
    generation: u64,
    key: String,
    domain: String,
    present: bool,
}

/// The two open files.
pub struct Store {
    file: PathBuf,
    changes: File,
    count: usize,
}

impl Store {
    /// Opens and reads `file` and `file`.changes.
    pub fn open(file: PathBuf) -> io::Result<(Self, SavedState)> {
        let mut state = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => SavedState::default(),
            Err(error) => return Err(error),
        };
        let mut beside = file.as_os_str().to_owned();
        beside.push(".changes");
        let changes = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(beside)?;
        for line in BufReader::new(&changes).lines() {
            // A killed run may have left the last line half-written; its answer never went out.
            let Ok(change) = serde_json::from_str::<Change>(&line?) else {
                continue;
            };
            if change.generation != state.generation {
                continue;
            }
            let domains = &mut state.keys.entry(change.key).or_default().domains;
            if change.present {
                domains.add(&change.domain);
            } else {
                domains.remove(&change.domain);
            }
        }
        Ok((
            Self {
                file,
                changes,
                count: 0,
            },
            state,
        ))
    }

    /// Replaces the state file atomically: a kill leaves the old one or the new one.
    pub fn save(&mut self, state: &mut SavedState) -> io::Result<()> {
        state.generation += 1;
        write_atomically(&self.file, &serde_json::to_vec(state)?)?;
        self.changes.set_len(0)?;
        self.count = 0;
        Ok(())
    }

    /// Appends one change; writes the whole state when there are many.
    pub fn record_change(
        &mut self,
        state: &mut SavedState,
        key: &str,
        domain: &str,
        present: bool,
    ) -> io::Result<()> {
        if self.count >= MAX_CHANGES {
            return self.save(state);
        }
        self.count += 1;
        let (key, domain) = (key.to_owned(), domain.to_owned());
        let change = Change {
            generation: state.generation,
            key,
            domain,
            present,
        };
        let mut line = serde_json::to_string(&change)?;
        line.push('\n');
        self.changes.write_all(line.as_bytes())
    }
}

/// Writes a new file and renames it over the old one.
pub fn write_atomically(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, file)
}

#[cfg(test)]
mod tests;
