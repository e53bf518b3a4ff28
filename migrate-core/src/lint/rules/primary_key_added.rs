//! `primary-key-added`

use crate::check::locks::Work;
use crate::ddl::alter::OperationKind;
use crate::ddl::table::ConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "primary-key-added",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A primary key is added to a table that was there before the migration, and its index is built, or its columns are searched for nulls.",
    effect: "The table is locked with ACCESS EXCLUSIVE all the while, and until the migration has committed: nobody can read or write it. Two rows that are alike, or one null, make the migration fail.",
    instead: "Make the columns `NOT NULL` and build a unique index with `CREATE UNIQUE INDEX CONCURRENTLY`, each in migrations of their own. Then `ADD CONSTRAINT … PRIMARY KEY USING INDEX` looks at no row.",
    bad: Example::new(
        "CREATE TABLE events (id bigint NOT NULL, note text);",
        "ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id);",
    ),
    good: Example::new(
        "CREATE TABLE events (id bigint NOT NULL, note text);\nCREATE UNIQUE INDEX events_pkey ON events (id);",
        "ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_pkey;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    for operation in &alter.operations {
        let OperationKind::AddConstraint { constraint, .. } = &operation.kind else {
            continue;
        };
        let ConstraintKind::PrimaryKey(key) = &constraint.kind else {
            continue;
        };
        let works: Vec<Work> = context
            .touched(&constraint.range)
            .map(|touch| touch.work)
            .collect();
        let (what, help) = if works.contains(&Work::Index) {
            let help = match context.is_partitioned(&table) {
                // There `USING INDEX` is not supported (manual, ALTER TABLE).
                true => "keep it for an hour when nobody needs the table",
                false => {
                    "first `CREATE UNIQUE INDEX CONCURRENTLY`, in a migration of its own; then `PRIMARY KEY USING INDEX`"
                }
            };
            ("the index of its key is built", help)
        } else if works.contains(&Work::Scan) && key.using_index.is_some() {
            let help = "make the columns `NOT NULL` first, by a check that is `NOT VALID`, and validated in another migration";
            ("every row of it is searched for nulls", help)
        } else {
            continue;
        };
        let message = format!("nobody can read or write `{table}` while {what}");
        findings.push(context.found(&constraint.range, message).help(help));
    }
}
