//! Lists of wanted, remote, owned and protected domains.

use std::collections::BTreeSet;

use arbitrary::{Result, Unstructured};
use closte::domain::{DomainName, ReservedNames};
use closte::plan::{MaxRemovals, Plan, PlanOptions, make};

/// Few enough that lists overlap, in several spellings.
const NAMES: [&str; 16] = [
    "a.com",
    "A.com.",
    "b.com",
    "*.a.com",
    "c.com",
    "d.com",
    "e.com",
    "f.com",
    "g.com",
    "www.a.com",
    "bücher.de",
    "xn--bcher-kva.de",
    "odd_name.com",
    "",
    "ODD_name.com.",
    " a.com",
];

/// Lists of names, most of them from a small set.
pub fn check(bytes: &[u8]) {
    let _ = plan_is_sound(&mut Unstructured::new(bytes));
}

fn name(given: &mut Unstructured<'_>) -> Result<String> {
    let which = given.int_in_range(0..=19_usize)?;
    match NAMES.get(which) {
        Some(name) => Ok((*name).to_owned()),
        None => Ok(given.arbitrary::<&str>()?.to_owned()),
    }
}

fn names(given: &mut Unstructured<'_>) -> Result<Vec<String>> {
    let length = given.int_in_range(0..=24_usize)?;
    (0..length).map(|_| name(given)).collect()
}

fn same(names: &[String]) -> BTreeSet<String> {
    names
        .iter()
        .map(|name| {
            DomainName::parse(name, ReservedNames::Allow).map_or_else(
                |_| name.trim().trim_end_matches('.').to_ascii_lowercase(),
                |domain| domain.ascii().to_owned(),
            )
        })
        .collect()
}

fn plan_is_sound(given: &mut Unstructured<'_>) -> Result<()> {
    let options = PlanOptions {
        prune: given.arbitrary()?,
        force: given.ratio(1, 4)?,
        max_removals: match given.int_in_range(0..=5)? {
            0 => MaxRemovals::Count(given.int_in_range(0..=30)?),
            1 => MaxRemovals::share(given.arbitrary()?).unwrap_or_default(),
            _ => MaxRemovals::default(),
        },
        protect: names(given)?,
    };
    let (wanted, remote, owned) = (names(given)?, names(given)?, names(given)?);
    let plan = make(&wanted, &remote, &owned, &options);

    let (wished, there, ours) = (same(&wanted), same(&remote), same(&owned));
    let guarded = same(&options.protect);
    for gone in &plan.remove {
        assert!(options.prune, "nothing is removed unasked");
        assert!(
            there.contains(gone) && ours.contains(gone),
            "foreign: {gone}"
        );
        assert!(!wished.contains(gone), "wanted: {gone}");
        assert!(!guarded.contains(gone), "protected: {gone}");
    }
    if !options.force && !plan.remove.is_empty() {
        assert!(!wished.is_empty());
        let most = match options.max_removals {
            MaxRemovals::Count(count) => count,
            // In thousandths, to be independent of how it is reckoned there.
            MaxRemovals::Share(0.3) => there.len() * 300 / 1000,
            MaxRemovals::Share(_) => usize::MAX,
        };
        assert!(plan.remove.len() <= most, "{plan:?}");
    }
    lists_are_sound(&plan, &wished, &there);
    if let Some(why) = &plan.refused {
        assert!(options.prune && !options.force && plan.remove.is_empty());
        assert!(why.message.ends_with('.'));
    }

    // Carried out, it leaves nothing to do.
    let mut after: Vec<String> = there.iter().cloned().collect();
    after.retain(|name| !plan.remove.contains(name));
    after.extend(plan.add.iter().cloned());
    let again = make(&wanted, &after, &owned, &options);
    assert!(again.add.is_empty(), "{plan:?} then {again:?}");
    assert!(
        again.remove.is_empty() || plan.refused.is_some(),
        "{plan:?} then {again:?}"
    );
    Ok(())
}

fn lists_are_sound(plan: &Plan, wished: &BTreeSet<String>, there: &BTreeSet<String>) {
    let set = |names: &[String]| -> BTreeSet<String> {
        let set: BTreeSet<String> = names.iter().cloned().collect();
        assert_eq!(set.len(), names.len(), "twice: {plan:?}");
        set
    };
    let (add, invalid) = (set(&plan.add), set(&plan.invalid));
    assert!(add.is_disjoint(&invalid));
    let missing: BTreeSet<String> = wished.difference(there).cloned().collect();
    assert_eq!(&add | &invalid, missing);
    for name in &add {
        let parsed = DomainName::parse(name, ReservedNames::Allow).expect("only names are sent");
        assert_eq!(parsed.ascii(), name);
    }
    let (remove, keep, foreign) = (set(&plan.remove), set(&plan.keep), set(&plan.foreign));
    assert!(remove.is_disjoint(&keep) && keep.is_disjoint(&foreign));
    assert!(remove.is_disjoint(&foreign));
    assert_eq!(&(&remove | &keep) | &foreign, *there);
    assert!(set(&plan.unwanted).is_subset(&keep));
}
