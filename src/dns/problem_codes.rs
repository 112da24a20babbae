//! Problems and warnings of a domain: a code, a severity, a message, and the values it is made of.

use std::collections::BTreeMap;

use crate::string_enum::string_enum;

string_enum! {
    /// What a problem means for the domain.
    Severity {
        /// The domain does not become done before somebody acts.
        Blocks => "blocks",
        /// It usually passes by itself.
        Waits => "waits",
        /// A note; it delays nothing.
        Note => "note",
    }
}

string_enum! {
    /// What to do with a DNS record.
    RecordAction {
        /// Set it, and replace the records of this type.
        Set => "set",
        /// Delete it.
        Delete => "delete",
    }
}

/// Prefix of the codes of certificate problems.
pub(crate) const CERTIFICATE: &str = "certificate-";

/// All codes with their severity. A code that is not listed blocks.
pub const CODES: [(&str, Severity); 23] = [
    ("nxdomain", Severity::Blocks),
    ("no-address", Severity::Blocks),
    ("elsewhere", Severity::Blocks),
    ("mixed-addresses", Severity::Blocks),
    ("stale-aaaa", Severity::Blocks),
    ("cname-dead", Severity::Blocks),
    ("cname-loop", Severity::Blocks),
    ("caa-forbids", Severity::Blocks),
    ("caa-unanswered", Severity::Blocks),
    ("dnssec-bogus", Severity::Blocks),
    ("partial-propagation", Severity::Waits),
    ("proxied", Severity::Note),
    ("www-without-dns", Severity::Note),
    ("lame-delegation", Severity::Note),
    ("caa-bound", Severity::Note),
    ("no-answer", Severity::Note),
    ("certificate-absent", Severity::Waits),
    ("certificate-untrusted", Severity::Waits),
    ("certificate-self-signed", Severity::Waits),
    ("certificate-expired", Severity::Waits),
    ("certificate-wrong-host", Severity::Waits),
    ("certificate-unknown", Severity::Waits),
    ("certificate-ending", Severity::Note),
];

/// A part of a problem's sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A name or a word.
    Text(String),
    /// A number, such as days.
    Number(i64),
    /// Several names or addresses.
    List(Vec<String>),
}

/// A DNS record to set or to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordChange {
    /// What to do.
    pub action: RecordAction,
    /// The type, such as `AAAA`.
    pub record_type: String,
    /// Its name, in A-label form, without a trailing dot.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A problem or a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A stable machine word of [`CODES`].
    pub code: String,
    /// What it means for the domain.
    pub severity: Severity,
    /// What it means and what to do, in English.
    pub message: String,
    /// The values in the sentence, by name.
    pub values: BTreeMap<String, Value>,
    /// What to change at the DNS provider, where that is known.
    pub records: Vec<RecordChange>,
}

/// Most values of a list, and most records to delete, that a problem has. A zone may have
/// thousands, and a ledger row keeps its problems.
pub(super) const MOST_LISTED: usize = 50;

impl Problem {
    /// A problem with a stable `code` and a `message` for people.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        let code = code.into();
        Self {
            severity: Self::severity_of(&code),
            code,
            message: message.into(),
            values: BTreeMap::new(),
            records: Vec::new(),
        }
    }

    /// The severity of a code.
    #[must_use]
    pub fn severity_of(code: &str) -> Severity {
        CODES
            .iter()
            .find(|(known, _)| *known == code)
            .map_or(Severity::Blocks, |(_, severity)| *severity)
    }

    /// Whether the domain's DNS is about to become right.
    pub(crate) fn is_propagating(&self) -> bool {
        self.code == "partial-propagation"
    }

    /// Whether the domain leads to a proxy that is not known to lead here.
    pub(crate) fn is_proxied(&self) -> bool {
        self.code == "proxied"
    }

    /// Whether no name server answered.
    pub(crate) fn is_no_answer(&self) -> bool {
        self.code == "no-answer"
    }

    /// Whether it is one of the DNS and keeps a certificate from being issued.
    pub(crate) fn blocks_certificate(&self) -> bool {
        !self.code.starts_with(CERTIFICATE) && self.severity != Severity::Note
    }

    /// The same with another severity than its code has.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same with a part of its sentence.
    #[must_use]
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values
            .insert(name.to_owned(), Value::Text(value.into()));
        self
    }

    /// The same with a number that is part of its sentence.
    #[must_use]
    pub fn number(mut self, name: &str, value: i64) -> Self {
        self.values.insert(name.to_owned(), Value::Number(value));
        self
    }

    /// The same with a list that is part of its sentence.
    #[must_use]
    pub fn list<T: ToString>(mut self, name: &str, values: impl IntoIterator<Item = T>) -> Self {
        let values = values.into_iter().take(MOST_LISTED);
        let values = values.map(|value| value.to_string()).collect();
        self.values.insert(name.to_owned(), Value::List(values));
        self
    }

    /// The same with what to change at the DNS provider.
    #[must_use]
    pub fn records(mut self, records: Vec<RecordChange>) -> Self {
        self.records = records;
        self
    }
}

#[cfg(test)]
mod tests;
