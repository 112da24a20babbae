//! The site of one key: its domains, backups and tasks, and how `/getdomains` shows them.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One key's site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    pub domains: Domains,
    /// `false`: the key is right but has no permission.
    pub permission: bool,
    pub backups: Vec<Value>,
    pub invalidations: Vec<Value>,
    pub tasks: Vec<Value>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            domains: Domains::default(),
            permission: true,
            backups: Vec::new(),
            invalidations: Vec::new(),
            tasks: Vec::new(),
        }
    }
}

/// Domain entries in their order; unreadable ones are kept and shown too.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Value>", into = "Vec<Value>")]
pub struct Domains {
    entries: Vec<Value>,
    names: HashSet<String>,
}

impl From<Vec<Value>> for Domains {
    fn from(entries: Vec<Value>) -> Self {
        let names = entries.iter().filter_map(name_of).collect();
        Self { entries, names }
    }
}

impl From<Domains> for Vec<Value> {
    fn from(domains: Domains) -> Self {
        domains.entries
    }
}

impl Domains {
    pub fn contains(&self, domain: &str) -> bool {
        self.names.contains(domain)
    }

    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.names.iter()
    }

    /// Returns `false` when the domain was there already.
    pub fn add(&mut self, domain: &str) -> bool {
        let new = self.names.insert(domain.to_owned());
        if new {
            self.entries.push(Value::from(domain));
        }
        new
    }

    /// Returns `false` when the domain was not there.
    pub fn remove(&mut self, domain: &str) -> bool {
        let known = self.names.remove(domain);
        if known {
            self.entries
                .retain(|entry| name_of(entry).as_deref() != Some(domain));
        }
        known
    }

    /// The list for `/getdomains`: added domains in this `shape`, entries that a test set as they
    /// are.
    pub fn shown(&self, shape: Shape, unreadable: usize) -> Vec<Value> {
        let mut list: Vec<_> = self
            .entries
            .iter()
            .enumerate()
            .map(|(at, entry)| match entry.as_str() {
                Some(name) => shape.entry(name, at),
                None => entry.clone(),
            })
            .collect();
        let odd = [
            json!(42),
            Value::Null,
            json!({"id": 7}),
            json!([]),
            json!({"domain": null}),
            json!(true),
        ];
        list.extend(odd.into_iter().cycle().take(unreadable));
        list
    }
}

const NAME_FIELDS: [&str; 5] = ["domain", "name", "hostname", "host", "url"];

/// The domain of an entry.
fn name_of(entry: &Value) -> Option<String> {
    let object = match entry {
        Value::String(name) => return Some(host_of(name)),
        Value::Object(object) => object,
        _ => return None,
    };
    let field = |wanted: &str| {
        let found = object
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value)
    };
    let name = NAME_FIELDS.iter().find_map(|name| field(name)?.as_str())?;
    let name = host_of(name);
    let wildcard = match field("wildcard") {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::Number(number)) => number.as_u64() == Some(1),
        Some(Value::String(text)) => text == "1" || text == "true",
        _ => false,
    };
    if wildcard && !name.starts_with("*.") {
        return Some(format!("*.{name}"));
    }
    Some(name)
}

fn host_of(text: &str) -> String {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    host.to_ascii_lowercase()
}

/// The shape of an entry in `/getdomains`. The real one is unknown, so clients must take all of
/// these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    #[default]
    String,
    Domain,
    Name,
    Hostname,
    Host,
    Url,
    /// `{"DOMAIN": …}`
    UpperCase,
    /// `{"Domain": …, "Wildcard": …, "SSL": {…}}`
    Rich,
    /// All shapes in turn.
    Mixed,
}

impl Shape {
    fn entry(self, name: &str, at: usize) -> Value {
        let with = |field: &str, value: String| {
            Value::Object(Map::from_iter([(field.to_owned(), Value::from(value))]))
        };
        match self {
            Self::String => Value::from(name),
            Self::Domain => with("domain", name.to_owned()),
            Self::Name => with("name", name.to_owned()),
            Self::Hostname => with("hostname", name.to_owned()),
            Self::Host => with("host", name.to_owned()),
            Self::Url => with("url", format!("https://{name}/")),
            Self::UpperCase => with("DOMAIN", name.to_owned()),
            Self::Rich => json!({
                "Domain": name,
                "Wildcard": name.starts_with("*."),
                "SSL": {"status": "active", "issuer": "Let's Encrypt"},
                "dns": "ok",
            }),
            Self::Mixed => {
                const EACH: [Shape; 8] = [
                    Shape::String,
                    Shape::Domain,
                    Shape::Name,
                    Shape::Hostname,
                    Shape::Host,
                    Shape::Url,
                    Shape::UpperCase,
                    Shape::Rich,
                ];
                EACH.get(at % EACH.len())
                    .copied()
                    .unwrap_or_default()
                    .entry(name, at)
            }
        }
    }
}

#[cfg(test)]
mod tests;
