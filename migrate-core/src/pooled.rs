//! What a script cannot do behind a pooler that may pool by transaction, on PostgreSQL: each
//! transaction may be given another session of the server, and what one leaves in its session is
//! met by another client (PgBouncer's manual, "SQL feature map for pooling modes").

use crate::diagnostic::{Code, Diagnostic, Problem};
use crate::dialect::Dialect;
use crate::lex::{TokenKind, tokens};
use crate::migration::{Runs, Script};
use crate::reader::Reader;
use crate::source::Sources;
use crate::statement::{Control, and_chain, control};

/// Where there is no other way to say what is meant.
const WAYS_OUT: &str =
    "connect to the server itself, or say `lock = \"session\"` where the pooler pools by session";

/// What makes a table, a view or a sequence one of its session.
const TEMPORARY: [&str; 2] = ["TEMP", "TEMPORARY"];

/// What these scripts cannot do there. The diagnostics point into the sources that are returned
/// with them.
pub fn check_pooled<'a>(
    scripts: impl IntoIterator<Item = &'a Script>,
) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    for script in scripts {
        let problems = problems(script);
        if !problems.is_empty() {
            let file = sources.add(script.file.clone());
            let found = problems.into_iter();
            diagnostics.extend(found.map(|problem| problem.in_file(file, 0)));
        }
    }
    (sources, diagnostics)
}

/// The script's problems, each at its place in the file.
fn problems(script: &Script) -> Vec<Problem> {
    let mut problems = Vec::new();
    let limited = script.lock_timeout.or(script.statement_timeout).is_some();
    if let (false, true, Some(first)) = (
        script.is_transactional(),
        limited,
        script.statements.first(),
    ) {
        let message = "a timeout cannot be set outside a transaction behind a pooler: other clients would meet it";
        problems.push(
            Problem::new(Code::Pooler, first.range(), message)
                .label("runs outside a transaction")
                .help(WAYS_OUT),
        );
    }
    let mut in_transaction = script.is_transactional();
    for span in script.statements.iter() {
        let statement = script.statement(span);
        let problem = match in_transaction {
            true => outlives_transaction(statement, span.runs, script.is_transactional()),
            false => needs_session(statement, span.runs),
        };
        problems.extend(problem.map(|problem| problem.moved(span.range().start)));
        if span.runs == Runs::Control {
            let chains = and_chain(statement, Dialect::Postgres);
            in_transaction =
                chains || control(statement, Dialect::Postgres) == Some(Control::Begin);
        }
    }
    problems
}

/// Whether a statement by itself is for others that come after it, or leaves something behind.
fn needs_session(statement: &str, runs: Runs) -> Option<Problem> {
    match sets_session(statement, runs) || creates_temporary(statement) {
        true => Some(refusal(statement, WAYS_OUT)),
        false => lasting(statement),
    }
}

/// Whether a statement in a transaction leaves something behind that is not put back: `whole`
/// where the transaction is the program's own, which puts back settings and temporary tables.
fn outlives_transaction(statement: &str, runs: Runs, whole: bool) -> Option<Problem> {
    let mut words = words_of(statement);
    let is_custom = words.eat("SET") && {
        words.eat("SESSION");
        words.skip();
        // `a.b` is nobody's but the application's: no catalog shows it.
        words.eat(".")
    };
    if let Some(problem) = lasting(statement) {
        return Some(problem);
    }
    if sets_session(statement, runs) && (is_custom || !whole) {
        let local = "write `SET LOCAL`, which ends with the transaction";
        return Some(refusal(statement, local));
    }
    let temporary = creates_temporary(statement) && !whole && !words.find("ON COMMIT DROP");
    let mut words = words_of(statement);
    let instead = match (words.eat("CREATE"), words.find("TABLE")) {
        (false, _) => "write `CREATE TEMP TABLE … ON COMMIT DROP AS …`",
        (true, true) => "write `ON COMMIT DROP` at its end",
        (true, false) => WAYS_OUT,
    };
    temporary.then(|| refusal(statement, instead))
}

/// Whether a statement sets something that the session keeps, and does not merely take it back.
fn sets_session(statement: &str, runs: Runs) -> bool {
    let mut words = words_of(statement);
    runs.is_session() && !words.eat_any(&["UNLISTEN", "DEALLOCATE"])
}

/// Whether a statement leaves something behind wherever it stands.
fn lasting(statement: &str) -> Option<Problem> {
    let mut words = words_of(statement);
    match words.word()?.to_ascii_uppercase().as_str() {
        "LISTEN" | "LOAD" => Some(refusal(statement, WAYS_OUT)),
        "PREPARE" if !words.eat("TRANSACTION") => Some(refusal(
            statement,
            "write the statement itself instead of preparing it",
        )),
        "DECLARE" if words.find("WITH HOLD") => Some(refusal(statement, "leave out `WITH HOLD`")),
        "SELECT" | "WITH" => session_lock(statement),
        _ => None,
    }
}

/// A lock that stays when the transaction ends, and with the pooler's session when the client is
/// gone.
fn session_lock(statement: &str) -> Option<Problem> {
    const LOCKS: [&str; 4] = [
        "pg_advisory_lock",
        "pg_advisory_lock_shared",
        "pg_try_advisory_lock",
        "pg_try_advisory_lock_shared",
    ];
    let mut words = tokens(statement, Dialect::Postgres);
    let called = words.find_map(|token| {
        let text = statement.get(token.range.clone())?;
        let is_it = |name: &&str| text.eq_ignore_ascii_case(name);
        let name = LOCKS.into_iter().find(is_it)?;
        (token.kind == TokenKind::Word).then_some((token.range, name))
    });
    called.map(|(range, name)| {
        let instead = name.replace("advisory_", "advisory_xact_");
        Problem::new(
            Code::Pooler,
            range,
            format!("`{name}` takes a lock that stays in the pooler's session"),
        )
        .label("kept beyond the transaction")
        .help(format!(
            "call `{instead}`, whose lock ends with the transaction"
        ))
    })
}

/// Whether a statement creates something temporary: by the word, or in the schema of such things.
fn creates_temporary(statement: &str) -> bool {
    let mut words = words_of(statement);
    if !words.eat("CREATE") {
        return selects_into_temporary(words);
    }
    words.eat("OR REPLACE");
    words.eat_any(&["GLOBAL", "LOCAL"]);
    if words.eat_any(&TEMPORARY) {
        return true;
    }
    // `TABLE`, `VIEW`, `FUNCTION`, …
    words.word();
    words.eat("IF NOT EXISTS");
    is_of_session(words)
}

/// `SELECT … INTO TEMP t`, but not `WITH … INSERT INTO temp`, which is a table of that name.
fn selects_into_temporary(mut words: Reader<'_>) -> bool {
    if !words.eat_any(&["SELECT", "WITH"]) {
        return false;
    }
    while !words.is_at_end() {
        if words.eat_any(&["INSERT INTO", "MERGE INTO"]) {
            continue;
        }
        if !words.eat("INTO") {
            words.skip();
            continue;
        }
        words.eat_any(&["GLOBAL", "LOCAL"]);
        if words.eat_any(&TEMPORARY) || is_of_session(words.clone()) {
            return true;
        }
    }
    false
}

/// Whether the name that is next is one in the schema of temporary objects (manual, `search_path`).
fn is_of_session(mut words: Reader<'_>) -> bool {
    words
        .name()
        .is_some_and(|name| name.schema.as_deref() == Some("pg_temp"))
}

fn words_of(statement: &str) -> Reader<'_> {
    Reader::new(statement, Dialect::Postgres)
}

fn refusal(statement: &str, help: &str) -> Problem {
    let line = statement.lines().next().unwrap_or_default().trim_end();
    let message = format!(
        "behind a pooler every transaction may be given another session, so that `{line}` would not do what it says"
    );
    Problem::new(Code::Pooler, 0..line.len(), message)
        .label("is for its session")
        .help(help)
}
