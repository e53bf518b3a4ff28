//! What an object names: other objects, and columns of its table.

use super::{Hold, Kind, Needs, Object, Rule};
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
        let table = key.whole();
        let own = |names: &[Name], hold| -> Vec<(Key, Hold)> {
            let key = |name: &Name| (table.column(name.clone()), hold);
            names.iter().map(key).collect()
        };
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
            Kind::Constraint(it) => {
                let mut uses = match &it.rule {
                    Rule::PrimaryKey { columns }
                    | Rule::Unique { columns, .. }
                    | Rule::Check { columns, .. }
                    | Rule::Exclude { columns, .. } => own(columns, Hold::Auto),
                    Rule::NotNull(column) => own(std::slice::from_ref(column), Hold::Auto),
                    Rule::ForeignKey(foreign) => {
                        let mut uses = own(&foreign.columns, Hold::Auto);
                        uses.push((foreign.target.clone(), Hold::Firm));
                        let columns = foreign.target_columns.iter();
                        let column =
                            |name: &Name| (foreign.target.column(name.clone()), Hold::Firm);
                        uses.extend(columns.map(column));
                        uses.extend(firm(foreign.target_key.iter()));
                        uses
                    }
                };
                uses.extend(it.partition_of.iter().map(|key| (key.clone(), Hold::Auto)));
                uses.extend(own(it.behind.as_slice(), Hold::Auto));
                uses.push((key.name_of_constraint(), Hold::Perhaps));
                uses
            }
            Kind::Index(it) => {
                let mut uses = vec![(it.table.clone(), Hold::Auto)];
                uses.extend(
                    it.key_columns()
                        .chain(&it.include)
                        .chain(&it.columns)
                        .map(|name| (it.table.column(name.clone()), Hold::Auto)),
                );
                uses.extend(it.constraint.iter().map(|key| (key.clone(), Hold::Auto)));
                uses.extend(it.partition_of.iter().map(|key| (key.clone(), Hold::Auto)));
                uses
            }
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
            Kind::Trigger(it) => {
                let mut uses: Vec<(Key, Hold)> = firm(it.function.iter()).collect();
                let hold = match key.part {
                    Some(_) => Hold::Firm,
                    // SQLite does not ask for the columns of `UPDATE OF`.
                    None => {
                        uses.push((it.table.clone(), Hold::Auto));
                        Hold::Perhaps
                    }
                };
                let columns = it.columns.iter();
                uses.extend(columns.map(|name| (it.table.column(name.clone()), hold)));
                uses.extend(it.partition_of.iter().map(|key| (key.clone(), Hold::Auto)));
                uses
            }
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

fn user_type(data_type: &Type) -> Option<&Key> {
    match &data_type.base {
        Base::User(key) => Some(key),
        Base::Builtin(_) | Base::Other(_) => None,
    }
}

fn firm<'a>(keys: impl IntoIterator<Item = &'a Key>) -> impl Iterator<Item = (Key, Hold)> {
    keys.into_iter().map(|key| (key.clone(), Hold::Firm))
}
