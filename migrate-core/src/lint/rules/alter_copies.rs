//! `alter-copies`

use crate::check::locks::Algorithm;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, online};

pub(super) static RULE: Rule = Rule {
    code: "alter-copies",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "A change of a table that was there before the migration, which MySQL and MariaDB make with `ALGORITHM = COPY`: another type of a column, a foreign key while `foreign_key_checks` is 1, another character set.",
    effect: "All rows are written to a new table, one by one, and nobody can write to the old one until that is done. It takes the space of the table once more, and replicas do it again after the source is through.",
    instead: "Where a column's type has to change, add a new column, fill it in steps, and drop the old one. Or have a tool do it that copies while others write (gh-ost, pt-online-schema-change). Small tables may be copied: say so in the migration.",
    bad: Example::new(
        "CREATE TABLE visits (id bigint NOT NULL PRIMARY KEY, pages int NOT NULL);",
        "ALTER TABLE visits MODIFY pages bigint NOT NULL;",
    ),
    good: Example::new(
        "CREATE TABLE visits (id bigint NOT NULL PRIMARY KEY, pages int NOT NULL);",
        "ALTER TABLE visits ADD COLUMN pages_long bigint;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for change in online::changes(context) {
        if change.online.algorithm == Some(Algorithm::Copy) {
            let message = format!(
                "nobody can write to `{}` until all of it is copied",
                change.relation
            );
            let help = "say so if the table is small: `-- migrate:allow alter-copies <why>`";
            findings.push(context.found(&change.range, message).help(help));
        }
    }
}
