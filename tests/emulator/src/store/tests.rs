use super::*;

fn names(state: &SavedState) -> Vec<&str> {
    let mut names: Vec<_> = state.keys["k"]
        .domains
        .names()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn changes_are_kept_without_and_across_the_whole_state() {
    let file = std::env::temp_dir().join(format!("closte-emulator-store-{}", std::process::id()));
    let changes = PathBuf::from(format!("{}.changes", file.display()));
    let (mut store, mut state) = Store::open(file.clone()).unwrap();
    store.save(&mut state).unwrap();
    for (domain, present) in [
        ("a.example", true),
        ("b.example", true),
        ("a.example", false),
    ] {
        store
            .record_change(&mut state, "k", domain, present)
            .unwrap();
    }
    let old = std::fs::read(&changes).unwrap();
    let (mut store, mut state) = Store::open(file.clone()).unwrap();
    assert_eq!(names(&state), ["b.example"]);
    state.keys.get_mut("k").unwrap().domains.add("c.example");
    store.save(&mut state).unwrap();
    // As if it had been killed before the changes were emptied.
    state.keys.get_mut("k").unwrap().domains.remove("b.example");
    store.save(&mut state).unwrap();
    std::fs::write(&changes, [old, b"{\"gener".to_vec()].concat()).unwrap();
    let (_, state) = Store::open(file.clone()).unwrap();
    assert_eq!(names(&state), ["c.example"]);
    std::fs::remove_file(&changes).unwrap();
    std::fs::remove_file(&file).unwrap();
}
