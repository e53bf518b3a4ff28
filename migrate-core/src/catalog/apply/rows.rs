//! What reads and writes rows: it changes no schema, but names what has to be there.

use super::work::Work;
use crate::catalog::{FaultKind, Found, Key, Kind, Space};
use crate::ddl::object::{Maintain, Maintenance, ObjectKind, Truncate};
use crate::ddl::query::{Query, Write, WriteKind};
use crate::dialect::Dialect;

impl Work {
    pub fn write(&mut self, write: &Write) {
        if let Some(table) = &write.table
            && let Some(key) = self.require(Space::Relation, table, ObjectKind::Table)
        {
            for column in &write.columns {
                self.require_column(&key, column);
            }
            if write.kind == WriteKind::Insert {
                self.count_values(&key, write);
            }
        }
        self.look_at_write(write);
        if write.calls {
            self.obscure_everything();
        }
    }

    /// Each row of `VALUES` has a value for each column that is named, or at most for each there is.
    fn count_values(&mut self, table: &Key, write: &Write) {
        let Some((range, rows)) = &write.values else {
            return;
        };
        let most = match write.columns.len() {
            0 => match self.catalog.find(table) {
                Found::Here(_) if self.is_closed(table) => self.catalog.columns(table).len(),
                _ => return,
            },
            named => named,
        };
        let wrong = rows.iter().find(|count| **count > most);
        if let Some(is) = wrong {
            let fault = FaultKind::Count {
                what: "values",
                is: *is,
                should: most,
            };
            self.fault(range, fault);
        }
    }

    pub fn query(&mut self, query: &Query) {
        self.look_at_query(&query.text);
        if query.calls {
            self.obscure_everything();
        }
    }

    pub fn truncate(&mut self, truncate: &Truncate) {
        for table in &truncate.tables {
            self.require(Space::Relation, table, ObjectKind::Table);
        }
    }

    pub fn maintain(&mut self, maintain: &Maintain) {
        let kind = match maintain.kind {
            Maintenance::Refresh => ObjectKind::MaterializedView,
            _ => ObjectKind::Table,
        };
        let is_other =
            maintain.kind == Maintenance::Reindex && !maintain.options.canonical.contains("table");
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
