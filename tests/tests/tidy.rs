//! The invariants of the house that no compiler checks: see ARCHITECTURE.md.

use migrate_tests::workspace;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// All Rust files below a folder.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut folders = vec![workspace().join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|end| end == "rs") => files.push(path),
                false => {}
            }
        }
    }
    assert!(!files.is_empty(), "no sources in {folder}");
    files
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The packages that one package is built from, itself not counted.
fn packages(package: &str, features: &str) -> BTreeSet<String> {
    let lines = tree(package, features, "none", "{p}");
    // `name v1.2.3 (where from) (*)`
    let package_of = |line: &str| {
        let mut words = line.split(' ');
        Some(format!("{} {}", words.next()?, words.next()?))
    };
    let all = lines.lines().filter_map(package_of);
    let own = format!("{package} ");
    all.filter(|name| !name.starts_with(&own)).collect()
}

/// What cargo says that a package is built from.
fn tree(package: &str, features: &str, prefix: &str, format: &str) -> String {
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--offline", "--prefix", prefix, "--format", format])
        .args(["--edges", "normal,build", "--package", package])
        .args(["--no-default-features", "--features", features])
        .current_dir(workspace());
    let output = tree.output().expect("cargo tree runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tree:?}: {errors}");
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// An application links the checks nowhere: who builds it needs them, and what it does when it runs does not.
#[test]
fn what_runs_migrations_is_built_without_their_checks() {
    let lines = tree(
        "migrate-runtime",
        "macros,postgres,mysql,sqlite",
        "depth",
        "{p} {f}",
    );
    let features_at = |start: &str| {
        let line = lines.lines().find(|line| line.starts_with(start));
        let line = line.unwrap_or_else(|| panic!("{start}: {lines}"));
        line.rsplit(' ').next().unwrap_or_default().to_owned()
    };
    assert_eq!(features_at("1migrate-core "), "postgres,sqlite");
    assert_eq!(features_at("2migrate-core "), "check,postgres,sqlite");
}

/// The macro is compiled before every crate that uses it.
#[test]
fn the_macro_is_light() {
    for (features, limit) in [("postgres", 28), ("postgres,sqlite", 42)] {
        let packages = packages("migrate-macros", features);
        assert!(
            packages.len() <= limit,
            "{features}: {} of {limit}: {packages:#?}",
            packages.len()
        );
    }
    let compiled = packages("migrate-macros", "postgres");
    let builds_c = compiled
        .iter()
        .filter(|name| name.starts_with("cc "))
        .count();
    assert_eq!(builds_c, 0, "with `postgres` alone nothing builds C");
}

/// `migrate-core` decides, `migrate-macros` decides early, `migrate-runtime` does, `migrate-cli`
/// shows.
#[test]
fn the_arrows_between_the_crates() {
    let ours = |package: &str, features: &str| -> Vec<String> {
        let packages = packages(package, features).into_iter();
        let ours = packages.filter(|name| name.starts_with("migrate-"));
        ours.map(|name| name.split(' ').next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(ours("migrate-core", "postgres,sqlite"), [""; 0]);
    assert_eq!(ours("migrate-macros", "postgres,sqlite"), ["migrate-core"]);
    assert_eq!(ours("migrate-runtime", "postgres,sqlite"), ["migrate-core"]);
    assert_eq!(
        ours("migrate-runtime", "macros"),
        ["migrate-core", "migrate-macros"]
    );
    assert!(!ours("migrate-cli", "").contains(&"migrate-macros".to_owned()));
}

/// The pure centre reads files in one place, has threads in two, and knows no clock, environment or process.
#[test]
fn the_core_is_pure() {
    for path in sources("migrate-core/src") {
        let text = text(&path);
        let forbidden = [
            "std::env",
            "std::time::Instant",
            "SystemTime",
            "std::process",
            "std::net",
            "async fn",
        ];
        for word in forbidden {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
        // Its tests make folders.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let reads = code.contains("std::fs");
        assert!(
            !reads || path.ends_with("disk.rs"),
            "{}: std::fs",
            path.display()
        );
        let may_have_threads = path.ends_with("parallel.rs") || path.ends_with("src/parse.rs");
        assert!(
            !text.contains("std::thread") || may_have_threads,
            "{}: std::thread",
            path.display()
        );
    }
}

/// A file that has grown too long has a concept that is not named yet.
#[test]
fn files_are_short_and_say_what_they_are() {
    let crates = [
        "migrate-core/src",
        "migrate-macros/src",
        "migrate-runtime/src",
        "migrate-cli/src",
        "tests",
    ];
    for path in crates.into_iter().flat_map(sources) {
        let text = text(&path);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
        let said = text.starts_with("//!") || text.starts_with("#![doc");
        assert!(said, "{} does not say what it is", path.display());
    }
}
