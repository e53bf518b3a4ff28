//! Fields of composite values, on PostgreSQL: `(a).b`, `SET a.b = 1`.

use super::Walk;
use super::lookup::Has;
use super::scope::Scope;
use crate::catalog::types::{Base, Type};
use crate::catalog::{Found, Key, Kind};
use crate::ddl::Name;
use crate::ddl::object::ObjectKind;
use crate::dialect::Dialect;
use sqlparser::ast::{AccessExpr, Expr, Ident, ObjectName};

impl Walk<'_> {
    /// Says that what stands in parentheses has no such field; it may also be a function of such a value
    /// (`ParseFuncOrColumn` in parse_func.c).
    pub fn look_at_field(&mut self, root: &Expr, access: Option<&AccessExpr>, scope: &Scope<'_>) {
        let (Expr::Nested(inner), Some(AccessExpr::Dot(Expr::Identifier(field)))) = (root, access)
        else {
            return;
        };
        if !self.is(Dialect::Postgres) {
            return;
        }
        let typed = match &**inner {
            Expr::Identifier(ident) => {
                let name = self.name(ident);
                if self.is_row_of(&name, scope) {
                    return self.qualified(&[ident.clone(), field.clone()], scope);
                }
                self.type_of(None, &name, scope)
            }
            Expr::CompoundIdentifier(idents) => match &idents[..] {
                [table, column] => self.type_of(Some(&self.name(table)), &self.name(column), scope),
                _ => None,
            },
            _ => None,
        };
        if let Some((data_type, _)) = typed
            && !self.may_be_call(&self.name(field))
        {
            self.require_field(&data_type, field);
        }
    }

    /// Says that a column which is written to has no such field (`transformAssignmentIndirection` in parse_target.c).
    pub fn look_at_written_field(&mut self, table: &Key, target: &ObjectName) {
        let idents: Vec<&Ident> = target.0.iter().filter_map(|it| it.as_ident()).collect();
        let (true, [column, field, ..]) = (self.is(Dialect::Postgres), &idents[..]) else {
            return;
        };
        let column = table.column(self.name(column));
        if let Found::Here(object) = self.catalog.find(&column)
            && let Kind::Column(it) = &object.kind
        {
            self.require_field(&it.data_type, field);
        }
    }

    fn require_field(&mut self, data_type: &Type, field: &Ident) {
        let (Base::User(key), false) = (&data_type.base, data_type.array) else {
            return;
        };
        let name = self.name(field);
        let lacks = match self.catalog.find(key) {
            Found::Here(it) => match &it.kind {
                Kind::Composite(all) => all.iter().all(|(it, _)| *it != name),
                _ => false,
            },
            _ => false,
        };
        if lacks {
            self.missing(field, ObjectKind::Column, key.column(name));
        }
    }

    /// Whether a name is certainly that of a relation here, and no column's.
    fn is_row_of(&mut self, name: &Name, scope: &Scope<'_>) -> bool {
        let relations = || scope.levels().flat_map(|level| &level.relations);
        let is_relation = relations().any(|it| it.name.as_ref() == Some(name));
        is_relation && relations().all(|it| matches!(self.has(it, name), Has::No))
    }
}
