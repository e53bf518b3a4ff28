//! Types that users define: enums, composite types, domains.

use super::column::default;
use super::work::Work;
use crate::catalog::fog::Scope;
use crate::catalog::naming::{is_name_of_not_null, joined};
use crate::catalog::object::{Domain, Needs};
use crate::catalog::types::{Base, Type};
use crate::catalog::{FaultKind, Found, Key, Kind, PartKind, Space};
use crate::ddl::object::*;
use crate::ddl::table::{ColumnConstraintKind, ConstraintKind};
use crate::ddl::{Ident, Name, Text, read_regclass};
use std::ops::Range;

impl Work {
    pub fn create_type(&mut self, def: &CreateType) {
        let range = def.name.range();
        let key = self.new_key(Space::Type, &def.name, false);
        let was_shell = self
            .catalog
            .get(&key)
            .is_some_and(|it| matches!(&it.kind, Kind::Type(it) if it.is_empty()));
        let composite = matches!(def.definition, TypeDefinition::Composite(_));
        let free = |work: &mut Work| {
            work.require_free(&key, &range) && work.require_no_row_type(&key, composite, &range)
        };
        if !was_shell && !free(self) {
            return;
        }
        let kind = match &def.definition {
            TypeDefinition::Enum(labels) => {
                self.are_labels_once(&key, labels);
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
        if let TypeDefinition::Range(text) = &def.definition {
            self.expect_multirange(&key, text);
        }
    }

    /// Since version 14 a range comes with a type of several ranges, which its definition names, or which is
    /// named after it (`makeMultirangeTypeName` in typecmds.c).
    fn expect_multirange(&mut self, range: &Key, definition: &Text) {
        let said = definition.canonical.split_once("multirange_type_name = ");
        let named = said.and_then(|(_, rest)| {
            let name = rest.split([',', ')']).next().unwrap_or_default();
            read_regclass(name, definition.range.clone())
        });
        let key = match named {
            Some(name) => self.new_key(Space::Type, &name, false),
            None => {
                let own = range.name.key();
                let name = match own.contains("range") {
                    true => own.replacen("range", "multirange", 1),
                    false => joined(own, "", "multirange"),
                };
                Key {
                    name: Name::exact(&name),
                    ..range.clone()
                }
            }
        };
        self.extend(Scope::Object(key));
    }

    pub fn alter_type(&mut self, alter: &AlterType) {
        let range = alter.name.range();
        let Some(key) = self.require(Space::Type, &alter.name, ObjectKind::Type) else {
            return;
        };
        match &alter.change {
            TypeChange::Attributes(operations) => match self.relation_before(&key, &alter.name) {
                Some(key) => self.alter_row(key, operations, &range),
                None => self.alter_attributes(&key, operations, &range),
            },
            TypeChange::AddValue {
                label,
                if_not_exists,
                neighbour,
            } => self.add_label(&key, label, neighbour.as_ref(), *if_not_exists),
            TypeChange::RenameValue(from, to) => self.rename_label(&key, from, to),
            TypeChange::Other(_) => self.obscure(&key, &range),
        }
    }

    /// Says that a default is no label of its column's enum. What is computed is not looked into, nor what is cast
    /// by way of another type, which PostgreSQL does only when a row takes the default.
    pub fn look_at_label(&mut self, data_type: &Type, default: &Text) {
        if default.canonical.matches(" ::").count() > 1 {
            return;
        }
        let string = default.canonical.split_once(" ::");
        let string = string.map_or(&*default.canonical, |(string, _)| string);
        self.look_at_string(data_type, string, &default.range);
    }

    /// Says that a string, as it is written, is no label of an enum.
    pub fn look_at_string(&mut self, data_type: &Type, string: &str, range: &Range<usize>) {
        let Base::User(key) = &data_type.base else {
            return;
        };
        let is_string = string.len() > 1 && string.starts_with('\'') && string.ends_with('\'');
        let is_one = is_string && string.matches('\'').count() == 2;
        let text = string.trim_matches('\'');
        if let Some(labels) = self
            .catalog
            .labels(key)
            .filter(|_| is_one && !data_type.array)
            && labels.iter().all(|it| **it != *text)
        {
            let (key, label, exists) = (key.clone(), text.to_owned(), false);
            self.fault(range, FaultKind::Label { key, label, exists });
        }
    }

    fn are_labels_once(&mut self, key: &Key, labels: &[Label]) {
        for (at, label) in labels.iter().enumerate() {
            if labels[..at].iter().any(|it| it.text == label.text) {
                self.label_fault(key, label, true);
            }
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
        let Some(mut labels) = self.catalog.labels(key) else {
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
        let Some(mut labels) = self.catalog.labels(key) else {
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
        if !(self.require_free(&key, &range) && self.require_no_row_type(&key, false, &range)) {
            return;
        }
        let mut domain = Domain {
            data_type: self.data_type(&def.data_type),
            not_null: false,
            default: None,
            collation: None,
            checks: Vec::new(),
        };
        let mut needs = Needs::new();
        for constraint in &def.constraints {
            match &constraint.kind {
                ColumnConstraintKind::NotNull => domain.not_null = true,
                ColumnConstraintKind::Default(text) => {
                    domain.default = default(&text.canonical);
                    needs.extend(self.look_at_default(text));
                }
                ColumnConstraintKind::Collate(name) => {
                    domain.collation = Some(name.to_string().into());
                }
                ColumnConstraintKind::Check(text) => {
                    needs.extend(self.look_at_expression(None, text).needs());
                    let name = self.domain_check(&key, constraint.name.as_ref(), &domain);
                    domain.checks.push((name, text.canonical.clone(), true));
                }
                _ => {}
            }
        }
        self.create(&key, Kind::Domain(domain), &range);
        self.note_needs(&key, needs);
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
        // A constraint cannot be given the name that it has, either (`RenameConstraintById` in pg_constraint.c).
        let new_name = match &alter.change {
            DomainChange::AddConstraint(constraint) => constraint.name.as_ref(),
            DomainChange::RenameConstraint(from, to) => at(&domain, from).map(|_| to),
            _ => None,
        };
        if let Some(name) = new_name.filter(|name| certain && at(&domain, name).is_some()) {
            let (kind, key) = (ObjectKind::DomainConstraint, part(name));
            return self.fault(&name.range, FaultKind::Exists { kind, key });
        }
        match &alter.change {
            DomainChange::Default(text) => {
                // Which of its needs were the default's is not known.
                self.forget_needs(&key);
                domain.default = text.as_ref().and_then(|text| default(&text.canonical));
            }
            DomainChange::NotNull(on) => domain.not_null = *on,
            DomainChange::AddConstraint(constraint) => match &constraint.kind {
                ConstraintKind::Check(text) => {
                    let reading = self.look_at_expression(None, text);
                    self.note_needs(&key, reading.needs().collect());
                    let name = self.domain_check(&key, constraint.name.as_ref(), &domain);
                    let valid = !constraint.attributes.not_valid;
                    domain.checks.push((name, text.canonical.clone(), valid));
                }
                _ => domain.not_null = true,
            },
            DomainChange::DropConstraint {
                name, if_exists, ..
            } => match at(&domain, name) {
                Some(at) => {
                    self.forget_needs(&key);
                    domain.checks.remove(at);
                }
                None if *if_exists || !certain || is_name_of_not_null(&name.name) => {}
                None => self.missing(&name.range, ObjectKind::DomainConstraint, &part(name)),
            },
            DomainChange::RenameConstraint(from, to) => match at(&domain, from) {
                Some(at) => domain.checks[at].0 = to.name.clone(),
                None if !certain || is_name_of_not_null(&from.name) => {}
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

    /// The name of a domain's check: `d_check`, `d_check1`.
    fn domain_check(&self, key: &Key, name: Option<&Ident>, domain: &Domain) -> Name {
        if let Some(name) = name {
            return name.name.clone();
        }
        let taken = |name: &Name| domain.checks.iter().any(|(it, ..)| it == name);
        self.catalog.chosen_name_but(key, "", "check", taken)
    }
}
