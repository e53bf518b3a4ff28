//! SQLite's primary keys that are not the rowid.

use super::Context;
use crate::catalog::{Key, Kind, Space};
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
    let names = primary_key(context, &table).filter(|_| context.creates().contains(&table))?;
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
    let key = context.after().primary_key(table);
    key.map(|(_, columns)| columns.to_vec())
}

/// `INTEGER PRIMARY KEY DESC` is no alias of the rowid, by an old mistake that is kept; behind the columns,
/// `PRIMARY KEY (id DESC)` is one.
fn is_descending(create: &CreateTable) -> bool {
    let of_columns = create.columns.iter().flat_map(|column| &column.constraints);
    let mut kinds = of_columns.map(|it| &it.kind);
    kinds.any(|it| matches!(it, ColumnConstraintKind::PrimaryKey { descending: true }))
}
