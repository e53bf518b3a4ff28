//! `default-quoted`

use crate::ddl::table::ColumnConstraintKind;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, columns};

pub(super) static RULE: Rule = Rule {
    code: "default-quoted",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite],
    when: "A default that is a keyword in quotes: `DEFAULT 'CURRENT_TIMESTAMP'`, `'NULL'`, `'now()'`; `'true'` or `'false'` of a column that is no text.",
    effect: "Rows get the word itself as text, not the time or the value. `'true'` counts as false in a condition, as any text that is no number.",
    instead: "Write it without quotes: `DEFAULT CURRENT_TIMESTAMP`, `DEFAULT TRUE`.",
    bad: Example::new(
        "",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, created_at DATETIME NOT NULL DEFAULT 'CURRENT_TIMESTAMP');",
    ),
    good: Example::new(
        "",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for definition in context.definitions() {
        let written = definition.column.data_type.as_ref();
        let data_type = written.map(|it| it.name.to_string().to_lowercase());
        let data_type = data_type.unwrap_or_default();
        for constraint in &definition.column.constraints {
            let ColumnConstraintKind::Default(text) = &constraint.kind else {
                continue;
            };
            let Some(word) = quoted(&text.canonical) else {
                continue;
            };
            let lower = word.to_lowercase();
            let (is_keyword, instead) = match &*lower {
                "current_timestamp" | "current_date" | "current_time" | "null" => {
                    (true, word.to_uppercase())
                }
                "now()" => (true, "CURRENT_TIMESTAMP".to_owned()),
                "true" | "false" => (data_type.starts_with("bool"), lower.to_uppercase()),
                _ => (false, String::new()),
            };
            if is_keyword {
                let message = format!(
                    "new rows get the text '{word}' as `{}`, not its value",
                    context.finally(&definition.key())
                );
                let help = format!("write it without quotes: `DEFAULT {instead}`");
                let finding = context.found(&constraint.range, message).help(help);
                let default = text.canonical.clone();
                findings.push(finding.lasting(definition.key(), move |catalog, key| {
                    let column = columns::column(catalog, key);
                    column.is_some_and(|it| it.default.as_deref() == Some(&*default))
                }));
            }
        }
    }
}

/// What stands in quotes; SQLite takes what has double ones for text here, too.
fn quoted(default: &str) -> Option<&str> {
    let inside = |quote| default.strip_prefix(quote)?.strip_suffix(quote);
    inside('\'').or_else(|| inside('"'))
}
