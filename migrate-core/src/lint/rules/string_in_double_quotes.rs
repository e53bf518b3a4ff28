//! `string-in-double-quotes`

use crate::catalog::{Key, Space};
use crate::ddl::alter::OperationKind;
use crate::ddl::table::{ColumnConstraintKind as Of, ColumnDef, ConstraintKind, KeyTarget};
use crate::ddl::{Name, Statement};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind, tokens};
use crate::lint::{Context, Example, Findings, Rule};
use crate::reader::unquote;
use std::ops::Range;

pub(super) static RULE: Rule = Rule {
    code: "string-in-double-quotes",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite],
    when: "A name in double quotes that is no column of the table, in a `CHECK`, a generated column, or the keys or condition of an index.",
    effect: "SQLite takes it for a text. A misspelt column makes a check that always or never holds, or an index of a constant. A SQLite that is built without this (`SQLITE_DQS=0`) refuses it, and cannot open the database at all then.",
    instead: "Put texts in single quotes, and names in double ones only if they need them.",
    bad: Example::new(
        "",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, state TEXT NOT NULL CHECK (state IN (\"new\", \"paid\")));",
    ),
    good: Example::new(
        "",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('new', 'paid')));",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (name, texts) = match context.statement() {
        Statement::CreateTable(create) => {
            let mut texts: Vec<_> = create.columns.iter().flat_map(of_column).collect();
            texts.extend(create.constraints.iter().filter_map(|it| match &it.kind {
                ConstraintKind::Check(text) => Some(&text.range),
                _ => None,
            }));
            (&create.name, texts)
        }
        Statement::AlterTable(alter) => {
            let columns = alter.operations.iter().filter_map(|it| match &it.kind {
                OperationKind::AddColumn { column, .. } => Some(column),
                _ => None,
            });
            (&alter.name, columns.flat_map(of_column).collect())
        }
        Statement::CreateIndex(create) => {
            let keys = create.definition.keys.iter();
            let keys = keys.map(|key| match &key.target {
                KeyTarget::Expression(text) => &text.range,
                KeyTarget::Column(name) => &name.range,
            });
            let predicate = create.definition.predicate.iter().map(|it| &it.range);
            (&create.table, keys.chain(predicate).collect())
        }
        _ => return,
    };
    let (table, _) = context.after().resolve(Space::Relation, name);
    for text in texts {
        for (range, name) in strings(context, &table, text) {
            let message = format!(
                "`{table}` has no column `{name}`, so that SQLite takes \"{name}\" for a text"
            );
            let help = format!("write '{name}' in single quotes, if it is one");
            findings.push(context.found(&range, message).help(help));
        }
    }
}

/// The expressions of a column.
fn of_column(column: &ColumnDef) -> Vec<&Range<usize>> {
    let constraints = column.constraints.iter();
    let texts = constraints.filter_map(|it| match &it.kind {
        Of::Check(text) => Some(&text.range),
        Of::Generated { expression, .. } => Some(&expression.range),
        _ => None,
    });
    texts.collect()
}

/// The names in double quotes that are certainly no columns, and where they stand in the statement.
fn strings(context: &Context<'_>, table: &Key, text: &Range<usize>) -> Vec<(Range<usize>, Name)> {
    let source = context.step.text.get(text.clone()).unwrap_or_default();
    let list: Vec<Token> = tokens(source, Dialect::Sqlite)
        .filter(|token| !token.kind.is_trivia())
        .collect();
    let written = |at: Option<usize>| {
        let token = at.and_then(|at| list.get(at));
        token
            .and_then(|it| source.get(it.range.clone()))
            .unwrap_or_default()
    };
    let mut found = Vec::new();
    for (at, token) in list.iter().enumerate() {
        let (this, before) = (written(Some(at)), written(at.checked_sub(1)));
        let is_part = before == "." || before.eq_ignore_ascii_case("collate");
        let is_other = matches!(written(Some(at + 1)), "." | "(");
        if token.kind != TokenKind::QuotedIdentifier
            || !this.starts_with('"')
            || is_part
            || is_other
        {
            continue;
        }
        let name = Name::quoted(&unquote(this), Dialect::Sqlite);
        if !name.is_system_column(Dialect::Sqlite)
            && context
                .after()
                .find(&table.column(name.clone()))
                .is_missing()
        {
            let start = text.start;
            found.push((start + token.range.start..start + token.range.end, name));
        }
    }
    found
}
