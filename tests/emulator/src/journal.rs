//! What came in and what was done about it, one entry a request.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::call::Effect;

/// One request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Counts up from 1, over restarts and deletions.
    pub n: u64,
    /// Unix time in milliseconds.
    pub time_ms: u64,
    pub connection: u64,
    pub tls: bool,
    pub http_version: Option<String>,
    pub method: Option<String>,
    pub path: String,
    pub query: String,
    pub key: String,
    pub params: BTreeMap<String, String>,
    pub param_order: Vec<String>,
    pub raw_body: String,
    pub content_type: Option<String>,
    pub user_agent: Option<String>,
    /// What a well-behaved client does not do; empty for a good call.
    pub violations: Vec<String>,
    pub fault: Option<String>,
    /// Absent when no answer goes out.
    pub status: Option<u16>,
    pub effect: Effect,
    /// The first 4096 characters of the body.
    pub answer: Option<String>,
}

/// All entries, in memory and, if asked for, in a file of JSON lines.
pub struct Journal {
    pub entries: Vec<Entry>,
    last: u64,
    file: Option<File>,
    grown: watch::Sender<u64>,
}

impl Journal {
    /// Goes on where an earlier run of the emulator stopped.
    pub fn open(path: Option<&Path>) -> std::io::Result<Self> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut file = None;
        if let Some(path) = path {
            let opened = OpenOptions::new()
                .create(true)
                .read(true)
                .append(true)
                .open(path)?;
            for line in BufReader::new(&opened).lines() {
                // A line that a killed run left half-written.
                entries.extend(serde_json::from_str::<Entry>(&line?).ok());
            }
            file = Some(opened);
        }
        let last = entries.last().map_or(0, |entry| entry.n);
        Ok(Self {
            entries,
            last,
            file,
            grown: watch::channel(last).0,
        })
    }

    /// Numbers the entry and writes it.
    pub fn add(&mut self, mut entry: Entry) -> std::io::Result<()> {
        self.last += 1;
        entry.n = self.last;
        if let Some(file) = &mut self.file {
            let mut line = serde_json::to_string(&entry)?;
            line.push('\n');
            file.write_all(line.as_bytes())?;
        }
        self.entries.push(entry);
        self.grown.send_replace(self.last);
        Ok(())
    }

    pub fn clear(&mut self) -> std::io::Result<()> {
        self.entries.clear();
        self.file.as_mut().map_or(Ok(()), |file| file.set_len(0))
    }

    /// Changes whenever an entry was added.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.grown.subscribe()
    }
}
