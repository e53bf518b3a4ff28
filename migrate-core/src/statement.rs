//! What can be said of a statement from its leading words alone, without a parser: cheap enough for
//! every statement of every load.

use crate::dialect::{Dialect, mysql, postgres, sqlite};
use crate::lex::{TokenKind, tokens};
use crate::migration::Runs;
use crate::reader::Reader;

/// The name of an object: unquoted parts folded to lower case, quoted ones as they are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectName {
    /// Its schema, where one is written.
    pub schema: Option<String>,
    /// Its own name.
    pub name: String,
}

/// The name of an index.
pub type IndexName = ObjectName;

/// What running a statement asks of the session around it.
///
/// ```
/// use migrate_core::{dialect::Dialect, migration::Runs, statement::runs};
/// let statement = "create unique index concurrently i on t (a)";
/// assert_eq!(runs(statement, Dialect::Postgres), Runs::Alone);
/// ```
pub fn runs(statement: &str, dialect: Dialect) -> Runs {
    if control(statement, dialect).is_some() {
        return Runs::Control;
    }
    let words = Reader::new(statement, dialect);
    match dialect {
        Dialect::Postgres => postgres::runs(words),
        Dialect::Sqlite => sqlite::runs(words),
        Dialect::Mysql => mysql::runs(words),
    }
}

/// What a statement that cannot run in a transaction is called, for messages:
/// `CREATE INDEX CONCURRENTLY`, `VACUUM`, `PRAGMA foreign_keys`. `None` if it can.
pub fn alone_reason(statement: &str, dialect: Dialect) -> Option<&'static str> {
    let words = Reader::new(statement, dialect);
    match dialect {
        Dialect::Postgres => postgres::alone(words),
        Dialect::Sqlite => sqlite::alone(words),
        Dialect::Mysql => None,
    }
}

/// What a statement that commits by itself, or may do so, is called, for messages: `CREATE TABLE`,
/// `CALL`. `None` where it leaves it to others.
pub fn commits(statement: &str, dialect: Dialect) -> Option<String> {
    match dialect {
        Dialect::Mysql => mysql::commits(Reader::new(statement, dialect)).map(|(name, _)| name),
        Dialect::Postgres | Dialect::Sqlite => None,
    }
}

/// A statement that starts or ends a transaction. Savepoints do neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`.
    Rollback,
    /// `PREPARE TRANSACTION 'id'`.
    Prepare,
}

impl Control {
    /// The statement's usual name, for messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Control::Begin => "BEGIN",
            Control::Commit => "COMMIT",
            Control::Rollback => "ROLLBACK",
            Control::Prepare => "PREPARE TRANSACTION",
        }
    }
}

/// Which transaction control a statement is, if it is one.
pub fn control(statement: &str, dialect: Dialect) -> Option<Control> {
    let mut words = Reader::new(statement, dialect);
    match words.word()?.to_ascii_uppercase().as_str() {
        // BEGIN NOT ATOMIC is a compound statement of MariaDB.
        "BEGIN" => (!words.eat("NOT")).then_some(Control::Begin),
        "START" => words.eat("TRANSACTION").then_some(Control::Begin),
        "COMMIT" => (!words.eat("PREPARED")).then_some(Control::Commit),
        "END" if dialect != Dialect::Mysql => Some(Control::Commit),
        "ABORT" if dialect == Dialect::Postgres => Some(Control::Rollback),
        "ROLLBACK" => {
            // ROLLBACK [WORK | TRANSACTION] TO [SAVEPOINT] name
            words.eat_any(&["WORK", "TRANSACTION"]);
            (!words.eat_any(&["TO", "PREPARED"])).then_some(Control::Rollback)
        }
        "PREPARE" if dialect == Dialect::Postgres => {
            let (_, text) = words.eat("TRANSACTION").then(|| words.peek())??;
            text.starts_with('\'').then_some(Control::Prepare)
        }
        _ => None,
    }
}

/// Whether the end of a transaction begins the next one at once: `COMMIT AND CHAIN`.
pub fn and_chain(control: &str, dialect: Dialect) -> bool {
    let mut words = Reader::new(control, dialect);
    words.word();
    words.eat_any(&["WORK", "TRANSACTION"]);
    words.eat("AND") && words.eat("CHAIN")
}

/// Whether a statement of MySQL turns its session's `autocommit` on, or off.
pub(crate) fn sets_autocommit(statement: &str, dialect: Dialect) -> Option<bool> {
    let mut words = Reader::new(statement, dialect);
    let sets = dialect == Dialect::Mysql
        && words.eat("SET")
        && (words.eat_any(&["@@AUTOCOMMIT"]) || words.find("AUTOCOMMIT"))
        && words.eat_any(&["=", ":="]);
    let on = sets && words.eat_any(&["1", "ON", "TRUE"]);
    let off = sets && words.eat_any(&["0", "OFF", "FALSE"]);
    (on || off).then_some(on)
}

/// The name of what MySQL's `PREPARE` or `DEALLOCATE PREPARE` is about, and whether it is there then.
pub(crate) fn prepared(statement: &str, dialect: Dialect) -> Option<(String, bool)> {
    if dialect != Dialect::Mysql {
        return None;
    }
    let mut words = Reader::new(statement, dialect);
    let removes = words.eat_any(&["DEALLOCATE PREPARE", "DROP PREPARE"]);
    let names = removes || words.eat("PREPARE");
    Some((names.then(|| words.identifier())??, !removes))
}

/// The temporary table that a statement creates, which goes with its session.
pub fn temporary_table(statement: &str, dialect: Dialect) -> Option<ObjectName> {
    let mut words = Reader::new(statement, dialect);
    let creates = words.eat("CREATE");
    words.eat("OR REPLACE");
    words.eat_any(&["GLOBAL", "LOCAL"]);
    let temporary = creates && words.eat_any(&["TEMP TABLE", "TEMPORARY TABLE"]);
    words.eat("IF NOT EXISTS");
    temporary.then(|| words.name())?
}

/// A statement about a savepoint, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Savepoint {
    /// `SAVEPOINT name`.
    Set(String),
    /// `RELEASE [SAVEPOINT] name`.
    Release(String),
}

/// Which of them a statement is, if it is one.
pub fn savepoint(statement: &str, dialect: Dialect) -> Option<Savepoint> {
    let mut words = Reader::new(statement, dialect);
    if words.eat("SAVEPOINT") {
        return words.name().map(|name| Savepoint::Set(name.name));
    }
    let release = words.eat("RELEASE");
    words.eat("SAVEPOINT");
    let name = release.then(|| words.name())??;
    Some(Savepoint::Release(name.name))
}

/// A statement of PostgreSQL that builds or removes an index without blocking writers. When it
/// fails it leaves an invalid index behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConcurrentIndex {
    /// `CREATE INDEX CONCURRENTLY`.
    Create {
        /// The index, in its table's schema. `None` where PostgreSQL chooses the name.
        name: Option<IndexName>,
        /// The table.
        table: ObjectName,
    },
    /// `DROP INDEX CONCURRENTLY`.
    Drop {
        /// The indexes.
        names: Vec<IndexName>,
    },
}

/// Whether an index of PostgreSQL is surely what a statement creates, by its definition as
/// `pg_get_indexdef` gives it; by all but the name, where the statement leaves that out. Expressions are rewritten by the server, so that an index with one
/// may not be recognised.
///
/// ```
/// use migrate_core::statement::is_same_index;
/// let definition = "CREATE UNIQUE INDEX i ON public.t USING btree (a, b DESC)";
/// assert!(is_same_index("create unique index concurrently I on t(a, b desc)", definition));
/// assert!(is_same_index("create unique index concurrently on t(a, b desc)", definition));
/// assert!(!is_same_index("create unique index concurrently i on t(a)", definition));
/// ```
pub fn is_same_index(statement: &str, definition: &str) -> bool {
    let mut definition = index_words(definition);
    if let Some(ConcurrentIndex::Create { name: None, .. }) = concurrent_index(statement)
        && let Some(kind) = definition.iter().position(|word| word == "index")
        && kind + 1 < definition.len()
    {
        definition.remove(kind + 1);
    }
    index_words(statement) == definition
}

/// Whether an index is on columns and nothing else, so that [`is_same_index`] surely knows it.
pub(crate) fn is_plain_index(statement: &str) -> bool {
    let mut words = Reader::new(statement, Dialect::Postgres);
    words.find("ON");
    words.eat("ONLY");
    words.name();
    if words.eat("USING") {
        words.word();
    }
    if !words.eat("(") {
        return false;
    }
    while words.identifier().is_some() {
        words.eat_any(&["ASC", "DESC"]);
        if !words.eat(",") {
            return words.eat(")") && words.is_at_end();
        }
    }
    false
}

/// The tokens of an index's definition, without what the server adds or forgets.
fn index_words(sql: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for token in tokens(sql, Dialect::Postgres).filter(|token| !token.kind.is_trivia()) {
        let text = sql.get(token.range).unwrap_or_default();
        words.push(match token.kind {
            TokenKind::QuotedIdentifier => text.trim_matches('"').replace("\"\"", "\""),
            _ => text.to_ascii_lowercase(),
        });
        let drop_last = |words: &mut Vec<String>, end: &[&str]| {
            if words.ends_with(&end.iter().map(|&word| word.to_owned()).collect::<Vec<_>>()) {
                words.truncate(words.len() - end.len());
            }
        };
        drop_last(&mut words, &["concurrently"]);
        drop_last(&mut words, &["if", "not", "exists"]);
        drop_last(&mut words, &["using", "btree"]);
        drop_last(&mut words, &["asc"]);
        if words.last().is_some_and(|word| word == ".") {
            // The schema of the table.
            words.truncate(words.len().saturating_sub(2));
        }
    }
    words
}

/// Reads `CREATE INDEX CONCURRENTLY` and `DROP INDEX CONCURRENTLY`; anything else is `None`.
pub fn concurrent_index(statement: &str) -> Option<ConcurrentIndex> {
    let mut words = Reader::new(statement, Dialect::Postgres);
    if words.eat("DROP INDEX CONCURRENTLY") {
        words.eat("IF EXISTS");
        let mut names = vec![words.name()?];
        while words.eat(",") {
            names.push(words.name()?);
        }
        return Some(ConcurrentIndex::Drop { names });
    }
    if !words.eat("CREATE") {
        return None;
    }
    words.eat("UNIQUE");
    if !words.eat("INDEX CONCURRENTLY") {
        return None;
    }
    words.eat("IF NOT EXISTS");
    let name = if words.eat("ON") {
        None
    } else {
        let name = words.identifier()?;
        words.eat("ON").then_some(Some(name))?
    };
    words.eat("ONLY");
    let table = words.name()?;
    let name = name.map(|name| IndexName {
        schema: table.schema.clone(),
        name,
    });
    Some(ConcurrentIndex::Create { name, table })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(schema: Option<&str>, name: &str) -> ObjectName {
        ObjectName {
            schema: schema.map(str::to_owned),
            name: name.to_owned(),
        }
    }

    fn created(statement: &str) -> Option<(Option<IndexName>, ObjectName)> {
        match concurrent_index(statement)? {
            ConcurrentIndex::Create { name, table } => Some((name, table)),
            ConcurrentIndex::Drop { .. } => None,
        }
    }

    #[test]
    fn a_concurrent_index_lives_in_the_schema_of_its_table() {
        let cases = [
            (
                "CREATE INDEX CONCURRENTLY i ON t (a)",
                Some(name(None, "i")),
                name(None, "t"),
            ),
            (
                "create unique index concurrently if not exists I on only S.T (a)",
                Some(name(Some("s"), "i")),
                name(Some("s"), "t"),
            ),
            (
                r#"CREATE INDEX CONCURRENTLY "I ""x""" ON "S"."T" (a)"#,
                Some(name(Some("S"), r#"I "x""#)),
                name(Some("S"), "T"),
            ),
            ("CREATE INDEX CONCURRENTLY ON t (a)", None, name(None, "t")),
            (
                "CREATE INDEX CONCURRENTLY /* why */ i ON db.s.t USING gin (a)",
                Some(name(Some("s"), "i")),
                name(Some("s"), "t"),
            ),
        ];
        for (statement, index, table) in cases {
            assert_eq!(created(statement), Some((index, table)), "{statement}");
        }
    }

    #[test]
    fn other_statements_build_no_index_concurrently() {
        for statement in [
            "CREATE INDEX i ON t (a)",
            "CREATE INDEX CONCURRENTLY",
            "CREATE INDEX CONCURRENTLY i",
            "CREATE INDEX CONCURRENTLY i USING btree",
            "CREATE TABLE concurrently (i int)",
            "DROP INDEX i",
            "DROP INDEX CONCURRENTLY",
            "SELECT 'CREATE INDEX CONCURRENTLY i ON t (a)'",
            "",
        ] {
            assert_eq!(concurrent_index(statement), None, "{statement}");
        }
    }

    #[test]
    fn concurrently_dropped_indexes_are_all_named() {
        let names = vec![name(Some("s"), "i"), name(None, "J")];
        assert_eq!(
            concurrent_index(r#"DROP INDEX CONCURRENTLY IF EXISTS s.i, "J" CASCADE"#),
            Some(ConcurrentIndex::Drop { names })
        );
    }

    #[test]
    fn transaction_control_is_told_from_savepoints_and_prepared_transactions() {
        let control = |statement| control(statement, Dialect::Postgres);
        assert_eq!(
            control("begin isolation level serializable"),
            Some(Control::Begin)
        );
        assert_eq!(control("START TRANSACTION"), Some(Control::Begin));
        assert_eq!(control("END"), Some(Control::Commit));
        assert_eq!(control("ABORT"), Some(Control::Rollback));
        assert_eq!(control("PREPARE TRANSACTION 'a'"), Some(Control::Prepare));
        assert_eq!(control("PREPARE transaction AS SELECT 1"), None);
        assert_eq!(control("ROLLBACK TO a"), None);
        assert_eq!(control("COMMIT PREPARED 'a'"), None);
        assert_eq!(control("SAVEPOINT a"), None);
    }

    #[test]
    fn what_runs_alone_has_a_name_for_messages() {
        let reason = |statement| alone_reason(statement, Dialect::Postgres);
        assert_eq!(
            reason("create unique index concurrently i on t (a)"),
            Some("CREATE INDEX CONCURRENTLY")
        );
        assert_eq!(reason("vacuum full t"), Some("VACUUM"));
        assert_eq!(reason("CREATE INDEX i ON t (a)"), None);
        let reason = |statement| alone_reason(statement, Dialect::Sqlite);
        assert_eq!(
            reason("pragma foreign_keys = off"),
            Some("PRAGMA foreign_keys")
        );
        assert_eq!(reason("pragma foreign_keys"), None);
        assert_eq!(alone_reason("OPTIMIZE TABLE t", Dialect::Mysql), None);
    }
}
