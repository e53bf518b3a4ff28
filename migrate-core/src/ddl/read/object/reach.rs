//! What a statement names of the schema, for those that stand where it is not known whether they run.

use crate::ddl::alter::{AlterTable, OperationKind};
use crate::ddl::object::{Drop, ObjectKind, Target};
use crate::ddl::read::query::calls;
use crate::ddl::{Ident, Qualified, Reach, Statement, Text};
use crate::dialect::Dialect;
use std::ops::Range;

impl Reach {
    /// Puts the names where they stand in the text around this one.
    pub(super) fn place(&mut self, outside: impl Fn(Range<usize>) -> Range<usize>) {
        let (names, called) = match self {
            Reach::Nothing | Reach::Everything => return,
            Reach::Names(names) | Reach::Aside(names) => (names, &mut Vec::new()),
            Reach::Calls { names, called } => (names, called),
        };
        let names = names.iter_mut().chain(called);
        let idents = names.flat_map(|name| name.schema.iter_mut().chain([&mut name.name]));
        for ident in idents {
            ident.range = outside(ident.range.clone());
        }
    }

    /// Takes what something else may have changed, too.
    pub(super) fn extend(&mut self, other: Reach) {
        *self = match (std::mem::replace(self, Reach::Nothing), other) {
            (Reach::Everything, _) | (_, Reach::Everything) => Reach::Everything,
            (Reach::Nothing, reach) | (reach, Reach::Nothing) => reach,
            (Reach::Aside(mut names), Reach::Aside(more)) => {
                names.extend(more);
                Reach::Aside(names)
            }
            (one, Reach::Aside(_)) | (Reach::Aside(_), one) => one,
            (one, other) => {
                let ((mut names, mut called), more) = (one.parts(), other.parts());
                names.extend(more.0);
                called.extend(more.1);
                Reach::calling(names, called)
            }
        };
    }

    /// What it names and changes, and what it calls.
    fn parts(self) -> (Vec<Qualified>, Vec<Qualified>) {
        match self {
            Reach::Nothing | Reach::Aside(_) | Reach::Everything => Default::default(),
            Reach::Names(names) => (names, Vec::new()),
            Reach::Calls { names, called } => (names, called),
        }
    }

    /// What names these and calls those may change.
    pub(in crate::ddl::read) fn calling(names: Vec<Qualified>, called: Vec<Qualified>) -> Reach {
        match (names.is_empty(), called.is_empty()) {
            (true, true) => Reach::Nothing,
            (false, true) => Reach::Names(names),
            (_, false) => Reach::Calls { names, called },
        }
    }

    /// Whether something that it names and changes, or calls, is such a name.
    pub(super) fn has_any(&self, is_such: impl Fn(&Qualified) -> bool) -> bool {
        match self {
            Reach::Nothing | Reach::Aside(_) | Reach::Everything => false,
            Reach::Names(names) => names.iter().any(is_such),
            Reach::Calls { names, called } => names.iter().chain(called).any(is_such),
        }
    }
}

/// What a statement may have changed.
pub(super) fn reach(statement: Statement) -> Reach {
    use Reach::{Everything, Names, Nothing};
    match statement {
        Statement::CreateTable(table) => {
            let called = table.query.as_ref().map(called).unwrap_or_default();
            let parents = table.inherits.into_iter();
            let parents = parents.chain(table.partition_of.map(|(parent, _)| parent));
            let names = std::iter::once(table.name).chain(parents).collect();
            Reach::calling(names, called)
        }
        Statement::AlterTable(alter) => alter_table(alter),
        Statement::CreateIndex(index) => {
            let name = index.definition.name.map(|name| Qualified {
                schema: index.table.schema.clone(),
                name,
            });
            Names(std::iter::once(index.table).chain(name).collect())
        }
        Statement::CreateSchema(schema) => Names(vec![alone(schema.name)]),
        Statement::CreateView(view) if view.materialized => {
            Reach::calling(vec![view.name], called(&view.query))
        }
        Statement::CreateView(view) => Names(vec![view.name]),
        Statement::CreateSequence(sequence) => Names(vec![sequence.name]),
        Statement::AlterSequence(sequence) => Names(vec![sequence.name]),
        Statement::CreateType(created) => Names(vec![created.name]),
        Statement::AlterType(alter) => Names(vec![alter.name]),
        Statement::CreateDomain(domain) => Names(vec![domain.name]),
        Statement::AlterDomain(alter) => Names(vec![alter.name]),
        Statement::CreateRoutine(routine) => Names(vec![routine.name]),
        Statement::CreateTrigger(trigger) => Names(vec![trigger.table]),
        Statement::CreatePolicy(policy) | Statement::AlterPolicy(policy) => {
            Names(vec![policy.table])
        }
        Statement::CreateRule(rule) => Names(vec![rule.table]),
        // It creates others, whose names are their own.
        Statement::CreateExtension(extension) if extension.cascade => Everything,
        Statement::CreateExtension(extension) => Names(vec![alone(extension.name)]),
        Statement::Drop(drop) => dropped(drop),
        Statement::Rename(renames) => {
            let names = renames.into_iter().flat_map(|rename| {
                let to = Qualified {
                    schema: rename.to.schema.or(rename.target.name.schema.clone()),
                    name: rename.to.name,
                };
                [named(rename.target), to]
            });
            Names(names.collect())
        }
        Statement::SetSchema(set) => {
            let old = named(set.target);
            let new = Qualified {
                schema: Some(set.schema),
                name: old.name.clone(),
            };
            Names(vec![old, new])
        }
        Statement::Comment(comment) => Names(vec![named(comment.target)]),
        Statement::Write(write) if write.calls => match called(&write.text) {
            // It is a system catalog that it writes to.
            called if called.is_empty() => Everything,
            called => Reach::calling(Vec::new(), called),
        },
        Statement::Query(query) if query.calls => Reach::calling(Vec::new(), called(&query.text)),
        // What follows finds other objects by the same names.
        Statement::Set(set) if is_about_names(&set.variable) => Everything,
        Statement::Opaque(opaque) => {
            let mut reach = opaque.reach;
            if !opaque.names.is_empty() {
                reach.extend(Reach::Aside(opaque.names));
            }
            reach
        }
        Statement::Write(_)
        | Statement::Query(_)
        | Statement::Truncate(_)
        | Statement::Set(_)
        | Statement::Maintain(_)
        | Statement::Control(_) => Nothing,
    }
}

/// What a query calls that may do anything. Only PostgreSQL's can. Where that stands is not said.
fn called(query: &Text) -> Vec<Qualified> {
    let mut reach = Reach::calling(
        Vec::new(),
        calls::suspects(&query.canonical, Dialect::Postgres, |_| false),
    );
    reach.place(|_| query.range.clone());
    reach.parts().1
}

/// Whether a setting tells what names stand for: `search_path` itself, or the `"$user"` in it.
fn is_about_names(variable: &str) -> bool {
    matches!(
        variable,
        "search_path" | "role" | "session_authorization" | "all"
    )
}

fn alone(name: Ident) -> Qualified {
    Qualified { schema: None, name }
}

/// What is part of a table stands for it.
fn named(target: Target) -> Qualified {
    target.table.unwrap_or(target.name)
}

fn dropped(drop: Drop) -> Reach {
    // The tables and columns whose types they are go, too, and views go with tables.
    if drop.cascade && !matches!(drop.kind, ObjectKind::Policy | ObjectKind::Rule) {
        return Reach::Everything;
    }
    Reach::Names(drop.targets.into_iter().map(named).collect())
}

fn alter_table(alter: AlterTable) -> Reach {
    use OperationKind as Kind;
    let mut names = Vec::new();
    let mut owner_only = !alter.operations.is_empty();
    let schema = alter.name.schema.clone();
    for operation in alter.operations {
        owner_only &= matches!(operation.kind, Kind::Owner(_));
        match operation.kind {
            Kind::DropColumn { cascade: true, .. } | Kind::DropConstraint { cascade: true, .. } => {
                return Reach::Everything;
            }
            Kind::Rename(to) => names.push(Qualified {
                schema: to.schema.or(schema.clone()),
                name: to.name,
            }),
            Kind::SetSchema(schema) => names.push(Qualified {
                schema: Some(schema),
                name: alter.name.name.clone(),
            }),
            Kind::AttachPartition { partition, .. } | Kind::DetachPartition { partition, .. } => {
                names.push(partition);
            }
            Kind::Inherit(parent, _) => names.push(parent),
            _ => {}
        }
    }
    match owner_only {
        true => Reach::Nothing,
        false => Reach::Names(std::iter::once(alter.name).chain(names).collect()),
    }
}
