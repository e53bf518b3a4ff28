//! `cascade-dropped`

use crate::catalog::{ChangeKind, Hold, Key, Object};
use crate::ddl::Statement;
use crate::ddl::alter::OperationKind;
use crate::ddl::object::ObjectKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};
use std::ops::Range;
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    code: "cascade-dropped",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`DROP … CASCADE` that takes along what the migration does not name: views, foreign keys of other tables, columns of a type.",
    effect: "What goes depends on what is there when the migration runs, so that on another database it is something else. Columns go with what they hold, and views are not there for those who read them.",
    instead: "Drop what is in the way by name first, and then leave `CASCADE` out: the server refuses if anything was overlooked.",
    bad: Example::new(
        "CREATE TYPE mood AS ENUM ('good', 'bad');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood);",
        "DROP TYPE mood CASCADE;",
    ),
    good: Example::new(
        "CREATE TYPE mood AS ENUM ('good', 'bad');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood);",
        "-- migrate:allow column-dropped nobody has read it since release 4.2\nALTER TABLE people DROP COLUMN mood;\nDROP TYPE mood;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let cascades: Vec<Range<usize>> = match context.statement() {
        Statement::Drop(drop) if drop.cascade && drop.kind != ObjectKind::Schema => drop
            .targets
            .iter()
            .map(|target| target.name.range())
            .collect(),
        Statement::AlterTable(alter) => {
            let ranges = alter.operations.iter().filter_map(|it| match &it.kind {
                OperationKind::DropColumn {
                    name,
                    cascade: true,
                    ..
                }
                | OperationKind::DropConstraint {
                    name,
                    cascade: true,
                    ..
                } => Some(name.range.clone()),
                _ => None,
            });
            ranges.collect()
        }
        _ => return,
    };
    for range in cascades {
        let taken = taken(context, &range);
        if taken.is_empty() {
            continue;
        }
        let all: Vec<String> = taken
            .iter()
            .map(|(key, object)| format!("{} `{key}`", object.object_kind().as_str()))
            .collect();
        let shown = all
            .iter()
            .take(3)
            .cloned()
            .collect::<Vec<String>>()
            .join(", ");
        let message = match all.len() {
            0..=3 => format!("this also drops {shown}"),
            more => format!("this also drops {shown} and {} more", more - 3),
        };
        let finding = context.found(&range, message);
        findings.push(finding.help("drop those by name first, and leave out `CASCADE`"));
    }
}

/// What goes only because of `CASCADE`: it uses what is dropped, and would have stood in the way.
fn taken(context: &Context<'_>, range: &Range<usize>) -> Vec<(Key, Arc<Object>)> {
    let here = context
        .changes()
        .iter()
        .filter(|change| change.range == *range);
    let dropped = here.filter_map(|change| match &change.kind {
        ChangeKind::Drop(object) => Some((change.key.clone(), object.clone())),
        _ => None,
    });
    // What is named is the last to go.
    let mut dropped: Vec<(Key, Arc<Object>)> = dropped.collect();
    let Some((named, _)) = dropped.last().cloned() else {
        return Vec::new();
    };
    let keys: Vec<Key> = dropped.iter().map(|(key, _)| key.clone()).collect();
    let stands = |key: &Key| {
        let mut used = keys.iter().flat_map(|used| context.before().users(used));
        used.any(|(user, hold)| user == key && hold == Hold::Firm)
    };
    let is_alone = |key: &Key| key.part.is_none() || !keys.contains(&key.whole());
    dropped.retain(|(key, _)| {
        !key.is_within(&named) && is_alone(key) && stands(key) && context.is_old(key)
    });
    dropped
}
