//! The planner, from tables: a folder, a history, a target, and what is to be done.
//!
//! A folder is written as `1 2 3`; a history as `1 2!modified 3@1`: applied, applied with other
//! SQL than the folder's, `~` with only another comment, stopped going up (`@`) or down (`%`)
//! after so many statements.

use migrate_core::checksum::{checksum, fingerprint, fingerprint_of_prefix};
use migrate_core::dialect::Dialect;
use migrate_core::history::{Applied, RowState, compare};
use migrate_core::migration::{Digest, Migration, Origin, Version};
use migrate_core::plan::{self, Action, Direction, Ended, Plan, Policy, Reaction, Refusal, Target};
use migrate_core::source::Text;
use migrate_core::stored;
use proptest::prelude::*;
use std::borrow::Cow;

const DIALECT: Dialect = Dialect::Postgres;

fn migration(version: &str) -> Migration {
    let script = |sql: String| stored::restore(version, &sql, DIALECT);
    let up = script(format!(
        "-- migrate:no-transaction\ncreate table t{version} (); select {version}; select 3"
    ));
    let down = script(format!("drop table t{version}"));
    Migration {
        version: Version::new(version),
        name: Text::from("m"),
        checksum: checksum(&[&up.file.text, &down.file.text]),
        fingerprint: fingerprint(&up, DIALECT),
        up,
        down: (!version.ends_with('9')).then_some(down),
        ..migration_defaults()
    }
}

/// What tests of the planner do not care for.
fn migration_defaults() -> Migration {
    let empty = || stored::restore("", "", DIALECT);
    Migration {
        version: Version::from_static("0"),
        name: Text::Static(""),
        up: empty(),
        down: None,
        irreversible: None,
        requires: Cow::Borrowed(&[]),
        checksum: Digest([0; 32]),
        fingerprint: Digest([0; 32]),
        origin: Origin::default(),
    }
}

fn folder(text: &str) -> Vec<Migration> {
    text.split_whitespace().map(migration).collect()
}

fn history(text: &str) -> Vec<Applied> {
    text.split_whitespace().map(row).collect()
}

fn row(text: &str) -> Applied {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (version, mark) = text.split_at(end);
    let migration = migration(version);
    let done = mark.get(1..).and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut row = Applied {
        version: Version::new(version),
        name: "m".to_owned(),
        applied_at: Some(0),
        checksum: migration.checksum.to_string(),
        execution_time_ms: Some(1),
        fingerprint: Some(migration.fingerprint.to_string()),
        state: RowState::Applied,
        statements_done: done,
        down_sql: migration
            .down
            .as_ref()
            .map(|down| stored::store(down, DIALECT)),
    };
    match mark.chars().next() {
        Some('!') => {
            row.checksum = "0".repeat(64);
            row.fingerprint = Some("0".repeat(64));
        }
        Some('~') => row.checksum = "0".repeat(64),
        Some('@') => {
            row.state = RowState::Applying;
            let prefix = fingerprint_of_prefix(&migration.up, done, DIALECT);
            row.fingerprint = Some(prefix.to_string());
        }
        Some('%') => row.state = RowState::Reverting,
        _ => {}
    }
    row
}

/// `+2` up, `-2` down, `=2` only recorded, `+2@1` from statement 1 on.
fn steps(plan: &Plan<'_>) -> String {
    let step = |step: &plan::Step<'_>| {
        let sign = match (&step.action, step.direction) {
            (Action::Run { .. }, Direction::Up) => "+",
            (Action::Run { .. }, Direction::Down) => "-",
            _ => "=",
        };
        let from = match &step.action {
            Action::Run { from, .. } if *from > 0 => format!("@{from}"),
            _ => String::new(),
        };
        format!("{sign}{}{from}", step.version)
    };
    plan.steps.iter().map(step).collect::<Vec<_>>().join(" ")
}

fn shown(plan: Result<Plan<'_>, Refusal>) -> String {
    match plan {
        Ok(plan) => steps(&plan),
        Err(refusal) => format!("error: {refusal}"),
    }
}

#[test]
fn up() {
    let to = |version: &str| Target::To(Version::new(version));
    let policy = Policy::default();
    for (files, rows, target, expected) in [
        ("1 2 3", "", Target::All, "+1 +2 +3"),
        ("1 2 3", "1", Target::All, "+2 +3"),
        ("1 2 3", "1 2 3", Target::All, ""),
        ("9 10", "9", Target::All, "+10"),
        ("1 2 3", "", Target::Count(2), "+1 +2"),
        ("1 2 3", "", to("2"), "+1 +2"),
        ("1 2 3", "1 2", to("1"), ""),
        ("1 2 3", "", to("002"), "+1 +2"),
        (
            "1 22",
            "",
            to("2"),
            "error: version `2` is not in the folder",
        ),
        (
            "1 2 3",
            "1 3",
            Target::All,
            "error: pending, but older than `3_m`, which is applied: `2_m`",
        ),
        (
            "1 2 3",
            "1! 2",
            Target::All,
            "error: modified after being applied: `1_m`",
        ),
        ("1 2 3", "1~ 2", Target::All, "+3"),
        (
            "1 3 4",
            "1 2 3",
            Target::All,
            "error: applied, but not in the folder: `2_m`",
        ),
        ("1 2", "1 2 3", Target::All, ""),
        ("", "1", Target::All, ""),
        ("1 2", "1 2@1", Target::All, "+2@1"),
        ("1 2", "1 2@0", Target::All, "+2"),
        (
            "1 2",
            "1 2%1",
            Target::All,
            "error: `2_m` stopped in the middle of rolling back (statements done: 1): it has to be finished first",
        ),
        (
            "1",
            "1 2@1",
            Target::All,
            "error: `2_m` stopped in the middle of going up (statements done: 1): its file is gone",
        ),
    ] {
        let (files, rows) = (folder(files), history(rows));
        let plan = plan::up(&files, &rows, &target, &policy, DIALECT);
        assert_eq!(shown(plan), expected, "{files:?} {rows:?} {target:?}");
    }
}

#[test]
fn a_half_done_migration_whose_beginning_changed_is_not_resumed() {
    let files = folder("1");
    let mut rows = history("1@1");
    rows[0].fingerprint = Some("0".repeat(64));
    let plan = plan::up(&files, &rows, &Target::All, &Policy::default(), DIALECT);
    assert_eq!(
        shown(plan),
        "error: `1_m` stopped in the middle of going up (statements done: 1): statements that have run already were changed in the file since"
    );
}

#[test]
fn down() {
    let to = |version: &str| Target::To(Version::new(version));
    for (files, rows, target, force, expected) in [
        ("1 2 3", "1 2 3", Target::Count(1), false, "-3"),
        ("1 2 3", "1 2 3", Target::All, false, "-3 -2 -1"),
        ("1 2 3", "1 2 3", to("1"), false, "-3 -2"),
        ("1 2 3", "", Target::Count(1), false, ""),
        (
            "1 2 3",
            "1",
            to("2"),
            false,
            "error: version `2` is not applied",
        ),
        (
            "1 2 3",
            "1 2!",
            Target::Count(1),
            false,
            "error: modified after being applied: `2_m`",
        ),
        ("1 2 3", "1! 2", Target::Count(1), false, "-2"),
        ("1 2 3", "1 2~", Target::Count(1), false, "-2"),
        // The file is gone: the stored script.
        ("1", "1 2", Target::Count(1), false, "-2"),
        (
            "9",
            "9",
            Target::Count(1),
            false,
            "error: `9_m` has no down script",
        ),
        ("9", "9", Target::Count(1), true, "=9"),
        (
            "1",
            "1 9",
            Target::Count(1),
            false,
            "error: `9_m` has no down script",
        ),
        (
            "1",
            "1@1",
            Target::Count(1),
            false,
            "error: `1_m` stopped in the middle of going up (statements done: 1): only a whole migration can be rolled back",
        ),
        ("1", "1%0", Target::Count(1), false, "-1"),
    ] {
        let (files, rows) = (folder(files), history(rows));
        let policy = Policy {
            force,
            ..Policy::default()
        };
        let plan = plan::down(&files, &rows, &target, &policy, DIALECT);
        assert_eq!(shown(plan), expected, "{files:?} {rows:?} {target:?}");
    }
}

#[test]
fn policies() {
    let policy = Policy {
        out_of_order: Reaction::Allow,
        modified: Reaction::Warn,
        missing: Reaction::Warn,
        newer: Reaction::Error,
        force: false,
    };
    let (files, rows) = (folder("1 2 3 5"), history("1! 3 4"));
    let plan = plan::up(&files, &rows, &Target::All, &policy, DIALECT).unwrap();
    assert_eq!(steps(&plan), "+2 +5");
    let warnings: Vec<&str> = plan.warnings.iter().map(|warning| warning.code()).collect();
    assert_eq!(warnings, ["modified", "missing"]);
    let rows = history("1 6");
    let plan = plan::up(&files, &rows, &Target::All, &policy, DIALECT);
    assert_eq!(
        shown(plan),
        "error: the database is newer than the folder: it has `6_m`"
    );
}

#[test]
fn baseline_and_repair() {
    let (files, rows) = (folder("1 2 3"), history("1"));
    let version = Version::new("2");
    let plan = plan::baseline(&files, &rows, &version, &Policy::default());
    assert_eq!(shown(plan), "=2");

    let (files, rows) = (folder("1 2 3 4"), history("1! 2~ 3 4@1"));
    let plan = plan::repair(&files, &rows, None, &|_| None, Dialect::Postgres);
    assert_eq!(shown(plan), "=1 =2");
    let four = Version::new("4");
    let not_applied = plan::repair(
        &files,
        &rows,
        Some(&four),
        &|_| Some(Ended::NotApplied),
        Dialect::Postgres,
    );
    let plan = not_applied.unwrap();
    assert_eq!(steps(&plan), "=4");
    assert_eq!(plan.steps[0].direction, Direction::Down);
}

#[test]
fn statuses() {
    let (files, rows) = (folder("1 2 3 4 6 7"), history("1 2! 3~ 5 6@1"));
    let entries = compare(&files, &rows);
    let statuses: Vec<String> = entries
        .iter()
        .map(|entry| format!("{} {}", entry.version, entry.status.as_str()))
        .collect();
    assert_eq!(
        statuses,
        [
            "1 applied",
            "2 modified",
            "3 edited",
            "4 out-of-order",
            "5 missing",
            "6 failed",
            "7 pending"
        ]
    );
}

/// What the history is after a plan has been carried out.
fn carry_out(plan: &Plan<'_>, rows: &mut Vec<Applied>) {
    for step in &plan.steps {
        match step.direction {
            Direction::Up => rows.push(row(step.version.as_str())),
            Direction::Down => rows.retain(|row| row.version != *step.version),
        }
    }
}

proptest! {
    #[test]
    fn down_undoes_up(files in 0usize..12, applied in 0usize..12, count in 0usize..12) {
        // Versions that do not end in 9 have a down script.
        let version = |n: &usize| (n * 10 + 1).to_string();
        let files: Vec<Migration> = (0..files).map(|n| migration(&version(&n))).collect();
        let before: Vec<Applied> = files
            .iter()
            .take(applied)
            .map(|migration| row(migration.version.as_str()))
            .collect();
        let mut rows = before.clone();
        let policy = Policy::default();
        let up = plan::up(&files, &before, &Target::Count(count), &policy, DIALECT).unwrap();
        carry_out(&up, &mut rows);
        let after_up = rows.clone();
        let back = Target::Count(up.steps.len());
        let down = plan::down(&files, &after_up, &back, &policy, DIALECT).unwrap();
        carry_out(&down, &mut rows);
        prop_assert_eq!(&rows, &before);
        prop_assert_eq!(after_up.len(), (before.len() + count).min(files.len()));
    }

    #[test]
    fn nothing_is_planned_twice(files in 0usize..12, out in proptest::collection::vec(any::<bool>(), 12)) {
        let files: Vec<Migration> = (0..files).map(|n| migration(&(n * 10 + 1).to_string())).collect();
        let mut rows: Vec<Applied> = files
            .iter()
            .zip(&out)
            .filter(|(_, applied)| **applied)
            .map(|(migration, _)| row(migration.version.as_str()))
            .collect();
        let policy = Policy { out_of_order: Reaction::Allow, ..Policy::default() };
        let before = rows.clone();
        let up = plan::up(&files, &before, &Target::All, &policy, DIALECT).unwrap();
        carry_out(&up, &mut rows);
        prop_assert_eq!(rows.len(), files.len());
        let again = plan::up(&files, &rows, &Target::All, &policy, DIALECT).unwrap();
        prop_assert!(again.steps.is_empty());
    }
}
