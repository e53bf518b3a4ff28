//! Views and sequences: relations that are no tables.

use super::work::Work;
use crate::catalog::object::{Sequence, View};
use crate::catalog::types::Type;
use crate::catalog::{Found, Hold, Kind, Space};
use crate::ddl::object::*;
use crate::ddl::sequence::{AlterSequence, CreateSequence, SequenceOptions};
use crate::dialect::Dialect;

impl Work {
    pub fn create_view(&mut self, def: &CreateView) {
        let range = def.name.range();
        if def.alters
            && self
                .require(Space::Relation, &def.name, ObjectKind::View)
                .is_none()
        {
            return;
        }
        let (reading, columns) = self.look_at_view(def);
        // A view of what is temporary is so, too, on PostgreSQL (`DefineView` in view.c).
        let mut reads = reading.reads.iter();
        let temporary = def.temporary
            || self.is(Dialect::Postgres)
                && reads.any(|key| self.catalog.is_temporary(&key.schema));
        let key = self.new_key(Space::Relation, &def.name, temporary);
        let found = self.catalog.find(&key);
        let there = matches!(found, Found::Here(_));
        if let Found::Here(object) = &found
            && def.if_not_exists
            && self.is_same_sort(object, false)
        {
            return;
        }
        if !there && !self.require_no_type(&key, &range) {
            return;
        }
        let is_view = self
            .catalog
            .get(&key)
            .is_some_and(|it| matches!(it.kind, Kind::View(_)));
        if there && !(def.or_replace && is_view) && !self.require_free(&key, &range) {
            return;
        }
        let options = def.options.iter().map(|text| &*text.canonical);
        let options: Vec<&str> = options.chain(def.check_option.as_deref()).collect();
        let view = View {
            materialized: def.materialized,
            populated: !def.no_data,
            temporary,
            query: def.query.canonical.clone(),
            options: options.join(" ").into(),
            columns: columns
                .as_ref()
                .map(|columns| columns.iter().map(|it| it.name.clone()).collect()),
            reads: reading.reads.into_iter().collect(),
            may_read: reading.perhaps.into_iter().collect(),
            unread: reading.accesses.more,
            renamed: false,
        };
        let columns = columns.as_deref();
        if let (true, true, Some(columns)) = (is_view, there, columns) {
            self.compare_outputs(&key, columns, def);
        }
        match is_view && there {
            true => self.alter(&key, &range, |object| object.kind = Kind::View(view)),
            false => self.create(&key, Kind::View(view), &range),
        }
        self.forget_needs(&key);
        let calls = reading.calls.into_iter();
        self.note_needs(&key, calls.map(|key| (key, Hold::Firm)).collect());
        self.put_outputs(&key, columns.unwrap_or_default(), &range);
        if def.if_not_exists && matches!(found, Found::Unknown) {
            self.obscure(&key, &range);
        }
    }

    pub fn create_sequence(&mut self, def: &CreateSequence) {
        let range = def.name.range();
        let key = self.new_key(Space::Relation, &def.name, def.temporary);
        // To MariaDB a sequence is a table.
        let is_old = |it: &Kind| matches!(it, Kind::Sequence(_) | Kind::Table(_));
        let there = self.catalog.find(&key);
        if def.or_replace && matches!(&there, Found::Here(it) if is_old(&it.kind)) {
            self.remove(&key, false, &range);
        }
        let row_type = self.catalog.get(&key.row_type()).map(|it| &it.kind);
        // A composite type is a relation, too.
        let there = matches!(self.catalog.find(&key), Found::Here(_))
            || matches!(row_type, Some(Kind::Composite(_)));
        if there && def.if_not_exists
            || !self.require_free(&key, &range)
            || !self.require_no_type(&key, &range)
        {
            return;
        }
        let sequence = Sequence::new(Type::builtin("bigint"));
        let sequence = self.told(sequence, &def.options, true);
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
        let sequence = self.told(sequence, &alter.options, false);
        self.alter(&key, &alter.name.range(), |object| {
            object.kind = Kind::Sequence(sequence)
        });
    }

    fn told(
        &mut self,
        mut sequence: Sequence,
        options: &SequenceOptions,
        is_new: bool,
    ) -> Sequence {
        let data_type = options.data_type.as_ref().map(|name| self.data_type(name));
        // Where it goes on is no part of the schema.
        sequence.tell(data_type, &options.others, is_new);
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
        sequence
    }
}
