//! What is set for the statements that follow.

use super::work::Work;
use crate::catalog::key::MYSQL_TEMPORARY;
use crate::catalog::session::Session;
use crate::ddl::object::Set;
use crate::ddl::{Name, Statement};
use crate::dialect::Dialect;
use std::sync::Arc;

impl Work {
    /// Where it is not known in which schemas names are looked for, it is not known what has changed.
    pub fn doubt_schemas(&mut self, statement: &Statement) {
        let changes_nothing = matches!(
            statement,
            Statement::Query(_)
                | Statement::Write(_)
                | Statement::Truncate(_)
                | Statement::Maintain(_)
                | Statement::Comment(_)
                | Statement::Set(_)
                | Statement::Control(_)
                | Statement::CreateSchema(_)
        );
        if self.catalog.search_path().is_empty() && !changes_nothing {
            self.obscure_everything();
        }
    }

    pub fn set(&mut self, set: &Set) {
        match (self.dialect(), &*set.variable) {
            (Dialect::Postgres, "search_path" | "schema") => {
                let names = set.values.iter().map(|value| value.name.clone());
                let path: Vec<Name> = match set.values.is_empty() {
                    true => Session::first_path(),
                    false => names.collect(),
                };
                let change = |session: &mut Session| session.path = path.clone();
                self.catalog.set(set.local, change);
            }
            (Dialect::Postgres, "role" | "session_authorization") => {
                let role = set.values.first().map(|value| value.name.clone());
                let role = role.filter(|name| name.key() != "none");
                let change = |session: &mut Session| session.role = role.clone();
                self.catalog.set(set.local, change);
            }
            // `RESET ALL`, which leaves the role as it is.
            (Dialect::Postgres, "all") => {
                let change = |session: &mut Session| session.path = Session::first_path();
                self.catalog.set(false, change);
            }
            (Dialect::Postgres, "discard") => {
                match set.values.first().map(|value| value.name.key()) {
                    Some("all") => self.catalog = self.catalog.new_session(),
                    Some("temp" | "temporary") => self.catalog.forget_temporary(),
                    _ => {}
                }
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
