//! Definitions that are kept as text, with what goes without saying left out.

use crate::dialect::Dialect;
use crate::lex::{TokenKind, tokens};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a trigger is.
#[derive(Debug, PartialEq)]
pub(super) struct TriggerDefinition {
    /// `BEFORE`, `AFTER`, `INSTEAD OF`.
    time: String,
    /// `INSERT`, `UPDATE OF a , b`: their order makes no difference.
    events: BTreeSet<String>,
    /// What stands between them and what is done: `REFERENCING …`, `FOR EACH ROW`.
    rest: String,
    /// `WHEN (e)`.
    pub when: Option<Arc<str>>,
    /// What is called.
    pub function: String,
    /// With what, or all that is done.
    body: String,
}

/// Reads what stands behind the name of a trigger.
pub(super) fn trigger(definition: &str, dialect: Dialect) -> TriggerDefinition {
    let (head, rest) = definition.split_once(" on ").unwrap_or((definition, ""));
    let times = ["before", "after", "instead of"];
    let time = times.into_iter().find(|it| head.starts_with(it));
    let events = head.strip_prefix(time.unwrap_or_default()).unwrap_or(head);
    let events = events.trim().split(" or ").map(ToOwned::to_owned);
    let calls = [" execute function ", " execute procedure "];
    let call = calls.into_iter().find_map(|it| rest.split_once(it));
    let (rest, function, body) = match (dialect, call) {
        (Dialect::Postgres, Some((rest, call))) => {
            let (function, arguments) = call.split_once(" (").unwrap_or((call, ""));
            (rest, function, arguments)
        }
        _ => match rest.split_once(" begin ") {
            Some((rest, body)) => (rest, "", body),
            None => (rest, "", ""),
        },
    };
    let rest = format!(" {rest} ");
    let (rest, when) = match rest.split_once(" when ") {
        Some((rest, when)) => (rest.to_owned(), Some(when.trim().into())),
        None => (rest, None),
    };
    let rest = behind_name(&rest);
    let rest = match dialect {
        // It has no others.
        Dialect::Sqlite => rest.replace("for each row", ""),
        _ => rest
            .replace("for each statement", "")
            .replace("for statement", "")
            .replace("for row", "for each row")
            .replace("not deferrable", "")
            .replace("initially immediate", ""),
    };
    let words: Vec<&str> = rest.split_whitespace().collect();
    TriggerDefinition {
        time: time.unwrap_or("before").to_owned(),
        events: events.collect(),
        rest: words.join(" "),
        when,
        function: function.to_owned(),
        body: body.to_owned(),
    }
}

/// What stands behind a name with a schema or without one.
fn behind_name(text: &str) -> &str {
    let (_, rest) = text.trim().split_once(' ').unwrap_or_default();
    match rest.strip_prefix(". ") {
        Some(own) => behind_name(own),
        None => rest,
    }
}

/// `AS`, `FOR` and `TO` of a policy.
pub(super) fn policy(definition: &str) -> (&str, &str, BTreeSet<&str>) {
    let behind = |wanted: &str| -> Vec<&str> {
        let mut all = definition.split(' ').skip_while(|word| *word != wanted);
        all.next();
        let own = all.take_while(|word| !matches!(*word, "as" | "for" | "to"));
        own.filter(|word| *word != ",").collect()
    };
    let first = |wanted: &str, usual| behind(wanted).first().copied().unwrap_or(usual);
    let mut roles: BTreeSet<&str> = behind("to").into_iter().collect();
    if roles.is_empty() {
        roles.insert("public");
    }
    (first("as", "permissive"), first("for", "all"), roles)
}

/// What may be said of a function in any order, and what is so if nothing is said ("CREATE FUNCTION" in
/// PostgreSQL's manual).
const USUAL: &[&str] = &[
    "volatile",
    "called on null input",
    "security invoker",
    "external security invoker",
    "parallel unsafe",
    "not leakproof",
    "cost 100",
    "rows 1000",
];

/// The other things, by their first words.
const SAID: &[&str] = &[
    "immutable",
    "stable",
    "leakproof",
    "strict",
    "returns null on null input",
    "security definer",
    "external security definer",
    "parallel",
    "cost",
    "rows",
    "support",
    "transform",
    "window",
    "set",
];

/// The attributes of a function of PostgreSQL, and its body: where white space and comments have no meaning,
/// without them.
pub(super) fn routine(body: &str, language: &str) -> (BTreeSet<String>, String) {
    let (said, text) = match body.strip_prefix("as ") {
        Some(text) => ("", text),
        None => body.split_once(" as ").unwrap_or((body, "")),
    };
    let mut rest = said;
    let mut attributes: BTreeSet<String> = BTreeSet::new();
    while !rest.is_empty() {
        let begins = |what: &&&str| {
            rest.strip_prefix(**what)
                .is_some_and(|behind| behind.is_empty() || behind.starts_with(' '))
        };
        if let Some(usual) = USUAL.iter().find(begins) {
            rest = rest.get(usual.len()..).unwrap_or_default().trim_start();
            continue;
        }
        // Up to what begins the next one.
        let starts = rest.match_indices(' ').map(|(at, _)| at + 1);
        let mut ends = starts.filter(|at| {
            let behind = rest.get(*at..).unwrap_or_default();
            USUAL.iter().chain(SAID).any(|it| behind.starts_with(it))
        });
        let end = ends.next().unwrap_or(rest.len());
        let (one, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        attributes.insert(attribute(one.trim()));
        rest = behind;
    }
    let text = match language {
        "sql" | "plpgsql" => without_spaces(text),
        _ => text.to_owned(),
    };
    (attributes, text)
}

/// `SET a TO 'b'` and `SET a = b` are one, as are the two ways to say `STRICT`.
fn attribute(text: &str) -> String {
    match text {
        "returns null on null input" => "strict".to_owned(),
        "external security definer" => "security definer".to_owned(),
        _ => match text.strip_prefix("set ") {
            Some(set) => format!("set {}", set.replacen(" to ", " = ", 1).replace('\'', "")),
            None => text.to_owned(),
        },
    }
}

/// A text's tokens, with words in lower case.
fn without_spaces(text: &str) -> String {
    let mut found = String::new();
    for token in tokens(text, Dialect::Postgres).filter(|it| !it.kind.is_trivia()) {
        let written = text.get(token.range).unwrap_or_default();
        match token.kind {
            TokenKind::Word => found.push_str(&written.to_ascii_lowercase()),
            _ => found.push_str(written),
        }
        found.push(' ');
    }
    found
}
