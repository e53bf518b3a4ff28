//! What goes when something goes, and what stands in the way.

use super::work::Work;
use crate::catalog::object::Rule;
use crate::catalog::references::is_about;
use crate::catalog::types::Base;
use crate::catalog::{FaultKind, Found, Hold, Key, Kind, PartKind, Space};
use crate::ddl::Name;
use crate::ddl::object::{Drop, ObjectKind, Target};
use crate::dialect::Dialect;
use std::collections::BTreeSet;
use std::ops::Range;

/// What a `DROP` takes away.
#[derive(Default)]
struct Removal {
    /// What goes, the objects that the statement names first.
    going: Vec<Going>,
    /// Their keys.
    keys: BTreeSet<Key>,
    /// What stands in the way without `CASCADE`, behind the named object that it uses.
    firm: Vec<(Key, Key)>,
    /// What perhaps goes with them.
    perhaps: Vec<Going>,
    /// Columns that lose their defaults only, and the like, behind what they lose.
    thinner: Vec<(Going, Key)>,
}

/// Something that goes.
#[derive(Clone)]
struct Going {
    key: Key,
    /// Which of the objects that the statement names it goes with.
    named: Key,
    /// Where that one is named.
    range: Range<usize>,
}

impl Removal {
    fn add(&mut self, going: Going) {
        if self.keys.insert(going.key.clone()) {
            self.going.push(going);
        }
    }
}

impl Work {
    pub fn drop(&mut self, drop: &Drop) {
        if self.is(Dialect::Mysql) && self.drop_mysql(drop) {
            return;
        }
        if drop.kind == ObjectKind::Extension && drop.cascade {
            // Which columns and functions are of its types is not known.
            self.obscure_everything();
        }
        let mut dropped = Vec::new();
        for target in &drop.targets {
            let Some(key) = self.target(target, drop.kind, drop.if_exists) else {
                continue;
            };
            let range = target.name.range();
            match self.catalog.find(&key) {
                Found::Here(object) if !self.is_dropped_as(&object.kind, drop.kind) => {
                    // That is no more than a note to MySQL.
                    if self.is(Dialect::Mysql) && drop.if_exists {
                        continue;
                    }
                    let (wanted, kind) = (drop.kind, object.object_kind());
                    self.fault(&range, FaultKind::WrongKind { wanted, kind, key });
                }
                _ => dropped.push((key, range)),
            }
        }
        self.remove_all(dropped, drop.cascade);
    }

    /// Whether `DROP kind` drops such an object; to MariaDB a sequence is a table.
    fn is_dropped_as(&self, object: &Kind, kind: ObjectKind) -> bool {
        let is_sequence = matches!(object, Kind::Sequence(_)) && kind == ObjectKind::Table;
        // Nor is an aggregate dropped as a function (`RemoveObjects` in dropcmds.c).
        let is_aggregate = matches!(object, Kind::Routine(it) if it.kind == ObjectKind::Aggregate)
            && kind == ObjectKind::Function;
        is_kind(object, kind) && !is_aggregate || self.is(Dialect::Mysql) && is_sequence
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
        let (whole, found) = self.resolve(Space::Relation, table, of);
        if let Found::Here(object) = &found
            && let Kind::Composite(attributes) = &object.kind
            && kind == PartKind::Column
        {
            // Its attributes are no objects of their own.
            let key = whole.part(kind, name);
            if attributes.iter().all(|(it, _)| it != own) {
                let kind = ObjectKind::Column;
                self.fault(&target.name.range(), FaultKind::Missing { kind, key });
            }
            return None;
        }
        // Neither has parts of another sort (`get_object_address_relobject` in objectaddress.c).
        if let Found::Here(object) = &found
            && matches!(object.kind, Kind::Index(_) | Kind::Composite(_))
            && kind != PartKind::Column
        {
            let (wanted, kind, key) = (of, object.object_kind(), whole);
            self.fault(&table.range(), FaultKind::WrongKind { wanted, kind, key });
            return None;
        }
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
        let (key, found) = self.resolve(space, &target.name, kind);
        match found.is_missing() {
            true if optional => None,
            true => self.require(space, &target.name, kind),
            false => Some(key),
        }
    }

    /// Takes an object away, with all that goes with it.
    pub fn remove(&mut self, key: &Key, cascade: bool, range: &Range<usize>) {
        self.remove_all(vec![(key.clone(), range.clone())], cascade);
    }

    /// Takes objects away together: none of them is in the way of another
    /// (`performMultipleDeletions` in src/backend/catalog/dependency.c).
    pub fn remove_all(&mut self, named: Vec<(Key, Range<usize>)>, cascade: bool) {
        for (key, range) in &named {
            let is_named = |owner: &Key| named.iter().any(|(key, _)| key == owner);
            if let Some(owner) = self.owner(key).filter(|owner| !is_named(owner)) {
                return self.in_use(key, vec![owner], false, range);
            }
        }
        let Removal {
            mut thinner,
            going,
            keys,
            firm,
            perhaps,
        } = self.removal(named, cascade);
        let goes = |user: &Key| keys.contains(user) || keys.contains(&user.whole());
        if !cascade {
            let stays =
                |user: &Key| !goes(user) && matches!(self.catalog.find(user), Found::Here(_));
            let firm: Vec<_> = firm.iter().filter(|(_, user)| stays(user)).collect();
            let named = going.iter().filter(|it| it.named == it.key);
            let held = named.clone().find_map(|it| {
                let users = firm.iter().filter(|(of, _)| *of == it.key);
                let users: BTreeSet<Key> = users.map(|(_, user)| user.clone()).collect();
                let certain = matches!(self.catalog.find(&it.key), Found::Here(_));
                (certain && !users.is_empty()).then_some((it, users))
            });
            if let Some((it, users)) = held {
                let helps = self.is(Dialect::Postgres);
                return self.in_use(&it.key, users.into_iter().collect(), helps, &it.range);
            }
        }
        thinner.retain(|(user, _)| !goes(&user.key));
        for (user, used) in &thinner {
            self.alter(&user.key, &user.range, |object| match &mut object.kind {
                Kind::Column(column) => {
                    column.default = None;
                    object.needs.clear();
                }
                Kind::Composite(attributes) => {
                    attributes
                        .retain(|(_, it)| !matches!(&it.base, Base::User(key) if key == used));
                }
                _ => {}
            });
        }
        for it in going.iter().filter(|it| it.named != it.key) {
            self.leave_to_children(&it.key, |copy| !goes(copy));
        }
        for (user, _) in &thinner {
            // Which of a domain's checks go is not known.
            if self.is_domain(&user.key) {
                self.obscure(&user.key, &user.range);
            }
        }
        for it in going.iter().rev() {
            self.discard(&it.key, &it.range);
        }
        for it in &perhaps {
            self.obscure(&it.key, &it.range);
        }
    }

    /// What goes with what is named, and what that meets.
    fn removal(&self, named: Vec<(Key, Range<usize>)>, cascade: bool) -> Removal {
        let mut found = Removal::default();
        for (key, range) in named {
            let named = key.clone();
            found.add(Going { key, named, range });
        }
        let mut next = 0;
        while let Some(used) = found.going.get(next).cloned() {
            next += 1;
            let inside = self.inside(&used.key);
            let inside = inside.into_iter().chain(self.needing(&used.key));
            let users = self.catalog.users(&used.key);
            let users = users.map(|(user, hold)| (user.clone(), hold));
            let users: Vec<(Key, Hold)> = users.collect();
            for (user, hold) in users.into_iter().chain(inside) {
                if self.catalog.get(&user).is_none() {
                    continue;
                }
                let with = Going {
                    key: user.clone(),
                    ..used.clone()
                };
                let goes = match hold {
                    Hold::Auto => true,
                    // A partition goes with its table, a child that inherits stands in the way.
                    Hold::Child if self.is_partition(&user) => true,
                    Hold::Firm if self.outlives(&used.key, &user) => {
                        found.thinner.push((with, used.key.clone()));
                        found.firm.push((used.named.clone(), user));
                        continue;
                    }
                    Hold::Firm | Hold::Child if self.blocks(&used.named, &user) => {
                        found.firm.push((used.named.clone(), user));
                        cascade
                    }
                    Hold::Firm | Hold::Child => false,
                    Hold::Perhaps => {
                        if cascade || self.may_go_unasked(&used.key, &user) {
                            found.perhaps.push(with);
                        }
                        continue;
                    }
                };
                if goes {
                    found.add(with);
                }
            }
        }
        found
    }

    /// Says that others use an object.
    pub fn in_use(&mut self, key: &Key, by: Vec<Key>, cascade: bool, range: &Range<usize>) {
        let fault = FaultKind::InUse {
            kind: self.kind_of(key),
            key: key.clone(),
            by: by
                .into_iter()
                .map(|key| (self.kind_of(&key), key))
                .collect(),
            cascade,
        };
        self.fault(range, fault);
    }

    pub fn kind_of(&self, key: &Key) -> ObjectKind {
        match (self.catalog.get(key), &key.part) {
            (Some(object), _) => object.object_kind(),
            // What is gone by now was one of these.
            (None, Some(part)) if part.kind == PartKind::Index => ObjectKind::Index,
            (None, Some(part)) if part.kind == PartKind::Constraint => ObjectKind::Constraint,
            (None, _) => ObjectKind::Table,
        }
    }

    /// What an object belongs to, if it cannot be dropped without it: the constraint of an index.
    pub fn owner(&self, key: &Key) -> Option<Key> {
        let Found::Here(object) = self.catalog.find(key) else {
            return None;
        };
        match &object.kind {
            Kind::Index(index) => index.constraint.clone().or(index.partition_of.clone()),
            Kind::Sequence(it) if it.identity => it.owned_by.clone(),
            Kind::Trigger(trigger) => trigger.partition_of.clone(),
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
            // A table is nothing without what its rows are parted by (`StorePartitionKey` in heap.c).
            Some(_) if self.is_partition_key(key) => vec![key.whole()],
            Some(_) => Vec::new(),
        };
        parts.into_iter().map(|key| (key, Hold::Auto)).collect()
    }

    /// The foreign keys that point to a table with partitions need each of these
    /// (`CloneFkReferenced` in tablecmds.c).
    fn needing(&self, partition: &Key) -> Vec<(Key, Hold)> {
        let mut keys = Vec::new();
        let mut whole = self.whole_of(partition);
        while let Some(table) = whole {
            let users = self.catalog.users_by(&table, Hold::Firm);
            keys.extend(
                users
                    .filter(|user| self.is_whole_foreign_key(user))
                    .cloned(),
            );
            whole = self.whole_of(&table);
        }
        keys.into_iter().map(|key| (key, Hold::Firm)).collect()
    }

    fn is_whole_foreign_key(&self, key: &Key) -> bool {
        match self.catalog.get(key).map(|object| &object.kind) {
            Some(Kind::Constraint(it)) => {
                matches!(it.rule, Rule::ForeignKey(_)) && it.partition_of.is_none()
            }
            _ => false,
        }
    }

    /// The table that this one is a partition of.
    pub fn whole_of(&self, table: &Key) -> Option<Key> {
        match self.catalog.get(table).map(|object| &object.kind) {
            Some(Kind::Table(it)) => it.partition_of.as_ref().map(|(key, _)| key.clone()),
            _ => None,
        }
    }

    /// Whether PostgreSQL chooses the partition of a row by this column.
    pub fn is_partition_key(&self, column: &Key) -> bool {
        let table = column.whole();
        let is_column = matches!(&column.part, Some(part) if part.kind == PartKind::Column);
        match self.catalog.get(&table).map(|object| &object.kind) {
            Some(Kind::Table(it)) if is_column && self.is(Dialect::Postgres) => {
                let text = it.partition_by.as_ref();
                text.is_some_and(|text| is_about(&self.catalog, text, column))
            }
            _ => false,
        }
    }

    /// Whether what perhaps is about a column would go with it, `CASCADE` or not: an index, a check.
    pub fn may_go_unasked(&self, column: &Key, user: &Key) -> bool {
        let is_column = matches!(&column.part, Some(part) if part.kind == PartKind::Column);
        let user = self.catalog.get(user).map(|object| &object.kind);
        is_column && matches!(user, Some(Kind::Index(_) | Kind::Constraint(_)))
    }

    pub fn is_partition(&self, key: &Key) -> bool {
        self.whole_of(key).is_some()
    }

    fn is_domain(&self, key: &Key) -> bool {
        let object = self.catalog.get(key);
        object.is_some_and(|it| matches!(it.kind, Kind::Domain(_)))
    }

    /// Whether only a part of the user goes: a column's default with its sequence or function, an attribute with its
    /// type.
    fn outlives(&self, used: &Key, user: &Key) -> bool {
        let Some(object) = self
            .catalog
            .get(user)
            .filter(|_| used.space != Space::Schema)
        else {
            return false;
        };
        let is_made_of_it = || {
            let made_of = object.uses_of_kind(user);
            made_of.iter().any(|(key, _)| key == used)
        };
        match &object.kind {
            // Its sequences are those of its default.
            Kind::Column(it) => {
                it.generated.is_none() && (it.sequences.contains(used) || !is_made_of_it())
            }
            Kind::Domain(_) => !is_made_of_it(),
            Kind::Composite(_) => true,
            _ => false,
        }
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
pub(super) fn is_kind(object: &Kind, kind: ObjectKind) -> bool {
    match object {
        Kind::Table(_) => kind == ObjectKind::Table,
        Kind::View(view) if view.materialized => kind == ObjectKind::MaterializedView,
        Kind::View(_) => kind == ObjectKind::View,
        Kind::Sequence(_) => kind == ObjectKind::Sequence,
        Kind::Index(_) => kind == ObjectKind::Index,
        // DROP TYPE drops domains as well.
        Kind::Domain(_) => matches!(kind, ObjectKind::Domain | ObjectKind::Type),
        Kind::Enum(_) | Kind::Composite(_) | Kind::Type(_) => kind == ObjectKind::Type,
        // An aggregate is a function, too (`LookupFuncWithArgs` in parse_func.c).
        Kind::Routine(it) => match kind {
            ObjectKind::Function => it.kind != ObjectKind::Procedure,
            ObjectKind::Procedure | ObjectKind::Aggregate => it.kind == kind,
            _ => true,
        },
        _ => true,
    }
}
