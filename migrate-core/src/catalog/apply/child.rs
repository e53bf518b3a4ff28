//! What PostgreSQL asks of a table that becomes the child or partition of another one, or is it no more.

use super::work::Work;
use crate::catalog::fault::{Misfit, Unfit};
use crate::catalog::object::{Column, Rule, Table};
use crate::catalog::types::{Base, Type};
use crate::catalog::{FaultKind, Found, Key, Kind};
use crate::ddl::object::ObjectKind;
use std::ops::Range;

impl Work {
    /// Says that a table cannot be attached to another one; whether it may be (`ATExecAttachPartition` in tablecmds.c).
    pub fn require_attachable(&mut self, child: &Key, parent: &Key, range: &Range<usize>) -> bool {
        let Some((it, _)) = self.known_table(child).zip(self.known_table(parent)) else {
            return !self.is_circular(child, parent);
        };
        let is_plain = it.partition_by.is_none();
        let misfit = match self.is_circular(child, parent) {
            true => Some(Misfit::Circle),
            false if it.partition_of.is_some() => Some(Misfit::Partition),
            false if it.of_type.is_some() => Some(Misfit::Typed),
            false if !it.inherits.is_empty() => Some(Misfit::Child),
            false if is_plain && !self.children(child).is_empty() => Some(Misfit::Parent),
            false => self
                .kept_otherwise(child, parent, true)
                .or_else(|| self.other_columns(child, parent, true)),
        };
        self.require_fit(child, parent, misfit, range)
    }

    /// The same for `INHERIT` (`ATPrepAddInherit`, `ATExecAddInherit`).
    pub fn require_heir(&mut self, child: &Key, parent: &Key, range: &Range<usize>) -> bool {
        let it = self.known_table(child);
        let own = it.and_then(|it| match it.partition_of {
            Some(_) => Some(Misfit::Partition),
            None if it.partition_by.is_some() => Some(Misfit::Partitioned),
            None => it.of_type.map(|_| Misfit::Typed),
        });
        // The child is looked at first, whatever the parent is.
        if own.is_some() {
            return self.require_fit(child, parent, own, range);
        }
        let again = self.parents(child).contains(parent);
        let Some(of) = self
            .known_table(parent)
            .filter(|_| self.known_table(child).is_some())
        else {
            return !again && !self.is_circular(child, parent);
        };
        let misfit = match again {
            true => Some(Misfit::Already),
            false if self.is_circular(child, parent) => Some(Misfit::Circle),
            false => no_parent(&of)
                .or_else(|| self.kept_otherwise(child, parent, false))
                .or_else(|| self.other_columns(child, parent, false)),
        };
        self.require_fit(child, parent, misfit, range)
    }

    /// The same for the parents with which a table is created (`MergeAttributes`).
    pub fn look_at_parents(&mut self, child: &Key, range: &Range<usize>) {
        let parents = self.parents(child);
        for (at, parent) in parents.iter().enumerate() {
            let Some(of) = self.known_table(parent) else {
                continue;
            };
            let partition = self.is_partition(child);
            let again = parents[..at].contains(parent);
            let misfit = again.then_some(Misfit::Already);
            let misfit = misfit
                .or_else(|| no_parent(&of).filter(|_| !partition))
                .or_else(|| self.kept_otherwise(child, parent, partition));
            if let Some(why) = misfit {
                let parent = parent.clone();
                self.unfit_child(child, Unfit::Child { parent, why }, range);
            }
        }
    }

    /// Says that a column of a child, which is of one type, is of another one in its parent.
    pub fn look_at_type(&mut self, column: &Key, parent: &Key, of: &Type, range: &Range<usize>) {
        if let Some(it) = self.known(column) {
            self.compare_with_parent(column, parent, (&it.data_type, of), range);
        }
    }

    /// The same of a column that it has from its parent, and declares to be of a type.
    pub fn look_at_declared(&mut self, column: &Key, parent: &Key, own: &Type, at: &Range<usize>) {
        if let Some(it) = self.known(column) {
            self.compare_with_parent(column, parent, (own, &it.data_type), at);
        }
    }

    fn compare_with_parent(
        &mut self,
        column: &Key,
        parent: &Key,
        (own, of): (&Type, &Type),
        range: &Range<usize>,
    ) {
        if are_other(own, of) {
            let types = Box::new((own.clone(), of.clone()));
            let why = Misfit::Type(column.own_name().clone(), types);
            let parent = parent.clone();
            self.unfit_child(&column.whole(), Unfit::Child { parent, why }, range);
        }
    }

    /// What is kept for the session is under what is kept longer, but not the other way round; partitions are kept like
    /// their table.
    fn kept_otherwise(&self, child: &Key, parent: &Key, partition: bool) -> Option<Misfit> {
        let is_temporary = |it: &Key| self.catalog.is_temporary(&it.schema);
        match (is_temporary(child), is_temporary(parent)) {
            (false, true) => Some(Misfit::OfTemporary),
            (true, false) if partition => Some(Misfit::Temporary),
            _ => None,
        }
    }

    /// Says that `NO INHERIT` does not take a partition away (`ATPrepChangeInherit`).
    pub fn require_leaver(&mut self, child: &Key, parent: &Key, range: &Range<usize>) -> bool {
        let it = self.known_table(child);
        if it.is_some_and(|it| it.partition_of.is_some()) {
            return self.require_fit(child, parent, Some(Misfit::Partition), range);
        }
        self.require_child(child, parent, range)
    }

    /// Says that a table is no child, or no partition, of another one; whether it may be (`RemoveInheritance`).
    pub fn require_child(&mut self, child: &Key, parent: &Key, range: &Range<usize>) -> bool {
        let is_child = self.parents(child).contains(parent);
        let is_known = self.known_table(child).is_some() && self.known_table(parent).is_some();
        if !is_child && is_known {
            self.unfit_child(child, Unfit::NoChild(parent.clone()), range);
        }
        is_child
    }

    fn require_fit(
        &mut self,
        child: &Key,
        parent: &Key,
        why: Option<Misfit>,
        range: &Range<usize>,
    ) -> bool {
        let fits = why.is_none();
        if let Some(why) = why {
            let parent = parent.clone();
            self.unfit_child(child, Unfit::Child { parent, why }, range);
            // Whether it is one afterwards is not asked again.
            self.assume(child);
        }
        fits
    }

    fn unfit_child(&mut self, child: &Key, why: Unfit, range: &Range<usize>) {
        let (kind, key) = (ObjectKind::Table, child.clone());
        self.fault(range, FaultKind::Unfit { kind, key, why });
    }

    /// What of a table's columns and checks is in the way of becoming a child of another one, which a partition has to be like
    /// in all columns (`MergeAttributesIntoExisting`, `MergeConstraintsIntoExisting`, `ATExecAttachPartition`).
    fn other_columns(&self, child: &Key, parent: &Key, partition: bool) -> Option<Misfit> {
        let lacks = |key: &Key| self.catalog.find(key).is_missing();
        for (key, of) in self.known_columns(parent) {
            let name = key.own_name().clone();
            let own = child.column(name.clone());
            if lacks(&own) {
                return Some(Misfit::Lacks(name));
            }
            let Some(it) = self.known(&own) else { continue };
            if are_other(&it.data_type, &of.data_type) {
                let types = Box::new((it.data_type, of.data_type));
                return Some(Misfit::Type(name, types));
            }
            // A parent that is not partitioned may keep its NOT NULL for itself (PostgreSQL 18).
            if partition && of.not_null && !it.not_null {
                return Some(Misfit::Nullable(name));
            }
            if of.generated.is_some() && it.generated.is_none() {
                return Some(Misfit::NotComputed(name));
            }
        }
        let mut own = self.known_columns(child).into_iter();
        let more = own.find(|(key, _)| partition && lacks(&parent.column(key.own_name().clone())));
        if let Some((key, _)) = more {
            return Some(Misfit::Has(key.own_name().clone()));
        }
        let mut constraints = self.catalog.constraints(parent);
        let lacking = constraints.find(|(key, it)| {
            matches!(it.rule, Rule::Check { .. })
                && !it.no_inherit
                && matches!(self.catalog.find(key), Found::Here(_))
                && lacks(&child.constraint(key.own_name().clone()))
        });
        lacking.map(|(key, _)| Misfit::LacksCheck(key.own_name().clone()))
    }

    fn known_columns(&self, table: &Key) -> Vec<(Key, Column)> {
        let mut columns = self.catalog.columns(table);
        columns.retain(|(key, _)| matches!(self.catalog.find(key), Found::Here(_)));
        columns
    }

    fn known(&self, column: &Key) -> Option<Column> {
        match self.catalog.find(column) {
            Found::Here(it) => match &it.kind {
                Kind::Column(it) => Some(it.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn known_table(&self, table: &Key) -> Option<Table> {
        match self.catalog.find(table) {
            Found::Here(it) => match &it.kind {
                Kind::Table(it) => Some(it.clone()),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Why a table has no children.
fn no_parent(table: &Table) -> Option<Misfit> {
    let partitioned = table.partition_by.as_ref().map(|_| Misfit::OfPartitioned);
    partitioned.or_else(|| table.partition_of.as_ref().map(|_| Misfit::OfPartition))
}

/// Whether two types are certainly not the same.
fn are_other(one: &Type, other: &Type) -> bool {
    let is_known = |it: &Type| !matches!(it.base, Base::Other(_)) && *it != Type::builtin("");
    one != other && is_known(one) && is_known(other)
}
