//! Plans which domains to add and to remove at Closte. Pure: no I/O, no clock.

mod comparison;
mod name_table;

use std::fmt;

pub use comparison::{Comparison, Pruning, Row, RowWanted};

/// The most domains that a plan may remove or forget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxRemovals {
    /// At most this many.
    Count(usize),
    /// At most this share, 0 to 1, of the domains at Closte.
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
            // The small term makes up for the rounding of 0.3 in binary.
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

/// What a plan may remove.
#[derive(Clone, Debug, Default)]
pub struct PlanOptions {
    /// Remove owned domains that are not wanted. Those that are not at Closte either are forgotten.
    pub prune: bool,
    /// Never remove these.
    pub protect: Vec<String>,
    /// A plan that would remove and forget more does neither.
    pub max_removals: MaxRemovals,
    /// Remove even more than `max_removals`. Protected and foreign domains are kept all the same.
    pub force: bool,
}

/// The changes that leave the wanted domains at Closte. Lists are in A-label form, without
/// duplicates, in the order of the input; or they are places in a [`Comparison`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan<T = String> {
    /// Wanted, and not at Closte.
    pub add: Vec<T>,
    /// At Closte, owned, and not wanted.
    pub remove: Vec<T>,
    /// At Closte, and kept.
    pub keep: Vec<T>,
    /// At Closte, and not owned: left alone.
    pub foreign: Vec<T>,
    /// Owned and not wanted, but kept, because pruning was not requested or was refused. Also in
    /// `keep`.
    pub unwanted: Vec<T>,
    /// Wanted, but not a valid domain.
    pub invalid: Vec<T>,
    /// Why nothing is removed although pruning was requested, and nothing must be forgotten.
    pub refused: Option<Refusal>,
}

/// Why a plan removes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A stable word: `nothing-at-closte`, `nothing-wanted`, `too-many-forgotten` or `too-many`.
    pub reason: &'static str,
    /// The same in a sentence.
    pub message: String,
    /// How many domains would be removed or forgotten.
    pub removals: usize,
    /// How many domains Closte has.
    pub remote: usize,
    /// How many domains are owned.
    pub owned: usize,
    /// The limit, for people.
    pub limit: String,
}

impl<T> Default for Plan<T> {
    fn default() -> Self {
        Self {
            add: Vec::new(),
            remove: Vec::new(),
            keep: Vec::new(),
            foreign: Vec::new(),
            unwanted: Vec::new(),
            invalid: Vec::new(),
            refused: None,
        }
    }
}

/// Compares `wanted` with `remote`, the domains at Closte. Only domains in `owned` are removed, and
/// none that is wanted or protected. A wildcard is a name of its own: `*.example.com` and
/// `example.com` are two domains.
#[must_use]
pub fn make(wanted: &[String], remote: &[String], owned: &[String], options: &PlanOptions) -> Plan {
    let mut comparison = Comparison::default();
    for name in remote {
        comparison.remote(name);
    }
    for name in wanted {
        comparison.want(name, 0);
    }
    for name in owned {
        comparison.own(name);
    }
    for name in &options.protect {
        comparison.protect(name);
    }
    let plan = comparison.plan(Pruning {
        prune: options.prune,
        max_removals: options.max_removals,
        force: options.force,
    });
    let names = |places: Vec<usize>| {
        places
            .into_iter()
            .map(|place| comparison.name(place).to_owned())
            .collect()
    };
    Plan {
        add: names(plan.add),
        remove: names(plan.remove),
        keep: names(plan.keep),
        foreign: names(plan.foreign),
        unwanted: names(plan.unwanted),
        invalid: names(plan.invalid),
        refused: plan.refused,
    }
}

/// How many domains there are.
#[derive(Clone, Copy, Debug, Default)]
struct Sizes {
    wanted: usize,
    remote: usize,
    owned: usize,
    /// Owned, not wanted, and not at Closte.
    forgotten: usize,
}

fn refusal(removals: usize, sizes: &Sizes, max_removals: MaxRemovals) -> Option<Refusal> {
    let Sizes {
        wanted,
        remote,
        owned,
        forgotten,
    } = *sizes;
    let refused = |reason, removals, message| {
        Some(Refusal {
            reason,
            message,
            removals,
            remote,
            owned,
            limit: max_removals.to_string(),
        })
    };
    if remote == 0 && owned > 0 {
        return refused(
            "nothing-at-closte",
            removals + forgotten,
            format!(
                "Closte reports no domain at all, although {} of this network should be there. Nothing is removed \
                 because of that. Check that the key belongs to this site, then try again.",
                domains(owned)
            ),
        );
    }
    if wanted == 0 && removals > 0 {
        return refused(
            "nothing-wanted",
            removals,
            format!(
                "No domain is wanted at all, so all {removals} that this network has at Closte would be removed. \
                 Probably the network's sites could not be read. If it is right, force it."
            ),
        );
    }
    if forgotten > 0 && !max_removals.allows(removals + forgotten, remote) {
        return refused(
            "too-many-forgotten",
            removals + forgotten,
            format!(
                "{} of this network would be removed or forgotten, and Closte reports {remote}: more than the limit \
                 of {max_removals}. Check the list, and force it if it is complete.",
                domains(removals + forgotten)
            ),
        );
    }
    if !max_removals.allows(removals, remote) {
        return refused(
            "too-many",
            removals,
            format!(
                "{removals} of {} at Closte would be removed, more than the limit of {max_removals}. Check the list, \
                 and force it if it is right.",
                domains(remote)
            ),
        );
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
