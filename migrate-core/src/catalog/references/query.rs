//! Queries.

use super::figure::figured;
use super::scope::{Columns, Cte, Relation, Scope};
use super::{Output, Walk};
use crate::catalog::types::Type;
use crate::catalog::{Key, Space};
use crate::ddl::object::ObjectKind;
use crate::ddl::{Name, Qualified};
use crate::dialect::Dialect;
use sqlparser::ast::{
    self, Distinct, Expr, GroupByExpr, GroupByWithModifier, LimitClause, NamedWindowExpr,
    OrderByExpr, OrderByKind, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
    Statement, With,
};

/// The columns of rows, if all are known.
pub(super) type Outputs = Option<Vec<Output>>;

impl Walk<'_> {
    pub fn statement(&mut self, statement: &Statement, scope: &Scope<'_>) -> Outputs {
        match statement {
            Statement::Query(query) => self.query(query, scope),
            Statement::Insert(insert) => self.insert(insert, scope),
            Statement::Update(update) => self.update(update, scope),
            Statement::Delete(delete) => self.delete(delete, scope),
            Statement::Merge(merge) => self.merge(merge, scope),
            Statement::Explain { statement, .. } => self.statement(statement, scope),
            _ => None,
        }
    }

    pub fn query(&mut self, query: &Query, outer: &Scope<'_>) -> Outputs {
        self.query_in(query, outer, false)
    }

    /// A query, and whether the one that it is in locks its rows. What stands in `WITH` is not
    /// locked (<https://www.postgresql.org/docs/current/sql-select.html#SQL-FOR-UPDATE-SHARE>).
    pub fn query_in(&mut self, query: &Query, outer: &Scope<'_>, locking: bool) -> Outputs {
        self.sorted_query(query, outer, (locking, &[]))
    }

    /// The same of one that is sorted by what stands behind the parentheses around it, unless it is sorted itself.
    fn sorted_query(
        &mut self,
        query: &Query,
        outer: &Scope<'_>,
        (locking, order): (bool, &[OrderByExpr]),
    ) -> Outputs {
        let before = std::mem::take(&mut self.locking);
        let order = match query.order_by.as_ref().map(|order| &order.kind) {
            Some(OrderByKind::Expressions(order)) => order,
            _ => order,
        };
        let locking = locking || !query.locks.is_empty();
        let outputs = self.whole_query(query, outer, (locking, order));
        self.locking = before;
        outputs
    }

    fn whole_query(
        &mut self,
        query: &Query,
        outer: &Scope<'_>,
        (locking, order): (bool, &[OrderByExpr]),
    ) -> Outputs {
        let mut scope = Scope::inside(outer);
        if let Some(with) = &query.with {
            self.with(with, &mut scope);
        }
        self.locking = locking;
        let locked = query.locks.iter().filter_map(|lock| lock.of.clone());
        self.locked = match &*query.body {
            SetExpr::Select(_) => locked.collect(),
            _ => Vec::new(),
        };
        let outputs = self.body(&query.body, &scope, order);
        match &query.limit_clause {
            Some(LimitClause::LimitOffset { limit, offset, .. }) => {
                self.expressions(limit, &scope);
                self.expressions(offset.iter().map(|offset| &offset.value), &scope);
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
                self.expressions([offset, limit], &scope);
            }
            None => {}
        }
        outputs
    }

    fn with(&mut self, with: &With, scope: &mut Scope<'_>) {
        // SQLite takes the queries of WITH in any order (https://www.sqlite.org/lang_with.html).
        if with.recursive || self.is(Dialect::Sqlite) {
            let names = with.cte_tables.iter().map(|cte| self.name(&cte.alias.name));
            let names: Vec<Name> = names.collect();
            let columns = None;
            scope.ctes = names
                .into_iter()
                .map(|name| Cte {
                    name,
                    columns: columns.clone(),
                })
                .collect();
        }
        for cte in &with.cte_tables {
            let name = self.name(&cte.alias.name);
            if let (true, SetExpr::SetOperation { left, .. }) = (with.recursive, &*cte.query.body)
                && cte.query.with.is_none()
            {
                // What it has is said by its first part, which does not refer to itself.
                let found = self.reading.faults.len();
                let columns = self.body(left, scope, &[]);
                let columns = self.named_outputs(columns, &cte.alias.columns);
                self.reading.faults.truncate(found);
                scope.ctes.push(Cte {
                    name: name.clone(),
                    columns,
                });
            }
            let columns = self.query(&cte.query, scope);
            // SEARCH and CYCLE add columns; sqlparser understands neither.
            let columns = self.named_outputs(columns, &cte.alias.columns);
            scope.ctes.push(Cte { name, columns });
        }
    }

    fn named_outputs(&self, columns: Outputs, names: &[ast::TableAliasColumnDef]) -> Outputs {
        Some(self.renamed(columns?, names))
    }

    fn body(&mut self, body: &SetExpr, scope: &Scope<'_>, order: &[OrderByExpr]) -> Outputs {
        let outputs = match body {
            SetExpr::Select(select) => return self.select(select, scope, order),
            // `(SELECT …) ORDER BY a` is `SELECT … ORDER BY a` (`insertSelectOptions` in gram.y).
            SetExpr::Query(query) => {
                return self.sorted_query(query, scope, (self.locking, order));
            }
            SetExpr::SetOperation { left, right, .. } => {
                let outputs = self.body(left, scope, &[]);
                self.body(right, scope, &[]);
                // The types of both sides become one.
                outputs.map(|mut outputs| {
                    outputs.iter_mut().for_each(|it| it.data_type = None);
                    outputs
                })
            }
            SetExpr::Values(values) => {
                for row in &values.rows {
                    self.expressions(&row.content, scope);
                }
                let count = values.rows.first().map(|row| row.content.len());
                count.and_then(|count| self.values(count))
            }
            SetExpr::Insert(it)
            | SetExpr::Update(it)
            | SetExpr::Delete(it)
            | SetExpr::Merge(it) => self.statement(it, scope),
            SetExpr::Table(table) => self.whole_table(table),
        };
        self.order_of_outputs(order, outputs.as_deref());
        outputs
    }

    /// The columns of `VALUES`.
    fn values(&self, count: usize) -> Outputs {
        let name = |number: usize| match self.catalog.dialect {
            Dialect::Postgres | Dialect::Sqlite => Some(Name::exact(&format!("column{number}"))),
            Dialect::Mysql => Some(Name::exact(&format!("column_{}", number - 1))),
        };
        let output = |number| name(number).map(constant);
        (1..=count).map(output).collect()
    }

    /// `TABLE t`.
    fn whole_table(&mut self, table: &ast::Table) -> Outputs {
        // Sqlparser keeps neither quotes nor places.
        let ident = |text: &String| crate::ddl::Ident {
            name: Name::unquoted(text, self.catalog.dialect),
            range: 0..0,
        };
        let name = Qualified {
            schema: table.schema_name.as_ref().map(ident),
            name: ident(table.table_name.as_ref()?),
        };
        let (key, found) = self.catalog.resolve(Space::Relation, &name);
        self.accessed(&key, &found);
        self.outputs_of(&key)
    }

    /// Of what is no select only columns of the result can be sorted by.
    fn order_of_outputs(&mut self, order: &[OrderByExpr], outputs: Option<&[Output]>) {
        let Some(outputs) = outputs.filter(|_| self.is(Dialect::Postgres)) else {
            return;
        };
        for item in order {
            let Expr::Identifier(ident) = &item.expr else {
                continue;
            };
            let name = self.name(ident);
            if outputs.iter().all(|output| output.name != name) {
                let nowhere = Key::relation(Name::exact(""), Name::exact(""));
                self.missing(ident, ObjectKind::Column, nowhere.column(name));
            }
        }
    }

    fn select(&mut self, select: &Select, outer: &Scope<'_>, order: &[OrderByExpr]) -> Outputs {
        let mut scope = Scope::inside(outer);
        let locked = std::mem::take(&mut self.locked);
        let names = self.aliases(&select.projection);
        // https://www.sqlite.org/lang_select.html: SQLite knows them everywhere but among themselves,
        // https://dev.mysql.com/doc/refman/8.4/en/problems-with-alias.html: MySQL behind WHERE.
        if self.is(Dialect::Sqlite) {
            scope.outputs = names.clone();
        }
        self.from(&select.from, &mut scope);
        self.look_at_locked(&locked, &scope);
        self.expressions(&select.selection, &scope);
        scope.outputs.clear();
        if self.is(Dialect::Mysql) {
            // As MariaDB does; on MySQL it may be otherwise.
            scope.inner_outputs = names.clone();
        }
        let outputs = self.projection(&select.projection, &scope);
        if let Some(Distinct::On(expressions)) = &select.distinct {
            self.sorted(expressions, &names, &scope);
        }
        for ast::NamedWindowDefinition(_, window) in &select.named_window {
            if let NamedWindowExpr::WindowSpec(window) = window {
                self.window(window, &scope);
            }
        }
        if !self.is(Dialect::Postgres) {
            scope.outputs = names.clone();
        }
        if let GroupByExpr::Expressions(expressions, modifiers) = &select.group_by {
            self.sorted(expressions, &names, &scope);
            self.grouped(expressions, &scope);
            for modifier in modifiers {
                if let GroupByWithModifier::GroupingSets(sets) = modifier {
                    self.sorted([sets], &names, &scope);
                }
            }
        }
        self.expressions(&select.having, &scope);
        self.sorted(order.iter().map(|order| &order.expr), &names, &scope);
        outputs
    }

    /// `FOR UPDATE OF t` names what stands in `FROM`, as it is called there (`transformLockingClause` in analyze.c).
    fn look_at_locked(&mut self, names: &[ast::ObjectName], scope: &Scope<'_>) {
        for name in names
            .iter()
            .filter(|_| self.catalog.dialect == Dialect::Postgres)
        {
            let [part] = &name.0[..] else { continue };
            let Some(ident) = part.as_ident() else {
                continue;
            };
            let own = self.name(ident);
            let mut relations = scope.relations.iter();
            if relations.all(|it| it.name.as_ref().is_some_and(|it| *it != own)) {
                self.not_in_query(ident);
            }
        }
    }

    /// What is grouped by a primary key can show the other columns, and may need that key
    /// (`check_functional_grouping` in pg_constraint.c).
    fn grouped(&mut self, expressions: &[Expr], scope: &Scope<'_>) {
        let last = |expression: &Expr| match expression {
            Expr::Identifier(ident) => Some(self.name(ident)),
            Expr::CompoundIdentifier(idents) => idents.last().map(|ident| self.name(ident)),
            _ => None,
        };
        let names: Vec<Name> = expressions.iter().filter_map(last).collect();
        let tables = scope.relations.iter().filter_map(|it| it.key.as_ref());
        for table in tables.filter(|_| self.catalog.dialect == Dialect::Postgres) {
            let key = self.catalog.primary_key(table);
            let key = key.filter(|(_, columns)| columns.iter().all(|it| names.contains(it)));
            self.reading.perhaps.extend(key.map(|(key, _)| key.clone()));
        }
    }

    /// What a select calls its columns.
    fn aliases(&self, projection: &[SelectItem]) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        for item in projection {
            match item {
                SelectItem::ExprWithAlias { alias, .. } => names.push(self.name(alias)),
                SelectItem::UnnamedExpr(expression) => {
                    names.extend(self.figured_name(expression));
                }
                _ => {}
            }
        }
        names
    }

    /// What is grouped or sorted by: alone, the name of a column of the result is one.
    fn sorted<'e>(
        &mut self,
        expressions: impl IntoIterator<Item = &'e Expr>,
        names: &[Name],
        scope: &Scope<'_>,
    ) {
        for expression in expressions {
            match expression {
                Expr::Identifier(ident) if names.contains(&self.name(ident)) => {}
                Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
                    self.sorted(sets.iter().flatten(), names, scope);
                }
                _ => self.expression(expression, scope),
            }
        }
    }

    /// Walks through what a select returns.
    pub fn projection(&mut self, projection: &[SelectItem], scope: &Scope<'_>) -> Outputs {
        let mut outputs: Outputs = Some(Vec::new());
        for item in projection {
            let more = match item {
                SelectItem::UnnamedExpr(expression) => {
                    self.expression(expression, scope);
                    let name = self.figured_name(expression);
                    name.map(|name| vec![self.output(expression, name, true, scope)])
                }
                // `daterange 'empty'` is a constant of PostgreSQL's, which has no names in such quotes; it is
                // called like its type.
                SelectItem::ExprWithAlias { expr, alias }
                    if alias.quote_style == Some('\'') && self.is(Dialect::Postgres) =>
                {
                    self.ends_in_constant(expr, scope);
                    self.figured_name(expr).map(|name| vec![constant(name)])
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    self.expression(expr, scope);
                    Some(vec![self.output(expr, self.name(alias), false, scope)])
                }
                SelectItem::Wildcard(_) => self.all(scope),
                SelectItem::QualifiedWildcard(of, _) => match of {
                    SelectItemQualifiedWildcardKind::ObjectName(name) => self.all_of(name, scope),
                    SelectItemQualifiedWildcardKind::Expr(expression) => {
                        self.expression(expression, scope);
                        None
                    }
                },
                SelectItem::ExprWithAliases { expr, .. } => {
                    self.expression(expr, scope);
                    None
                }
            };
            outputs = outputs.zip(more).map(|(mut outputs, more)| {
                outputs.extend(more);
                outputs
            });
        }
        outputs
    }

    fn output(&self, expression: &Expr, name: Name, derived: bool, scope: &Scope<'_>) -> Output {
        let of_literal = |data_type| (data_type, None);
        let typed = match expression {
            Expr::Identifier(ident) => {
                let name = self.name(ident);
                let of_row = || self.type_of_row(&name, scope);
                self.type_of(None, &name, scope).or_else(of_row)
            }
            Expr::CompoundIdentifier(idents) => match &idents[..] {
                [table, column] => self.type_of(Some(&self.name(table)), &self.name(column), scope),
                _ => None,
            },
            Expr::Value(value) if self.is(Dialect::Postgres) => {
                type_of_literal(&value.value).map(of_literal)
            }
            _ => None,
        };
        let (data_type, collation) = typed.unzip();
        Output {
            name,
            data_type,
            collation: collation.flatten(),
            derived,
        }
    }

    /// What a database calls a column that is given no name, as far as that is simple.
    fn figured_name(&self, expression: &Expr) -> Option<Name> {
        match expression {
            Expr::Identifier(ident) => Some(self.name(ident)),
            Expr::CompoundIdentifier(idents) => Some(self.name(idents.last()?)),
            _ if !self.is(Dialect::Postgres) => None,
            _ => Some(figured(expression)?.unwrap_or_else(nameless)),
        }
    }

    /// `*`.
    fn all(&mut self, scope: &Scope<'_>) -> Outputs {
        let mut outputs: Outputs = Some(Vec::new());
        for relation in scope.relations.iter().filter(|it| !it.qualified) {
            let more = self.expanded(relation).filter(|_| !relation.merged);
            outputs = outputs.zip(more).map(|(mut outputs, more)| {
                outputs.extend(more);
                outputs
            });
        }
        outputs
    }

    /// `t.*`.
    pub fn all_of(&mut self, name: &ast::ObjectName, scope: &Scope<'_>) -> Outputs {
        let ident = name.0.last()?.as_ident()?;
        let own = self.name(ident);
        let mut relations = scope.levels().flat_map(|level| &level.relations);
        let found = relations.find(|relation| relation.name.as_ref().is_none_or(|it| *it == own));
        match found {
            Some(relation) if relation.name.is_some() => self.expanded(relation),
            Some(_) => None,
            None => {
                if name.0.len() == 1 {
                    self.not_in_query(ident);
                }
                None
            }
        }
    }

    /// All columns of a relation, which are read.
    fn expanded(&mut self, relation: &Relation) -> Outputs {
        match &relation.columns {
            Columns::Open => None,
            Columns::Known(outputs) => Some(outputs.clone()),
            Columns::Of(table) => {
                let columns = self.columns_of(table)?;
                let keys = columns.iter().map(|(key, _)| key.clone());
                match self.catalog.dialect {
                    // SQLite keeps the star, and has forgotten a column that is gone.
                    Dialect::Sqlite => self.reading.perhaps.extend(keys),
                    Dialect::Postgres | Dialect::Mysql => self.reading.reads.extend(keys),
                }
                Some(columns.into_iter().map(|(_, output)| output).collect())
            }
        }
    }
}

/// What PostgreSQL calls a column that has no name.
fn nameless() -> Name {
    Name::exact("?column?")
}

/// The type of a literal that a query shows (PostgreSQL: `make_const` in parse_node.c, and
/// `resolveTargetListUnknowns` in parse_target.c).
fn type_of_literal(value: &ast::Value) -> Option<Type> {
    let name = match value {
        ast::Value::Number(number, _) if number.parse::<i32>().is_ok() => "integer",
        ast::Value::SingleQuotedString(_) => "text",
        ast::Value::Boolean(_) => "boolean",
        _ => return None,
    };
    Some(Type::builtin(name))
}

/// A column of which nothing is known but what it is called.
fn constant(name: Name) -> Output {
    Output {
        name,
        data_type: None,
        collation: None,
        derived: true,
    }
}
