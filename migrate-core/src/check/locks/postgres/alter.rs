//! `ALTER TABLE` and what has its words.

use super::*;
use crate::ddl::Ident;
use crate::ddl::alter::{AlterTable, Operation, OperationKind};
use crate::ddl::object::ObjectKind;

impl Postgres<'_> {
    pub(super) fn alter_table(&mut self, alter: &AlterTable) {
        let (key, found) = self.before.resolve(Space::Relation, &alter.name);
        if alter.if_exists && found.is_missing() {
            return;
        }
        let family = match alter.only || alter.kind != ObjectKind::Table {
            true => vec![key],
            false => self.family(&key),
        };
        for operation in &alter.operations {
            match alter.kind {
                ObjectKind::Index => self.alter_index(&family, operation),
                _ => self.operation(&family, operation),
            }
        }
    }

    /// What is done to an index leaves its table alone. Its name keeps nobody from using it.
    fn alter_index(&mut self, index: &[Key], operation: &Operation) {
        let range = &operation.range;
        let (mode, work, why) = match &operation.kind {
            OperationKind::Rename(_) => {
                (ShareUpdateExclusive, Work::Catalog, "an index is renamed")
            }
            OperationKind::Options(text) => (
                options_lock(&text.canonical),
                Work::Catalog,
                "options of an index are set",
            ),
            OperationKind::Tablespace(_) => (AccessExclusive, Work::Rewrite, "an index is moved"),
            OperationKind::AttachPartition { partition, .. } => {
                let partition = self.key(partition);
                self.touch(
                    &partition,
                    AccessExclusive,
                    Work::Catalog,
                    "an index is attached",
                    range,
                );
                // It keeps the tables of both from being dropped (`ATExecAttachPartitionIdx`).
                for key in index.iter().chain([&partition]) {
                    if let Some(table) = self.table_of_index(key) {
                        self.touch(
                            &table,
                            AccessShare,
                            Work::Catalog,
                            "an index of it is attached",
                            range,
                        );
                    }
                }
                (ShareUpdateExclusive, Work::Catalog, "an index is attached")
            }
            OperationKind::AlterColumn { .. } => (
                ShareUpdateExclusive,
                Work::Catalog,
                "statistics of an index are set",
            ),
            _ => (AccessExclusive, Work::Catalog, "an index is altered"),
        };
        self.all(index, mode, work, why, range);
    }

    pub(super) fn table_of_index(&self, index: &Key) -> Option<Key> {
        match &self.before.get(index)?.kind {
            Kind::Index(index) => Some(index.table.clone()),
            _ => None,
        }
    }

    /// Says the same of several relations.
    pub(super) fn all(
        &mut self,
        keys: &[Key],
        mode: LockMode,
        work: Work,
        why: &'static str,
        range: &Range<usize>,
    ) {
        for key in keys {
            let work = self.own_work(key, work);
            self.touch(key, mode, work, why, range);
        }
    }

    /// One operation on a table or view, and those that inherit from it.
    fn operation(&mut self, family: &[Key], operation: &Operation) {
        let range = &operation.range;
        let Some(table) = family.first() else { return };
        let own = family.get(..1).unwrap_or_default();
        let catalog = |this: &mut Self, keys: &[Key], mode, why| {
            this.all(keys, mode, Work::Catalog, why, range);
        };
        match &operation.kind {
            OperationKind::AddColumn {
                column,
                if_not_exists,
            } => {
                self.add_column(family, column, *if_not_exists);
            }
            OperationKind::DropColumn { .. } => {
                catalog(self, family, AccessExclusive, "a column is dropped");
            }
            OperationKind::AlterColumn { name, change } => {
                self.alter_column(family, (name, change), range);
            }
            OperationKind::AddConstraint { constraint, .. } => {
                self.add_constraint(family, constraint)
            }
            OperationKind::DropConstraint { name, .. } => self.drop_constraint(family, name, range),
            OperationKind::ValidateConstraint(name) => self.validate(family, name, range),
            OperationKind::AlterConstraint(name, text) => {
                self.alter_constraint(family, name, &text.canonical, range);
            }
            OperationKind::RenameColumn { .. } => {
                catalog(self, family, AccessExclusive, "a column is renamed");
            }
            OperationKind::RenameConstraint { from, .. } => {
                let keys = match self.is_inherited(table, from) {
                    true => family,
                    false => own,
                };
                catalog(self, keys, AccessExclusive, "a constraint is renamed");
            }
            OperationKind::Rename(_) => catalog(self, own, AccessExclusive, "it is renamed"),
            OperationKind::SetSchema(_) => {
                catalog(self, own, AccessExclusive, "it moves to another schema");
                self.with_sequences(
                    table,
                    Work::Catalog,
                    "its table moves to another schema",
                    range,
                );
            }
            OperationKind::Owner(_) => {
                catalog(self, own, AccessExclusive, "its owner is changed");
                self.with_sequences(table, Work::Catalog, "its table's owner is changed", range);
            }
            OperationKind::AttachPartition { partition, .. } => {
                self.attach(table, partition, range)
            }
            OperationKind::DetachPartition {
                partition,
                concurrently,
                finalize,
            } => {
                self.detach(table, partition, *concurrently || *finalize, range);
            }
            OperationKind::Inherit(parent, inherits) => {
                catalog(self, own, AccessExclusive, "it gets another parent");
                let parent = self.key(parent);
                let mode = if *inherits {
                    ShareUpdateExclusive
                } else {
                    AccessShare
                };
                self.touch(
                    &parent,
                    mode,
                    Work::Catalog,
                    "its children are changed",
                    range,
                );
            }
            OperationKind::RowSecurity(_) => {
                catalog(self, own, AccessExclusive, "row level security is switched");
            }
            OperationKind::Trigger(..) => {
                let keys = self.partitions(table);
                catalog(self, &keys, ShareRowExclusive, "a trigger is switched");
            }
            OperationKind::Logged(logged) => self.logged(table, *logged, range),
            OperationKind::Tablespace(_) => {
                let why = "it is copied to another tablespace";
                self.all(own, AccessExclusive, Work::Rewrite, why, range);
            }
            OperationKind::AccessMethod(_) => {
                let why = "it is written again, if it has another access method";
                self.all(own, AccessExclusive, Work::Unknown, why, range);
            }
            OperationKind::Options(text) => {
                catalog(self, own, options_lock(&text.canonical), "options are set");
            }
            OperationKind::ReplicaIdentity(..) => {
                catalog(self, own, AccessExclusive, "its replica identity is set");
            }
            OperationKind::ClusterOn(_) => {
                catalog(
                    self,
                    own,
                    ShareUpdateExclusive,
                    "the index to cluster on is set",
                );
            }
            // `ENABLE RULE`, `OF type`, options of foreign tables.
            OperationKind::Other(_) => {
                let why = "an operation that is not looked into";
                self.all(own, AccessExclusive, Work::Unknown, why, range);
            }
            // MySQL's.
            OperationKind::DropPrimaryKey
            | OperationKind::Modify { .. }
            | OperationKind::Change { .. }
            | OperationKind::AddIndex { .. }
            | OperationKind::DropIndex { .. }
            | OperationKind::RenameIndex { .. }
            | OperationKind::Algorithm(_)
            | OperationKind::Lock(_)
            | OperationKind::TableOption(..)
            | OperationKind::Partitions(_) => {}
        }
    }

    /// `SET LOGGED` and `SET UNLOGGED`, which the table's sequences follow from 15 on.
    fn logged(&mut self, table: &Key, logged: bool, range: &Range<usize>) {
        use crate::ddl::table::Persistence;
        let wanted = match logged {
            true => Persistence::Permanent,
            false => Persistence::Unlogged,
        };
        if self.table(table).is_some_and(|it| it.persistence == wanted) {
            let why = "it is so already";
            return self.touch(table, AccessExclusive, Work::Catalog, why, range);
        }
        let why = "it is written again, with or without the log";
        self.touch(table, AccessExclusive, Work::Rewrite, why, range);
        if self.version >= 15 {
            self.with_sequences(table, Work::Rewrite, "it follows its table", range);
        }
        // Foreign keys lead from the lasting to the lasting only (`ATPrepChangePersistence`).
        for other in self.related(table, !logged) {
            self.touch(
                &other,
                AccessShare,
                Work::Catalog,
                "a foreign key ties it to the table",
                range,
            );
        }
    }

    /// The sequences that belong to a table's columns.
    pub(super) fn with_sequences(
        &mut self,
        table: &Key,
        work: Work,
        why: &'static str,
        range: &Range<usize>,
    ) {
        for (column, _) in self.before.columns(table) {
            for sequence in self.owned_sequences(&column) {
                self.touch(&sequence, AccessExclusive, work, why, range);
            }
        }
    }

    pub(super) fn owned_sequences(&self, column: &Key) -> Vec<Key> {
        let users = self.before.users(column).map(|(key, _)| key);
        let owned = users.filter(|key| {
            let object = self.before.get(key).map(|object| &object.kind);
            matches!(object, Some(Kind::Sequence(it)) if it.owned_by.as_ref() == Some(column))
        });
        owned.cloned().collect()
    }

    /// `ATTACH PARTITION` (`ATExecAttachPartition`).
    fn attach(&mut self, parent: &Key, partition: &Qualified, range: &Range<usize>) {
        self.touch(
            parent,
            ShareUpdateExclusive,
            Work::Catalog,
            "it gets a partition",
            range,
        );
        let partition = self.key(partition);
        for key in self.family(&partition) {
            let (work, why) = match self
                .before
                .constraints(&key)
                .any(|(_, it)| is_valid_check(it))
            {
                true => (
                    Work::Unknown,
                    "it is read to see that it fits, unless a check says so",
                ),
                false => (Work::Scan, "it is read to see that it fits"),
            };
            let work = self.own_work(&key, work);
            self.touch(&key, AccessExclusive, work, why, range);
        }
        // It gets each index of the parent, where it has none like it (`AttachPartitionEnsureIndexes`).
        let indexes = |key| self.before.indexes(key).count();
        if indexes(parent) > indexes(&partition) {
            self.touch(
                &partition,
                AccessExclusive,
                Work::Index,
                "it gets its parent's indexes",
                range,
            );
        }
        self.checked_default(parent, range);
        self.cloned_foreign_keys(parent, range);
    }

    /// The default partition must not hold what belongs to a new one.
    pub(super) fn checked_default(&mut self, parent: &Key, range: &Range<usize>) {
        let Some(default) = self.default_partition(parent) else {
            return;
        };
        let why =
            "it is the default partition, and is read to see that no row belongs to the new one";
        for key in self.family(&default) {
            let work = match self
                .before
                .constraints(&key)
                .any(|(_, it)| is_valid_check(it))
            {
                true => Work::Unknown,
                false => Work::Scan,
            };
            let work = self.own_work(&key, work);
            self.touch(&key, AccessExclusive, work, why, range);
        }
    }

    /// `DETACH PARTITION`. With `CONCURRENTLY` (from 14 on) only the partition's own queries wait, at the end.
    fn detach(
        &mut self,
        parent: &Key,
        partition: &Qualified,
        concurrently: bool,
        range: &Range<usize>,
    ) {
        let partition = self.key(partition);
        let mode = match concurrently {
            true => ShareUpdateExclusive,
            false => AccessExclusive,
        };
        self.touch(parent, mode, Work::Catalog, "it loses a partition", range);
        let sources = self.foreign_sources(parent);
        let own = match self.version < 14 && sources.is_empty() {
            true => ShareUpdateExclusive,
            false => AccessExclusive,
        };
        self.touch(
            &partition,
            own,
            Work::Catalog,
            "it becomes a table of its own",
            range,
        );
        if let Some(default) = self.default_partition(parent).filter(|it| *it != partition) {
            let why = "it is the default partition, whose bound is changed";
            self.touch(&default, AccessExclusive, Work::Catalog, why, range);
        }
        for target in self.foreign_targets(parent) {
            let why = "a foreign key of the partition leads to it";
            self.touch(&target, ShareRowExclusive, Work::Catalog, why, range);
        }
        for source in sources {
            let why = "it refers to the partitioned table, and may have no rows in the partition";
            self.touch(&source, AccessExclusive, Work::Rows, why, range);
        }
    }

    /// Whether children have a constraint, too.
    fn is_inherited(&self, table: &Key, name: &Ident) -> bool {
        use crate::catalog::object::Rule;
        let constraint = self.constraint(table, name);
        matches!(constraint, Some(it) if matches!(it.rule, Rule::Check { .. } | Rule::NotNull(_)))
    }
}

fn is_valid_check(constraint: &crate::catalog::object::Constraint) -> bool {
    use crate::catalog::object::Rule;
    constraint.valid && matches!(constraint.rule, Rule::Check { .. })
}

/// What is set in `SET (…)` needs (`AlterTableGetRelOptionsLockLevel`, `reloptions.c`).
pub(super) fn options_lock(text: &str) -> LockMode {
    const STRONG: &[&str] = &[
        "autosummarize",
        "buffering",
        "check_option",
        "fastupdate",
        "gin_pending_list_limit",
        "length",
        "pages_per_range",
        "security_barrier",
        "security_invoker",
        "user_catalog_table",
    ];
    let is_strong = |word: &str| STRONG.contains(&word);
    match text.split([' ', ',', '=', '(', ')']).any(is_strong) {
        true => AccessExclusive,
        false => ShareUpdateExclusive,
    }
}
