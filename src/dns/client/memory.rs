//! Answers of resolvers, for as long as they hold. Pure: the time is a value.
//!
//! hickory's `ResponseCache` takes answers without records as errors alone, and brings along a
//! cache with destructors for each thread, which keep the library from being unloaded.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::iter::once;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::proto::op::Message;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use once_cell::sync::Lazy;
use tokio::time::Instant;

use crate::net::NumberMap;

/// Nothing is remembered for longer, whatever its TTL.
pub(super) const LONGEST: Duration = Duration::from_secs(60);
/// Answers of each generation: about half a megabyte.
const MOST: usize = 512;

/// What was asked of whom.
#[derive(Debug)]
pub(super) struct Asked {
    /// Any of these, with recursion.
    resolvers: Vec<SocketAddr>,
    name: Name,
    kind: RecordType,
    key: u64,
}

impl Asked {
    pub fn new(resolvers: Vec<SocketAddr>, name: Name, kind: RecordType) -> Arc<Self> {
        let key = key(&name, kind);
        Arc::new(Self {
            resolvers,
            name,
            kind,
            key,
        })
    }
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
            && self.kind == other.kind
            && self.resolvers == other.resolvers
            && self.name == other.name
    }
}

impl Eq for Asked {}

/// The resolvers of a prober are the same.
impl Hash for Asked {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.key);
    }
}

/// A hash that is made once for each question, which is looked for several times. Strangers choose
/// names: they do not know the secret of this process, and those that differ in where labels end
/// alone must not all be alike. hickory's hash of a name takes one step for each octet.
fn key(name: &Name, kind: RecordType) -> u64 {
    static SECRET: Lazy<RandomState> = Lazy::new(RandomState::new);
    let mut octets = [0; Name::MAX_LENGTH];
    let labels = name.iter().flat_map(|label| {
        let length = u8::try_from(label.len()).unwrap_or(u8::MAX);
        once(length).chain(label.iter().map(u8::to_ascii_lowercase))
    });
    let length = octets
        .iter_mut()
        .zip(labels)
        .map(|(place, octet)| *place = octet)
        .count();
    let mut hasher = SECRET.build_hasher();
    hasher.write_u16(u16::from(kind));
    hasher.write(octets.get(..length).unwrap_or_default());
    hasher.finish()
}

/// Two generations: when the younger one is full, what nobody asked for since the last time goes.
#[derive(Debug, Default)]
pub(super) struct Memory {
    young: NumberMap<Arc<Asked>, Kept>,
    old: NumberMap<Arc<Asked>, Kept>,
}

#[derive(Debug)]
struct Kept {
    answer: Arc<Message>,
    until: Instant,
}

impl Memory {
    /// The answer, if it holds at this time.
    pub fn recall(&mut self, asked: &Asked, now: Instant) -> Option<Arc<Message>> {
        if !self.old.is_empty()
            && let Some((asked, kept)) = self.old.remove_entry(asked)
        {
            self.put(asked, kept);
        }
        let kept = self.young.get(asked).filter(|kept| now < kept.until)?;
        Some(Arc::clone(&kept.answer))
    }

    /// Takes an answer that came at this time, instead of an earlier one.
    pub fn keep(&mut self, asked: Arc<Asked>, answer: Arc<Message>, now: Instant) {
        if !self.old.is_empty() {
            self.old.remove(&asked);
        }
        match lifetime(&answer, asked.kind) {
            Some(time) => {
                let until = now + time;
                self.put(asked, Kept { answer, until });
            }
            None => {
                self.young.remove(&asked);
            }
        }
    }

    fn put(&mut self, asked: Arc<Asked>, kept: Kept) {
        if self.young.len() >= MOST && !self.young.contains_key(&asked) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(asked, kept);
    }
}

/// How long an answer holds: the lowest TTL of its records; without any of the kind that was asked
/// for, as long as the zone says (RFC 2308), which may say nothing.
fn lifetime(answer: &Message, kind: RecordType) -> Option<Duration> {
    let records = answer.answers.iter();
    let mut lowest = records.map(|record| record.ttl).min();
    if !answer.answers.iter().any(|it| it.record_type() == kind) {
        let denial = answer.authorities.iter().find_map(|it| match &it.data {
            RData::SOA(soa) => Some(it.ttl.min(soa.minimum)),
            _ => None,
        })?;
        lowest = Some(lowest.map_or(denial, |lowest| lowest.min(denial)));
    }
    let seconds = lowest.filter(|seconds| *seconds > 0)?;
    Some(Duration::from_secs(seconds.into()).min(LONGEST))
}

#[cfg(test)]
mod tests;
