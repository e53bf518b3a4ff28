//! What an object names: other objects, and columns of its table.

use super::{Constraint, Hold, Index, Kind, Needs, Object, Rule, Trigger};
use crate::catalog::key::{Key, PartKind};
use crate::catalog::types::{Base, Type};
use crate::ddl::Name;

impl Object {
    /// What it uses, given its own key. That a part is of its whole is not told here.
    pub fn uses(&self, key: &Key) -> Needs {
        let mut uses = self.uses_of_kind(key);
        uses.extend(self.needs.iter().cloned());
        uses
    }

    /// The same without what its expressions and its query need.
    pub fn uses_of_kind(&self, key: &Key) -> Needs {
        match &self.kind {
            Kind::Table(it) => {
                let parent = it.partition_of.iter().map(|(parent, _)| parent);
                let parents = parent.chain(&it.inherits);
                let parents = parents.map(|key| (key.clone(), Hold::Child));
                parents.chain(firm(&it.of_type)).collect()
            }
            Kind::Column(it) => {
                let sequences = it.sequences.iter().filter(|_| it.default.is_some());
                firm(user_type(&it.data_type).into_iter().chain(sequences)).collect()
            }
            Kind::Domain(it) => {
                let mut uses: Vec<_> = firm(user_type(&it.data_type)).collect();
                let checks = it.checks.iter();
                let part = |name: &Name| key.part(PartKind::Constraint, name.clone());
                let names = checks.map(|(name, ..)| part(name).name_of_constraint());
                uses.extend(names.map(|name| (name, Hold::Perhaps)));
                uses
            }
            Kind::Composite(attributes) => {
                firm(attributes.iter().filter_map(|(_, it)| user_type(it))).collect()
            }
            Kind::Constraint(it) => it.uses(key),
            Kind::Index(it) => it.uses(),
            Kind::View(it) => {
                let mut uses: Vec<(Key, Hold)> = firm(it.reads.iter()).collect();
                let may = it.may_read.iter();
                uses.extend(may.map(|key| (key.clone(), Hold::Perhaps)));
                uses
            }
            Kind::Sequence(it) => {
                let owner = it.owned_by.iter();
                owner.map(|key| (key.clone(), Hold::Auto)).collect()
            }
            Kind::Routine(it) => firm(it.types.iter()).collect(),
            Kind::Trigger(it) => it.uses(key.part.is_some()),
            Kind::Schema
            | Kind::Extension(_)
            | Kind::Enum(_)
            | Kind::Type(_)
            | Kind::Rule(_)
            | Kind::Policy(_) => Vec::new(),
        }
    }

    /// Replaces every key that it names.
    pub fn map_keys(&mut self, map: &dyn Fn(&mut Key)) {
        let of_type = |data_type: &mut Type| {
            if let Base::User(key) = &mut data_type.base {
                map(key);
            }
        };
        self.needs.iter_mut().for_each(|(key, _)| map(key));
        match &mut self.kind {
            Kind::Table(it) => {
                it.partition_of.iter_mut().for_each(|(key, _)| map(key));
                it.inherits.iter_mut().for_each(map);
                it.of_type.iter_mut().for_each(map);
            }
            Kind::Column(it) => {
                of_type(&mut it.data_type);
                it.sequences.iter_mut().for_each(map);
            }
            Kind::Domain(it) => of_type(&mut it.data_type),
            Kind::Composite(attributes) => attributes.iter_mut().for_each(|(_, it)| of_type(it)),
            Kind::Constraint(it) => {
                it.partition_of.iter_mut().for_each(map);
                if let Rule::ForeignKey(foreign) = &mut it.rule {
                    map(&mut foreign.target);
                    foreign.target_key.iter_mut().for_each(map);
                }
            }
            Kind::Index(it) => {
                map(&mut it.table);
                it.constraint.iter_mut().for_each(map);
                it.partition_of.iter_mut().for_each(map);
            }
            Kind::View(it) => {
                for key in it.reads.iter_mut().chain(&mut it.may_read) {
                    let before = key.clone();
                    map(key);
                    it.renamed |= *key != before;
                }
            }
            Kind::Sequence(it) => it.owned_by.iter_mut().for_each(map),
            Kind::Routine(it) => {
                it.types.iter_mut().for_each(map);
                let arguments = it.arguments.iter_mut();
                arguments.for_each(|argument| of_type(&mut argument.data_type));
            }
            Kind::Trigger(it) => {
                map(&mut it.table);
                it.function.iter_mut().for_each(map);
                it.partition_of.iter_mut().for_each(map);
            }
            Kind::Schema
            | Kind::Extension(_)
            | Kind::Enum(_)
            | Kind::Type(_)
            | Kind::Rule(_)
            | Kind::Policy(_) => {}
        }
    }
}

impl Constraint {
    fn uses(&self, key: &Key) -> Needs {
        let table = key.whole();
        let own = |names: &[Name]| -> Needs { columns(&table, names, Hold::Auto).collect() };
        let mut uses = match &self.rule {
            Rule::PrimaryKey { columns }
            | Rule::Unique { columns, .. }
            | Rule::Check { columns, .. }
            | Rule::Exclude { columns, .. } => own(columns),
            Rule::NotNull(column) => own(std::slice::from_ref(column)),
            Rule::ForeignKey(foreign) => {
                let mut uses = own(&foreign.columns);
                let target = std::iter::once(&foreign.target).chain(&foreign.target_key);
                uses.extend(firm(target));
                let there = &foreign.target_columns;
                uses.extend(columns(&foreign.target, there, Hold::Firm));
                uses
            }
        };
        uses.extend(
            self.partition_of
                .iter()
                .map(|key| (key.clone(), Hold::Auto)),
        );
        uses.extend(own(self.behind.as_slice()));
        uses.push((key.name_of_constraint(), Hold::Perhaps));
        uses
    }
}

impl Index {
    fn uses(&self) -> Needs {
        let names = self.key_columns().chain(&self.include).chain(&self.columns);
        let columns = columns(&self.table, names, Hold::Auto);
        let others = [&self.constraint, &self.partition_of].into_iter().flatten();
        let others = std::iter::once(&self.table).chain(others);
        let others = others.map(|key| (key.clone(), Hold::Auto));
        others.chain(columns).collect()
    }
}

impl Trigger {
    /// `is_part` of its table, as PostgreSQL's are.
    fn uses(&self, is_part: bool) -> Needs {
        let mut uses: Needs = firm(&self.function).collect();
        let hold = match is_part {
            true => Hold::Firm,
            // SQLite does not ask for the columns of `UPDATE OF`.
            false => {
                uses.push((self.table.clone(), Hold::Auto));
                Hold::Perhaps
            }
        };
        uses.extend(columns(&self.table, &self.columns, hold));
        uses.extend(
            self.partition_of
                .iter()
                .map(|key| (key.clone(), Hold::Auto)),
        );
        uses
    }
}

/// Columns of a table.
fn columns<'a>(
    table: &'a Key,
    names: impl IntoIterator<Item = &'a Name>,
    hold: Hold,
) -> impl Iterator<Item = (Key, Hold)> {
    let names = names.into_iter();
    names.map(move |name| (table.column(name.clone()), hold))
}

fn user_type(data_type: &Type) -> Option<&Key> {
    match &data_type.base {
        Base::User(key) => Some(key),
        Base::Builtin(_) | Base::Other(_) => None,
    }
}

fn firm<'a>(keys: impl IntoIterator<Item = &'a Key>) -> impl Iterator<Item = (Key, Hold)> {
    keys.into_iter().map(|key| (key.clone(), Hold::Firm))
}
