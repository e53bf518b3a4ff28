//! `detach-not-concurrent`

use crate::catalog::{Catalog, Hold, Key, Kind, Space};
use crate::ddl::alter::OperationKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "detach-not-concurrent",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`DETACH PARTITION` without `CONCURRENTLY` of a table that was there before the migration and has no default partition, on PostgreSQL 14 and later.",
    effect: "The whole partitioned table is locked with ACCESS EXCLUSIVE until the migration has committed: the statement waits for every query of it that runs, and all that come later wait behind it.",
    instead: "Say `DETACH PARTITION … CONCURRENTLY`, which lets others read and write the other partitions. That cannot run in a transaction: give it a migration of its own.",
    bad: Example::new(
        "CREATE TABLE events (id bigint NOT NULL, year integer NOT NULL, PRIMARY KEY (id, year)) PARTITION BY RANGE (year);\nCREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM (2024) TO (2025);",
        "ALTER TABLE events DETACH PARTITION events_2024;",
    ),
    good: Example::new(
        "CREATE TABLE events (id bigint NOT NULL, year integer NOT NULL, PRIMARY KEY (id, year)) PARTITION BY RANGE (year);\nCREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM (2024) TO (2025);",
        "ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    // "CONCURRENTLY cannot be run within a transaction block and is not allowed if the partitioned table contains a
    // default partition" (manual, ALTER TABLE).
    if !context.is_any_from(14)
        || !context.has_rows(&table)
        || has_default(context.before(), &table)
    {
        return;
    }
    for operation in &alter.operations {
        let OperationKind::DetachPartition {
            partition,
            concurrently: false,
            finalize: false,
        } = &operation.kind
        else {
            continue;
        };
        let (key, _) = context.before().resolve(Space::Relation, partition);
        if context.is_old(&key) {
            let message = format!(
                "nobody can read or write `{table}`, and none of its partitions, until `{key}` is detached and the migration has committed"
            );
            let help = format!(
                "say `DETACH PARTITION {partition} CONCURRENTLY`, in a migration of its own"
            );
            findings.push(context.found(&operation.range, message).help(help));
        }
    }
}

fn has_default(catalog: &Catalog, table: &Key) -> bool {
    let users = catalog.users(table);
    let mut children = users.filter(|(_, hold)| *hold == Hold::Child);
    children.any(|(key, _)| match catalog.get(key).map(|it| &it.kind) {
        Some(Kind::Table(it)) => {
            let bound = it.partition_of.as_ref();
            bound.is_none_or(|(_, bound)| &**bound == "default")
        }
        _ => true,
    })
}
