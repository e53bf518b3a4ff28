//! Statements that write many rows of a table: what the rules about them share.

use super::Context;
use crate::catalog::object::Rule as Says;
use crate::catalog::{Catalog, Key};
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

/// Whether the statement asks for equality of a column that is a key by itself: `WHERE id = 7`.
fn by_key(context: &Context<'_>, table: &Key) -> bool {
    let keys = keys(context.before(), table);
    let mut words = context.words();
    if !words.find("WHERE") {
        return false;
    }
    while let Some(token) = words.advance() {
        let text = context.step.text.get(token.range).unwrap_or_default();
        let is_key = keys.iter().any(|name| name.key() == text.trim_matches('"'));
        if is_key && words.clone().eat_any(&["=", "IN"]) && !is_subquery(words.clone()) {
            return true;
        }
    }
    false
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

/// Whether `= (SELECT` or `IN (SELECT` follows.
fn is_subquery(mut words: Reader<'_>) -> bool {
    words.eat_any(&["=", "IN"]) && words.eat("(") && words.eat_any(&["SELECT", "WITH", "VALUES"])
}

/// Whether an earlier statement of the transaction has locked the table so that nobody can read it.
pub(super) fn is_held(context: &Context<'_>, table: &Key) -> bool {
    let held = context.locked().and_then(|locked| locked.held.get(table));
    held.and_then(|held| held.lock.blocks()) == Some(Blocks::Everything)
}
