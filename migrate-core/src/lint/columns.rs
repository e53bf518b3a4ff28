//! The columns that a statement declares, with their types: what the rules about types look at.

use super::{Context, Findings};
use crate::catalog::object::Column;
use crate::catalog::types::{Base, Type};
use crate::catalog::{Catalog, Found, Key, Kind, Space};
use crate::check::replay::Step;
use crate::ddl::Statement;
use crate::ddl::alter::{ColumnChange, OperationKind};
use crate::ddl::table::{ColumnDef, Persistence, TypeName};
use crate::source::Span;
use std::collections::BTreeSet;
use std::ops::Range;

/// A column that gets its type from a statement.
pub(crate) struct Declared<'a> {
    pub key: Key,
    /// What it is then.
    pub column: Column,
    /// The type as it is written.
    pub written: &'a TypeName,
}

/// The columns of lasting tables that a statement adds, or gives another type.
pub(super) fn declared<'a>(step: &'a Step<'_>) -> Vec<Declared<'a>> {
    let after = &step.applied.catalog;
    let (table, columns) = match &step.statement {
        Statement::CreateTable(create) => {
            let named = |def: &'a ColumnDef| Some((&def.name, def.data_type.as_ref()?));
            let columns = create.columns.iter().filter_map(named);
            (&create.name, columns.collect::<Vec<_>>())
        }
        Statement::AlterTable(alter) => {
            let columns = alter.operations.iter().filter_map(|it| match &it.kind {
                OperationKind::AddColumn { column, .. } => {
                    Some((&column.name, column.data_type.as_ref()?))
                }
                OperationKind::AlterColumn {
                    name,
                    change: ColumnChange::Type { data_type, .. },
                } => Some((name, data_type.as_ref())),
                _ => None,
            });
            (&alter.name, columns.collect())
        }
        _ => return Vec::new(),
    };
    let (table, found) = after.resolve(Space::Relation, table);
    let is_kept = matches!(found, Found::Here(it) if matches!(&it.kind, Kind::Table(it) if !it.foreign && it.persistence != Persistence::Temporary));
    if !is_kept {
        return Vec::new();
    }
    let changed: BTreeSet<&Key> = step.applied.changes.iter().map(|it| &it.key).collect();
    let columns = columns.into_iter().filter_map(|(name, written)| {
        let key = table.column(name.name.clone());
        // `IF NOT EXISTS` may do nothing.
        let is_changed = changed.contains(&key);
        match after.find(&key) {
            Found::Here(object) if is_changed => match &object.kind {
                Kind::Column(column) => Some(Declared {
                    key,
                    column: column.clone(),
                    written,
                }),
                _ => None,
            },
            _ => None,
        }
    });
    columns.collect()
}

/// Says something of the columns that a statement declares with a certain type, once for all of them.
pub(super) fn each(
    context: &Context<'_>,
    findings: &mut Findings,
    is_meant: impl Fn(&Type) -> bool + Copy + Send + 'static,
    message: impl Fn(&Key, &Type) -> String,
    help: &str,
) {
    let declared = context.declared.iter();
    let mut meant = declared
        .filter(|it| is_meant(&it.column.data_type))
        .peekable();
    let Some(first) = meant.peek() else { return };
    let message = message(&first.key, &first.column.data_type);
    let mut finding = context.found(&first.range(), message).help(help);
    for (at, it) in meant.enumerate() {
        if at > 0 {
            let span = Span::range(context.step.file, context.step.place(&it.range()));
            finding = finding.other(span, format!("so with `{}`", it.key.own_name()));
        }
        finding = finding.lasting(it.key.clone(), move |catalog, key| {
            column(catalog, key).is_some_and(|it| is_meant(&it.data_type))
        });
    }
    findings.push(finding);
}

/// A column as far as one can see.
pub(super) fn column<'a>(catalog: &'a Catalog, key: &Key) -> Option<&'a Column> {
    match &catalog.get(key)?.kind {
        Kind::Column(column) => Some(column),
        _ => None,
    }
}

/// Whether a type is the database's own of this name.
pub(super) fn is_builtin(data_type: &Type, name: &str) -> bool {
    matches!(&data_type.base, Base::Builtin(it) if **it == *name)
}

impl Declared<'_> {
    /// Where the type stands.
    pub fn range(&self) -> Range<usize> {
        self.written.range.clone()
    }
}
