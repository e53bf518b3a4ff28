//! What an insert or an update writes to the columns of its table.

use super::Walk;
use super::query::Outputs;
use super::scope::Scope;
use crate::catalog::fault::Unfit;
use crate::catalog::{FaultKind, Found, Key, Kind};
use crate::ddl::object::ObjectKind;
use crate::dialect::Dialect;
use sqlparser::ast::{
    Assignment, AssignmentTarget, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Ident, Insert, ObjectName, SetExpr,
};

impl Walk<'_> {
    /// Looks at the columns that an insert names, and at the rows that it writes to them.
    pub fn look_at_stored(&mut self, insert: &Insert, rows: &Outputs, scope: &Scope<'_>) {
        let Some(table) = self.written_table(scope) else {
            return;
        };
        let named: Option<Vec<&Ident>> = insert.columns.iter().map(only).collect();
        let named = named.unwrap_or_default();
        let values = match insert.source.as_ref().map(|it| &*it.body) {
            Some(SetExpr::Values(values)) => Some(values),
            Some(_) => None,
            None => return,
        };
        if let (None, Some(rows)) = (values, rows)
            && let (Some(first), Some(last)) = (named.first(), named.last())
            && rows.len() != named.len()
        {
            let range = self.range(first).start..self.range(last).end;
            let (what, is, should) = ("values", rows.len(), named.len());
            self.fault(range, FaultKind::Count { what, is, should });
        }
        // MariaDB passes over such values, unless it is strict and there are rows.
        if self.is(Dialect::Mysql) && (insert.ignore || values.is_none()) {
            return;
        }
        for target in &insert.columns {
            self.look_at_written_field(&table, target);
        }
        for (at, column) in named.iter().enumerate() {
            let mut rows = values.iter().flat_map(|it| &it.rows);
            let is_default = |row: &[Expr]| row.get(at).is_none_or(is_default);
            if values.is_none() || rows.any(|row| !is_default(&row.content)) {
                self.stored(&table, column);
            }
        }
    }

    /// Looks at the columns that `SET` writes to.
    pub fn look_at_assigned(&mut self, assignments: &[Assignment], scope: &Scope<'_>) {
        let Some(table) = self.written_table(scope) else {
            return;
        };
        // MariaDB passes over such values where there are no rows.
        if self.is(Dialect::Mysql) {
            return;
        }
        for assignment in assignments {
            if let AssignmentTarget::ColumnName(target) = &assignment.target {
                self.look_at_written_field(&table, target);
            }
            let columns: Vec<&Ident> = match &assignment.target {
                AssignmentTarget::ColumnName(name) => only(name).into_iter().collect(),
                AssignmentTarget::Tuple(names) => names.iter().filter_map(only).collect(),
            };
            for column in columns.iter().filter(|_| !is_default(&assignment.value)) {
                self.stored(&table, column);
            }
        }
    }

    fn written_table(&self, scope: &Scope<'_>) -> Option<Key> {
        let table = scope.relations.first()?.key.clone()?;
        let is_table = matches!(self.catalog.find(&table), Found::Here(it) if matches!(it.kind, Kind::Table(_)));
        is_table.then_some(table)
    }

    /// A value that is no default is written to a column.
    fn stored(&mut self, table: &Key, column: &Ident) {
        let key = table.column(self.name(column));
        let why = match self.catalog.find(&key) {
            Found::Here(object) => match &object.kind {
                Kind::Column(it) if it.generated.is_some() => Unfit::Computed,
                Kind::Column(it) if it.identity == Some(true) => Unfit::Counted,
                _ => return,
            },
            Found::Missing | Found::Unknown => return,
        };
        let (range, kind) = (self.range(column), ObjectKind::Column);
        self.fault(range, FaultKind::Unfit { kind, key, why });
    }
}

fn only(name: &ObjectName) -> Option<&Ident> {
    match &name.0[..] {
        [only] => only.as_ident(),
        _ => None,
    }
}

fn is_default(value: &Expr) -> bool {
    match value {
        Expr::Identifier(ident) => {
            ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("default")
        }
        // `SET (a, b) = (DEFAULT, 1)`, `ROW (DEFAULT, 1)`: which one is which is not looked for.
        Expr::Tuple(values) => values.iter().any(is_default),
        Expr::Function(Function {
            args: FunctionArguments::List(list),
            ..
        }) => list.args.iter().any(|it| match it {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => is_default(value),
            _ => false,
        }),
        _ => false,
    }
}
