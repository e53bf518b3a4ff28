//! What PostgreSQL asks of partitioned tables.

use super::work::Work;
use crate::catalog::fault::Unfit;
use crate::catalog::{FaultKind, Found, Key, Kind};
use crate::ddl::object::ObjectKind;
use crate::ddl::{Ident, Name, Text};
use crate::dialect::Dialect;
use crate::lex::TokenKind;
use crate::reader::{Reader, unquote};
use std::ops::Range;
use std::sync::Arc;

impl Work {
    /// Says that a table has no partitions.
    pub fn look_at_partitioned(&mut self, table: &Key, range: &Range<usize>) {
        let is_plain = matches!(self.catalog.find(table), Found::Here(it) if
            matches!(&it.kind, Kind::Table(it) if it.partition_by.is_none()));
        if self.is(Dialect::Postgres) && is_plain {
            self.unfit_table(table, Unfit::Unparted, range);
        }
    }

    /// Says that an index of a partitioned table cannot be created concurrently (`DefineIndex` in indexcmds.c).
    pub fn look_at_concurrently(&mut self, table: &Key, range: &Range<usize>) {
        if self.parted_by(table).is_some() {
            self.unfit_table(table, Unfit::Concurrently, range);
        }
    }

    /// Says that a partitioned table makes no constraint of an index; whether it may (`ATExecAddIndexConstraint`).
    pub fn adopts_indexes(&mut self, table: &Key, range: &Range<usize>) -> bool {
        let is_parted = self.parted_by(table).is_some();
        if is_parted {
            self.unfit_table(table, Unfit::UsingIndex, range);
        }
        !is_parted
    }

    /// What is unique in a partitioned table is so in each partition, so that it names what the rows are parted by
    /// (`DefineIndex` in indexcmds.c). Expressions are not looked into.
    pub fn look_at_partition_key(&mut self, table: &Key, unique: &[Name], range: &Range<usize>) {
        let Some(text) = self.parted_by(table) else {
            return;
        };
        let columns = items_of(&Text::kept(&text).behind_word());
        let mut columns = columns
            .iter()
            .flatten()
            .map(|it| table.column(it.name.clone()));
        let left_out =
            columns.find(|key| self.catalog.get(key).is_some() && !unique.contains(key.own_name()));
        if let Some(key) = left_out {
            let (kind, why) = (ObjectKind::Column, Unfit::PartitionKey);
            self.fault(range, FaultKind::Unfit { kind, key, why });
        }
    }

    /// Looks at what the rows of a new table are to be parted by. A name alone is a column's: a table's rows have none
    /// there (`ComputePartitionAttrs` in tablecmds.c).
    pub fn look_at_parting(&mut self, table: &Key, by: &Text) {
        let list = by.behind_word();
        for column in items_of(&list).into_iter().flatten() {
            // The database's own columns are refused, too, but not as missing.
            if !column.name.is_system_column(Dialect::Postgres) {
                self.require_column(table, &column);
            }
        }
        self.look_at_expression(Some(table), &list);
    }

    /// Says that a value in a partition's bound is no label of the enum that it is compared with
    /// (`transformPartitionBoundValue` in parse_utilcmd.c). What is computed is not looked into.
    pub fn look_at_bound(&mut self, parent: &Key, bound: &Text) {
        let Some(text) = self.parted_by(parent) else {
            return;
        };
        let items = items_of(&Text::kept(&text).behind_word());
        let is_list = bound.canonical.starts_with("for values in ");
        let mut reader = Reader::new(&bound.written, Dialect::Postgres);
        let (mut at, mut is_first) = (0, false);
        while let (Some((kind, written)), Some(token)) = (reader.peek(), reader.advance()) {
            let is_last = matches!(reader.peek(), Some((_, "," | ")")));
            if kind == TokenKind::String
                && (is_first && is_last)
                && let Some(Some(column)) = items.get(at)
                && let Some(data_type) = self.type_of(&parent.column(column.name.clone()))
            {
                let start = bound.range.start;
                let range = start + token.range.start..start + token.range.end;
                self.look_at_string(&data_type, written, &range);
            }
            is_first = matches!(written, "(" | ",");
            match written {
                "(" => at = 0,
                "," if !is_list => at += 1,
                _ => {}
            }
        }
    }

    /// What stands behind `PARTITION BY`, of a table that is certainly there.
    fn parted_by(&self, table: &Key) -> Option<Arc<str>> {
        match self.catalog.find(table) {
            Found::Here(it) if self.is(Dialect::Postgres) => match &it.kind {
                Kind::Table(it) => it.partition_by.clone(),
                _ => None,
            },
            _ => None,
        }
    }

    fn unfit_table(&mut self, table: &Key, why: Unfit, range: &Range<usize>) {
        let (kind, key) = (ObjectKind::Table, table.clone());
        self.fault(range, FaultKind::Unfit { kind, key, why });
    }
}

/// What stands in the list behind `PARTITION BY LIST`, item by item: a column, or something else. A name alone is a
/// column's (`part_elem` in gram.y).
fn items_of(list: &Text) -> Vec<Option<Ident>> {
    let mut reader = Reader::new(&list.written, Dialect::Postgres);
    let (mut items, mut item) = (Vec::new(), None);
    let mut is_first = reader.eat("(");
    while let Some((kind, written)) = reader.peek() {
        match kind {
            TokenKind::OpenParen if reader.skip_parens() => {
                is_first = false;
                continue;
            }
            TokenKind::OpenParen | TokenKind::CloseParen => break,
            _ => {}
        }
        let Some(token) = reader.advance() else { break };
        let is_call = matches!(reader.peek(), Some((_, "(" | ".")));
        let name = match kind {
            TokenKind::Word => Some(Name::unquoted(written, Dialect::Postgres)),
            TokenKind::QuotedIdentifier => Some(Name::quoted(&unquote(written), Dialect::Postgres)),
            _ => None,
        };
        let start = list.range.start;
        item = item.or(name.filter(|_| is_first && !is_call).map(|name| Ident {
            name,
            range: start + token.range.start..start + token.range.end,
        }));
        is_first = written == ",";
        if is_first {
            items.push(item.take());
        }
    }
    items.push(item);
    items
}
