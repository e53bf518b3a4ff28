//! SQLite's tables that are built anew, and their primary keys that are not the rowid.

use super::Context;
use crate::catalog::object::Rule as Of;
use crate::catalog::{Catalog, ChangeKind, Key, Kind, Space};
use crate::check::replay::Step;
use crate::ddl::Name;
use crate::ddl::table::{ColumnConstraintKind, CreateTable};
use std::ops::Range;

/// A column of a primary key.
pub(crate) struct KeyColumn {
    /// Its name.
    pub name: Name,
    /// Its type as declared, in upper case; empty for none.
    pub data_type: String,
    /// Whether it refuses null.
    pub not_null: bool,
    /// Where it is defined.
    pub range: Range<usize>,
}

/// The key of a table that the statement creates, and the columns of its primary key. There are none if that is
/// the number by which SQLite itself knows a row ("ROWIDs and the INTEGER PRIMARY KEY" in its manual).
pub(crate) fn own_key(
    context: &Context<'_>,
    create: &CreateTable,
) -> Option<(Key, Vec<KeyColumn>)> {
    let (table, _) = context.after().resolve(Space::Relation, &create.name);
    let names = primary_key(context, &table).filter(|_| context.creates(&table))?;
    let columns = names.into_iter().map(|name| {
        let Kind::Column(column) = &context.after().get(&table.column(name.clone()))?.kind else {
            return None;
        };
        let mut columns = create.columns.iter();
        let written = columns.find(|it| it.name.name == name)?;
        Some(KeyColumn {
            data_type: column.data_type.to_string(),
            not_null: column.not_null,
            range: written.range.clone(),
            name,
        })
    });
    let columns: Vec<KeyColumn> = columns.collect::<Option<_>>()?;
    let is_rowid = match &columns[..] {
        [only] => only.data_type == "INTEGER" && !is_descending(create),
        _ => false,
    };
    (!is_rowid).then_some((table, columns))
}

fn primary_key(context: &Context<'_>, table: &Key) -> Option<Vec<Name>> {
    let mut constraints = context.after().constraints(table);
    constraints.find_map(|(_, it)| match &it.rule {
        Of::PrimaryKey { columns } => Some(columns.clone()),
        _ => None,
    })
}

/// The key that something has after some statements, whatever its table is called then.
pub(crate) fn at_end(steps: &[Step<'_>], key: &Key) -> Key {
    let mut last = key.clone();
    for change in steps.iter().flat_map(|step| &step.applied.changes) {
        match &change.kind {
            ChangeKind::Rename(to) if last.is_within(&change.key) && to.part.is_none() => {
                let part = last.part.take();
                last = Key { part, ..to.clone() };
            }
            _ => {}
        }
    }
    last
}

/// The table that a new one is probably built in the place of: SQLite changes most of a table so. It has its
/// name, or one inside of it, as in `_users_tmp` and `users_new`, and most of its columns.
pub(crate) fn predecessor(before: &Catalog, after: &Catalog, table: &Key) -> Option<Key> {
    let is_it = |key: &Key| {
        let columns = before.columns(key);
        let shared = columns.iter().filter(|(column, _)| {
            let own = table.column(column.own_name().clone());
            after.get(&own).is_some()
        });
        key.schema == table.schema
            && table.name.key().contains(key.name.key())
            && shared.count() * 2 > columns.len()
    };
    let tables = before.objects();
    let tables = tables.filter(|(_, object)| matches!(object.kind, Kind::Table(_)));
    let named_so = tables.map(|(key, _)| key).filter(|key| is_it(key));
    named_so.max_by_key(|key| key.name.key().len()).cloned()
}

/// `INTEGER PRIMARY KEY DESC` is no alias of the rowid, by an old mistake that is kept; behind the columns,
/// `PRIMARY KEY (id DESC)` is one.
fn is_descending(create: &CreateTable) -> bool {
    let of_columns = create.columns.iter().flat_map(|column| &column.constraints);
    let mut kinds = of_columns.map(|it| &it.kind);
    kinds.any(|it| matches!(it, ColumnConstraintKind::PrimaryKey { descending: true }))
}
