//! Plans which domains to add and to remove at Closte. Pure: no I/O, no clock.

mod comparison;
mod name_table;
mod refusal;

pub use comparison::{Comparison, Plan, Pruning, Row, RowWanted};
pub use refusal::{MaxRemovals, Refusal};

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

#[cfg(test)]
mod tests;
