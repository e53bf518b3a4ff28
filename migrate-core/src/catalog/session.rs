//! What ends with a session, or with a transaction.

use super::{Catalog, Hold, Kind, first_path};
use crate::ddl::Name;
use std::sync::Arc;

impl Catalog {
    /// The same schema in a new session: what `SET` has set is as it was, temporary tables are gone.
    pub fn new_session(&self) -> Catalog {
        let mut catalog = self.clone();
        catalog.lasting_path = None;
        let schemas = first_path(self.dialect).map(Name::exact);
        let [temporary, _] = &schemas;
        for key in self.inside(temporary) {
            catalog.store.forget(&key);
        }
        catalog.search_path = Some(Arc::new(schemas.to_vec()));
        catalog.unchecked_foreign_keys = false;
        catalog
    }

    /// The same schema after a transaction: what was `SET LOCAL` is as it was, and what was created `ON COMMIT
    /// DROP` is gone.
    pub fn after_transaction(&self) -> Catalog {
        let mut catalog = self.clone();
        if let Some(path) = catalog.lasting_path.take() {
            catalog.search_path = path;
        }
        let [temporary, _] = first_path(self.dialect).map(Name::exact);
        let temporary = self.inside(&temporary).into_iter();
        let going = temporary.filter(|key| match self.get(key).map(|it| &it.kind) {
            Some(Kind::Table(table)) => table.is_dropped_on_commit(),
            _ => false,
        });
        for table in going {
            let parts = self.parts(&table).map(|(key, _)| key.clone());
            for key in parts.chain([table.clone()]) {
                let with = self.users(&key).filter(|(_, hold)| *hold == Hold::Auto);
                for (user, _) in with {
                    catalog.store.forget(user);
                }
                catalog.store.forget(&key);
            }
        }
        catalog
    }
}
