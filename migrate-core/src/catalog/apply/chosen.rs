//! Indexes that statements choose for a use of their own: `CLUSTER t USING i`, `REPLICA IDENTITY USING INDEX i`.

use super::work::Work;
use crate::catalog::fault::{Flaw, Unfit};
use crate::catalog::object::{Column, Index};
use crate::catalog::{FaultKind, Found, Key, Kind};
use crate::ddl::Ident;
use crate::ddl::object::ObjectKind;
use std::ops::Range;

impl Work {
    /// The order of a table's rows is that of an index (`check_index_is_clusterable` in cluster.c).
    pub fn look_at_order(&mut self, table: &Key, name: &Ident) {
        let flaw = |index: &Index| match &*index.method {
            _ if index.table != *table => Some(Flaw::OfOther),
            "hash" | "gin" | "brin" | "spgist" => Some(Flaw::Unordered),
            _ if index.predicate.is_some() => Some(Flaw::Partial),
            _ => None,
        };
        self.look_at_index_for(table, name, |_, index| flaw(index), Unfit::Order);
    }

    /// Replicas tell the rows of a table apart by an index (`ATExecReplicaIdentity` in tablecmds.c).
    pub fn look_at_identity(&mut self, table: &Key, name: &Ident) {
        let flaw = |work: &Work, index: &Index| {
            let flaws = [
                (Flaw::OfOther, index.table != *table),
                (Flaw::NotUnique, !index.unique),
                (Flaw::Deferrable, work.is_deferred(index)),
                (
                    Flaw::Expressions,
                    index.key_columns().count() < index.keys.len(),
                ),
                (Flaw::Partial, index.predicate.is_some()),
                (Flaw::Nullable, work.may_be_null(table, index)),
            ];
            let mut flaws = flaws.into_iter();
            flaws.find_map(|(flaw, is_so)| is_so.then_some(flaw))
        };
        self.look_at_index_for(table, name, flaw, Unfit::Identity);
    }

    /// Says that an index cannot become that of a constraint; whether it may (`transformIndexConstraint` in
    /// parse_utilcmd.c). Collations and operator classes, which have to be the usual ones, are not looked at.
    pub fn may_constrain(&mut self, table: &Key, name: &Ident) -> bool {
        let flaw = |_: &Work, index: &Index| {
            let mut keys = index.keys.iter();
            let flaws = [
                (Flaw::Owned, index.constraint.is_some()),
                (Flaw::OfOther, index.table != *table),
                (Flaw::NotUnique, !index.unique),
                (
                    Flaw::Expressions,
                    index.key_columns().count() < index.keys.len(),
                ),
                (Flaw::Partial, index.predicate.is_some()),
                (
                    Flaw::Sorted,
                    keys.any(|key| key.descending || key.nulls_first),
                ),
            ];
            let mut flaws = flaws.into_iter();
            flaws.find_map(|(flaw, is_so)| is_so.then_some(flaw))
        };
        self.look_at_index_for(table, name, flaw, Unfit::Constraint)
    }

    /// Says that nothing tells the rows of a materialized view apart, so that it cannot be refreshed `CONCURRENTLY`
    /// (`is_usable_unique_index` in matview.c).
    pub fn look_at_refreshed(&mut self, view: &Key, range: &Range<usize>) {
        let may_tell = |(key, index): (&Key, &Index)| {
            let is_whole = index.key_columns().count() == index.keys.len();
            let tells = index.unique && is_whole && index.predicate.is_none();
            tells || !matches!(self.catalog.find(key), Found::Here(_))
        };
        let none = !self.catalog.indexes(view).any(may_tell);
        if none && self.catalog.keys_are_known(view) {
            let (kind, key) = (ObjectKind::MaterializedView, view.clone());
            let why = Unfit::Refresh;
            self.fault(range, FaultKind::Unfit { kind, key, why });
        }
    }

    fn look_at_index_for(
        &mut self,
        table: &Key,
        name: &Ident,
        flaw: impl Fn(&Work, &Index) -> Option<Flaw>,
        why: impl Fn(Flaw) -> Unfit,
    ) -> bool {
        let key = Key::relation(table.schema.clone(), name.name.clone());
        if !self.require_part(&key, &name.range, ObjectKind::Index)
            || self.refuse_other_kind(&key, ObjectKind::Index, &name.range)
        {
            return false;
        }
        let Found::Here(object) = self.catalog.find(&key) else {
            return true;
        };
        if let Kind::Index(index) = &object.kind
            && let Some(flaw) = flaw(self, index)
        {
            let (kind, why) = (ObjectKind::Index, why(flaw));
            self.fault(&name.range, FaultKind::Unfit { kind, key, why });
            return false;
        }
        true
    }

    fn is_deferred(&self, index: &Index) -> bool {
        let constraint = index.constraint.as_ref();
        let object = constraint.and_then(|key| self.catalog.get(key));
        object.is_some_and(|it| matches!(&it.kind, Kind::Constraint(it) if it.deferrable))
    }

    /// Whether one of its columns certainly takes null.
    fn may_be_null(&self, table: &Key, index: &Index) -> bool {
        let takes_null = |column: Key| match self.catalog.find(&column) {
            Found::Here(object) => {
                matches!(&object.kind, Kind::Column(Column { not_null, .. }) if !not_null)
            }
            _ => false,
        };
        let mut names = index.key_columns();
        names.any(|name| takes_null(table.column(name.clone())))
    }
}
