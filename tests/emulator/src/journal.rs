//! The journal: one entry for each request.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::call::Effect;

/// One request, and what was done with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Number from 1; restarts and deletions do not reset it.
    pub n: u64,
    /// Unix time in milliseconds.
    pub time_ms: u64,
    pub connection: u64,
    pub tls: bool,
    pub http_version: Option<String>,
    pub method: Option<String>,
    /// Who sent it, where its path began with `/via/NAME`.
    pub via: Option<String>,
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
    /// Absent when no response is sent.
    pub status: Option<u16>,
    pub effect: Effect,
    /// The first 4096 characters of the response body.
    pub answer: Option<String>,
}

/// All entries, in memory and, if asked for, in a file of JSON lines.
pub struct Journal {
    pub entries: Vec<Entry>,
    last: u64,
    file: Option<File>,
    added: watch::Sender<u64>,
}

impl Journal {
    /// Continues the file of an earlier run.
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
            added: watch::channel(last).0,
        })
    }

    /// Gives the entry its number and writes it.
    pub fn add(&mut self, mut entry: Entry) -> std::io::Result<()> {
        self.last += 1;
        entry.n = self.last;
        if let Some(file) = &mut self.file {
            let mut line = serde_json::to_string(&entry)?;
            line.push('\n');
            file.write_all(line.as_bytes())?;
        }
        self.entries.push(entry);
        self.added.send_replace(self.last);
        Ok(())
    }

    pub fn clear(&mut self) -> std::io::Result<()> {
        self.entries.clear();
        self.file.as_mut().map_or(Ok(()), |file| file.set_len(0))
    }

    /// Changes when an entry is added.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.added.subscribe()
    }
}
