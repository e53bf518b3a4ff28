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
                    self.push(table, OnlineLock::None, Work::Rows, why, &table.range());
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
                    self.push(table, lock, Work::Catalog, "it is locked", &range);
                }
                _ => {
                    let why = "a sample of it is read";
                    self.push(table, OnlineLock::None, Work::Rows, why, &range);
                }
            }
        }
    }

    fn alter(&mut self, alter: &AlterTable) {
        if alter.kind != ObjectKind::Table {
            return;
        }
        let key = self.key(&alter.name);
        let ways = self.ways(&key, alter);
        let mut options = alter.operations.iter().map(|it| &it.kind);
        let algorithm = options.clone().find_map(|it| match it {
            OperationKind::Algorithm(it) => Some(&**it),
            _ => None,
        });
        let lock = options.find_map(|it| match it {
            OperationKind::Lock(it) => Some(&**it),
            _ => None,
        });
        let all = self.asked(self.together(&key, &ways), algorithm, lock);
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
                let (key, why) = (self.key(&target.table), "a foreign key leads to it");
                self.touch(&key, Lock::Unknown, Work::Rows, why, &operation.range);
            }
        }
    }

    /// How each operation is done by itself.
    fn ways<'a>(&self, table: &Key, alter: &'a AlterTable) -> Vec<(&'a Operation, Way)> {
        let has =
            |wanted: fn(&OperationKind) -> bool| alter.operations.iter().any(|it| wanted(&it.kind));
        let drops_key = |it: &OperationKind| matches!(it, OperationKind::DropPrimaryKey);
        let changes_key = has(drops_key) && has(adds_key);
        let is_option =
            |it: &OperationKind| matches!(it, OperationKind::Algorithm(_) | OperationKind::Lock(_));
        let operations = alter.operations.iter().filter(|it| !is_option(&it.kind));
        let way = |operation: &'a Operation| match &operation.kind {
            it if changes_key && (drops_key(it) || adds_key(it)) => {
                (operation, Some((Inplace, OnlineLock::None, Work::Rewrite)))
            }
            it => (operation, self.operation(table, it)),
        };
        operations.map(way).collect()
    }

    /// How all operations are done, which is in one go: in the way of the hardest.
    fn together(&self, table: &Key, ways: &[(&Operation, Way)]) -> Way {
        let least = (Instant, OnlineLock::None, Work::Catalog);
        let hardest = ways.iter().try_fold(least, |a, (_, way)| {
            way.map(|b| (a.0.max(b.0), a.1.max(b.1), a.2.max(b.2)))
        })?;
        let adds = |it: &OperationKind| matches!(it, OperationKind::AddColumn { .. });
        let drops = |it: &OperationKind| matches!(it, OperationKind::DropColumn { .. });
        let has = |wanted: fn(&OperationKind) -> bool| ways.iter().any(|(it, _)| wanted(&it.kind));
        // Columns that are computed do not follow those that they are computed from.
        if has(adds) && has(drops) && self.is_mariadb && self.has_computed(table) {
            return self.copied();
        }
        // A column that comes or goes at once does so only by itself.
        let at_once = |(it, way): &(&Operation, Way)| {
            let is_instant = way.is_some_and(|(algorithm, ..)| algorithm == Instant);
            is_instant && (adds(&it.kind) || drops(&it.kind))
        };
        match hardest {
            (Nocopy | Inplace, lock, _) if ways.iter().any(at_once) => {
                Some((Inplace, lock, Work::Rewrite))
            }
            hardest => Some(hardest),
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
                let lock = Lock::Mysql(Online { lock, algorithm });
                self.touch(&key, lock, work, why, range);
            }
            None => self.touch(&key, Lock::Unknown, Work::Unknown, why, range),
        }
    }

    /// Says that nobody else may use a table for a moment.
    fn alone(&mut self, name: &Qualified, work: Work, why: &'static str, range: &Range<usize>) {
        self.push(name, OnlineLock::Exclusive, work, why, range);
    }

    fn push(
        &mut self,
        name: &Qualified,
        lock: OnlineLock,
        work: Work,
        why: &'static str,
        range: &Range<usize>,
    ) {
        let algorithm = None;
        let lock = Lock::Mysql(Online { lock, algorithm });
        self.touch(&self.key(name), lock, work, why, range);
    }

    fn touch(
        &mut self,
        key: &Key,
        lock: Lock,
        work: Work,
        why: &'static str,
        range: &Range<usize>,
    ) {
        self.touches
            .list
            .push(Touch::new(key, lock, work, why, range));
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
