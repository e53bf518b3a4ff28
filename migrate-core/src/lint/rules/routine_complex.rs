//! `routine-complex`

use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lex::TokenKind;
use crate::lint::{Context, Example, Findings, Rule};
use crate::reader::Reader;

pub(super) static RULE: Rule = Rule {
    code: "routine-complex",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "A function or procedure in PL/pgSQL with more than ten ways through it: branches, loops and handlers of exceptions.",
    effect: "Nobody tests all of them, and it is changed by a migration that holds all of it again.",
    instead: "Split it into several, or leave the decisions to the program.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE FUNCTION grade(points int) RETURNS text LANGUAGE plpgsql AS $$\nBEGIN\n    IF points > 95 THEN RETURN 'a+';\n    ELSIF points > 90 THEN RETURN 'a';\n    ELSIF points > 85 THEN RETURN 'b+';\n    ELSIF points > 80 THEN RETURN 'b';\n    ELSIF points > 75 THEN RETURN 'c+';\n    ELSIF points > 70 THEN RETURN 'c';\n    ELSIF points > 65 THEN RETURN 'd+';\n    ELSIF points > 60 THEN RETURN 'd';\n    ELSIF points > 55 THEN RETURN 'e+';\n    ELSIF points > 50 THEN RETURN 'e';\n    END IF;\n    RETURN 'f';\nEND $$;",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE FUNCTION grade(points int) RETURNS text LANGUAGE plpgsql AS $$\nBEGIN\n    RETURN chr(ascii('f') - least(greatest(points - 50, 0) / 10, 5));\nEND $$;",
    ),
    check,
};

/// So many ways are not too many (T. J. McCabe, "A Complexity Measure").
const ENOUGH: usize = 10;

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateRoutine(routine) = context.statement() else {
        return;
    };
    if &*routine.language != "plpgsql" {
        return;
    }
    let ways = ways(body(context));
    if ways > ENOUGH {
        let message = format!("there are {ways} ways through `{}`", routine.name);
        let finding = context.found(&routine.name.range(), message);
        findings.push(finding.help("split it into several"));
    }
}

/// What stands in the quotes behind `AS`.
fn body<'a>(context: &'a Context<'_>) -> &'a str {
    let mut words = context.words();
    while words.find("AS") {
        if let Some((TokenKind::String, quoted)) = words.peek() {
            let end = match quoted.strip_prefix('$') {
                Some(rest) => rest.find('$').map_or(0, |at| at + 2),
                None => 1,
            };
            return quoted
                .get(end..quoted.len().saturating_sub(end))
                .unwrap_or_default();
        }
    }
    ""
}

/// One, and one more for each branch, loop and handler.
fn ways(body: &str) -> usize {
    let mut words = Reader::new(body, Dialect::Postgres);
    let mut ways = 1;
    while !body.is_empty() && words.peek().is_some() {
        if words.eat_any(&[
            "END IF",
            "END LOOP",
            "END CASE",
            "IF EXISTS",
            "IF NOT EXISTS",
        ]) {
            continue;
        }
        match words.skip() {
            Some(word) if is_way(word) => ways += 1,
            Some(_) => {}
            None => break,
        }
    }
    ways
}

fn is_way(word: &str) -> bool {
    ["IF", "ELSIF", "ELSEIF", "WHEN", "LOOP"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(word))
}
