//! Constraints of tables that are added, dropped and validated.

use super::*;
use crate::catalog::Hold;
use crate::catalog::object::{Constraint, ForeignKey, Rule};
use crate::ddl::table::{ConstraintDef, ConstraintKind, KeyTarget};
use crate::ddl::{Ident, Name};

impl Postgres<'_> {
    /// `ADD CONSTRAINT`.
    pub(super) fn add_constraint(&mut self, family: &[Key], def: &ConstraintDef) {
        let range = &def.range;
        let Some(table) = family.first() else { return };
        let own = family.get(..1).unwrap_or_default();
        let checked = !def.attributes.not_valid && !def.attributes.not_enforced;
        if self.version >= 18 {
            self.prepare_children(family, def);
        }
        match &def.kind {
            ConstraintKind::Check(_) => {
                let keys = if def.attributes.no_inherit {
                    own
                } else {
                    family
                };
                let (work, why) = match checked {
                    true => (Work::Scan, "all rows are checked"),
                    false => (Work::Catalog, "new rows will be checked"),
                };
                self.all(keys, AccessExclusive, work, why, range);
            }
            ConstraintKind::ForeignKey { target, .. } => {
                let keys = self.partitions(table);
                self.foreign_key(&keys, &target.table, checked, range);
            }
            ConstraintKind::Unique(unique) | ConstraintKind::PrimaryKey(unique) => {
                let is_primary = matches!(def.kind, ConstraintKind::PrimaryKey(_));
                let columns: Vec<Ident> = match &unique.using_index {
                    Some(index) => self.index_columns(&self.index_named(table, index)),
                    None => unique
                        .keys
                        .iter()
                        .filter_map(|key| match &key.target {
                            KeyTarget::Column(column) => Some(column.clone()),
                            KeyTarget::Expression(_) => None,
                        })
                        .collect(),
                };
                if is_primary {
                    self.primary(family, &columns, range);
                }
                if unique.using_index.is_some() {
                    let why = "an index becomes a constraint";
                    return self.all(own, AccessExclusive, Work::Catalog, why, range);
                }
                let keys = self.partitions(table);
                self.index_for_constraint(&keys, AccessExclusive, range);
            }
            ConstraintKind::Exclude { .. } => {
                let keys = self.partitions(table);
                self.index_for_constraint(&keys, AccessExclusive, range);
            }
            ConstraintKind::NotNull(column) => {
                let keys = if def.attributes.no_inherit {
                    own
                } else {
                    family
                };
                for key in keys {
                    let name = key.column(column.name.clone());
                    let (work, why) = match self.certain(&name).map(|it| it.kind.clone()) {
                        _ if !checked => (Work::Catalog, "new rows will be checked"),
                        Some(Kind::Column(it)) if it.not_null => {
                            (Work::Catalog, "null is refused already")
                        }
                        Some(_) if self.implies_not_null(key, column) => {
                            (Work::Catalog, "a valid check refuses null already")
                        }
                        _ => (Work::Scan, "no row may have a null"),
                    };
                    let work = self.own_work(key, work);
                    self.touch(key, AccessExclusive, work, why, range);
                }
            }
        }
    }

    /// From 18 on all that inherit from a table are locked as it is, before it is known whether they get the
    /// constraint, too (`ATPrepCmd`).
    fn prepare_children(&mut self, family: &[Key], def: &ConstraintDef) {
        let mode = match &def.kind {
            ConstraintKind::ForeignKey { .. } => ShareRowExclusive,
            ConstraintKind::Unique(unique) | ConstraintKind::PrimaryKey(unique)
                if unique.using_index.is_some() =>
            {
                return;
            }
            _ => AccessExclusive,
        };
        let children = family.get(1..).unwrap_or_default();
        let why = "its parent gets a constraint";
        self.all(children, mode, Work::Catalog, why, &def.range);
    }

    /// A new index on a table (the first one) and its partitions. The lock is the table's; partitions
    /// get that of `CREATE INDEX` (`DefineIndex`).
    pub(super) fn index_for_constraint(
        &mut self,
        family: &[Key],
        mode: LockMode,
        range: &Range<usize>,
    ) {
        let why = "an index is built for a constraint";
        for (at, key) in family.iter().enumerate() {
            let mode = if at == 0 { mode } else { Share };
            let work = self.own_work(key, Work::Index);
            self.touch(key, mode, work, why, range);
        }
    }

    /// The columns of a primary key refuse null, also in those that inherit them.
    fn primary(&mut self, family: &[Key], columns: &[Ident], range: &Range<usize>) {
        for key in family {
            let accepts = columns.iter().any(|column| {
                let name = key.column(column.name.clone());
                let not_null = self.certain(&name).is_some_and(
                    |object| matches!(&object.kind, Kind::Column(column) if column.not_null),
                );
                !not_null && !self.implies_not_null(key, column)
            });
            let (work, why) = match accepts {
                true => (Work::Scan, "no row may have a null in a primary key"),
                false => (Work::Catalog, "it gets a primary key"),
            };
            let work = self.own_work(key, work);
            self.touch(key, AccessExclusive, work, why, range);
        }
    }

    fn index_named(&self, table: &Key, index: &Ident) -> Key {
        Key::relation(table.schema.clone(), index.name.clone())
    }

    fn index_columns(&self, index: &Key) -> Vec<Ident> {
        let names: Vec<Name> = match self.before.get(index).map(|object| &object.kind) {
            Some(Kind::Index(index)) => index.key_columns().cloned().collect(),
            _ => Vec::new(),
        };
        let ident = |name| Ident { name, range: 0..0 };
        names.into_iter().map(ident).collect()
    }

    /// A new foreign key: both tables get triggers (`ATAddForeignKeyConstraint`).
    pub(super) fn foreign_key(
        &mut self,
        family: &[Key],
        target: &Qualified,
        checked: bool,
        range: &Range<usize>,
    ) {
        let (work, why) = match checked {
            true => (Work::Scan, "a foreign key is checked for all rows"),
            false => (Work::Catalog, "it gets a foreign key"),
        };
        self.all(family, ShareRowExclusive, work, why, range);
        let (work, why) = match checked {
            true => (Work::Rows, "a foreign key that leads to it is checked"),
            false => (Work::Catalog, "a foreign key leads to it"),
        };
        let target = self.key(target);
        for key in self.partitions(&target) {
            let work = self.own_work(&key, work);
            self.touch(&key, ShareRowExclusive, work, why, range);
        }
    }

    /// `DROP CONSTRAINT`; what is dropped along is found by [`Postgres::gone`].
    pub(super) fn drop_constraint(&mut self, family: &[Key], name: &Ident, range: &Range<usize>) {
        let own = family.get(..1).unwrap_or_default();
        let Some(table) = family.first() else { return };
        let partitioned = self.is_partitioned(table);
        let keys = match self
            .constraint(table, name)
            .map(|it| (&it.rule, it.no_inherit))
        {
            Some((Rule::Check { .. } | Rule::NotNull(_), false)) => family,
            Some(_) if partitioned => family,
            _ => own,
        };
        self.all(
            keys,
            AccessExclusive,
            Work::Catalog,
            "a constraint is dropped",
            range,
        );
    }

    /// `VALIDATE CONSTRAINT`.
    pub(super) fn validate(&mut self, family: &[Key], name: &Ident, range: &Range<usize>) {
        let own = family.get(..1).unwrap_or_default();
        let Some(table) = family.first() else { return };
        let key = table.part(crate::catalog::PartKind::Constraint, name.name.clone());
        let known = self.certain(&key).is_some();
        let constraint = self.constraint(table, name).cloned();
        let mode = ShareUpdateExclusive;
        let Some(constraint) = constraint.filter(|_| known) else {
            let why = "a constraint that is not known is checked";
            return self.all(own, mode, Work::Unknown, why, range);
        };
        if constraint.valid {
            return self.all(
                own,
                mode,
                Work::Catalog,
                "the constraint is valid already",
                range,
            );
        }
        let why = "a constraint is checked for all rows";
        match &constraint.rule {
            Rule::ForeignKey(foreign) => {
                let keys = self.partitions(table);
                self.all(&keys, mode, Work::Scan, why, range);
                let why = "a foreign key that leads to it is checked";
                self.touch(&foreign.target, RowShare, Work::Rows, why, range);
            }
            _ => {
                let keys = if constraint.no_inherit { own } else { family };
                self.all(keys, mode, Work::Scan, why, range);
            }
        }
    }

    /// `ALTER CONSTRAINT` (`ATExecAlterConstraint`): of a foreign key; from 18 on of `NOT NULL`, too.
    pub(super) fn alter_constraint(
        &mut self,
        family: &[Key],
        name: &Ident,
        becomes: &str,
        range: &Range<usize>,
    ) {
        let Some(table) = family.first() else { return };
        let says = |word: &str| becomes.split(' ').any(|it| it == word);
        let not_enforced = becomes.contains("not enforced");
        let enforces = says("enforced") && !not_enforced;
        let keys = match says("inherit") || self.is_partitioned(table) {
            true => family,
            false => family.get(..1).unwrap_or_default(),
        };
        let work = if enforces { Work::Scan } else { Work::Catalog };
        let why = "a constraint is altered";
        self.all(keys, AccessExclusive, work, why, range);
        if says("inherit") && !becomes.contains("no inherit") {
            let why = "no row may have a null, as in its parent";
            let children = family.get(1..).unwrap_or_default();
            self.all(children, AccessExclusive, Work::Scan, why, range);
        }
        let constraint = self.constraint(table, name).map(|it| it.rule.clone());
        let Some(Rule::ForeignKey(foreign)) = constraint.filter(|_| says("enforced")) else {
            return;
        };
        // Its triggers on the other table come, or go.
        let (mode, work) = match enforces {
            true => (ShareRowExclusive, Work::Rows),
            false => (AccessExclusive, Work::Catalog),
        };
        let why = "a foreign key that leads to it is altered";
        for key in self.partitions(&foreign.target) {
            let work = self.own_work(&key, work);
            self.touch(&key, mode, work, why, range);
        }
    }

    pub(super) fn constraint(&self, table: &Key, name: &Ident) -> Option<&Constraint> {
        let key = table.part(crate::catalog::PartKind::Constraint, name.name.clone());
        match &self.before.get(&key)?.kind {
            Kind::Constraint(constraint) => Some(constraint),
            _ => None,
        }
    }

    /// Where the foreign keys of a table lead.
    pub(super) fn foreign_targets(&self, table: &Key) -> Vec<Key> {
        let targets = self.foreign_keys(table).map(|it| it.target.clone());
        targets.collect()
    }

    /// The tables whose foreign keys lead to a table.
    pub(super) fn foreign_sources(&self, table: &Key) -> Vec<Key> {
        let users = self.before.users(table);
        let firm = users.filter(|(_, hold)| *hold == Hold::Firm);
        let sources = firm.filter_map(|(user, _)| match &self.before.get(user)?.kind {
            Kind::Constraint(it) if matches!(it.rule, Rule::ForeignKey(_)) => Some(user.whole()),
            _ => None,
        });
        let mut sources: Vec<Key> = sources.collect();
        sources.dedup();
        sources
    }

    /// The tables at the other ends of a table's foreign keys: of those that lead to it, or away.
    pub(super) fn related(&self, table: &Key, to_it: bool) -> Vec<Key> {
        let mut related = match to_it {
            true => self.foreign_sources(table),
            false => self.foreign_targets(table),
        };
        related.retain(|other| other != table);
        related
    }

    /// A partition gets the foreign keys of its parent, on both ends.
    pub(super) fn cloned_foreign_keys(&mut self, parent: &Key, range: &Range<usize>) {
        for target in self.related(parent, false) {
            let why = "a foreign key of the new partition leads to it";
            for key in self.partitions(&target) {
                self.touch(&key, ShareRowExclusive, Work::Catalog, why, range);
            }
        }
        for source in self.related(parent, true) {
            let why = "its foreign key leads to the new partition, too";
            self.touch(&source, ShareRowExclusive, Work::Catalog, why, range);
        }
    }

    /// Foreign keys on a column are made anew when its type changes, and checked again where its
    /// rows are written again (`TryReuseForeignKey`).
    pub(super) fn rebuilt_foreign_keys(
        &mut self,
        table: &Key,
        (column, work): (&Ident, Work),
        range: &Range<usize>,
    ) {
        let (source, target) = match work {
            Work::Rewrite => (Work::Scan, Work::Rows),
            Work::Unknown => (Work::Unknown, Work::Unknown),
            _ => (Work::Catalog, Work::Catalog),
        };
        let own = self.foreign_keys(table);
        let own = own.filter(|foreign| foreign.columns.contains(&column.name));
        let mut others: Vec<(Key, Work)> = own.map(|it| (it.target.clone(), target)).collect();
        for other in self.foreign_sources(table) {
            let tied =
                |it: &ForeignKey| it.target == *table && it.target_columns.contains(&column.name);
            let is_tied = self.foreign_keys(&other).any(tied);
            if is_tied {
                others.push((other, source));
            }
        }
        others.retain(|(other, _)| other != table);
        for (other, work) in others {
            let why = "a foreign key that ties it to the column is made anew";
            self.touch(&other, AccessExclusive, work, why, range);
        }
    }

    /// The foreign keys of a table.
    pub(super) fn foreign_keys<'a>(
        &'a self,
        table: &'a Key,
    ) -> impl Iterator<Item = &'a ForeignKey> {
        let rules = self.before.constraints(table).map(|(_, it)| &it.rule);
        rules.filter_map(|rule| match rule {
            Rule::ForeignKey(foreign) => Some(&**foreign),
            _ => None,
        })
    }
}
