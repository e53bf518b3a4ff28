//! Foreign keys, as the rules about them ask for them.

use crate::catalog::object::{ForeignKey, Rule};
use crate::catalog::{Catalog, Found, Key, Kind, Object};

/// The foreign key that an object is.
pub(super) fn key(object: &Object) -> Option<&ForeignKey> {
    match &object.kind {
        Kind::Constraint(constraint) => match &constraint.rule {
            Rule::ForeignKey(foreign) => Some(foreign),
            _ => None,
        },
        _ => None,
    }
}

/// The foreign keys of other tables that certainly lead to a table.
pub(super) fn leading_to<'a>(
    catalog: &'a Catalog,
    table: &'a Key,
) -> impl Iterator<Item = (&'a Key, &'a ForeignKey)> {
    let users = catalog.users(table).map(|(user, _)| user);
    let others = users.filter(|user| user.whole() != *table);
    let certain = others.filter(|user| matches!(catalog.find(user), Found::Here(_)));
    let foreign = certain.filter_map(|user| Some((user, key(catalog.get(user)?)?)));
    foreign.filter(|(_, it)| it.target == *table)
}
