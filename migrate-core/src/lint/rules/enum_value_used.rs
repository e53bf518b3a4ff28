//! `enum-value-used`

use crate::catalog::references::constants;
use crate::catalog::types::Base;
use crate::catalog::{ChangeKind, Found, Key, Kind, Space};
use crate::ddl::alter::{Operation, OperationKind};
use crate::ddl::object::TypeChange;
use crate::ddl::table::{ConstraintDef, ConstraintKind};
use crate::ddl::{Statement, Text};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lex::TokenKind;
use crate::lint::{Context, Example, Findings, Rule};
use crate::reader::Reader;
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

/// Where a value is certainly read as one of the enum: in a cast to it, beside a column of it or as its value, as
/// the default of one. Text in functions is read when they are called.
fn used(context: &Context<'_>, of: &Key, label: &str) -> Option<Range<usize>> {
    let (texts, table): (Vec<&Text>, _) = match context.statement() {
        Statement::Write(write) => (vec![&write.text], None),
        Statement::Query(query) => (vec![&query.text], None),
        Statement::AlterTable(alter) => (checks(&alter.operations), Some(&alter.name)),
        Statement::CreateTable(create) => {
            let checks = create.constraints.iter().filter_map(check_of);
            (checks.collect(), Some(&create.name))
        }
        Statement::CreateIndex(index) => (
            index.definition.predicate.iter().collect(),
            Some(&index.table),
        ),
        _ => return None,
    };
    let after = context.after();
    let table = table.map(|name| after.resolve(Space::Relation, name).0);
    let literal = format!("'{}'", label.replace('\'', "''"));
    default(context, of, &literal)
        .or_else(|| cast(context, of, &literal))
        .or_else(|| {
            let mut texts = texts.into_iter();
            texts.find_map(|text| met(context, (of, label), text, table.as_ref()))
        })
}

/// The checks that `ALTER TABLE` adds.
fn checks(operations: &[Operation]) -> Vec<&Text> {
    let checks = operations.iter().filter_map(|it| match &it.kind {
        OperationKind::AddConstraint { constraint, .. } => check_of(constraint),
        _ => None,
    });
    checks.collect()
}

fn check_of(constraint: &ConstraintDef) -> Option<&Text> {
    match &constraint.kind {
        ConstraintKind::Check(text) => Some(text),
        _ => None,
    }
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

/// Where it is cast.
fn cast(context: &Context<'_>, of: &Key, literal: &str) -> Option<Range<usize>> {
    let mut words = context.words();
    while let Some(token) = words.advance() {
        let text = context.step.text.get(token.range.clone());
        let is_it = token.kind == TokenKind::String && text == Some(literal);
        if is_it && casts_to(context, &words, of) {
            return Some(token.range);
        }
    }
    None
}

/// Where it meets a column of the enum.
fn met(
    context: &Context<'_>,
    (of, label): (&Key, &str),
    text: &Text,
    table: Option<&Key>,
) -> Option<Range<usize>> {
    let catalog = context.after();
    let is_enum = |key: &Key| {
        let found = catalog.find(key);
        matches!(found, Found::Here(it) if matches!(&it.kind, Kind::Column(it)
            if it.data_type.base == Base::User(of.clone()) && !it.data_type.array))
    };
    let constants = constants(catalog, text, table)?;
    let mut met = constants.iter();
    let found = met.find(|it| it.string.as_deref() == Some(label) && is_enum(&it.column))?;
    let rest = context.step.text.get(found.start..).unwrap_or_default();
    let end = Reader::new(rest, Dialect::Postgres).advance();
    Some(found.start..found.start + end.map_or(0, |token| token.range.end))
}

/// Whether `:: type` follows, and is that type.
fn casts_to(context: &Context<'_>, words: &Reader<'_>, of: &Key) -> bool {
    let mut words = words.clone();
    if !words.eat_any(&["::", ": :"]) {
        return false;
    }
    let Some(name) = words.name() else {
        return false;
    };
    let is_schema = name.schema.is_none_or(|schema| schema == of.schema.key());
    let is_path = context.before().search_path().contains(&of.schema);
    is_schema && is_path && name.name == of.name.key()
}
