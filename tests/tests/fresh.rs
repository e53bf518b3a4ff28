//! `fresh` on PostgreSQL leaves nothing that the next `up` would find in its way.

use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::Project;

const EVERY_OBJECT: &str = include_str!("../fixtures/every_object.sql");

/// How many rows that are not the system's own each catalog of a database holds: whatever kinds
/// of objects this PostgreSQL knows.
fn catalogs(database: &Database) -> Vec<(String, String)> {
    let catalogs = database.column(
        "SELECT relname FROM pg_class c WHERE relnamespace = 'pg_catalog'::regnamespace \
         AND relkind = 'r' AND NOT relisshared AND EXISTS \
         (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'oid') ORDER BY 1",
    );
    let count = |catalog: String| {
        let rows = format!("SELECT count(*) FROM pg_catalog.{catalog} WHERE oid >= 16384");
        let rows = database.value(&rows);
        (catalog, rows)
    };
    catalogs.into_iter().map(count).collect()
}

#[test]
fn every_kind_of_object_goes() {
    let database = Database::create();
    database.run("CREATE EXTENSION citext");
    let project = Project::new(&database.url());
    project.migrate(&["init"]).expect(0);
    let empty = catalogs(&database);
    project.write(&[("migrations/1_every_object.sql", EVERY_OBJECT)]);
    project.migrate(&["up"]).expect(0);
    let full = catalogs(&database);
    project.migrate(&["fresh", "--confirm"]).expect(0);
    assert_eq!(catalogs(&database), full);
    project.remove("migrations/1_every_object.sql");
    project.migrate(&["fresh", "--confirm"]).expect(0);
    assert_eq!(catalogs(&database), empty);
}

/// What others own outside of the role's schemas stays, whatever its kind; the role needs no
/// rights to it.
#[test]
fn what_others_own_stays() {
    let database = Database::create();
    let role = database.role("a password");
    let name = &role.name;
    database.run(&format!(
        "CREATE SCHEMA theirs;
         CREATE TABLE theirs.a (b int);
         CREATE PUBLICATION theirs FOR TABLE theirs.a;
         CREATE FOREIGN DATA WRAPPER wrapper;
         CREATE SERVER theirs FOREIGN DATA WRAPPER wrapper;
         CREATE CAST (int AS uuid) WITH INOUT;
         CREATE ACCESS METHOD theirs TYPE TABLE HANDLER heap_tableam_handler;
         SELECT lo_create(4711);
         GRANT USAGE ON FOREIGN DATA WRAPPER wrapper TO {name};
         GRANT ALL ON SCHEMA public TO {name};
         GRANT ALL ON DATABASE {} TO {name}",
        database.name()
    ));
    let project = Project::new(&role.url);
    project.migrate(&["init"]).expect(0);
    let before = catalogs(&database);
    project.migrations(&[(
        "1_own",
        "CREATE SCHEMA own;
         CREATE TABLE own.a (b int);
         CREATE PUBLICATION own FOR TABLE own.a;
         CREATE SERVER own FOREIGN DATA WRAPPER wrapper;
         CREATE USER MAPPING FOR CURRENT_USER SERVER own;
         CREATE FOREIGN TABLE own_foreign (a int) SERVER own;
         SELECT lo_create(4712);",
        "SELECT 1;",
    )]);
    project.migrate(&["up"]).expect(0);
    project.migrate(&["fresh", "--confirm"]).expect(0);
    project.remove("migrations/1_own.sql");
    project.migrate(&["fresh", "--confirm"]).expect(0);
    assert_eq!(catalogs(&database), before);
}
