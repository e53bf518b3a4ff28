//! Broken statements, made from good ones by the mistakes that people make: what the database
//! refuses has to be refused before it gets there, and nothing else.

use migrate_core::dialect::Dialect;
use migrate_core::lex::{Token, TokenKind, tokens};
use migrate_core::parse::verdict;
use migrate_core::split::split;
use migrate_tests::{postgres, wait_for, workspace};
use std::fs;
use std::sync::Arc;
use tokio_postgres::Client;

/// The project's own fixtures, statement by statement.
fn statements(dialect: Dialect) -> Vec<String> {
    let folder = workspace().join("migrate-core/fixtures/statements");
    let files = fs::read_dir(&folder).expect("the fixtures are there");
    let mut paths: Vec<_> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    paths.sort();
    let of_dialect = |name: &str| name.starts_with(dialect.as_str()) && name.ends_with(".sql");
    paths.retain(|path| {
        path.file_name()
            .is_some_and(|name| of_dialect(&name.to_string_lossy()))
    });
    let texts = paths
        .iter()
        .map(|path| fs::read_to_string(path).expect("a fixture can be read"));
    texts
        .flat_map(|text| {
            let found = split(&text, 0..text.len(), dialect).statements;
            found
                .iter()
                .map(|span| text[span.range()].to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Every text that is one mistake away: a token dropped, doubled, swapped with the next one or
/// misspelt, a quote lost.
fn mutants(statement: &str, dialect: Dialect) -> Vec<String> {
    let tokens: Vec<Token> = tokens(statement, dialect)
        .filter(|token| !token.kind.is_trivia())
        .collect();
    let mut mutants = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let (before, after) = (
            &statement[..token.range.start],
            &statement[token.range.end..],
        );
        let text = &statement[token.range.clone()];
        mutants.push(format!("{before} {after}"));
        mutants.push(format!("{before}{text} {text}{after}"));
        if let Some(next) = tokens.get(index + 1) {
            let between = &statement[token.range.end..next.range.start];
            let behind = &statement[next.range.end..];
            let next = &statement[next.range.clone()];
            mutants.push(format!("{before}{next}{between} {text}{behind}"));
        }
        let mut characters = text.chars();
        match (token.kind, characters.next(), characters.next()) {
            (TokenKind::Word, Some(first), Some(second)) => {
                let rest = characters.as_str();
                mutants.push(format!("{before}{second}{first}{rest}{after}"));
            }
            (TokenKind::String | TokenKind::QuotedIdentifier, Some(_), Some(_)) => {
                let without = text.chars().count() - 1;
                let open: String = text.chars().take(without).collect();
                mutants.push(format!("{before}{open}{after}"));
            }
            _ => {}
        }
    }
    mutants
}

/// Whether `migrate` refuses a text.
fn refused(text: &str, dialect: Dialect) -> bool {
    let found = split(text, 0..text.len(), dialect);
    let mut statements = found.statements.iter();
    !found.problems.is_empty()
        || statements.any(|span| verdict(&text[span.range()], dialect).is_some())
}

/// What the database says of mutants, and what `migrate` does.
#[derive(Default)]
struct Tally {
    broken: usize,
    missed: Vec<String>,
    valid: usize,
    refused: Vec<String>,
}

impl Tally {
    /// Runs every few of the mutants of all fixtures through both; `None` from the database: it
    /// cannot tell.
    fn of(dialect: Dialect, database: impl Fn(&str) -> Option<bool>) -> Tally {
        let statements = statements(dialect);
        assert!(
            statements.len() > 50,
            "{} fixtures of {dialect}",
            statements.len()
        );
        for statement in &statements {
            assert!(
                !refused(statement, dialect),
                "valid, but refused: {statement}"
            );
        }
        let all = statements
            .iter()
            .flat_map(|statement| mutants(statement, dialect));
        let all: Vec<String> = all.collect();
        let mut tally = Tally::default();
        for mutant in all.iter().step_by((all.len() / 3000).max(1)) {
            let Some(broken) = database(mutant) else {
                continue;
            };
            match broken {
                true => tally.broken += 1,
                false => tally.valid += 1,
            }
            match (broken, refused(mutant, dialect)) {
                (true, false) => tally.missed.push(mutant.clone()),
                (false, true) => tally.refused.push(mutant.clone()),
                _ => {}
            }
        }
        tally
    }

    fn check(self) {
        let Tally {
            broken,
            missed,
            valid,
            refused,
        } = self;
        println!(
            "{broken} broken, {} missed; {valid} valid, {} refused",
            missed.len(),
            refused.len()
        );
        assert!(broken > 500, "only {broken} broken ones");
        let share = missed.len() as f64 / broken as f64;
        assert!(
            share <= 0.02,
            "{:.1} % of {broken} missed: {missed:#?}",
            share * 100.0
        );
        // `DROP TABLE a, CASCADE`, where a table has that name, is nothing that anybody writes.
        let share = refused.len() as f64 / valid.max(1) as f64;
        assert!(
            share <= 0.03,
            "{:.1} % of {valid} valid ones refused: {refused:#?}",
            share * 100.0
        );
    }
}

/// PostgreSQL parses a statement when it is asked to prepare it, without running it; what it says
/// of names that are not there comes after the grammar.
fn postgres_refuses(client: &Arc<Client>, text: &str) -> Option<bool> {
    let (client, text) = (Arc::clone(client), text.to_owned());
    let prepared = wait_for(async move { client.prepare(&text).await });
    let Err(error) = prepared else {
        return Some(false);
    };
    let error = error.as_db_error()?;
    match error.code().code() {
        "42601"
            if error
                .message()
                .starts_with("cannot insert multiple commands") =>
        {
            None
        }
        "42601" => Some(true),
        _ => Some(false),
    }
}

#[test]
fn of_postgres() {
    let database = postgres::Database::create();
    let client = Arc::new(database.connect());
    Tally::of(Dialect::Postgres, |text| postgres_refuses(&client, text)).check();
}

#[test]
fn of_sqlite() {
    let connection = rusqlite::Connection::open_in_memory().expect("it opens");
    // It stops at the first name that is not there, with the rest unread: then it cannot tell.
    let refuses = |text: &str| match connection.prepare(text) {
        Ok(_) => Some(false),
        Err(error) => {
            let error = error.to_string();
            let syntax = ["syntax error", "unrecognized token", "incomplete input"];
            syntax
                .iter()
                .any(|words| error.contains(words))
                .then_some(true)
        }
    };
    Tally::of(Dialect::Sqlite, refuses).check();
}
