//! Subjects on PostgreSQL through PgBouncer, which gives each transaction a session of its own.

use super::{Subject, postgres};
use migrate_tests::database;
use migrate_tests::postgres::{Database, PoolMode, Pooler};

/// A database whose runners are led through a pooler; who looks at it is not.
struct Pooled {
    pooler: Pooler,
    database: Database,
}

impl database::Database for Pooled {
    fn url(&self) -> String {
        self.pooler.url()
    }

    fn run(&self, sql: &str) {
        self.database.run(sql);
    }

    fn script(&self, script: &str) -> Result<String, String> {
        self.database.script(script)
    }

    fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        self.database.rows(sql)
    }

    fn objects(&self) -> Vec<String> {
        self.database.objects()
    }
}

/// The same as without a pooler, but for what is set outside of a transaction.
pub fn up() -> Subject {
    let mut subject = postgres::up();
    for (_, text) in &mut subject.files {
        *text = text.replace("SET work_mem = '5MB';\n", "");
    }
    Subject {
        database: || {
            let database = Database::create();
            let pooler = Pooler::start(&database, PoolMode::Transaction, 4);
            Box::new(Pooled { pooler, database })
        },
        locks: Some("SELECT count(*) FROM _migrations_lock WHERE holder IS NOT NULL"),
        ..subject
    }
}
