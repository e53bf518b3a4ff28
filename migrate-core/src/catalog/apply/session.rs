//! What is set for the statements that follow.

use super::work::Work;
use crate::catalog::Catalog;
use crate::catalog::key::MYSQL_TEMPORARY;
use crate::ddl::Name;
use crate::ddl::object::Set;
use crate::dialect::Dialect;
use std::sync::Arc;

impl Work {
    pub fn set(&mut self, set: &Set) {
        match (self.dialect(), &*set.variable) {
            (Dialect::Postgres, "search_path" | "schema") => {
                let names = set.values.iter().map(|value| value.name.clone());
                // A schema of the user's own name is there for few; who has one says so in the URL.
                let mut path: Vec<_> = names.filter(|name| name.key() != "$user").collect();
                let before = self.catalog.lasting_path.take();
                if set.local {
                    let lasting = before.unwrap_or_else(|| self.catalog.search_path.clone());
                    self.catalog.lasting_path = Some(lasting);
                }
                self.catalog.search_path = match path.is_empty() {
                    true => Catalog::new(Dialect::Postgres).search_path,
                    false => {
                        path.insert(0, Name::exact("pg_temp"));
                        Some(Arc::new(path))
                    }
                };
            }
            (Dialect::Mysql, "use") => {
                let database = set.values.first().map(|value| value.name.clone());
                let path = |name| Arc::new(vec![Name::exact(MYSQL_TEMPORARY), name]);
                self.catalog.search_path = database.map(path);
            }
            (Dialect::Mysql, "foreign_key_checks") if !set.global => {
                let value = set.values.first().map(|value| value.name.key());
                self.catalog.unchecked_foreign_keys = matches!(value, Some("0" | "off" | "false"));
            }
            (Dialect::Sqlite, "writable_schema") => self.obscure_everything(),
            _ => {}
        }
    }
}
