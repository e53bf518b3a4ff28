//! What is no table.

use super::drop::{extension, is_kind};
use super::work::Work;
use crate::catalog::extensions::brings;
use crate::catalog::fog::Scope;
use crate::catalog::{FaultKind, Found, Key, Kind, Part, PartKind, Space};
use crate::ddl::object::*;
use crate::ddl::{Ident, Name};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    pub fn create_schema(&mut self, def: &CreateSchema) {
        let key = Key::schema(def.name.name.clone());
        let there = matches!(self.catalog.find(&key), Found::Here(_));
        if !(there && def.if_not_exists) && self.require_free(&key, &def.name.range) {
            self.create(&key, Kind::Schema, &def.name.range);
        }
        if def.of_role {
            self.catalog.note_schema_of_role();
        }
    }

    pub fn create_extension(&mut self, def: &CreateExtension) {
        let key = extension(&def.name.name);
        let found = self.catalog.find(&key);
        if matches!(found, Found::Here(_)) {
            if !def.if_not_exists {
                self.require_free(&key, &def.name.range);
            }
            return;
        }
        if let Some(schema) = &def.schema
            && found.is_missing()
        {
            self.require_schema(schema);
        }
        let schema = def.schema.as_ref().map(|schema| schema.name.clone());
        self.create(&key, Kind::Extension(schema), &def.name.range);
        self.bring(&def.name.name, def.schema.as_ref());
    }

    /// What comes along with an extension may be there, if only what is known of it.
    fn bring(&mut self, extension: &Name, schema: Option<&Ident>) {
        let Some(brought) = brings(extension.key()) else {
            for space in [Space::Routine, Space::Type, Space::Relation, Space::Schema] {
                self.extend(Scope::Space(space));
            }
            return;
        };
        let schema = match schema {
            Some(schema) => schema.name.clone(),
            None => self.catalog.creation_schema(),
        };
        self.extend(Scope::Within(Space::Routine, schema.clone()));
        for (space, names) in [
            (Space::Type, brought.types),
            (Space::Relation, brought.relations),
        ] {
            for name in names {
                let key = Key::new(space, schema.clone(), Name::exact(name));
                self.extend(Scope::Object(key));
            }
        }
    }

    pub fn rename_object(&mut self, rename: &Rename) {
        let Some(old) = self.target(&rename.target, rename.kind, rename.if_exists) else {
            return;
        };
        let own = rename.to.name.name.clone();
        let range = rename.to.range();
        if !self.require_kind(&old, rename.kind, &rename.target.name.range()) {
            return;
        }
        let new = match (&old.part, rename.kind) {
            // The types of its arguments stay what it is called by.
            (
                Some(Part {
                    kind: PartKind::Signature,
                    ..
                }),
                _,
            ) => Key {
                name: own,
                ..old.clone()
            },
            (Some(part), _) => Key {
                part: Some(Part {
                    kind: part.kind,
                    name: own,
                }),
                ..old.clone()
            },
            (None, ObjectKind::Schema) => return self.rename_schema(&old, own, &range),
            (None, _) => {
                let schema = rename.to.schema.as_ref().map_or(&old.schema, |it| &it.name);
                Key::new(old.space, schema.clone(), own)
            }
        };
        let (optional, faults) = (self.may_be_left(&old, rename.if_exists), self.faults());
        let is_same = new == old && !self.is(Dialect::Postgres);
        let object = self.catalog.get(&old).map(|it| &it.kind);
        let composite = matches!(object, Some(Kind::Composite(_)));
        let free = |work: &mut Work| {
            work.require_free(&new, &range) && work.require_no_row_type(&new, composite, &range)
        };
        if is_same || free(self) {
            self.rename(&old, &new, &range);
            if self.is(Dialect::Mysql) && rename.kind == ObjectKind::Table {
                self.rename_numbered(&old, &new, &range);
            }
        }
        self.excuse(optional, faults);
    }

    /// Says that an object is of another kind than the statement takes it for.
    pub fn require_kind(&mut self, key: &Key, wanted: ObjectKind, range: &Range<usize>) -> bool {
        let Found::Here(object) = self.catalog.find(key) else {
            return true;
        };
        let fits = !self.is(Dialect::Postgres) || is_kind(&object.kind, wanted);
        if !fits {
            let (kind, key) = (object.object_kind(), key.clone());
            self.fault(range, FaultKind::WrongKind { wanted, kind, key });
        }
        fits
    }

    fn rename_schema(&mut self, old: &Key, name: Name, range: &Range<usize>) {
        let new = Key::schema(name.clone());
        if !self.require_free(&new, range) {
            return;
        }
        self.rename(old, &new, range);
        // What routines are called by changes with the types that are renamed before them.
        for routines in [false, true] {
            let mut inside = self.catalog.inside(&old.schema);
            inside.retain(|key| match routines {
                false => key.part.is_none() && key.space != Space::Routine,
                true => key.space == Space::Routine,
            });
            for key in inside {
                let to = Key {
                    schema: name.clone(),
                    ..key.clone()
                };
                self.rename(&key, &to, range);
            }
        }
    }

    pub fn set_schema(&mut self, set: &SetSchema) {
        let Some(key) = self.target(&set.target, set.kind, set.if_exists) else {
            return;
        };
        if !self.require_kind(&key, set.kind, &set.target.name.range()) {
            return;
        }
        let (optional, faults) = (self.may_be_left(&key, set.if_exists), self.faults());
        self.require_schema(&set.schema);
        self.excuse(optional, faults);
        if set.kind == ObjectKind::Extension {
            let schema = Some(set.schema.name.clone());
            self.bring(&key.name, Some(&set.schema));
            return self.alter(&key, &set.schema.range, |it| {
                it.kind = Kind::Extension(schema)
            });
        }
        let to = Key {
            schema: set.schema.name.clone(),
            ..key.clone()
        };
        if self.require_free_in(&key, &to, &set.schema.range) {
            self.rename(&key, &to, &set.schema.range);
        }
    }

    /// Whether an object may have this key in another schema; says what has it already.
    pub fn require_free_in(&mut self, old: &Key, new: &Key, range: &Range<usize>) -> bool {
        if new == old {
            return true;
        }
        let object = self.catalog.get(old).map(|it| &it.kind);
        let composite = matches!(object, Some(Kind::Composite(_)));
        let rows = matches!(object, Some(Kind::Table(_) | Kind::View(_)));
        self.require_free(new, range)
            && self.require_no_row_type(new, composite, range)
            && (!rows || self.require_no_type(new, range))
    }

    /// Says that columns of an index or a sequence have no comments.
    fn refuse_comment(&mut self, relation: &Key, range: &Range<usize>) -> bool {
        let Found::Here(object) = self.catalog.find(relation) else {
            return false;
        };
        let is_other = matches!(object.kind, Kind::Index(_) | Kind::Sequence(_));
        if is_other {
            let (wanted, kind) = (ObjectKind::Table, object.object_kind());
            let key = relation.clone();
            self.fault(range, FaultKind::WrongKind { wanted, kind, key });
        }
        is_other
    }

    /// Takes a comment about what the model has no place for: a check of a domain, the row type of a table, a
    /// column of the system's. Says whether it was such a comment.
    fn pass_over_comment(&mut self, comment: &Comment) -> bool {
        let target = &comment.target;
        match comment.kind {
            ObjectKind::DomainConstraint => {
                let domain = target.table.as_ref();
                domain.is_some_and(|it| self.require(Space::Type, it, ObjectKind::Domain).is_some())
            }
            ObjectKind::Type => {
                let (_, found) = self.catalog.resolve(Space::Relation, &target.name);
                matches!(&found, Found::Here(it) if matches!(it.kind, Kind::Table(_) | Kind::View(_)))
            }
            ObjectKind::Column => {
                let column = &target.name.name.name;
                self.is(Dialect::Postgres) && column.is_system_column(self.dialect())
            }
            _ => false,
        }
    }

    pub fn comment(&mut self, comment: &Comment) {
        let range = comment.target.name.range();
        if self.pass_over_comment(comment) {
            return;
        }
        if let Some(key) = self.target(&comment.target, comment.kind, false) {
            let is_column = comment.kind == ObjectKind::Column;
            if is_column && self.refuse_comment(&key.whole(), &range)
                || !self.require_kind(&key, comment.kind, &range)
            {
                return;
            }
            let text = comment.text.clone().filter(|text| !text.is_empty());
            self.alter(&key, &range, |object| object.comment = text);
        }
    }
}
