//! Which relations a statement locks, how strongly, and what it does to their rows.
//!
//! The answers are the static tables of what servers do, for one server each: see [`Server`]. What
//! they say of PostgreSQL is compared with `pg_locks` and relfilenodes by `tests/tests/locks.rs`.
//! Indexes are named only where a statement is about one and leaves their table alone.
//!
//! ```
//! use migrate_core::catalog::{Catalog, Site, apply};
//! use migrate_core::locks::{LockMode, Scene, Server, Work, touches};
//! use migrate_core::{ddl, dialect::Dialect};
//!
//! let read = |text| ddl::read(text, Dialect::Postgres);
//! let create = read("CREATE TABLE orders (id bigint)");
//! let before = apply(&Catalog::new(Dialect::Postgres), &create, Site::default()).catalog;
//! let text = "ALTER TABLE orders ADD CHECK (id > 0)";
//! let statement = read(text);
//! let applied = apply(&before, &statement, Site::default());
//! let scene = Scene { statement: &statement, text, before: &before, applied: &applied };
//! let touches = touches(&scene, Server::Postgres(17));
//! assert_eq!(touches.list[0].lock.to_string(), "ACCESS EXCLUSIVE");
//! assert_eq!(touches.list[0].lock, LockMode::AccessExclusive.into());
//! assert_eq!(touches.list[0].work, Work::Scan);
//! ```

mod lock;
mod mysql;
mod postgres;
mod report;
mod server;
mod sqlite;
mod transaction;

pub use lock::{Algorithm, Blocks, Lock, LockMode, Online, OnlineLock};
pub(crate) use report::locked;
pub use report::{Locked, LockedRelation, Meanwhile};
pub use server::Server;
pub use transaction::{Held, Transaction};

use crate::catalog::{Applied, Catalog, ChangeKind, Key, Kind};
use crate::ddl::Statement;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// A statement, and the schema before and after it.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// What it does.
    pub statement: &'a Statement,
    /// Its text.
    pub text: &'a str,
    /// The schema before it.
    pub before: &'a Catalog,
    /// The schema after it, and what has changed.
    pub applied: &'a Applied,
}

/// What a statement does to a relation.
#[derive(Clone, Debug, PartialEq)]
pub struct Touch {
    /// The relation, by the key that it has before the statement.
    pub relation: Key,
    /// The strongest lock that the statement takes on it, for this or another reason.
    pub lock: Lock,
    /// What becomes of its rows, for this reason.
    pub work: Work,
    /// The reason: what the statement does to it.
    pub why: &'static str,
    /// Which part of the statement says so.
    pub range: Range<usize>,
    /// Whether the relation is the transaction's own: nobody else can see it before its end.
    pub new: bool,
}

impl Touch {
    /// What is done to a relation that others may use.
    fn new(
        relation: &Key,
        lock: Lock,
        work: Work,
        why: &'static str,
        range: &Range<usize>,
    ) -> Touch {
        Touch {
            relation: relation.clone(),
            lock,
            work,
            why,
            range: range.clone(),
            new: false,
        }
    }
}

/// What a statement does with the rows of a relation, from the cheapest to the dearest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Nothing: the catalog is all that it is about.
    Catalog,
    /// Throws them away without a look.
    Empty,
    /// Reads or writes as many as it says.
    Rows,
    /// Reads all of them.
    Scan,
    /// Reads all of them, and builds an index.
    Index,
    /// It is not known; it may be anything.
    Unknown,
    /// Writes all of them again, and builds all indexes.
    Rewrite,
}

impl Work {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Work::Catalog => "catalog only",
            Work::Empty => "emptied",
            Work::Rows => "rows",
            Work::Scan => "scan",
            Work::Index => "index build",
            Work::Unknown => "unknown",
            Work::Rewrite => "rewrite",
        }
    }

    /// Whether it certainly takes longer the more rows there are.
    pub fn is_long(self) -> bool {
        matches!(self, Work::Scan | Work::Index | Work::Rewrite)
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a statement does to all relations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Touches {
    /// In the order in which the statement comes to them; a relation has one for each reason.
    pub list: Vec<Touch>,
    /// Why there may be more, if there may.
    pub more: Option<&'static str>,
}

impl Touches {
    /// Those of relations that others may use.
    pub fn old(&self) -> impl Iterator<Item = &Touch> {
        self.list.iter().filter(|touch| !touch.new)
    }

    /// What it does to a relation.
    pub fn on<'a>(&'a self, relation: &'a Key) -> impl Iterator<Item = &'a Touch> {
        self.list.iter().filter(|it| it.relation == *relation)
    }

    /// How strongly it locks a relation.
    pub fn lock(&self, relation: &Key) -> Option<Lock> {
        self.on(relation).map(|touch| touch.lock).max()
    }

    /// The strongest of its locks on relations that others may use.
    pub fn strongest(&self) -> Option<&Touch> {
        self.old().max_by_key(|touch| touch.lock)
    }

    /// Each relation once, with its lock and the dearest work: in the order of their keys.
    pub fn summary(&self) -> BTreeMap<&Key, (Lock, Work)> {
        let mut summary = BTreeMap::new();
        for touch in &self.list {
            let (lock, work) = summary
                .entry(&touch.relation)
                .or_insert((touch.lock, touch.work));
            *lock = touch.lock.max(*lock);
            *work = touch.work.max(*work);
        }
        summary
    }
}

/// What a statement does to the relations that are there before it, on one server. Which of them
/// are new is for a [`Transaction`] to say.
pub fn touches(scene: &Scene<'_>, server: Server) -> Touches {
    let mut touches = match server {
        Server::Postgres(version) => postgres::touches(scene, version),
        Server::Mysql(..) | Server::Mariadb(..) => mysql::touches(scene, server),
        Server::Sqlite => sqlite::touches(scene),
    };
    let is_created = |key: &Key| {
        let created = |it: &ChangeKind| matches!(it, ChangeKind::Create(_));
        let mut changes = scene.applied.changes.iter();
        scene.before.get(key).is_none() && changes.any(|it| it.key == *key && created(&it.kind))
    };
    touches.list.retain(|touch| !is_created(&touch.relation));
    let locks: BTreeMap<Key, Lock> = touches
        .summary()
        .into_iter()
        .map(|(key, (lock, _))| (key.clone(), lock))
        .collect();
    for touch in &mut touches.list {
        touch.lock = locks.get(&touch.relation).copied().unwrap_or(touch.lock);
        touch.new = is_temporary(scene.before, &touch.relation);
    }
    touches
}

/// What is gone with its session is seen by nobody else.
fn is_temporary(catalog: &Catalog, relation: &Key) -> bool {
    use crate::ddl::table::Persistence;
    match catalog.get(relation).map(|object| &object.kind) {
        Some(Kind::Table(table)) => table.persistence == Persistence::Temporary,
        Some(Kind::View(view)) => view.temporary,
        _ => false,
    }
}
