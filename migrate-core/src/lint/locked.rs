//! What statements lock, and what they do with rows, as rules ask for it.

use super::{Context, Finding, Locking, SoFar};
use crate::catalog::types::Base;
use crate::catalog::{Catalog, Found, Key, Kind, Space};
use crate::check::locks::{Blocks, Held, Lock, LockMode, Server, Touch, Touches, Work};
use crate::check::replay::Step;
use crate::ddl::alter::OperationKind;
use crate::ddl::{Name, Statement};
use crate::source::Span;
use std::ops::Range;

impl Locking {
    /// What the statement itself keeps others from, on relations that were there before the migration.
    pub fn blocks(&self, blocks: Blocks) -> impl Iterator<Item = &Touch> {
        let old = self.touches.old();
        old.filter(move |touch| touch.lock.blocks().is_some_and(|it| it >= blocks))
    }

    /// Where it reads or writes all rows of a relation that was there before the migration.
    pub fn long(&self) -> impl Iterator<Item = &Touch> {
        self.touches.old().filter(|touch| touch.work.is_long())
    }
}

impl Context<'_> {
    /// What the statement locks on the oldest of the servers.
    pub fn locked(&self) -> Option<&Locking> {
        self.locking.first()
    }

    /// The same of the statements before it.
    pub fn locked_earlier(&self) -> impl DoubleEndedIterator<Item = &Locking> {
        self.locking_earlier.iter().filter_map(|it| it.first())
    }

    /// Whether one of the servers is of this major version of PostgreSQL at least.
    pub fn is_any_from(&self, major: u16) -> bool {
        let mut servers = self.servers.iter();
        servers.any(|it| *it >= Server::Postgres(major))
    }

    /// Whether all of them are.
    pub fn are_all_from(&self, major: u16) -> bool {
        let mut servers = self.servers.iter();
        servers.all(|it| *it >= Server::Postgres(major))
    }

    /// What the statement does to old relations because of a part of it.
    pub fn touched<'a>(&'a self, range: &'a Range<usize>) -> impl Iterator<Item = &'a Touch> {
        let touches = self.locked().map(|locked| locked.touches.old());
        let touches = touches.into_iter().flatten();
        touches.filter(move |touch| touch.range == *range && self.has_rows(&touch.relation))
    }

    /// The dearest work on rows that a part of the statement certainly brings. Rows that another part writes again are
    /// looked at on the way (`ATRewriteTable` in tablecmds.c).
    pub fn work(&self, range: &Range<usize>) -> Work {
        let works = self.touched(range).map(|touch| match touch.work {
            Work::Scan if self.rewrites(&touch.relation) => Work::Catalog,
            work => work,
        });
        let certain = works.filter(|work| *work != Work::Unknown);
        certain.max().unwrap_or(Work::Catalog)
    }

    /// Whether the statement writes all rows of a relation again.
    fn rewrites(&self, relation: &Key) -> bool {
        self.locked()
            .is_some_and(|it| it.touches.on(relation).any(|it| it.work == Work::Rewrite))
    }

    /// Whether a relation was there before the migration, which does not empty it before this statement,
    /// and does not drop it afterwards.
    pub fn has_rows(&self, relation: &Key) -> bool {
        let dropped = self.drops.get(relation);
        self.is_old(relation)
            && !self.so_far.is_empty(relation)
            && dropped.is_none_or(|place| *place <= (self.at, self.index))
    }

    /// How to build an index (`what`) of a table while others write to it; `plain` is how where the table is no
    /// partitioned one: "Concurrent builds for indexes on partitioned tables are currently not supported" (manual,
    /// CREATE INDEX).
    pub fn building(&self, table: &Key, what: &str, plain: impl Into<String>) -> String {
        match self.is_partitioned(table) {
            true => format!(
                "create {what} `ON ONLY` the table, then `CONCURRENTLY` on each partition, and attach those with `ALTER INDEX … ATTACH PARTITION`"
            ),
            false => plain.into(),
        }
    }

    /// Whether it is certain that a relation is partitioned.
    pub fn is_partitioned(&self, table: &Key) -> bool {
        match self.before().find(table) {
            Found::Here(object) => {
                matches!(&object.kind, Kind::Table(table) if table.partition_by.is_some())
            }
            Found::Missing | Found::Unknown => false,
        }
    }

    /// The tables that nobody can read because of what the migration has done before a statement.
    pub fn held_from_all<'a>(
        &'a self,
        locked: &'a Locking,
    ) -> impl Iterator<Item = (&'a Key, &'a Held)> {
        locked.held.iter().filter(|(key, held)| {
            held.lock == Lock::from(LockMode::AccessExclusive) && self.is_old_table(key)
        })
    }

    /// A finding that shows, too, what has locked the table.
    pub fn with_holder(&self, finding: Finding, table: &Key, held: &Held) -> Finding {
        let Some(step) = self.earlier().get(held.since) else {
            return finding;
        };
        let span = Span::range(step.file, step.place(&held.range));
        finding.other(span, format!("`{table}` is locked from here to the end"))
    }
}

/// Takes back what is not so in a session like this: where its time zone is UTC, a `timestamp` that gets or
/// loses its zone may stay as it is stored (`ATColumnChangeRequiresRewrite`).
pub(super) fn settle(step: &Step<'_>, so_far: &SoFar, touches: &mut Touches) {
    let Statement::AlterTable(alter) = &step.statement else {
        return;
    };
    if !so_far.setting("timezone").is_some_and(is_utc) {
        return;
    }
    let (table, _) = step.before.resolve(Space::Relation, &alter.name);
    for operation in &alter.operations {
        let OperationKind::AlterColumn { name, .. } = &operation.kind else {
            continue;
        };
        let column = table.column(name.name.clone());
        if is_of_zone(&step.before, &step.applied.catalog, &column) {
            // Its indexes are built again all the same, since they sort by other operators.
            let mut indexes = step.before.indexes(&table).map(|(_, index)| index);
            let is_own = |it: &Name| *it == name.name;
            let work = match indexes.any(|it| it.key_columns().chain(&it.columns).any(is_own)) {
                true => Work::Index,
                false => Work::Unknown,
            };
            let touches = touches.list.iter_mut();
            let own = touches.filter(|it| it.range == operation.range && it.work == Work::Rewrite);
            own.for_each(|touch| touch.work = work);
        }
    }
}

fn is_utc(zone: &str) -> bool {
    let zone = zone.to_ascii_lowercase();
    matches!(&*zone, "utc" | "etc/utc" | "gmt" | "0")
}

/// Whether a column becomes a `timestamp` with a time zone, or without.
pub(super) fn is_of_zone(before: &Catalog, after: &Catalog, column: &Key) -> bool {
    let name = |catalog: &Catalog| match &catalog.get(column)?.kind {
        Kind::Column(column) => match &column.data_type.base {
            Base::Builtin(name) if !column.data_type.array => Some(name.clone()),
            _ => None,
        },
        _ => None,
    };
    match (name(before), name(after)) {
        (Some(from), Some(to)) => {
            from != to && [from, to].iter().all(|it| it.starts_with("timestamp"))
        }
        _ => false,
    }
}
