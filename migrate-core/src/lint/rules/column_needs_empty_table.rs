//! `column-needs-empty-table`

use crate::ddl::alter::OperationKind;
use crate::ddl::table::{ColumnConstraintKind as Of, ColumnDef};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lex::{TokenKind, tokens};
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "column-needs-empty-table",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite],
    when: "`ADD COLUMN` that is `NOT NULL` without a default, has a default that is computed (`CURRENT_TIMESTAMP`, an expression in parentheses), refers to another table with a default that is not null (where foreign keys are on), or is generated and `STORED`, to a table that was there before the migration.",
    effect: "SQLite accepts it while the table is empty, as it is in tests, and refuses it once it has a row.",
    instead: "Add the column with a constant default, or without `NOT NULL`, and fill it with `UPDATE`. What cannot be said so needs a new table, to which the rows are copied.",
    bad: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY); INSERT INTO users (id) VALUES (1);",
        "ALTER TABLE users ADD COLUMN created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP;",
    ),
    good: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY); INSERT INTO users (id) VALUES (1);",
        "ALTER TABLE users ADD COLUMN created_at TEXT;\nUPDATE users SET created_at = CURRENT_TIMESTAMP WHERE created_at IS NULL;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((table, alter)) = context.altered() else {
        return;
    };
    for operation in &alter.operations {
        let OperationKind::AddColumn { column, .. } = &operation.kind else {
            continue;
        };
        if let Some((why, help)) = obstacle(column) {
            let message = format!("SQLite refuses this as soon as `{table}` has a row: {why}");
            findings.push(context.found(&operation.range, message).help(help));
        }
    }
}

/// Why SQLite would refuse the column (`sqlite3ErrorIfNotEmpty` in alter.c).
fn obstacle(column: &ColumnDef) -> Option<(&'static str, &'static str)> {
    let kinds = || column.constraints.iter().map(|it| &it.kind);
    let default = kinds().find_map(|it| match it {
        Of::Default(text) => Some(&*text.canonical),
        _ => None,
    });
    let default = default.filter(|text| *text != "null");
    let is_generated = kinds().any(|it| matches!(it, Of::Generated { .. }));
    if kinds().any(|it| matches!(it, Of::Generated { stored: true, .. })) {
        let help = "make it `VIRTUAL`";
        return Some(("what is generated would have to be stored", help));
    }
    if default.is_some_and(is_computed) {
        let help = "leave the default out, and fill the column with `UPDATE`";
        return Some(("its default is no constant", help));
    }
    if kinds().any(|it| *it == Of::NotNull) && default.is_none() && !is_generated {
        let help = "give it a default that is a constant";
        return Some(("its rows would have null there", help));
    }
    if kinds().any(|it| matches!(it, Of::References(_))) && default.is_some() {
        let help = "leave the default out, and fill the column with `UPDATE`";
        return Some((
            "where foreign keys are on, what refers to another table begins as null",
            help,
        ));
    }
    None
}

/// Whether a default is anything but a literal, one with a sign or in a cast, or a name that is taken for a text
/// (`valueFromExpr` in vdbemem.c, by which `sqlite3AlterFinishAddColumn` asks for its value).
fn is_computed(text: &str) -> bool {
    use TokenKind::{CloseParen, Number, OpenParen, QuotedIdentifier, String, Symbol, Word};
    let list = tokens(text, Dialect::Sqlite).filter(|token| !token.kind.is_trivia());
    // Parentheses around it change nothing.
    let list = list.filter(|token| !matches!(token.kind, OpenParen | CloseParen));
    let words = list.map(|token| (token.kind, text.get(token.range).unwrap_or_default()));
    let is_sign = |it: &(TokenKind, &str)| matches!(*it, (Symbol, "+" | "-"));
    let words: Vec<(TokenKind, &str)> = words.skip_while(is_sign).collect();
    let is_constant = match &words[..] {
        [(Word, word)] => !word.starts_with("current_"),
        [(String | Number | QuotedIdentifier, _)] => true,
        [(Word, "cast"), value, (Word, "as"), ..] => matches!(value.0, String | Number),
        _ => false,
    };
    !is_constant
}
