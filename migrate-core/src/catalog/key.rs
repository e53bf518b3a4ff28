//! By what an object is found.

use crate::ddl::Name;
use crate::dialect::Dialect;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// Where MySQL's temporary tables are, which have no schema of their own there but hide the others.
pub(super) const MYSQL_TEMPORARY: &str = "(temporary)";

/// Where temporary tables are.
pub(super) fn temporary(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "pg_temp",
        Dialect::Sqlite => "temp",
        Dialect::Mysql => MYSQL_TEMPORARY,
    }
}

/// By what an object is found. Keys are ordered so that the parts of an object follow it.
///
/// Nothing is copied and compared as often: a copy is a pointer, and what is compared are bytes in a row.
#[derive(Clone)]
pub struct Key(Arc<Ordered>);

struct Ordered {
    place: Place,
    /// What is compared: the space, then the names, each with its end. So it begins like that of the whole.
    order: Box<[u8]>,
}

/// What a key says.
#[derive(Clone)]
pub struct Place {
    /// Among which objects its name is the only one of its kind.
    pub space: Space,
    /// Its schema; for a schema its own name. On MySQL the database, empty for the one that is connected to.
    pub schema: Name,
    /// Its name, or that of the object that it is part of. Empty for a schema.
    pub name: Name,
    /// Which part of that object it is.
    pub part: Option<Part>,
}

/// A space of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// Schemas.
    Schema,
    /// Extensions, which are no part of the schema that their objects are in.
    Extension,
    /// Tables, views and sequences, on PostgreSQL and SQLite also indexes (pg_class, sqlite_schema).
    Relation,
    /// Enums, domains, composite types (pg_type).
    Type,
    /// Functions, procedures and aggregates, whose parts are told apart by the types of their arguments (pg_proc).
    Routine,
    /// SQLite's and MySQL's triggers, whose names are the schema's.
    Trigger,
    /// Names of constraints: those of foreign keys are the schema's on MySQL, and PostgreSQL chooses none
    /// that is taken elsewhere in the schema. Nothing is there under such a key, but constraints use theirs.
    Constraint,
}

/// A part of an object.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// What kind of part.
    pub kind: PartKind,
    /// Its name; of a routine the types of its arguments.
    pub name: Name,
}

/// The kinds of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKind {
    /// A column of a table or view.
    Column,
    /// A constraint of a table.
    Constraint,
    /// MySQL's index, whose name is the table's.
    Index,
    /// PostgreSQL's trigger.
    Trigger,
    /// A policy.
    Policy,
    /// A rule.
    Rule,
    /// One of the routines of a name.
    Signature,
}

impl Key {
    /// The key of an object of a schema.
    pub fn new(space: Space, schema: Name, name: Name) -> Key {
        Key::from(Place {
            space,
            schema,
            name,
            part: None,
        })
    }

    /// The key of a schema.
    pub fn schema(name: Name) -> Key {
        Key::new(Space::Schema, name, Name::exact(""))
    }

    /// The key of a table, view, sequence or (on PostgreSQL and SQLite) index.
    pub fn relation(schema: Name, name: Name) -> Key {
        Key::new(Space::Relation, schema, name)
    }

    /// The key of a type of the same name.
    pub fn row_type(&self) -> Key {
        Key::new(Space::Type, self.schema.clone(), self.name.clone())
    }

    /// The key of a part of this object.
    pub fn part(&self, kind: PartKind, name: Name) -> Key {
        self.with_part(Some(Part { kind, name }))
    }

    /// The key that a constraint uses for its name's sake.
    pub(super) fn name_of_constraint(&self) -> Key {
        Key::new(
            Space::Constraint,
            self.schema.clone(),
            self.own_name().clone(),
        )
    }

    /// The key of a column of this table.
    pub fn column(&self, name: Name) -> Key {
        self.part(PartKind::Column, name)
    }

    /// The key of the object that this one is part of; the same for what is no part.
    pub fn whole(&self) -> Key {
        match self.part {
            Some(_) => self.with_part(None),
            None => self.clone(),
        }
    }

    /// The key of another part of the object, or of the object.
    pub(crate) fn with_part(&self, part: Option<Part>) -> Key {
        let whole = Place::clone(self);
        Key::from(Place { part, ..whole })
    }

    /// The key of what is called like this in another schema.
    pub(super) fn in_schema(&self, schema: Name) -> Key {
        let here = Place::clone(self);
        Key::from(Place { schema, ..here })
    }

    /// The key of a constraint of this table.
    pub fn constraint(&self, name: Name) -> Key {
        self.part(PartKind::Constraint, name)
    }

    /// Its own name.
    pub fn own_name(&self) -> &Name {
        match (&self.part, self.space) {
            (Some(part), _) => &part.name,
            (None, Space::Schema) => &self.schema,
            (None, _) => &self.name,
        }
    }

    /// Whether this is the object or a part of it.
    pub fn is_within(&self, object: &Key) -> bool {
        self.0.order.starts_with(&object.0.order)
    }
}

impl From<Place> for Key {
    fn from(place: Place) -> Key {
        let part = place.part.as_ref();
        let names = [&place.schema, &place.name].map(Name::key);
        let lengths = names.map(str::len).into_iter().sum::<usize>();
        let of_part = part.map_or(0, |part| part.name.key().len() + 2);
        let mut order = Vec::with_capacity(lengths + of_part + 3);
        order.push(place.space as u8);
        names.iter().for_each(|name| push_name(&mut order, name));
        if let Some(part) = part {
            order.push(part.kind as u8);
            push_name(&mut order, part.name.key());
        }
        let order = order.into_boxed_slice();
        Key(Arc::new(Ordered { place, order }))
    }
}

/// Adds a name and its end, which is before all letters. What looks like an end in a name becomes what is in none.
fn push_name(order: &mut Vec<u8>, name: &str) {
    let start = order.len();
    order.extend_from_slice(name.as_bytes());
    if name.as_bytes().contains(&0) {
        order.iter_mut().skip(start).for_each(|byte| {
            if *byte == 0 {
                *byte = u8::MAX;
            }
        });
    }
    order.push(0);
}

impl Deref for Key {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.0.place
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.order == other.0.order
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        match Arc::ptr_eq(&self.0, &other.0) {
            true => Ordering::Equal,
            false => self.0.order.cmp(&other.0.order),
        }
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.order.hash(state);
    }
}

/// As messages name it: without a schema that goes without saying, a part as `table.part`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.space == Space::Schema {
            return fmt::Display::fmt(&self.schema, f);
        }
        let usual = ["", "public", "main", "pg_temp", MYSQL_TEMPORARY];
        let is_usual = usual.contains(&self.schema.key());
        if self.space != Space::Extension && !is_usual {
            write!(f, "{}.", self.schema)?;
        }
        write!(f, "{}", self.name)?;
        match &self.part {
            // A column of which it is not known whose it would be.
            Some(part) if self.name.key().is_empty() => write!(f, "{}", part.name),
            // MySQL's have no signatures, but what they are.
            Some(part) if part.kind == PartKind::Signature => match part.name.key() {
                "function" | "procedure" | "aggregate" => Ok(()),
                _ => write!(f, "({})", part.name),
            },
            Some(part) => write!(f, ".{}", part.name),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {self}", self.space)
    }
}
