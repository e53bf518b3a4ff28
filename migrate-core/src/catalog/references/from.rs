//! `FROM`: which relations a query has.

use super::scope::{Columns, Relation, Scope};
use super::{Output, Walk};
use crate::catalog::Key;
use crate::dialect::Dialect;
use sqlparser::ast::{
    self, Expr, Join, JoinConstraint, JoinOperator, TableAlias, TableFactor, TableWithJoins,
};

impl Walk<'_> {
    /// Adds what stands in `FROM` to a scope. Conditions of joins may name any of it.
    pub fn from<'e>(
        &mut self,
        tables: impl IntoIterator<Item = &'e TableWithJoins>,
        scope: &mut Scope<'_>,
    ) {
        let mut conditions: Vec<&Expr> = Vec::new();
        for table in tables {
            self.joined(table, scope, &mut conditions);
        }
        let before = std::mem::replace(&mut self.joining, true);
        self.expressions(conditions, scope);
        self.joining = before;
    }

    fn joined<'e>(
        &mut self,
        table: &'e TableWithJoins,
        scope: &mut Scope<'_>,
        conditions: &mut Vec<&'e Expr>,
    ) {
        let start = scope.relations.len();
        self.factor(&table.relation, scope, conditions);
        for join in &table.joins {
            let middle = scope.relations.len();
            self.factor(&join.relation, scope, conditions);
            match constraint(join) {
                Some(JoinConstraint::On(condition)) => conditions.push(condition),
                Some(JoinConstraint::Using(columns)) => {
                    for column in columns {
                        self.using(column, scope, start, middle);
                    }
                }
                Some(JoinConstraint::Natural) => merge(scope, start),
                Some(JoinConstraint::None) | None => {}
            }
        }
    }

    /// `USING (c)`: both sides have it.
    fn using(
        &mut self,
        column: &ast::ObjectName,
        scope: &mut Scope<'_>,
        start: usize,
        middle: usize,
    ) {
        merge(scope, start);
        let Some(ident) = column.0.last().and_then(|part| part.as_ident()) else {
            return;
        };
        let side = |relations: &[Relation]| Scope {
            relations: relations.to_vec(),
            ..Scope::default()
        };
        let left = scope.relations.get(start..middle).unwrap_or_default();
        let right = scope.relations.get(middle..).unwrap_or_default();
        for side in [side(left), side(right)] {
            self.column(ident, &side);
        }
    }

    fn factor<'e>(
        &mut self,
        factor: &'e TableFactor,
        scope: &mut Scope<'_>,
        conditions: &mut Vec<&'e Expr>,
    ) {
        let relation = match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => self.named(name, alias.as_ref(), scope),
            TableFactor::Table {
                name,
                alias,
                args: Some(args),
                with_ordinality,
                ..
            } => {
                // `ONLY (t)` is a call to sqlparser.
                if self.is(Dialect::Postgres) && self.is_only(name) {
                    self.reading.accesses.more = true;
                    return scope.relations.push(Relation::new(None, Columns::Open));
                }
                for argument in &args.args {
                    self.argument(argument, scope);
                }
                self.called(name, args.args.len());
                self.set_of(name, alias.as_ref(), *with_ordinality)
            }
            TableFactor::Function {
                name,
                args,
                alias,
                with_ordinality,
                ..
            } => {
                for argument in args {
                    self.argument(argument, scope);
                }
                self.called(name, args.len());
                self.set_of(name, alias.as_ref(), *with_ordinality)
            }
            TableFactor::Derived {
                lateral,
                subquery,
                alias,
                ..
            } => {
                let outer = match (lateral, scope.outer) {
                    (true, _) => Some(&*scope),
                    (false, outer) => outer,
                };
                let empty = Scope::default();
                // Rows of a query in FROM are locked where those are that it gives.
                let locking = self.locking;
                let outputs = self.query_in(subquery, outer.unwrap_or(&empty), locking);
                let columns = outputs.map_or(Columns::Open, Columns::Known);
                self.aliased(Relation::new(None, columns), alias.as_ref())
            }
            TableFactor::UNNEST {
                alias, array_exprs, ..
            } => {
                self.expressions(array_exprs, scope);
                self.aliased(Relation::new(None, Columns::Open), alias.as_ref())
            }
            TableFactor::JsonTable {
                json_expr, alias, ..
            } => {
                self.expression(json_expr, scope);
                self.aliased(Relation::new(None, Columns::Open), alias.as_ref())
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } => return self.joined(table_with_joins, scope, conditions),
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                let mut inner = Scope {
                    outer: scope.outer,
                    ..Scope::default()
                };
                self.from([&**table_with_joins], &mut inner);
                self.aliased(Relation::new(None, Columns::Open), alias.as_ref())
            }
            _ => Relation::new(None, Columns::Open),
        };
        scope.relations.push(relation);
    }

    /// A table, a view or a query of `WITH`.
    pub fn named(
        &mut self,
        name: &ast::ObjectName,
        alias: Option<&TableAlias>,
        scope: &Scope<'_>,
    ) -> Relation {
        let own = name.0.last().and_then(|part| part.as_ident());
        let own = own.map(|ident| self.name(ident));
        let cte = own.as_ref().filter(|_| name.0.len() == 1);
        if let Some(cte) = cte.and_then(|name| scope.cte(name)) {
            let columns = cte.columns.clone().map_or(Columns::Open, Columns::Known);
            return self.aliased(Relation::new(own, columns), alias);
        }
        let relation = match (self.table(name), own) {
            (Some(key), Some(own)) => Relation::table(own, key),
            // `ONLY t` is a table with an alias to sqlparser.
            (None, Some(_)) if self.is(Dialect::Postgres) && self.is_only(name) => {
                return self.only(alias);
            }
            (_, own) => Relation {
                plain: true,
                ..Relation::new(own, Columns::Open)
            },
        };
        self.aliased(relation, alias)
    }

    /// `ONLY t`, where `t` is all that is known of it.
    fn only(&mut self, alias: Option<&TableAlias>) -> Relation {
        let Some(alias) = alias else {
            self.reading.accesses.more = true;
            return Relation::new(None, Columns::Open);
        };
        let from = self.reading.accesses.list.len();
        let name = ast::ObjectName::from(vec![alias.name.clone()]);
        let relation = self.named(&name, None, &Scope::default());
        self.accessed_only(from);
        relation
    }

    fn is_only(&self, name: &ast::ObjectName) -> bool {
        let ident = name.0.last().and_then(|part| part.as_ident());
        ident.is_some_and(|it| it.quote_style.is_none() && it.value.eq_ignore_ascii_case("only"))
    }

    /// A function that returns rows. Of `generate_series` it is known that it has one column, which
    /// is called like the relation.
    fn set_of(
        &mut self,
        name: &ast::ObjectName,
        alias: Option<&TableAlias>,
        with_ordinality: bool,
    ) -> Relation {
        self.routine(name);
        let own = name.0.last().and_then(|part| part.as_ident());
        let own = own.map(|ident| self.name(ident));
        let series = own.as_ref().is_some_and(|it| it.key() == "generate_series");
        let named = alias.map(|alias| self.name(&alias.name)).or(own.clone());
        let one = self.is(Dialect::Postgres) && series && name.0.len() == 1 && !with_ordinality;
        let columns = match named.filter(|_| one) {
            Some(name) => Columns::Known(vec![Output {
                name,
                data_type: None,
                collation: None,
                derived: true,
            }]),
            None => Columns::Open,
        };
        self.aliased(Relation::new(own, columns), alias)
    }

    /// A relation under another name: `AS x (a, b)`.
    fn aliased(&mut self, relation: Relation, alias: Option<&TableAlias>) -> Relation {
        let Some(alias) = alias else { return relation };
        let columns = match (relation.columns, &alias.columns[..]) {
            (columns, []) => columns,
            (Columns::Open, _) => Columns::Open,
            (Columns::Known(outputs), names) => Columns::Known(self.renamed(outputs, names)),
            (Columns::Of(table), names) => match self.outputs_of(&table) {
                Some(outputs) => Columns::Known(self.renamed(outputs, names)),
                None => Columns::Open,
            },
        };
        Relation {
            name: Some(self.name(&alias.name)),
            columns,
            plain: false,
            ..relation
        }
    }

    /// The first columns get other names.
    pub fn renamed(
        &self,
        mut outputs: Vec<Output>,
        names: &[ast::TableAliasColumnDef],
    ) -> Vec<Output> {
        for (output, column) in outputs.iter_mut().zip(names) {
            output.name = self.name(&column.name);
            output.derived = false;
        }
        outputs
    }

    pub fn outputs_of(&mut self, table: &Key) -> Option<Vec<Output>> {
        let columns = self.columns_of(table)?;
        // Under other names they are not looked up in the catalog any more.
        let keys = columns.iter().map(|(key, _)| key.clone());
        self.reading.perhaps.extend(keys);
        Some(columns.into_iter().map(|(_, output)| output).collect())
    }
}

fn merge(scope: &mut Scope<'_>, start: usize) {
    let relations = scope.relations.iter_mut().skip(start);
    relations.for_each(|relation| relation.merged = true);
}

fn constraint(join: &Join) -> Option<&JoinConstraint> {
    match &join.join_operator {
        JoinOperator::Join(it)
        | JoinOperator::Inner(it)
        | JoinOperator::Left(it)
        | JoinOperator::LeftOuter(it)
        | JoinOperator::Right(it)
        | JoinOperator::RightOuter(it)
        | JoinOperator::FullOuter(it)
        | JoinOperator::CrossJoin(it)
        | JoinOperator::StraightJoin(it) => Some(it),
        _ => None,
    }
}
