//! A script that stopped and is resumed in a new session: whether what is left of it reads a value
//! that was in the old one.

use migrate_core::checksum::fingerprint_of_prefix;
use migrate_core::dialect::Dialect;
use migrate_core::history::{Applied, RowState};
use migrate_core::limits::{Limits, Scope};
use migrate_core::migration::{Digest, Migration, Origin, Version};
use migrate_core::plan::{self, Plan, Policy, Refusal, Target};
use migrate_core::source::Text;
use migrate_core::stored;
use migrate_core::unit::{Piece, units};
use std::borrow::Cow;

/// Looks at the plan of a script whose statements before `§` are done.
fn planned<T>(sql: &str, dialect: Dialect, look: impl FnOnce(Result<Plan<'_>, Refusal>) -> T) -> T {
    let script = |sql: &str| stored::restore("1", &sql.replace('§', ""), dialect);
    let sql = format!("-- migrate:no-transaction\n{sql}");
    let (before, _) = sql.split_once('§').expect("a place where it stopped");
    let done = script(before).statements.len();
    let up = script(&sql);
    let row = Applied {
        version: Version::from_static("1"),
        name: "m".to_owned(),
        applied_at: Some(0),
        checksum: String::new(),
        execution_time_ms: None,
        fingerprint: Some(fingerprint_of_prefix(&up, done, dialect).to_string()),
        state: RowState::Applying,
        statements_done: done,
        down_sql: None,
    };
    let migration = Migration {
        version: Version::from_static("1"),
        name: Text::Static("m"),
        up,
        down: None,
        irreversible: None,
        requires: Cow::Borrowed(&[]),
        checksum: Digest([0; 32]),
        fingerprint: Digest([0; 32]),
        origin: Origin::default(),
    };
    let policy = Policy::default();
    let (migrations, history) = ([migration], [row]);
    look(plan::up(
        &migrations,
        &history,
        &Target::All,
        &policy,
        dialect,
    ))
}

/// Why there is none.
fn resumed(sql: &str, dialect: Dialect) -> Option<Refusal> {
    planned(sql, dialect, |plan| plan.err())
}

fn goes_on(dialect: Dialect, scripts: &[&str]) {
    for sql in scripts {
        assert_eq!(resumed(sql, dialect), None, "{sql}");
    }
}

fn refused(dialect: Dialect, scripts: &[(&str, &str)]) {
    for (sql, why) in scripts {
        let refusal = resumed(sql, dialect).map(|refusal| refusal.to_string());
        let refusal = refusal.unwrap_or_default();
        assert!(refusal.ends_with(&format!(": {why}")), "{sql}\n{refusal}");
    }
}

const M: &str = "statement 3 reads `@m`, which statement 1 has set in a session that is gone";

#[test]
fn a_variable_that_is_gone_or_computed_anew_is_not_read() {
    refused(
        Dialect::Mysql,
        &[
            (
                "select max(id) into @m from p; do 1; § insert into c values (@m)",
                M,
            ),
            ("select 1 into @a, @m; do 1; § insert into c values (@m)", M),
            (
                "select @m := max(id) from p; do 1; § insert into c values (@M)",
                M,
            ),
            ("select 1 into @`M`; do 1; § insert into c values (@'m')", M),
            ("call p(@m); do 1; § insert into c values (@m)", M),
            ("execute s using @m; do 1; § insert into c values (@m)", M),
            (
                "set @m = (select count(*) from p); insert into p values (4); § insert into c values (@m)",
                M,
            ),
            (
                "set @a = 1, @m = uuid(); insert into p values (@m); § insert into c values (@m)",
                M,
            ),
            (
                "set @m = current_timestamp; do 1; § delete from c where at < @m",
                M,
            ),
            (
                "/*!50000 set @m = now() */; do 1; § /*!50000 insert into c values (@m) */",
                M,
            ),
            // It may have run.
            (
                "set @m = (select count(*) from p); create table b (x int); § call q(); insert into c values (@m)",
                "statement 4 reads `@m`, which statement 1 has set in a session that is gone",
            ),
            (
                "set @m = (select count(*) from p); § truncate p; insert into c values (@m)",
                M,
            ),
            ("select 1 into @m; do 1; § set @m = @m + 1", M),
            (
                "select 1 into @m; set @n = @m; § set @k = @n",
                "statement 3 reads `@n`, which statement 2 has set in a session that is gone",
            ),
            (
                "insert into p values (); do 1; § insert into c values (last_insert_id())",
                "statement 3 reads `LAST_INSERT_ID()`, which statement 1 has set in a session that is gone",
            ),
            (
                "insert into p values (); set @id = last_insert_id(); § insert into c values (@id)",
                "statement 3 reads `@id`, which statement 2 has set in a session that is gone",
            ),
        ],
    );
}

#[test]
fn a_variable_that_is_the_same_again_may_be_read() {
    goes_on(
        Dialect::Mysql,
        &[
            "set @m = 5; insert into c values (@m); create table b (x int); § insert into c values (@m)",
            "set @OLD_MODE = @@SQL_MODE, SQL_MODE = ''; create table b (x int); § set SQL_MODE = @OLD_MODE",
            "select 1 into @m; set @m = 2; § insert into c values (@m)",
            // Nothing has changed since it was computed.
            "create table b (x int); set @m = (select count(*) from p); § insert into c values (@m)",
            "set @sql = (select if(count(*), 'select 1', 'drop table p') from p); § prepare s from @sql; execute s",
            // Nobody reads it, or not before it is set again.
            "select 1 into @m; do 1; § insert into c values (@@m, '@m', @n) -- @m",
            "select 1 into @m; do 1; § set @m = 3; insert into c values (@m)",
            "select 1 into @m; do 1; § select 3 into @m; insert into c values (@m)",
            "select 1 into @m; do 1; § create procedure p() set @m = @m + 1",
            "set @sql = (select if(count(*), 'select 1', 'drop table p') from p); prepare s from @sql; \
             § execute s; deallocate prepare s; set @sql = (select 1); prepare s from @sql",
            "create user a@localhost; § grant all on *.* to a@localhost",
            "insert into p values (); § insert into p values (); insert into c values (last_insert_id())",
        ],
    );
}

#[test]
fn a_setting_that_was_computed_is_not_computed_anew() {
    const N: &str =
        "statement 3 may read `my.n`, which statement 1 has set in a session that is gone";
    refused(
        Dialect::Postgres,
        &[
            (
                "select set_config('my.n', (select count(*) from p)::text, false); insert into p values (4); § insert into c values (current_setting('my.n'))",
                N,
            ),
            (
                "select pg_catalog.set_config('My.n', count(*)::text, false) from p; vacuum p; § select f()",
                N,
            ),
        ],
    );
    goes_on(
        Dialect::Postgres,
        &[
            "select set_config('my.n', (select count(*) from p)::text, false); § insert into c values (current_setting('my.n'))",
            "select set_config('my.n', (select count(*) from p)::text, false); vacuum p; § set my.n = '3'; select f()",
            "select set_config('my.n', now()::text, false); vacuum p; § select set_config('my.n', '', false); select f()",
            "select set_config('search_path', '', false); vacuum p; § select f()",
            "select set_config('search_path', current_setting('search_path') || ', a', false); vacuum p; § select f()",
            "set my.n = '1'; vacuum p; § select f()",
        ],
    );
}

#[test]
fn the_key_of_sqlites_last_row_is_gone() {
    let why = "statement 2 reads `last_insert_rowid()`, which statement 1 has set in a session that is gone";
    let reads = "; § insert into c values (last_insert_rowid())";
    for sets in [
        "insert into p values (1)",
        "replace into p values (1)",
        "with v as (select 1) insert into p select * from v",
        "with v as (select 1) insert or ignore into p select * from v",
        "with v as (select 1) replace into p select * from v",
    ] {
        refused(Dialect::Sqlite, &[(&format!("{sets}{reads}"), why)]);
    }
    goes_on(
        Dialect::Sqlite,
        &[
            "pragma cache_size = 1; insert into p values (1); § insert into c values (2)",
            "with v as (select 1) delete from p; § insert into c values (last_insert_rowid())",
        ],
    );
}

#[test]
fn the_help_says_how_to_go_on() {
    let help = |sql, dialect| resumed(sql, dialect).and_then(|refusal| refusal.help());
    let mysql = help(
        "select 1 into @m; § insert into c values (@m)",
        Dialect::Mysql,
    );
    assert_eq!(
        mysql.as_deref(),
        Some(
            "write the value that it had into what has not run yet, a `SET @m = …` before statement 2, and run again; or bring the migration to its end by hand, and say with `migrate repair` which way it ended"
        )
    );
    let key = "insert into p values (1); § insert into c values (last_insert_rowid())";
    let sqlite = help(key, Dialect::Sqlite).unwrap_or_default();
    assert!(
        sqlite.starts_with(
            "write the value that it had into what has not run yet, statement 2, and run again"
        ),
        "{sqlite}"
    );
}

#[test]
fn what_was_prepared_and_removed_is_not_prepared_again() {
    let run = |sql, dialect| {
        planned(sql, dialect, |plan| {
            let plan = plan.expect("it goes on");
            let units = units(&plan.steps[0], dialect, Limits::default(), Scope::Session);
            let pieces = units.iter().flat_map(|unit| &unit.pieces);
            let numbers = pieces.filter_map(Piece::first_statement);
            numbers.map(|index| index + 1).collect::<Vec<_>>()
        })
    };
    let again = "use a; prepare s from 'do 1'; execute s; deallocate prepare s; drop prepare `T`; \
                 prepare S from 'do 2'; § execute s";
    assert_eq!(run(again, Dialect::Mysql), [1, 6, 7]);
    let removed = "prepare s from @sql; execute s; drop prepare s; § do 1";
    assert_eq!(run(removed, Dialect::Mysql), [4]);
    let postgres = "prepare s as select 1; deallocate all; § select 1";
    assert_eq!(run(postgres, Dialect::Postgres), [1, 2, 3]);
}
