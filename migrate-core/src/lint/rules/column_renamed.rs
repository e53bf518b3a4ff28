//! `column-renamed`

use crate::catalog::{ChangeKind, Found, Kind, PartKind};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "column-renamed",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
    when: "A column of a table or view that was there before the migration gets another name, and no other column has its name at the end of the migration.",
    effect: "Programs that were started before the migration fail when they name the column, and so do those that are started with the old code while it is rolled out.",
    instead: "Add a column of the new name, let programs write both, copy the rows, let programs read the new one, and drop the old one in a later release; or give a view the new name.",
    bad: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text);",
        "ALTER TABLE users RENAME COLUMN name TO full_name;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text);",
        "ALTER TABLE users ADD COLUMN full_name text;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    // Partitions and children have what their parent has; it is said once.
    let renamed = context
        .changes()
        .iter()
        .find_map(|change| match &change.kind {
            ChangeKind::Rename(to) if context.is_old(&change.key) => Some((change, to)),
            _ => None,
        });
    let Some((change, to)) = renamed else { return };
    let column = change.key.part.as_ref();
    if column.is_none_or(|part| part.kind != PartKind::Column) {
        return;
    }
    // Another one may have taken its name.
    if matches!(context.end().find(&change.key), Found::Here(_)) {
        return;
    }
    // A view whose columns are not all known may have it.
    let whole = context.end().get(&change.key.whole()).map(|it| &it.kind);
    if matches!(whole, Some(Kind::View(view)) if view.columns.is_none()) {
        return;
    }
    let message = format!(
        "whoever still names `{}` fails once it is `{}`",
        change.key,
        to.own_name()
    );
    let help = format!(
        "add `{}` beside it, and drop the old one when no running program names it any more",
        to.own_name()
    );
    findings.push(context.found(&change.range, message).help(help));
}
