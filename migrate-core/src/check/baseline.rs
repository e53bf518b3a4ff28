//! The schema before the first migration, as a `.sql` file makes it: a dump, mostly.
//!
//! What the database itself has written is in order, and nobody runs it: only what cannot be read of it is
//! reported. What it has written for its client program is left out.

use super::CheckOptions;
use crate::catalog::{Catalog, Site, apply};
use crate::ddl;
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Dialect;
use crate::directive::is_unchecked;
use crate::lex::{TokenKind, tokens};
use crate::parse::verdict;
use crate::source::{FileId, Sources};
use crate::split::split;
use std::ops::Range;

/// Applies a file to a schema, and says what is wrong with its syntax.
pub(super) fn read(
    catalog: &mut Catalog,
    file: FileId,
    sources: &Sources,
    options: &CheckOptions,
) -> Vec<Diagnostic> {
    let dialect = catalog.dialect();
    let Some(source) = sources.get(file) else {
        return Vec::new();
    };
    let text = without_client_text(&source.text, dialect);
    let split = split(&text, 0..text.len(), dialect);
    let problems = split.problems.into_iter();
    let mut diagnostics: Vec<Diagnostic> = problems.map(|it| it.in_file(file, 0)).collect();
    for span in split.statements {
        let range = span.range();
        let statement = text.get(range.clone()).unwrap_or_default();
        if !options.unchecked_syntax && !is_unchecked(&text, range.start) {
            let problem = verdict(statement, dialect);
            diagnostics.extend(problem.map(|it| it.in_file(file, range.start)));
        }
        let site = Site {
            file: Some(file),
            range,
        };
        *catalog = apply(catalog, &ddl::read(statement, dialect), site).catalog;
    }
    use Code::{Encoding, Lexical, Syntax, Unreadable};
    diagnostics.retain(|it| matches!(it.code, Unreadable | Encoding | Lexical | Syntax));
    diagnostics
}

/// The text with spaces in place of the lines for psql and the sqlite3 shell, and of `COPY … FROM stdin` with
/// its data, so that all else stays where it is.
fn without_client_text(text: &str, dialect: Dialect) -> String {
    let mut client: Vec<Range<usize>> = Vec::new();
    let mut current: Option<Range<usize>> = None;
    let mut last: Option<Range<usize>> = None;
    for token in tokens(text, dialect) {
        match token.kind {
            TokenKind::MetaCommand => client.push(token.range),
            TokenKind::CopyData => {
                let copy = last.take().map_or(token.range.start, |copy| copy.start);
                client.push(copy..token.range.end);
            }
            TokenKind::Semicolon => last = current.take(),
            kind if kind.is_trivia() => {}
            _ => {
                let start = current.map_or(token.range.start, |range| range.start);
                current = Some(start..token.range.end);
            }
        }
    }
    let mut kept = String::with_capacity(text.len());
    for range in client {
        kept.push_str(text.get(kept.len()..range.start).unwrap_or_default());
        kept.push_str(&" ".repeat(range.end.saturating_sub(kept.len())));
    }
    kept.push_str(text.get(kept.len()..).unwrap_or_default());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_for_psql_is_left_out() {
        let dump = "\\restrict a'b\nSELECT 1;\nCOPY public.a (b) FROM stdin;\nit's\tä\n\\.\n\nSELECT 2;\n\\unrestrict a'b\n";
        let left = without_client_text(dump, Dialect::Postgres);
        assert_eq!(left.len(), dump.len());
        let words: Vec<&str> = left.split_whitespace().collect();
        assert_eq!(words, ["SELECT", "1;", "SELECT", "2;"]);
        assert_eq!(left.find("SELECT 2"), dump.find("SELECT 2"));
    }
}
