//! The list of domains that Closte has.

use serde_json::{Map, Value};

use crate::domain::DomainName;

/// A domain that Closte has for this key's application.
#[derive(Debug, Clone, PartialEq)]
pub struct RemoteDomain {
    /// In A-label form, with its `*.` if it has one.
    pub domain: String,
    /// Whether it is a wildcard.
    pub wildcard: bool,
    /// What else the API says about it.
    pub details: Map<String, Value>,
    /// The entry named the domain without `*.`, and a flag made it a wildcard.
    pub(super) by_flag: bool,
}

/// Bytes of skipped entries that are kept.
const UNREAD_MAX: usize = 64 * 1024;

/// Every domain that Closte has for this key's application.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DomainList {
    /// The readable entries, in the order of the response, without duplicates.
    pub domains: Vec<RemoteDomain>,
    /// How many entries could not be read.
    pub skipped: usize,
}

impl DomainList {
    /// Whether `domain` is among them.
    #[must_use]
    pub fn contains(&self, domain: &DomainName) -> bool {
        self.domains
            .iter()
            .any(|entry| means(&entry.domain, entry.by_flag, domain.ascii()))
    }

    /// Whether `domain` is not among them. False for a list of which nothing could be read.
    #[must_use]
    pub fn lacks(&self, domain: &DomainName) -> bool {
        let unreadable = self.domains.is_empty() && self.skipped > 0;
        !unreadable && !self.contains(domain)
    }
}

/// The same list in little memory: details stay the JSON that they came as. Looking a domain up
/// takes no longer in a long one.
#[derive(Debug, Clone, Default)]
pub struct CompactList {
    /// In the order of the response.
    entries: Vec<Entry>,
    /// Places in `entries`, by name.
    by_name: Vec<u32>,
    skipped: usize,
    /// What the skipped entries say, as far as it is kept: one of them may be about any domain that
    /// it names.
    unread: String,
    /// There is more of it than is kept.
    has_lost_some: bool,
}

#[derive(Debug, Clone)]
struct Entry {
    domain: Box<str>,
    /// A JSON object; empty for none.
    details: Box<str>,
    by_flag: bool,
}

impl CompactList {
    /// Entries that are not in order yet: [`CompactList::in_order`] has to follow.
    pub(super) fn push(&mut self, domain: RemoteDomain, with_details: bool) -> usize {
        let details = if with_details && !domain.details.is_empty() {
            Value::Object(domain.details).to_string()
        } else {
            String::new()
        };
        let taken = domain.domain.len() + details.len();
        self.entries.push(Entry {
            domain: domain.domain.into_boxed_str(),
            details: details.into_boxed_str(),
            by_flag: domain.by_flag,
        });
        taken + size_of::<Entry>() + size_of::<u32>()
    }

    /// Counts an entry that cannot be read. `json`: what it says; `None`: too much to keep.
    pub(super) fn skip(&mut self, json: Option<&[u8]>) {
        self.skipped += 1;
        match json {
            Some(json) if self.unread.len() + json.len() <= UNREAD_MAX => {
                self.unread += &String::from_utf8_lossy(json).to_ascii_lowercase();
                self.unread.push('\n');
            }
            _ => self.has_lost_some = true,
        }
    }

    /// The list for look-ups; of duplicates, the first entry stays.
    pub(super) fn in_order(mut self) -> Self {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        let name = |at: &usize| self.entries.get(*at).map(|entry| &*entry.domain);
        order.sort_by(|one, other| name(one).cmp(&name(other)));
        order.dedup_by(|next, kept| name(next) == name(kept));
        let mut stays = vec![false; self.entries.len()];
        for at in order {
            if let Some(it) = stays.get_mut(at) {
                *it = true;
            }
        }
        let mut stays = stays.into_iter();
        self.entries.retain(|_| stays.next().unwrap_or_default());
        self.entries.shrink_to_fit();
        self.by_name = (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).collect();
        let entries = &self.entries;
        self.by_name
            .sort_unstable_by_key(|at| entries.get(*at as usize).map(|entry| &*entry.domain));
        self
    }

    /// How many entries can be read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no entry can be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many entries could not be read.
    #[must_use]
    pub const fn skipped(&self) -> usize {
        self.skipped
    }

    /// The readable entries, in the order of the response, without duplicates.
    pub fn iter(&self) -> impl Iterator<Item = RemoteDomain> {
        self.entries.iter().map(|entry| RemoteDomain {
            domain: entry.domain.to_string(),
            wildcard: entry.domain.starts_with("*."),
            details: serde_json::from_str(&entry.details).unwrap_or_default(),
            by_flag: entry.by_flag,
        })
    }

    /// The names alone.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.domain)
    }

    /// Whether `domain` is among them.
    #[must_use]
    pub fn contains(&self, domain: &DomainName) -> bool {
        let name = domain.ascii();
        [name.to_owned(), format!("*.{name}")].iter().any(|known| {
            self.entry(known)
                .is_some_and(|entry| means(&entry.domain, entry.by_flag, name))
        })
    }

    /// Whether `domain` is not among them. False for a list of which nothing could be read, and
    /// where an entry that could not be read may be about it.
    #[must_use]
    pub fn lacks(&self, domain: &DomainName) -> bool {
        let name = domain.ascii();
        let is_unsure = (self.entries.is_empty() && self.skipped > 0)
            || self.has_lost_some
            || self
                .unread
                .contains(name.strip_prefix("*.").unwrap_or(name));
        !is_unsure && !self.contains(domain)
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        let at = |place: &u32| self.entries.get(*place as usize);
        let found = self
            .by_name
            .binary_search_by(|place| at(place).map(|entry| &*entry.domain).cmp(&Some(name)));
        found
            .ok()
            .and_then(|found| self.by_name.get(found))
            .and_then(at)
    }
}

impl From<CompactList> for DomainList {
    fn from(list: CompactList) -> Self {
        Self {
            domains: list.iter().collect(),
            skipped: list.skipped,
        }
    }
}

/// Whether an entry is about the domain `name`. A flag beside a bare name may mean the name as
/// well.
fn means(entry: &str, by_flag: bool, name: &str) -> bool {
    entry == name || (by_flag && entry.strip_prefix("*.") == Some(name))
}
