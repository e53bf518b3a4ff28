//! What ends with a session, or with a transaction.

use super::key::temporary;
use super::{Catalog, Hold, Kind, SearchPath, first_path};
use crate::ddl::Name;
use crate::dialect::Dialect;
use std::iter::once;
use std::sync::Arc;

/// What PostgreSQL's names mean depends on.
#[derive(Clone)]
pub(super) struct Session {
    /// `search_path`, as it is said.
    pub path: Vec<Name>,
    /// Whose schema the `"$user"` in it is: what `SET ROLE` and the like have said. `None` for who is connected.
    pub role: Option<Name>,
}

impl Session {
    /// `search_path`, unless it is set.
    pub fn first_path() -> Vec<Name> {
        vec![Name::exact(OWN), Name::exact("public")]
    }
}

/// <https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SEARCH-PATH>
const OWN: &str = "$user";

impl Default for Session {
    fn default() -> Session {
        Session {
            path: Session::first_path(),
            role: None,
        }
    }
}

impl Catalog {
    /// Changes what PostgreSQL's names mean: until the end of the transaction, or of the session.
    pub(super) fn set(&mut self, local: bool, change: impl Fn(&mut Session)) {
        match &mut self.lasting {
            None if local => self.lasting = Some(self.session.clone()),
            Some(lasting) if !local => change(Arc::make_mut(lasting)),
            _ => {}
        }
        change(Arc::make_mut(&mut self.session));
        self.search_path = self.found_path();
    }

    /// Takes note of a schema that is called like a role, who may be the one that is connected.
    pub(super) fn note_schema_of_role(&mut self) {
        self.has_schema_of_role = true;
        self.search_path = self.found_path();
    }

    /// The schemas in which PostgreSQL looks for names. The one of who is connected is there for few; it is not known
    /// where it may be.
    fn found_path(&self) -> SearchPath {
        let Session { path, role } = &*self.session;
        let schemas = path.iter().filter_map(|name| match name.key() {
            OWN => role.clone(),
            _ => Some(name.clone()),
        });
        let schemas: Vec<Name> = schemas.collect();
        let has_own = role.is_none() && path.iter().any(|name| name.key() == OWN);
        let is_known = !has_own || !self.has_schema_of_role && !schemas.is_empty();
        let temporary = Name::exact(temporary(self.dialect));
        is_known.then(|| Arc::new(once(temporary).chain(schemas).collect()))
    }

    /// The same schema in a new session: what `SET` has set is as it was, temporary tables are gone.
    pub fn new_session(&self) -> Catalog {
        let mut catalog = self.clone();
        catalog.lasting = None;
        catalog.session = self.new_session.clone();
        catalog.forget_temporary();
        catalog.search_path = match self.dialect {
            Dialect::Postgres => catalog.found_path(),
            other => Some(Arc::new(first_path(other).map(Name::exact).to_vec())),
        };
        catalog.unchecked_foreign_keys = false;
        catalog
    }

    /// Temporary tables are gone, and what else was there for the session.
    pub(super) fn forget_temporary(&mut self) {
        for key in self.inside(&Name::exact(temporary(self.dialect))) {
            self.store.forget(&key);
        }
    }

    /// The same schema after a transaction: what was `SET LOCAL` is as it was, and what was created `ON COMMIT
    /// DROP` is gone.
    pub fn after_transaction(&self) -> Catalog {
        let mut catalog = self.clone();
        if let Some(session) = catalog.lasting.take() {
            catalog.session = session;
            catalog.search_path = catalog.found_path();
        }
        let temporary = Name::exact(temporary(self.dialect));
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
