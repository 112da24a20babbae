//! What a DNS check found.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

/// Where a domain points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DnsState {
    /// Every answer leads here.
    Here,
    /// Every answer leads to addresses that are not ours.
    Elsewhere,
    /// Not every resolver, or not every address, agrees.
    Partial,
    /// The name does not exist, or has no address.
    Missing,
    /// Nobody answered. Never counts as wrong.
    Unknown,
}

impl DnsState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Here,
        Self::Elsewhere,
        Self::Partial,
        Self::Missing,
        Self::Unknown,
    ];

    /// The stable word for this state.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Elsewhere => "elsewhere",
            Self::Partial => "partial",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }

    /// The state that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for DnsState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What keeps a domain from being done, or a warning about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A stable machine word, such as `stale-aaaa`.
    pub code: String,
    /// What it means and what to do, for the owner of the site.
    pub message: String,
}

impl Problem {
    /// A problem with a stable `code` and a `message` for people.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
        }
    }
}

/// What one resolver or name server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolverReport {
    /// Where the domain points, as this one sees it.
    pub state: DnsState,
    /// The addresses it gave, sorted.
    pub addresses: Vec<IpAddr>,
    /// Why it gave none, where it gave none.
    pub error: Option<String>,
}

/// The verdict on a domain's DNS, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsReport {
    /// The verdict.
    pub state: DnsState,
    /// Every address that anyone gave, sorted.
    pub addresses: Vec<IpAddr>,
    /// The CNAME chain, in order, without the domain itself.
    pub cnames: Vec<String>,
    /// By resolver (`1.1.1.1`) or name server (`ns1.example.com (192.0.2.1)`).
    pub resolvers: BTreeMap<String, ResolverReport>,
    /// Worst first.
    pub problems: Vec<Problem>,
    /// Whether the domain is behind a proxy such as Cloudflare.
    pub proxied: bool,
}
