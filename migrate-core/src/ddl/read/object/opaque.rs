//! What changes nothing that the model has, and what may change anything.

use super::{block, executed};
use crate::ddl::query::Query;
use crate::ddl::read::query::calls;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::{Opaque, Qualified, Reach, Statement};
use crate::dialect::Dialect;

/// A statement that is not looked into.
pub(in crate::ddl::read) fn opaque(kind: &str, reach: Reach) -> Statement {
    let kind = kind.into();
    Statement::Opaque(Opaque {
        kind,
        reach,
        names: Vec::new(),
    })
}

/// Objects that the model does not have. What is part of an object that it has, as an operator class
/// of an index, is not followed.
const OUTSIDE: &[&str] = &[
    "ACCESS METHOD",
    "CAST",
    "COLLATION",
    "CONVERSION",
    "DATABASE",
    "DEFAULT CONVERSION",
    "DEFAULT PRIVILEGES",
    "EVENT TRIGGER",
    "EVENT",
    "FOREIGN DATA WRAPPER",
    "GROUP",
    "INSTANCE",
    "LANGUAGE",
    "LARGE OBJECT",
    "LOGFILE GROUP",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "OPERATOR",
    "PREPARE",
    "PUBLICATION",
    "RESOURCE GROUP",
    "ROLE",
    "SERVER",
    "SPATIAL REFERENCE SYSTEM",
    "STATISTICS",
    "SUBSCRIPTION",
    "SYSTEM",
    "TABLESPACE",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "TRANSFORM",
    "UNDO TABLESPACE",
    "USER MAPPING",
    "USER",
];

/// Words with which statements of PostgreSQL begin that change nothing of the schema.
const POSTGRES: &[&str] = &[
    "GRANT",
    "REVOKE",
    "SECURITY LABEL",
    "NOTIFY",
    "LISTEN",
    "UNLISTEN",
    "CHECKPOINT",
    "LOAD",
    "DISCARD",
    "FETCH",
    "MOVE",
    "CLOSE",
    "PREPARE",
    "DEALLOCATE",
    "SHOW",
    "REASSIGN OWNED",
    "COMMENT ON",
];

/// The same of SQLite. Another file's tables are no part of the model.
const SQLITE: &[&str] = &["ATTACH", "DETACH"];

/// The same of MySQL and MariaDB.
const MYSQL: &[&str] = &[
    "GRANT",
    "REVOKE",
    "SHOW",
    "DESCRIBE",
    "DESC",
    "UNLOCK TABLES",
    "UNLOCK TABLE",
    "FLUSH",
    "CHECK TABLE",
    "CHECK TABLES",
    "REPAIR",
    "CHECKSUM",
    "KILL",
    "HANDLER",
    "DO",
    "HELP",
    "BINLOG",
    "CACHE INDEX",
    "LOAD INDEX",
    "LOAD DATA",
    "LOAD XML",
    "PURGE",
    "RESET",
    "CHANGE",
    "START",
    "STOP",
    "INSTALL",
    "UNINSTALL",
    "RESTART",
    "SHUTDOWN",
    "PREPARE",
    "DEALLOCATE PREPARE",
    "RENAME USER",
    "SIGNAL",
    "GET DIAGNOSTICS",
];

/// Words with which statements begin that may do anything. `ROLLBACK TO` undoes what has been done since,
/// `COMMIT PREPARED` does what another session has prepared.
const ANYTHING: &[&str] = &[
    "CALL",
    "EXECUTE",
    "IMPORT",
    "DROP OWNED",
    "ROLLBACK",
    "COMMIT PREPARED",
    "XA",
];

/// Reads a statement that is not looked into, as far as it is known.
pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    if tokens.dialect == Dialect::Postgres && tokens.eat("DO") {
        return Some(opaque("DO", block::reach(tokens)));
    }
    if tokens.dialect == Dialect::Mysql && tokens.eat("EXECUTE IMMEDIATE") {
        return Some(opaque("EXECUTE IMMEDIATE", executed::rest(tokens)));
    }
    if let Some(kind) = tokens.eat_any(ANYTHING) {
        return Some(opaque(kind, Reach::Everything));
    }
    if let Some(kind) = tokens.eat_any(&["SAVEPOINT", "RELEASE"]) {
        return Some(opaque(kind, Reach::Nothing));
    }
    if let Some(verb) = tokens.eat_any(&["CREATE", "ALTER", "DROP"]) {
        return outside(tokens, verb);
    }
    if tokens.dialect == Dialect::Postgres && tokens.at_any(&["COPY", "DECLARE"]) {
        return reader(tokens);
    }
    let harmless = match tokens.dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::Sqlite => SQLITE,
        Dialect::Mysql => MYSQL,
    };
    let kind = tokens.eat_any(harmless)?;
    let (reach, names) = match kind {
        "GRANT" | "REVOKE" => granted(tokens),
        _ => (Reach::Nothing, None),
    };
    Some(about(kind, reach, names))
}

/// A statement that is about tables and does not change them.
fn about(kind: &str, reach: Reach, names: Option<Vec<Qualified>>) -> Statement {
    Statement::Opaque(Opaque {
        kind: kind.into(),
        reach,
        names: names.unwrap_or_default(),
    })
}

/// The tables of `GRANT … ON TABLE a, b TO …`, or what else it is about: `ON SCHEMA s`.
fn granted(tokens: &mut Tokens<'_>) -> (Reach, Option<Vec<Qualified>>) {
    const OTHERS: &[&str] = &[
        "ALL TABLES IN SCHEMA",
        "ALL SEQUENCES IN SCHEMA",
        "ALL FUNCTIONS IN SCHEMA",
        "ALL PROCEDURES IN SCHEMA",
        "ALL ROUTINES IN SCHEMA",
        "SEQUENCE",
        "FUNCTION",
        "PROCEDURE",
        "ROUTINE",
        "SCHEMA",
        "TYPE",
        "DOMAIN",
    ];
    tokens.text_until(|tokens| tokens.at("ON"));
    if !tokens.eat("ON") {
        return (Reach::Nothing, None);
    }
    if tokens.eat_any(OTHERS).is_some() {
        let names = tokens.list(|tokens| {
            let name = tokens.qualified()?;
            tokens.parens();
            Some(name)
        });
        return (names.map_or(Reach::Nothing, Reach::Aside), None);
    }
    tokens.eat("TABLE");
    let names = tokens.list(Tokens::qualified);
    let names = names.filter(|_| tokens.at_any(&["TO", "FROM"]));
    (Reach::Nothing, names)
}

/// The table of `CREATE STATISTICS s ON a, b FROM t`.
fn counted(tokens: &mut Tokens<'_>) -> Option<Vec<Qualified>> {
    tokens.text_until(|tokens| tokens.at("FROM"));
    tokens.eat("FROM").then_some(())?;
    Some(vec![tokens.qualified()?])
}

/// The tables of `CREATE PUBLICATION p FOR TABLE a (c) WHERE (…), ONLY b, TABLE c`.
fn published(tokens: &mut Tokens<'_>) -> Option<Vec<Qualified>> {
    tokens.text_until(|tokens| tokens.at("TABLE"));
    tokens.list(|tokens| {
        tokens.eat("TABLE");
        tokens.eat("ONLY");
        let name = tokens.qualified();
        tokens.text_until(|tokens| tokens.at_item_end());
        name
    })
}

/// `CREATE`, `ALTER` or `DROP` of what the model does not have.
fn outside(tokens: &mut Tokens<'_>, verb: &str) -> Option<Statement> {
    tokens.eat("OR REPLACE");
    if tokens.eat("DEFINER") {
        tokens.text_until(|tokens| tokens.at("EVENT"));
    }
    while tokens.eat_any(&["TRUSTED", "PROCEDURAL"]).is_some() {}
    let object = tokens.eat_any(OUTSIDE)?;
    // Functions and columns may go with an operator, a language or a collation.
    let cascades = verb == "DROP" && tokens.dialect == Dialect::Postgres && {
        tokens.rest().canonical.ends_with("cascade")
    };
    let reach = match cascades {
        true => Reach::Everything,
        false => Reach::Nothing,
    };
    let names = match (verb, object) {
        ("CREATE", "STATISTICS") => counted(tokens),
        ("CREATE" | "ALTER", "PUBLICATION") => published(tokens),
        _ => None,
    };
    Some(about(&format!("{verb} {object}"), reach, names))
}

/// `COPY … TO` and `DECLARE c CURSOR FOR`: the query that they have, or the table.
fn reader(tokens: &mut Tokens<'_>) -> Option<Statement> {
    if tokens.eat("DECLARE") {
        tokens.text_until(|tokens| tokens.at("FOR"));
        tokens.eat("FOR").then_some(())?;
        let calls = calls_behind(tokens);
        let text = tokens.rest();
        return Some(Statement::Query(Query { text, calls }));
    }
    tokens.eat("COPY").then_some(())?;
    let calls = calls_behind(tokens);
    if let Some(text) = tokens.parens() {
        return Some(Statement::Query(Query { text, calls }));
    }
    let names = tokens.qualified().map(|name| vec![name]);
    Some(about("COPY", Reach::Nothing, names))
}

/// Whether what follows calls functions that may do anything.
fn calls_behind(tokens: &mut Tokens<'_>) -> bool {
    let mark = tokens.mark();
    let found = calls::follow(tokens);
    tokens.back(mark);
    !found.is_empty()
}
