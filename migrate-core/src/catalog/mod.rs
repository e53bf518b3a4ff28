//! The schema as it is at a point of the history, in memory.
//!
//! A [`Catalog`] is a value: [`apply`] makes the next one out of it and a statement, and says what
//! has [changed](Change) and what the database would refuse ([`Fault`]). Copies share what is equal, so
//! that keeping the catalog before each statement costs little. What cannot be known is said,
//! never guessed: see [`Found::Unknown`] and [`fog`].
//!
//! ```
//! use migrate_core::catalog::{Catalog, Site, apply};
//! use migrate_core::{ddl, dialect::Dialect};
//!
//! let empty = Catalog::new(Dialect::Postgres);
//! let create = ddl::read("CREATE TABLE users (id bigint PRIMARY KEY)", Dialect::Postgres);
//! let applied = apply(&empty, &create, Site::default());
//! assert!(applied.faults.is_empty());
//! let drop = ddl::read("ALTER TABLE users DROP COLUMN nmae", Dialect::Postgres);
//! let applied = apply(&applied.catalog, &drop, Site::default());
//! assert_eq!(applied.faults.len(), 1);
//! ```

mod apply;
pub mod change;
mod domain;
mod enums;
mod extensions;
pub mod fault;
pub mod fog;
mod key;
mod map;
mod naming;
pub mod object;
pub(crate) mod references;
mod resolve;
mod session;
mod store;
pub mod term;
pub mod types;
mod unique;

pub use apply::{Applied, apply};
pub use change::{Change, ChangeKind};
pub use fault::{Fault, FaultKind};
pub use key::{Key, Part, PartKind, Space};
pub use object::{Hold, Kind, Object};
pub use references::{Access, AccessMode, Accesses};

use crate::ddl::Name;
use crate::dialect::Dialect;
use crate::source::FileId;
use fog::{Fog, Number, Scope};
pub(crate) use map::Map;
use resolve::first_path;
use session::Session;
use std::ops::Range;
use std::sync::Arc;
use store::{Entry, Store};

/// Schemas in order; `None` if they are not known.
type SearchPath = Option<Arc<Vec<Name>>>;

/// All objects of a database, as far as they are known.
#[derive(Clone)]
pub struct Catalog {
    dialect: Dialect,
    store: Store,
    fog: Fog,
    /// The number of the last statement.
    number: Number,
    /// In which schemas a name without one is looked for, in order; `None` if that is not known.
    search_path: SearchPath,
    /// What that follows from on PostgreSQL.
    session: Arc<Session>,
    /// The same of a session in which nothing is set yet.
    new_session: Arc<Session>,
    /// What it comes back to after the transaction, if something is set for that only.
    lasting: Option<Arc<Session>>,
    /// Whether a schema may be there that is called like who is connected.
    has_schema_of_role: bool,
    /// Whether MySQL's `foreign_key_checks` is off.
    unchecked_foreign_keys: bool,
    /// Whether somebody may have created casts or operators, which the model does not have.
    has_casts: bool,
}

/// A place in the migrations; by default, nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The file.
    pub file: Option<FileId>,
    /// The bytes in it.
    pub range: Range<usize>,
}

/// What the catalog says of a name.
#[derive(Clone, Debug)]
pub enum Found {
    /// It is there, and this is what it is.
    Here(Arc<Object>),
    /// It is not there.
    Missing,
    /// It may be there.
    Unknown,
}

impl Found {
    /// Whether it is certain that it is not there.
    pub fn is_missing(&self) -> bool {
        matches!(self, Found::Missing)
    }
}

impl Catalog {
    /// A new database: on PostgreSQL with the schema `public`.
    pub fn new(dialect: Dialect) -> Catalog {
        let schemas = first_path(dialect);
        // What the database brings along is there, and not looked into.
        let own: &[&str] = match dialect {
            Dialect::Postgres => &["pg_catalog", "information_schema", "pg_toast"],
            Dialect::Sqlite => &[],
            Dialect::Mysql => &["information_schema", "mysql", "performance_schema", "sys"],
        };
        let mut store = Store::default();
        for name in schemas.iter().chain(own) {
            let entry = Entry {
                object: Some(Arc::new(Object::new(Kind::Schema))),
                site: Site::default(),
                number: 1,
            };
            store.put(&Key::schema(Name::exact(name)), entry);
        }
        let mut fog = Fog::default();
        for name in own {
            fog.cover(Scope::Schema(Name::exact(name)), 1);
        }
        Catalog {
            dialect,
            store,
            fog,
            number: 1,
            search_path: Some(Arc::new(schemas.map(Name::exact).to_vec())),
            session: Arc::default(),
            new_session: Arc::default(),
            lasting: None,
            has_schema_of_role: false,
            unchecked_foreign_keys: false,
            has_casts: false,
        }
    }

    /// A database of which nothing is known: the history begins in the middle.
    pub fn unknown(dialect: Dialect) -> Catalog {
        let mut catalog = Catalog::new(dialect);
        catalog.fog.cover(Scope::Everything, 1);
        catalog.has_casts = true;
        catalog
    }

    /// Whose database it is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What is known of an object.
    pub fn find(&self, key: &Key) -> Found {
        match self.store.get(key) {
            Some(entry) => {
                let certain = !self.fog.has_changed(key, entry.number);
                match &entry.object {
                    Some(object) if certain => Found::Here(object.clone()),
                    Some(_) => Found::Unknown,
                    None => self.absent(key, entry.number),
                }
            }
            None => self.absent(key, 0),
        }
    }

    /// What is known of an object that is not there as far as one can see since a statement.
    fn absent(&self, key: &Key, since: Number) -> Found {
        let added = self.fog.added(key);
        let holder = match &key.part {
            Some(_) => Some(key.whole()),
            None if matches!(key.space, Space::Schema | Space::Extension) => None,
            None => Some(Key::schema(key.schema.clone())),
        };
        let Some(holder) = holder else {
            // Every database of PostgreSQL begins with this extension.
            if key.space == Space::Extension && key.name.key() == "plpgsql" && since == 0 {
                return Found::Unknown;
            }
            // Databases that are attached, or beside this one on a server, are not ours to know.
            let known = self.dialect == Dialect::Postgres || since > 0;
            return match known && (added == 0 || since > added) {
                true => Found::Missing,
                false => Found::Unknown,
            };
        };
        let whole = self.store.get(&holder);
        let here = whole.and_then(|entry| Some((entry.object.as_ref()?, entry.number)));
        // What is new cannot have had anything before.
        let schema = || self.store.get(&Key::schema(key.schema.clone()));
        let born = match here {
            Some((_, number)) => number,
            // Routines are parts of what has no entry.
            None => schema().map_or(0, |schema| schema.number),
        };
        let open = match here {
            Some((object, _)) => is_open(object, key),
            // Of what is missing the parts are not asked for, but for a misspelt schema's.
            None => {
                let since = whole.map_or(0, |entry| entry.number);
                !self.absent(&holder, since).is_missing()
            }
        };
        let is_system = key.part.is_none() && self.is_system_name(&key.name);
        match !open && !is_system && (added == 0 || since.max(born) > added) {
            true => Found::Missing,
            false => Found::Unknown,
        }
    }

    /// Whether such a name may be one of the database's own, which need no schema.
    fn is_system_name(&self, name: &Name) -> bool {
        match self.dialect {
            Dialect::Postgres => name.key().starts_with("pg_"),
            Dialect::Sqlite => name.key().starts_with("sqlite_"),
            Dialect::Mysql => false,
        }
    }

    /// The object as it is as far as one can see, also where that is not certain.
    pub fn get(&self, key: &Key) -> Option<&Arc<Object>> {
        self.store.get(key)?.object.as_ref()
    }

    /// Where the object was created, or dropped if it is gone.
    pub fn site(&self, key: &Key) -> Option<&Site> {
        self.store.get(key).map(|entry| &entry.site)
    }

    /// The parts of an object, in the order of their keys.
    pub fn parts<'a>(
        &'a self,
        whole: &'a Key,
    ) -> impl Iterator<Item = (&'a Key, &'a Arc<Object>)> + 'a {
        let behind = self.store.behind(|key| key.cmp(whole).is_lt());
        behind
            .take_while(|(key, _)| key.is_within(whole))
            .filter(|(key, _)| key.part.is_some())
            .filter_map(|(key, entry)| Some((key, entry.object.as_ref()?)))
    }

    /// All objects, in the order of their keys.
    pub fn objects(&self) -> impl Iterator<Item = (&Key, &Arc<Object>)> {
        let entries = self.store.iter();
        entries.filter_map(|(key, entry)| Some((key, entry.object.as_ref()?)))
    }

    /// The objects of a space, in the order of their keys.
    pub fn of_space(&self, space: Space) -> impl Iterator<Item = (&Key, &Arc<Object>)> {
        let behind = self.store.behind(move |key| key.space < space);
        let entries = behind.take_while(move |(key, _)| key.space == space);
        entries.filter_map(|(key, entry)| Some((key, entry.object.as_ref()?)))
    }

    /// The keys of all that is, or was, in a schema.
    fn inside(&self, schema: &Name) -> Vec<Key> {
        let spaces = [Space::Relation, Space::Type, Space::Routine, Space::Trigger];
        let keys = spaces.into_iter().flat_map(|space| {
            let first = Key::new(space, schema.clone(), Name::exact(""));
            let behind = self.store.behind(|key| key.cmp(&first).is_lt());
            let keys = behind.map(|(key, _)| key);
            keys.take_while(move |key| key.space == space && key.schema == *schema)
                .cloned()
                .collect::<Vec<Key>>()
        });
        keys.collect()
    }

    /// What uses an object, and how: in the order of the hows.
    pub fn users<'a>(&'a self, key: &'a Key) -> impl Iterator<Item = (&'a Key, Hold)> + 'a {
        self.store.users(key)
    }

    /// What uses an object in this way.
    pub fn users_by<'a>(&'a self, key: &'a Key, hold: Hold) -> impl Iterator<Item = &'a Key> + 'a {
        self.store.users_by(key, hold)
    }

    /// The tables that have what this one has: its partitions and children, and theirs.
    pub fn descendants(&self, table: &Key) -> Vec<Key> {
        self.store.descendants(table)
    }

    /// Whether no column of a table or view can have escaped the model.
    fn columns_are_known(&self, table: &Key) -> bool {
        let unnamed = table.column(Name::exact(""));
        self.find(&unnamed).is_missing()
    }

    /// Whether there is a view of which it is not known what it reads.
    pub(crate) fn has_unread_view(&self) -> bool {
        // Few histories have had one, and who asks for each statement does not go through all that there is.
        let is_unread = |object: &Object| matches!(&object.kind, Kind::View(view) if view.unread);
        self.store.has_unread_views && self.objects().any(|(_, object)| is_unread(object))
    }

    /// The columns of a table or view, in order.
    pub fn columns(&self, table: &Key) -> Vec<(Key, object::Column)> {
        let columns = self.parts(table).filter_map(|(key, object)| {
            let Kind::Column(column) = &object.kind else {
                return None;
            };
            Some((key.clone(), column.clone()))
        });
        let mut columns: Vec<_> = columns.collect();
        columns.sort_by_key(|(_, column)| column.position);
        columns
    }

    /// The indexes of a table.
    pub fn indexes<'a>(
        &'a self,
        table: &'a Key,
    ) -> impl Iterator<Item = (&'a Key, &'a object::Index)> + 'a {
        self.users_by(table, Hold::Auto).filter_map(|key| {
            let (key, entry) = self.store.get_key_value(key)?;
            match &entry.object.as_ref()?.kind {
                Kind::Index(index) if index.table == *table => Some((key, index)),
                _ => None,
            }
        })
    }

    /// The constraints of a table.
    pub fn constraints<'a>(
        &'a self,
        table: &'a Key,
    ) -> impl Iterator<Item = (&'a Key, &'a object::Constraint)> + 'a {
        self.parts(table)
            .filter_map(|(key, object)| match &object.kind {
                Kind::Constraint(constraint) => Some((key, constraint)),
                _ => None,
            })
    }
}

/// Whether an object may have parts like this one that are not known.
fn is_open(whole: &Object, part: &Key) -> bool {
    let kind = part.part.as_ref().map(|part| part.kind);
    match (&whole.kind, kind) {
        (Kind::Table(table), Some(PartKind::Column)) => table.open || table.foreign,
        (Kind::View(view), Some(PartKind::Column)) => view.columns.is_none(),
        (Kind::Sequence(_), Some(PartKind::Column)) => {
            // Those of PostgreSQL, and of MariaDB.
            const COLUMNS: &str = "last_value log_cnt is_called next_not_cached_value minimum_value maximum_value \
                start_value increment cache_size cycle_option cycle_count";
            let own = part.own_name().key();
            COLUMNS.split_whitespace().any(|name| name == own)
        }
        // What the database calls expressions is not always known.
        (Kind::Index(index), Some(PartKind::Column)) => {
            let named = !index.called.is_empty() && index.key_columns().count() == index.keys.len();
            !named || index.called.contains(part.own_name())
        }
        _ => false,
    }
}
