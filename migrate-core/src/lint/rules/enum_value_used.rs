//! `enum-value-used`

use crate::catalog::types::Base;
use crate::catalog::{ChangeKind, Found, Key, Kind, Space};
use crate::ddl::Name;
use crate::ddl::Qualified;
use crate::ddl::Statement;
use crate::ddl::object::TypeChange;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lex::TokenKind;
use crate::lint::{Context, Example, Findings, Rule};
use crate::reader::Reader;
use crate::reader::unquote;
use std::ops::Range;

pub(super) static RULE: Rule = Rule {
    code: "enum-value-used",
    level: Level::Deny,
    dialects: &[Dialect::Postgres],
    when: "A value that `ALTER TYPE … ADD VALUE` has added to an enum is used in the same transaction.",
    effect: "PostgreSQL refuses it: `unsafe use of new value`. The migration fails whenever it is run.",
    instead: "Add the value in a migration of its own, before the one that uses it.",
    bad: Example::new(
        "CREATE TYPE status AS ENUM ('open', 'closed');\nCREATE TABLE orders (id bigint PRIMARY KEY, status status NOT NULL);",
        "ALTER TYPE status ADD VALUE 'paid' AFTER 'open';\nUPDATE orders SET status = 'paid' WHERE id = 1;",
    ),
    good: Example::new(
        "CREATE TYPE status AS ENUM ('open', 'paid', 'closed');\nCREATE TABLE orders (id bigint PRIMARY KEY, status status NOT NULL);",
        "UPDATE orders SET status = 'paid' WHERE id = 1;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_transactional() {
        return;
    }
    for (key, label) in added(context) {
        if let Some(range) = used(context, &key, &label) {
            let message = format!(
                "the server refuses `{label}` in the transaction that has added it to `{key}`"
            );
            let finding = context.found(&range, message);
            findings.push(finding.help("add the value in a migration of its own, before this one"));
        }
    }
}

/// The values that the migration has added so far. One that is added to an enum of the same
/// transaction may be used (manual, ALTER TYPE).
fn added(context: &Context<'_>) -> Vec<(Key, String)> {
    let labels = context.earlier().iter().filter_map(|step| {
        let Statement::AlterType(alter) = &step.statement else {
            return None;
        };
        let TypeChange::AddValue { label, .. } = &alter.change else {
            return None;
        };
        let (key, found) = step.before.resolve(Space::Type, &alter.name);
        let is_known = matches!(found, Found::Here(_)) && !context.so_far.is_new(&key);
        let is_added = step.applied.changes.iter().any(|change| change.key == key);
        (is_known && is_added).then(|| (key, label.text.to_string()))
    });
    labels.collect()
}

/// Where a value is certainly read as one of the enum: in a cast to it, beside a column of it, as the default
/// of one. Text in functions is read when they are called.
fn used(context: &Context<'_>, of: &Key, label: &str) -> Option<Range<usize>> {
    let table = match context.statement() {
        Statement::Write(write) => write.table.as_ref(),
        Statement::AlterTable(alter) => Some(&alter.name),
        Statement::CreateTable(create) => Some(&create.name),
        Statement::CreateIndex(index) => Some(&index.table),
        Statement::Query(_) => None,
        _ => return None,
    };
    let literal = format!("'{}'", label.replace('\'', "''"));
    default(context, of, &literal).or_else(|| compared(context, of, table, &literal))
}

fn default(context: &Context<'_>, of: &Key, literal: &str) -> Option<Range<usize>> {
    let changed = context.changes().iter().find(|change| match &change.kind {
        ChangeKind::Create(to) | ChangeKind::Alter { to, .. } => match &to.kind {
            Kind::Column(column) => {
                column.data_type.base == Base::User(of.clone())
                    && column.default.as_deref() == Some(literal)
            }
            _ => false,
        },
        _ => false,
    });
    changed.map(|change| change.range.clone())
}

fn compared(
    context: &Context<'_>,
    of: &Key,
    table: Option<&Qualified>,
    literal: &str,
) -> Option<Range<usize>> {
    let after = &context.step.applied.catalog;
    let table = table.map(|name| after.resolve(Space::Relation, name).0);
    let is_column = |name: Name| {
        let key = table.as_ref().map(|table| table.column(name));
        let found = key.map(|key| after.find(&key));
        matches!(found, Some(Found::Here(it)) if matches!(&it.kind, Kind::Column(it) if it.data_type.base == Base::User(of.clone())))
    };
    let mut words = context.words();
    let (mut column, mut operator) = (false, false);
    while let Some(token) = words.advance() {
        let text = context
            .step
            .text
            .get(token.range.clone())
            .unwrap_or_default();
        if token.kind == TokenKind::String && text == literal {
            let is_cast = words.clone().eat_any(&["::", ": :"]) && casts_to(context, &words, of);
            if operator || is_cast {
                return Some(token.range);
            }
        }
        operator = column && matches!(text, "=" | "<>" | "!=");
        column = match token.kind {
            TokenKind::Word => is_column(Name::unquoted(text, Dialect::Postgres)),
            TokenKind::QuotedIdentifier => is_column(Name::exact(&unquote(text))),
            _ => false,
        };
    }
    None
}

/// Whether `:: type` follows, and is that type.
fn casts_to(context: &Context<'_>, words: &Reader<'_>, of: &Key) -> bool {
    let mut words = words.clone();
    words.eat_any(&["::", ": :"]);
    let Some(name) = words.name() else {
        return false;
    };
    let is_schema = name.schema.is_none_or(|schema| schema == of.schema.key());
    let is_path = context.before().search_path().contains(&of.schema);
    is_schema && is_path && name.name == of.name.key()
}
