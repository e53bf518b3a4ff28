//! Constraints of tables.

use super::work::Work;
use crate::catalog::fog::Scope;
use crate::catalog::naming::joined_columns;
use crate::catalog::object::{Constraint, Index, IndexKey, IndexTarget, Needs, Rule};
use crate::catalog::references::Reading;
use crate::catalog::{Key, Kind, PartKind};
use crate::ddl::table::{
    self as def, Attributes, ConstraintDef, ConstraintKind, IndexDef, KeyTarget, UniqueDef,
};
use crate::ddl::{Ident, Name, Text};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    /// Adds a constraint to a table that is there.
    pub fn add_constraint(&mut self, table: &Key, def: &ConstraintDef) {
        match &def.kind {
            ConstraintKind::Check(text) => self.add_check(table, def, text),
            ConstraintKind::Unique(unique) => self.add_unique(table, def, unique, false),
            ConstraintKind::PrimaryKey(unique) => self.add_unique(table, def, unique, true),
            ConstraintKind::ForeignKey {
                columns,
                target,
                index,
            } => {
                self.add_foreign_key(table, def, columns, target);
                if self.is(Dialect::Mysql) {
                    self.support(table, def, columns, index.as_ref());
                }
            }
            ConstraintKind::Exclude {
                method,
                keys,
                predicate,
                definition,
            } => {
                let method = method.as_ref().map_or("gist", |it| it.name.key());
                let index = Index {
                    keys: keys.iter().map(|it| self.index_key_of(table, it)).collect(),
                    predicate: predicate.as_ref().map(|it| it.canonical.clone()),
                    ..owned_index(table, [], (method, false))
                };
                self.add_exclusion(table, def, (keys, index.named(), definition));
            }
            ConstraintKind::NotNull(column) => {
                if self.require_column(table, column) {
                    self.add_not_null(table, def, column);
                }
            }
        }
    }

    fn add_check(&mut self, table: &Key, def: &ConstraintDef, text: &Text) {
        let mut reading = self.look_at_expression(Some(table), text);
        let columns = reading.take_columns(table);
        let needs: Needs = reading.needs().collect();
        let may_have_more = needs.iter().any(|(key, _)| key.is_within(table));
        let middle = match &columns[..] {
            [only] => only.key().to_owned(),
            _ => String::new(),
        };
        let rule = Rule::Check {
            expression: text.canonical.clone(),
            columns,
        };
        if let Some(name) = &def.name
            && self.merge_check(table, &name.name, &rule)
        {
            return;
        }
        if let Some(key) = self.put_constraint(table, def, rule, &middle, "check") {
            self.note_needs(&key, needs);
            if may_have_more && def.name.is_none() {
                self.obscure(&key, &def.range);
                self.extend(Scope::NamedAfter(table.clone()));
            }
            self.spread_check(table, &key, &def.range);
        }
    }

    /// PostgreSQL 18 has `NOT NULL` as a constraint, which may be there before the rows obey.
    fn add_not_null(&mut self, table: &Key, def: &ConstraintDef, column: &Ident) {
        match def.attributes.no_inherit {
            true => self.alter_column(table, column, &def.range, |it| it.not_null = true),
            false => self.refuse_null(table, (column, false), &def.range),
        }
        let rule = Rule::NotNull(column.name.clone());
        if !self.is(Dialect::Postgres) || self.not_null_of(table, &column.name).is_some() {
            return;
        }
        let middle = column.name.key();
        if let Some(key) = self.put_constraint(table, def, rule, middle, "not_null") {
            self.spread_check(table, &key, &def.range);
        }
    }

    /// The constraint by which a column refuses null, if it has one of its own.
    pub fn not_null_of(&self, table: &Key, column: &Name) -> Option<Key> {
        let mut constraints = self.catalog.constraints(table);
        let is_it = |rule: &Rule| matches!(rule, Rule::NotNull(it) if it == column);
        let found = constraints.find(|(_, it)| is_it(&it.rule));
        found.map(|(key, _)| key.clone())
    }

    /// Whether a table has the same check from a parent, which becomes its own then. That of a partition never does, and
    /// is only passed over when it is created (`MergeWithExistingConstraint` in heap.c).
    fn merge_check(&mut self, table: &Key, name: &Name, rule: &Rule) -> bool {
        let key = table.constraint(name.clone());
        let there = self.catalog.get(&key).map(|object| &object.kind);
        let may_merge = self.is_new(table) || !self.is_partition(table);
        let merges = may_merge
            && matches!(there, Some(Kind::Constraint(it)) if it.rule == *rule && !it.local);
        if merges && !self.is_partition(table) {
            self.set_local(&key, true);
        }
        merges
    }

    fn add_exclusion(
        &mut self,
        table: &Key,
        def: &ConstraintDef,
        (keys, index, definition): (&[def::IndexKey], Index, &Text),
    ) {
        let mut columns: Vec<Name> = Vec::new();
        for key in keys {
            if let KeyTarget::Column(column) = &key.target {
                self.require_column(table, column);
                columns.push(column.name.clone());
            }
        }
        let middle = joined_columns(index.called.iter().map(Name::key));
        let rule = Rule::Exclude {
            columns: columns.clone(),
            definition: definition.canonical.clone(),
        };
        let Some(key) = self.put_constraint(table, def, rule, &middle, "excl") else {
            return;
        };
        let words = Reading::of_words(&self.catalog, &definition.canonical, Some(table));
        let is_named = |key: &Key| columns.iter().any(|it| table.column(it.clone()) == *key);
        let needs = words.needs().filter(|(key, _)| !is_named(key));
        self.note_needs(&key, needs.collect());
        if def.name.is_none() && !index.is_well_named() {
            self.obscure(&key, &def.range);
            self.extend(Scope::NamedAfter(table.clone()));
        }
        self.put_owned_index(&key, index, &def.range);
    }

    fn add_unique(&mut self, table: &Key, def: &ConstraintDef, unique: &UniqueDef, primary: bool) {
        if let Some(index) = &unique.using_index {
            return self.adopt_index(table, def, index, primary);
        }
        let mut columns = Vec::new();
        for key in &unique.keys {
            if let KeyTarget::Column(column) = &key.target {
                self.require_column(table, column);
                columns.push(column.clone());
            }
        }
        for column in &unique.include {
            self.require_column(table, column);
        }
        if self.is(Dialect::Postgres) {
            self.require_once(table, &columns);
        }
        if !primary && self.is(Dialect::Mysql) {
            let index = IndexDef {
                name: def.name.clone(),
                unique: true,
                method: None,
                keys: unique.keys.clone(),
                include: Vec::new(),
                nulls_not_distinct: false,
                predicate: None,
                options: None,
                range: def.range.clone(),
            };
            return self.add_index(table, &index);
        }
        if primary && !self.is(Dialect::Sqlite) {
            for column in &columns {
                let is_new = def.behind.is_some();
                self.refuse_null(table, (column, is_new), &def.range);
            }
        }
        let names: Vec<Name> = columns.iter().map(|it| it.name.clone()).collect();
        let included = unique.include.iter().map(|it| it.name.key());
        let middle = joined_columns(names.iter().map(Name::key).chain(included));
        self.look_at_partition_key(table, &names, &def.range);
        let key = match primary {
            true => {
                if !self.require_no_primary_key(table, &def.range) {
                    return;
                }
                let rule = Rule::PrimaryKey {
                    columns: names.clone(),
                };
                self.put_constraint(table, def, rule, "", "pkey")
            }
            false => {
                let rule = Rule::Unique {
                    columns: names.clone(),
                    nulls_not_distinct: unique.nulls_not_distinct,
                };
                self.put_constraint(table, def, rule, &middle, "key")
            }
        };
        if let Some(key) = key.filter(|_| self.is(Dialect::Postgres)) {
            let mut index = owned_index(table, names, ("btree", true));
            index.include = unique.include.iter().map(|it| it.name.clone()).collect();
            index.nulls_not_distinct = unique.nulls_not_distinct;
            self.put_owned_index(&key, index, &def.range);
        }
    }

    /// A column of a primary key refuses null, in the table's children, too; but if it is defined with the
    /// column, not in those that have had the column before (`ATExecAddColumn` in tablecmds.c).
    fn refuse_null(&mut self, table: &Key, (column, is_new): (&Ident, bool), range: &Range<usize>) {
        let key = table.column(column.name.clone());
        if !self.require_partitions_without_null(&key, range) {
            return;
        }
        for table in self.family(table) {
            if !is_new || self.is_new(&table.column(column.name.clone())) {
                self.alter_column(&table, column, range, |it| it.not_null = true);
            }
        }
    }

    /// A table has one primary key.
    fn require_no_primary_key(&mut self, table: &Key, range: &Range<usize>) -> bool {
        match self.primary_key(table) {
            Some((key, _)) => self.require_free(&key, range),
            None => true,
        }
    }

    /// `ADD CONSTRAINT c UNIQUE USING INDEX i`: the index gets the constraint's name.
    fn adopt_index(&mut self, table: &Key, def: &ConstraintDef, index: &Ident, primary: bool) {
        let old = Key::relation(table.schema.clone(), index.name.clone());
        if !self.adopts_indexes(table, &def.range) || !self.may_constrain(table, index) {
            return;
        }
        let object = self.catalog.get(&old).cloned();
        let name = def.name.as_ref().map_or(&index.name, |name| &name.name);
        let new = Key::relation(table.schema.clone(), name.clone());
        let key = table.part(PartKind::Constraint, name.clone());
        let Some(Kind::Index(found)) = object.map(|object| object.kind.clone()) else {
            // Whose index that was, is not known, nor what the constraint is about.
            for key in [key, new, old] {
                self.obscure(&key, &def.range);
            }
            return;
        };
        if primary && !self.require_no_primary_key(table, &def.range) {
            return;
        }
        let columns: Vec<Name> = found.key_columns().cloned().collect();
        let said = columns.iter().map(|name| Ident {
            name: name.clone(),
            range: index.range.clone(),
        });
        let said: Vec<Ident> = said.collect();
        self.require_once(table, &said);
        for column in said.iter().filter(|_| primary) {
            self.refuse_null(table, (column, false), &def.range);
        }
        let rule = match primary {
            true => Rule::PrimaryKey { columns },
            false => Rule::Unique {
                columns,
                nulls_not_distinct: found.nulls_not_distinct,
            },
        };
        if !self.require_free(&key, &def.range)
            || new != old && !self.require_free(&new, &def.range)
        {
            return;
        }
        if new != old {
            self.rename(&old, &new, &def.range);
        }
        let constraint = constraint(rule, &def.attributes);
        self.create(&key, Kind::Constraint(constraint), &def.range);
        self.alter(&new, &def.range, |object| {
            if let Kind::Index(index) = &mut object.kind {
                index.constraint = Some(key.clone());
            }
        });
    }

    pub fn put_constraint(
        &mut self,
        table: &Key,
        def: &ConstraintDef,
        rule: Rule,
        middle: &str,
        label: &str,
    ) -> Option<Key> {
        let name = match (&def.name, self.dialect()) {
            (_, Dialect::Mysql) if label == "pkey" => Name::quoted("PRIMARY", Dialect::Mysql),
            (Some(name), _) => name.name.clone(),
            (None, Dialect::Postgres) => self.catalog.chosen_name(table, middle, label),
            (None, Dialect::Sqlite) => self.nameless(table, middle, label),
            (None, Dialect::Mysql) => self.numbered(table, label),
        };
        let range = def.name.as_ref().map_or(&def.range, |name| &name.range);
        let key = table.part(PartKind::Constraint, name);
        let behind = def.behind.clone().filter(|_| self.is(Dialect::Sqlite));
        let new = Kind::Constraint(Constraint {
            behind,
            ..constraint(rule, &def.attributes)
        });
        // On SQLite names of constraints are decoration, and may be there twice.
        let free = self.is(Dialect::Sqlite) || self.require_free(&key, range);
        if !free || self.is(Dialect::Mysql) && !self.require_free_name(&key, def, range) {
            return None;
        }
        self.create(&key, new, range);
        if self.is(Dialect::Mysql) {
            self.doubt_name(table, &key, def);
        }
        Some(key)
    }

    /// SQLite's constraints have no names unless they are given one; here they are told apart by what they say.
    fn nameless(&self, table: &Key, middle: &str, label: &str) -> Name {
        let mut number = 1;
        loop {
            let name = Name::exact(&format!("({label} {middle} {number})"));
            let key = table.part(PartKind::Constraint, name.clone());
            if self.catalog.get(&key).is_none() {
                return name;
            }
            number += 1;
        }
    }

    /// `t_ibfk_1`, `t_chk_1`: the number is the next one, not the first that is free.
    pub fn numbered(&self, table: &Key, label: &str) -> Name {
        let label = match label {
            "fkey" => "ibfk",
            _ => "chk",
        };
        let prefix = format!("{}_{label}_", table.name.key());
        let constraints = self.catalog.constraints(table);
        let numbers = constraints.filter_map(|(key, _)| {
            let number = key.own_name().key().strip_prefix(&prefix)?;
            number.parse::<u64>().ok()
        });
        let next = u128::from(numbers.max().unwrap_or(0)) + 1;
        Name::quoted(&format!("{}_{label}_{next}", table.name), Dialect::Mysql)
    }

    /// The index of a constraint, which has its name.
    fn put_owned_index(&mut self, constraint: &Key, index: Index, range: &Range<usize>) {
        let name = constraint.own_name().clone();
        let key = Key::relation(constraint.schema.clone(), name);
        if self.require_free(&key, range) {
            let table = index.table.clone();
            let made = self.next_index(&table);
            let owner = Some(constraint.clone());
            let index = Index {
                made,
                constraint: owner,
                ..index
            }
            .named();
            self.create(&key, Kind::Index(index), range);
            self.spread_index(&table, &key, range);
        }
    }
}

fn constraint(rule: Rule, attributes: &Attributes) -> Constraint {
    Constraint {
        rule,
        valid: !attributes.not_valid,
        enforced: !attributes.not_enforced,
        no_inherit: attributes.no_inherit,
        deferrable: attributes.deferrable || attributes.initially_deferred,
        initially_deferred: attributes.initially_deferred,
        local: true,
        left: 0,
        partition_of: None,
        behind: None,
    }
}

fn owned_index(
    table: &Key,
    columns: impl IntoIterator<Item = Name>,
    (method, unique): (&str, bool),
) -> Index {
    let key = |name| IndexKey {
        target: IndexTarget::Column(name),
        length: None,
        collation: None,
        operator_class: None,
        descending: false,
        nulls_first: false,
    };
    Index {
        table: table.clone(),
        unique,
        method: method.into(),
        keys: columns.into_iter().map(key).collect(),
        include: Vec::new(),
        nulls_not_distinct: false,
        predicate: None,
        columns: Vec::new(),
        constraint: None,
        partition_of: None,
        options: "".into(),
        implicit: false,
        made: 0,
        called: Vec::new(),
    }
}
