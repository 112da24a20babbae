use std::collections::BTreeSet;

use super::*;
use crate::domain::ReservedNames;

#[test]
fn a_wildcard_is_asked_through_another_label_each_time() {
    let domain = |name| DomainName::parse(name, ReservedNames::Allow).unwrap();
    let names: BTreeSet<String> = (0..50)
        .map(|_| probed_host(&domain("*.shop.test")))
        .collect();
    assert_eq!(names.len(), 50);
    assert!(
        names
            .iter()
            .all(|name| domain("*.shop.test").covers(&domain(name)))
    );
    assert_eq!(probed_host(&domain("shop.test")), "shop.test");
}
