//! What changes nothing that the model has, and what may change anything.

use super::target::{kind, target};
use super::{block, executed};
use crate::ddl::object::{ObjectKind, Target};
use crate::ddl::query::Query;
use crate::ddl::read::query::calls;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::{Opaque, Qualified, Reach, Statement};
use crate::dialect::Dialect;

/// A statement that is not looked into.
pub(in crate::ddl::read) fn opaque(kind: &str, reach: Reach) -> Statement {
    Statement::Opaque(Opaque::new(kind, reach))
}

/// The same, about an object that has to be there.
pub(super) fn of_object(kind: &str, reach: Reach, object: (ObjectKind, Target)) -> Statement {
    Statement::Opaque(Opaque {
        objects: vec![object],
        ..Opaque::new(kind, reach)
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

/// Those of them that stay when the session ends.
const LASTING: &[&str] = &[
    "SECURITY LABEL",
    "REASSIGN OWNED",
    "COMMENT ON",
    "INSTALL",
    "UNINSTALL",
    "RENAME USER",
];

/// Words with which statements begin that may do anything. `ROLLBACK TO` undoes what has been done since,
/// `COMMIT PREPARED` does what another session has prepared.
const ANYTHING: &[&str] = &[
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
    if tokens.eat("CALL") {
        return Some(called(tokens));
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
    Some(Statement::Opaque(match kind {
        "GRANT" | "REVOKE" => granted(tokens, kind),
        kind if LASTING.contains(&kind) => Opaque::new(kind, Reach::Aside(Vec::new())),
        _ => Opaque::new(kind, Reach::Nothing),
    }))
}

/// `CALL f(1)`, which may do anything.
fn called(tokens: &mut Tokens<'_>) -> Statement {
    let mut called = Opaque::new("CALL", Reach::Everything);
    let target = tokens.qualified().map(Target::named);
    let procedures = target.map(|target| (ObjectKind::Procedure, target));
    called.objects.extend(procedures);
    Statement::Opaque(called)
}

/// The tables of `GRANT SELECT (c) ON TABLE a, b TO …`, or what else it is about: `ON SCHEMA s`.
fn granted(tokens: &mut Tokens<'_>, verb: &str) -> Opaque {
    let mut grant = Opaque::new(verb, Reach::Aside(Vec::new()));
    let mut columns = Vec::new();
    while !tokens.is_at_end() && !tokens.at("ON") {
        match tokens.idents() {
            Some(names) => columns.extend(names),
            None => drop(tokens.advance()),
        }
    }
    if !tokens.eat("ON") {
        return grant;
    }
    if let Some(kind) = granted_kind(tokens) {
        let targets = tokens.list(|tokens| target(tokens, kind));
        let targets = targets.unwrap_or_default();
        let names = targets.iter().map(|target| target.name.clone());
        grant.reach = Reach::Aside(names.collect());
        grant.objects = targets.into_iter().map(|it| (kind, it)).collect();
        return grant;
    }
    tokens.eat("TABLE");
    let names = tokens.list(Tokens::qualified);
    grant.names = names
        .filter(|_| tokens.at_any(&["TO", "FROM"]))
        .unwrap_or_default();
    let tables = grant.names.iter();
    let pairs = tables.flat_map(|table| columns.iter().map(|it| (table.clone(), it.clone())));
    grant.columns = pairs.collect();
    grant
}

/// What `GRANT` is about, if it is no table: takes the words for it.
fn granted_kind(tokens: &mut Tokens<'_>) -> Option<ObjectKind> {
    let all = ["TABLES", "SEQUENCES", "FUNCTIONS", "PROCEDURES", "ROUTINES"];
    let all = all.map(|what| format!("ALL {what} IN SCHEMA"));
    if all.iter().any(|words| tokens.eat(words)) {
        return Some(ObjectKind::Schema);
    }
    tokens.attempt(|tokens| {
        let kind = kind(tokens)?;
        use ObjectKind::{Domain, Function, Procedure, Routine, Schema, Sequence, Type};
        let known = [Domain, Function, Procedure, Routine, Schema, Sequence, Type];
        // A table may have such a name.
        let is_name = tokens.at_any(&["TO", "FROM", ",", "."]);
        (known.contains(&kind) && !is_name).then_some(kind)
    })
}

/// The table of `CREATE STATISTICS s ON a, b FROM t`.
fn counted(tokens: &mut Tokens<'_>) -> Option<Vec<Qualified>> {
    tokens.text_until(|tokens| tokens.at("FROM"));
    tokens.eat("FROM").then_some(())?;
    Some(vec![tokens.qualified()?])
}

/// The tables of `CREATE PUBLICATION p FOR TABLE a (c) WHERE (…), ONLY b, TABLE c, TABLES IN SCHEMA s`.
fn published(tokens: &mut Tokens<'_>) -> Option<Vec<Qualified>> {
    tokens.text_until(|tokens| tokens.at("TABLE"));
    let tables = tokens.list(|tokens| {
        if tokens.eat("TABLES IN SCHEMA") {
            tokens.advance();
            return Some(None);
        }
        tokens.eat("TABLE");
        tokens.eat("ONLY");
        let name = tokens.qualified()?;
        tokens.text_until(|tokens| tokens.at_item_end());
        Some(Some(name))
    });
    Some(tables?.into_iter().flatten().collect())
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
        false => Reach::Aside(Vec::new()),
    };
    let names = match (verb, object) {
        ("CREATE", "STATISTICS") => counted(tokens),
        ("CREATE" | "ALTER", "PUBLICATION") => published(tokens),
        _ => None,
    };
    let objects = match object {
        "DEFAULT PRIVILEGES" => schemas(tokens),
        _ => Vec::new(),
    };
    Some(Statement::Opaque(Opaque {
        names: names.unwrap_or_default(),
        objects,
        ..Opaque::new(&format!("{verb} {object}"), reach)
    }))
}

/// The schemas of `ALTER DEFAULT PRIVILEGES FOR ROLE r IN SCHEMA a, b GRANT …`.
fn schemas(tokens: &mut Tokens<'_>) -> Vec<(ObjectKind, Target)> {
    tokens.text_until(|tokens| tokens.at("IN SCHEMA"));
    let there = tokens.eat("IN SCHEMA");
    let names = there.then(|| tokens.list(Tokens::qualified)).flatten();
    let names = names.unwrap_or_default().into_iter();
    let of_schema = |name| (ObjectKind::Schema, Target::named(name));
    names.map(of_schema).collect()
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
    let table = tokens.qualified()?;
    let columns = tokens.idents().unwrap_or_default().into_iter();
    Some(Statement::Opaque(Opaque {
        columns: columns.map(|it| (table.clone(), it)).collect(),
        names: vec![table],
        ..Opaque::new("COPY", Reach::Nothing)
    }))
}

/// Whether what follows calls functions that may do anything.
fn calls_behind(tokens: &mut Tokens<'_>) -> bool {
    let mark = tokens.mark();
    let found = calls::follow(tokens);
    tokens.back(mark);
    !found.is_empty()
}
