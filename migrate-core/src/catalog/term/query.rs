//! Queries.

use super::{Reader, Term};
use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, Join, JoinConstraint, JoinOperator, LimitClause, OrderByKind,
    Query, Select, SelectItem, SetExpr, TableAlias, TableFactor,
};

impl Reader<'_> {
    /// A query, if it is one `SELECT` without a query inside.
    pub fn query(&self, query: &Query) -> Term {
        let other = || Term::Other(query.to_string());
        let SetExpr::Select(select) = &*query.body else {
            return other();
        };
        if query.with.is_some() || query.fetch.is_some() || !query.locks.is_empty() {
            return other();
        }
        let inner = Reader {
            context: self.context,
            own: self.sole(select),
        };
        inner.select(query, select).unwrap_or_else(other)
    }

    /// The names of the table that a query reads, if it is only one.
    fn sole(&self, select: &Select) -> Vec<String> {
        let [from] = &select.from[..] else {
            return Vec::new();
        };
        match &from.relation {
            TableFactor::Table { alias, name, .. } if from.joins.is_empty() => match alias {
                Some(alias) => vec![self.name(&alias.name)],
                None => {
                    let parts: Vec<_> = name.0.iter().filter_map(|it| it.as_ident()).collect();
                    let own = parts.last().map(|it| self.name(it));
                    let whole = self.qualified(parts);
                    own.into_iter().chain([whole]).collect()
                }
            },
            _ => Vec::new(),
        }
    }

    fn select(&self, query: &Query, select: &Select) -> Option<Term> {
        let is_plain = select.top.is_none()
            && select.into.is_none()
            && select.lateral_views.is_empty()
            && select.named_window.is_empty()
            && select.qualify.is_none();
        let head = match &select.distinct {
            None | Some(Distinct::All) => "select",
            Some(Distinct::Distinct) => "select distinct",
            Some(Distinct::On(_)) => return None,
        };
        let columns: Option<Vec<Term>> =
            select.projection.iter().map(|it| self.output(it)).collect();
        let mut parts = vec![Term::Call("columns".to_owned(), columns?)];
        for from in &select.from {
            parts.push(self.relation(&from.relation)?);
            for join in &from.joins {
                parts.push(self.join(join)?);
            }
        }
        let clause = |name: &str, it: &Expr| Term::Call(name.to_owned(), vec![self.term(it)]);
        parts.extend(select.selection.iter().map(|it| clause("where", it)));
        match &select.group_by {
            GroupByExpr::Expressions(by, modifiers) if modifiers.is_empty() => {
                parts.extend(by.iter().map(|it| self.by("group by", it)));
            }
            _ => return None,
        }
        parts.extend(select.having.iter().map(|it| clause("having", it)));
        match query.order_by.as_ref().map(|it| &it.kind) {
            None => {}
            Some(OrderByKind::Expressions(by)) => parts.extend(by.iter().map(|it| {
                let descends = it.options.sort.is_some() && it.options.to_string().contains("DESC");
                let name = if descends {
                    "order by desc"
                } else {
                    "order by"
                };
                match it.options.nulls_first {
                    Some(first) if first != descends => Term::Other(it.to_string()),
                    _ => self.by(name, &it.expr),
                }
            })),
            Some(OrderByKind::All(_)) => return None,
        }
        match &query.limit_clause {
            None => {}
            Some(LimitClause::LimitOffset { limit, offset, .. }) => {
                parts.extend(limit.iter().map(|it| clause("limit", it)));
                parts.extend(offset.iter().map(|it| clause("offset", &it.value)));
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
                parts.extend([clause("limit", limit), clause("offset", offset)]);
            }
        }
        is_plain.then(|| Term::Call(head.to_owned(), parts))
    }

    /// What is returned; the names are those of the view.
    fn output(&self, item: &SelectItem) -> Option<Term> {
        match item {
            SelectItem::UnnamedExpr(it) | SelectItem::ExprWithAlias { expr: it, .. } => {
                Some(self.term(it))
            }
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => {
                Some(Term::Other(item.to_string()))
            }
            _ => None,
        }
    }

    /// A number means a column that is returned.
    fn by(&self, name: &str, expression: &Expr) -> Term {
        let term = match self.term(expression) {
            Term::Plain(number) => Term::Other(number),
            term => term,
        };
        Term::Call(name.to_owned(), vec![term])
    }

    fn relation(&self, factor: &TableFactor) -> Option<Term> {
        let TableFactor::Table {
            name,
            alias,
            args: None,
            with_ordinality: false,
            sample: None,
            ..
        } = factor
        else {
            return None;
        };
        let name = self.qualified(name.0.iter().filter_map(|it| it.as_ident()));
        let table = Term::Call("from".to_owned(), vec![Term::Column(name)]);
        Some(match alias {
            Some(TableAlias { name, columns, .. }) if columns.is_empty() => {
                Term::As(Box::new(table), self.name(name))
            }
            Some(_) => return None,
            None => table,
        })
    }

    fn join(&self, join: &Join) -> Option<Term> {
        let (name, constraint) = match &join.join_operator {
            JoinOperator::Join(it) | JoinOperator::Inner(it) => ("join", it),
            JoinOperator::Left(it) | JoinOperator::LeftOuter(it) => ("left join", it),
            JoinOperator::Right(it) | JoinOperator::RightOuter(it) => ("right join", it),
            JoinOperator::FullOuter(it) => ("full join", it),
            JoinOperator::CrossJoin(it) => ("cross join", it),
            _ => return None,
        };
        let mut parts = vec![self.relation(&join.relation)?];
        match constraint {
            JoinConstraint::On(it) => parts.push(self.term(it)),
            JoinConstraint::Using(columns) => {
                let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
                parts.push(Term::Other(columns.join(",")));
            }
            JoinConstraint::Natural => return None,
            JoinConstraint::None => {}
        }
        Some(Term::Call(name.to_owned(), parts))
    }
}
