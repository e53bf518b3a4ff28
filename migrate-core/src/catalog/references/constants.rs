//! Constants that meet a column: beside it in a comparison, or as its value.

use super::Walk;
use super::lookup::Has;
use super::scope::{Columns, Relation, Scope};
use crate::catalog::{Catalog, FaultKind, Key};
use crate::ddl::{Name, Text};
use crate::parse;
use sqlparser::ast::{self, BinaryOperator, Expr, SetExpr, Value};
use sqlparser::tokenizer::Span;

/// A constant that meets a column.
#[derive(Clone, Debug)]
pub(crate) struct Constant {
    /// The column.
    pub column: Key,
    /// How they meet.
    pub meets: Meets,
    /// What it says, if it is a string.
    pub string: Option<String>,
    /// Where it begins in the statement.
    pub start: usize,
}

/// How a constant meets a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meets {
    /// The column is to be equal to it, or to one of several.
    Equal,
    /// They are compared otherwise.
    Compared,
    /// It becomes the column's value.
    Written,
}

/// The constants in a statement, or in an expression about the rows of a table, that certainly meet a column. `None`
/// if it is not understood.
pub(crate) fn constants(
    catalog: &Catalog,
    text: &Text,
    table: Option<&Key>,
) -> Option<Vec<Constant>> {
    let prefix = if table.is_some() { "SELECT " } else { "" };
    let sql = format!("{prefix}{}", text.written);
    parse::look(&sql, catalog.dialect, |tree| {
        let mut walk = Walk::new(catalog, &sql, text.range.start, prefix.len());
        let relations = table.map(|table| Relation::table(table.name.clone(), table.clone()));
        let scope = Scope {
            relations: relations.into_iter().collect(),
            ..Scope::default()
        };
        walk.statement(tree, &scope);
        walk.reading.constants
    })
}

impl Walk<'_> {
    /// Takes note of an expression that compares.
    pub fn note_comparison(&mut self, expression: &Expr, scope: &Scope<'_>) {
        match expression {
            Expr::BinaryOp { left, op, right } => {
                let meets = match op {
                    BinaryOperator::Eq => Meets::Equal,
                    BinaryOperator::NotEq
                    | BinaryOperator::Lt
                    | BinaryOperator::LtEq
                    | BinaryOperator::Gt
                    | BinaryOperator::GtEq => Meets::Compared,
                    _ => return,
                };
                self.compared((left, right), meets, scope);
            }
            Expr::IsDistinctFrom(left, right) => {
                self.compared((left, right), Meets::Compared, scope);
            }
            Expr::IsNotDistinctFrom(left, right) => {
                self.compared((left, right), Meets::Equal, scope);
            }
            Expr::InList {
                expr,
                list,
                negated,
            } => {
                let is_list = list.iter().all(is_constant);
                let meets = match *negated || !is_list {
                    true => Meets::Compared,
                    false => Meets::Equal,
                };
                for item in list {
                    self.compared((expr, item), meets, scope);
                }
            }
            _ => {}
        }
    }

    fn compared(&mut self, (left, right): (&Expr, &Expr), meets: Meets, scope: &Scope<'_>) {
        match (left, right) {
            (Expr::Nested(left), right) => self.compared((left, right), meets, scope),
            (left, Expr::Nested(right)) => self.compared((left, right), meets, scope),
            (Expr::Tuple(left), Expr::Tuple(right)) => {
                for pair in left.iter().zip(right) {
                    self.compared(pair, meets, scope);
                }
            }
            (column, constant) if is_constant(constant) => {
                if let Some(column) = self.column_of(column, scope) {
                    self.note(column, constant, meets);
                }
            }
            (constant, column) if is_constant(constant) => {
                self.compared((column, constant), meets, scope);
            }
            _ => {}
        }
    }

    /// Takes note of what `SET` writes to columns of a table.
    pub fn note_assignments(&mut self, assignments: &[ast::Assignment], scope: &Scope<'_>) {
        let table = scope.relations.first().and_then(|it| it.key.clone());
        let Some(table) = table else {
            return;
        };
        for assignment in assignments {
            if let ast::AssignmentTarget::ColumnName(name) = &assignment.target {
                self.note_value(&table, name, &assignment.value);
            }
        }
    }

    /// Takes note of the rows that are inserted.
    pub fn note_rows(&mut self, insert: &ast::Insert, scope: &Scope<'_>) {
        let table = scope.relations.first().and_then(|it| it.key.clone());
        let Some(table) = table else {
            return;
        };
        let Some(SetExpr::Values(values)) = insert.source.as_ref().map(|it| &*it.body) else {
            return;
        };
        let all = || Some(self.columns_of(&table)?.into_iter().map(|(key, _)| key));
        let columns: Vec<Option<Key>> = match &insert.columns[..] {
            [] => all().into_iter().flatten().map(Some).collect(),
            named => named.iter().map(|it| self.part(&table, it)).collect(),
        };
        for row in &values.rows {
            for (column, value) in columns.iter().zip(&row.content) {
                if let (Some(column), true) = (column, is_constant(value)) {
                    self.note(column.clone(), value, Meets::Written);
                }
            }
        }
    }

    fn note_value(&mut self, table: &Key, column: &ast::ObjectName, value: &Expr) {
        if let Some(column) = self.part(table, column).filter(|_| is_constant(value)) {
            self.note(column, value, Meets::Written);
        }
    }

    /// The column that is written to.
    fn part(&self, table: &Key, name: &ast::ObjectName) -> Option<Key> {
        let [only] = &name.0[..] else { return None };
        Some(table.column(self.name(only.as_ident()?)))
    }

    /// Says that a string meets an enum of which it is no label (`enum_in` in enum.c). A string that is compared is one of the
    /// enum's only if nobody has created an operator for others.
    fn look_at_label(&mut self, column: &Key, constant: &Expr, meets: Meets) {
        let Some((label, span)) = plain_string(constant) else {
            return;
        };
        let Some(key) = self.catalog.enum_of(column) else {
            return;
        };
        let labels = self.catalog.labels(&key).unwrap_or_default();
        let is_one = labels.iter().any(|it| **it == *label);
        if !is_one && (meets == Meets::Written || !self.catalog.has_casts) {
            let (range, label) = (self.place(span), label.to_owned());
            let exists = false;
            self.fault(range, FaultKind::Label { key, label, exists });
        }
    }

    fn note(&mut self, column: Key, constant: &Expr, meets: Meets) {
        self.look_at_label(&column, constant, meets);
        let (string, at) = match constant {
            Expr::Value(it) => {
                let string = match &it.value {
                    Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => {
                        Some(text.clone())
                    }
                    _ => None,
                };
                (string, self.lines().start_of(it.span))
            }
            _ => (None, self.prefix),
        };
        let start = self.start + at.saturating_sub(self.prefix);
        self.reading.constants.push(Constant {
            column,
            meets,
            string,
            start,
        });
    }

    /// The column that an expression certainly is.
    fn column_of(&mut self, expression: &Expr, scope: &Scope<'_>) -> Option<Key> {
        let (table, column) = match expression {
            Expr::Identifier(column) => (None, column),
            Expr::CompoundIdentifier(idents) => match &idents[..] {
                [.., table, column] => (Some(self.name(table)), column),
                _ => return None,
            },
            _ => return None,
        };
        let name = self.name(column);
        for level in scope.levels() {
            let is_meant = |of: &Option<Name>, qualified: bool| match &table {
                Some(table) => of.as_ref() == Some(table),
                None => !qualified,
            };
            let mut relations = level.relations.iter();
            while let Some(relation) = relations.find(|it| is_meant(&it.name, it.qualified)) {
                match self.has(relation, &name) {
                    Has::Column(key) => {
                        return key.filter(|_| matches!(relation.columns, Columns::Of(_)));
                    }
                    Has::Unknown => return None,
                    Has::No => {}
                }
            }
        }
        None
    }
}

/// A string that says by itself what it is of: without backslashes, which may stand for something else.
fn plain_string(expression: &Expr) -> Option<(&str, Span)> {
    match expression {
        Expr::Value(it) => match &it.value {
            Value::SingleQuotedString(text) if !text.contains('\\') => Some((text, it.span)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression is the same for all rows, as far as one sees at once.
fn is_constant(expression: &Expr) -> bool {
    match expression {
        Expr::Value(_) | Expr::TypedString(_) => true,
        Expr::Nested(it) => is_constant(it),
        Expr::Cast { expr, .. } | Expr::UnaryOp { expr, .. } => is_constant(expr),
        _ => false,
    }
}
