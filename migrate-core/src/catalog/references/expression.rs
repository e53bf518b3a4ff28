//! Expressions.

use super::Walk;
use super::scope::Scope;
use crate::dialect::Dialect;
use sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArguments, OrderByExpr, Query, Subscript, WindowSpec,
    WindowType,
};

impl Walk<'_> {
    pub fn expressions<'e>(
        &mut self,
        expressions: impl IntoIterator<Item = &'e Expr>,
        scope: &Scope<'_>,
    ) {
        for expression in expressions {
            self.expression(expression, scope);
        }
    }

    /// What databases other than these three have is passed over.
    pub fn expression(&mut self, expression: &Expr, scope: &Scope<'_>) {
        self.note_comparison(expression, scope);
        match expression {
            Expr::Identifier(ident) => self.column(ident, scope),
            Expr::CompoundIdentifier(idents) => self.qualified(idents, scope),
            Expr::CompoundFieldAccess { root, access_chain } => {
                self.access(root, access_chain, scope);
            }
            Expr::IsFalse(it)
            | Expr::IsNotFalse(it)
            | Expr::IsTrue(it)
            | Expr::IsNotTrue(it)
            | Expr::IsNull(it)
            | Expr::IsNotNull(it)
            | Expr::IsUnknown(it)
            | Expr::IsNotUnknown(it)
            | Expr::Nested(it) => self.expression(it, scope),
            Expr::TypedString(string) => self.cast(&string.data_type),
            Expr::IsJson { expr, .. }
            | Expr::IsNormalized { expr, .. }
            | Expr::UnaryOp { expr, .. }
            | Expr::Convert { expr, .. }
            | Expr::Extract { expr, .. }
            | Expr::Ceil { expr, .. }
            | Expr::Floor { expr, .. }
            | Expr::Collate { expr, .. }
            | Expr::JsonAccess { value: expr, .. } => self.expression(expr, scope),
            Expr::Cast {
                expr, data_type, ..
            } => {
                self.expression(expr, scope);
                self.cast(data_type);
            }
            Expr::IsDistinctFrom(left, right)
            | Expr::IsNotDistinctFrom(left, right)
            | Expr::BinaryOp { left, right, .. }
            | Expr::AnyOp { left, right, .. }
            | Expr::AllOp { left, right, .. }
            | Expr::AtTimeZone {
                timestamp: left,
                time_zone: right,
            }
            | Expr::Position {
                expr: left,
                r#in: right,
            }
            | Expr::RLike {
                expr: left,
                pattern: right,
                ..
            }
            | Expr::InUnnest {
                expr: left,
                array_expr: right,
                ..
            } => self.expressions([&**left, &**right], scope),
            Expr::InList { expr, list, .. } => {
                self.expression(expr, scope);
                self.expressions(list, scope);
            }
            Expr::InSubquery { expr, subquery, .. } => {
                self.expression(expr, scope);
                self.subquery(subquery, scope);
            }
            Expr::Between {
                expr, low, high, ..
            } => self.expressions([&**expr, &**low, &**high], scope),
            Expr::Like {
                expr,
                pattern,
                escape_char,
                ..
            }
            | Expr::ILike {
                expr,
                pattern,
                escape_char,
                ..
            }
            | Expr::SimilarTo {
                expr,
                pattern,
                escape_char,
                ..
            } => {
                self.expressions([&**expr, &**pattern], scope);
                self.expressions(escape_char.as_deref(), scope);
            }
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                self.expression(expr, scope);
                self.expressions(substring_from.as_deref(), scope);
                self.expressions(substring_for.as_deref(), scope);
            }
            Expr::Trim {
                trim_what,
                expr,
                trim_characters,
                ..
            } => {
                self.expression(expr, scope);
                self.expressions(trim_what.as_deref(), scope);
                self.expressions(trim_characters.iter().flatten(), scope);
            }
            Expr::Overlay {
                expr,
                overlay_what,
                overlay_from,
                overlay_for,
            } => {
                self.expressions([&**expr, &**overlay_what, &**overlay_from], scope);
                self.expressions(overlay_for.as_deref(), scope);
            }
            Expr::Function(function) => self.function(function, scope),
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                self.expressions(operand.as_deref(), scope);
                for when in conditions {
                    self.expressions([&when.condition, &when.result], scope);
                }
                self.expressions(else_result.as_deref(), scope);
            }
            Expr::Exists { subquery, .. } | Expr::Subquery(subquery) => {
                self.subquery(subquery, scope);
            }
            Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
                self.expressions(sets.iter().flatten(), scope);
            }
            Expr::Tuple(items) => items.iter().for_each(|item| self.field(item, scope)),
            Expr::Array(array) => self.expressions(&array.elem, scope),
            Expr::Interval(interval) => self.expression(&interval.value, scope),
            Expr::MemberOf(member) => {
                self.expressions([&*member.value, &*member.array], scope);
            }
            Expr::QualifiedWildcard(name, _) => self.row_of(name, scope),
            _ => {}
        }
    }

    fn subquery(&mut self, query: &Query, scope: &Scope<'_>) {
        self.asks = true;
        self.query(query, scope);
    }

    /// `a.b[1]`, `(a.b).c`: behind what stands first there are fields and subscripts.
    fn access(&mut self, root: &Expr, chain: &[AccessExpr], scope: &Scope<'_>) {
        match (root, chain.first()) {
            (Expr::Identifier(table), Some(AccessExpr::Dot(Expr::Identifier(column)))) => {
                self.qualified(&[table.clone(), column.clone()], scope);
            }
            _ => {
                self.expression(root, scope);
                self.look_at_field(root, chain.first(), scope);
            }
        }
        for access in chain {
            let AccessExpr::Subscript(subscript) = access else {
                continue;
            };
            match subscript {
                Subscript::Index { index } => self.expression(index, scope),
                Subscript::Slice {
                    lower_bound,
                    upper_bound,
                    ..
                } => {
                    self.expressions(lower_bound, scope);
                    self.expressions(upper_bound, scope);
                }
            }
        }
    }

    pub fn function(&mut self, function: &Function, scope: &Scope<'_>) {
        self.routine(&function.name);
        if let FunctionArguments::List(list) = &function.args {
            self.called(&function.name, list.args.len());
        }
        self.number(function);
        let name = function.name.0.last().map(ToString::to_string);
        self.arguments(&name.unwrap_or_default(), &function.args, scope);
        self.order(&function.within_group, scope);
        self.expressions(function.filter.as_deref(), scope);
        if let Some(WindowType::WindowSpec(window)) = &function.over {
            self.window(window, scope);
        }
    }

    /// An item of a row that is written out: `(t.*, 1)` has the columns of `t` in it.
    fn field(&mut self, item: &Expr, scope: &Scope<'_>) {
        match item {
            Expr::QualifiedWildcard(name, _) => drop(self.all_of(name, scope)),
            _ => self.expression(item, scope),
        }
    }

    /// The arguments of a function, of which one may be a word of its own.
    fn arguments(&mut self, function: &str, arguments: &FunctionArguments, scope: &Scope<'_>) {
        let list = match arguments {
            FunctionArguments::None => return,
            FunctionArguments::Subquery(query) => return self.subquery(query, scope),
            FunctionArguments::List(list) => list,
        };
        let word = word_at(function, self.catalog.dialect);
        for (at, argument) in list.args.iter().enumerate() {
            match argument {
                _ if word == Some(at) => {}
                FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name))
                    if function.eq_ignore_ascii_case("row") =>
                {
                    self.all_of(name, scope);
                }
                _ => self.argument(argument, scope),
            }
        }
        for clause in &list.clauses {
            match clause {
                FunctionArgumentClause::OrderBy(order) => self.order(order, scope),
                FunctionArgumentClause::Where(it) | FunctionArgumentClause::Limit(it) => {
                    self.expression(it, scope);
                }
                _ => {}
            }
        }
    }

    pub fn argument(&mut self, argument: &FunctionArg, scope: &Scope<'_>) {
        let (FunctionArg::Named { arg, .. }
        | FunctionArg::ExprNamed { arg, .. }
        | FunctionArg::Unnamed(arg)) = argument;
        match arg {
            // `f(a := 1)`, which is an operator to sqlparser.
            FunctionArgExpr::Expr(Expr::BinaryOp {
                op: BinaryOperator::Assignment,
                right,
                ..
            }) => self.expression(right, scope),
            FunctionArgExpr::Expr(expression) => self.expression(expression, scope),
            FunctionArgExpr::QualifiedWildcard(name) => self.row_of(name, scope),
            _ => {}
        }
    }

    pub fn order(&mut self, order: &[OrderByExpr], scope: &Scope<'_>) {
        self.expressions(order.iter().map(|order| &order.expr), scope);
    }

    pub fn window(&mut self, window: &WindowSpec, scope: &Scope<'_>) {
        let inside = Scope::inside(scope);
        self.expressions(&window.partition_by, &inside);
        self.order(&window.order_by, &inside);
    }
}

/// Which argument of a function is a word of its own: `TIMESTAMPDIFF(MONTH, a, b)`, `normalize(a, NFC)`.
fn word_at(function: &str, dialect: Dialect) -> Option<usize> {
    let (names, at): (&[&str], usize) = match dialect {
        Dialect::Postgres => (&["normalize"], 1),
        Dialect::Sqlite => (&["raise"], 0),
        // Of the last ones it is a sequence of MariaDB's.
        Dialect::Mysql => (
            &[
                "timestampdiff",
                "timestampadd",
                "get_format",
                "nextval",
                "lastval",
                "setval",
            ],
            0,
        ),
    };
    let takes = names.iter().any(|name| function.eq_ignore_ascii_case(name));
    takes.then_some(at)
}
