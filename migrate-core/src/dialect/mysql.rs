//! MySQL and MariaDB: lexical rules, and what a statement asks of the session.

use crate::kind::object_kind;
use crate::lex::{Lexical, Quote, TokenKind};
use crate::migration::Runs;
use crate::reader::Reader;

/// The lexical rules: "Language Structure" in the manual, with the default `sql_mode` (no
/// `ANSI_QUOTES`, no `NO_BACKSLASH_ESCAPES`).
pub(crate) const LEXICAL: Lexical = Lexical {
    quotes: &[
        Quote::new(b'\'', TokenKind::String).escaped(),
        Quote::new(b'"', TokenKind::String).escaped(),
        Quote::new(b'`', TokenKind::QuotedIdentifier),
    ],
    string_prefixes: b"bxn",
    postgres_strings: false,
    nested_comments: false,
    hash_comments: true,
    dashes_need_space: true,
    code_comments: true,
    parameters: b"?@",
    operators: b"+-*/<>=~!%^&|",
    operators_before_sign: b"",
};

/// What a statement asks of the session, apart from BEGIN and its like. MySQL refuses nothing
/// inside a transaction: it commits the transaction instead.
pub(crate) fn runs(words: Reader<'_>) -> Runs {
    let mut words = under_settings(words);
    if let Some((_, surely)) = commits(words.clone()) {
        return match surely {
            true => Runs::Commits,
            false => Runs::Perhaps,
        };
    }
    let Some(first) = words.word() else {
        return Runs::Anywhere;
    };
    match first.to_ascii_uppercase().as_str() {
        "SET" => match words.word().map(str::to_ascii_uppercase).as_deref() {
            // Kept by the server, or for the next transaction only.
            Some("GLOBAL" | "PERSIST" | "PERSIST_ONLY" | "TRANSACTION") => Runs::Anywhere,
            _ => Runs::Session,
        },
        "USE" | "LOCK" | "UNLOCK" | "PREPARE" | "DEALLOCATE" => Runs::Session,
        "DROP" if words.eat("PREPARE") => Runs::Session,
        _ => Runs::Anywhere,
    }
}

/// The name of a statement that ends the transaction it is run in, and whether it surely does:
/// "Statements That Cause an Implicit Commit" (MySQL manual, 15.3.3), "SQL statements That Cause an
/// Implicit Commit" (MariaDB). What runs other statements may run one of these.
pub(crate) fn commits(words: Reader<'_>) -> Option<(String, bool)> {
    let mut words = under_settings(words);
    let verb = words.word()?.to_ascii_uppercase();
    let surely = |name: String| Some((name, true));
    match verb.as_str() {
        "CREATE" | "DROP" => {
            let mut ahead = words.clone();
            ahead.eat("OR REPLACE");
            // A temporary table does not commit; DROP PREPARE is DEALLOCATE PREPARE.
            let of_session = ahead.eat_any(&["TEMPORARY", "PREPARE"]);
            (!of_session).then(|| (format!("{verb} {}", object_kind(&mut words)), true))
        }
        "ALTER" | "INSTALL" | "UNINSTALL" | "RENAME" => {
            surely(format!("{verb} {}", object_kind(&mut words)))
        }
        "ANALYZE" | "CHECK" | "OPTIMIZE" | "REPAIR" => {
            words.eat_any(&["NO_WRITE_TO_BINLOG", "LOCAL"]);
            // ANALYZE runs a query, too.
            let of_table = words.eat_any(&["TABLE", "TABLES", "VIEW"]);
            of_table.then(|| (format!("{verb} TABLE"), true))
        }
        "LOAD" | "CACHE" => words.eat("INDEX").then(|| (format!("{verb} INDEX"), true)),
        "RESET" => (!words.eat("PERSIST")).then_some((verb, true)),
        "START" | "STOP" => (!words.eat("TRANSACTION")).then_some((verb, true)),
        "CHANGE" | "FLUSH" | "GRANT" | "IMPORT" | "REVOKE" | "TRUNCATE" => surely(verb),
        "SET" if words.eat("PASSWORD") => surely("SET PASSWORD".to_owned()),
        "SET" if words.eat("DEFAULT ROLE") => surely("SET DEFAULT ROLE".to_owned()),
        "CALL" | "EXECUTE" => Some((verb, false)),
        "BEGIN" => words.eat("NOT ATOMIC").then_some((verb, false)),
        // Compound statements of MariaDB.
        "CASE" | "FOR" | "IF" | "LOOP" | "REPEAT" | "WHILE" => Some((verb, false)),
        _ => None,
    }
}

/// The statement that `SET STATEMENT max_statement_time = 60 FOR …` of MariaDB runs.
pub(crate) fn under_settings(mut words: Reader<'_>) -> Reader<'_> {
    loop {
        let mut ahead = words.clone();
        if !(ahead.eat("SET STATEMENT") && ahead.find("FOR")) {
            return words;
        }
        words = ahead;
    }
}

/// What a `SET` sets, in lower case: variables, and words as `role`, `names`, `transaction`. Not
/// what it sets for the whole server.
pub(crate) fn names_set(words: Reader<'_>) -> Vec<String> {
    let mut words = under_settings(words);
    let mut names = Vec::new();
    if !words.eat("SET") {
        return names;
    }
    loop {
        words.eat_any(&["SESSION", "LOCAL", "@@SESSION .", "@@LOCAL ."]);
        let Some(name) = words.skip() else {
            return names;
        };
        let name = name.trim_start_matches("@@").trim_matches('`');
        names.push(name.to_ascii_lowercase());
        while !words.eat(",") {
            if !words.skip_parens() && words.skip().is_none() {
                return names;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    #[test]
    fn what_a_set_sets() {
        let set = |statement| names_set(Reader::new(statement, Dialect::Mysql));
        assert_eq!(set("SET sql_mode = ''"), ["sql_mode"]);
        assert_eq!(
            set("set @@session.`Port` = (select 1, 2), local b := 3, @@c = @@d, @x = 1"),
            ["port", "b", "c", "@x"]
        );
        assert_eq!(set("SET ROLE a"), ["role"]);
        assert_eq!(
            set("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE"),
            ["transaction"]
        );
        assert_eq!(set("SET a = 1, GLOBAL b = 2"), ["a", "global"]);
        assert_eq!(set("SET a = 1, @@global.b = 2"), ["a", "global"]);
        assert_eq!(set("USE sql_mode"), [""; 0]);
    }
}
