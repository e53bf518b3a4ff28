//! `not-null-without-default`

use crate::catalog::Space;
use crate::catalog::types::{Base, normalise};
use crate::check::locks::Server;
use crate::ddl::Statement;
use crate::ddl::query::WriteKind;
use crate::ddl::table::ColumnConstraintKind as Of;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::definition::Definition;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "not-null-without-default",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "`ADD COLUMN … NOT NULL` without `DEFAULT`, to a table that was there before the migration, of which the migration does not fill the column.",
    effect: "The rows that are there silently get what the type has instead of null: '' or 0, the first member of an enum; where that is a date of zeros, MySQL refuses the statement once there is a row. Programs that run and do not know the column can insert nothing in strict mode.",
    instead: "Say which value the old rows have: `DEFAULT …`. Or add the column without `NOT NULL`, fill it, and make it `NOT NULL` then.",
    bad: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY);",
        "ALTER TABLE users ADD COLUMN country varchar(2) NOT NULL;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY);",
        "ALTER TABLE users ADD COLUMN country varchar(2) NOT NULL DEFAULT 'nl';",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, _)) = context.altered() else {
        return;
    };
    for definition in context.definitions() {
        let has_value = definition.says(|it| {
            matches!(
                it,
                Of::Default(_) | Of::AutoIncrement | Of::Generated { .. }
            )
        });
        let is_required = definition.says(|it| *it == Of::NotNull);
        let Some(value) = implicit(&definition) else {
            continue;
        };
        let refuses = |it: &Server| value == ZEROS && matches!(it, Server::Mysql(..));
        if definition.was.is_some() || has_value || !is_required || fills(context, &definition) {
            continue;
        }
        let name = &definition.column.name;
        let message = match context.servers.iter().all(refuses) {
            true => format!(
                "MySQL refuses this as soon as `{table}` has a row, which would get {value}"
            ),
            false => format!("every row of `{table}` silently gets {value} as its `{name}`"),
        };
        let finding = context.found(&definition.column.range, message);
        findings.push(finding.help("say which value they have: `DEFAULT …`"));
    }
}

/// MySQL refuses it by default (`NO_ZERO_DATE` in "Server SQL Modes" of its manual), MariaDB does not ("SQL_MODE"
/// of its own).
const ZEROS: &str = "a date of zeros";

/// What a row gets for a column of this type that has no default ("Data Type Default Values" in the manual).
fn implicit(definition: &Definition<'_>) -> Option<String> {
    let data_type = normalise(definition.column.data_type.as_ref()?, Dialect::Mysql);
    let Base::Builtin(name) = &data_type.base else {
        return None;
    };
    Some(match &**name {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float"
        | "double" | "bit" => "0".to_owned(),
        "enum" => "the first member".to_owned(),
        "date" | "datetime" | "timestamp" => ZEROS.to_owned(),
        "time" | "year" => "zero".to_owned(),
        name if name.contains("char") || name.ends_with("text") || name == "set" => "''".to_owned(),
        name if name.ends_with("blob") || name.ends_with("binary") => "''".to_owned(),
        _ => return None,
    })
}

/// Whether the migration gives the column its values afterwards.
fn fills(context: &Context<'_>, definition: &Definition<'_>) -> bool {
    context.later().any(|step| match &step.statement {
        Statement::Write(write) if write.kind == WriteKind::Update => {
            let table = write.table.as_ref();
            let is_it = |name| step.before.resolve(Space::Relation, name).0 == definition.table;
            table.is_none_or(is_it) && write.columns.contains(&definition.column.name)
        }
        _ => false,
    })
}
