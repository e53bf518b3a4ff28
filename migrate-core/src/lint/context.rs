//! What a rule is shown: a statement, the schema before and after it, and what the migration has done so far.

use super::columns::Declared;
use super::finding::follow;
use super::{Finding, Rule};
use crate::catalog::{Catalog, Change, ChangeKind, Found, Key, Kind, Map, Object, Space};
use crate::check::locks::{Held, Server, Touches};
use crate::check::replay::{Replayed, Step};
use crate::ddl::alter::AlterTable;
use crate::ddl::object::{ObjectKind, Set};
use crate::ddl::query::WriteKind;
use crate::ddl::table::Persistence;
use crate::ddl::{Qualified, Statement};
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Dialect;
use crate::migration::Script;
use crate::reader::Reader;
use crate::source::Span;
use crate::statement::{Control, and_chain, control};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// A statement of an up, as a rule sees it.
pub(crate) struct Context<'a> {
    /// The rule that looks.
    pub rule: &'static Rule,
    /// The migrations in a row that have one name, mostly only one.
    pub block: &'a [Replayed<'a>],
    /// Which of them the statement is in.
    pub at: usize,
    /// Which of its statements it is.
    pub index: usize,
    /// The statement, with the schema before and after it.
    pub step: &'a Step<'a>,
    /// The table that it alters, if that holds rows which somebody may use.
    pub altered: Option<&'a Key>,
    /// The columns that it declares.
    pub declared: &'a [Declared<'a>],
    /// What the migrations have done, with this statement.
    pub so_far: &'a SoFar,
    /// Where each object is dropped that the migrations drop: in which of them, by which statement.
    pub drops: &'a BTreeMap<Key, (usize, usize)>,
    /// The servers that the migrations are for, the oldest first.
    pub servers: &'a [Server],
    /// What it locks, on each of those that rules ask about.
    pub locking: &'a [Locking],
    /// The same of the statements before it.
    pub locking_earlier: &'a [Vec<Locking>],
}

/// What a statement locks on a server.
pub(crate) struct Locking {
    /// What its transaction holds before it.
    pub held: Map<Key, Held>,
    /// What it locks itself, and does to the rows.
    pub touches: Touches,
}

impl Context<'_> {
    /// What the statement does.
    pub fn statement(&self) -> &Statement {
        &self.step.statement
    }

    /// Whose SQL it is.
    pub fn dialect(&self) -> Dialect {
        self.step.before.dialect()
    }

    /// The schema before the statement.
    pub fn before(&self) -> &Catalog {
        &self.step.before
    }

    /// The schema after the statement.
    pub fn after(&self) -> &Catalog {
        &self.step.applied.catalog
    }

    /// The key that something has after the migrations.
    pub fn finally(&self, key: &Key) -> Key {
        let mut key = key.clone();
        for step in self.later() {
            follow(&mut key, &step.applied.changes);
        }
        key
    }

    /// What the statement changes.
    pub fn changes(&self) -> &[Change] {
        &self.step.applied.changes
    }

    /// The schema that programs know: that before the migrations.
    pub fn start(&self) -> &Catalog {
        self.block.first().map_or(self.before(), |it| &it.before)
    }

    /// The schema after the migrations.
    pub fn end(&self) -> &Catalog {
        self.block.last().map_or(self.after(), Replayed::after)
    }

    /// Whether the migration is one transaction.
    pub fn is_transactional(&self) -> bool {
        let own = self.block.get(self.at);
        own.is_some_and(|it| it.migration.up.is_transactional())
    }

    /// The statements of the migration before this one: those that may be in its transaction.
    pub fn earlier(&self) -> &[Step<'_>] {
        let own = self.block.get(self.at).map(|it| it.up.as_slice());
        let own = own.and_then(|steps| steps.get(..self.index));
        own.unwrap_or_default()
    }

    /// Whether one of those has created an object.
    pub fn has_created(&self, key: &Key) -> bool {
        let mut changes = self.earlier().iter().flat_map(|it| &it.applied.changes);
        changes.any(|it| it.key == *key && matches!(it.kind, ChangeKind::Create(_)))
    }

    /// The statements behind this one, of the migration and of those behind it that have its name.
    pub fn later(&self) -> impl Iterator<Item = &Step<'_>> {
        let block = self.block.get(self.at..).unwrap_or_default();
        block.iter().flat_map(|it| &it.up).skip(self.index + 1)
    }

    /// The statement's words, strings and all; of a statement that is not looked into, too.
    pub fn words(&self) -> Reader<'_> {
        Reader::new(self.step.text, self.dialect())
    }

    /// Where the first word of the statement stands, for who means all of it.
    pub fn verb(&self) -> Range<usize> {
        0..self
            .step
            .text
            .find(char::is_whitespace)
            .unwrap_or(self.step.text.len())
    }

    /// Whether it is certain that an object was there before the migration, so that others may use it.
    pub fn is_old(&self, key: &Key) -> bool {
        let is_there = |catalog: &Catalog| matches!(catalog.find(key), Found::Here(_));
        is_there(self.before())
            && is_there(self.start())
            && !self.so_far.is_new(key)
            && !is_temporary(key)
    }

    /// The objects that the statement creates, but for temporary ones.
    pub fn created(&self) -> impl Iterator<Item = (&Change, &Object)> {
        self.changes()
            .iter()
            .filter_map(|change| match &change.kind {
                ChangeKind::Create(object) if !is_temporary(&change.key) => {
                    Some((change, object.as_ref()))
                }
                _ => None,
            })
    }

    /// The objects that the statement creates or changes, as they are then.
    pub fn made(&self) -> impl Iterator<Item = (&Change, &Object)> {
        self.changes()
            .iter()
            .filter_map(|change| match &change.kind {
                ChangeKind::Create(object) | ChangeKind::Alter { to: object, .. } => {
                    Some((change, object.as_ref()))
                }
                _ => None,
            })
    }

    /// A finding of the rule, at a part of the statement.
    pub fn found(&self, range: &Range<usize>, message: impl Into<String>) -> Finding {
        let span = Span::range(self.step.file, self.step.place(range));
        Finding::new(Diagnostic::new(Code::Lint(self.rule), span, message))
    }

    /// `ALTER TABLE` of a table that holds rows which somebody may use.
    pub fn altered(&self) -> Option<(Key, &AlterTable)> {
        match self.statement() {
            Statement::AlterTable(alter) => Some((self.altered?.clone(), alter)),
            _ => None,
        }
    }

    /// The table that a name means, if it holds rows that somebody may use: it is certain that it is there,
    /// was there before the migration, and is not temporary.
    pub fn old_table(&self, name: &Qualified) -> Option<(Key, Arc<Object>)> {
        old_table(self.step, self.so_far, name)
    }

    /// Whether a key is that of such a table.
    pub fn is_old_table(&self, key: &Key) -> bool {
        match self.before().find(key) {
            Found::Here(object) => is_kept(&object) && !self.so_far.is_new(key),
            Found::Missing | Found::Unknown => false,
        }
    }
}

fn old_table(step: &Step<'_>, so_far: &SoFar, name: &Qualified) -> Option<(Key, Arc<Object>)> {
    let (key, found) = step.before.resolve(Space::Relation, name);
    let Found::Here(object) = found else {
        return None;
    };
    (is_kept(&object) && !so_far.is_new(&key)).then_some((key, object))
}

/// The table that a statement alters, if that holds rows which somebody may use. Most rules about `ALTER TABLE` ask.
pub(super) fn altered(step: &Step<'_>, so_far: &SoFar) -> Option<Key> {
    match &step.statement {
        Statement::AlterTable(alter) if alter.kind == ObjectKind::Table => {
            old_table(step, so_far, &alter.name).map(|(key, _)| key)
        }
        _ => None,
    }
}

/// Whether an object is a table of this database that outlives its session.
fn is_kept(object: &Object) -> bool {
    match &object.kind {
        Kind::Table(table) => table.persistence != Persistence::Temporary && !table.foreign,
        _ => false,
    }
}

/// Whether an object is gone with its session.
fn is_temporary(key: &Key) -> bool {
    matches!(key.schema.key(), "pg_temp" | "temp")
}

/// What a migration has done so far, and those before it that have its name.
#[derive(Default)]
pub(crate) struct SoFar {
    /// What they have created, by the keys of now.
    created: BTreeSet<Key>,
    /// What they had created, and the last statement has dropped or given another name.
    gone: BTreeSet<Key>,
    /// The tables that the migration's statements before the last one have emptied.
    empty: BTreeSet<Key>,
    /// Those that the last one has.
    emptied: Vec<Key>,
    /// Whether the last statement ran in a transaction that is still open.
    in_transaction: bool,
    /// What the migration's own statements have set, by name in lower case; the text is without quotes.
    settings: BTreeMap<Arc<str>, String>,
    lock_timeout: Option<Duration>,
    statement_timeout: Option<Duration>,
}

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// As long as whoever runs the migration says.
    Runner,
    /// So long; zero is without end.
    Set(Duration),
    /// The migration says it in a way that is not understood.
    Unknown,
}

impl SoFar {
    /// Begins a migration: it has no settings of others, and is timed by what it says itself.
    pub fn begin(&mut self, script: &Script) {
        self.settings.clear();
        self.empty.clear();
        self.emptied.clear();
        self.in_transaction = script.is_transactional();
        self.lock_timeout = script.lock_timeout;
        self.statement_timeout = script.statement_timeout;
    }

    /// Takes note of a statement.
    pub fn learn(&mut self, step: &Step<'_>) {
        self.gone.clear();
        self.learn_rows(step);
        for change in &step.applied.changes {
            match &change.kind {
                ChangeKind::Create(_) => {
                    self.created.insert(change.key.clone());
                }
                ChangeKind::Drop(_) => self.gone.extend(self.created.take(&change.key)),
                ChangeKind::Rename(to) => self.rename(&change.key, to),
                ChangeKind::Alter { .. }
                | ChangeKind::Obscure
                | ChangeKind::ObscureAll
                | ChangeKind::Aside => {}
            }
        }
        let dialect = step.before.dialect();
        match control(step.text, dialect) {
            Some(Control::Begin) => self.in_transaction = true,
            Some(_) => self.in_transaction = and_chain(step.text, dialect),
            None => {}
        }
        if let Statement::Set(set) = &step.statement
            && !self.is_ignored(set, dialect)
        {
            let values: Vec<&str> = set.values.iter().map(|it| it.name.as_str()).collect();
            match values.is_empty() {
                true => self.settings.remove(&set.variable),
                false => self
                    .settings
                    .insert(set.variable.clone(), values.join(", ")),
            };
        }
    }

    /// Whether a statement sets nothing: `PRAGMA x` only asks, and `foreign_keys` "is a no-op within a
    /// transaction" (https://www.sqlite.org/pragma.html#pragma_foreign_keys).
    fn is_ignored(&self, set: &Set, dialect: Dialect) -> bool {
        let is_late = self.in_transaction && &*set.variable == "foreign_keys";
        dialect == Dialect::Sqlite && (set.values.is_empty() || is_late)
    }

    /// Takes note of the tables that a statement empties, or writes many rows to.
    fn learn_rows(&mut self, step: &Step<'_>) {
        self.empty.extend(self.emptied.drain(..));
        let key = |name: &Qualified| step.before.resolve(Space::Relation, name).0;
        match &step.statement {
            Statement::Truncate(it) => self.emptied.extend(it.tables.iter().map(key)),
            Statement::Write(it) => {
                let Some(table) = it.table.as_ref().map(key) else {
                    return;
                };
                match it.kind {
                    WriteKind::Delete if !it.filtered => self.emptied.push(table),
                    WriteKind::Insert | WriteKind::Merge if it.values.is_none() => {
                        self.empty.remove(&table);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Whether the migration has emptied a table before the last statement, and not filled it since.
    pub fn is_empty(&self, table: &Key) -> bool {
        self.empty.contains(table)
    }

    /// What is new is so by its new name, too; what is old takes that name from what was new.
    fn rename(&mut self, from: &Key, to: &Key) {
        self.created.retain(|key| !key.is_within(to));
        let inner = self.created.iter().filter(|key| key.is_within(from));
        let inner: Vec<Key> = inner.cloned().collect();
        for key in inner {
            self.gone.extend(self.created.take(&key));
            let part = match to.part.is_some() {
                true => to.part.clone(),
                false => key.part,
            };
            self.created.insert(Key { part, ..to.clone() });
        }
    }

    /// Whether the migrations have created this object, or what it is a part of: then nobody else has
    /// seen it yet.
    pub fn is_new(&self, key: &Key) -> bool {
        let whole = key.whole();
        [&self.created, &self.gone]
            .iter()
            .any(|keys| keys.contains(key) || keys.contains(&whole))
    }

    /// What the migration has set a variable of its session to.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    /// How long the statements from here on may wait for a lock.
    pub fn lock_timeout(&self) -> Limit {
        self.limit("lock_timeout", self.lock_timeout)
    }

    /// How long the statements from here on may run.
    pub fn statement_timeout(&self) -> Limit {
        self.limit("statement_timeout", self.statement_timeout)
    }

    fn limit(&self, setting: &str, directive: Option<Duration>) -> Limit {
        match (self.setting(setting), directive) {
            (Some(text), _) => postgres_duration(text).map_or(Limit::Unknown, Limit::Set),
            (None, Some(limit)) => Limit::Set(limit),
            (None, None) => Limit::Runner,
        }
    }
}

/// A time as PostgreSQL reads it where a number alone is one of milliseconds (manual, "Setting Parameters").
fn postgres_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let number: u64 = number.parse().ok()?;
    let milliseconds = match unit.trim() {
        "us" => number / 1000,
        "" | "ms" => number,
        "s" => number.checked_mul(1000)?,
        "min" => number.checked_mul(60_000)?,
        "h" => number.checked_mul(3_600_000)?,
        "d" => number.checked_mul(86_400_000)?,
        _ => return None,
    };
    Some(Duration::from_millis(milliseconds))
}
