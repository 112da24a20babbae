use std::task::Waker;

use super::*;

/// Lanes for so many probes, and rows that wait for theirs.
fn lanes(most: usize, rows: usize) -> Lanes {
    let mut lanes = Lanes::new(2, most);
    for index in 0..rows {
        lanes.of(Step::CheckDns).push_back(index, Step::CheckDns);
    }
    lanes
}

/// How many rows begin now.
fn begun(lanes: &mut Lanes) -> usize {
    std::iter::from_fn(|| lanes.next()).count()
}

fn makes_room(lanes: &mut Lanes, has_worked: bool) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    lanes.probes.makes_room(has_worked, &mut context)
}

#[test]
fn further_rows_begin_when_there_is_nothing_else_to_do() {
    let mut lanes = lanes(256, 1000);
    assert_eq!(begun(&mut lanes), FIRST);
    for _ in 0..3 {
        assert!(!makes_room(&mut lanes, true));
        assert!(!makes_room(&mut lanes, false));
    }
    assert_eq!(begun(&mut lanes), 0);
    assert!(makes_room(&mut lanes, false));
    assert_eq!(begun(&mut lanes), FURTHER);
    assert_eq!(begun(&mut lanes), 0);
}

#[test]
fn as_many_as_may_be_are_under_way_where_servers_take_long() {
    let mut lanes = lanes(256, 1000);
    let mut running = begun(&mut lanes);
    for _ in 0..100 {
        if makes_room(&mut lanes, false) {
            running += begun(&mut lanes);
        }
    }
    assert_eq!(running, 256);
    assert!((0..10).all(|_| !makes_room(&mut lanes, false)));
    // One that has ended makes way for another, when there is nothing else to do.
    lanes.of(Step::CheckDns).ended();
    assert_eq!(begun(&mut lanes), 0);
    assert!(!makes_room(&mut lanes, false));
    assert!(makes_room(&mut lanes, false));
    assert_eq!(begun(&mut lanes), 1);
}

#[test]
fn where_nothing_waits_nothing_is_looked_for() {
    let mut lanes = lanes(256, 3);
    assert_eq!(begun(&mut lanes), 3);
    assert!((0..10).all(|_| !makes_room(&mut lanes, false)));
}

#[test]
fn calls_begin_at_once_and_hold_up_no_probe() {
    let mut lanes = lanes(256, 1);
    for index in 10..20 {
        lanes.of(Step::Add).push_back(index, Step::Add);
    }
    let mut indexes: Vec<usize> = std::iter::from_fn(|| lanes.next())
        .map(|(index, _)| index)
        .collect();
    assert_eq!(indexes, [10, 11, 0]);
    lanes.of(Step::Add).ended();
    lanes.of(Step::Add).push_front(10, Step::Remove);
    indexes.extend(lanes.next().map(|(index, _)| index));
    assert_eq!(indexes.last(), Some(&10));
    assert_eq!(lanes.left().count(), 8);
}
