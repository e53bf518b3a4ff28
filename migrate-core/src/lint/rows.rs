//! Statements that write many rows of a table: what the rules about them share.

use super::Context;
use crate::catalog::object::Rule as Says;
use crate::catalog::references::Meets;
use crate::catalog::{Catalog, Key, Space};
use crate::check::locks::Blocks;
use crate::ddl::query::{Write, WriteKind};
use crate::ddl::{Name, Statement};
use crate::reader::Reader;

/// The table that a statement writes many rows of, if it was there before the migration. One
/// that picks its rows by a key writes few, and so does an `INSERT` of `VALUES`.
pub(super) fn many<'a>(context: &'a Context<'_>) -> Option<(Key, &'a Write)> {
    let Statement::Write(write) = context.statement() else {
        return None;
    };
    let (key, _) = context.old_table(write.table.as_ref()?)?;
    let reads = |mut words: Reader<'_>| words.find("SELECT") && words.find("FROM");
    let is_many = match write.kind {
        WriteKind::Insert => write.values.is_none() && reads(context.words()),
        WriteKind::Update | WriteKind::Delete => !write.filtered || !by_key(context, &key),
        WriteKind::Merge => true,
    };
    is_many.then_some((key, write))
}

/// Whether the statement asks for equality of a column that is a key by itself with a constant: `WHERE id = 7`. Who is
/// not understood may.
fn by_key(context: &Context<'_>, table: &Key) -> bool {
    let keys = keys(context.before(), table);
    let constants = context.step.applied.constants.as_ref();
    constants.is_none_or(|constants| {
        constants.iter().any(|it| {
            let is_own = it.column.is_within(table) && keys.contains(it.column.own_name());
            is_own && it.meets == Meets::Equal
        })
    })
}

/// Whether the migration has updated or deleted rows of a table before the statement.
pub(super) fn are_mended(context: &Context<'_>, table: &Key) -> bool {
    context.earlier().iter().any(|step| match &step.statement {
        Statement::Write(write) if write.kind != WriteKind::Insert => {
            let name = write.table.as_ref();
            name.is_none_or(|name| step.before.resolve(Space::Relation, name).0 == *table)
        }
        _ => false,
    })
}

/// The columns of a table each of which is a primary key or unique.
fn keys(catalog: &Catalog, table: &Key) -> Vec<Name> {
    let constraints = catalog.constraints(table);
    let keys = constraints.filter_map(|(_, it)| match &it.rule {
        Says::PrimaryKey { columns } | Says::Unique { columns, .. } => match columns.as_slice() {
            [column] => Some(column.clone()),
            _ => None,
        },
        _ => None,
    });
    keys.collect()
}

/// Whether an earlier statement of the transaction has locked the table so that nobody can read it.
pub(super) fn is_held(context: &Context<'_>, table: &Key) -> bool {
    let held = context.locked().and_then(|locked| locked.held.get(table));
    held.and_then(|held| held.lock.blocks()) == Some(Blocks::Everything)
}
