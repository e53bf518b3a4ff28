//! Whatever the text: nothing is lost, nothing panics, no stack overflows.

use migrate_core::ddl;
use migrate_core::dialect::Dialect;
use migrate_core::effect::effect;
use migrate_core::lex::tokens;
use migrate_core::parse::verdict;
use migrate_core::split::split;
use migrate_core::statement::{alone_reason, commits, concurrent_index, control};
use proptest::prelude::*;

/// Pieces that mean something to a lexer or a splitter, alone or together.
const PIECES: &[&str] = &[
    "'",
    "''",
    "\"",
    "`",
    "[",
    "]",
    "(",
    ")",
    ";",
    "\\",
    "\\'",
    "$",
    "$$",
    "$a$",
    "$1",
    "--",
    "-- ",
    "/*",
    "*/",
    "/*!40101 ",
    "/*M!100100 ",
    "/*!99999 ",
    "#",
    "?",
    ":a",
    "@a",
    "@@",
    "::",
    ",",
    ".",
    "..",
    "=",
    "<>",
    "->>",
    "-",
    "+",
    "*",
    "/",
    "!",
    "|",
    "E'",
    "x'",
    "U&'",
    "U&\"",
    "N'",
    "1",
    "1.5e-3",
    "0x",
    ".5",
    "\n",
    "\r\n",
    " ",
    "\t",
    "\u{feff}",
    "\u{a0}",
    "é",
    "表",
    "😀",
    "\0",
    "\u{1}",
    "\nDELIMITER //\n",
    "//",
    "\nDELIMITER ;\n",
    "\n\\i f\n",
    "\n\\.\n",
    "\n.read f\n",
    "-- +goose StatementBegin\n",
    "-- +goose StatementEnd\n",
    "-- migrate:down\n",
    "COPY t FROM STDIN;",
    "CREATE ",
    "FUNCTION ",
    "TRIGGER ",
    "RULE ",
    "PROCEDURE ",
    "BEGIN ",
    "ATOMIC ",
    "END ",
    "CASE ",
    "WHEN ",
    "THEN ",
    "IF ",
    "LOOP ",
    "WHILE ",
    "REPEAT ",
    "UNTIL ",
    "FOR EACH ROW ",
    "l: ",
    "DO ",
    "AS ",
    "SELECT ",
    "FROM ",
    "WHERE ",
    "INSERT INTO t VALUES ",
    "UPDATE t SET a = ",
    "DELETE FROM t ",
    "TABLE t ",
    "ALTER ",
    "DROP ",
    "INDEX ",
    "CONCURRENTLY ",
    "i ",
    "ON ",
    "a ",
    "b ",
    "int ",
    "NOT ",
    "NULL ",
    "PRIMARY KEY ",
    "DEFAULT ",
    "REFERENCES ",
    "PRAGMA ",
    "WITH ",
    "JOIN ",
    "UNION ",
    "AND ",
    "IN ",
    "IS ",
    "BETWEEN ",
    "ARRAY",
    "INTERVAL ",
    "COLLATE ",
    "GRANT ",
    "SET ",
    "PREPARE TRANSACTION ",
    "BEGIN NOT ATOMIC ",
    "LOCK TABLES ",
    "CALL p()",
    "RENAME ",
    "ADD COLUMN ",
    "CHANGE ",
    "VIEW ",
    "EVENT ",
    "DEFINER = `a`@`b` ",
];

/// A small generator of our own, so that 20,000 inputs cost little: xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn text(&mut self) -> String {
        let length = self.below(20);
        (0..length)
            .map(|_| match self.below(12) {
                0 => char::from_u32(self.below(0x2_0000) as u32)
                    .map(String::from)
                    .unwrap_or_default(),
                _ => PIECES[self.below(PIECES.len())].to_owned(),
            })
            .collect()
    }
}

/// Reads a text in every way there is.
fn read(text: &str, dialect: Dialect) {
    check_lossless(text, dialect);
    let split = split(text, 0..text.len(), dialect);
    for span in &split.statements {
        let statement = &text[span.range()];
        assert!(!statement.is_empty(), "an empty statement in {text:?}");
        alone_reason(statement, dialect);
        control(statement, dialect);
        concurrent_index(statement);
        commits(statement, dialect);
        effect(statement, span.runs, dialect).settled(&[]);
        ddl::read(statement, dialect);
        if let Some(problem) = verdict(statement, dialect) {
            let marked = statement.get(problem.range.clone());
            assert!(marked.is_some(), "{:?} of {statement:?}", problem.range);
        }
    }
    for problem in &split.problems {
        assert!(
            text.get(problem.range.clone()).is_some(),
            "{problem:?} of {text:?}"
        );
    }
}

/// Tokens are contiguous from the first byte to the last; statements are in order, apart, and have
/// nothing but trivia and ends between them.
fn check_lossless(text: &str, dialect: Dialect) {
    let mut end = 0;
    for token in tokens(text, dialect) {
        assert_eq!(token.range.start, end, "a gap in {text:?}");
        assert!(token.range.end > end, "an empty token in {text:?}");
        assert!(
            text.is_char_boundary(token.range.end),
            "half a character in {text:?}"
        );
        end = token.range.end;
    }
    assert_eq!(end, text.len(), "the rest of {text:?} is lost");
    let split = split(text, 0..text.len(), dialect);
    let mut rebuilt = String::new();
    for span in &split.statements {
        rebuilt.push_str(&text[rebuilt.len()..span.start as usize]);
        rebuilt.push_str(&text[span.range()]);
    }
    rebuilt.push_str(&text[rebuilt.len()..]);
    assert_eq!(rebuilt, text);
}

fn read_20_000(dialect: Dialect) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..20_000 {
        read(&random.text(), dialect);
    }
}

#[test]
fn postgres_survives_20_000_random_inputs() {
    read_20_000(Dialect::Postgres);
}

#[test]
fn sqlite_survives_20_000_random_inputs() {
    read_20_000(Dialect::Sqlite);
}

#[test]
fn mysql_survives_20_000_random_inputs() {
    read_20_000(Dialect::Mysql);
}

#[test]
fn nesting_does_not_overflow_the_stack() {
    const TIMES: &[usize] = &[20, 60, 99, 120, 400, 10_000];
    let shapes: &[(&str, &str, &str, &str)] = &[
        ("SELECT ", "(", "1", ")"),
        ("SELECT ", "f(", "1", ")"),
        ("SELECT ", "(SELECT ", "1", ")"),
        ("SELECT * FROM ", "(SELECT * FROM ", "t", ") x"),
        ("SELECT * FROM ", "(", "t", ")"),
        ("SELECT ", "CASE WHEN a THEN ", "1", " END"),
        ("SELECT ", "ARRAY[", "1", "]"),
        ("SELECT ", "a IN (", "1", ")"),
        ("SELECT ", "1 BETWEEN ", "1", " AND 1"),
        ("", "WITH a AS (", "SELECT 1", ") SELECT 1"),
        ("SELECT ", "NOT ", "true", ""),
        ("SELECT ", "- ", "1", ""),
        ("SELECT ", "1 = ", "1", ""),
        ("SELECT ", "a || ", "a", ""),
        ("SELECT 1", " + 1", "", ""),
        ("SELECT 1", " UNION ALL SELECT 1", "", ""),
        ("SELECT 1 FROM t", " JOIN t", "", " ON true"),
        ("SELECT a", "::int", "", ""),
        ("SELECT a", "[1]", "", ""),
        ("SELECT a", " IS NULL", "", ""),
        ("", "EXPLAIN ", "SELECT 1", ""),
        ("", "PREPARE a AS ", "SELECT 1", ""),
        ("CREATE TABLE t (a int DEFAULT ", "(", "1", ")"),
        ("", "(", "", ""),
        ("", ")", "", ""),
        ("", "[", "", ""),
        ("", "/*", "", ""),
    ];
    for (before, open, inner, close) in shapes {
        for &times in TIMES {
            let text = format!(
                "{before}{}{inner}{}",
                open.repeat(times),
                close.repeat(times)
            );
            for &dialect in Dialect::ALL {
                read(&text, dialect);
                verdict(&text, dialect);
            }
        }
    }
}

#[test]
fn large_statements_are_read() {
    let rows = "(1, 'text', NULL), ".repeat(40_000);
    let text = format!("INSERT INTO t VALUES {rows}(2, '', NULL)");
    for &dialect in Dialect::ALL {
        assert_eq!(verdict(&text, dialect), None);
        let broken = format!("{text} {text}");
        read(&broken, dialect);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_strings_are_lossless(text in any::<String>()) {
        for &dialect in Dialect::ALL {
            read(&text, dialect);
        }
    }

    #[test]
    fn any_range_can_be_split(text in "\\PC*", start in 0usize..100, end in 0usize..100) {
        for &dialect in Dialect::ALL {
            split(&text, start..end, dialect);
        }
    }
}
