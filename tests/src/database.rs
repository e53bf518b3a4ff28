//! What a test asks of a database, whichever it is, and the list of engines that contract cases
//! run on.

use std::sync::atomic::{AtomicU32, Ordering};

/// A fresh, empty database that is gone when the value is.
pub trait Database {
    /// How `migrate` is told about it.
    fn url(&self) -> String;

    /// Runs SQL, several statements if need be, without looking at what it returns.
    fn run(&self, sql: &str);

    /// Runs a script as the database's own client program would, and returns what that said.
    ///
    /// # Errors
    ///
    /// Where it stopped, in words.
    fn script(&self, script: &str) -> Result<String, String>;

    /// The rows of a query as text, `NULL` where there is no value.
    fn rows(&self, sql: &str) -> Vec<Vec<String>>;

    /// Tables, views and indexes that are not the engine's own, sorted.
    fn objects(&self) -> Vec<String>;

    /// A name in its SQL, whatever letters it has.
    fn quoted(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    /// Whether its DDL commits by itself.
    fn is_mysql(&self) -> bool {
        false
    }

    /// The first column of a query.
    fn column(&self, sql: &str) -> Vec<String> {
        let rows = self.rows(sql).into_iter();
        rows.filter_map(|row| row.into_iter().next()).collect()
    }

    /// The one value of a query with one row of one column.
    fn value(&self, sql: &str) -> String {
        let rows = self.rows(sql);
        match rows.as_slice() {
            [row] if row.len() == 1 => row[0].clone(),
            _ => panic!("one value expected from `{sql}`, found {rows:?}"),
        }
    }
}

/// A name that no other test has, in this process or in another on the same server.
pub(crate) fn fresh_name(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}_{}_{number}", std::process::id())
}

/// Makes a test per engine out of a function that takes `&dyn Database`: `case::mysql`,
/// `case::postgres`, `case::sqlite`.
///
/// ```
/// migrate_tests::every_engine! {
///     fn an_empty_database_has_no_objects(database) {
///         assert!(database.objects().is_empty());
///     }
/// }
/// ```
#[macro_export]
macro_rules! every_engine {
    ($( $(#[doc = $doc:literal])* fn $case:ident($database:ident) $body:block )+) => { $(
        $(#[doc = $doc])*
        mod $case {
            #[allow(unused_imports)]
            use super::*;

            fn case($database: &dyn $crate::database::Database) $body

            #[test]
            fn mysql() {
                case(&$crate::mysql::Database::create());
            }

            #[test]
            fn postgres() {
                case(&$crate::postgres::Database::create());
            }

            #[test]
            fn sqlite() {
                case(&$crate::sqlite::Database::create());
            }
        }
    )+ };
}
