//! A column gets another name in what refers to it.

use super::reading::names;
use super::{PREFIX, Walk, row_of};
use crate::catalog::{Catalog, Found, Key};
use crate::ddl::Name;
use crate::parse;
use std::ops::Range;

/// A column whose places are looked for.
pub(super) struct Sought<'a> {
    pub column: &'a Key,
    /// Where it stands in the statement.
    pub places: Vec<Range<usize>>,
}

/// An expression about the rows of a table with another name for a column of that table or of another one. The
/// catalog is the one in which it has the old name. `None` if the expression is not understood.
pub(in crate::catalog) fn renamed(
    catalog: &Catalog,
    text: &str,
    table: &Key,
    (column, to): (&Key, &Name),
) -> Option<String> {
    let mut names = names(text, catalog.dialect);
    if names.all(|(name, _)| name != *column.own_name()) {
        return Some(text.to_owned());
    }
    // What may be there is not found where it stands.
    if !matches!(catalog.find(column), Found::Here(_)) {
        return None;
    }
    let sql = format!("{PREFIX}{text}");
    let places = parse::look(&sql, catalog.dialect, |tree| {
        let mut walk = Walk::new(catalog, &sql, 0, PREFIX.len());
        walk.sought = Some(Sought {
            column,
            places: Vec::new(),
        });
        walk.statement(tree, &row_of(Some(table), &[]));
        walk.sought.map(|it| it.places)
    })??;
    Some(replaced(text, places, &to.written(catalog.dialect)))
}

/// The same of a text that is not looked into, where each word counts that may be the column.
pub(in crate::catalog) fn renamed_words(
    catalog: &Catalog,
    text: &str,
    (from, to): (&Name, &Name),
) -> (String, usize) {
    let places = names(text, catalog.dialect).filter(|(name, _)| name == from);
    let places: Vec<Range<usize>> = places.map(|(_, range)| range).collect();
    let count = places.len();
    (replaced(text, places, &to.written(catalog.dialect)), count)
}

fn replaced(text: &str, mut places: Vec<Range<usize>>, new: &str) -> String {
    places.sort_by_key(|place| place.start);
    places.dedup();
    let (mut replaced, mut end) = (String::with_capacity(text.len()), 0);
    for place in places {
        replaced.push_str(text.get(end..place.start).unwrap_or_default());
        replaced.push_str(new);
        end = place.end;
    }
    replaced.push_str(text.get(end..).unwrap_or_default());
    replaced
}
