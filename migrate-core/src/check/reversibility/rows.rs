//! The rows that a migration throws away, where its down restores the schema.

use super::way::{Way, at};
use crate::catalog::types::rounds;
use crate::catalog::{Change, ChangeKind, Found, Key, Kind, Space};
use crate::check::replay::{Replayed, Step};
use crate::ddl::alter::{AlterTable, ColumnChange, OperationKind};
use crate::ddl::query::WriteKind;
use crate::ddl::{Ident, Statement, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Dialect;
use crate::parse;
use sqlparser::ast::{self, Expr, SelectItem, SetExpr};

impl Way<'_> {
    /// What the down brings back, but not with what it held.
    pub fn losses(&self) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = Vec::new();
        let mut told: Vec<&Key> = Vec::new();
        for step in &self.migration.up {
            for change in &step.applied.changes {
                let is_told = told.iter().any(|it| change.key.is_within(it));
                let stays = self.was_there(&change.key) && self.is_back(&change.key);
                if is_told || !stays {
                    continue;
                }
                let Some(message) = self.lost_with(step, change) else {
                    continue;
                };
                told.push(&change.key);
                found.push(at(step, &change.range, Code::DownLossy, message).help(
                    "keep what it held elsewhere, or say in the migration that the loss is meant: `-- migrate:allow down-lossy <why>`",
                ));
            }
        }
        found
    }

    fn was_there(&self, key: &Key) -> bool {
        matches!(self.before.find(key), Found::Here(_))
    }

    fn is_back(&self, key: &Key) -> bool {
        matches!(self.after_down.find(key), Found::Here(_))
    }

    /// What is lost with a change.
    fn lost_with(&self, step: &Step<'_>, change: &Change) -> Option<String> {
        let key = &change.key;
        match &change.kind {
            ChangeKind::Drop(object) => {
                let holds_rows = match &object.kind {
                    Kind::Table(table) => !self.copies() && !table.foreign,
                    Kind::Column(column) => column.generated.is_none(),
                    _ => false,
                };
                // The columns of a table go before it does.
                let whole = key.whole();
                let mut changes = step.applied.changes.iter();
                let with_table = key.part.is_some()
                    && changes.any(|it| it.key == whole && matches!(it.kind, ChangeKind::Drop(_)));
                let rows = if key.part.is_some() { "values" } else { "rows" };
                let kind = object.object_kind().as_str();
                let message = format!("the down brings {kind} `{key}` back, but not its {rows}");
                (holds_rows && !with_table).then_some(message)
            }
            ChangeKind::Alter { from, to } => match (&from.kind, &to.kind) {
                (Kind::Column(from), Kind::Column(to)) => {
                    let (was, is) = (&from.data_type, &to.data_type);
                    rounds(was, is).then(|| {
                        format!("the down makes `{key}` {was} again, but does not bring back what its values lose as {is}")
                    })
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whoever copies rows before a table goes knows what to do.
    fn copies(&self) -> bool {
        let mut steps = self.migration.up.iter();
        steps.any(|step| {
            matches!(&step.statement, Statement::Write(write) if write.kind == WriteKind::Insert)
        })
    }
}

/// What a statement does to rows that nothing brings back.
pub(super) fn lost_rows(migration: &Replayed<'_>, step: &Step<'_>) -> Option<String> {
    let was_there = |key: &Key| !migration.before.find(key).is_missing();
    match &step.statement {
        Statement::Truncate(truncate) => {
            let table = truncate.tables.first()?;
            let (key, _) = step.before.resolve(Space::Relation, table);
            was_there(&key).then(|| format!("the up empties `{key}`"))
        }
        Statement::Write(write) => {
            let (key, _) = step.before.resolve(Space::Relation, write.table.as_ref()?);
            let overwrites = || {
                let mut columns = write.columns.iter();
                columns.any(|column| was_there(&key.column(column.name.clone())))
            };
            match write.kind {
                WriteKind::Delete if was_there(&key) => {
                    Some(format!("the up deletes rows of `{key}`"))
                }
                WriteKind::Update if was_there(&key) && overwrites() => {
                    Some(format!("the up overwrites values in `{key}`"))
                }
                _ => None,
            }
        }
        Statement::AlterTable(alter) => {
            let (table, _) = step.before.resolve(Space::Relation, &alter.name);
            let column = computed_anew(alter, step.before.dialect())?;
            let key = table.column(column.name.clone());
            was_there(&key).then(|| format!("the up computes the values of `{key}` anew"))
        }
        _ => None,
    }
}

/// The column that gets other values with its new type: `USING left(a, 3)`, and not `USING a::text`.
fn computed_anew(alter: &AlterTable, dialect: Dialect) -> Option<&Ident> {
    let mut operations = alter.operations.iter();
    operations.find_map(|operation| match &operation.kind {
        OperationKind::AlterColumn {
            name,
            change: ColumnChange::Type {
                using: Some(using), ..
            },
        } => (!is_cast_of_column(using, dialect)).then_some(name),
        _ => None,
    })
}

fn is_cast_of_column(text: &Text, dialect: Dialect) -> bool {
    fn inner(expression: &Expr) -> &Expr {
        match expression {
            Expr::Nested(it) | Expr::Cast { expr: it, .. } => inner(it),
            it => it,
        }
    }
    let sql = format!("SELECT {}", text.canonical);
    let is_column = |tree: &ast::Statement| {
        let ast::Statement::Query(query) = tree else {
            return false;
        };
        let SetExpr::Select(select) = &*query.body else {
            return false;
        };
        match &select.projection[..] {
            [SelectItem::UnnamedExpr(it)] => matches!(inner(it), Expr::Identifier(_)),
            _ => false,
        }
    };
    parse::look(&sql, dialect, is_column).unwrap_or(false)
}
