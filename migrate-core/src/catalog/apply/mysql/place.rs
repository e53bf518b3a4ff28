//! The order of columns: `FIRST` and `AFTER`.

use super::super::work::Work;
use crate::catalog::{Key, Kind};
use crate::ddl::Name;
use crate::ddl::table::Position;

impl Work {
    /// Puts a column where it is to be; without a position at the end.
    pub fn place(&mut self, table: &Key, name: &Name, position: Option<&Position>) {
        let columns = self.catalog.columns(table).into_iter().map(|(key, _)| key);
        let mut order: Vec<Key> = columns.collect();
        let own = table.column(name.clone());
        if !order.contains(&own) {
            return;
        }
        order.retain(|key| *key != own);
        let at = match position {
            None => order.len(),
            Some(Position::First) => 0,
            Some(Position::After(other)) => {
                if !self.require_column(table, other) {
                    return;
                }
                let before = order.iter().position(|it| it.own_name() == &other.name);
                before.map_or(order.len(), |before| before + 1)
            }
        };
        order.insert(at, own);
        for (number, key) in (1..).zip(order) {
            self.rewrite(&key, |object| {
                if let Kind::Column(column) = &mut object.kind {
                    column.position = number;
                }
            });
        }
    }
}
