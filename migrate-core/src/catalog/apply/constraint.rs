//! Constraints of tables.

use super::work::Work;
use crate::catalog::fault::TypesDiffer;
use crate::catalog::naming::joined_columns;
use crate::catalog::object::{Constraint, ForeignKey, Index, IndexKey, IndexTarget, Rule};
use crate::catalog::types::{self, Base, Type};
use crate::catalog::{FaultKind, Found, Key, Kind, PartKind, Space};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{
    Attributes, ConstraintDef, ConstraintKind, IndexDef, KeyTarget, Reference, UniqueDef,
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
                columns,
                definition,
            } => self.add_exclusion(table, def, (method.as_ref(), columns, definition)),
            ConstraintKind::NotNull(column) => {
                if self.require_column(table, column) {
                    self.alter_column(table, column, &def.range, |it| it.not_null = true);
                }
            }
        }
    }

    fn add_check(&mut self, table: &Key, def: &ConstraintDef, text: &Text) {
        self.look_at_expression(Some(table), text);
        let columns = self.mentioned(table, &text.canonical);
        let middle = match &columns[..] {
            [only] => only.key().to_owned(),
            _ => String::new(),
        };
        let rule = Rule::Check {
            expression: text.canonical.clone(),
            columns,
        };
        if let Some(name) = &def.name
            && self.has_check(table, &name.name, &rule)
        {
            return;
        }
        if let Some(key) = self.put_constraint(table, def, rule, &middle, "check") {
            self.spread_constraint(table, &key, &def.range);
        }
    }

    /// Whether a child has the same check from its parent.
    fn has_check(&self, table: &Key, name: &Name, rule: &Rule) -> bool {
        let inherits = match self.catalog.get(table).map(|object| &object.kind) {
            Some(Kind::Table(it)) => it.partition_of.is_some() || !it.inherits.is_empty(),
            _ => false,
        };
        let key = table.part(PartKind::Constraint, name.clone());
        let there = self.catalog.get(&key).map(|object| &object.kind);
        inherits && matches!(there, Some(Kind::Constraint(it)) if it.rule == *rule)
    }

    fn add_exclusion(
        &mut self,
        table: &Key,
        def: &ConstraintDef,
        (method, columns, definition): (Option<&Ident>, &[Ident], &Text),
    ) {
        for column in columns {
            self.require_column(table, column);
        }
        let names = || columns.iter().map(|it| it.name.clone());
        let middle = joined_columns(columns.iter().map(|it| it.name.key()));
        let rule = Rule::Exclude {
            columns: names().collect(),
            definition: definition.canonical.clone(),
        };
        if let Some(key) = self.put_constraint(table, def, rule, &middle, "excl") {
            let method = method.map_or("gist", |it| it.name.key());
            let index = owned_index(table, &key, names(), (method, false));
            self.put_owned_index(&key, index, &def.range);
        }
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
                self.refuse_null(table, column, &def.range);
            }
        }
        let names: Vec<Name> = columns.iter().map(|it| it.name.clone()).collect();
        let included = unique.include.iter().map(|it| it.name.key());
        let middle = joined_columns(names.iter().map(Name::key).chain(included));
        let key = match primary {
            true => {
                if !self.has_no_primary_key(table, &def.range) {
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
            let mut index = owned_index(table, &key, names, ("btree", true));
            index.include = unique.include.iter().map(|it| it.name.clone()).collect();
            index.nulls_not_distinct = unique.nulls_not_distinct;
            self.put_owned_index(&key, index, &def.range);
        }
    }

    /// A column of a primary key refuses null, in the table's children, too.
    fn refuse_null(&mut self, table: &Key, column: &Ident, range: &Range<usize>) {
        let mut tables = self.catalog.descendants(table);
        tables.push(table.clone());
        for table in tables {
            self.alter_column(&table, column, range, |it| it.not_null = true);
        }
    }

    /// A table has one primary key.
    fn has_no_primary_key(&mut self, table: &Key, range: &Range<usize>) -> bool {
        match self.primary_key(table) {
            Some((key, _)) => self.is_free(&key, range),
            None => true,
        }
    }

    /// `ADD CONSTRAINT c UNIQUE USING INDEX i`: the index gets the constraint's name.
    fn adopt_index(&mut self, table: &Key, def: &ConstraintDef, index: &Ident, primary: bool) {
        let old = Key::relation(table.schema.clone(), index.name.clone());
        if !self.require_part(&old, &index.range, ObjectKind::Index) {
            return;
        }
        let object = self.catalog.get(&old).cloned();
        let Some(Kind::Index(found)) = object.map(|object| object.kind.clone()) else {
            return;
        };
        if primary && !self.has_no_primary_key(table, &def.range) {
            return;
        }
        let columns: Vec<Name> = found.key_columns().cloned().collect();
        if primary {
            for name in &columns {
                let range = index.range.clone();
                let column = Ident {
                    name: name.clone(),
                    range,
                };
                self.refuse_null(table, &column, &def.range);
            }
        }
        let rule = match primary {
            true => Rule::PrimaryKey { columns },
            false => Rule::Unique {
                columns,
                nulls_not_distinct: found.nulls_not_distinct,
            },
        };
        let name = def.name.as_ref().map_or(&index.name, |name| &name.name);
        let new = Key::relation(table.schema.clone(), name.clone());
        let key = table.part(PartKind::Constraint, name.clone());
        if !self.is_free(&key, &def.range) {
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

    fn put_constraint(
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
        let new = Kind::Constraint(constraint(rule, &def.attributes));
        // On SQLite names of constraints are decoration, and may be there twice.
        let free = self.is(Dialect::Sqlite) || self.is_free(&key, range);
        if !free || self.is(Dialect::Mysql) && !self.is_free_name(&key, def, range) {
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
            number.parse::<u32>().ok()
        });
        let next = numbers.max().unwrap_or(0) + 1;
        Name::quoted(&format!("{}_{label}_{next}", table.name), Dialect::Mysql)
    }

    /// The index of a constraint, which has its name.
    fn put_owned_index(&mut self, constraint: &Key, index: Index, range: &Range<usize>) {
        let name = constraint.own_name().clone();
        let key = Key::relation(constraint.schema.clone(), name);
        if self.is_free(&key, range) {
            let table = index.table.clone();
            self.create(&key, Kind::Index(index), range);
            self.spread_index(&table, &key, range);
        }
    }

    fn add_foreign_key(
        &mut self,
        table: &Key,
        def: &ConstraintDef,
        columns: &[Ident],
        target: &Reference,
    ) {
        let mut complete = true;
        for column in columns {
            complete &= self.require_column(table, column);
        }
        let names: Vec<Name> = columns.iter().map(|it| it.name.clone()).collect();
        let found = self.foreign_target(target, def.of_column);
        let mut key = self.catalog.resolve(Space::Relation, &target.table).0;
        if self.is(Dialect::Sqlite) {
            // It never leads to another file.
            key.schema = table.schema.clone();
        }
        let mut target_columns: Vec<Name> =
            target.columns.iter().map(|it| it.name.clone()).collect();
        let mut target_key = None;
        if found {
            (target_columns, target_key) = self.target_columns(&key, target);
            if complete && !self.catalog.unchecked_foreign_keys {
                self.compare_types(table, columns, &key, &target_columns, &target.table.range());
            }
        }
        let middle = joined_columns(names.iter().map(Name::key));
        let is_mysql = self.is(Dialect::Mysql);
        let action = |action: &Option<std::sync::Arc<str>>| {
            let none = || "no action".into();
            match action.as_deref() {
                // InnoDB does the same for both ("FOREIGN KEY Constraints" in MySQL's manual).
                Some("restrict") if is_mysql => none(),
                _ => action.clone().unwrap_or_else(none),
            }
        };
        let rule = Rule::ForeignKey(Box::new(ForeignKey {
            columns: names,
            target: key,
            target_columns,
            target_key,
            on_delete: action(&target.on_delete),
            on_update: action(&target.on_update),
            full: target.matching.as_deref() == Some("full"),
        }));
        if let Some(key) = self.put_constraint(table, def, rule, &middle, "fkey") {
            self.spread_constraint(table, &key, &def.range);
        }
    }

    /// The table that a foreign key points to. SQLite and MySQL without its checks let it be missing.
    fn foreign_target(&mut self, target: &Reference, of_column: bool) -> bool {
        match self.dialect() {
            // MySQL before 9 does not look at what stands behind a column.
            Dialect::Mysql if of_column || self.catalog.unchecked_foreign_keys => {
                let (_, found) = self.catalog.resolve(Space::Relation, &target.table);
                matches!(found, Found::Here(_)) && !of_column
            }
            Dialect::Sqlite => {
                let (_, found) = self.catalog.resolve(Space::Relation, &target.table);
                !found.is_missing()
            }
            Dialect::Postgres | Dialect::Mysql => {
                let table = self.require(Space::Relation, &target.table, ObjectKind::Table);
                table.is_some()
            }
        }
    }

    /// The columns that it points to, and what makes them unique.
    fn target_columns(&mut self, table: &Key, target: &Reference) -> (Vec<Name>, Option<Key>) {
        let mut complete = true;
        if !self.is(Dialect::Sqlite) && !self.catalog.unchecked_foreign_keys {
            for column in &target.columns {
                complete &= self.require_column(table, column);
            }
        }
        let named: Vec<Name> = target.columns.iter().map(|it| it.name.clone()).collect();
        let key = match named.is_empty() {
            true => self.primary_key(table),
            // It has no key in mind: any index that begins with these columns will do, in their order.
            false if self.is(Dialect::Mysql) => None,
            false => self
                .unique_key(table, &named)
                .map(|key| (key, named.clone())),
        };
        if let Some((key, columns)) = key {
            return (columns, Some(key));
        }
        let certain = complete && matches!(self.catalog.find(table), Found::Here(_));
        let checked = match self.dialect() {
            Dialect::Postgres => true,
            Dialect::Sqlite => false,
            // Whether the columns that an index begins with are enough depends on the version and
            // its settings (`restrict_fk_on_non_standard_key` since 8.4).
            Dialect::Mysql => {
                !self.catalog.unchecked_foreign_keys
                    && !named.is_empty()
                    && !self.is_supported(table, &named)
            }
        };
        if certain && checked && self.keys_are_known(table) {
            let range = match (target.columns.first(), target.columns.last()) {
                (Some(first), Some(last)) => first.range.start..last.range.end,
                _ => target.table.range(),
            };
            let fault = FaultKind::NotUnique {
                table: table.clone(),
                columns: named.clone(),
            };
            self.fault(&range, fault);
        }
        (named, None)
    }

    /// Whether no key of a table can have escaped the model.
    pub fn keys_are_known(&self, table: &Key) -> bool {
        let unnamed = table.part(PartKind::Constraint, Name::exact(""));
        self.catalog.find(&unnamed).is_missing()
    }

    pub fn primary_key(&self, table: &Key) -> Option<(Key, Vec<Name>)> {
        let mut constraints = self.catalog.constraints(table);
        constraints.find_map(|(key, constraint)| match &constraint.rule {
            Rule::PrimaryKey { columns } => Some((key.clone(), columns.clone())),
            _ => None,
        })
    }

    /// The constraint or index that makes exactly these columns unique.
    fn unique_key(&self, table: &Key, wanted: &[Name]) -> Option<Key> {
        let is_same = |columns: &[Name]| {
            columns.len() == wanted.len() && columns.iter().all(|it| wanted.contains(it))
        };
        let mut constraints = self.catalog.constraints(table);
        let constraint = constraints.find_map(|(key, constraint)| match &constraint.rule {
            Rule::PrimaryKey { columns } | Rule::Unique { columns, .. } if is_same(columns) => {
                Some(key.clone())
            }
            _ => None,
        });
        let mut indexes = self.catalog.indexes(table);
        constraint.or_else(|| {
            indexes.find_map(|(key, index)| {
                let columns: Vec<Name> = index.key_columns().cloned().collect();
                let whole = index.predicate.is_none() && columns.len() == index.keys.len();
                (index.unique && whole && is_same(&columns)).then(|| key.clone())
            })
        })
    }

    /// The type that a domain is made of; any other is itself.
    fn base_type(&self, data_type: &Type) -> Type {
        let mut data_type = data_type.clone();
        while let Base::User(key) = &data_type.base
            && !data_type.array
            && let Some(Kind::Domain(domain)) = self.catalog.get(key).map(|object| &object.kind)
        {
            data_type = domain.data_type.clone();
        }
        data_type
    }

    fn compare_types(
        &mut self,
        table: &Key,
        columns: &[Ident],
        target: &Key,
        target_columns: &[Name],
        range: &Range<usize>,
    ) {
        if target_columns.is_empty() {
            return;
        }
        // A foreign key that names no columns is looked at by SQLite when rows are written.
        if columns.len() != target_columns.len() && self.is(Dialect::Sqlite) {
            return;
        }
        if columns.len() != target_columns.len() {
            let fault = FaultKind::Count {
                what: "columns",
                is: target_columns.len(),
                should: columns.len(),
            };
            return self.fault(range, fault);
        }
        for (column, target_column) in columns.iter().zip(target_columns) {
            let from = table.column(column.name.clone());
            let to = target.column(target_column.clone());
            let (Found::Here(a), Found::Here(b)) =
                (self.catalog.find(&from), self.catalog.find(&to))
            else {
                continue;
            };
            let (Kind::Column(a), Kind::Column(b)) = (&a.kind, &b.kind) else {
                continue;
            };
            let (one, other) = (self.base_type(&a.data_type), self.base_type(&b.data_type));
            let is_enum = |it: &Type| match &it.base {
                Base::User(key) => {
                    let object = self.catalog.get(key).map(|object| &object.kind);
                    matches!(object, Some(Kind::Enum(_)))
                }
                _ => false,
            };
            // An enum is compared with itself only.
            let differ = (is_enum(&one) || is_enum(&other)) && one != other;
            if differ || types::comparable(&one, &other, self.dialect()) == Some(false) {
                let fault = FaultKind::TypesDiffer(Box::new(TypesDiffer {
                    column: from,
                    data_type: a.data_type.clone(),
                    target: to,
                    target_type: b.data_type.clone(),
                }));
                self.fault(&column.range, fault);
            }
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
    }
}

fn owned_index(
    table: &Key,
    constraint: &Key,
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
        constraint: Some(constraint.clone()),
        partition_of: None,
        options: "".into(),
        implicit: false,
    }
}
