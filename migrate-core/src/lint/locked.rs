//! What the statements of a migration lock, and what they do with rows, as rules ask for it.

use super::Context;
use crate::catalog::{Catalog, ChangeKind, Found, Key, Kind, Space};
use crate::check::CheckOptions;
use crate::check::locks::{
    Blocks, Held, Lock, LockMode, Server, Touch, Touches, Transaction, Work,
};
use crate::check::replay::Replayed;
use crate::ddl::Statement;
use crate::ddl::alter::AlterTable;
use crate::ddl::object::ObjectKind;
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::source::Span;
use std::collections::BTreeMap;
use std::ops::Range;

/// What is foretold of a statement.
pub(crate) struct Locked {
    /// What the migration holds when the statement begins.
    pub held: BTreeMap<Key, Held>,
    /// What the statement does to relations.
    pub touches: Touches,
}

impl Locked {
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

/// What is foretold of the statements of an up, on the oldest server that it is for.
pub(super) fn foretell(
    replayed: &Replayed<'_>,
    dialect: Dialect,
    options: &CheckOptions,
) -> Vec<Locked> {
    let is_transactional = replayed.migration.up.is_transactional();
    let mut transaction = Transaction::new(server(dialect, options), is_transactional);
    let steps = replayed.up.iter().enumerate();
    let locked = steps.map(|(at, step)| Locked {
        held: transaction.held().clone(),
        touches: transaction.next(&step.scene(), at),
    });
    locked.collect()
}

fn server(dialect: Dialect, options: &CheckOptions) -> Server {
    let oldest = options.versions.iter().min();
    let said = oldest.and_then(|version| u16::try_from(*version).ok());
    match (dialect, said) {
        (Dialect::Postgres, Some(version)) => Server::Postgres(version),
        _ => {
            let supported = Server::supported(dialect).first();
            supported.copied().unwrap_or(Server::Sqlite)
        }
    }
}

impl Context<'_> {
    /// What is foretold of the statement.
    pub fn locked(&self) -> Option<&Locked> {
        self.locked.get(self.index)
    }

    /// What is foretold of the statements before it.
    pub fn locked_earlier(&self) -> &[Locked] {
        self.locked.get(..self.index).unwrap_or_default()
    }

    /// Whether every server that the migration is for may be of this major version at least: nothing is
    /// said of them, or that they are.
    pub fn may_be_from(&self, major: u32) -> bool {
        let mut versions = self.options.versions.iter();
        versions.all(|version| *version >= major)
    }

    /// Whether it is said that every server is of this major version at least.
    pub fn are_from(&self, major: u32) -> bool {
        !self.options.versions.is_empty() && self.may_be_from(major)
    }

    /// `ALTER TABLE` of a table that holds rows which somebody may use.
    pub fn altered(&self) -> Option<(Key, &AlterTable)> {
        let Statement::AlterTable(alter) = self.statement() else {
            return None;
        };
        let (key, _) = self.old_table(&alter.name)?;
        (alter.kind == ObjectKind::Table).then_some((key, alter))
    }

    /// What the statement does to old relations because of a part of it.
    pub fn touched<'a>(&'a self, range: &'a Range<usize>) -> impl Iterator<Item = &'a Touch> {
        let touches = self.locked().map(|locked| locked.touches.old());
        let touches = touches.into_iter().flatten();
        touches.filter(move |touch| touch.range == *range && self.has_rows(&touch.relation))
    }

    /// The dearest work on rows that a part of the statement certainly brings.
    pub fn work(&self, range: &Range<usize>) -> Work {
        let works = self.touched(range).map(|touch| touch.work);
        let certain = works.filter(|work| *work != Work::Unknown);
        certain.max().unwrap_or(Work::Catalog)
    }

    /// Whether a relation was there before the migration, which does not empty it before this statement,
    /// and does not drop it afterwards.
    pub fn has_rows(&self, relation: &Key) -> bool {
        let empties = |statement: &Statement, catalog: &Catalog| match statement {
            Statement::Truncate(it) => it
                .tables
                .iter()
                .any(|name| catalog.resolve(Space::Relation, name).0 == *relation),
            _ => false,
        };
        let mut earlier = self.earlier().iter();
        let later = self.replayed.up.iter().skip(self.index + 1);
        let mut changes = later.flat_map(|step| &step.applied.changes);
        self.is_old(relation)
            && !earlier.any(|step| empties(&step.statement, &step.before))
            && !changes.any(|it| it.key == *relation && matches!(it.kind, ChangeKind::Drop(_)))
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
        locked: &'a Locked,
    ) -> impl Iterator<Item = (&'a Key, &'a Held)> {
        locked.held.iter().filter(|(key, held)| {
            held.lock == Lock::from(LockMode::AccessExclusive) && self.is_old_table(key)
        })
    }

    /// A finding that shows, too, what has locked the table.
    pub fn with_holder(&self, finding: Diagnostic, table: &Key, held: &Held) -> Diagnostic {
        let Some(step) = self.replayed.up.get(held.since) else {
            return finding;
        };
        let span = Span::range(step.file, step.place(&held.range));
        finding.other(span, format!("`{table}` is locked from here to the end"))
    }
}
