//! What InnoDB does on MySQL and MariaDB, where nothing else is asked for: the first `ALGORITHM` that it can,
//! and the weakest `LOCK` that this lets it have.
//!
//! By <https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html> (for 8.0 as of 8.0.29) and
//! <https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/>, the second
//! corrected by a server in `tests/tests/locks.rs`.

use super::{Algorithm, Lock, Online, OnlineLock, Scene, Server, Touch, Touches, Work};
use crate::catalog::object::{Column, Rule, Table};
use crate::catalog::types::{self, Rewrite};
use crate::catalog::{Found, Key, Kind, Space};
use crate::ddl::alter::{AlterTable, ColumnChange, Operation, OperationKind};
use crate::ddl::object::{Maintain, Maintenance, ObjectKind};
use crate::ddl::table::{ColumnConstraintKind, ColumnDef, ConstraintKind, IndexDef};
use crate::ddl::{Ident, Qualified, Reach, Statement};
use crate::dialect::Dialect;
use Algorithm::{Copy, Inplace, Instant, Nocopy};
use std::ops::Range;

pub(super) fn touches(scene: &Scene<'_>, server: Server) -> Touches {
    let mut innodb = Innodb {
        scene: *scene,
        is_mariadb: matches!(server, Server::Mariadb(..)),
        touches: Touches::default(),
    };
    innodb.statement();
    innodb.touches
}

struct Innodb<'a> {
    scene: Scene<'a>,
    is_mariadb: bool,
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
                let way = asked(way, it.algorithm.as_deref(), it.lock.as_deref());
                self.done(&it.table, way, "an index is built", &range);
            }
            Statement::Drop(it) => {
                for target in &it.targets {
                    let range = target.name.range();
                    match (it.kind, &target.table) {
                        (ObjectKind::Index, Some(table)) => {
                            let way = self.quick(Inplace, Nocopy);
                            let way = asked(way, it.algorithm.as_deref(), it.lock.as_deref());
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
        let all = match all {
            Some((Nocopy | Inplace, lock, _)) if with_column => {
                Some((Inplace, lock, Work::Rewrite))
            }
            all => all,
        };
        let all = asked(all, algorithm, lock);
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

    /// How an operation is done.
    fn operation(&self, table: &Key, operation: &OperationKind) -> Way {
        let rebuilt = self.rebuilt(table);
        let copied = Some((Copy, OnlineLock::Shared, Work::Rewrite));
        match operation {
            OperationKind::AddColumn { column, .. } => self.add_column(table, column),
            OperationKind::DropColumn { name, .. } => self.drop_column(table, name),
            OperationKind::AlterColumn {
                change: ColumnChange::SetDefault(_) | ColumnChange::DropDefault,
                ..
            } => self.quick(Instant, Instant),
            OperationKind::RenameColumn { .. } => self.quick(Instant, Instant),
            OperationKind::Modify { column, .. } => self.redefined(table, &column.name, column),
            OperationKind::Change { from, column, .. } => self.redefined(table, from, column),
            OperationKind::AddIndex { index, .. } => self.add_index(table, index),
            OperationKind::DropIndex { .. } => self.quick(Inplace, Nocopy),
            OperationKind::RenameIndex { .. } => self.quick(Inplace, Instant),
            OperationKind::AddConstraint { constraint, .. } => match &constraint.kind {
                ConstraintKind::PrimaryKey(_) => rebuilt,
                ConstraintKind::Unique(_) => self.index(),
                // With `foreign_key_checks` on.
                ConstraintKind::ForeignKey { .. } | ConstraintKind::Check(_) => copied,
                ConstraintKind::Exclude { .. } | ConstraintKind::NotNull(_) => None,
            },
            OperationKind::DropPrimaryKey => copied,
            OperationKind::DropConstraint { name, .. } => self.drop_constraint(table, name),
            OperationKind::Rename(_) => Some((Instant, OnlineLock::Exclusive, Work::Catalog)),
            OperationKind::TableOption(name, value) => self.option(table, name, value),
            _ => None,
        }
    }

    /// What only changes the dictionary.
    fn quick(&self, mysql: Algorithm, mariadb: Algorithm) -> Way {
        let algorithm = if self.is_mariadb { mariadb } else { mysql };
        Some((algorithm, OnlineLock::None, Work::Catalog))
    }

    fn index(&self) -> Way {
        let algorithm = if self.is_mariadb { Nocopy } else { Inplace };
        Some((algorithm, OnlineLock::None, Work::Index))
    }

    fn add_index(&self, table: &Key, index: &IndexDef) -> Way {
        let method = index.method.as_ref().map(|it| it.name.key());
        match method {
            Some("fulltext") if self.has_fulltext(table) => {
                let (algorithm, _, work) = self.index()?;
                Some((algorithm, OnlineLock::Shared, work))
            }
            // The first one needs a hidden column (FTS_DOC_ID).
            Some("fulltext") => Some((Inplace, OnlineLock::Shared, Work::Rewrite)),
            Some("spatial") => {
                let (algorithm, _, work) = self.index()?;
                Some((algorithm, OnlineLock::Shared, work))
            }
            _ => self.index(),
        }
    }

    fn has_fulltext(&self, table: &Key) -> bool {
        let mut indexes = self.scene.before.indexes(table);
        indexes.any(|(_, index)| &*index.method == "fulltext")
    }

    fn add_column(&self, table: &Key, def: &ColumnDef) -> Way {
        let has = |wanted: fn(&ColumnConstraintKind) -> bool| {
            def.constraints.iter().any(|it| wanted(&it.kind))
        };
        let generated = |stored: bool| {
            def.constraints.iter().any(|it| {
                matches!(&it.kind, ColumnConstraintKind::Generated { stored: is, .. } if *is == stored)
            })
        };
        let copied = Some((Copy, OnlineLock::Shared, Work::Rewrite));
        // MariaDB does not look whether the rows that are there obey.
        let checked = has(|it| matches!(it, ColumnConstraintKind::Check(_))) && !self.is_mariadb;
        let moves_computed = self.is_mariadb && def.position.is_some() && self.has_computed(table);
        if generated(true) || checked || moves_computed {
            return copied;
        }
        if has(|it| matches!(it, ColumnConstraintKind::References(_))) {
            return None;
        }
        if has(|it| matches!(it, ColumnConstraintKind::AutoIncrement)) {
            return Some((Inplace, OnlineLock::Shared, Work::Rewrite));
        }
        if has(|it| matches!(it, ColumnConstraintKind::PrimaryKey { .. })) {
            return Some((Inplace, OnlineLock::None, Work::Rewrite));
        }
        let calls = |text: &str| text.contains('(');
        let computed = def.constraints.iter().any(
            |it| matches!(&it.kind, ColumnConstraintKind::Default(text) if calls(&text.canonical)),
        );
        if computed {
            return None;
        }
        let unique = has(|it| matches!(it, ColumnConstraintKind::Unique));
        match self.instant(table) {
            Some(true) if unique => Some((Inplace, OnlineLock::None, Work::Rewrite)),
            Some(true) => self.quick(Instant, Instant),
            Some(false) => self.rebuilt(table),
            None => None,
        }
    }

    /// The table is written again; its full-text indexes cannot be kept up meanwhile.
    fn rebuilt(&self, table: &Key) -> Way {
        let lock = match self.has_fulltext(table) {
            true => OnlineLock::Shared,
            false => OnlineLock::None,
        };
        Some((Inplace, lock, Work::Rewrite))
    }

    fn has_computed(&self, table: &Key) -> bool {
        let columns = self.scene.before.columns(table);
        columns.iter().any(|(_, column)| column.generated.is_some())
    }

    /// Whether columns come and go at once; not in compressed tables, nor beside a full-text index.
    fn instant(&self, table: &Key) -> Option<bool> {
        let options = &self.table(table)?.options;
        let compressed = options.iter().any(|(name, value)| {
            &**name == "row_format" && value.eq_ignore_ascii_case("compressed")
                || &**name == "key_block_size"
        });
        Some(!compressed && !self.has_fulltext(table))
    }

    fn drop_column(&self, table: &Key, name: &Ident) -> Way {
        let column = self.column(table, name)?;
        if column.generated.as_ref().is_some_and(|it| !it.stored) {
            return self.quick(Instant, Instant);
        }
        let mut indexes = self.scene.before.indexes(table);
        let is_indexed = indexes.any(|(_, index)| index.key_columns().any(|it| *it == name.name));
        let rebuilt = self.rebuilt(table);
        match self.instant(table)? {
            true if is_indexed => match self.is_mariadb {
                true => Some((Nocopy, OnlineLock::None, Work::Catalog)),
                false => rebuilt,
            },
            true => self.quick(Instant, Instant),
            false => rebuilt,
        }
    }

    /// `MODIFY` and `CHANGE`.
    fn redefined(&self, table: &Key, name: &Ident, def: &ColumnDef) -> Way {
        let old = self.column(table, name)?;
        let new = match &self
            .scene
            .applied
            .catalog
            .get(&table.column(def.name.name.clone()))?
            .kind
        {
            Kind::Column(column) => column.clone(),
            _ => return None,
        };
        if old.generated != new.generated || old.collation != new.collation {
            return None;
        }
        if old.auto_increment != new.auto_increment {
            return Some((Copy, OnlineLock::Shared, Work::Rewrite));
        }
        let rebuilt = self.rebuilt(table);
        let mut way = match types::rewrite(&old.data_type, &new.data_type, Dialect::Mysql) {
            Rewrite::Unknown => return None,
            Rewrite::Rewrite => Some((Copy, OnlineLock::Shared, Work::Rewrite)),
            Rewrite::Nothing { .. } if old.data_type == new.data_type => {
                self.quick(Instant, Instant)
            }
            Rewrite::Nothing { .. } => {
                let is_enum = new.data_type.to_string().starts_with("enum");
                self.quick(if is_enum { Instant } else { Inplace }, Instant)
            }
        };
        let harder = |way: Way, other: Way| way.max(other);
        if def.position.is_some() {
            way = harder(
                way,
                if self.is_mariadb {
                    self.quick(Instant, Instant)
                } else {
                    rebuilt
                },
            );
        }
        if old.not_null != new.not_null {
            let copied = new.not_null && self.is_mariadb && self.has_computed(table);
            let copy = Some((Copy, OnlineLock::Shared, Work::Rewrite));
            way = harder(way, if copied { copy } else { rebuilt });
        }
        way
    }

    fn drop_constraint(&self, table: &Key, name: &Ident) -> Way {
        let constraints = self.scene.before.constraints(table);
        let mut named = constraints.filter(|(key, _)| *key.own_name() == name.name);
        match named.next().map(|(_, it)| &it.rule) {
            Some(Rule::ForeignKey(_)) => self.quick(Inplace, Instant),
            Some(Rule::Check { .. }) => self.quick(Inplace, Instant),
            _ => None,
        }
    }

    fn option(&self, table: &Key, name: &str, value: &str) -> Way {
        let rebuilt = self.rebuilt(table);
        match name {
            "comment" => self.quick(Inplace, Instant),
            "auto_increment" => self.quick(Inplace, Instant),
            "row_format" | "key_block_size" | "force" => rebuilt,
            "stats_persistent" | "stats_auto_recalc" | "stats_sample_pages" => {
                self.quick(Inplace, Instant)
            }
            "default character set"
            | "character set"
            | "charset"
            | "collate"
            | "default charset"
            | "default collate" => self.quick(Inplace, Instant),
            "convert to character set" => Some((Copy, OnlineLock::Shared, Work::Rewrite)),
            "engine" => {
                let options = &self.table(table)?.options;
                let is_innodb = |it: &str| it.eq_ignore_ascii_case("innodb");
                let mut engines = options.iter().filter(|(name, _)| &**name == "engine");
                let was_innodb = engines.next().is_none_or(|(_, it)| is_innodb(it));
                match was_innodb && is_innodb(value) {
                    true => rebuilt,
                    false => Some((Copy, OnlineLock::Shared, Work::Rewrite)),
                }
            }
            _ => None,
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

    fn more(&mut self, why: &'static str) {
        self.touches.more.get_or_insert(why);
    }
}

/// What the statement itself asks for, where that is more.
fn asked(way: Way, algorithm: Option<&str>, lock: Option<&str>) -> Way {
    let (mut best, mut weakest, mut work) = way?;
    match algorithm {
        Some("COPY") => {
            (best, weakest, work) = (Copy, weakest.max(OnlineLock::Shared), Work::Rewrite)
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
