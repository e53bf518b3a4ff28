//! What reads and writes rows.

use super::create::READ;
use super::*;
use crate::check::locks::named;
use crate::ddl::object::Truncate;
use crate::ddl::query::{Query, Write, WriteKind};

impl Postgres<'_> {
    /// What a query reads, with what the views that it reads read.
    pub(super) fn read(&mut self, query: &str, range: &Range<usize>) {
        self.read_as(query, AccessShare, range);
        self.numbers(query, range);
    }

    fn read_as(&mut self, query: &str, mode: LockMode, range: &Range<usize>) {
        let mut next = named::relations(query, self.before, READ);
        let mut seen: Vec<Key> = Vec::new();
        while let Some(key) = next.pop() {
            if seen.contains(&key) {
                continue;
            }
            for key in self.family(&key) {
                self.touch(&key, mode, Work::Rows, "it is read", range);
            }
            next.extend(self.reads_of(&key));
            seen.push(key);
        }
    }

    /// What a view reads; a materialized one holds its rows.
    pub(super) fn reads_of(&self, view: &Key) -> Vec<Key> {
        match self.before.get(view).map(|object| &object.kind) {
            Some(Kind::View(it)) if !it.materialized => {
                named::relations(&it.query, self.before, READ)
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn query(&mut self, query: &Query) {
        let text = &query.text;
        let locks_rows = [
            "for update",
            "for share",
            "for no key update",
            "for key share",
        ];
        let mode = match locks_rows.iter().any(|it| text.canonical.contains(it)) {
            true => RowShare,
            false => AccessShare,
        };
        self.read_as(&text.canonical, mode, &text.range);
        // SELECT … INTO creates its table; WITH may write.
        for key in named::relations(&text.canonical, self.before, &["update", "into"]) {
            if self.certain(&key).is_some() && text.canonical.starts_with("with") {
                self.touch(
                    &key,
                    RowExclusive,
                    Work::Rows,
                    "it is written to",
                    &text.range,
                );
            }
        }
        self.numbers(&text.canonical, &text.range);
        if query.calls {
            self.more("a function that is called may do anything");
        }
    }

    /// `nextval('s')` and its kin lock the sequence (`lock_and_open_sequence`).
    fn numbers(&mut self, text: &str, range: &Range<usize>) {
        for name in sequences(text) {
            let dialect = crate::dialect::Dialect::Postgres;
            let ident = |text: &str| crate::ddl::Ident {
                name: crate::ddl::Name::unquoted(text, dialect),
                range: 0..0,
            };
            let name = match name.split_once('.') {
                Some((schema, name)) => Qualified {
                    schema: Some(ident(schema)),
                    name: ident(name),
                },
                None => Qualified {
                    schema: None,
                    name: ident(&name),
                },
            };
            let (key, found) = self.before.resolve(Space::Relation, &name);
            if matches!(found, Found::Here(_)) {
                self.touch(
                    &key,
                    RowExclusive,
                    Work::Rows,
                    "a number is taken from it",
                    range,
                );
            }
        }
    }

    pub(super) fn write(&mut self, write: &Write) {
        let text = &write.text;
        let range = &text.range;
        if let Some(name) = &write.table {
            let table = self.key(name);
            self.written(&table, write, range);
        }
        self.read(&text.canonical, range);
        // Another part of WITH may write, too.
        if text.canonical.starts_with("with") {
            for key in named::relations(
                &text.canonical,
                self.before,
                &["into", "update", "delete from"],
            ) {
                self.touch(&key, RowExclusive, Work::Rows, "it is written to", range);
            }
        }
        if write.calls {
            self.more("a function that is called may do anything");
        }
    }

    /// A table whose rows are written, and what its foreign keys, defaults and triggers lead to.
    fn written(&mut self, table: &Key, write: &Write, range: &Range<usize>) {
        // A view is written through.
        let mut next = vec![table.clone()];
        while let Some(key) = next.pop() {
            for key in self.family(&key) {
                self.touch(
                    &key,
                    RowExclusive,
                    Work::Rows,
                    "its rows are written",
                    range,
                );
                self.consequences(&key, write, range);
            }
            next.extend(self.reads_of(&key));
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
        let fires = |kind: &Kind| matches!(kind, Kind::Trigger(it) if it.enabled);
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
            if column.identity.is_some() {
                for sequence in self.owned_sequences(&key) {
                    self.touch(
                        &sequence,
                        RowExclusive,
                        Work::Rows,
                        "a number is taken from it",
                        range,
                    );
                }
            } else if let Some(default) = &column.default {
                self.numbers(default, range);
            }
        }
    }

    pub(super) fn truncate(&mut self, truncate: &Truncate) {
        let mut next: Vec<(Key, Range<usize>)> = Vec::new();
        for name in &truncate.tables {
            let key = self.key(name);
            next.extend(self.family(&key).into_iter().map(|key| (key, name.range())));
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

/// The sequences that `nextval` and its kin name.
fn sequences(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for call in ["nextval", "setval", "currval"] {
        for (at, _) in text.match_indices(call) {
            let rest = text.get(at + call.len()..).unwrap_or_default();
            let rest = rest.trim_start_matches([' ', '(']);
            if let Some((name, _)) = rest.strip_prefix('\'').and_then(|it| it.split_once('\'')) {
                found.push(name.to_owned());
            }
        }
    }
    found
}
