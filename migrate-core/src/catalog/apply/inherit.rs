//! What is done to the children of a table when it is done to the table, on PostgreSQL.
//!
//! A child has its parents' columns and checks. Of each it is kept whether it is the child's own, too
//! (`attislocal`, `conislocal` in PostgreSQL's catalogs); how many parents it comes from (`attinhcount`,
//! `coninhcount`) is seen by looking at them. Partitions have nothing of their own.

use super::work::Work;
use crate::catalog::object::Rule;
use crate::catalog::{FaultKind, Found, Hold, Key, Kind};
use crate::ddl::Ident;
use crate::ddl::alter::{ColumnChange, Operation, OperationKind};
use crate::ddl::object::ObjectKind;
use std::ops::Range;

impl Work {
    /// Does the operations of one pass of `ALTER TABLE` to a table, and then to the children that share what
    /// they are about (`ATRewriteCatalogs`), and returns the key that the table has then.
    pub fn pass_on_family(&mut self, mut table: Key, operations: &[&Operation]) -> Key {
        let (mut own, mut handed_on) = (Vec::new(), Vec::new());
        for operation in operations {
            if let Some((part, alike)) = self.shared(&table, &operation.kind) {
                let family = self.family(&table);
                if alike && !self.require_alike(&part, &family, &operation.range) {
                    continue;
                }
                let shares = |it: &Key| self.catalog.get(&of(it, &part)).is_some();
                let children = family.into_iter().filter(|it| *it != table && shares(it));
                handed_on.extend(children.map(|child| (child, *operation)));
            }
            own.push(*operation);
        }
        for operation in &own {
            table = self.operation(table, operation);
        }
        for (child, operation) in handed_on {
            self.operation(child, operation);
        }
        self.make_anew(&table, &own);
        table
    }

    /// The part of a table that an operation changes in its children, too; and whether it has to be alike in all
    /// of them, so that neither a parent nor `ONLY` may leave one out (`ATPrepCmd`, `renameatt_internal`,
    /// `rename_constraint_internal` in tablecmds.c).
    fn shared(&self, table: &Key, operation: &OperationKind) -> Option<(Key, bool)> {
        let column = |name: &Ident| table.column(name.name.clone());
        let check = |name: &Ident| {
            let key = table.constraint(name.name.clone());
            self.is_handed_down(&key).then_some(key)
        };
        match operation {
            OperationKind::RenameColumn { from, .. } => Some((column(from), true)),
            OperationKind::RenameConstraint { from, .. } => Some((check(from)?, true)),
            OperationKind::ValidateConstraint(name) => Some((check(name)?, false)),
            OperationKind::AlterColumn { name, change } => match change {
                ColumnChange::Type { .. } | ColumnChange::DropExpression(_) => {
                    Some((column(name), true))
                }
                ColumnChange::SetNotNull if self.is_not_null_already(&column(name)) => None,
                ColumnChange::SetDefault(_)
                | ColumnChange::DropDefault
                | ColumnChange::SetNotNull
                | ColumnChange::DropNotNull
                | ColumnChange::SetExpression(_) => Some((column(name), false)),
                // Who counts a column is its table's matter (until PostgreSQL 17).
                ColumnChange::AddIdentity { .. }
                | ColumnChange::SetIdentity { .. }
                | ColumnChange::DropIdentity(_)
                | ColumnChange::Other(_) => None,
            },
            _ => None,
        }
    }

    /// A partitioned table does not ask its partitions then (`ATPrepSetNotNull`).
    fn is_not_null_already(&self, column: &Key) -> bool {
        self.is_not_null(column) && self.is_parted(&column.whole())
    }

    /// Whether a table has partitions, or may have some.
    pub fn is_parted(&self, table: &Key) -> bool {
        let object = self.catalog.get(table).map(|object| &object.kind);
        matches!(object, Some(Kind::Table(it)) if it.partition_by.is_some())
    }

    /// Says that a partition lets in null where `ONLY` leaves it out (`ATExecCheckNotNull`).
    pub fn require_partitions_without_null(&mut self, column: &Key, range: &Range<usize>) -> bool {
        let table = column.whole();
        if !self.is_parted(&table) || self.only.as_ref() != Some(&table) || self.is_not_null(column)
        {
            return true;
        }
        let mut partitions = self.catalog.descendants(&table).into_iter();
        let lets_in = |key: &Key| {
            let found = self.catalog.find(key);
            matches!(&found, Found::Here(it) if matches!(&it.kind, Kind::Column(it) if !it.not_null))
        };
        let other = partitions.find(|it| lets_in(&of(it, column)));
        if let Some(child) = &other {
            let (kind, key, child) = (ObjectKind::Column, column.clone(), child.clone());
            self.fault(range, FaultKind::OfChild { kind, key, child });
        }
        other.is_none()
    }

    fn is_not_null(&self, column: &Key) -> bool {
        let kind = self.catalog.get(column).map(|object| &object.kind);
        matches!(kind, Some(Kind::Column(it)) if it.not_null)
    }

    /// Says that the children of a table have children, who are left out of `DROP EXPRESSION`, so that it is
    /// refused (`ATPrepDropExpression`).
    pub fn require_no_grandchildren(&mut self, column: &Key, range: &Range<usize>) -> bool {
        let children = self.children(&column.whole());
        let mut further: Vec<Key> = children.iter().flat_map(|it| self.children(it)).collect();
        further.retain(|it| matches!(self.catalog.find(it), Found::Here(_)));
        let none = further.is_empty();
        if !none {
            self.in_use(column, further, false, range);
        }
        none
    }

    /// Says that a part of one of these tables has another parent, or a child that is left out.
    fn require_alike(&mut self, part: &Key, family: &[Key], range: &Range<usize>) -> bool {
        let parts = family.iter().map(|table| of(table, part));
        let other = parts.into_iter().find_map(|part| {
            let mut sources = self.sources(&part).into_iter();
            let parent = sources.find(|it| !family.contains(&it.whole()))?;
            Some((part, parent.whole()))
        });
        if let Some((part, parent)) = other {
            self.of_parent(&part, parent, range);
            return false;
        }
        self.require_all_children(part, range)
    }

    /// Says that a part of a table comes from a parent, if it does.
    pub fn require_no_parent(&mut self, part: &Key, range: &Range<usize>) -> bool {
        let source = self.sources(part).into_iter().next();
        let parent = source.map(|source| source.whole());
        let parent = parent.or_else(|| self.partition_of(part));
        // What has outlived its parent's is nobody's, and stays.
        let table = part.whole();
        let nobody = || {
            let mut parents = self.parents(&table).into_iter();
            parents.next().unwrap_or_else(|| table.clone())
        };
        let parent = parent.or_else(|| (self.left(part) > 0).then(nobody));
        if let Some(parent) = &parent {
            self.of_parent(part, parent.clone(), range);
        }
        parent.is_none()
    }

    /// The partitioned table that a key or foreign key of a partition comes from.
    fn partition_of(&self, constraint: &Key) -> Option<Key> {
        let kind = |key: &Key| self.catalog.get(key).map(|object| &object.kind);
        let Some(Kind::Constraint(it)) = kind(constraint) else {
            return None;
        };
        if let Some(whole) = &it.partition_of {
            return Some(whole.whole());
        }
        let index = Key::relation(constraint.schema.clone(), constraint.own_name().clone());
        match kind(&index) {
            Some(Kind::Index(it)) if it.constraint.as_ref() == Some(constraint) => {
                match kind(it.partition_of.as_ref()?) {
                    Some(Kind::Index(whole)) => Some(whole.table.clone()),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn of_parent(&mut self, part: &Key, parent: Key, range: &Range<usize>) {
        let (kind, key) = (self.kind_of(part), part.clone());
        self.fault(range, FaultKind::OfParent { kind, key, parent });
    }

    /// Says that `ONLY` leaves children out, if it does.
    pub fn require_all_children(&mut self, part: &Key, range: &Range<usize>) -> bool {
        let table = part.whole();
        let mut children = self.children(&table).into_iter();
        let left_out = children.next().filter(|_| self.heirs(&table).is_empty());
        if let Some(child) = left_out {
            let (kind, key) = (self.kind_of(part), part.clone());
            self.fault(range, FaultKind::OfChild { kind, key, child });
            return false;
        }
        true
    }

    /// Gives the children of a table a column that it has got (`ATExecAddColumn`).
    pub fn hand_down_column(&mut self, column: &Key, range: &Range<usize>) {
        for child in self.heirs(&column.whole()) {
            let copy = of(&child, column);
            let kind = self.catalog.get(column).map(|object| object.kind.clone());
            let Some(Kind::Column(it)) = kind else {
                continue;
            };
            self.look_at_type(&copy, &column.whole(), &it.data_type, range);
            if self.catalog.get(&copy).is_none() {
                self.copy_column(&child, column, it, false, range);
                self.hand_down_column(&copy, range);
            }
        }
    }

    /// Drops a column or check of a table, and of the children that have it from there alone
    /// (`ATExecDropColumn`, `ATExecDropConstraint`).
    pub fn drop_from_family(&mut self, part: &Key, cascade: bool, range: &Range<usize>) {
        let mut going = Vec::new();
        self.collect_heritage(part, &mut going);
        let going: Vec<_> = going.into_iter().map(|key| (key, range.clone())).collect();
        self.remove_all(going, cascade);
    }

    /// Children come first.
    fn collect_heritage(&mut self, part: &Key, going: &mut Vec<Key>) {
        let table = part.whole();
        let heirs = self.heirs(&table);
        for child in self.children(&table) {
            let copy = of(&child, part);
            if !self.is_handed_down(part) || self.catalog.get(&copy).is_none() {
                continue;
            }
            let mut sources = self.sources(&copy);
            sources.retain(|it| it != part && !going.contains(it));
            if !heirs.contains(&child) {
                self.set_local(&copy, true);
            } else if sources.is_empty() && self.left(&copy) == 0 && !self.is_local(&copy) {
                self.collect_heritage(&copy, going);
            }
        }
        going.push(part.clone());
    }

    /// What a child has of a parent that is its parent no more becomes its own (`RemoveInheritance`).
    pub fn disinherit(&mut self, child: &Key, parent: &Key) {
        for part in self.handed_down(parent) {
            let copy = of(child, &part);
            if self.sources(&copy).is_empty() && self.left(&copy) == 0 {
                self.set_local(&copy, true);
            }
        }
    }

    /// What a table becomes a partition with is its own no more (`MergeAttributesIntoExisting`).
    pub fn give_up(&mut self, partition: &Key, parent: &Key) {
        for part in self.handed_down(parent) {
            self.set_local(&of(partition, &part), false);
        }
    }

    /// The columns and checks that children have from a table.
    fn handed_down(&self, table: &Key) -> Vec<Key> {
        let parts = self.catalog.parts(table).map(|(key, _)| key);
        parts
            .filter(|key| self.is_handed_down(key))
            .cloned()
            .collect()
    }

    fn is_handed_down(&self, part: &Key) -> bool {
        match self.catalog.get(part).map(|object| &object.kind) {
            Some(Kind::Column(_)) => true,
            Some(Kind::Constraint(it)) => matches!(it.rule, Rule::Check { .. }) && !it.no_inherit,
            _ => false,
        }
    }

    /// The parts of a table's parents from which it has this one.
    pub fn sources(&self, part: &Key) -> Vec<Key> {
        let parents = self.parents(&part.whole()).into_iter();
        let parts = parents.map(|parent| of(&parent, part));
        parts.filter(|key| self.is_handed_down(key)).collect()
    }

    /// How many parents' checks a check has outlived.
    fn left(&self, part: &Key) -> u32 {
        match self.catalog.get(part).map(|object| &object.kind) {
            Some(Kind::Constraint(it)) => it.left,
            _ => 0,
        }
    }

    /// What a check that goes with a column leaves to the children of its table: PostgreSQL takes the check of
    /// the table only, and leaves those of the children as they are.
    pub fn leave_to_children(&mut self, part: &Key, stays: impl Fn(&Key) -> bool) {
        if part.part.is_none() || !self.is_handed_down(part) {
            return;
        }
        for child in self.children(&part.whole()) {
            let copy = of(&child, part);
            if stays(&copy) {
                self.rewrite(&copy, |object| {
                    if let Kind::Constraint(it) = &mut object.kind {
                        it.left += 1;
                    }
                });
            }
        }
    }

    fn is_local(&self, part: &Key) -> bool {
        match self.catalog.get(part).map(|object| &object.kind) {
            Some(Kind::Column(it)) => it.local,
            Some(Kind::Constraint(it)) => it.local,
            _ => true,
        }
    }

    pub fn set_local(&mut self, part: &Key, local: bool) {
        self.rewrite(part, |object| match &mut object.kind {
            Kind::Column(it) => it.local = local,
            Kind::Constraint(it) => it.local = local,
            _ => {}
        });
    }

    /// A table and all that descend from it, as far as the statement reaches.
    pub fn family(&self, table: &Key) -> Vec<Key> {
        let mut family = vec![table.clone()];
        if !self.heirs(table).is_empty() {
            family.extend(self.catalog.descendants(table));
        }
        family
    }

    /// The children of a table, unless the statement says `ONLY` of it.
    pub fn heirs(&self, table: &Key) -> Vec<Key> {
        match self.only.as_ref() == Some(table) {
            true => Vec::new(),
            false => self.children(table),
        }
    }

    /// The tables that have what this one has.
    pub fn children(&self, table: &Key) -> Vec<Key> {
        let children = self.catalog.users_by(table, Hold::Child);
        children.cloned().collect()
    }

    /// The tables that a table has what it has from.
    pub fn parents(&self, table: &Key) -> Vec<Key> {
        match self.catalog.get(table).map(|object| &object.kind) {
            Some(Kind::Table(it)) => {
                let partition_of = it.partition_of.iter().map(|(key, _)| key);
                partition_of.chain(&it.inherits).cloned().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The part of a table that is called like this one of another.
fn of(table: &Key, part: &Key) -> Key {
    Key {
        part: part.part.clone(),
        ..table.clone()
    }
}
