//! A database whose `search_path` finds functions of its own before those of PostgreSQL: the program
//! calls none of them.

use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Database, PoolMode, Pooler};
use migrate_tests::project::Project;

/// Functions with the names and arguments of PostgreSQL's own, which fail; some cannot be made
/// (`internal`, `cstring`).
const SHADOWS: &str = r"
CREATE SCHEMA app;
DO $do$ DECLARE f record; BEGIN
    FOR f IN SELECT proname, pg_get_function_identity_arguments(oid) AS arguments,
            pg_get_function_result(oid) AS result
        FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f'
    LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION app.%I(%s) RETURNS %s LANGUAGE plpgsql AS $$
                BEGIN RAISE ''this is the `%s` of the application''; END $$',
                f.proname, f.arguments, f.result, f.proname);
        EXCEPTION WHEN OTHERS THEN
        END;
    END LOOP;
END $do$;
CREATE FUNCTION app.counted(bigint) RETURNS bigint LANGUAGE plpgsql
    AS $$ BEGIN RAISE 'this is the `count` of the application'; END $$;
CREATE AGGREGATE app.count(*) (sfunc = app.counted, stype = bigint);
CREATE AGGREGATE app.max(int) (sfunc = app.int4larger, stype = int);";

#[test]
fn the_program_calls_the_functions_of_postgresql() {
    for (lock, pooled) in [("session", false), ("lease", false), ("auto", true)] {
        let database = Database::create();
        database.run(SHADOWS);
        let shadows =
            "SELECT count(*) > 2000 FROM pg_proc WHERE pronamespace = 'app'::regnamespace";
        assert_eq!(database.value(shadows), "t");
        let name = database.name();
        database.run(&format!(
            "ALTER DATABASE {name} SET search_path = app, pg_catalog"
        ));
        let pooler = pooled.then(|| Pooler::start(&database, PoolMode::Transaction, 4));
        let url = pooler.as_ref().map_or(database.url(), Pooler::url);
        let project = Project::new(&url);
        let migrate =
            |arguments: &[&str]| project.migrate(&[&["--lock", lock], arguments].concat());
        project.migrations(&[
            ("1_a", "CREATE TABLE app.a (x int);", "DROP TABLE app.a;"),
            ("2_b", "INSERT INTO app.a VALUES (1);", "DELETE FROM app.a;"),
        ]);
        let script = migrate(&["up", "1", "--dry-run"]).expect(0).stdout;
        database.script(&script).expect("the script runs");
        migrate(&["up"]).expect(0).says("Applied 1 migration");

        database.run("INSERT INTO app.a VALUES (1)");
        let index = "CREATE UNIQUE INDEX CONCURRENTLY a_x ON app.a (x);";
        project.migrations(&[("3_index", index, "DROP INDEX app.a_x;")]);
        migrate(&["up"]).expect(1).says("a_x");
        database.run("DELETE FROM app.a");
        migrate(&["up"]).expect(0).says("Applied 1 migration");

        let other = database.session();
        other.run("BEGIN; LOCK TABLE app.a IN EXCLUSIVE MODE");
        project.migrations(&[("4_y", "ALTER TABLE app.a ADD y int;", "SELECT 1;")]);
        migrate(&["up", "--lock-timeout", "1s", "--lock-retries", "0"])
            .expect(1)
            .says("waited for `a`, held by process");
        other.run("COMMIT");
        migrate(&["up"]).expect(0).says("Applied 1 migration");
        migrate(&["status", "--exit-code"]).expect(0);
        migrate(&["down", "--to", "1"]).expect(0);
        migrate(&["fresh", "--confirm"]).expect(0);
    }
}
