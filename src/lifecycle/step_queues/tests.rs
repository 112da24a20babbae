use std::task::Waker;

use super::*;

/// Queues for so many probes, and rows that wait for theirs.
fn queues(most: usize, rows: usize) -> StepQueues {
    let mut queues = StepQueues::new(2, most);
    for index in 0..rows {
        queues.of(Step::CheckDns).push_back(index, Step::CheckDns);
    }
    queues
}

/// How many rows begin now.
fn begun(queues: &mut StepQueues) -> usize {
    std::iter::from_fn(|| queues.next()).count()
}

fn makes_room(queues: &mut StepQueues, has_worked: bool) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    queues.probes.makes_room(has_worked, &mut context)
}

#[test]
fn further_rows_begin_when_there_is_nothing_else_to_do() {
    let mut queues = queues(256, 1000);
    assert_eq!(begun(&mut queues), FIRST);
    for _ in 0..3 {
        assert!(!makes_room(&mut queues, true));
        assert!(!makes_room(&mut queues, false));
    }
    assert_eq!(begun(&mut queues), 0);
    assert!(makes_room(&mut queues, false));
    assert_eq!(begun(&mut queues), FURTHER);
    assert_eq!(begun(&mut queues), 0);
}

#[test]
fn as_many_as_may_be_are_under_way_where_servers_take_long() {
    let mut queues = queues(256, 1000);
    let mut running = begun(&mut queues);
    for _ in 0..100 {
        if makes_room(&mut queues, false) {
            running += begun(&mut queues);
        }
    }
    assert_eq!(running, 256);
    assert!((0..10).all(|_| !makes_room(&mut queues, false)));
    // One that has ended makes way for another, when there is nothing else to do.
    queues.of(Step::CheckDns).ended();
    assert_eq!(begun(&mut queues), 0);
    assert!(!makes_room(&mut queues, false));
    assert!(makes_room(&mut queues, false));
    assert_eq!(begun(&mut queues), 1);
}

#[test]
fn where_nothing_waits_nothing_is_looked_for() {
    let mut queues = queues(256, 3);
    assert_eq!(begun(&mut queues), 3);
    assert!((0..10).all(|_| !makes_room(&mut queues, false)));
}

#[test]
fn calls_begin_at_once_and_hold_up_no_probe() {
    let mut queues = queues(256, 1);
    for index in 10..20 {
        queues.of(Step::Add).push_back(index, Step::Add);
    }
    let mut indexes: Vec<usize> = std::iter::from_fn(|| queues.next())
        .map(|(index, _)| index)
        .collect();
    assert_eq!(indexes, [10, 11, 0]);
    queues.of(Step::Add).ended();
    queues.of(Step::Add).push_front(10, Step::Remove);
    indexes.extend(queues.next().map(|(index, _)| index));
    assert_eq!(indexes.last(), Some(&10));
    assert_eq!(queues.left().count(), 8);
}

#[test]
fn removals_go_first() {
    let mut queues = StepQueues::new(2, 256);
    for (index, step) in [Step::Add, Step::Add, Step::Remove, Step::Remove]
        .into_iter()
        .enumerate()
    {
        queues.of(step).push_back(index, step);
    }
    assert_eq!(queues.next(), Some((2, Step::Remove)));
    assert_eq!(queues.next(), Some((3, Step::Remove)));
    assert_eq!(queues.next(), None);
    queues.of(Step::Remove).ended();
    assert_eq!(queues.next(), Some((0, Step::Add)));
    assert_eq!(queues.left().collect::<Vec<_>>(), [1]);
}
