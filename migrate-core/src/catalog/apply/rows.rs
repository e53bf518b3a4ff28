//! What reads and writes rows: it changes no schema, but names what has to be there.

use super::work::Work;
use crate::catalog::object::Column;
use crate::catalog::{FaultKind, Found, Key, Kind, Space};
use crate::ddl::object::{Maintain, Maintenance, ObjectKind, Truncate};
use crate::ddl::query::{Query, Write, WriteKind};
use crate::ddl::{Ident, Name};
use crate::dialect::Dialect;

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
            }
        }
        self.look_at_write(write);
    }

    /// Whether a column of SQLite's is the number of the row (https://www.sqlite.org/rowidtable.html).
    fn is_rowid(&self, table: &Key, column: &Ident) -> bool {
        let is_name = matches!(column.name.key(), "rowid" | "oid" | "_rowid_");
        self.is(Dialect::Sqlite)
            && is_name
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

    /// How many columns an `INSERT` writes to that names none, if that is certain.
    fn count_columns(&self, table: &Key) -> Option<usize> {
        let other = table.column(Name::exact(""));
        if !self.is_closed(table) || !self.catalog.find(&other).is_missing() {
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
        for table in &truncate.tables {
            let key = self.require(Space::Relation, table, ObjectKind::Table);
            if self.is(Dialect::Mysql)
                && let Some(key) = key
            {
                self.check_emptied(&key, &table.range());
            }
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
        for target in maintain.targets.iter().filter(|_| !is_other) {
            // SQLite's may be an index.
            if self.is(Dialect::Sqlite) && !self.catalog.resolve_index(target).1.is_missing() {
                continue;
            }
            let key = self.require(Space::Relation, target, kind);
            let Some(Found::Here(object)) = key.as_ref().map(|key| self.catalog.find(key)) else {
                continue;
            };
            let is_view = matches!(&object.kind, Kind::View(view) if view.materialized);
            let (Maintenance::Refresh, Some(key)) = (maintain.kind, key) else {
                continue;
            };
            if is_view {
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
