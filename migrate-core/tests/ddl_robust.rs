//! Whatever the statement: reading what it does never panics, its ranges are places in it, and no
//! operation of `ALTER TABLE` is lost.

use migrate_core::ddl::{Statement, read};
use migrate_core::dialect::Dialect;
use migrate_core::lex::{Token, TokenKind, tokens};
use migrate_core::split::split;
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// The statements of all fixtures about what statements do.
static STATEMENTS: LazyLock<Vec<(String, Dialect)>> = LazyLock::new(|| {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut statements = Vec::new();
    for folder in ["ddl_tables", "ddl_objects", "effect", "statements"] {
        for file in fs::read_dir(fixtures.join(folder)).expect("the fixtures") {
            let file = file.expect("a file").path();
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let Some(dialect) = dialect(&name) else {
                continue;
            };
            let text = fs::read_to_string(&file).expect("a readable fixture");
            let spans = split(&text, 0..text.len(), dialect).statements;
            statements.extend(
                spans
                    .iter()
                    .map(|it| (text[it.range()].to_owned(), dialect)),
            );
        }
    }
    statements.sort();
    statements
});

/// The dialect of a fixture's file name; none of its golden's.
fn dialect(file: &str) -> Option<Dialect> {
    let name = file.strip_suffix(".sql")?;
    name.split('_').next()?.parse().ok()
}

/// Reads a statement and looks at what was read.
fn check(statement: &str, dialect: Dialect) {
    let read = read(statement, dialect);
    for range in ranges(&format!("{read:?}")) {
        assert!(
            statement.get(range.clone()).is_some(),
            "{range:?} is no place in {statement:?}: {read:?}"
        );
    }
    if let Statement::AlterTable(alter) = &read {
        let ranges: Vec<_> = alter.operations.iter().map(|it| &it.range).collect();
        let in_order = ranges.is_sorted_by(|one, next| one.end <= next.start);
        assert!(in_order, "{ranges:?} of {statement:?}");
        let first = ranges.first().map_or(0, |range| range.start);
        let is_lost = |token: &Token| {
            let at = token.range.start;
            let read = ranges.iter().any(|range| range.contains(&at));
            at >= first && !read && !is_between(statement, token)
        };
        let lost = tokens(statement, dialect).find(is_lost);
        assert_eq!(lost, None, "it is lost of {statement:?}: {read:?}");
    }
}

/// Whether a token can stand between two operations: `ADD COLUMN IF NOT EXISTS (` is before the
/// columns that it adds.
fn is_between(text: &str, token: &Token) -> bool {
    use TokenKind::*;
    let words = ["ADD", "COLUMN", "IF", "NOT", "EXISTS"];
    let text = &text[token.range.clone()];
    token.kind.is_trivia()
        || matches!(
            token.kind,
            OpenParen | CloseParen | CodeOpen | CodeClose | Semicolon
        )
        || text == ","
        || words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The ranges that a `{:?}` shows.
fn ranges(shown: &str) -> Vec<std::ops::Range<usize>> {
    let after = shown.split("range: ").skip(1);
    let digits = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit());
        text[..end.unwrap_or(text.len())].parse().ok()
    };
    after
        .filter_map(|text| {
            let (start, end) = text.split_once("..")?;
            Some(digits(start)?..digits(end)?)
        })
        .collect()
}

/// The tokens of a statement as texts.
fn pieces(statement: &str, dialect: Dialect) -> Vec<&str> {
    tokens(statement, dialect)
        .map(|token| &statement[token.range])
        .collect()
}

#[test]
fn every_beginning_and_end_of_a_statement_is_read() {
    for (statement, dialect) in STATEMENTS.iter() {
        check(statement, *dialect);
        for token in tokens(statement, *dialect) {
            for &dialect in Dialect::ALL {
                check(&statement[..token.range.end], dialect);
                check(&statement[token.range.start..], dialect);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        for &dialect in Dialect::ALL {
            check(&text, dialect);
        }
    }

    /// Tokens are dropped, doubled, and replaced by those of other statements.
    #[test]
    fn changed_statements_are_read(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3),
            1..4,
        ),
    ) {
        let (statement, dialect) = which.get(&STATEMENTS);
        let mut changed = pieces(statement, *dialect);
        for (at, other, piece, how) in &changes {
            let at = at.index(changed.len());
            let (other, its) = other.get(&STATEMENTS);
            let other = pieces(other, *its);
            match how {
                0 => drop(changed.splice(at..=at, [" "])),
                1 => drop(changed.splice(at..at, [changed[at], " "])),
                _ => drop(changed.splice(at..=at, [" ", other[piece.index(other.len())], " "])),
            }
        }
        let changed = changed.concat();
        for &dialect in Dialect::ALL {
            check(&changed, dialect);
        }
    }
}
