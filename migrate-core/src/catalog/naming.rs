//! The names that databases choose.

use super::{Catalog, Key, Kind, PartKind};
use crate::ddl::Name;
use crate::ddl::name::POSTGRES_LENGTH;

impl Catalog {
    /// The name that PostgreSQL gives to what belongs to a table: `users_email_key`. Both names are
    /// shortened where the whole would be too long, and a number is added until it is free
    /// (`makeObjectName`, `ChooseRelationName` and `ChooseConstraintName` in indexcmds.c and pg_constraint.c).
    pub(super) fn chosen_name(&self, table: &Key, middle: &str, label: &str) -> Name {
        let mut pass = 0usize;
        loop {
            let label = match pass {
                0 => label.to_owned(),
                _ => format!("{label}{pass}"),
            };
            let name = Name::exact(&joined(table.name.key(), middle, &label));
            let relation = Key::relation(table.schema.clone(), name.clone());
            let constraint = table.part(PartKind::Constraint, name.clone());
            let composite = self.get(&relation.row_type());
            let composite = composite.is_some_and(|it| matches!(it.kind, Kind::Composite(_)));
            let taken = composite || self.get(&relation).is_some();
            if !taken && self.get(&constraint).is_none() {
                return name;
            }
            pass += 1;
        }
    }
}

/// `first_middle_label`, not longer than a name may be.
pub(super) fn joined(first: &str, middle: &str, label: &str) -> String {
    let separators = 1 + usize::from(!middle.is_empty());
    let available = POSTGRES_LENGTH.saturating_sub(label.len() + separators);
    let (mut one, mut two) = (first.len(), middle.len());
    while one + two > available {
        match one > two {
            true => one -= 1,
            false => two -= 1,
        }
    }
    let first = &first[..first.floor_char_boundary(one)];
    let middle = &middle[..middle.floor_char_boundary(two)];
    match middle {
        "" => format!("{first}_{label}"),
        _ => format!("{first}_{middle}_{label}"),
    }
}

/// The middle of an index's name: its columns, `expr` for an expression, the same one again with a
/// number (`ChooseIndexColumnNames`), joined until they are too long (`ChooseIndexNameAddition`).
pub(super) fn joined_columns<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    let mut seen: Vec<String> = Vec::new();
    for column in columns {
        let mut name = column.to_owned();
        let mut number = 1;
        while seen.contains(&name) {
            name = format!("{column}{number}");
            number += 1;
        }
        if !joined.is_empty() {
            joined.push('_');
        }
        joined.push_str(&name);
        seen.push(name);
        if joined.len() > POSTGRES_LENGTH {
            break;
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_shortened_on_both_sides() {
        let name = joined(&"t".repeat(60), &"c".repeat(60), "fkey");
        assert_eq!(name.len(), 63);
        assert_eq!(name, format!("{}_{}_fkey", "t".repeat(29), "c".repeat(28)));
        assert_eq!(joined("t", "", "pkey"), "t_pkey");
    }

    #[test]
    fn equal_columns_are_numbered() {
        assert_eq!(joined_columns(["a", "expr", "expr"]), "a_expr_expr1");
    }
}
