//! The directions of dependency that ARCHITECTURE.md describes, read from the imports of `src`.
//!
//! Needs nothing but the standard library, so that `tests/bin/pre-push` can build it alone.

#![allow(clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use source::{Import, Module, Source};

/// What knows nothing of networks, PHP or WordPress: each may use those before it.
const BASE: &[&str] = &[
    "string_enum",
    "text",
    "clock",
    "error",
    "outcome",
    "domain",
    "api_key",
];

/// Which modules each of the others may use, beside those of the base.
const LAYERS: &[(&str, &[&str])] = &[
    ("net", &[]),
    ("plan", &[]),
    ("api", &["net"]),
    ("dns", &["net"]),
    ("certificate", &["net", "dns"]),
    ("lifecycle", &["net", "api", "dns", "certificate"]),
    (
        "php",
        &["net", "plan", "api", "dns", "certificate", "lifecycle"],
    ),
];

fn source() -> Source {
    Source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

fn name(module: &[String]) -> String {
    if module.is_empty() {
        "lib.rs".to_owned()
    } else {
        module.join("::")
    }
}

fn may_use(from: &str, to: &str) -> bool {
    if let Some(to) = BASE.iter().position(|base| *base == to) {
        let from = BASE.iter().position(|base| *base == from);
        return from.is_none_or(|from| to < from);
    }
    LAYERS
        .iter()
        .any(|(layer, uses)| *layer == from && uses.contains(&to))
}

#[test]
fn imports_are_seen() {
    let source = source();
    let imports = source.imports();
    let sees = |from: &str, to: &str| {
        imports.iter().any(|import| {
            import.from.first().is_some_and(|first| first == from)
                && import.to.first().is_some_and(|first| first == to)
        })
    };
    assert!(sees("php", "lifecycle") && sees("lifecycle", "dns") && sees("net", "error"));
    assert!(!sees("plan", "api") && !source.files_that_name("ext_php_rs").is_empty());
    assert!(source.modules().count() > 40);
}

#[test]
fn every_module_of_the_crate_has_its_layer() {
    for module in source().modules().filter(|module| module.len() == 1) {
        let known = BASE.contains(&module[0].as_str())
            || LAYERS.iter().any(|(layer, _)| *layer == module[0]);
        assert!(
            known,
            "src/{} is new: say in tests/rust/architecture/main.rs what it may use",
            module[0]
        );
    }
}

#[test]
fn modules_use_only_what_is_below_them() {
    let wrong: Vec<String> = source()
        .imports()
        .iter()
        .filter_map(|import| {
            let (from, to) = (import.from.first()?, import.to.first()?);
            (from != to && !may_use(from, to)).then(|| format!("{} uses {to}", import.file))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Names of packages below `[dependencies]` in Cargo.toml.
fn dependencies() -> Vec<String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).unwrap_or_else(|error| panic!("{error}"));
    manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once([' ', '.', '=']))
        .map(|(name, _)| name.to_owned())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect()
}

/// Packages of which we want a feature alone, in the copy that other packages use.
const FOR_A_FEATURE: &[(&str, &str)] = &[
    ("log", "`max_level_off` leaves out what libraries would log"),
    ("tracing", "the same"),
];

#[test]
fn every_dependency_is_used() {
    let source = source();
    let is_used = |name: &str| !source.files_that_name(&name.replace('-', "_")).is_empty();
    let dependencies = dependencies();
    assert!(dependencies.iter().any(|name| name == "serde"));
    for name in &dependencies {
        let exempt = FOR_A_FEATURE.iter().any(|(known, _)| known == name);
        assert!(
            is_used(name) != exempt,
            "Cargo.toml has {name}, and src uses it: {}; FOR_A_FEATURE has it: {exempt}",
            is_used(name)
        );
    }
    for (name, why) in FOR_A_FEATURE {
        let is_there = dependencies.iter().any(|known| known == name);
        assert!(is_there, "Cargo.toml no longer has {name} ({why})");
    }
}

#[test]
fn only_php_knows_php() {
    let source = source();
    let wrong: Vec<&str> = source
        .files_that_name("ext_php_rs")
        .into_iter()
        // The module that PHP loads must be declared at the root of the crate.
        .filter(|file| !file.starts_with("php/") && *file != "lib.rs")
        .collect();
    assert!(wrong.is_empty(), "these name ext_php_rs: {wrong:?}");
}

#[test]
fn the_zend_layer_knows_nothing_of_ours() {
    let zend = ["php".to_owned(), "zend".to_owned()];
    let wrong: Vec<String> = source()
        .imports()
        .into_iter()
        .filter(|import| import.from.starts_with(&zend) && !import.to.starts_with(&zend))
        .map(|import| format!("{} uses {}", import.file, name(&import.to)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// At each level: among the modules of the crate, among the files of each folder, and between a
/// folder's own code and what is in it.
#[test]
fn nothing_goes_in_circles() {
    let source = source();
    let imports = source.imports();
    let circles: Vec<String> = source
        .modules()
        .filter_map(|folder| circle(&level(&imports, folder)))
        .collect();
    assert!(circles.is_empty(), "\n{}", circles.join("\n"));
}

/// Who uses whom among a module and those right below it, each with all that is below it; and one
/// file that says so.
type Level = BTreeMap<Module, BTreeMap<Module, String>>;

fn level(imports: &BTreeSet<Import>, folder: &Module) -> Level {
    let mut level = Level::new();
    let part = |module: &Module| module[..module.len().min(folder.len() + 1)].to_vec();
    for import in imports {
        if !import.from.starts_with(folder) || !import.to.starts_with(folder) {
            continue;
        }
        let (from, to) = (part(&import.from), part(&import.to));
        if from != to {
            level
                .entry(from)
                .or_default()
                .entry(to)
                .or_insert_with(|| import.file.clone());
        }
    }
    level
}

/// A circle, if there is one.
fn circle(level: &Level) -> Option<String> {
    level.keys().find_map(|begin| {
        let mut before: BTreeMap<&Module, &Module> = BTreeMap::new();
        let mut open = vec![begin];
        while let Some(module) = open.pop() {
            for next in level.get(module).into_iter().flat_map(BTreeMap::keys) {
                if before.contains_key(next) {
                    continue;
                }
                before.insert(next, module);
                if next == begin {
                    return Some(describe(level, begin, &before));
                }
                open.push(next);
            }
        }
        None
    })
}

fn describe(level: &Level, begin: &Module, before: &BTreeMap<&Module, &Module>) -> String {
    let mut steps = Vec::new();
    let mut to = begin;
    loop {
        let from = before[to];
        steps.push(format!("{} (in {})", name(to), level[from][to]));
        to = from;
        if to == begin {
            break;
        }
    }
    steps.reverse();
    format!("{} → {}", name(begin), steps.join(" → "))
}
