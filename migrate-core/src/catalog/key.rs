//! By what an object is found.

use crate::ddl::Name;
use crate::dialect::Dialect;
use std::fmt;

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
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
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
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
        Key {
            space,
            schema,
            name,
            part: None,
        }
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
        Key {
            part: Some(Part { kind, name }),
            ..self.clone()
        }
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
        Key {
            part: None,
            ..self.clone()
        }
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
        self.space == object.space
            && self.name == object.name
            && self.schema == object.schema
            && (object.part.is_none() || self.part == object.part)
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
