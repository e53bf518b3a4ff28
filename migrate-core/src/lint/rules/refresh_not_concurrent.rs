//! `refresh-not-concurrent`

use crate::catalog::{Catalog, Key, Kind, Space};
use crate::check::locks::Work;
use crate::ddl::Statement;
use crate::ddl::object::Maintenance;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "refresh-not-concurrent",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`REFRESH MATERIALIZED VIEW` without `CONCURRENTLY` of a view that was there before the migration and has rows and a unique index, so that it could be said.",
    effect: "The view is locked with ACCESS EXCLUSIVE while its query runs, and until the migration has committed: nobody can read it.",
    instead: "Say `REFRESH MATERIALIZED VIEW CONCURRENTLY`, which compares old and new rows, and lets others read the old ones meanwhile.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);\nCREATE MATERIALIZED VIEW order_counts AS SELECT customer_id, count(*) AS orders FROM orders GROUP BY customer_id;\nCREATE UNIQUE INDEX order_counts_customer_id_key ON order_counts (customer_id);",
        "REFRESH MATERIALIZED VIEW order_counts;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);\nCREATE MATERIALIZED VIEW order_counts AS SELECT customer_id, count(*) AS orders FROM orders GROUP BY customer_id;\nCREATE UNIQUE INDEX order_counts_customer_id_key ON order_counts (customer_id);",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY order_counts;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Maintain(maintain) = context.statement() else {
        return;
    };
    if maintain.kind != Maintenance::Refresh || maintain.concurrently {
        return;
    }
    for target in &maintain.targets {
        let (view, _) = context.before().resolve(Space::Relation, target);
        let range = target.range();
        if context.work(&range) == Work::Rewrite && can_be_compared(context.before(), &view) {
            let message = format!("nobody can read `{view}` while its query runs");
            let help = format!("say `REFRESH MATERIALIZED VIEW CONCURRENTLY {target}`");
            findings.push(context.found(&range, message).help(help));
        }
    }
}

/// "This option may not be used when the materialized view is not already populated", and "is only allowed if there is at least one UNIQUE index on the materialized view which uses only column
/// names and includes all rows" (manual, REFRESH MATERIALIZED VIEW).
fn can_be_compared(catalog: &Catalog, view: &Key) -> bool {
    let object = catalog.get(view).map(|it| &it.kind);
    let is_populated = matches!(object, Some(Kind::View(it)) if it.populated);
    let mut indexes = catalog.indexes(view);
    let is_unique = indexes.any(|(_, index)| {
        let is_plain = index.key_columns().count() == index.keys.len();
        index.unique && index.predicate.is_none() && is_plain
    });
    is_populated && is_unique
}
