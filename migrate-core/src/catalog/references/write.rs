//! What writes rows. Its table and the columns that it names as written are looked at elsewhere
//! ([`crate::catalog::apply`]), but for those that only the tree shows.

use super::Walk;
use super::lookup::Has;
use super::query::Outputs;
use super::scope::{Columns, Relation, Scope};
use crate::ddl::Name;
use crate::ddl::object::ObjectKind;
use crate::dialect::Dialect;
use sqlparser::ast::{
    self, Assignment, Delete, FromTable, Insert, Merge, MergeAction, MergeInsertKind,
    MergeUpdateKind, OnConflictAction, OnInsert, SelectItem, TableFactor, TableObject, Update,
    UpdateTableFromKind,
};

impl Walk<'_> {
    pub fn insert(&mut self, insert: &Insert, outer: &Scope<'_>) -> Outputs {
        let mut scope = Scope::inside(outer);
        if let TableObject::TableName(name) = &insert.table {
            // No query of WITH can be written to.
            let mut relation = self.named(name, None, &Scope::default());
            self.written(relation.key.as_ref());
            if let Some(alias) = &insert.table_alias {
                relation.name = Some(self.name(&alias.alias));
            }
            scope.relations.push(relation);
        }
        let rows = insert.source.as_ref().and_then(|query| {
            // MySQL's values may be made of those before them: `VALUES (1, a + 1)`.
            let of_row = self.is(Dialect::Mysql) && is_values(query);
            self.query(query, if of_row { &scope } else { outer })
        });
        self.look_at_stored(insert, &rows, &scope);
        self.note_rows(insert, &scope);
        self.values_of(&insert.assignments, &scope);
        if let Some(on) = &insert.on {
            self.on_insert(on, insert, &mut scope);
        }
        self.returning(insert.returning.as_deref(), &scope)
    }

    fn on_insert(&mut self, on: &OnInsert, insert: &Insert, scope: &mut Scope<'_>) {
        let relations = scope.relations.len();
        match on {
            OnInsert::OnConflict(on) => {
                self.arbiter(on.conflict_target.as_ref(), scope);
                if let OnConflictAction::DoUpdate(update) = &on.action {
                    self.targets(&update.assignments, scope);
                    let written = scope.relations.first().cloned();
                    scope
                        .relations
                        .extend(written.map(|it| rows("excluded", it)));
                    // SQLite computes the column all the same.
                    if self.is(Dialect::Postgres) {
                        self.look_at_assigned(&update.assignments, scope);
                    }
                    self.values_of(&update.assignments, scope);
                    self.expressions(&update.selection, scope);
                }
            }
            OnInsert::DuplicateKeyUpdate(assignments) => {
                self.targets(assignments, scope);
                // The names of the query that is inserted, and of the row, are known here, too.
                if insert.source.as_ref().is_some_and(|it| !is_values(it))
                    || insert.insert_alias.is_some()
                {
                    scope.relations.push(Relation::new(None, Columns::Open));
                }
                self.values_of(assignments, scope);
            }
            _ => {}
        }
        scope.relations.truncate(relations);
    }

    pub fn update(&mut self, update: &Update, outer: &Scope<'_>) -> Outputs {
        let mut scope = Scope::inside(outer);
        self.from([&update.table], &mut scope);
        self.first_written(&scope);
        if let Some(
            UpdateTableFromKind::AfterSet(tables) | UpdateTableFromKind::BeforeSet(tables),
        ) = &update.from
        {
            self.from(tables, &mut scope);
        }
        // MySQL's `UPDATE a JOIN b`, where only the tree says whose columns these are.
        if !update.table.joins.is_empty() {
            for assignment in &update.assignments {
                if let ast::AssignmentTarget::ColumnName(name) = &assignment.target {
                    let idents = name.0.iter().filter_map(|part| part.as_ident().cloned());
                    let idents: Vec<ast::Ident> = idents.collect();
                    match &idents[..] {
                        [column] => self.column(column, &scope),
                        several => self.qualified(several, &scope),
                    }
                }
            }
        }
        self.look_at_assigned(&update.assignments, &scope);
        self.values_of(&update.assignments, &scope);
        self.expressions(&update.selection, &scope);
        self.order(&update.order_by, &scope);
        self.returning(update.returning.as_deref(), &scope)
    }

    pub fn delete(&mut self, delete: &Delete, outer: &Scope<'_>) -> Outputs {
        let mut scope = Scope::inside(outer);
        let (FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables)) = &delete.from;
        match &delete.using {
            // MySQL's `DELETE FROM a USING a JOIN b` names in FROM what stands in USING.
            Some(using) if self.is(Dialect::Mysql) => self.from(using, &mut scope),
            using => {
                self.from(tables, &mut scope);
                self.first_written(&scope);
                self.from(using.iter().flatten(), &mut scope);
            }
        }
        self.expressions(&delete.selection, &scope);
        self.order(&delete.order_by, &scope);
        self.returning(delete.returning.as_deref(), &scope)
    }

    pub fn merge(&mut self, merge: &Merge, outer: &Scope<'_>) -> Outputs {
        let mut scope = Scope::inside(outer);
        let side = |relation: &TableFactor| ast::TableWithJoins {
            relation: relation.clone(),
            joins: Vec::new(),
        };
        self.from([&side(&merge.table), &side(&merge.source)], &mut scope);
        self.first_written(&scope);
        self.expression(&merge.on, &scope);
        for clause in &merge.clauses {
            self.expressions(&clause.predicate, &scope);
            match &clause.action {
                MergeAction::Insert(insert) => {
                    if let MergeInsertKind::Values(values) = &insert.kind {
                        let values = values.rows.iter().flat_map(|row| &row.content);
                        // There is no row of the target then.
                        let mut source = Scope::inside(outer);
                        source.relations = scope.relations.clone();
                        if let Some(target) = source.relations.first_mut() {
                            target.qualified = true;
                        }
                        self.expressions(values, &source);
                    }
                }
                MergeAction::Update(update) => {
                    if let MergeUpdateKind::Set(assignments) = &update.kind {
                        self.targets(assignments, &scope);
                        self.values_of(assignments, &scope);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// What stands first is what is written.
    fn first_written(&mut self, scope: &Scope<'_>) {
        let first = scope.relations.first();
        self.written(first.and_then(|relation| relation.key.as_ref()));
    }

    /// The left sides of `SET`, where they are columns of the first table.
    fn targets(&mut self, assignments: &[Assignment], scope: &Scope<'_>) {
        let Some(written) = scope.relations.first() else {
            return;
        };
        let names = assignments.iter().flat_map(|it| match &it.target {
            ast::AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
            ast::AssignmentTarget::Tuple(names) => names,
        });
        for name in names {
            let mut idents = name.0.iter().filter_map(|part| part.as_ident());
            let column = match self.is(Dialect::Postgres) {
                // What follows is a field of it.
                true => idents.next(),
                false => idents.next_back(),
            };
            if let (Some(column), Some(table)) = (column, &written.key) {
                let name = self.name(column);
                if matches!(self.has(written, &name), Has::No) {
                    self.missing(column, ObjectKind::Column, table.column(name));
                }
            }
        }
    }

    /// The right sides of `SET`.
    fn values_of(&mut self, assignments: &[Assignment], scope: &Scope<'_>) {
        self.note_assignments(assignments, scope);
        self.expressions(assignments.iter().map(|it| &it.value), scope);
    }

    /// `RETURNING`, where PostgreSQL 18 knows `old` and `new`.
    fn returning(&mut self, items: Option<&[SelectItem]>, scope: &Scope<'_>) -> Outputs {
        let mut inner = Scope::inside(scope);
        inner.relations = scope.relations.clone();
        let written = scope
            .relations
            .first()
            .filter(|_| self.is(Dialect::Postgres));
        for name in ["old", "new"] {
            let is_there = inner
                .relations
                .iter()
                .any(|it| it.name == Some(Name::exact(name)));
            let row = written.filter(|_| !is_there).cloned();
            inner.relations.extend(row.map(|it| rows(name, it)));
        }
        self.projection(items?, &inner)
    }
}

/// The rows of a table under another name, by which alone they are found.
fn rows(name: &str, written: Relation) -> Relation {
    Relation {
        name: Some(Name::exact(name)),
        qualified: true,
        plain: false,
        ..written
    }
}

fn is_values(query: &ast::Query) -> bool {
    matches!(&*query.body, ast::SetExpr::Values(_))
}
