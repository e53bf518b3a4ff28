//! What reads and writes rows.

use super::*;
use crate::catalog::{Access, AccessMode};
use crate::ddl::object::Truncate;
use crate::ddl::query::{Query, Write, WriteKind};

impl Postgres<'_> {
    /// What the queries of a statement do, with what the views among it read.
    pub(super) fn run(&mut self, range: &Range<usize>) {
        self.run_but(None, range);
    }

    /// The same, but for what they write to a relation.
    fn run_but(&mut self, written: Option<&Key>, range: &Range<usize>) {
        let accesses = &self.scene.applied.accesses;
        for access in &accesses.list {
            if access.mode != AccessMode::Write || written != Some(&access.relation) {
                self.access(access, range);
            }
        }
        if accesses.more {
            self.more(NOT_UNDERSTOOD);
        }
    }

    pub(super) fn access(&mut self, access: &Access, range: &Range<usize>) {
        let (mode, why) = locked(access.mode);
        for key in self.behind_views(&access.relation) {
            let keys = match access.only || access.mode == AccessMode::Number {
                true => vec![key],
                false => self.family(&key),
            };
            for key in keys {
                self.touch(&key, mode, Work::Rows, why, range);
            }
        }
        // Of another part of `WITH`; what is the statement's own is followed.
        if access.mode == AccessMode::Write {
            self.more("its foreign keys and triggers may lead to others");
        }
    }

    /// What the queries of a statement name, which is locked while they are stored.
    pub(super) fn stored(&mut self, why: &'static str, range: &Range<usize>) {
        let accesses = &self.scene.applied.accesses;
        let named = accesses.list.iter();
        for access in named.filter(|it| it.mode != AccessMode::Number) {
            let (mode, _) = locked(access.mode);
            self.touch(&access.relation, mode, Work::Catalog, why, range);
        }
        if accesses.more {
            self.more(NOT_UNDERSTOOD);
        }
    }

    /// A relation, and what stands behind it if it is a view, each once: `CREATE OR REPLACE VIEW` can make a
    /// circle of views.
    pub(super) fn behind_views(&mut self, relation: &Key) -> Vec<Key> {
        let mut found = vec![relation.clone()];
        let mut next = 0;
        while let Some(key) = found.get(next).cloned() {
            next += 1;
            for read in self.reads_of(&key) {
                if !found.contains(&read) {
                    found.push(read);
                }
            }
        }
        found
    }

    /// What a view reads; a materialized one holds its rows.
    fn reads_of(&mut self, view: &Key) -> Vec<Key> {
        match self.before.get(view).map(|object| &object.kind) {
            Some(Kind::View(it)) if !it.materialized => self.read_by(it),
            _ => Vec::new(),
        }
    }

    /// What the query of a view reads.
    pub(super) fn read_by(&mut self, view: &View) -> Vec<Key> {
        if view.unread {
            self.more("what a view reads is not known");
        }
        let read = view.reads.iter().chain(&view.may_read);
        let relations = read.filter(|key| key.space == Space::Relation && key.part.is_none());
        relations.cloned().collect()
    }

    pub(super) fn query(&mut self, query: &Query) {
        self.run(&query.text.range);
        if query.calls {
            self.more("a function that is called may do anything");
        }
    }

    pub(super) fn write(&mut self, write: &Write) {
        let range = &write.text.range;
        let table = write.table.as_ref().map(|name| self.key(name));
        if let Some(table) = &table {
            self.written(table, write, range);
        }
        self.run_but(table.as_ref(), range);
        if write.calls {
            self.more("a function that is called may do anything");
        }
    }

    /// A table whose rows are written, and what its foreign keys, defaults and triggers lead to.
    fn written(&mut self, table: &Key, write: &Write, range: &Range<usize>) {
        let mut accesses = self.scene.applied.accesses.list.iter();
        let only = accesses.any(|it| it.only && it.relation == *table);
        // A view is written through.
        for key in self.behind_views(table) {
            let keys = match only {
                true => vec![key],
                false => self.family(&key),
            };
            for key in keys {
                self.touch(
                    &key,
                    RowExclusive,
                    Work::Rows,
                    "its rows are written",
                    range,
                );
                self.consequences(&key, write, range);
            }
        }
    }

    fn consequences(&mut self, table: &Key, write: &Write, range: &Range<usize>) {
        let (inserts, deletes) = match write.kind {
            WriteKind::Insert => (true, false),
            WriteKind::Update | WriteKind::Merge => (true, true),
            WriteKind::Delete => (false, true),
        };
        if inserts {
            let foreign = self.foreign_keys(table).filter(|foreign| {
                write.kind != WriteKind::Update
                    || write.columns.is_empty()
                    || write
                        .columns
                        .iter()
                        .any(|it| foreign.columns.contains(&it.name))
            });
            let targets: Vec<Key> = foreign.map(|it| it.target.clone()).collect();
            for target in targets {
                self.touch(
                    &target,
                    RowShare,
                    Work::Rows,
                    "a foreign key is looked up in it",
                    range,
                );
            }
        }
        if inserts && write.kind != WriteKind::Update {
            self.defaults(table, write, range);
        }
        if deletes {
            self.referrers(table, write, range);
        }
        let triggers = self.before.parts(table);
        let fires = |kind: &Kind| matches!(kind, Kind::Trigger(it) if it.firing.is_usual());
        if triggers.into_iter().any(|(_, object)| fires(&object.kind)) {
            self.more("a trigger may do anything");
        }
    }

    /// Those that refer to rows which go, or whose key changes, are looked at.
    fn referrers(&mut self, table: &Key, write: &Write, range: &Range<usize>) {
        for source in self.foreign_sources(table) {
            let foreign: Vec<_> = self
                .foreign_keys(&source)
                .filter(|it| it.target == *table)
                .cloned()
                .collect();
            for foreign in foreign {
                let columns = &foreign.target_columns;
                let touched = write.kind != WriteKind::Update
                    || write.columns.iter().any(|it| columns.contains(&it.name));
                let action = match write.kind {
                    WriteKind::Update => &foreign.on_update,
                    _ => &foreign.on_delete,
                };
                let mode = match &**action {
                    "no action" | "restrict" => RowShare,
                    _ => RowExclusive,
                };
                if touched {
                    self.touch(
                        &source,
                        mode,
                        Work::Rows,
                        "rows that refer to it are looked for",
                        range,
                    );
                }
            }
        }
    }

    /// The sequences of columns that `INSERT` leaves to their defaults.
    fn defaults(&mut self, table: &Key, write: &Write, range: &Range<usize>) {
        for (key, column) in self.before.columns(table) {
            let given = match (write.columns.is_empty(), &write.values) {
                // The columns come in order.
                (true, Some((_, rows))) => rows
                    .iter()
                    .any(|count| usize::try_from(column.position).is_ok_and(|it| it <= *count)),
                (true, None) => !write.text.canonical.contains("default values"),
                (false, _) => write.columns.iter().any(|it| it.name == *key.own_name()),
            };
            if given {
                continue;
            }
            let sequences = match column.identity {
                Some(_) => self.owned_sequences(&key),
                None => column.sequences,
            };
            let (mode, why) = locked(AccessMode::Number);
            for sequence in sequences {
                self.touch(&sequence, mode, Work::Rows, why, range);
            }
        }
    }

    pub(super) fn truncate(&mut self, truncate: &Truncate) {
        let mut next: Vec<(Key, Range<usize>)> = Vec::new();
        for name in &truncate.tables {
            let key = self.key(name);
            let keys = match truncate.only.contains(name) {
                true => vec![key],
                false => self.family(&key),
            };
            next.extend(keys.into_iter().map(|key| (key, name.range())));
        }
        let mut seen: Vec<Key> = Vec::new();
        while let Some((key, range)) = next.pop() {
            if seen.contains(&key) {
                continue;
            }
            let why = "its rows are thrown away";
            let work = self.own_work(&key, Work::Empty);
            self.touch(&key, AccessExclusive, work, why, &range);
            if truncate.restart_identity {
                self.with_sequences(&key, Work::Empty, "it begins anew", &range);
            }
            if truncate.cascade {
                let sources = self.foreign_sources(&key);
                next.extend(sources.into_iter().map(|key| (key, range.clone())));
            }
            seen.push(key);
        }
    }
}

/// The lock of an access, and what to say of it. Sequences: `lock_and_open_sequence` in sequence.c.
fn locked(mode: AccessMode) -> (LockMode, &'static str) {
    match mode {
        AccessMode::Read => (AccessShare, "it is read"),
        AccessMode::Lock => (RowShare, "its rows are read and locked"),
        AccessMode::Write => (RowExclusive, "its rows are written"),
        AccessMode::Number => (RowExclusive, "a number is taken from it"),
    }
}

const NOT_UNDERSTOOD: &str = "a query of it is not understood, or names what is not known";
