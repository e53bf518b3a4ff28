//! The labels of enums.

use super::object::Kind;
use super::types::Base;
use super::{Catalog, Found, Key};
use crate::dialect::Dialect;
use std::sync::Arc;

impl Catalog {
    /// The labels of a type, if that is certainly an enum.
    pub(super) fn labels(&self, key: &Key) -> Option<Vec<Arc<str>>> {
        match self.find(key) {
            Found::Here(object) => match &object.kind {
                Kind::Enum(labels) => Some(labels.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The enum that the values of a column of PostgreSQL's are certainly of.
    pub(super) fn enum_of(&self, column: &Key) -> Option<Key> {
        let Found::Here(object) = self.find(column) else {
            return None;
        };
        match &object.kind {
            Kind::Column(it) if self.dialect == Dialect::Postgres && !it.data_type.array => {
                match &it.data_type.base {
                    Base::User(key) => self.labels(key).map(|_| key.clone()),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
