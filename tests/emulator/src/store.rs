//! What outlives a restart: the state as one file, and beside it the changes since that was written.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::world::State;

/// Writing the whole state for each of ten thousand domains would take longer than everything else.
const CHANGES_AT_MOST: usize = 1000;

/// One domain that came or went after the state was written.
#[derive(Serialize, Deserialize)]
struct Change {
    /// Of the state that it changes: an older one's changes are in the state already.
    generation: u64,
    key: String,
    domain: String,
    there: bool,
}

/// See the module.
pub struct Store {
    file: PathBuf,
    changes: File,
    count: usize,
}

impl Store {
    /// Opens `file` and `file`.changes, and reads what they have.
    pub fn open(file: PathBuf) -> io::Result<(Self, State)> {
        let mut state = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => State::default(),
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
            if change.there {
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

    /// Replaces the state file in one step, so that a kill leaves the old one or the new one.
    pub fn save(&mut self, state: &mut State) -> io::Result<()> {
        state.generation += 1;
        write_atomically(&self.file, &serde_json::to_vec(state)?)?;
        self.changes.set_len(0)?;
        self.count = 0;
        Ok(())
    }

    /// Writes one change down, now and then the whole state.
    pub fn note(
        &mut self,
        state: &mut State,
        key: &str,
        domain: &str,
        there: bool,
    ) -> io::Result<()> {
        if self.count >= CHANGES_AT_MOST {
            return self.save(state);
        }
        self.count += 1;
        let (key, domain) = (key.to_owned(), domain.to_owned());
        let change = Change {
            generation: state.generation,
            key,
            domain,
            there,
        };
        let mut line = serde_json::to_string(&change)?;
        line.push('\n');
        self.changes.write_all(line.as_bytes())
    }
}

/// Writes beside the file, then renames.
pub fn write_atomically(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(state: &State) -> Vec<&str> {
        let mut names: Vec<_> = state.keys["k"]
            .domains
            .names()
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn changes_are_kept_without_and_across_the_whole_state() {
        let file =
            std::env::temp_dir().join(format!("closte-emulator-store-{}", std::process::id()));
        let changes = PathBuf::from(format!("{}.changes", file.display()));
        let (mut store, mut state) = Store::open(file.clone()).unwrap();
        store.save(&mut state).unwrap();
        for (domain, there) in [
            ("a.example", true),
            ("b.example", true),
            ("a.example", false),
        ] {
            store.note(&mut state, "k", domain, there).unwrap();
        }
        let old = std::fs::read(&changes).unwrap();
        let (mut store, mut state) = Store::open(file.clone()).unwrap();
        assert_eq!(names(&state), ["b.example"]);
        state.keys.get_mut("k").unwrap().domains.add("c.example");
        store.save(&mut state).unwrap();
        // As if it had been killed before the changes were emptied.
        state.keys.get_mut("k").unwrap().domains.remove("b.example");
        store.save(&mut state).unwrap();
        std::fs::write(&changes, [old, b"{\"gener".to_vec()].concat()).unwrap();
        let (_, state) = Store::open(file.clone()).unwrap();
        assert_eq!(names(&state), ["c.example"]);
        std::fs::remove_file(&changes).unwrap();
        std::fs::remove_file(&file).unwrap();
    }
}
