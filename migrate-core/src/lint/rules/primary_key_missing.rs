//! `primary-key-missing`

use crate::catalog::ChangeKind;
use crate::catalog::Found;
use crate::catalog::Key;
use crate::catalog::Kind;
use crate::catalog::PartKind;
use crate::catalog::object::Rule as Says;
use crate::ddl::Name;
use crate::ddl::Statement;
use crate::ddl::table::Persistence;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Check, Example, Findings, Rule, Whole};

pub(super) static RULE: Rule = Rule {
    code: "primary-key-missing",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Mysql],
    when: "A table is created without a primary key.",
    effect: "Two rows may be the same, and then neither can be changed alone. On PostgreSQL, logical replication refuses to update or delete its rows; on MySQL and MariaDB, each change that is replicated by row searches the table, and a cluster refuses them.",
    instead: "Give it a primary key: the columns that tell its rows apart, or `id bigint GENERATED ALWAYS AS IDENTITY`.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE visits (shop_id bigint NOT NULL, seen_at bigint NOT NULL);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE visits (shop_id bigint NOT NULL, seen_at bigint NOT NULL, PRIMARY KEY (shop_id, seen_at));",
    ),
    check: Check::Migration(check),
};

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for (at, step) in whole.replayed.up.iter().enumerate() {
        if !matches!(step.statement, Statement::CreateTable(_)) {
            continue;
        }
        for change in &step.applied.changes {
            let ChangeKind::Create(object) = &change.kind else {
                continue;
            };
            if matches!(object.kind, Kind::Table(_))
                && is_bare(whole, &named_at_end(whole, at, &change.key))
            {
                let message = format!(
                    "`{}` has no primary key by which its rows are told apart",
                    change.key
                );
                let finding = whole.found(step, &change.range, message);
                findings.push(
                    finding
                        .help("give it one: the columns that are unique, or a column of numbers"),
                );
            }
        }
    }
}

/// What a table is called after all that follows.
fn named_at_end(whole: &Whole<'_>, created: usize, key: &Key) -> Key {
    let later = whole.replayed.up.iter().skip(created);
    let changes = later.flat_map(|step| &step.applied.changes);
    changes.fold(key.clone(), |key, change| match &change.kind {
        ChangeKind::Rename(to) if change.key == key => to.clone(),
        _ => key,
    })
}

/// Whether it is certain that such a table is there, and has no primary key.
fn is_bare(whole: &Whole<'_>, key: &Key) -> bool {
    let end = whole.end();
    let Found::Here(object) = end.find(key) else {
        return false;
    };
    let Kind::Table(table) = &object.kind else {
        return false;
    };
    let is_plain = table.persistence != Persistence::Temporary
        && !table.foreign
        && table.partition_of.is_none()
        && table.inherits.is_empty();
    // What `LIKE … INCLUDING ALL` has brought along is not known.
    let constraint = key.part(PartKind::Constraint, Name::exact(""));
    let mut constraints = end.constraints(key);
    is_plain
        && end.find(&constraint).is_missing()
        && !constraints.any(|(_, it)| matches!(it.rule, Says::PrimaryKey { .. }))
}
