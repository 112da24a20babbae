use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::comparable;

fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn prune() -> PlanOptions {
    PlanOptions {
        prune: true,
        ..PlanOptions::default()
    }
}

fn generous() -> PlanOptions {
    PlanOptions {
        max_removals: MaxRemovals::Share(1.0),
        ..prune()
    }
}

fn changes_nothing(plan: &Plan) -> bool {
    plan.add.is_empty() && plan.remove.is_empty()
}

#[test]
fn adds_keeps_and_leaves_foreign_alone() {
    let plan = make(
        &list(&["a.com", "b.com"]),
        &list(&["b.com", "stranger.com"]),
        &list(&["a.com", "b.com"]),
        &generous(),
    );
    assert_eq!(plan.add, ["a.com"]);
    assert_eq!(plan.keep, ["b.com"]);
    assert_eq!(plan.foreign, ["stranger.com"]);
    assert!(plan.remove.is_empty());
    assert_eq!(plan.refused, None);
}

#[test]
fn removes_only_when_asked_to() {
    let (wanted, there) = (list(&["a.com"]), list(&["a.com", "old.com"]));
    let plan = make(&wanted, &there, &there, &PlanOptions::default());
    assert!(plan.remove.is_empty());
    assert_eq!(plan.keep, ["a.com", "old.com"]);
    assert_eq!(plan.unwanted, ["old.com"]);
    assert_eq!(plan.refused, None);
    let plan = make(&wanted, &there, &there, &generous());
    assert_eq!(plan.remove, ["old.com"]);
    assert_eq!(plan.keep, ["a.com"]);
}

#[test]
fn compares_a_labels_and_drops_duplicates() {
    let plan = make(
        &list(&["BÜCHER.de", "xn--bcher-kva.de", "Shop.Example.com."]),
        &list(&["bücher.de", "shop.example.com", "SHOP.example.com"]),
        &[],
        &generous(),
    );
    assert!(changes_nothing(&plan), "{plan:?}");
    assert_eq!(plan.keep, ["xn--bcher-kva.de", "shop.example.com"]);
}

#[test]
fn a_wildcard_is_a_name_of_its_own() {
    let plan = make(
        &list(&["*.example.com"]),
        &list(&["example.com"]),
        &list(&["example.com"]),
        &generous(),
    );
    assert_eq!(plan.add, ["*.example.com"]);
    assert_eq!(plan.remove, ["example.com"]);
}

#[test]
fn protected_domains_stay() {
    let options = PlanOptions {
        protect: list(&["Network.com"]),
        force: true,
        ..generous()
    };
    let there = list(&["network.com", "old.com"]);
    let plan = make(&[], &there, &there, &options);
    assert_eq!(plan.remove, ["old.com"]);
    assert_eq!(plan.keep, ["network.com"]);
}

#[test]
fn too_many_removals_are_refused() {
    let there: Vec<String> = (0..10).map(|n| format!("d{n}.com")).collect();
    let plan = make(&there[3..], &there, &there, &prune());
    assert_eq!(plan.remove.len(), 3, "30 % is allowed");
    let plan = make(&there[4..], &there, &there, &prune());
    assert!(plan.remove.is_empty());
    assert_eq!(plan.unwanted.len(), 4);
    let refusal = plan.refused.unwrap();
    assert_eq!(
        (
            refusal.reason,
            refusal.removals,
            refusal.remote,
            refusal.limit.as_str()
        ),
        ("too-many", 4, 10, "30 %")
    );
    let why = refusal.message;
    assert!(
        why.starts_with("4 of 10 domains at Closte would be removed, more than the limit of 30 %."),
        "{why}"
    );

    let count = |count| PlanOptions {
        max_removals: MaxRemovals::Count(count),
        ..prune()
    };
    assert!(
        make(&there[4..], &there, &there, &count(4))
            .refused
            .is_none()
    );
    assert!(
        make(&there[4..], &there, &there, &count(3))
            .refused
            .is_some()
    );
    assert!(make(&there, &there, &there, &count(0)).refused.is_none());

    let forced = PlanOptions {
        force: true,
        ..prune()
    };
    assert_eq!(make(&there[4..], &there, &there, &forced).remove.len(), 4);
}

#[test]
fn what_is_forgotten_counts_as_removed() {
    let ours: Vec<String> = (0..10).map(|n| format!("d{n}.com")).collect();
    let plan = make(&ours[..6], &ours[..8], &ours[..9], &prune());
    assert!(plan.refused.is_some(), "3 of 8 are more than 30 %");
    assert!(plan.remove.is_empty());
    assert_eq!(plan.unwanted, ["d6.com", "d7.com"]);
    assert_eq!(make(&ours[..8], &ours[..8], &ours, &prune()).refused, None);

    // A list that is cut short.
    let why = make(&ours[..5], &ours[..5], &ours, &prune())
        .refused
        .unwrap()
        .message;
    assert!(
        why.starts_with(
            "5 domains of this network would be removed from Closte or from the list, and Closte reports 5: more \
             than the limit of 30 %."
        ),
        "{why}"
    );

    let refused = |options: PlanOptions| {
        make(&ours[..5], &ours[..5], &ours, &options)
            .refused
            .is_some()
    };
    let count = |count| PlanOptions {
        max_removals: MaxRemovals::Count(count),
        ..prune()
    };
    assert!(refused(count(4)) && !refused(count(5)));
    assert!(!refused(PlanOptions {
        force: true,
        ..prune()
    }));
    assert!(!refused(PlanOptions {
        protect: ours[5..9].to_vec(),
        ..prune()
    }));
    assert!(!refused(PlanOptions::default()));
}

#[test]
fn no_wanted_domain_is_refused_whatever_the_limit() {
    let there = list(&["a.com", "b.com"]);
    let plan = make(&[], &there, &there, &generous());
    assert!(plan.remove.is_empty());
    assert!(
        plan.refused
            .unwrap()
            .message
            .starts_with("No site of this network uses a domain, so all 2")
    );
    // Nothing of ours is there: there is nothing to refuse.
    assert_eq!(make(&[], &there, &[], &generous()).refused, None);
}

#[test]
fn an_empty_list_from_closte_is_refused_when_domains_are_owned() {
    let ours = list(&["a.com", "b.com"]);
    let plan = make(&ours, &[], &ours, &generous());
    assert!(plan.refused.unwrap().message.contains("2 domains"));
    assert_eq!(plan.add, ours, "what is missing is still named");
    assert_eq!(make(&ours, &[], &[], &generous()).refused, None);
    assert_eq!(
        make(&ours, &[], &ours, &PlanOptions::default()).refused,
        None
    );
}

#[test]
fn invalid_domains_are_listed_and_not_sent() {
    let plan = make(
        &list(&["foo_bar.com", "ok.com"]),
        &list(&["odd_name"]),
        &[],
        &generous(),
    );
    assert_eq!(plan.invalid, ["foo_bar.com"]);
    assert_eq!(plan.add, ["ok.com"]);
    assert_eq!(plan.foreign, ["odd_name"]);
}

#[test]
fn shares_outside_0_to_1_are_rejected() {
    assert_eq!(MaxRemovals::share(0.5), Some(MaxRemovals::Share(0.5)));
    for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert_eq!(MaxRemovals::share(bad), None);
    }
    assert_eq!(MaxRemovals::Share(0.125).to_string(), "12.5 %");
}

fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(
        prop::sample::select(vec![
            "a.com",
            "A.com",
            "b.com",
            "*.a.com",
            "c.com",
            "d.com",
            "bücher.de",
            "xn--bcher-kva.de",
            "e.com.",
        ])
        .prop_map(str::to_owned),
        0..12,
    )
}

fn same(names: &[String]) -> BTreeSet<String> {
    names
        .iter()
        .map(|name| comparable(name).into_owned())
        .collect()
}

proptest! {
    #[test]
    fn plans_are_sound(
        wanted in names(), remote in names(), owned in names(), protect in names(),
        prune in any::<bool>(), force in any::<bool>(), share in 0.0..=1.0,
    ) {
        let options = PlanOptions { prune, force, protect, max_removals: MaxRemovals::Share(share) };
        let plan = make(&wanted, &remote, &owned, &options);
        let (wished, there, ours) = (same(&wanted), same(&remote), same(&owned));
        let guarded = same(&options.protect);
        for gone in &plan.remove {
            prop_assert!(prune && there.contains(gone) && ours.contains(gone));
            prop_assert!(!wished.contains(gone) && !guarded.contains(gone));
        }
        prop_assert_eq!(
            plan.add.iter().cloned().collect::<BTreeSet<_>>(),
            wished.difference(&there).cloned().collect::<BTreeSet<_>>()
        );
        let parts = plan.remove.len() + plan.keep.len() + plan.foreign.len();
        prop_assert_eq!(parts, there.len());
        if plan.refused.is_some() {
            prop_assert!(plan.remove.is_empty());
        }

        let mut after: Vec<String> = there.into_iter().filter(|name| !plan.remove.contains(name)).collect();
        after.extend(plan.add.iter().cloned());
        let again = make(&wanted, &after, &owned, &options);
        prop_assert!(changes_nothing(&again) || plan.refused.is_some(), "{:?} then {:?}", plan, again);
        prop_assert!(again.add.is_empty());
    }
}
