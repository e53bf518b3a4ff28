//! `zero-date-default`

use crate::catalog::types::{Base, Type, normalise};
use crate::ddl::table::ColumnConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "zero-date-default",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "`DEFAULT '0000-00-00'`, or `0`, of a date or time.",
    effect: "MySQL refuses it unless its `sql_mode` lacks `NO_ZERO_DATE`; then each later change of the table is refused where the mode has it. Drivers cannot read such dates.",
    instead: "Let the column be null where there is no date, or let it begin with the time of the insert: `DEFAULT CURRENT_TIMESTAMP`.",
    bad: Example::new(
        "",
        "CREATE TABLE visits (id bigint NOT NULL PRIMARY KEY, ended datetime NOT NULL DEFAULT '0000-00-00 00:00:00');",
    ),
    good: Example::new(
        "",
        "CREATE TABLE visits (id bigint NOT NULL PRIMARY KEY, ended datetime NULL);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let Some(written) = &definition.column.data_type else {
            continue;
        };
        let data_type = normalise(written, Dialect::Mysql);
        let constraints = definition.column.constraints.iter();
        let zero = constraints.filter(|it| match &it.kind {
            ColumnConstraintKind::Default(text) => is_zero(&text.canonical),
            _ => false,
        });
        for constraint in zero.filter(|_| is_date(&data_type)) {
            let message = format!(
                "no driver can read the date that `{}` begins with, and strict mode refuses it",
                definition.key()
            );
            let help = "let it be null, or say `DEFAULT CURRENT_TIMESTAMP`";
            let finding = context.found(&constraint.range, message).help(help);
            findings.push(finding.lasting(definition.key(), |catalog, key| {
                let column = columns::column(catalog, key);
                column.is_some_and(|it| {
                    is_date(&it.data_type) && it.default.as_ref().is_some_and(|it| is_zero(it))
                })
            }));
        }
    }
}

fn is_date(data_type: &Type) -> bool {
    match &data_type.base {
        Base::Builtin(name) => matches!(&**name, "date" | "datetime" | "timestamp"),
        _ => false,
    }
}

/// Whether a date has no month or no day.
fn is_zero(default: &str) -> bool {
    let text = default.trim_matches(['\'', '"']);
    text == "0" || text.starts_with("0000-00-00")
}
