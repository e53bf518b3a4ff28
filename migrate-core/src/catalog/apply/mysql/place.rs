//! The order of columns: `FIRST` and `AFTER`.

use super::super::work::Work;
use crate::catalog::{Catalog, Key, Kind};
use crate::ddl::table::Position;
use crate::ddl::{Ident, Name};

/// The columns of a table, which are given their places together: each place that changes has many behind it.
pub(super) struct Order(Vec<Key>);

impl Order {
    /// As they are.
    pub fn of(catalog: &Catalog, table: &Key) -> Order {
        let columns = catalog.columns(table).into_iter();
        Order(columns.map(|(key, _)| key).collect())
    }

    /// Puts a column where it is to be; without a position at the end.
    pub fn place(&mut self, column: &Ident, position: Option<&Position>) {
        let Some(own) = self.find(&column.name) else {
            return;
        };
        let own = self.0.remove(own);
        let at = match position {
            None => None,
            Some(Position::First) => Some(0),
            Some(Position::After(other)) => self.find(&other.name).map(|before| before + 1),
        };
        self.0.insert(at.unwrap_or(self.0.len()), own);
    }

    fn find(&self, name: &Name) -> Option<usize> {
        // Mostly it is the last one.
        self.0.iter().rposition(|key| key.own_name() == name)
    }
}

impl Work {
    /// Numbers the columns of a table in an order.
    pub(super) fn put_in_order(&mut self, order: Order) {
        for (number, key) in (1..).zip(order.0) {
            let is_there = self.catalog.get(&key).is_some_and(
                |object| matches!(&object.kind, Kind::Column(it) if it.position == number),
            );
            if is_there {
                continue;
            }
            self.rewrite(&key, |object| {
                if let Kind::Column(column) = &mut object.kind {
                    column.position = number;
                }
            });
        }
    }
}
