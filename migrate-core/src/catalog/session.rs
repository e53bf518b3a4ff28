//! What ends with a session, or with a transaction.

use super::{Catalog, Hold, Key, Kind};

impl Catalog {
    /// The same schema in a new session: what `SET` has set is as it was, temporary tables are gone.
    pub fn new_session(&self) -> Catalog {
        let mut catalog = self.clone();
        catalog.lasting_path = None;
        for key in self.temporary() {
            catalog.entries.remove(&key);
        }
        catalog.search_path = Some(self.usual_path.clone());
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
        let temporary = self.temporary().into_iter();
        let going = temporary.filter(|key| match self.get(key).map(|it| &it.kind) {
            Some(Kind::Table(table)) => table.is_dropped_on_commit(),
            _ => false,
        });
        for table in going {
            let parts = self.parts(&table).map(|(key, _)| key.clone());
            for key in parts.chain([table.clone()]) {
                let with = self.users(&key).filter(|(_, hold)| *hold == Hold::Auto);
                for (user, _) in with {
                    catalog.entries.remove(user);
                }
                catalog.entries.remove(&key);
            }
        }
        catalog
    }

    /// The keys of all that ends with the session.
    fn temporary(&self) -> Vec<Key> {
        let schema = self.usual_path.first();
        schema.map_or(Vec::new(), |schema| self.inside(schema))
    }
}
