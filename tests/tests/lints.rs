//! The rules, on real servers: what they say of PostgreSQL, and of programs on all. More of MySQL and SQLite
//! is in `lints_mysql_sqlite.rs`.

use migrate_core::dialect::Dialect;
use migrate_core::lint::{Example, RULES, Rule};
use migrate_tests::database::Database as _;
use migrate_tests::{mysql, postgres, sqlite};

/// A connection on which one statement after the other runs, and what it lives on.
enum Session {
    Postgres(postgres::Session),
    Mysql(
        mysql::Session,
        #[expect(dead_code, reason = "it goes away with the value")] mysql::Database,
    ),
    Sqlite(
        rusqlite::Connection,
        #[expect(dead_code, reason = "it goes away with the value")] sqlite::Database,
    ),
}

/// What a server answers: the first value of the last row, or why not.
type Answer = Result<String, String>;

impl Session {
    fn answer(&self, sql: &str) -> Answer {
        if sql.is_empty() {
            return Ok(String::new());
        }
        let last = match self {
            Session::Postgres(session) => {
                let messages = session
                    .try_run(sql)
                    .map_err(|error| match error.as_db_error() {
                        Some(error) => error.message().to_owned(),
                        None => error.to_string(),
                    })?;
                let rows = messages.into_iter().filter_map(|message| match message {
                    tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                    _ => None,
                });
                rows.last()
            }
            Session::Mysql(session, _) => {
                let rows = session.try_rows(sql).map_err(|error| error.to_string())?;
                rows.last().and_then(|row| row.first().cloned())
            }
            Session::Sqlite(connection, _) => {
                let batch = connection.execute_batch(sql);
                batch.map_err(|error| error.to_string())?;
                None
            }
        };
        Ok(last.unwrap_or_default())
    }
}

/// Where sessions find nothing that was there before. PostgreSQL takes long to create a database, so that
/// one of it is emptied again and again.
enum Place {
    Postgres(postgres::Database),
    Mysql,
    Sqlite,
}

const EMPTY: &str = "DO $$ DECLARE name text; BEGIN \
    FOR name IN SELECT pubname FROM pg_publication LOOP EXECUTE 'DROP PUBLICATION ' || name; END LOOP; \
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)' \
    LOOP EXECUTE 'DROP SCHEMA ' || name || ' CASCADE'; END LOOP; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC; END $$";

impl Place {
    fn new(dialect: Dialect) -> Place {
        match dialect {
            Dialect::Postgres => Place::Postgres(postgres::Database::create()),
            Dialect::Mysql => Place::Mysql,
            Dialect::Sqlite => Place::Sqlite,
        }
    }

    fn session(&self) -> Session {
        match self {
            Place::Postgres(database) => {
                database.run(EMPTY);
                Session::Postgres(database.session())
            }
            Place::Mysql => {
                let database = mysql::Database::create();
                Session::Mysql(database.session(), database)
            }
            Place::Sqlite => {
                let database = sqlite::Database::create();
                Session::Sqlite(database.connect(), database)
            }
        }
    }
}

/// The databases that an example is for.
fn dialects(rule: &Rule, example: &Example) -> Vec<Dialect> {
    match example.dialect {
        Some(dialect) => vec![dialect],
        None => rule.dialects.to_vec(),
    }
}

/// The rules whose bad example PostgreSQL refuses.
const REFUSED: &[&str] = &["assignment-repeated", "enum-value-used"];

#[test]
fn postgres_accepts_the_examples_or_refuses_them_as_is_said() {
    let place = Place::new(Dialect::Postgres);
    let mut wrong = Vec::new();
    for rule in RULES {
        for (example, is_bad) in [(&rule.bad, true), (&rule.good, false)] {
            if !dialects(rule, example).contains(&Dialect::Postgres) {
                continue;
            }
            let session = place.session();
            let before = session.answer(example.before);
            assert!(before.is_ok(), "{}: {before:?}", rule.code);
            let answer = session.answer(example.migration);
            if answer.is_err() != (is_bad && REFUSED.contains(&rule.code)) {
                wrong.push(format!("{}: {}: {answer:?}", rule.code, example.migration));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a rule says of its bad example.
struct Claim {
    rule: &'static str,
    /// What is there besides: rows.
    setup: &'static str,
    /// What is asked after the migration, in its transaction where it has one.
    probe: &'static str,
    /// What is answered after the bad example, or a part of the refusal.
    bad: Result<&'static str, &'static str>,
    /// The same of the good one.
    good: Result<&'static str, &'static str>,
}

/// Statements of a program that was started before the migration, which are the same everywhere.
const OLD_PROGRAMS: &[Claim] = &[
    Claim {
        rule: "column-dropped",
        setup: "",
        probe: "SELECT nickname FROM users",
        bad: Err("nickname"),
        good: Err("nickname"),
    },
    Claim {
        rule: "column-renamed",
        setup: "INSERT INTO users (id, name) VALUES (1, 'a')",
        probe: "SELECT name FROM users",
        bad: Err("name"),
        good: Ok("a"),
    },
    Claim {
        rule: "table-dropped",
        setup: "",
        probe: "SELECT token FROM sessions",
        bad: Err("sessions"),
        good: Err("sessions"),
    },
    Claim {
        rule: "table-renamed",
        setup: "INSERT INTO clients (id, name) VALUES (1, 'a')",
        probe: "SELECT name FROM clients",
        bad: Err("clients"),
        good: Ok("a"),
    },
    Claim {
        rule: "foreign-key-dropped",
        setup: "",
        probe: "INSERT INTO orders (id, customer_id) VALUES (1, 7)",
        bad: Ok(""),
        good: Err("foreign key"),
    },
];

/// Locks that the transaction holds on a table.
macro_rules! locks {
    ($table:literal, $mode:literal) => {
        concat!(
            "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = '",
            $mode,
            "' AND relation = '",
            $table,
            "'::regclass"
        )
    };
}

const POSTGRES: &[Claim] = &[
    Claim {
        rule: "backfill-in-transaction",
        setup: "INSERT INTO users VALUES (1, 'ann'), (2, 'bob')",
        probe: locks!("users", "AccessExclusiveLock"),
        bad: Ok("1"),
        good: Ok("0"),
    },
    Claim {
        rule: "cascade-dropped",
        setup: "",
        probe: "SELECT count(*) FROM information_schema.columns WHERE table_name = 'people'",
        bad: Ok("1"),
        good: Ok("1"),
    },
    Claim {
        rule: "char-type",
        setup: "",
        probe: "INSERT INTO orders VALUES (1, 'ab'); UPDATE orders SET country = 'a'; SELECT format('<%s>', country) FROM orders",
        bad: Ok("<a >"),
        good: Err("check constraint"),
    },
    Claim {
        rule: "column-alignment",
        setup: "",
        probe: "INSERT INTO readings (taken_at, id, valid, alarm) VALUES (now(), 1, true, true); SELECT pg_column_size(readings.*) FROM readings",
        bad: Ok("56"),
        good: Ok("42"),
    },
    Claim {
        rule: "default-frozen",
        setup: "",
        probe: "SELECT pg_get_expr(adbin, adrelid) = 'now()' FROM pg_attrdef WHERE adrelid = 'orders'::regclass",
        bad: Ok("f"),
        good: Ok("t"),
    },
    Claim {
        rule: "constraint-unvalidated",
        setup: "",
        probe: "SELECT convalidated FROM pg_constraint WHERE conname = 'orders_total_positive'",
        bad: Ok("f"),
        good: Ok("t"),
    },
    Claim {
        rule: "domain-constraint-added",
        setup: "",
        probe: locks!("users", "ShareLock"),
        bad: Ok("1"),
        good: Ok("0"),
    },
    Claim {
        rule: "enum-value-renamed",
        setup: "",
        probe: "SELECT 'closed'::status",
        bad: Err("invalid input value"),
        good: Ok("closed"),
    },
    Claim {
        rule: "enum-value-unordered",
        setup: "",
        probe: "SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum",
        bad: Ok("open,closed,paid"),
        good: Ok("open,paid,closed"),
    },
    Claim {
        rule: "grant-to-public",
        setup: "",
        probe: "SELECT has_table_privilege('pg_monitor', 'orders', 'SELECT')",
        bad: Ok("t"),
        good: Ok("f"),
    },
    Claim {
        rule: "integer-key",
        setup: "",
        probe: "SELECT setval('orders_id_seq', 2147483647); INSERT INTO orders DEFAULT VALUES RETURNING id",
        bad: Err("maximum value of sequence"),
        good: Ok("2147483648"),
    },
    Claim {
        rule: "json-type",
        setup: "",
        probe: "SELECT DISTINCT * FROM orders",
        bad: Err("equality operator"),
        good: Ok(""),
    },
    Claim {
        rule: "name-reserved",
        setup: "",
        probe: "SELECT count(*) FROM user",
        bad: Ok("1"),
        good: Ok("1"),
    },
    Claim {
        rule: "name-too-long",
        setup: "",
        probe: "SELECT max(length(attname)) FROM pg_attribute WHERE attrelid = 'orders'::regclass",
        bad: Ok("63"),
        good: Ok("9"),
    },
    Claim {
        rule: "not-null-dropped",
        setup: "",
        probe: "INSERT INTO users VALUES (1, NULL)",
        bad: Ok(""),
        good: Err("not-null"),
    },
    Claim {
        rule: "policy-always-true",
        setup: "ALTER TABLE notes ENABLE ROW LEVEL SECURITY; GRANT ALL ON notes TO pg_monitor; INSERT INTO notes VALUES (1, 'ann')",
        probe: "SET ROLE pg_monitor; UPDATE notes SET owner = 'bob' RETURNING owner",
        bad: Ok("bob"),
        good: Ok(""),
    },
    Claim {
        rule: "primary-key-missing",
        setup: "CREATE PUBLICATION all_of_it FOR ALL TABLES",
        probe: "INSERT INTO visits VALUES (1, 1); DELETE FROM visits RETURNING shop_id",
        bad: Err("replica identity"),
        good: Ok("1"),
    },
    Claim {
        rule: "row-security-disabled",
        setup: "GRANT ALL ON notes TO pg_monitor; INSERT INTO notes VALUES (1, 'ann')",
        probe: "SET ROLE pg_monitor; SELECT owner FROM notes",
        bad: Ok("ann"),
        good: Ok(""),
    },
    Claim {
        rule: "rows-truncated",
        setup: "INSERT INTO sessions VALUES (1, 1), (2, 2000000000)",
        probe: "SELECT count(*) FROM sessions",
        bad: Ok("0"),
        good: Ok("1"),
    },
    Claim {
        rule: "rule-created",
        setup: "",
        probe: "DELETE FROM notes RETURNING id",
        bad: Err("cannot perform DELETE RETURNING"),
        good: Ok(""),
    },
    Claim {
        rule: "schema-renamed",
        setup: "INSERT INTO reports.monthly VALUES (1)",
        probe: "SELECT id FROM reports.monthly",
        bad: Err("reports"),
        good: Ok("1"),
    },
    Claim {
        rule: "schema-dropped",
        setup: "",
        probe: "SELECT count(*) FROM pg_class WHERE relname = 'monthly'",
        bad: Ok("0"),
        good: Ok("0"),
    },
    Claim {
        rule: "security-definer-search-path",
        setup: "CREATE SCHEMA trap; CREATE TABLE trap.orders AS SELECT generate_series(1, 3)",
        probe: "SET search_path = trap, public; SELECT public.order_count()",
        bad: Ok("3"),
        good: Ok("0"),
    },
    Claim {
        rule: "sequence-exhaustible",
        setup: "",
        probe: "SELECT seqmax FROM pg_sequence WHERE seqrelid = 'orders_id_seq'::regclass",
        bad: Ok("2147483647"),
        good: Ok("9223372036854775807"),
    },
    Claim {
        rule: "serial-column",
        setup: "",
        probe: "GRANT INSERT ON orders TO pg_monitor; SET ROLE pg_monitor; INSERT INTO orders DEFAULT VALUES",
        bad: Err("permission denied for sequence"),
        good: Ok(""),
    },
    Claim {
        rule: "timestamp-without-zone",
        setup: "",
        probe: "SET timezone = 'UTC'; INSERT INTO orders VALUES (1, '2026-01-01 00:00+00'); SET timezone = 'Asia/Tokyo'; SELECT placed_at = '2026-01-01 00:00+00'::timestamptz FROM orders",
        bad: Ok("f"),
        good: Ok("t"),
    },
    Claim {
        rule: "trigger-disabled",
        setup: "",
        probe: "SELECT tgenabled FROM pg_trigger WHERE tgname = 'note'",
        bad: Ok("D"),
        good: Ok(""),
    },
    Claim {
        rule: "truncate-cascade",
        setup: "INSERT INTO customers VALUES (1); INSERT INTO orders VALUES (1, 1), (2, NULL)",
        probe: "SELECT count(*) FROM orders",
        bad: Ok("0"),
        good: Ok("0"),
    },
    Claim {
        rule: "whole-table-updated",
        setup: "INSERT INTO users SELECT id, true FROM generate_series(1, 20000) id",
        probe: "SELECT count(*) FROM users WHERE xmin::text = (txid_current() % (2 ^ 32)::bigint)::text",
        bad: Ok("20000"),
        good: Ok("9999"),
    },
];

/// What is answered in a transaction that has done an example.
fn answer(session: &Session, example: &Example, claim: &Claim) -> Answer {
    for sql in [example.before, claim.setup] {
        let done = session.answer(sql);
        assert!(done.is_ok(), "{}: {done:?}", claim.rule);
    }
    session.answer("BEGIN")?;
    session.answer(example.migration)?;
    match session {
        Session::Sqlite(connection, _) => {
            let mut statement = connection
                .prepare(claim.probe)
                .map_err(|it| it.to_string())?;
            let mut rows = statement.query([]).map_err(|it| it.to_string())?;
            let row = rows.next().map_err(|it| it.to_string())?;
            Ok(row.map_or_else(String::new, |row| row.get(0).unwrap_or_default()))
        }
        _ => session.answer(claim.probe),
    }
}

fn claims_hold(dialect: Dialect, claims: &[Claim]) {
    let place = Place::new(dialect);
    let mut wrong = Vec::new();
    for claim in claims {
        let rule = RULES.iter().find(|rule| rule.code == claim.rule);
        let rule = rule.unwrap_or_else(|| panic!("there is no rule `{}`", claim.rule));
        for (example, expected) in [(&rule.bad, claim.bad), (&rule.good, claim.good)] {
            if !dialects(rule, example).contains(&dialect) {
                continue;
            }
            let session = place.session();
            let answer = answer(&session, example, claim);
            // What it has locked is free before the next one begins.
            session.answer("ROLLBACK").ok();
            let is_so = match (&answer, expected) {
                (Ok(value), Ok(expected)) => value == expected,
                (Err(refusal), Err(part)) => refusal.contains(part),
                _ => false,
            };
            if !is_so {
                wrong.push(format!(
                    "{}: {answer:?}, expected {expected:?}\n  {}",
                    claim.rule, example.migration
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_rules_say_of_old_programs_is_so() {
    for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
        claims_hold(dialect, OLD_PROGRAMS);
    }
}

#[test]
fn what_rules_say_of_postgres_is_so() {
    claims_hold(Dialect::Postgres, POSTGRES);
}
