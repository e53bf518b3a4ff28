//! What the functions may do to the schema that a statement calls, or that the rows which it writes call by
//! their defaults, triggers and rules.
//!
//! Only PostgreSQL's can do anything. Of those in the catalog the body is known.

use super::work::Work;
use crate::catalog::object::Expression;
use crate::catalog::{Found, Key, Kind, Space};
use crate::ddl::alter::{ColumnChange, OperationKind};
use crate::ddl::object::Maintenance;
use crate::ddl::query::{Write, WriteKind};
use crate::ddl::table::{ColumnConstraintKind, ColumnDef, ConstraintKind};
use crate::ddl::{self, Name, Qualified, Reach, Statement};
use crate::dialect::Dialect;

impl Work {
    /// Does what the functions may do that run while the statement does.
    pub fn run_what_is_called(&mut self, statement: &Statement) {
        match statement {
            Statement::Query(it) if it.calls => self.run(&it.text.canonical),
            Statement::Write(it) => self.run_write(it),
            _ if !self.is(Dialect::Postgres) => {}
            Statement::Query(it) if self.catalog.store.has_namesakes => {
                self.run_if(&it.text.canonical)
            }
            Statement::CreateTable(it) => {
                it.query.iter().for_each(|it| self.run_if(&it.canonical));
            }
            Statement::CreateView(it) if it.materialized => self.run_if(&it.query.canonical),
            Statement::Maintain(it) if it.kind == Maintenance::Refresh => {
                for view in &it.targets {
                    let (key, _) = self.catalog.resolve(Space::Relation, view);
                    let object = self.catalog.get(&key).map(|it| it.kind.clone());
                    if let Some(Kind::View(view)) = object {
                        self.run_if(&view.query);
                    }
                }
            }
            Statement::AlterTable(it) => {
                for operation in &it.operations {
                    self.run_operation(&operation.kind);
                }
            }
            Statement::Truncate(it) => {
                for table in &it.tables {
                    let (key, _) = self.catalog.resolve(Space::Relation, table);
                    self.run_triggers(&key, Some("truncate"));
                }
            }
            _ => {}
        }
    }

    fn run_write(&mut self, write: &Write) {
        match write.calls {
            true => self.run(&write.text.canonical),
            false if self.catalog.store.has_namesakes => self.run_if(&write.text.canonical),
            false => {}
        }
        let Some(table) = write.table.as_ref().filter(|_| self.is(Dialect::Postgres)) else {
            return;
        };
        let (key, _) = self.catalog.resolve(Space::Relation, table);
        let upserts = write.text.canonical.contains(" on conflict ");
        let event = match write.kind {
            WriteKind::Insert if !upserts => Some("insert"),
            WriteKind::Update => Some("update"),
            WriteKind::Delete => Some("delete"),
            WriteKind::Insert | WriteKind::Merge => None,
        };
        self.run_triggers(&key, event);
        let fills = matches!(write.kind, WriteKind::Insert | WriteKind::Merge);
        // `SET a = DEFAULT`
        let sets = write.kind == WriteKind::Update && write.text.canonical.contains("default");
        if fills || sets {
            let is_meant =
                |column: &Name| fills || write.columns.iter().any(|it| it.name == *column);
            let parts = self.catalog.parts(&key);
            let defaults = parts.filter_map(|(key, object)| match &object.kind {
                Kind::Column(column) if is_meant(key.own_name()) => column.default.clone(),
                _ => None,
            });
            for default in defaults.collect::<Vec<Expression>>() {
                self.run_if(&default);
            }
        }
    }

    /// Runs the triggers and rules of a table and of its partitions and children; of all events, or of one.
    fn run_triggers(&mut self, table: &Key, event: Option<&str>) {
        let mut tables = self.catalog.descendants(table);
        tables.push(table.clone());
        let parts = tables.iter().flat_map(|table| self.catalog.parts(table));
        let kinds =
            parts.filter(|(_, object)| matches!(object.kind, Kind::Trigger(_) | Kind::Rule(_)));
        let kinds: Vec<Kind> = kinds.map(|(_, object)| object.kind.clone()).collect();
        for kind in kinds {
            match kind {
                Kind::Rule(definition) => self.run_if(&definition),
                Kind::Trigger(it) if !it.firing.is_usual() || !fires(&it.definition, event) => {}
                Kind::Trigger(it) => match &it.function {
                    Some(function) => self.run_routine(function),
                    None if it.opaque => self.obscure_everything(),
                    None => {}
                },
                _ => {}
            }
        }
    }

    /// What is computed for the rows that are there.
    fn run_operation(&mut self, operation: &OperationKind) {
        match operation {
            OperationKind::AddColumn { column, .. } => self.run_column(column),
            OperationKind::AlterColumn {
                change:
                    ColumnChange::Type {
                        using: Some(using), ..
                    },
                ..
            } => self.run_if(&using.canonical),
            OperationKind::AddConstraint { constraint, .. } => match &constraint.kind {
                ConstraintKind::Check(text) if !constraint.attributes.not_valid => {
                    self.run_if(&text.canonical);
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn run_column(&mut self, column: &ColumnDef) {
        for constraint in &column.constraints {
            match &constraint.kind {
                ColumnConstraintKind::Default(text) | ColumnConstraintKind::Check(text) => {
                    self.run_if(&text.canonical);
                }
                ColumnConstraintKind::Generated { expression, .. } => {
                    self.run_if(&expression.canonical);
                }
                _ => {}
            }
        }
    }

    /// The functions that a piece of SQL calls and that may do anything. One of the history may be called like one that is
    /// known to be harmless.
    pub fn suspects(&self, text: &str) -> Vec<Qualified> {
        let is_own =
            |name: &Qualified| self.catalog.store.has_namesakes && self.catalog.has_routine(name);
        ddl::suspects(text, self.dialect(), is_own)
    }

    /// Runs what a piece of SQL calls, if that is anything that is not known to be harmless.
    fn run_if(&mut self, text: &str) {
        if !text.contains('(') {
            return;
        }
        for name in self.suspects(text) {
            self.run_name(&name);
        }
    }

    /// The same of what is known to call, or to write to a system catalog.
    fn run(&mut self, text: &str) {
        let names = self.suspects(text);
        match &names[..] {
            [] => self.obscure_everything(),
            names => names.iter().for_each(|name| self.run_name(name)),
        }
    }

    fn run_name(&mut self, name: &Qualified) {
        self.change_anything_in(&Reach::Calls {
            names: Vec::new(),
            called: vec![name.clone()],
        });
    }

    fn run_routine(&mut self, key: &Key) {
        let reach = self.reach_of(key);
        self.change_anything_in(&reach);
    }

    fn reach_of(&self, routine: &Key) -> Reach {
        match self.catalog.find(routine) {
            Found::Here(object) => match &object.kind {
                Kind::Routine(routine) => routine.reach.clone(),
                _ => Reach::Everything,
            },
            Found::Missing | Found::Unknown => Reach::Everything,
        }
    }

    /// What is in reach may be anything now, also by what the routines do that are called, and those that they
    /// call.
    pub fn change_anything_in(&mut self, reach: &Reach) {
        let mut reaches = vec![reach.clone()];
        let mut run: Vec<Key> = Vec::new();
        while let Some(reach) = reaches.pop() {
            match reach {
                Reach::Nothing => {}
                Reach::Aside(names) => names.iter().for_each(|name| self.aside_name(name)),
                Reach::Names(names) => names.iter().for_each(|name| self.obscure_name(name)),
                Reach::Calls { names, called } => {
                    names.iter().for_each(|name| self.obscure_name(name));
                    for name in &called {
                        reaches.extend(self.reaches_of(name, &mut run));
                    }
                }
                Reach::Everything => return self.obscure_everything(),
            }
        }
    }

    /// What the routines of a name may change that were not run before: it is not known which of them is called.
    fn reaches_of(&self, name: &Qualified, run: &mut Vec<Key>) -> Vec<Reach> {
        let wholes = self.catalog.resolve_routines(name);
        let parts = wholes.iter().flat_map(|whole| self.catalog.parts(whole));
        let mut routines: Vec<Key> = parts.map(|(key, _)| key.clone()).collect();
        if routines.is_empty() {
            return vec![Reach::Everything];
        }
        routines.retain(|key| !run.contains(key));
        run.extend(routines.iter().cloned());
        routines.iter().map(|key| self.reach_of(key)).collect()
    }
}

/// Whether a trigger is for an event; its definition begins with its events.
fn fires(definition: &str, event: Option<&str>) -> bool {
    let events = definition.split(' ').take_while(|word| *word != "on");
    event.is_none_or(|event| events.into_iter().any(|word| word == event))
}
