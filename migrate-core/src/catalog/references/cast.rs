//! The types that expressions name.

use super::Walk;
use super::scope::Scope;
use crate::catalog::types;
use crate::catalog::{FaultKind, Found, Space};
use crate::ddl::object::ObjectKind;
use crate::ddl::{Ident, Name, Qualified};
use crate::dialect::Dialect;
use sqlparser::ast::{ArrayElemTypeDef, DataType, Expr, ObjectName};

impl Walk<'_> {
    /// `x::t`, `CAST (x AS t)`: a type of the user's is read, or missing.
    pub fn cast(&mut self, data_type: &DataType) {
        match data_type {
            DataType::Array(
                ArrayElemTypeDef::SquareBracket(element, _)
                | ArrayElemTypeDef::AngleBracket(element)
                | ArrayElemTypeDef::Parenthesis(element),
            ) => self.cast(element),
            DataType::Custom(name, _) if self.is(Dialect::Postgres) => {
                let quoted = name.0.last().and_then(|part| part.as_ident());
                let quoted = quoted.is_some_and(|ident| ident.quote_style.is_some());
                if let Some(name) = self.object_name(name) {
                    self.type_named(name, quoted);
                }
            }
            _ => {}
        }
    }

    /// `r && daterange '(,)'`, which to sqlparser is `r && daterange` under another name: what stands last is a type.
    pub fn ends_in_constant(&mut self, expression: &Expr, scope: &Scope<'_>) {
        match expression {
            Expr::BinaryOp { left, right, .. } => {
                self.expression(left, scope);
                self.ends_in_constant(right, scope);
            }
            Expr::Identifier(ident) => {
                let name = ObjectName::from(vec![ident.clone()]);
                self.cast(&DataType::Custom(name, Vec::new()));
            }
            Expr::CompoundIdentifier(idents) => {
                let name = ObjectName::from(idents.clone());
                self.cast(&DataType::Custom(name, Vec::new()));
            }
            _ => {
                // Which of its words is the type is not known.
                let (before, faults) = (self.reading.reads.clone(), self.reading.faults.len());
                self.expression(expression, scope);
                self.reading.faults.truncate(faults);
                let read = std::mem::replace(&mut self.reading.reads, before);
                let doubtful = read.difference(&self.reading.reads).cloned();
                self.reading.perhaps.extend(doubtful);
            }
        }
    }

    fn type_named(&mut self, name: Qualified, quoted: bool) {
        // The name of an array's own type begins with `_` (`makeArrayTypeName` in pg_type.c).
        if types::is_own(&name, quoted, Dialect::Postgres) || name.name.name.key().starts_with('_')
        {
            return;
        }
        let mut found = [
            self.catalog.resolve(Space::Type, &name),
            self.catalog.resolve_rows(&name),
        ];
        // The first on the path is meant.
        let mut path = self.catalog.search_path().iter();
        let [of_type, of_row] = found.each_ref().map(|(key, _)| &key.schema);
        let first = path.find(|it| *it == of_type || *it == of_row);
        if name.schema.is_none() && first != Some(of_type) && matches!(found[1].1, Found::Here(_)) {
            found.reverse();
        }
        for (key, found) in &found {
            if let Found::Here(_) = found {
                self.reading.reads.insert(key.clone());
                return;
            }
            let seen = self.catalog.get(key).is_some();
            self.reading.perhaps.extend(seen.then(|| key.clone()));
        }
        let [(key, one), (_, other)] = found;
        if one.is_missing() && other.is_missing() {
            let kind = ObjectKind::Type;
            self.fault(name.range(), FaultKind::Missing { kind, key });
        }
    }
}

/// Whether a word behind `::` is the name of such a type.
pub(super) fn is_own_word(word: &str) -> bool {
    let name = Ident {
        name: Name::unquoted(word, Dialect::Postgres),
        range: 0..0,
    };
    types::is_own(&Qualified { schema: None, name }, false, Dialect::Postgres)
}
