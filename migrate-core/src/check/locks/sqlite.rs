//! What SQLite does. Its locks are on all of the database: a writer keeps other writers out, and readers
//! while it commits, or all along in write-ahead mode never.
//!
//! By <https://www.sqlite.org/lang_altertable.html>: most that `ALTER TABLE` does is done to the text of the schema.

use super::{Blocks, Lock, Scene, Touch, Touches, Work};
use crate::catalog::{ChangeKind, Found, Key, Kind, Space};
use crate::ddl::alter::{AlterTable, OperationKind};
use crate::ddl::object::{Maintenance, ObjectKind};
use crate::ddl::table::ColumnConstraintKind;
use crate::ddl::{Qualified, Reach, Statement};
use std::ops::Range;

pub(super) fn touches(scene: &Scene<'_>) -> Touches {
    let mut sqlite = Sqlite {
        scene: *scene,
        touches: Touches::default(),
    };
    sqlite.statement();
    sqlite.touches
}

struct Sqlite<'a> {
    scene: Scene<'a>,
    touches: Touches,
}

impl Sqlite<'_> {
    fn statement(&mut self) {
        match self.scene.statement {
            Statement::AlterTable(it) => self.alter(it),
            Statement::CreateIndex(it) => {
                self.push(
                    &it.table,
                    Work::Index,
                    "an index is built",
                    &it.table.range(),
                );
            }
            Statement::CreateTrigger(it) => {
                self.push(
                    &it.table,
                    Work::Catalog,
                    "it gets a trigger",
                    &it.table.range(),
                );
            }
            Statement::Drop(it) => {
                // The pages of what is dropped go to the list of free ones, one by one.
                let dropped = self.scene.applied.changes.iter();
                let dropped = dropped.filter(|it| matches!(it.kind, ChangeKind::Drop(_)));
                for change in dropped.filter(|it| it.key.part.is_none()) {
                    let relation = match self.scene.before.get(&change.key).map(|it| &it.kind) {
                        Some(Kind::Index(index)) => index.table.clone(),
                        _ => change.key.clone(),
                    };
                    let work = match it.kind {
                        ObjectKind::Table => Work::Empty,
                        _ => Work::Catalog,
                    };
                    self.touch(
                        &relation,
                        work,
                        "it, or a part of it, is dropped",
                        &change.range,
                    );
                }
            }
            Statement::Write(it) => {
                if let Some(table) = &it.table {
                    self.push(table, Work::Rows, "its rows are written", &table.range());
                }
            }
            Statement::Maintain(it) => match it.kind {
                Maintenance::Vacuum => {
                    self.touches.more = Some("all of the database is written again");
                }
                _ => {
                    for name in &it.targets {
                        let work = match it.kind {
                            Maintenance::Reindex => Work::Index,
                            _ => Work::Scan,
                        };
                        self.push(name, work, "it is worked on", &name.range());
                    }
                }
            },
            Statement::Opaque(it) if it.reach == Reach::Everything => {
                self.touches.more = Some("the statement may do anything");
            }
            _ => {}
        }
    }

    fn alter(&mut self, alter: &AlterTable) {
        for operation in &alter.operations {
            let (work, why) = match &operation.kind {
                OperationKind::AddColumn { column, .. } => {
                    // "…test existing rows when adding a column with a CHECK constraint or a generated column
                    // with a NOT NULL constraint"; a default that is not null makes the others fit. A strict
                    // table is looked through for any column (`sqlite3AlterFinishAddColumn` in alter.c).
                    let has = |wanted: fn(&ColumnConstraintKind) -> bool| {
                        column.constraints.iter().any(|it| wanted(&it.kind))
                    };
                    let checked = has(|it| matches!(it, ColumnConstraintKind::Check(_)));
                    let generated = has(|it| matches!(it, ColumnConstraintKind::Generated { .. }));
                    let not_null = has(|it| matches!(it, ColumnConstraintKind::NotNull));
                    match checked || generated && not_null || self.is_strict(&alter.name) {
                        true => (Work::Scan, "a column is added, and checked for all rows"),
                        false => (Work::Catalog, "a column is added"),
                    }
                }
                OperationKind::DropColumn { name, .. } => {
                    let key = self.key(&alter.name).column(name.name.clone());
                    let is_virtual = match self.scene.before.find(&key) {
                        Found::Here(object) => matches!(&object.kind, Kind::Column(column)
                            if column.generated.as_ref().is_some_and(|it| !it.stored)),
                        Found::Missing | Found::Unknown => false,
                    };
                    match is_virtual {
                        true => (Work::Catalog, "a column that is computed is dropped"),
                        false => (Work::Rewrite, "a column is taken out of every row"),
                    }
                }
                OperationKind::RenameColumn { .. } => (Work::Catalog, "a column is renamed"),
                OperationKind::Rename(_) => (Work::Catalog, "it is renamed"),
                _ => (Work::Unknown, "an operation that is not looked into"),
            };
            self.push(&alter.name, work, why, &operation.range);
        }
    }

    fn is_strict(&self, name: &Qualified) -> bool {
        match self.scene.before.get(&self.key(name)).map(|it| &it.kind) {
            Some(Kind::Table(table)) => table.options.iter().any(|(name, _)| &**name == "strict"),
            _ => false,
        }
    }

    fn key(&self, name: &Qualified) -> Key {
        self.scene.before.resolve(Space::Relation, name).0
    }

    fn push(&mut self, name: &Qualified, work: Work, why: &'static str, range: &Range<usize>) {
        let key = self.key(name);
        self.touch(&key, work, why, range);
    }

    fn touch(&mut self, key: &Key, work: Work, why: &'static str, range: &Range<usize>) {
        let lock = Lock::Sqlite(Blocks::Writes);
        self.touches
            .list
            .push(Touch::new(key, lock, work, why, range));
    }
}
