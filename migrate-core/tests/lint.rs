//! The rules: each by its own examples, and all by how they are written.

use migrate_core::diagnostic::{Code, Level};
use migrate_core::dialect::Dialect;
use migrate_core::folder::{CheckOptions, judge, load};
use migrate_core::judge::Levels;
use migrate_core::lint::{Example, RULES, Rule, lints_md};
use migrate_core::render::{Style, render};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The codes that are found in an example's migration, and the pictures of all. Of the rules that
/// are off by default only the example's own is on: they may ask for the opposite of each other.
fn found(rule: &Rule, example: &Example, dialect: Dialect) -> (BTreeSet<&'static str>, String) {
    let dir = tempfile::tempdir().expect("a folder");
    let before = ("1_before.sql", example.before);
    let migration = ("2_migration.sql", example.migration);
    let has_before = !example.before.is_empty();
    for (name, text) in [migration].into_iter().chain(has_before.then_some(before)) {
        fs::write(dir.path().join(name), text).expect("it can be written");
    }
    let folder = load(dir.path(), "migrations", dialect);
    let mut levels = Levels::default();
    let level = rule.level.max(Level::Warn);
    levels.set(rule.code, level).expect("it is a rule");
    let options = CheckOptions {
        levels,
        since: has_before.then(|| folder.since("1").expect("it is there")),
        ..CheckOptions::default()
    };
    let list = judge(&folder, dialect, &options);
    let pictures: Vec<String> = list
        .iter()
        .map(|it| render(it, &folder.sources, Style::Plain))
        .collect();
    let codes = list.iter().map(|it| it.code.as_str()).collect();
    (codes, pictures.join("\n\n"))
}

/// The databases that an example is tried for.
fn dialects(rule: &Rule, example: &Example) -> Vec<Dialect> {
    match example.dialect {
        Some(dialect) => vec![dialect],
        None => rule.dialects.to_vec(),
    }
}

#[test]
fn a_rule_fires_on_its_bad_example() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let mut expected: BTreeSet<&str> = rule.bad.also.iter().copied().collect();
        expected.insert(rule.code);
        for dialect in dialects(rule, &rule.bad) {
            let (codes, pictures) = found(rule, &rule.bad, dialect);
            if codes != expected {
                wrong.push(format!("{} ({dialect}): {codes:?}\n{pictures}", rule.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn all_rules_are_silent_on_good_examples() {
    let mut wrong = Vec::new();
    for rule in RULES {
        assert_eq!(rule.good.also, [] as [&str; 0], "{}", rule.code);
        for dialect in dialects(rule, &rule.good) {
            let (codes, pictures) = found(rule, &rule.good, dialect);
            if !codes.is_empty() {
                wrong.push(format!("{} ({dialect})\n{pictures}", rule.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_a_migration_has_made_itself_is_nobodys_problem() {
    let mut firing = BTreeSet::new();
    for rule in RULES.iter().filter(|rule| !rule.bad.before.is_empty()) {
        let both = format!("{}\n{}", rule.bad.before, rule.bad.migration);
        let all = Example {
            before: "",
            migration: both.leak(),
            ..rule.bad
        };
        for dialect in dialects(rule, &all) {
            if found(rule, &all, dialect).0.contains(rule.code) {
                firing.insert(rule.code);
            }
        }
    }
    assert_eq!(firing, BTreeSet::from(ABOUT_WHAT_IS_MADE));
}

/// The rules about what is made, and about what no server accepts.
const ABOUT_WHAT_IS_MADE: [&str; 40] = [
    "assignment-repeated",
    "char-type",
    "column-added-unique",
    "column-alignment",
    "column-drop-refused",
    "columns-by-position",
    "constraint-unvalidated",
    "database-dropped",
    "default-frozen",
    "definer-set",
    "domain-constrained",
    "enum-created",
    "enum-value-unordered",
    "foreign-key-mismatch",
    "foreign-key-unindexed",
    "grant-to-public",
    "index-duplicate",
    "integer-column",
    "integer-key",
    "json-type",
    "money-type",
    "name-reserved",
    "name-style",
    "name-too-long",
    "name-unqualified",
    "owner-changed",
    "policy-always-true",
    "primary-key-missing",
    "references-ignored",
    "routine-complex",
    "rule-created",
    "schema-overwritten",
    "search-path-set",
    "security-definer-search-path",
    "sequence-exhaustible",
    "serial-column",
    "statement-opaque",
    "time-with-zone",
    "timestamp-without-zone",
    "varchar-limit",
];

#[test]
fn every_rule_has_a_file_and_every_file_a_rule() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules");
    let files = fs::read_dir(sources).expect("the folder is there");
    let names = files.map(|file| file.expect("it can be read").file_name());
    let names = names.map(|name| name.to_string_lossy().replace(".rs", "").replace('_', "-"));
    let files: BTreeSet<String> = names.filter(|name| name != "mod").collect();
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.code.to_owned()).collect();
    assert_eq!(files, rules);
}

#[test]
fn rules_are_in_order_and_their_texts_are_sentences() {
    assert!(RULES.is_sorted(), "{RULES:?}");
    let codes: Vec<&str> = Code::all().map(Code::as_str).collect();
    let unique: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(codes.len(), unique.len(), "a code is there twice");
    for rule in RULES {
        assert!(!rule.dialects.is_empty(), "{}", rule.code);
        for text in [rule.when, rule.effect, rule.instead] {
            assert!(text.ends_with('.'), "{}: {text}", rule.code);
            assert!(!text.contains(['\n', '\t']), "{}: {text}", rule.code);
        }
        for example in [rule.bad, rule.good] {
            let texts = [example.before, example.migration];
            assert!(texts.iter().all(|text| text.trim_end() == *text));
        }
    }
}

#[test]
fn lints_md_is_what_the_rules_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../LINTS.md");
    let text = lints_md();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, &text).expect("it can be written");
    }
    let written = fs::read_to_string(&file).expect("it is there");
    assert!(
        written == text,
        "LINTS.md is not what the rules say: `UPDATE_GOLDEN=1` writes it anew"
    );
}
