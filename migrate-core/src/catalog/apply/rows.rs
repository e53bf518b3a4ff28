//! What reads and writes rows: it changes no schema, but names what has to be there.

use super::work::Work;
use crate::catalog::fault::Unfit;
use crate::catalog::object::Column;
use crate::catalog::types::Base;
use crate::catalog::{FaultKind, Found, Hold, Key, Kind, Space};
use crate::ddl::object::{Maintain, Maintenance, ObjectKind, Truncate};
use crate::ddl::query::{Query, Write, WriteKind};
use crate::ddl::{Ident, Name, Qualified};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    pub fn write(&mut self, write: &Write) {
        if let Some(table) = &write.table
            && let Some(key) = self.require(Space::Relation, table, ObjectKind::Table)
        {
            for column in &write.columns {
                if !self.is_rowid(&key, column) {
                    self.require_column(&key, column);
                }
            }
            if write.kind == WriteKind::Insert {
                self.count_values(&key, write);
                self.look_at_left_out(&key, write);
            }
        }
        self.look_at_write(write);
    }

    /// Whether a column of SQLite's is the number of the row (https://www.sqlite.org/rowidtable.html).
    fn is_rowid(&self, table: &Key, column: &Ident) -> bool {
        self.is(Dialect::Sqlite)
            && column.name.is_system_column(self.dialect())
            && match self.catalog.get(table).map(|object| &object.kind) {
                Some(Kind::Table(table)) => {
                    let mut options = table.options.iter();
                    options.all(|(name, _)| &**name != "without rowid")
                }
                _ => true,
            }
    }

    /// Each row of `VALUES` has a value for each column that is named, or else for each there is. PostgreSQL lets
    /// the last ones of these go without, MySQL takes `VALUES ()` for none at all.
    fn count_values(&mut self, table: &Key, write: &Write) {
        let Some((range, rows)) = &write.values else {
            return;
        };
        let is_named = !write.columns.is_empty();
        let should = match is_named {
            true => write.columns.len(),
            false => match self.count_columns(table) {
                Some(count) => count,
                None => return,
            },
        };
        let is_right = |count: usize| match self.dialect() {
            _ if is_named => count == should,
            Dialect::Postgres => count <= should,
            Dialect::Mysql => count == should || count == 0,
            Dialect::Sqlite => count == should,
        };
        if let Some(is) = rows.iter().find(|count| !is_right(**count)) {
            let fault = FaultKind::Count {
                what: "values",
                is: *is,
                should,
            };
            self.fault(range, fault);
        }
    }

    /// Says that a column which needs a value gets none. Triggers may give it one, those of a partition, too, into
    /// which the row comes, and MySQL does so unless it is strict.
    fn look_at_left_out(&mut self, table: &Key, write: &Write) {
        let is_plain = |table: &Key| {
            let found = self.catalog.find(table);
            matches!(found, Found::Here(it) if matches!(&it.kind, Kind::Table(it) if !it.foreign))
                && !self.is_watched(table)
        };
        let may_be_passed_over = write.text.canonical.contains("insert or ignore into");
        if self.is(Dialect::Mysql)
            || may_be_passed_over
            || !is_plain(table)
            || !self.catalog.descendants(table).iter().all(is_plain)
        {
            return;
        }
        let (Some((range, _)), false) = (&write.values, write.columns.is_empty()) else {
            return;
        };
        let primary = self.primary_key(table).map(|(_, columns)| columns);
        let primary = primary.filter(|_| self.is(Dialect::Sqlite));
        let is_counted = |name: &Name| primary.iter().flatten().any(|it| it == name);
        let columns = self.catalog.columns(table).into_iter();
        let missing = columns.filter(|(key, column)| {
            let name = key.own_name();
            let is_named = write.columns.iter().any(|it| it.name == *name);
            !is_named
                && needs_value(column)
                && !is_counted(name)
                && matches!(self.catalog.find(key), Found::Here(_))
        });
        if let Some((key, _)) = missing.into_iter().next() {
            let (kind, why) = (ObjectKind::Column, Unfit::LeftOut);
            self.fault(range, FaultKind::Unfit { kind, key, why });
        }
    }

    /// Whether something may happen when rows are written to a table.
    fn is_watched(&self, table: &Key) -> bool {
        let parts = self.catalog.parts(table);
        let users = self.catalog.users(table).map(|(user, _)| user);
        let users = users.filter_map(|user| self.catalog.get(user));
        let mut others = parts.map(|(_, object)| object).chain(users);
        others.any(|it| matches!(it.kind, Kind::Trigger(_) | Kind::Rule(_)))
    }

    /// How many columns an `INSERT` writes to that names none, if that is certain.
    fn count_columns(&self, table: &Key) -> Option<usize> {
        if !self.is_closed(table) || !self.catalog.columns_are_known(table) {
            return None;
        }
        let columns = self.catalog.columns(table);
        let certain = |key: &Key| matches!(self.catalog.find(key), Found::Here(_));
        let is_written = |column: &Column| match self.dialect() {
            Dialect::Sqlite => column.generated.is_none(),
            Dialect::Postgres | Dialect::Mysql => !column.invisible,
        };
        let all_certain = columns.iter().all(|(key, _)| certain(key));
        let written = columns.iter().filter(|(_, it)| is_written(it));
        all_certain.then(|| written.count())
    }

    pub fn query(&mut self, query: &Query) {
        self.look_at_query(&query.text);
    }

    pub fn truncate(&mut self, truncate: &Truncate) {
        let mut emptied = Vec::new();
        for table in &truncate.tables {
            let range = table.range();
            let Some(key) = self.require(Space::Relation, table, ObjectKind::Table) else {
                continue;
            };
            if self.is(Dialect::Mysql) {
                self.check_emptied(&key, &range);
            } else if !self.refuse_other_kind(&key, ObjectKind::Table, &range) {
                emptied.push((key, range));
            }
        }
        if !truncate.cascade && self.is(Dialect::Postgres) {
            self.look_at_emptied(emptied, &truncate.only);
        }
    }

    /// Says that rows which are to go have others that refer to them, in tables that stay as they are
    /// (`heap_truncate_check_FKs` in heap.c).
    fn look_at_emptied(&mut self, named: Vec<(Key, Range<usize>)>, only: &[Qualified]) {
        let mut going: Vec<Key> = Vec::new();
        for (key, range) in &named {
            going.push(key.clone());
            if !only.iter().any(|it| it.range() == *range) {
                going.extend(self.catalog.descendants(key));
            }
        }
        for (key, range) in named {
            // What leads to a partitioned table leads to its partitions.
            let mut partitioned = vec![key.clone()];
            while let Some(next) = partitioned.last().and_then(|it| self.whole_of(it)) {
                if partitioned.contains(&next) {
                    break;
                }
                partitioned.push(next);
            }
            let pointed = partitioned.iter().flat_map(|table| {
                let users = self.catalog.users_by(table, Hold::Firm).cloned();
                users.collect::<Vec<Key>>()
            });
            let stays = |key: &Key| {
                let is_foreign = matches!(self.catalog.find(key), Found::Here(it) if
                    matches!(&it.kind, Kind::Constraint(it) if it.enforced));
                is_foreign && !going.contains(&key.whole())
            };
            let by: Vec<Key> = pointed.filter(stays).collect();
            if !by.is_empty() && matches!(self.catalog.find(&key), Found::Here(_)) {
                let (kind, why) = (ObjectKind::Table, Unfit::Emptied(by));
                self.fault(&range, FaultKind::Unfit { kind, key, why });
            }
        }
    }

    /// Whether this is a view, a type or the like, or a table of partitions that has none: nobody looks for its columns then
    /// (`analyze_rel`).
    fn has_no_rows(&self, name: &Qualified) -> bool {
        let (table, found) = self.resolve(Space::Relation, name, ObjectKind::Table);
        match found {
            Found::Here(object) => match &object.kind {
                Kind::Table(_) => self.is_parted(&table) && self.children(&table).is_empty(),
                Kind::View(view) => !view.materialized,
                _ => true,
            },
            Found::Missing | Found::Unknown => false,
        }
    }

    pub fn maintain(&mut self, maintain: &Maintain) {
        let says = |word: &str| maintain.options.canonical.split(' ').any(|it| it == word);
        let kind = match maintain.kind {
            Maintenance::Refresh => ObjectKind::MaterializedView,
            Maintenance::Reindex if says("index") => ObjectKind::Index,
            _ => ObjectKind::Table,
        };
        let is_other = maintain.kind == Maintenance::Reindex && !says("table") && !says("index");
        let mut columns = maintain.columns.clone();
        columns.retain(|(table, _)| !self.has_no_rows(table));
        self.look_at_columns(&columns);
        // MySQL answers with a row that says what is missing.
        let asks = matches!(maintain.kind, Maintenance::Analyze | Maintenance::Optimize)
            && self.is(Dialect::Mysql);
        for target in maintain.targets.iter().filter(|_| !is_other && !asks) {
            // SQLite's may be an index.
            if self.is(Dialect::Sqlite) && !self.catalog.resolve_index(target).1.is_missing() {
                continue;
            }
            let key = self.require(Space::Relation, target, kind);
            let Some(Found::Here(object)) = key.as_ref().map(|key| self.catalog.find(key)) else {
                continue;
            };
            if let (Some(index), Some(key)) = (&maintain.index, &key) {
                self.look_at_order(key, index);
            }
            let is_view = matches!(&object.kind, Kind::View(view) if view.materialized);
            let (Maintenance::Refresh, Some(key)) = (maintain.kind, key) else {
                continue;
            };
            if is_view {
                if maintain.concurrently {
                    self.look_at_refreshed(&key, &target.range());
                }
                let populated = !maintain.options.canonical.contains("no data");
                self.rewrite(&key, |object| {
                    if let Kind::View(view) = &mut object.kind {
                        view.populated = populated;
                    }
                });
            } else {
                let (wanted, kind) = (kind, object.object_kind());
                self.fault(&target.range(), FaultKind::WrongKind { wanted, kind, key });
            }
        }
    }
}

/// Whether a row cannot do without a value for a column. A domain may have a default of its own.
fn needs_value(column: &Column) -> bool {
    column.not_null
        && !column.passes_over
        && column.default.is_none()
        && column.generated.is_none()
        && column.identity.is_none()
        && !column.auto_increment
        && matches!(column.data_type.base, Base::Builtin(_))
}
