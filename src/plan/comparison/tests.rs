use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::{PlanOptions, make};
use super::*;

const NAMES: [&str; 8] = [
    "a.com", "b.com", "c.com", "d.com", "e.com", "f.com", "*.a.com", "odd name",
];

/// A row that a test makes up.
#[derive(Debug, Clone)]
struct Made {
    domain: String,
    wanted: RowWanted,
    accepted_at: i64,
    may_have_landed: bool,
    waits_for_dns: bool,
}

impl Made {
    fn row(&self) -> Row<'_> {
        Row {
            domain: &self.domain,
            wanted: self.wanted,
            accepted_at: self.accepted_at,
            may_have_landed: self.may_have_landed,
            waits_for_dns: self.waits_for_dns,
        }
    }

    fn is_accepted(&self) -> bool {
        self.wanted == RowWanted::Present && self.accepted_at > 0
    }

    fn is_lost(&self) -> bool {
        self.wanted != RowWanted::Absent && self.accepted_at > 0 && !self.may_have_landed
    }
}

fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(
        prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned),
        0..8,
    )
}

/// Each name has at most one.
fn rows() -> impl Strategy<Value = Vec<Made>> {
    let wanted = prop::sample::select(vec![
        RowWanted::Present,
        RowWanted::Absent,
        RowWanted::Retired,
    ]);
    let row = (
        any::<bool>(),
        wanted,
        0..3_i64,
        any::<bool>(),
        any::<bool>(),
    );
    prop::collection::vec(row, NAMES.len()).prop_map(|made| {
        let of = NAMES.iter().zip(made).filter(|(_, row)| row.0);
        of.map(
            |(name, (_, wanted, accepted_at, may_have_landed, waits_for_dns))| Made {
                domain: (*name).to_owned(),
                wanted,
                accepted_at,
                may_have_landed,
                waits_for_dns,
            },
        )
        .collect()
    })
}

fn sorted(names: &[String]) -> BTreeSet<&str> {
    names.iter().map(String::as_str).collect()
}

proptest! {
    /// The lists that [`make`] is given are what the rows come to.
    #[test]
    fn rows_come_to_what_is_owned_and_what_is_left_alone(
        rows in rows(), remote in names(), wanted in names(), used in names(), is_whole in any::<bool>(),
        prune in any::<bool>(),
    ) {
        let mut comparison = Comparison::default();
        for made in &rows {
            comparison.row(&made.row());
        }
        for name in &remote {
            comparison.remote(name);
        }
        if !is_whole {
            comparison.list_is_partial();
        }
        for name in &wanted {
            comparison.want(name, 1);
        }
        for name in &used {
            comparison.use_it(name);
        }
        let places = comparison.plan(Pruning { prune, ..Pruning::default() });
        let named = |places: &[usize]| -> Vec<String> {
            places.iter().map(|place| comparison.name(*place).to_owned()).collect()
        };

        let (mut owned, mut left) = (Vec::new(), Vec::new());
        for made in &rows {
            let may_be_there = !is_whole && made.is_accepted() && wanted.contains(&made.domain);
            if remote.contains(&made.domain) || (made.is_lost() && !may_be_there) {
                owned.push(made.domain.clone());
            } else if made.waits_for_dns || may_be_there {
                left.push(made.domain.clone());
            }
        }
        let to_send: Vec<String> = wanted.iter().filter(|name| !left.contains(name)).cloned().collect();
        // Who uses a domain of which there is no row keeps nobody from taking it over.
        let protect = used.iter().filter(|name| owned.contains(name)).cloned().collect();
        let plan = make(
            &to_send,
            &remote,
            &owned,
            &PlanOptions { prune, protect, ..PlanOptions::default() },
        );
        for (of_rows, of_lists) in [
            (&places.add, &plan.add),
            (&places.remove, &plan.remove),
            (&places.keep, &plan.keep),
            (&places.foreign, &plan.foreign),
            (&places.unwanted, &plan.unwanted),
            (&places.invalid, &plan.invalid),
        ] {
            let of_rows = named(of_rows);
            prop_assert_eq!(sorted(&of_rows), sorted(of_lists));
        }
        prop_assert_eq!(places.refused, plan.refused);

        for name in comparison.orphans() {
            prop_assert!(!remote.iter().chain(&wanted).chain(&used).any(|other| other == name));
        }
        for name in comparison.unrecorded() {
            prop_assert!(remote.iter().any(|other| other == name) && wanted.iter().any(|other| other == name));
        }
    }
}

#[test]
fn the_first_who_wants_a_domain_has_it_until_nothing_is_wanted() {
    let mut comparison = Comparison::default();
    comparison.want("Bücher.example.com", 1);
    comparison.want("xn--bcher-kva.example.com", 2);
    assert_eq!(comparison.wanted_by("bücher.example.com."), Some(1));
    comparison.want_nothing();
    assert_eq!(comparison.wanted_by("bücher.example.com"), None);
    comparison.want("xn--bcher-kva.example.com", 0);
    assert_eq!(comparison.wanted_by("bücher.example.com"), Some(0));
}

#[test]
fn what_is_used_without_being_wanted_is_ours_only_with_a_row() {
    for prune in [false, true] {
        let mut comparison = Comparison::default();
        comparison.remote("used.example");
        comparison.use_it("used.example");
        let pruning = Pruning {
            prune,
            ..Pruning::default()
        };
        let plan = comparison.plan(pruning);
        assert_eq!((plan.foreign.len(), plan.keep.len()), (1, 0));

        comparison.row(&Row {
            domain: "used.example",
            wanted: RowWanted::Present,
            accepted_at: 1,
            may_have_landed: false,
            waits_for_dns: false,
        });
        let plan = comparison.plan(pruning);
        assert_eq!((plan.foreign.len(), plan.keep.len()), (0, 1));
        assert!(plan.remove.is_empty() && plan.unwanted.is_empty());
    }
}
