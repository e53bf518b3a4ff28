//! What is created beside tables that are there, and what is said of them.

use super::*;
use crate::catalog::Hold;
use crate::catalog::types::{self, Base};
use crate::ddl::alter::{ColumnChange, OperationKind};
use crate::ddl::object::*;
use crate::ddl::sequence::{AlterSequence, CreateSequence, SequenceOptions};
use crate::ddl::table::{ColumnConstraintKind, ConstraintKind, CreateIndex, CreateTable};
use crate::dialect::Dialect;

impl Postgres<'_> {
    /// `CREATE TABLE` (`DefineRelation`).
    pub(super) fn create_table(&mut self, create: &CreateTable) {
        let (key, found) = self.before.resolve(Space::Relation, &create.name);
        if create.if_not_exists && matches!(found, Found::Here(_)) {
            return;
        }
        for column in &create.columns {
            for constraint in &column.constraints {
                if let ColumnConstraintKind::References(target) = &constraint.kind {
                    self.referenced(&key, &target.table);
                }
            }
        }
        for constraint in &create.constraints {
            if let ConstraintKind::ForeignKey { target, .. } = &constraint.kind {
                self.referenced(&key, &target.table);
            }
        }
        for like in &create.likes {
            let (key, range) = (self.key(&like.table), like.table.range());
            self.touch(
                &key,
                AccessShare,
                Work::Catalog,
                "another table is made like it",
                &range,
            );
        }
        for parent in &create.inherits {
            let (key, range) = (self.key(parent), parent.range());
            self.touch(
                &key,
                ShareUpdateExclusive,
                Work::Catalog,
                "it gets a child",
                &range,
            );
        }
        if let Some((parent, _)) = &create.partition_of {
            let (parent, range) = (self.key(parent), parent.range());
            self.touch(
                &parent,
                AccessExclusive,
                Work::Catalog,
                "it gets a partition",
                &range,
            );
            self.checked_default(&parent, &range);
            self.cloned_foreign_keys(&parent, &range);
        }
        if let Some(query) = &create.query {
            self.run(&query.range);
        }
    }

    fn referenced(&mut self, own: &Key, target: &Qualified) {
        let key = self.key(target);
        if key == *own {
            return;
        }
        for key in self.partitions(&key) {
            let why = "a foreign key leads to it";
            self.touch(&key, ShareRowExclusive, Work::Catalog, why, &target.range());
        }
    }

    pub(super) fn create_index(&mut self, create: &CreateIndex) {
        let (table, range) = (self.key(&create.table), create.table.range());
        let mode = match create.concurrently {
            true => ShareUpdateExclusive,
            false => Share,
        };
        if let Some(name) = create
            .definition
            .name
            .as_ref()
            .filter(|_| create.if_not_exists)
        {
            let index = Key::relation(table.schema.clone(), name.name.clone());
            if self.certain(&index).is_some() {
                let why = "an index is there already";
                return self.touch(&table, mode, Work::Catalog, why, &range);
            }
        }
        let keys = match create.only {
            true => vec![table],
            false => self.partitions(&table),
        };
        self.all(&keys, mode, Work::Index, "an index is built", &range);
    }

    pub(super) fn create_view(&mut self, create: &CreateView) {
        let (key, range) = (self.key(&create.name), create.name.range());
        if self.before.get(&key).is_some() {
            if create.if_not_exists {
                return;
            }
            self.touch(
                &key,
                AccessExclusive,
                Work::Catalog,
                "a view is replaced",
                &range,
            );
        }
        // A view's definition is read; what its views read is looked at when it is asked.
        match create.materialized && !create.no_data {
            true => self.run(&create.query.range),
            false => self.stored("a view reads it", &create.query.range),
        }
    }

    pub(super) fn create_sequence(&mut self, create: &CreateSequence) {
        self.owned_by(&create.options);
    }

    pub(super) fn alter_sequence(&mut self, alter: &AlterSequence) {
        let (key, range) = (self.key(&alter.name), alter.name.range());
        // Its one row is written again, but for a new owner only (`AlterSequence`).
        let work = match alter.options.others.is_empty() && alter.options.data_type.is_none() {
            true => Work::Catalog,
            false => Work::Empty,
        };
        self.touch(
            &key,
            ShareRowExclusive,
            work,
            "a sequence is altered",
            &range,
        );
        self.owned_by(&alter.options);
    }

    fn owned_by(&mut self, options: &SequenceOptions) {
        if let Some(Some((table, _))) = &options.owned_by {
            let (key, range) = (self.key(table), table.range());
            self.touch(
                &key,
                AccessShare,
                Work::Catalog,
                "it gets a sequence",
                &range,
            );
        }
    }

    /// `ALTER TYPE`: the labels of an enum are no relation. What is done to the attributes of a composite type is done
    /// to the tables `OF` it, too, and to their children (`ATTypedTableRecursion`, `renameatt_internal` in tablecmds.c).
    pub(super) fn alter_type(&mut self, alter: &AlterType) {
        let TypeChange::Attributes(changes) = &alter.change else {
            return;
        };
        let range = alter.name.range();
        let (of, found) = self.before.resolve(Space::Type, &alter.name);
        if !matches!(found, Found::Here(_)) {
            self.more("the tables of the type are not known");
        }
        let users = self.before.users_by(&of, Hold::Firm);
        let is_typed = |key: &&Key| {
            self.table(key)
                .is_some_and(|it| it.of_type.as_ref() == Some(&of))
        };
        let typed: Vec<Key> = users.filter(is_typed).cloned().collect();
        for table in typed {
            for key in self.family(&table) {
                for change in changes {
                    let (work, why) = self.attribute(&key, change);
                    let work = self.own_work(&key, work);
                    self.touch(&key, AccessExclusive, work, why, &range);
                }
            }
        }
    }

    /// What a change of an attribute does to the rows of a table `OF` its type.
    fn attribute(&self, table: &Key, change: &OperationKind) -> (Work, &'static str) {
        match change {
            OperationKind::AlterColumn {
                name,
                change:
                    ColumnChange::Type {
                        data_type,
                        collation,
                        ..
                    },
            } => {
                let to = types::normalise(data_type, Dialect::Postgres);
                self.retyped(table, name, &to, collation.is_some())
            }
            _ => (Work::Catalog, "the type that it is of is altered"),
        }
    }

    /// `ALTER DOMAIN`: a constraint is checked in all tables with a column of the domain
    /// (`get_rels_with_domain`).
    pub(super) fn alter_domain(&mut self, alter: &AlterDomain) {
        let range = alter.name.range();
        let checks = match &alter.change {
            DomainChange::NotNull(on) => *on,
            DomainChange::AddConstraint(def) => !def.attributes.not_valid,
            DomainChange::ValidateConstraint(_) => true,
            _ => false,
        };
        if !checks {
            return;
        }
        let (domain, found) = self.before.resolve(Space::Type, &alter.name);
        if !matches!(found, Found::Here(_)) {
            self.more("the tables with a column of the domain are not known");
        }
        let mut domains = vec![domain];
        let mut next = 0;
        while let Some(domain) = domains.get(next).cloned() {
            next += 1;
            for (user, _) in self.before.users(&domain) {
                match self.before.get(user).map(|object| &object.kind) {
                    Some(Kind::Column(column))
                        if column.data_type.base == Base::User(domain.clone()) =>
                    {
                        let table = user.whole();
                        let rows = self
                            .table(&table)
                            .is_some_and(|it| it.partition_by.is_none());
                        if rows {
                            let why = "a column of it is of the domain";
                            self.touch(&table, Share, Work::Scan, why, &range);
                        }
                    }
                    // Those that are not known may seem to be a circle.
                    Some(Kind::Domain(_)) if !domains.contains(user) => domains.push(user.clone()),
                    _ => {}
                }
            }
        }
    }

    pub(super) fn create_trigger(&mut self, create: &CreateTrigger) {
        let (table, range) = (self.key(&create.table), create.table.range());
        let of_rows = create.definition.canonical.contains("for each row")
            || create.definition.canonical.contains("for row");
        let keys = match of_rows {
            true => self.partitions(&table),
            false => vec![table],
        };
        for key in keys {
            self.touch(
                &key,
                ShareRowExclusive,
                Work::Catalog,
                "it gets a trigger",
                &range,
            );
        }
        if let Some(from) = &create.from {
            let (key, range) = (self.key(from), from.range());
            self.touch(
                &key,
                AccessShare,
                Work::Catalog,
                "a trigger is about it, too",
                &range,
            );
        }
    }

    pub(super) fn policy(&mut self, policy: &CreatePolicy) {
        let (table, range) = (self.key(&policy.table), policy.table.range());
        self.touch(
            &table,
            AccessExclusive,
            Work::Catalog,
            "a policy is set",
            &range,
        );
        let reads = policy.using.iter().chain(&policy.check).next();
        if let Some(text) = reads {
            self.stored("a policy reads it", &text.range);
        }
    }

    pub(super) fn create_rule(&mut self, create: &CreateRule) {
        let (table, range) = (self.key(&create.table), create.table.range());
        self.touch(
            &table,
            AccessExclusive,
            Work::Catalog,
            "a rule is set",
            &range,
        );
        self.stored("a rule reads it, or writes to it", &create.definition.range);
    }

    /// `ALTER … RENAME` of what is no relation.
    pub(super) fn rename(&mut self, rename: &Rename) {
        let of_table = matches!(
            rename.kind,
            ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule
        );
        let Some(name) = rename.target.table.as_ref().filter(|_| of_table) else {
            return;
        };
        let (table, range) = (self.key(name), name.range());
        let keys = match rename.kind == ObjectKind::Trigger && self.version >= 15 {
            true => self.partitions(&table),
            false => vec![table],
        };
        self.all(
            &keys,
            AccessExclusive,
            Work::Catalog,
            "a part of it is renamed",
            &range,
        );
    }

    /// `COMMENT ON` (`get_object_address`): what is part of a relation lets others see it.
    pub(super) fn comment(&mut self, comment: &Comment) {
        let target = &comment.target;
        let (name, mode) = match comment.kind {
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Sequence
            | ObjectKind::Index => (Some(&target.name), ShareUpdateExclusive),
            ObjectKind::Column => (target.table.as_ref(), ShareUpdateExclusive),
            ObjectKind::Constraint
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::Rule => (target.table.as_ref(), AccessShare),
            _ => (None, AccessShare),
        };
        if let Some(name) = name {
            let (key, range) = (self.key(name), name.range());
            self.touch(&key, mode, Work::Catalog, "it gets a comment", &range);
        }
    }

    /// Statements that the model does not have, and that are about tables all the same.
    pub(super) fn about(&mut self, kind: &str) {
        let (mode, why) = match kind {
            "CREATE STATISTICS" => (ShareUpdateExclusive, "it gets statistics"),
            "CREATE PUBLICATION" | "ALTER PUBLICATION" => (ShareUpdateExclusive, "it is published"),
            // Before 18 nothing keeps the relation from being changed meanwhile.
            "GRANT" | "REVOKE" if self.version >= 18 => (AccessShare, "its privileges are changed"),
            "COPY" => (AccessShare, "it is read"),
            // Their table is locked `SHARE UPDATE EXCLUSIVE` (`RemoveStatisticsById`).
            "DROP STATISTICS" => return self.more("whose statistics are dropped is not known"),
            _ => return,
        };
        let work = match kind {
            "COPY" => Work::Rows,
            _ => Work::Catalog,
        };
        let range = 0..self.scene.text.len();
        for access in &self.scene.applied.accesses.list {
            let table = &access.relation;
            // Children are published with their parent, partitions through it (`OpenTableList`).
            let keys = match kind.ends_with("PUBLICATION") && !self.is_partitioned(table) {
                true => self.family(table),
                false => vec![table.clone()],
            };
            for key in keys {
                self.touch(&key, mode, work, why, &range);
            }
        }
    }
}
