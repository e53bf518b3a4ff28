//! What PostgreSQL asks of partitioned tables.

use super::work::Work;
use crate::catalog::fault::Unfit;
use crate::catalog::{FaultKind, Found, Key, Kind};
use crate::ddl::Name;
use crate::ddl::object::ObjectKind;
use crate::dialect::Dialect;
use std::ops::Range;
use std::sync::Arc;

impl Work {
    /// Says that a table has no partitions.
    pub fn look_at_partitioned(&mut self, table: &Key, range: &Range<usize>) {
        let is_plain = matches!(self.catalog.find(table), Found::Here(it) if
            matches!(&it.kind, Kind::Table(it) if it.partition_by.is_none()));
        if self.is(Dialect::Postgres) && is_plain {
            self.unfit_table(table, Unfit::Unparted, range);
        }
    }

    /// Says that an index of a partitioned table cannot be created concurrently (`DefineIndex` in indexcmds.c).
    pub fn look_at_concurrently(&mut self, table: &Key, range: &Range<usize>) {
        if self.parted_by(table).is_some() {
            self.unfit_table(table, Unfit::Concurrently, range);
        }
    }

    /// Says that a partitioned table makes no constraint of an index; whether it may (`ATExecAddIndexConstraint`).
    pub fn adopts_indexes(&mut self, table: &Key, range: &Range<usize>) -> bool {
        let is_parted = self.parted_by(table).is_some();
        if is_parted {
            self.unfit_table(table, Unfit::UsingIndex, range);
        }
        !is_parted
    }

    /// What is unique in a partitioned table is so in each partition, so that it names what the rows are parted by
    /// (`DefineIndex` in indexcmds.c). Expressions are not looked into.
    pub fn look_at_partition_key(&mut self, table: &Key, unique: &[Name], range: &Range<usize>) {
        let Some(text) = self.parted_by(table) else {
            return;
        };
        let inner = text.split_once("( ").map(|(_, inner)| inner);
        let inner = inner.and_then(|inner| inner.strip_suffix(" )"));
        let columns = inner.unwrap_or_default().split(" , ");
        let columns: Vec<Key> = columns
            .filter(|it| !it.contains([' ', '(']))
            .flat_map(|it| self.needs_of(table, it))
            .map(|(key, _)| key)
            .filter(|key| key.part.is_some())
            .collect();
        let left_out = columns.iter().find(|it| !unique.contains(it.own_name()));
        if let Some(column) = left_out {
            let (kind, key) = (ObjectKind::Column, column.clone());
            let why = Unfit::PartitionKey;
            self.fault(range, FaultKind::Unfit { kind, key, why });
        }
    }

    /// What stands behind `PARTITION BY`, of a table that is certainly there.
    fn parted_by(&self, table: &Key) -> Option<Arc<str>> {
        match self.catalog.find(table) {
            Found::Here(it) if self.is(Dialect::Postgres) => match &it.kind {
                Kind::Table(it) => it.partition_by.clone(),
                _ => None,
            },
            _ => None,
        }
    }

    fn unfit_table(&mut self, table: &Key, why: Unfit, range: &Range<usize>) {
        let (kind, key) = (ObjectKind::Table, table.clone());
        self.fault(range, FaultKind::Unfit { kind, key, why });
    }
}
