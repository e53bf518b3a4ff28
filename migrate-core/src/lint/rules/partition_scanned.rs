//! `partition-scanned`

use crate::catalog::Space;
use crate::check::locks::Work;
use crate::ddl::Statement;
use crate::ddl::alter::OperationKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "partition-scanned",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A table with rows becomes a partition, and no check says that they belong there; or a table with a default partition gets another partition, and no check says that the default one has no row of it.",
    effect: "The partition, or the default one, is locked with ACCESS EXCLUSIVE while every row of it is looked at, and until the migration has committed: nobody can read or write it, and no query of the whole table that needs it gets on.",
    instead: "Add a check that says the same as the bound, with `NOT VALID`, and `VALIDATE CONSTRAINT` in another migration: then no row is looked at. The check can be dropped afterwards.",
    bad: Example::new(
        "CREATE TABLE events (id bigint NOT NULL, year integer NOT NULL, PRIMARY KEY (id, year)) PARTITION BY RANGE (year);\nCREATE TABLE events_2024 (id bigint NOT NULL, year integer NOT NULL, PRIMARY KEY (id, year));",
        "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM (2024) TO (2025);",
    ),
    good: Example::new(
        "CREATE TABLE events (id bigint NOT NULL, year integer NOT NULL, PRIMARY KEY (id, year)) PARTITION BY RANGE (year);\nCREATE TABLE events_2024 (id bigint NOT NULL, year integer NOT NULL, PRIMARY KEY (id, year), CONSTRAINT events_2024_year CHECK (year >= 2024 AND year < 2025));",
        "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM (2024) TO (2025);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let partition = |name| context.before().resolve(Space::Relation, name).0;
    match context.statement() {
        Statement::AlterTable(alter) => {
            for operation in &alter.operations {
                if let OperationKind::AttachPartition {
                    partition: name, ..
                } = &operation.kind
                {
                    let attached = partition(name);
                    let touched = context.touched(&operation.range);
                    for touch in touched.filter(|touch| touch.work == Work::Scan) {
                        let relation = &touch.relation;
                        let help = match *relation == attached {
                            true => "let a valid check say the same as the bound before: add it `NOT VALID`, and validate it in another migration".to_owned(),
                            false => default_help(&relation.to_string()),
                        };
                        let message = format!(
                            "nobody can read or write `{relation}` while every row of it is looked at"
                        );
                        findings.push(context.found(&operation.range, message).help(help));
                    }
                }
            }
        }
        Statement::CreateTable(create) => {
            let Some((parent, _)) = &create.partition_of else {
                return;
            };
            let range = parent.range();
            let touched = context.touched(&range);
            for touch in touched.filter(|touch| touch.work == Work::Scan) {
                let message = format!(
                    "nobody can read or write `{}` while every row of it is looked at, whether it belongs to the new partition",
                    touch.relation
                );
                let help = default_help(&touch.relation.to_string());
                findings.push(context.found(&range, message).help(help));
            }
        }
        _ => {}
    }
}

fn default_help(default: &str) -> String {
    format!(
        "let a valid check of `{default}`, the default partition, say before that it has no such row: add it `NOT VALID`, and validate it in another migration"
    )
}
