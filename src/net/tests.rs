use super::*;

#[test]
fn a_nested_call_is_refused_not_a_panic() {
    let nested = block_on(async { block_on(async { 1 }) }).unwrap();
    assert_eq!(nested.unwrap_err().reason(), "re-entrant");
    assert_eq!(block_on(async { 2 }).unwrap(), 2);
}

#[test]
fn a_panic_leaves_it_usable() {
    let caught = std::panic::catch_unwind(|| block_on(async { panic!("once") }));
    assert!(caught.is_err());
    assert_eq!(block_on(async { 3 }).unwrap(), 3);
}

#[test]
fn counting_makes_no_runtime() {
    std::thread::spawn(|| {
        assert_eq!(counters(), Counters::default());
        assert!(PROCESS.get().is_none());
    })
    .join()
    .unwrap();
}
