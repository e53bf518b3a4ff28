//! What is no table.

use super::column::default;
use super::drop::extension;
use super::work::Work;
use crate::catalog::extensions::brings;
use crate::catalog::fog::Scope;
use crate::catalog::naming::joined;
use crate::catalog::object::{Domain, Policy, Routine, RoutineArgument, Sequence, Trigger, View};
use crate::catalog::types::{Base, Type};
use crate::catalog::{FaultKind, Found, Key, Kind, Part, PartKind, Space};
use crate::ddl::object::*;
use crate::ddl::table::{ColumnConstraintKind, ConstraintKind, TypeName};
use crate::ddl::{Ident, Name};
use crate::dialect::Dialect;
use std::ops::Range;
use std::sync::Arc;

impl Work {
    pub fn create_schema(&mut self, def: &CreateSchema) {
        let key = Key::schema(def.name.name.clone());
        let there = matches!(self.catalog.find(&key), Found::Here(_));
        if !(there && def.if_not_exists) && self.is_free(&key, &def.name.range) {
            self.create(&key, Kind::Schema, &def.name.range);
        }
    }

    pub fn create_extension(&mut self, def: &CreateExtension) {
        let key = extension(&def.name.name);
        if !matches!(self.catalog.find(&key), Found::Here(_)) {
            let schema = def.schema.as_ref().map(|schema| schema.name.clone());
            self.create(&key, Kind::Extension(schema), &def.name.range);
        }
        self.bring(&def.name.name, def.schema.as_ref());
    }

    /// What comes along with an extension may be there, if only what is known of it.
    fn bring(&mut self, extension: &Name, schema: Option<&Ident>) {
        self.extend(Scope::Space(Space::Routine));
        let Some(brought) = brings(extension.key()) else {
            for space in [Space::Type, Space::Relation, Space::Schema] {
                self.extend(Scope::Space(space));
            }
            return;
        };
        let schema = match schema {
            Some(schema) => schema.name.clone(),
            None => self.catalog.creation_schema(),
        };
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

    pub fn create_view(&mut self, def: &CreateView) {
        let range = def.name.range();
        let key = self.new_key(Space::Relation, &def.name, def.temporary);
        let found = self.catalog.find(&key);
        let there = matches!(found, Found::Here(_));
        if let Found::Here(object) = &found
            && def.if_not_exists
            && self.is_same_sort(object, false)
        {
            return;
        }
        if !there && !self.is_no_type(&key, &range) {
            return;
        }
        let is_view = self
            .catalog
            .get(&key)
            .is_some_and(|it| matches!(it.kind, Kind::View(_)));
        if there && !(def.or_replace && is_view) && !self.is_free(&key, &range) {
            return;
        }
        let options = def.options.iter().map(|text| &*text.canonical);
        let options: Vec<&str> = options.chain(def.check_option.as_deref()).collect();
        let (reading, columns) = self.look_at_view(def);
        let view = View {
            materialized: def.materialized,
            temporary: def.temporary,
            query: def.query.canonical.clone(),
            options: options.join(" ").into(),
            columns: columns
                .as_ref()
                .map(|columns| columns.iter().map(|it| it.name.clone()).collect()),
            reads: reading.reads.into_iter().collect(),
            may_read: reading.may_read.into_iter().collect(),
        };
        let columns = columns.as_deref();
        if let (true, true, Some(columns)) = (is_view, there, columns) {
            self.compare_outputs(&key, columns, def);
        }
        match is_view && there {
            true => self.alter(&key, &range, |object| object.kind = Kind::View(view)),
            false => self.create(&key, Kind::View(view), &range),
        }
        self.put_outputs(&key, columns.unwrap_or_default(), &range);
        if def.if_not_exists && matches!(found, Found::Unknown) {
            self.obscure(&key, &range);
        }
    }

    pub fn create_sequence(&mut self, def: &CreateSequence) {
        let range = def.name.range();
        let key = self.new_key(Space::Relation, &def.name, def.temporary);
        let there = matches!(self.catalog.find(&key), Found::Here(_));
        if there && def.if_not_exists
            || !self.is_free(&key, &range)
            || !self.is_no_type(&key, &range)
        {
            return;
        }
        let bigint = Type {
            base: Base::Builtin("bigint".into()),
            modifiers: "".into(),
            array: false,
        };
        let sequence = Sequence {
            data_type: bigint,
            owned_by: None,
            identity: false,
            options: Vec::new(),
        };
        let sequence = self.told(sequence, &def.options);
        self.create(&key, Kind::Sequence(sequence), &range);
    }

    pub fn alter_sequence(&mut self, alter: &AlterSequence) {
        let Some(key) = self.relation(&alter.name, ObjectKind::Sequence, alter.if_exists) else {
            return;
        };
        let Some(Kind::Sequence(sequence)) = self.catalog.get(&key).map(|it| it.kind.clone())
        else {
            return;
        };
        let sequence = self.told(sequence, &alter.options);
        self.alter(&key, &alter.name.range(), |object| {
            object.kind = Kind::Sequence(sequence)
        });
    }

    fn told(&mut self, mut sequence: Sequence, options: &SequenceOptions) -> Sequence {
        if let Some(name) = &options.data_type {
            sequence.data_type = self.data_type(name);
        }
        match &options.owned_by {
            None => {}
            Some(None) => sequence.owned_by = None,
            Some(Some((table, column))) => {
                let table = self.require(Space::Relation, table, ObjectKind::Table);
                if let Some(table) = table
                    && self.require_column(&table, column)
                {
                    sequence.owned_by = Some(table.column(column.name.clone()));
                }
            }
        }
        // Where it goes on is no part of the schema.
        let lasting = options
            .others
            .iter()
            .filter(|(name, _)| &**name != "restart");
        for (name, value) in lasting {
            sequence.options.retain(|(it, _)| it != name);
            sequence.options.push((name.clone(), value.clone()));
        }
        sequence.options.sort();
        sequence
    }

    pub fn create_type(&mut self, def: &CreateType) {
        let range = def.name.range();
        let key = self.new_key(Space::Type, &def.name, false);
        let was_shell = self
            .catalog
            .get(&key)
            .is_some_and(|it| it.kind == Kind::Type("".into()));
        let composite = matches!(def.definition, TypeDefinition::Composite(_));
        let free = |work: &mut Work| {
            work.is_free(&key, &range) && work.is_no_row_type(&key, composite, &range)
        };
        if !was_shell && !free(self) {
            return;
        }
        let kind = match &def.definition {
            TypeDefinition::Enum(labels) => {
                Kind::Enum(labels.iter().map(|label| label.text.clone()).collect())
            }
            TypeDefinition::Composite(attributes) => {
                let attributes = attributes.iter().filter_map(|attribute| {
                    let data_type = self.data_type(attribute.data_type.as_ref()?);
                    Some((attribute.name.name.clone(), data_type))
                });
                Kind::Composite(attributes.collect())
            }
            TypeDefinition::Range(text) => Kind::Type(text.canonical.clone()),
            TypeDefinition::Base => Kind::Type("".into()),
        };
        self.create(&key, kind, &range);
    }

    pub fn alter_type(&mut self, alter: &AlterType) {
        let range = alter.name.range();
        let Some(key) = self.require(Space::Type, &alter.name, ObjectKind::Type) else {
            return;
        };
        match &alter.change {
            TypeChange::AddValue {
                label,
                if_not_exists,
                neighbour,
            } => self.add_label(&key, label, neighbour.as_ref(), *if_not_exists),
            TypeChange::RenameValue(from, to) => self.rename_label(&key, from, to),
            TypeChange::Attributes(_) | TypeChange::Other(_) => self.obscure(&key, &range),
        }
    }

    fn labels(&self, key: &Key) -> Option<Vec<Arc<str>>> {
        match self.catalog.find(key) {
            Found::Here(object) => match &object.kind {
                Kind::Enum(labels) => Some(labels.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn label_fault(&mut self, key: &Key, label: &Label, exists: bool) {
        let fault = crate::catalog::FaultKind::Label {
            key: key.clone(),
            label: label.text.to_string(),
            exists,
        };
        self.fault(&label.range, fault);
    }

    fn add_label(
        &mut self,
        key: &Key,
        label: &Label,
        neighbour: Option<&(Label, bool)>,
        if_not_exists: bool,
    ) {
        let Some(mut labels) = self.labels(key) else {
            return;
        };
        if labels.contains(&label.text) {
            if !if_not_exists {
                self.label_fault(key, label, true);
            }
            return;
        }
        let at = match neighbour {
            None => labels.len(),
            Some((other, before)) => match labels.iter().position(|it| *it == other.text) {
                Some(at) => at + usize::from(!before),
                None => return self.label_fault(key, other, false),
            },
        };
        labels.insert(at, label.text.clone());
        self.alter(key, &label.range, |object| object.kind = Kind::Enum(labels));
    }

    fn rename_label(&mut self, key: &Key, from: &Label, to: &Label) {
        let Some(mut labels) = self.labels(key) else {
            return;
        };
        let Some(at) = labels.iter().position(|it| *it == from.text) else {
            return self.label_fault(key, from, false);
        };
        if labels.contains(&to.text) {
            return self.label_fault(key, to, true);
        }
        labels[at] = to.text.clone();
        self.alter(key, &to.range, |object| object.kind = Kind::Enum(labels));
    }

    pub fn create_domain(&mut self, def: &CreateDomain) {
        let range = def.name.range();
        let key = self.new_key(Space::Type, &def.name, false);
        if !(self.is_free(&key, &range) && self.is_no_row_type(&key, false, &range)) {
            return;
        }
        let mut domain = Domain {
            data_type: self.data_type(&def.data_type),
            not_null: false,
            default: None,
            collation: None,
            checks: Vec::new(),
        };
        for constraint in &def.constraints {
            match &constraint.kind {
                ColumnConstraintKind::NotNull => domain.not_null = true,
                ColumnConstraintKind::Default(text) => domain.default = default(&text.canonical),
                ColumnConstraintKind::Collate(name) => {
                    domain.collation = Some(name.to_string().into());
                }
                ColumnConstraintKind::Check(text) => {
                    self.look_at_expression(None, text);
                    let name = domain_check(&key, constraint.name.as_ref(), &domain);
                    domain.checks.push((name, text.canonical.clone(), true));
                }
                _ => {}
            }
        }
        self.create(&key, Kind::Domain(domain), &range);
    }

    pub fn alter_domain(&mut self, alter: &AlterDomain) {
        let range = alter.name.range();
        let Some(key) = self.require(Space::Type, &alter.name, ObjectKind::Domain) else {
            return;
        };
        let Some(Kind::Domain(mut domain)) = self.catalog.get(&key).map(|it| it.kind.clone())
        else {
            return;
        };
        let certain = matches!(self.catalog.find(&key), Found::Here(_));
        let part = |name: &Ident| key.part(PartKind::Constraint, name.name.clone());
        let at = |domain: &Domain, name: &Ident| {
            domain.checks.iter().position(|(it, ..)| *it == name.name)
        };
        if let DomainChange::AddConstraint(constraint) = &alter.change
            && let Some(name) = &constraint.name
            && at(&domain, name).is_some()
            && certain
        {
            let (kind, key) = (ObjectKind::DomainConstraint, part(name));
            return self.fault(&name.range, FaultKind::Exists { kind, key });
        }
        match &alter.change {
            DomainChange::Default(text) => {
                domain.default = text.as_ref().and_then(|text| default(&text.canonical));
            }
            DomainChange::NotNull(on) => domain.not_null = *on,
            DomainChange::AddConstraint(constraint) => match &constraint.kind {
                ConstraintKind::Check(text) => {
                    self.look_at_expression(None, text);
                    let name = domain_check(&key, constraint.name.as_ref(), &domain);
                    let valid = !constraint.attributes.not_valid;
                    domain.checks.push((name, text.canonical.clone(), valid));
                }
                _ => domain.not_null = true,
            },
            DomainChange::DropConstraint {
                name, if_exists, ..
            } => match at(&domain, name) {
                Some(at) => drop(domain.checks.remove(at)),
                None if *if_exists || !certain || name.name.key().ends_with("_not_null") => {}
                None => self.missing(&name.range, ObjectKind::DomainConstraint, &part(name)),
            },
            DomainChange::RenameConstraint(from, to) => match at(&domain, from) {
                Some(at) => domain.checks[at].0 = to.name.clone(),
                None if !certain || from.name.key().ends_with("_not_null") => {}
                None => self.missing(&from.range, ObjectKind::DomainConstraint, &part(from)),
            },
            DomainChange::ValidateConstraint(name) => match at(&domain, name) {
                Some(at) => domain.checks[at].2 = true,
                None if !certain => {}
                None => self.missing(&name.range, ObjectKind::DomainConstraint, &part(name)),
            },
        }
        self.alter(&key, &range, |object| object.kind = Kind::Domain(domain));
    }

    pub fn create_routine(&mut self, def: &CreateRoutine) {
        let range = def.name.range();
        let whole = self.new_key(Space::Routine, &def.name, false);
        let mut types = Vec::new();
        let mut arguments = Vec::new();
        for argument in &def.arguments {
            let data_type = self.loose_type(&argument.data_type, &mut types);
            self.require_type(&argument.data_type, &data_type);
            arguments.push(RoutineArgument {
                mode: argument.mode,
                name: argument.name.as_ref().map(|name| name.name.clone()),
                data_type,
                default: argument.default.as_ref().map(|text| text.canonical.clone()),
            });
        }
        let returns = match (&def.returns, &def.returns_table) {
            (Some(name), _) => Some(self.loose_type(name, &mut types).to_string().into()),
            (None, Some(text)) => Some(text.canonical.clone()),
            (None, None) => None,
        };
        let inputs = arguments.iter().filter(|it| it.mode != ArgumentMode::Out);
        let signature = signature(inputs.map(|it| &it.data_type));
        let key = match self.dialect() {
            Dialect::Postgres => whole.part(PartKind::Signature, signature),
            // MySQL has functions and procedures of one name, and one of each.
            _ => whole.part(PartKind::Signature, Name::exact(def.kind.as_str())),
        };
        let there = matches!(self.catalog.find(&key), Found::Here(_));
        if there && def.if_not_exists || !def.or_replace && !self.is_free(&key, &range) {
            return;
        }
        types.sort();
        types.dedup();
        let routine = Routine {
            kind: def.kind,
            arguments,
            returns,
            language: def.language.clone(),
            body: def.body.canonical.clone(),
            types,
        };
        match self.catalog.get(&key).is_some() && there {
            true => self.alter(&key, &range, |object| object.kind = Kind::Routine(routine)),
            false => self.create(&key, Kind::Routine(routine), &range),
        }
    }

    /// Says that the type of an argument is missing.
    fn require_type(&mut self, name: &TypeName, data_type: &Type) {
        if let Base::Other(text) = &data_type.base
            && self.is(Dialect::Postgres)
            && !text.contains('%')
        {
            self.user_type(&name.name);
        }
    }

    /// The type of an argument, which may be what nobody has a name for (`anyelement`, `t.c%TYPE`).
    fn loose_type(&mut self, name: &TypeName, types: &mut Vec<Key>) -> Type {
        let mut data_type = crate::catalog::types::normalise(name, self.dialect());
        // A function may be called with any length.
        data_type.modifiers = "".into();
        if matches!(data_type.base, Base::Other(_)) && self.is(Dialect::Postgres) {
            for space in [Space::Type, Space::Relation] {
                let (key, found) = self.catalog.resolve(space, &name.name);
                if matches!(found, Found::Here(_)) {
                    types.push(key.clone());
                    data_type.base = Base::User(key);
                    break;
                }
            }
        }
        data_type
    }

    /// The routine that a statement means: by its arguments, or the only one of its name.
    pub fn routine(&mut self, target: &Target, kind: ObjectKind, optional: bool) -> Option<Key> {
        let whole = self.catalog.resolve_routine(&target.name);
        let candidates: Vec<Key> = self
            .catalog
            .parts(&whole)
            .map(|(key, _)| key.clone())
            .collect();
        if self.is(Dialect::Mysql) {
            return Some(whole.part(PartKind::Signature, Name::exact(kind.as_str())));
        }
        let Some(types) = &target.arguments else {
            return match &candidates[..] {
                [only] => Some(only.clone()),
                [] => Some(whole.part(PartKind::Signature, Name::exact(""))),
                _ => None,
            };
        };
        let mut used = Vec::new();
        let types: Vec<Type> = types
            .iter()
            .map(|it| self.loose_type(it, &mut used))
            .collect();
        let key = whole.part(PartKind::Signature, signature(types.iter()));
        let surely = types.iter().all(|it| !matches!(it.base, Base::Other(_)));
        let seen = self.catalog.get(&key).is_some();
        // Types that are written in a way that is not understood may be any of them.
        (seen || surely || optional).then_some(key)
    }

    pub fn create_trigger(&mut self, def: &CreateTrigger) {
        let range = def.name.range();
        let Some(table) = self.relation(&def.table, ObjectKind::Table, false) else {
            return;
        };
        // SQLite does not ask for the columns of `UPDATE OF`.
        if !self.is(Dialect::Sqlite) {
            for column in &def.columns {
                self.require_column(&table, column);
            }
        }
        if let Some(text) = &def.when {
            self.look_at_condition(&table, text);
        }
        let key = match self.dialect() {
            Dialect::Postgres => table.part(PartKind::Trigger, def.name.name.name.clone()),
            _ => Key::new(
                Space::Trigger,
                table.schema.clone(),
                def.name.name.name.clone(),
            ),
        };
        let there = matches!(self.catalog.find(&key), Found::Here(_));
        if there && def.if_not_exists || !def.or_replace && !self.is_free(&key, &range) {
            return;
        }
        let function = def.function.as_ref().and_then(|name| {
            let whole = self.catalog.resolve_routine(name);
            let key = whole.part(PartKind::Signature, Name::exact(""));
            match self.catalog.find(&key) {
                Found::Here(_) => Some(key),
                Found::Unknown => None,
                Found::Missing => {
                    self.require_part(&key, &name.range(), ObjectKind::Function);
                    None
                }
            }
        });
        let trigger = Trigger {
            table,
            definition: def.definition.canonical.clone(),
            columns: def.columns.iter().map(|it| it.name.clone()).collect(),
            function,
            enabled: true,
        };
        match there {
            true => self.alter(&key, &range, |object| object.kind = Kind::Trigger(trigger)),
            false => self.create(&key, Kind::Trigger(trigger), &range),
        }
    }

    pub fn create_policy(&mut self, def: &CreatePolicy) {
        let Some(table) = self.require(Space::Relation, &def.table, ObjectKind::Table) else {
            return;
        };
        for text in def.using.iter().chain(&def.check) {
            self.look_at_expression(Some(&table), text);
        }
        let key = table.part(PartKind::Policy, def.name.name.clone());
        if self.is_free(&key, &def.name.range) {
            let policy = Policy {
                definition: def.definition.canonical.clone(),
                using: def.using.as_ref().map(|text| text.canonical.clone()),
                check: def.check.as_ref().map(|text| text.canonical.clone()),
                columns: self.policy_columns(&table, def),
            };
            self.create(&key, Kind::Policy(policy), &def.name.range);
        }
    }

    fn policy_columns(&self, table: &Key, def: &CreatePolicy) -> Vec<Name> {
        let texts = def.using.iter().chain(&def.check);
        let columns = texts.flat_map(|text| self.mentioned(table, &text.canonical));
        columns.collect()
    }

    pub fn alter_policy(&mut self, alter: &CreatePolicy) {
        let Some(table) = self.require(Space::Relation, &alter.table, ObjectKind::Table) else {
            return;
        };
        let key = table.part(PartKind::Policy, alter.name.name.clone());
        if !self.require_part(&key, &alter.name.range, ObjectKind::Policy) {
            return;
        }
        for text in alter.using.iter().chain(&alter.check) {
            self.look_at_expression(Some(&table), text);
        }
        let using = self.policy_columns(&table, alter);
        self.alter(&key, &alter.name.range, |object| {
            if let Kind::Policy(policy) = &mut object.kind {
                if !alter.definition.canonical.is_empty() {
                    policy.definition = alter.definition.canonical.clone();
                }
                // What one of the two no longer names is kept: too much rather than too little.
                policy.columns.extend(using);
                if let Some(text) = &alter.using {
                    policy.using = Some(text.canonical.clone());
                }
                if let Some(text) = &alter.check {
                    policy.check = Some(text.canonical.clone());
                }
            }
        });
    }

    pub fn create_rule(&mut self, def: &CreateRule) {
        let Some(table) = self.require(Space::Relation, &def.table, ObjectKind::Table) else {
            return;
        };
        let key = table.part(PartKind::Rule, def.name.name.clone());
        if def.or_replace || self.is_free(&key, &def.name.range) {
            let rule = Kind::Rule(def.definition.canonical.clone());
            self.create(&key, rule, &def.name.range);
        }
    }

    pub fn rename_object(&mut self, rename: &Rename) {
        let Some(old) = self.target(&rename.target, rename.kind, rename.if_exists) else {
            return;
        };
        let own = rename.to.name.name.clone();
        let range = rename.to.range();
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
        let is_same = new == old && !self.is(Dialect::Postgres);
        let object = self.catalog.get(&old).map(|it| &it.kind);
        let composite = matches!(object, Some(Kind::Composite(_)));
        let free = |work: &mut Work| {
            work.is_free(&new, &range) && work.is_no_row_type(&new, composite, &range)
        };
        if is_same || free(self) {
            self.rename(&old, &new, &range);
            if self.is(Dialect::Mysql) && rename.kind == ObjectKind::Table {
                self.rename_numbered(&old, &new, &range);
            }
        }
    }

    fn rename_schema(&mut self, old: &Key, name: Name, range: &Range<usize>) {
        let new = Key::schema(name.clone());
        if !self.is_free(&new, range) {
            return;
        }
        let mut inside = self.catalog.inside(&old.schema);
        inside.retain(|key| key.part.is_none() || key.space == Space::Routine);
        self.rename(old, &new, range);
        for key in inside {
            let to = Key {
                schema: name.clone(),
                ..key.clone()
            };
            self.rename(&key, &to, range);
        }
    }

    pub fn set_schema(&mut self, set: &SetSchema) {
        self.require_schema(&set.schema);
        let Some(key) = self.target(&set.target, set.kind, false) else {
            return;
        };
        if set.kind == ObjectKind::Extension {
            let schema = Some(set.schema.name.clone());
            return self.alter(&key, &set.schema.range, |it| {
                it.kind = Kind::Extension(schema)
            });
        }
        let to = Key {
            schema: set.schema.name.clone(),
            ..key.clone()
        };
        self.rename(&key, &to, &set.schema.range);
    }

    pub fn comment(&mut self, comment: &Comment) {
        let range = comment.target.name.range();
        if let Some(key) = self.target(&comment.target, comment.kind, false) {
            let text = comment.text.clone().filter(|text| !text.is_empty());
            self.alter(&key, &range, |object| object.comment = text);
        }
    }
}

/// The name of a domain's check: `d_check`, `d_check1`.
fn domain_check(key: &Key, name: Option<&Ident>, domain: &Domain) -> Name {
    if let Some(name) = name {
        return name.name.clone();
    }
    let mut pass = 0usize;
    loop {
        let label = match pass {
            0 => "check".to_owned(),
            _ => format!("check{pass}"),
        };
        let name = Name::exact(&joined(key.name.key(), "", &label));
        if domain.checks.iter().all(|(it, ..)| *it != name) {
            return name;
        }
        pass += 1;
    }
}

/// What a routine is called by.
fn signature<'a>(types: impl Iterator<Item = &'a Type>) -> Name {
    let types: Vec<String> = types.map(Type::to_string).collect();
    Name::exact(&types.join(", "))
}
