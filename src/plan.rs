//! Compares what is wanted with what is there. Pure.

use std::collections::HashSet;
use std::fmt;

use crate::domain::{DomainName, ReservedNames};

/// How many removals a plan may hold before it is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxRemovals {
    /// So many.
    Count(usize),
    /// This share, 0 to 1, of what is there.
    Share(f64),
}

impl Default for MaxRemovals {
    fn default() -> Self {
        Self::Share(0.3)
    }
}

impl MaxRemovals {
    /// A share between 0 and 1; `None` for any other number.
    #[must_use]
    pub fn share(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self::Share(share))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "lists of domains are far shorter than 2^52"
    )]
    fn allows(self, removals: usize, remote: usize) -> bool {
        match self {
            Self::Count(count) => removals <= count,
            // The small term forgives what 0.3 loses in binary.
            Self::Share(share) => removals as f64 <= share * remote as f64 + 1e-9,
        }
    }
}

impl fmt::Display for MaxRemovals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Share(share) => {
                let percent = format!("{:.1}", share * 100.0);
                write!(f, "{} %", percent.strip_suffix(".0").unwrap_or(&percent))
            }
        }
    }
}

/// What a plan may do.
#[derive(Clone, Debug, Default)]
pub struct PlanOptions {
    /// Remove owned domains that are not wanted.
    pub prune: bool,
    /// Never remove these.
    pub protect: Vec<String>,
    /// Above it the removals are refused.
    pub max_removals: MaxRemovals,
    /// Remove even where the plan would be refused. What is protected or foreign stays all the same.
    pub force: bool,
}

/// What brings Closte to what is wanted. Every list is in A-label form, without repeats, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Wanted and not there.
    pub add: Vec<String>,
    /// There, ours, and wanted by nobody.
    pub remove: Vec<String>,
    /// There, and staying.
    pub keep: Vec<String>,
    /// There, and not ours: left alone.
    pub foreign: Vec<String>,
    /// There, ours and wanted by nobody, but staying, because pruning was not asked for or was refused.
    pub unwanted: Vec<String>,
    /// Wanted, but no domain that Closte could take.
    pub invalid: Vec<String>,
    /// Why nothing will be removed although it was asked for.
    pub refused: Option<String>,
}

impl Plan {
    /// Nothing to add and nothing to remove.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

/// The A-label form. What is no host name is compared as it stands, so that an odd name at Closte is seen, not lost.
fn normal(name: &str) -> Result<String, String> {
    DomainName::parse(name, ReservedNames::Allow)
        .map(|domain| domain.ascii().to_owned())
        .map_err(|_| name.trim().trim_end_matches('.').to_ascii_lowercase())
}

fn set(names: &[String]) -> HashSet<String> {
    names
        .iter()
        .map(|name| normal(name).unwrap_or_else(|odd| odd))
        .collect()
}

/// What would bring `remote`, the domains at Closte, to `wanted`. Only what is in `owned` is ever removed, and nothing
/// that is wanted or protected. A wildcard is a name of its own: `*.example.com` and `example.com` are two domains.
#[must_use]
pub fn make(wanted: &[String], remote: &[String], owned: &[String], options: &PlanOptions) -> Plan {
    let mut plan = Plan::default();
    let there = set(remote);
    let owned = set(owned);
    let protected = set(&options.protect);

    let mut wished = HashSet::new();
    for name in wanted {
        match normal(name) {
            Ok(name) => {
                if wished.insert(name.clone()) && !there.contains(&name) {
                    plan.add.push(name);
                }
            }
            Err(odd) => {
                if wished.insert(odd.clone()) && !there.contains(&odd) {
                    plan.invalid.push(odd);
                }
            }
        }
    }

    let mut seen = HashSet::new();
    for name in remote {
        let name = normal(name).unwrap_or_else(|odd| odd);
        if !seen.insert(name.clone()) {
            continue;
        }
        if wished.contains(&name) || protected.contains(&name) {
            plan.keep.push(name);
        } else if owned.contains(&name) {
            plan.remove.push(name);
        } else {
            plan.foreign.push(name);
        }
    }

    if options.prune && !options.force {
        plan.refused = refusal(
            &plan,
            wished.len(),
            there.len(),
            owned.len(),
            options.max_removals,
        );
    }
    if !options.prune || plan.refused.is_some() {
        plan.unwanted = std::mem::take(&mut plan.remove);
        plan.keep.extend(plan.unwanted.iter().cloned());
    }
    plan
}

fn refusal(
    plan: &Plan,
    wanted: usize,
    remote: usize,
    owned: usize,
    max_removals: MaxRemovals,
) -> Option<String> {
    let removals = plan.remove.len();
    if remote == 0 && owned > 0 {
        return Some(format!(
            "Closte says that it has no domain at all, although {} of this network should be known there. Nothing is \
             removed on such an answer. Check that the key belongs to this site, then try again.",
            domains(owned)
        ));
    }
    if wanted == 0 && removals > 0 {
        return Some(format!(
            "No domain is wanted at all, so all {removals} that this network owns at Closte would be removed. That is \
             more likely a fault in reading the network's sites. If it is right, force it."
        ));
    }
    if !max_removals.allows(removals, remote) {
        return Some(format!(
            "{removals} of {} at Closte would be removed, more than the limit of {max_removals}. Look at the list, \
             and force it if it is right.",
            domains(remote)
        ));
    }
    None
}

fn domains(count: usize) -> String {
    if count == 1 {
        "1 domain".to_owned()
    } else {
        format!("{count} domains")
    }
}

#[cfg(test)]
mod tests;
