//! What a down brings back in other words: whether that is what was there.

use migrate_core::dialect::Dialect::{self, Mysql, Postgres, Sqlite};
use migrate_core::folder::{CheckOptions, Verdict, judge, load, reversibility};
use std::fs;

/// What all cases begin with, on PostgreSQL.
const BASE: &str = "CREATE TYPE m AS ENUM ('a', 'b'); CREATE EXTENSION citext;
    CREATE SEQUENCE s; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';";

/// The verdict on a migration that drops `t` or what is on it, and brings it back otherwise.
fn verdict(dialect: Dialect, [first, drop, again]: [&str; 3]) -> (Verdict, String, Vec<String>) {
    let dir = tempfile::tempdir().expect("a folder");
    let base = if dialect == Postgres { BASE } else { "" };
    let first = format!("-- migrate:up\n{base}\n{first};\n-- migrate:down\nselect 1;\n");
    let second = format!("-- migrate:up\n{drop};\n-- migrate:down\n{again};\n");
    fs::write(dir.path().join("1_a.sql"), first).expect("it can be written");
    fs::write(dir.path().join("2_b.sql"), second).expect("it can be written");
    let folder = load(dir.path(), "migrations", dialect);
    let options = CheckOptions::default();
    let found = judge(&folder, dialect, &options);
    let name = "migrations/2_b.sql";
    let said = found.iter().filter(|it| {
        let code = it.code.as_str();
        let is_error = it.is_error() && !code.starts_with("down-");
        assert!(!is_error, "{code}: {}", it.message);
        let file = folder.sources.get(it.span.file).expect(name);
        file.path.ends_with("2_b.sql") && code.starts_with("down-") && code != "down-lossy"
    });
    let said = said.map(|it| it.message.clone()).collect();
    let reversal = reversibility(&folder, dialect, &options).pop().expect(name);
    (reversal.verdict, reversal.why, said)
}

/// Whatever verdict is fit for what comes back as it was.
#[track_caller]
fn is_same(dialect: Dialect, case: [&str; 3]) {
    let (verdict, why, said) = verdict(dialect, case);
    assert!(said.is_empty(), "{case:?}: {said:?}");
    assert!(
        matches!(verdict, Verdict::Provable | Verdict::Lossy),
        "{case:?}: {verdict:?} {why}"
    );
}

#[track_caller]
fn differs(dialect: Dialect, case: [&str; 3]) {
    let (_, why, said) = verdict(dialect, case);
    assert_eq!(said.len(), 1, "{case:?}: {why}");
}

#[track_caller]
fn is_unknown(dialect: Dialect, case: [&str; 3]) {
    let (verdict, why, said) = verdict(dialect, case);
    assert!(said.is_empty(), "{case:?}: {said:?}");
    assert_eq!(verdict, Verdict::Unknown, "{case:?}: {why}");
}

/// The same case for pairs of which one is put in the place of `?`.
fn pairs(whole: &str, drop: &str, pairs: &[(&str, &str)], check: impl Fn([&str; 3])) {
    for (a, b) in pairs {
        check([&whole.replace('?', a), drop, &whole.replace('?', b)]);
        check([&whole.replace('?', b), drop, &whole.replace('?', a)]);
    }
}

#[test]
fn expressions_are_the_same_however_they_are_written() {
    let same = |case: [&str; 3]| is_same(Postgres, case);
    let table = "create table t (a int, b boolean, c text, v varchar(20), d date); ";
    let conditions = [
        ("a > 1", "(a > 1)"),
        ("a > 1", "((a) > (1))"),
        ("a > 1 and b", "((a > 1) and b)"),
        ("c in ('x', 'y')", "c = any (array['x'::text, 'y'::text])"),
        (
            "v in ('x', 'y')",
            "((v)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
        ),
        (
            "c not in ('x', 'y')",
            "(c <> ALL (ARRAY['x'::text, 'y'::text]))",
        ),
        ("c in ('x')", "(c = 'x'::text)"),
        ("a != 0", "a <> 0"),
        ("t.c = 'x'", "(c = 'x'::text)"),
        ("public.t.c = 'x'", "c = 'x'"),
        ("not b", "(not (b))"),
        ("a between 1 and 9", "((a >= 1) and (a <= 9))"),
        ("c like 'x%'", "(c ~~ 'x%'::text)"),
        ("a = -1", "(a = '-1'::integer)"),
        ("date(d) is not null", "d is not null"),
        ("cast(d as date) is null", "(d is null)"),
        (
            "length(c) > 1 and a > 0 and b",
            "((length(c) > 1) AND (a > 0) AND b)",
        ),
    ];
    pairs(
        &format!("{table} create index i on t (a) where ?"),
        "drop index i",
        &conditions,
        |case| {
            let again = case[2].replace(table, "");
            same([case[0], case[1], &again]);
        },
    );
    let check = format!("{table} alter table t add constraint k check (?)");
    pairs(
        &check,
        "alter table t drop constraint k",
        &conditions,
        |case| {
            same([case[0], case[1], &case[2].replace(table, "")]);
        },
    );
    let policy = format!("{table} create policy p on t using (?)");
    pairs(&policy, "drop policy p on t", &conditions, |case| {
        same([case[0], case[1], &case[2].replace(table, "")]);
    });
}

#[test]
fn defaults_are_the_same_however_they_are_written() {
    let own = [
        ("int default 1", "int default (1)"),
        ("int default -1", "int default '-1'::integer"),
        ("int default 0", "int default '0'::int"),
        ("bigint default 0", "bigint default (0)::bigint"),
        (
            "varchar(9) default 'x'",
            "varchar(9) default 'x'::character varying",
        ),
        ("jsonb default '{}'", "jsonb default '{}'::jsonb"),
        (
            "jsonb default cast('[]' as jsonb)",
            "jsonb default '[]'::jsonb",
        ),
        ("m default 'a'", "m default 'a'::m"),
        ("m default 'a'", "public.m default 'a'::public.m"),
        ("int[] default '{}'", "int[] default '{}'::int[]"),
        ("timestamptz default now()", "timestamptz default (now())"),
        (
            "timestamptz default now()",
            "timestamptz default current_timestamp",
        ),
        ("boolean default 'f'", "boolean default false"),
        (
            "int default nextval('s')",
            "int default nextval('public.s'::regclass)",
        ),
        ("citext", "public.citext"),
        (
            "citext default 'x'",
            "public.citext default 'x'::public.citext",
        ),
    ];
    pairs("create table t (id int, c ?)", "drop table t", &own, |it| {
        is_same(Postgres, it)
    });
    for dialect in [Sqlite, Mysql] {
        let own = [
            ("int default 1", "int default (1)"),
            ("boolean default false", "boolean default 0"),
        ];
        pairs("create table t (id int, c ?)", "drop table t", &own, |it| {
            is_same(dialect, it)
        });
    }
}

#[test]
fn other_definitions_are_the_same_however_they_are_written() {
    const TABLE: &str = "create table t (a int, c text);";
    let cases = [
        (
            "create index i on t (c)",
            "create index i on t (c text_ops)",
            "drop index i",
        ),
        (
            "create index i on t (a, c)",
            "create index i on t (a asc nulls last, c)",
            "drop index i",
        ),
        (
            "create view v as select t.a, t.c from t",
            "create view v as select a, c from public.t",
            "drop view v",
        ),
        (
            "create view v as select 1 as x",
            "create view v as select 1 x",
            "drop view v",
        ),
        (
            "create view v as select c from t where a = 1",
            "create view v as select t.c from t where (t.a = 1)",
            "drop view v",
        ),
        (
            "create policy p on t for select to public using (true)",
            "create policy p on t as permissive for select using (true)",
            "drop policy p on t",
        ),
        (
            "create trigger g after insert or update on t for each row execute function f()",
            "create trigger g after update or insert on public.t for each row execute procedure public.f()",
            "drop trigger g on t",
        ),
        (
            "create trigger g after insert on t for each row when (new.a > 1) execute function f()",
            "create trigger g after insert on t for each row when ((new.a > 1)) execute function f()",
            "drop trigger g on t",
        ),
        (
            "create function g() returns int language sql as 'select 1'",
            "create function g() returns int as 'SELECT  1' language sql volatile",
            "drop function g",
        ),
        (
            "create function g() returns int language sql stable set search_path = a as 'select 1'",
            "create function g() returns int set search_path to 'a' stable language sql as 'select 1'",
            "drop function g",
        ),
        (
            "create sequence q",
            "create sequence q as bigint start with 1 increment by 1 no minvalue no maxvalue cache 1",
            "drop sequence q",
        ),
    ];
    for (a, b, drop) in cases {
        for (a, b) in [(a, b), (b, a)] {
            is_same(Postgres, [&format!("{TABLE} {a}"), drop, b]);
        }
    }
    let trigger =
        |what: &str| format!("create trigger g after insert on t {what} begin delete from t; end");
    let (a, b) = (trigger(""), trigger("for each row"));
    is_same(Sqlite, [&format!("{TABLE} {a}"), "drop trigger g", &b]);
}

#[test]
fn what_nobody_said_may_be_another() {
    // The order of a table's columns.
    is_same(
        Postgres,
        [
            "create table t (a int, b int); create view v as select * from t",
            "drop view v; alter table t drop column a",
            "alter table t add column a int; create view v as select * from t",
        ],
    );
    // How the database calls a column's `NOT NULL`.
    is_same(
        Postgres,
        [
            "create table t (a int not null)",
            "alter table t alter column a drop not null",
            "alter table t add constraint t_a_not_null not null a",
        ],
    );
}

#[test]
fn a_serial_column_is_what_pg_dump_makes_of_it() {
    let dumped = "create table t (id integer not null);
        create sequence t_id_seq as integer start with 1 increment by 1 no minvalue no maxvalue cache 1;
        alter sequence t_id_seq owned by t.id;
        alter table only t alter column id set default nextval('public.t_id_seq'::regclass);
        alter table only t add constraint t_pkey primary key (id)";
    let serial = "create table t (id serial primary key)";
    is_same(Postgres, [serial, "drop table t", dumped]);
    is_same(Postgres, [dumped, "drop table t", serial]);
}

#[test]
fn a_sequence_has_its_numbers_back() {
    let alter = "alter sequence s increment 5";
    is_same(
        Postgres,
        ["select 1", alter, "alter sequence s increment 1"],
    );
    differs(
        Postgres,
        ["select 1", alter, "alter sequence s increment 2"],
    );
}

#[test]
fn an_index_on_a_cast_to_the_own_type_is_on_the_column() {
    let first = "create table t (d timestamp); create index i on t (date(d)); alter table t alter column d type date";
    is_same(Postgres, [first, "drop index i", "create index i on t (d)"]);
}

#[test]
fn what_speaks_of_other_things_differs() {
    let cases = [
        ("int default 1", "int default 2"),
        ("int default 1", "int"),
        ("text default lower('x')", "text default upper('x')"),
        ("text default 'x'", "text default 'y'"),
        ("jsonb default '{}'", "jsonb default '[]'"),
        ("int check (c > 0)", "int check (c > 1)"),
        ("int check (c > 0)", "int check (c >= 0)"),
        ("int check (c > 0)", "int check (d > 0)"),
        (
            "text check (substring(c from 2) = '')",
            "text check (substring(c for 2) = '')",
        ),
    ];
    pairs(
        "create table t (c ?, d int)",
        "drop table t",
        &cases,
        |it| {
            let (_, _, said) = verdict(Postgres, it);
            assert!(!said.is_empty(), "{it:?}");
        },
    );
    let function = |body: &str| format!("create function g() returns int language sql as '{body}'");
    differs(
        Postgres,
        [
            &function("select 1"),
            "drop function g",
            &function("select 2"),
        ],
    );
}

#[test]
fn what_is_only_written_otherwise_is_not_known() {
    let table = "create table t (a int, b int);";
    let check = |it: &str| format!("alter table t add constraint k check ({it})");
    let first = format!("{table} {}", check("a < 1 or b < 1"));
    let again = check("b < 1 or a < 1");
    is_unknown(
        Postgres,
        [&first, "alter table t drop constraint k", &again],
    );
    let first = format!("{table} create view v as select * from t");
    is_unknown(
        Postgres,
        [&first, "drop view v", "create view v as select a, b from t"],
    );
    // A view has the names that its query was written with.
    let view = |it: &str| format!("create view v as select {it} as x from u where {it} > 0");
    let renamed = "alter table t rename a to c; alter table t rename to u";
    let first = format!(
        "{table} {}; {renamed}",
        view("a").replace("from u", "from t")
    );
    is_unknown(Postgres, [&first, "drop view v", &view("c")]);
    differs(Postgres, [&first, "drop view v", &view("b")]);
    // Of what is not taken apart every letter counts.
    let queries = [
        (
            "select 'Admin' union select 'b'",
            "select 'admin' union select 'b'",
        ),
        ("select (select 'Admin')", "select (select 'admin')"),
        (
            "select count(*) filter (where 'A' = 'b')",
            "select count(*) filter (where 'a' = 'b')",
        ),
        (
            "with q as (select 'A') select 1",
            "with q as (select 'a') select 1",
        ),
    ];
    let unknown = |it: [&str; 3]| is_unknown(Postgres, it);
    pairs("create view v as ?", "drop view v", &queries, unknown);
    let policy = "create table t (a text); create policy p on t using (exists (select ?))";
    let first = policy.replace('?', "'Admin'");
    let again = "create policy p on t using (exists (select 'admin'))";
    is_unknown(Postgres, [&first, "drop policy p on t", again]);
    let column = |it: &str| format!("create table t (a timestamptz default '{it}')");
    let (first, again) = (column("2020-01-01"), column("2020-01-01 00:00:00+00"));
    is_unknown(Postgres, [&first, "drop table t", &again]);
    // Of which type a computed column is, only the server knows.
    is_unknown(
        Postgres,
        [
            "create table t (a int, b int)",
            "create table u as select a, max(b) as b from t group by a; drop table t",
            "alter table u rename to t",
        ],
    );
}

#[test]
fn when_a_trigger_fires_is_part_of_it() {
    let table = "create table t (a int);
        create trigger g before insert on t for each row execute function f()";
    let [always, replica, origin, never] = ["enable always", "enable replica", "enable", "disable"]
        .map(|firing| format!("alter table t {firing} trigger g"));
    for firing in [&always, &replica, &never] {
        is_same(Postgres, [table, firing, &origin]);
        differs(Postgres, [table, firing, "select 1"]);
    }
    differs(Postgres, [table, &always, &replica]);
}

#[test]
fn what_the_model_does_not_have_is_not_provable() {
    let table = "create table t (a int); create index i on t (a)";
    for up in [
        "grant select on t to public",
        "grant select (a), update on table t to public",
        "alter table t set (fillfactor = 70)",
        "alter table t alter column a set statistics 10",
        "alter table t alter column a set storage plain",
        "alter table t replica identity full",
        "alter table t owner to postgres",
        "alter table t cluster on i",
    ] {
        is_unknown(Postgres, [table, up, "select 1"]);
        // Of what goes with the down nothing stays.
        let created = format!("{table}; {up}");
        is_same(Postgres, ["select 1", &created, "drop table t"]);
    }
    for (up, down) in [
        ("create role r", "drop role r"),
        ("create collation c from \"C\"", "select 1"),
        (
            "alter default privileges grant select on tables to public",
            "",
        ),
        ("grant pg_monitor to u", "revoke pg_monitor from u"),
    ] {
        is_unknown(Postgres, [table, up, down]);
    }
    is_same(Postgres, [table, "set work_mem = '1MB'", "select 1"]);
}

#[test]
fn attributes_of_a_composite_type_come_back() {
    let (composite, drop) = (
        "create type c as (a int, b text)",
        "alter type c drop attribute a",
    );
    is_same(
        Postgres,
        [composite, drop, "alter type c add attribute a int"],
    );
    differs(
        Postgres,
        [composite, drop, "alter type c add attribute a text"],
    );
    differs(Postgres, [composite, drop, "select 1"]);
    let (rename, back) = (
        "alter table c rename column a to d",
        "alter type c rename attribute d to a",
    );
    is_same(Postgres, [composite, rename, back]);
    // What is read of an attribute is not known.
    let used = format!("{composite}; create table t (a c)");
    is_unknown(Postgres, [&used, drop, "alter type c add attribute a int"]);
}
