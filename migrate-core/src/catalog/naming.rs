//! The names that databases choose.

use super::{Catalog, Key, Kind};
use crate::ddl::Name;
use crate::ddl::name::POSTGRES_LENGTH;

/// Whether PostgreSQL 18 may have chosen a name for a `NOT NULL`, which has none in earlier versions: `users_email_not_null`,
/// with a number behind it where that was taken.
pub(super) fn is_name_of_not_null(name: &Name) -> bool {
    let numbered = |c: char| c.is_ascii_digit();
    name.key().trim_end_matches(numbered).ends_with("_not_null")
}

impl Catalog {
    /// The name that PostgreSQL gives to what belongs to a table: `users_email_key`. Both names are
    /// shortened where the whole would be too long, and a number is added until it is free
    /// (`makeObjectName`, `ChooseRelationName` and `ChooseConstraintName` in indexcmds.c and pg_constraint.c).
    pub(super) fn chosen_name(&self, table: &Key, middle: &str, label: &str) -> Name {
        self.chosen_name_but(table, middle, label, |_| false)
    }

    /// The same, but for names that are taken besides.
    pub(super) fn chosen_name_but(
        &self,
        table: &Key,
        middle: &str,
        label: &str,
        taken: impl Fn(&Name) -> bool,
    ) -> Name {
        let is_relation = !matches!(label, "check" | "fkey");
        let is_constraint = !matches!(label, "seq" | "idx");
        let mut pass = 0usize;
        loop {
            let label = match pass {
                0 => label.to_owned(),
                _ => format!("{label}{pass}"),
            };
            let name = Name::exact(&joined(table.name.key(), middle, &label));
            let key = Key::relation(table.schema.clone(), name.clone());
            let there = is_relation && self.is_relation(&key)
                || is_constraint && self.is_constraint(&key)
                || taken(&name);
            if !there {
                return name;
            }
            pass += 1;
        }
    }

    fn is_relation(&self, key: &Key) -> bool {
        let composite = self.get(&key.row_type());
        let composite = composite.is_some_and(|it| matches!(it.kind, Kind::Composite(_)));
        composite || self.get(key).is_some()
    }

    /// Whether a constraint of any table or domain of the schema has this name.
    fn is_constraint(&self, key: &Key) -> bool {
        self.users(&key.name_of_constraint()).next().is_some()
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

/// The middle of an index's name: its columns, joined until they are too long (`ChooseIndexNameAddition`).
pub(super) fn joined_columns<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for name in numbered(columns) {
        if !joined.is_empty() {
            joined.push('_');
        }
        joined.push_str(&name);
        if joined.len() > POSTGRES_LENGTH {
            break;
        }
    }
    joined
}

/// The names of an index's columns: what they are of, the same one again with a number
/// (`ChooseIndexColumnNames` in indexcmds.c).
pub(super) fn numbered<'a>(columns: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for column in columns {
        let mut name = column.to_owned();
        let mut number = 1;
        while seen.contains(&name) {
            let label = number.to_string();
            let length = column.floor_char_boundary(POSTGRES_LENGTH - label.len());
            name = format!("{}{label}", &column[..length]);
            number += 1;
        }
        seen.push(name);
    }
    seen
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
