//! What InnoDB does on MySQL and MariaDB, where nothing else is asked for: the first `ALGORITHM` that it can,
//! and the weakest `LOCK` that this lets it have.
//!
//! By <https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html> (for 8.0 as of 8.0.29) and
//! <https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/>, the second
//! corrected by a server in `tests/tests/locks.rs`.

mod operation;

use super::{Algorithm, Lock, Online, OnlineLock, Scene, Server, Touch, Touches, Work};
use crate::catalog::object::{Column, Table};
use crate::catalog::{Found, Key, Kind, Space};
use crate::ddl::alter::{AlterTable, Operation, OperationKind};
use crate::ddl::object::{Maintain, Maintenance, ObjectKind};
use crate::ddl::table::ConstraintKind;
use crate::ddl::{Ident, Qualified, Reach, Statement};
use Algorithm::{Copy, Inplace, Instant, Nocopy};
use std::ops::Range;

pub(super) fn touches(scene: &Scene<'_>, server: Server) -> Touches {
    let mut innodb = Innodb {
        scene: *scene,
        is_mariadb: matches!(server, Server::Mariadb(..)),
        copies_online: matches!(server, Server::Mariadb(major, minor) if (major, minor) >= (11, 2)),
        touches: Touches::default(),
    };
    innodb.statement();
    innodb.touches
}

struct Innodb<'a> {
    scene: Scene<'a>,
    is_mariadb: bool,
    copies_online: bool,
    touches: Touches,
}

/// How an operation is done; none where it is not known.
type Way = Option<(Algorithm, OnlineLock, Work)>;

impl Innodb<'_> {
    fn statement(&mut self) {
        match self.scene.statement {
            Statement::AlterTable(it) => self.alter(it),
            Statement::CreateIndex(it) => {
                let range = it.table.range();
                let way = self.add_index(&self.key(&it.table), &it.definition);
                let way = self.asked(way, it.algorithm.as_deref(), it.lock.as_deref());
                self.done(&it.table, way, "an index is built", &range);
            }
            Statement::Drop(it) => {
                for target in &it.targets {
                    let range = target.name.range();
                    match (it.kind, &target.table) {
                        (ObjectKind::Index, Some(table)) => {
                            let way = self.quick(Inplace, Nocopy);
                            let way = self.asked(way, it.algorithm.as_deref(), it.lock.as_deref());
                            self.done(table, way, "an index is dropped", &range);
                        }
                        (ObjectKind::Table | ObjectKind::View, _) => {
                            self.alone(&target.name, Work::Catalog, "it is dropped", &range);
                        }
                        _ => {}
                    }
                }
            }
            Statement::Rename(renames) => {
                for rename in renames.iter().filter(|it| it.kind == ObjectKind::Table) {
                    let name = &rename.target.name;
                    self.alone(name, Work::Catalog, "it is renamed", &name.range());
                }
            }
            Statement::CreateTrigger(it) => {
                let range = it.table.range();
                self.alone(&it.table, Work::Catalog, "it gets a trigger", &range);
            }
            Statement::Truncate(it) => {
                for table in &it.tables {
                    self.alone(
                        table,
                        Work::Empty,
                        "its rows are thrown away",
                        &table.range(),
                    );
                }
            }
            Statement::Write(it) => {
                if let Some(table) = &it.table {
                    let why = "its rows are written";
                    self.push(
                        table,
                        OnlineLock::None,
                        None,
                        Work::Rows,
                        why,
                        &table.range(),
                    );
                }
            }
            Statement::Maintain(it) => self.maintain(it),
            Statement::Opaque(it) if it.reach == Reach::Everything => {
                self.more("the statement may do anything");
            }
            _ => {}
        }
    }

    fn maintain(&mut self, maintain: &Maintain) {
        for table in &maintain.targets {
            let range = table.range();
            match maintain.kind {
                Maintenance::Optimize => {
                    let way = Some((Inplace, OnlineLock::None, Work::Rewrite));
                    self.done(table, way, "it is written again", &range);
                }
                Maintenance::Lock => {
                    let lock = match maintain.options.canonical.contains("read") {
                        true => OnlineLock::Shared,
                        false => OnlineLock::Exclusive,
                    };
                    self.push(table, lock, None, Work::Catalog, "it is locked", &range);
                }
                _ => {
                    let why = "a sample of it is read";
                    self.push(table, OnlineLock::None, None, Work::Rows, why, &range);
                }
            }
        }
    }

    fn alter(&mut self, alter: &AlterTable) {
        if alter.kind != ObjectKind::Table {
            return;
        }
        let key = self.key(&alter.name);
        let is = |it: &Operation, wanted: fn(&OperationKind) -> bool| wanted(&it.kind);
        let drops_key = |it: &OperationKind| matches!(it, OperationKind::DropPrimaryKey);
        let drops = alter.operations.iter().any(|it| is(it, drops_key));
        let adds = alter.operations.iter().any(|it| is(it, adds_key));
        // All operations are done in one go, in the way of the hardest.
        let mut all: Way = Some((Instant, OnlineLock::None, Work::Catalog));
        let (mut algorithm, mut lock) = (None, None);
        let mut ways = Vec::new();
        for operation in &alter.operations {
            let way = match &operation.kind {
                OperationKind::Algorithm(it) => {
                    algorithm = Some(&**it);
                    continue;
                }
                OperationKind::Lock(it) => {
                    lock = Some(&**it);
                    continue;
                }
                it if drops && adds && (drops_key(it) || adds_key(it)) => {
                    Some((Inplace, OnlineLock::None, Work::Rewrite))
                }
                it => self.operation(&key, it),
            };
            all = all
                .zip(way)
                .map(|(a, b)| (a.0.max(b.0), a.1.max(b.1), a.2.max(b.2)));
            ways.push((operation, way));
        }
        // A column that comes or goes at once does so only by itself.
        let at_once = |(operation, way): &(&Operation, Way)| {
            let is_column = matches!(
                operation.kind,
                OperationKind::AddColumn { .. } | OperationKind::DropColumn { .. }
            );
            is_column && way.is_some_and(|(algorithm, ..)| algorithm == Instant)
        };
        let with_column = ways.iter().any(at_once);
        let adds_column = |it: &OperationKind| matches!(it, OperationKind::AddColumn { .. });
        let drops_column = |it: &OperationKind| matches!(it, OperationKind::DropColumn { .. });
        let moves = alter.operations.iter().any(|it| is(it, adds_column))
            && alter.operations.iter().any(|it| is(it, drops_column));
        let all = match all {
            // Columns that are computed do not follow those that they are computed from.
            Some(_) if moves && self.is_mariadb && self.has_computed(&key) => self.copied(),
            Some((Nocopy | Inplace, lock, _)) if with_column => {
                Some((Inplace, lock, Work::Rewrite))
            }
            all => all,
        };
        let all = self.asked(all, algorithm, lock);
        for (operation, way) in ways {
            let work = way.map_or(Work::Unknown, |(_, _, work)| work);
            // What copies the table copies all of it.
            let work = match all {
                Some((Copy, ..)) => Work::Rewrite,
                Some((_, _, all)) => work.max(all),
                None => Work::Unknown,
            };
            let all = all.map(|(algorithm, lock, _)| (algorithm, lock, work));
            self.done(&alter.name, all, why(&operation.kind), &operation.range);
        }
        for operation in &alter.operations {
            if let OperationKind::AddConstraint { constraint, .. } = &operation.kind
                && let ConstraintKind::ForeignKey { target, .. } = &constraint.kind
            {
                let key = self.key(&target.table);
                self.touch(
                    &key,
                    Lock::Unknown,
                    Work::Rows,
                    "a foreign key leads to it",
                    &operation.range,
                );
            }
        }
    }

    fn key(&self, name: &Qualified) -> Key {
        self.scene.before.resolve(Space::Relation, name).0
    }

    fn table(&self, key: &Key) -> Option<Table> {
        match self.scene.before.find(key) {
            Found::Here(object) => match &object.kind {
                Kind::Table(table) => Some(table.clone()),
                _ => None,
            },
            Found::Missing | Found::Unknown => None,
        }
    }

    fn column(&self, table: &Key, name: &Ident) -> Option<Column> {
        match self.scene.before.find(&table.column(name.name.clone())) {
            Found::Here(object) => match &object.kind {
                Kind::Column(column) => Some(column.clone()),
                _ => None,
            },
            Found::Missing | Found::Unknown => None,
        }
    }

    /// Says how a table is changed. Of another engine than InnoDB nothing is known.
    fn done(&mut self, name: &Qualified, way: Way, why: &'static str, range: &Range<usize>) {
        let key = self.key(name);
        let is_other = self.table(&key).is_some_and(|table| {
            let mut engines = table.options.iter().filter(|(name, _)| &**name == "engine");
            engines.any(|(_, engine)| !engine.eq_ignore_ascii_case("innodb"))
        });
        match way.filter(|_| !is_other) {
            Some((algorithm, lock, work)) => {
                let algorithm = Some(algorithm);
                self.touch(
                    &key,
                    Lock::Mysql(Online { lock, algorithm }),
                    work,
                    why,
                    range,
                );
            }
            None => self.touch(&key, Lock::Unknown, Work::Unknown, why, range),
        }
    }

    /// Says that nobody else may use a table for a moment.
    fn alone(&mut self, name: &Qualified, work: Work, why: &'static str, range: &Range<usize>) {
        self.push(name, OnlineLock::Exclusive, None, work, why, range);
    }

    fn push(
        &mut self,
        name: &Qualified,
        lock: OnlineLock,
        algorithm: Option<Algorithm>,
        work: Work,
        why: &'static str,
        range: &Range<usize>,
    ) {
        let key = self.key(name);
        self.touch(
            &key,
            Lock::Mysql(Online { lock, algorithm }),
            work,
            why,
            range,
        );
    }

    fn touch(
        &mut self,
        key: &Key,
        lock: Lock,
        work: Work,
        why: &'static str,
        range: &Range<usize>,
    ) {
        self.touches.list.push(Touch {
            relation: key.clone(),
            lock,
            work,
            why,
            range: range.clone(),
            new: false,
        });
    }

    /// What the statement itself asks for, where that is more.
    fn asked(&self, way: Way, algorithm: Option<&str>, lock: Option<&str>) -> Way {
        let (mut best, mut weakest, mut work) = way?;
        match algorithm {
            Some("COPY") => {
                let (copy, lock, rewrite) = self.copied()?;
                (best, weakest, work) = (copy, weakest.max(lock), rewrite);
            }
            Some("INPLACE") => best = best.max(Inplace),
            _ => {}
        }
        match lock {
            Some("SHARED") => weakest = weakest.max(OnlineLock::Shared),
            Some("EXCLUSIVE") => weakest = OnlineLock::Exclusive,
            _ => {}
        }
        Some((best, weakest, work))
    }

    fn more(&mut self, why: &'static str) {
        self.touches.more.get_or_insert(why);
    }
}

fn adds_key(operation: &OperationKind) -> bool {
    matches!(operation, OperationKind::AddConstraint { constraint, .. }
        if matches!(constraint.kind, ConstraintKind::PrimaryKey(_)))
}

fn why(operation: &OperationKind) -> &'static str {
    match operation {
        OperationKind::AddColumn { .. } => "a column is added",
        OperationKind::DropColumn { .. } => "a column is dropped",
        OperationKind::AlterColumn { .. } => "a default of new rows is changed",
        OperationKind::Modify { .. } | OperationKind::Change { .. } => "a column is changed",
        OperationKind::RenameColumn { .. } => "a column is renamed",
        OperationKind::AddIndex { .. } => "an index is built",
        OperationKind::DropIndex { .. } => "an index is dropped",
        OperationKind::RenameIndex { .. } => "an index is renamed",
        OperationKind::AddConstraint { .. } => "a constraint is added",
        OperationKind::DropPrimaryKey | OperationKind::DropConstraint { .. } => {
            "a constraint is dropped"
        }
        OperationKind::Rename(_) => "it is renamed",
        OperationKind::TableOption(..) => "an option is set",
        OperationKind::Partitions(_) => "its partitions are changed",
        _ => "an operation that is not looked into",
    }
}
