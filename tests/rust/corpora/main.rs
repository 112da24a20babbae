//! Runs the invariants of `tests/fuzz` on the kept inputs and on random bytes, without the fuzzer.

#![allow(clippy::expect_used, reason = "tests")]

#[path = "../../fuzz/invariants/lib.rs"]
mod invariants;

use std::fs;
use std::path::{Path, PathBuf};

use invariants::{ALL, Check};

/// Limits that keep a clone small and this test fast.
const MAX_INPUTS: usize = 64;
const MAX_INPUT_LENGTH: usize = 4096;
/// Random inputs for each target.
const RANDOM_INPUTS: usize = 300;

fn fuzz_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz")
}

/// The kept inputs of a target, with their names.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = fuzz_folder().join("corpus").join(target);
    fs::read_dir(&folder)
        .expect("each target has a corpus")
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let bytes = fs::read(&path).expect("an input can be read");
            (path.display().to_string(), bytes)
        })
        .collect()
}

/// All inputs that broke an invariant.
#[derive(Default)]
struct Broken(Vec<String>);

impl Broken {
    fn try_out(&mut self, (target, check): Check, input: &str, bytes: &[u8]) {
        if std::panic::catch_unwind(|| check(bytes)).is_err() {
            self.0.push(format!("{target}: {input}: {bytes:?}"));
        }
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        assert!(
            self.0.is_empty() || std::thread::panicking(),
            "these break the invariants; see above what does not hold:\n{}",
            self.0.join("\n")
        );
    }
}

#[test]
fn every_kept_input_keeps_the_invariants() {
    let mut broken = Broken::default();
    for target in ALL {
        let inputs = corpus(target.0);
        assert!(
            (8..=MAX_INPUTS).contains(&inputs.len()),
            "{} has {} inputs",
            target.0,
            inputs.len()
        );
        for (name, bytes) in inputs {
            assert!(bytes.len() <= MAX_INPUT_LENGTH, "{name} is too long");
            broken.try_out(target, &name, &bytes);
        }
    }
}

/// Kept inputs with a piece changed: cheap, and it shows that the invariants do not hold for the
/// corpora alone.
#[test]
fn changed_inputs_keep_the_invariants() {
    let mut broken = Broken::default();
    for target in ALL {
        let inputs = corpus(target.0);
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..RANDOM_INPUTS {
            let (name, mut bytes) = random.choice(&inputs).cloned().expect("there are some");
            for _ in 0..random.usize(1..5) {
                let at = random.usize(0..=bytes.len());
                let end = random.usize(at..=bytes.len().min(at + 4));
                let piece: Vec<u8> = (0..random.usize(0..4)).map(|_| random.u8(..)).collect();
                bytes.splice(at..end, piece);
            }
            broken.try_out(target, &format!("a change of {name}"), &bytes);
        }
    }
}

#[test]
fn targets_corpora_and_checks_are_the_same() {
    let names: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
    for (folder, ending) in [("targets", ".rs"), ("corpus", "")] {
        let mut found: Vec<String> = fs::read_dir(fuzz_folder().join(folder))
            .expect("the folder is there")
            .map(|entry| {
                let name = entry.expect("it can be read").file_name();
                name.to_string_lossy().trim_end_matches(ending).to_owned()
            })
            .collect();
        found.sort();
        assert_eq!(found, names, "{folder}");
    }
}
