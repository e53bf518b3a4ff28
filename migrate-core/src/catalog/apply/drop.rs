//! What goes when something goes, and what stands in the way.

use super::work::Work;
use crate::catalog::{FaultKind, Found, Hold, Key, Kind, PartKind, Space};
use crate::ddl::object::{Drop, ObjectKind, Target};
use crate::ddl::{Ident, Name};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    pub fn drop(&mut self, drop: &Drop) {
        if self.is(Dialect::Mysql) && self.drop_mysql(drop) {
            return;
        }
        for target in &drop.targets {
            let Some(key) = self.target(target, drop.kind, drop.if_exists) else {
                continue;
            };
            let range = target.name.range();
            match self.catalog.find(&key) {
                // SQLite looks for tables and for indexes apart.
                Found::Here(object)
                    if self.is(Dialect::Sqlite)
                        && matches!(object.kind, Kind::Index(_))
                            != (drop.kind == ObjectKind::Index) =>
                {
                    if !drop.if_exists {
                        self.missing(&range, drop.kind, &key);
                    }
                }
                Found::Here(object) if !is_kind(&object.kind, drop.kind) => {
                    let (wanted, kind) = (drop.kind, object.object_kind());
                    self.fault(&range, FaultKind::WrongKind { wanted, kind, key });
                }
                _ => self.remove(&key, drop.cascade, &range),
            }
        }
    }

    /// The key of what a statement names; `None` if it is not there, which is said unless it may be missing.
    pub fn target(&mut self, target: &Target, kind: ObjectKind, optional: bool) -> Option<Key> {
        let key = self.key_of(target, kind, optional)?;
        if self.catalog.find(&key).is_missing() {
            if !optional {
                self.require_part(&key, &target.name.range(), kind);
            }
            return None;
        }
        Some(key)
    }

    fn key_of(&mut self, target: &Target, kind: ObjectKind, optional: bool) -> Option<Key> {
        let own = &target.name.name.name;
        let part = |kind: PartKind| (kind, own.clone());
        let (kind, name) = match kind {
            ObjectKind::Schema => return Some(Key::schema(own.clone())),
            ObjectKind::Extension => return Some(extension(own)),
            ObjectKind::Column => part(PartKind::Column),
            ObjectKind::Constraint => part(PartKind::Constraint),
            ObjectKind::Policy => part(PartKind::Policy),
            ObjectKind::Rule => part(PartKind::Rule),
            ObjectKind::Trigger if self.is(Dialect::Postgres) => part(PartKind::Trigger),
            ObjectKind::Index if self.is(Dialect::Mysql) => part(PartKind::Index),
            ObjectKind::Function
            | ObjectKind::Procedure
            | ObjectKind::Aggregate
            | ObjectKind::Routine => return self.routine(target, kind, optional),
            _ => return self.resolve_target(target, kind, optional),
        };
        let table = target.table.as_ref()?;
        let of = ObjectKind::Table;
        let (whole, found) = self.catalog.resolve(Space::Relation, table);
        if found.is_missing() {
            if !optional {
                self.require(Space::Relation, table, of);
            }
            return None;
        }
        Some(whole.part(kind, name))
    }

    fn resolve_target(&mut self, target: &Target, kind: ObjectKind, optional: bool) -> Option<Key> {
        let space = space(kind);
        let (key, found) = self.catalog.resolve(space, &target.name);
        if found.is_missing() && kind == ObjectKind::Type && self.is(Dialect::Postgres) {
            let (table, found) = self.catalog.resolve(Space::Relation, &target.name);
            if let Found::Here(object) = found
                && matches!(object.kind, Kind::Table(_) | Kind::View(_))
            {
                // Its rows are of this type, which goes with it only.
                let (wanted, kind) = (kind, object.object_kind());
                let key = table;
                let range = target.name.range();
                self.fault(&range, FaultKind::WrongKind { wanted, kind, key });
                return None;
            }
        }
        match found.is_missing() {
            true if optional => None,
            true => self.require(space, &target.name, kind),
            false => Some(key),
        }
    }

    /// Takes an object away, with all that goes with it.
    pub fn remove(&mut self, key: &Key, cascade: bool, range: &Range<usize>) {
        if let Some(owner) = self.owner(key) {
            self.in_use(key, vec![owner], false, range);
            return;
        }
        let (first, mut going) = (key, vec![key.clone()]);
        let mut firm: Vec<Key> = Vec::new();
        let mut perhaps: Vec<Key> = Vec::new();
        let mut defaults: Vec<Key> = Vec::new();
        let mut next = 0;
        while let Some(key) = going.get(next).cloned() {
            next += 1;
            let inside = self.inside(&key);
            let users = self.catalog.users(&key);
            let users = users.map(|(user, hold)| (user.clone(), hold));
            for (user, hold) in users.chain(inside).collect::<Vec<_>>() {
                if self.catalog.get(&user).is_none() {
                    continue;
                }
                let goes = match hold {
                    Hold::Auto => true,
                    // A partition goes with its table, a child that inherits stands in the way.
                    Hold::Child if self.is_partition(&user) => true,
                    Hold::Firm if self.is_default(&key, &user) => {
                        defaults.push(user.clone());
                        firm.push(user);
                        continue;
                    }
                    Hold::Firm | Hold::Child if self.blocks(first, &user) => {
                        firm.push(user.clone());
                        cascade
                    }
                    Hold::Firm | Hold::Child => false,
                    Hold::Perhaps => {
                        perhaps.push(user.clone());
                        false
                    }
                };
                if goes && !going.contains(&user) {
                    going.push(user);
                }
            }
        }
        if !cascade {
            firm.retain(|user| !going.iter().any(|going| user.is_within(going)));
            firm.retain(|user| matches!(self.catalog.find(user), Found::Here(_)));
            if !firm.is_empty() && matches!(self.catalog.find(key), Found::Here(_)) {
                firm.sort();
                firm.dedup();
                let helps = self.is(Dialect::Postgres);
                self.in_use(key, firm, helps, range);
                return;
            }
        }
        defaults.retain(|user| !going.iter().any(|going| user.is_within(going)));
        for column in &defaults {
            self.alter(column, range, |object| {
                if let Kind::Column(column) = &mut object.kind {
                    column.default = None;
                }
            });
        }
        for key in going.iter().rev() {
            self.discard(key, range);
        }
        for key in perhaps.iter().filter(|_| cascade) {
            self.obscure(key, range);
        }
    }

    /// Says that others use an object.
    pub fn in_use(&mut self, key: &Key, by: Vec<Key>, cascade: bool, range: &Range<usize>) {
        let kind = |key: &Key| {
            let object = self.catalog.get(key);
            object.map_or(ObjectKind::Table, |object| object.object_kind())
        };
        let fault = FaultKind::InUse {
            kind: kind(key),
            key: key.clone(),
            by: by.into_iter().map(|key| (kind(&key), key)).collect(),
            cascade,
        };
        self.fault(range, fault);
    }

    /// The constraint that an index belongs to, if it cannot be dropped without it.
    fn owner(&self, key: &Key) -> Option<Key> {
        let Found::Here(object) = self.catalog.find(key) else {
            return None;
        };
        match &object.kind {
            Kind::Index(index) => index.constraint.clone().or(index.partition_of.clone()),
            Kind::Sequence(it) if it.identity => it.owned_by.clone(),
            _ => None,
        }
    }

    /// What is in a schema, or part of an object.
    fn inside(&self, key: &Key) -> Vec<(Key, Hold)> {
        if key.space == Space::Schema {
            let inside = self.catalog.inside(&key.schema).into_iter();
            let whole = inside.filter(|it| it.part.is_none() || it.space == Space::Routine);
            // MySQL's databases go with all that is in them.
            let hold = match self.dialect() {
                Dialect::Mysql => Hold::Auto,
                Dialect::Postgres | Dialect::Sqlite => Hold::Firm,
            };
            return whole.map(|key| (key, hold)).collect();
        }
        if let Some(Kind::Index(index)) = self.catalog.get(key).map(|object| &object.kind) {
            // A constraint is nothing without its index.
            let owner = index.constraint.iter();
            return owner.map(|key| (key.clone(), Hold::Auto)).collect();
        }
        let parts = match key.part {
            None => self
                .catalog
                .parts(key)
                .map(|(key, _)| key.clone())
                .collect(),
            Some(_) => Vec::new(),
        };
        parts.into_iter().map(|key| (key, Hold::Auto)).collect()
    }

    fn is_partition(&self, key: &Key) -> bool {
        let object = self.catalog.get(key);
        object.is_some_and(|it| matches!(&it.kind, Kind::Table(it) if it.partition_of.is_some()))
    }

    /// Whether a column uses a sequence for its default, which alone goes with it.
    fn is_default(&self, used: &Key, user: &Key) -> bool {
        let kind = |key: &Key| self.catalog.get(key).map(|object| &object.kind);
        matches!(kind(used), Some(Kind::Sequence(_))) && matches!(kind(user), Some(Kind::Column(_)))
    }

    /// Whether a database lets nothing go that such an object uses.
    fn blocks(&self, dropped: &Key, user: &Key) -> bool {
        match self.dialect() {
            Dialect::Postgres => true,
            // Views and foreign keys may point to what is not there, but when a column is dropped, the
            // schema is read anew, and views with it (https://www.sqlite.org/lang_altertable.html).
            Dialect::Sqlite => {
                let kind = |key: &Key| self.catalog.get(key).map(|object| &object.kind);
                let is_column = matches!(kind(dropped), Some(Kind::Column(_)));
                is_column && matches!(kind(user), Some(Kind::View(_)))
            }
            Dialect::Mysql => user.part.is_some() && !self.catalog.unchecked_foreign_keys,
        }
    }

    /// Drops a part of a table by name.
    pub fn drop_part(
        &mut self,
        table: &Key,
        (kind, part): (ObjectKind, PartKind),
        name: &Ident,
        (if_exists, cascade): (bool, bool),
    ) {
        let key = table.part(part, name.name.clone());
        if if_exists && self.catalog.find(&key).is_missing() {
            return;
        }
        if self.require_part(&key, &name.range, kind) {
            self.remove(&key, cascade, &name.range);
        }
    }
}

/// The space in which objects of a kind have their names.
pub(super) fn space(kind: ObjectKind) -> Space {
    match kind {
        ObjectKind::Type | ObjectKind::Domain | ObjectKind::DomainConstraint => Space::Type,
        ObjectKind::Trigger => Space::Trigger,
        ObjectKind::Extension => Space::Extension,
        ObjectKind::Schema => Space::Schema,
        ObjectKind::Function
        | ObjectKind::Procedure
        | ObjectKind::Aggregate
        | ObjectKind::Routine => Space::Routine,
        _ => Space::Relation,
    }
}

/// The key of an extension.
pub(super) fn extension(name: &Name) -> Key {
    Key::new(Space::Extension, Name::exact(""), name.clone())
}

/// Whether `DROP kind` drops such an object.
fn is_kind(object: &Kind, kind: ObjectKind) -> bool {
    match object {
        Kind::Table(_) => kind == ObjectKind::Table,
        Kind::View(view) if view.materialized => kind == ObjectKind::MaterializedView,
        Kind::View(_) => kind == ObjectKind::View,
        Kind::Sequence(_) => kind == ObjectKind::Sequence,
        Kind::Index(_) => kind == ObjectKind::Index,
        // DROP TYPE drops domains as well.
        Kind::Domain(_) => matches!(kind, ObjectKind::Domain | ObjectKind::Type),
        Kind::Enum(_) | Kind::Composite(_) | Kind::Type(_) => kind == ObjectKind::Type,
        _ => true,
    }
}
