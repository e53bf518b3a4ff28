//! The place where a statement leaves the grammar, and what can be found out about it.
//!
//! A grammar only says where it stopped. What it would have accepted there is found by asking it
//! again: a text that ends with a candidate at that place is either refused there or not before its
//! end.

use super::Grammar;
use crate::dialect::Dialect;
use crate::lex::{TokenKind, tokens};
use std::ops::Range;

/// What may be expected, and examples of it.
const CANDIDATES: &[(&str, &[&str])] = &[
    ("`)`", &[")"]),
    ("`,`", &[", x", ", (", ", 'x'"]),
    ("`;`", &[";"]),
];

/// The same where an expression has not just ended; behind one they are no news.
const OPENING_CANDIDATES: &[(&str, &[&str])] = &[
    ("`(`", &["("]),
    ("`=`", &["="]),
    ("a type", &[TYPE]),
    ("a name", &["x"]),
    ("a string", &["'x'"]),
];

/// What can be nothing but a type.
const TYPE: &str = "numeric(1, 2)[]";

/// Keywords that may be expected.
const KEYWORDS: &str = "ADD ALTER AS BEGIN BY COLUMN DO DROP ELSE END EXECUTE EXISTS FOR FROM \
    FUNCTION INDEX INTO IS KEY LANGUAGE NULL OF ON REFERENCES ROW SELECT SET TABLE THEN TO TYPE USING \
    VALUES VIEW WHEN WHERE WITH";

/// More alternatives than this help nobody.
const MAX_EXPECTED: usize = 4;

/// A statement and the token of it that does not fit.
pub(super) struct Place<'a> {
    statement: &'a str,
    grammar: Grammar,
    /// Without white space and comments.
    tokens: Vec<(TokenKind, Range<usize>)>,
    /// The token that does not fit; the number of tokens if the end does not.
    index: usize,
}

impl<'a> Place<'a> {
    pub fn new(statement: &'a str, at: usize, grammar: Grammar, dialect: Dialect) -> Place<'a> {
        let tokens: Vec<_> = tokens(statement, dialect)
            .filter(|token| !token.kind.is_trivia())
            .map(|token| (token.kind, token.range))
            .collect();
        let index = tokens.partition_point(|(_, range)| range.end <= at);
        Place {
            statement,
            grammar,
            tokens,
            index,
        }
    }

    /// The token so many places behind (or before) the one that does not fit.
    fn token(&self, offset: isize) -> Option<&(TokenKind, Range<usize>)> {
        self.tokens.get(self.index.checked_add_signed(offset)?)
    }

    /// Where that token is.
    pub fn range(&self, offset: isize) -> Option<Range<usize>> {
        self.token(offset).map(|(_, range)| range.clone())
    }

    /// Its text; empty if there is none.
    pub fn text(&self, offset: isize) -> &'a str {
        let range = self.range(offset).unwrap_or_default();
        self.statement.get(range).unwrap_or_default()
    }

    /// Its text if it is a keyword or an unquoted name.
    pub fn word(&self, offset: isize) -> Option<&'a str> {
        let (kind, _) = self.token(offset)?;
        (*kind == TokenKind::Word).then(|| self.text(offset))
    }

    /// Whether the statement is valid with one range replaced.
    pub fn accepts_with(&self, range: Range<usize>, replacement: &str) -> bool {
        let before = self.statement.get(..range.start).unwrap_or_default();
        let after = self.statement.get(range.end..).unwrap_or_default();
        (self.grammar)(&format!("{before}{replacement}{after}")).is_none()
    }

    /// What the grammar would have accepted here; empty if that is too much to list.
    pub fn expected(&self) -> Vec<String> {
        if self.index == 0 {
            return vec!["a statement".to_owned()];
        }
        if self.goes_on_with("1") {
            return vec!["an expression".to_owned()];
        }
        let behind_expression = self.goes_on_with("- 1");
        let opening = if behind_expression {
            &[]
        } else {
            OPENING_CANDIDATES
        };
        let mut expected: Vec<String> = [CANDIDATES, opening]
            .concat()
            .iter()
            .filter(|(_, examples)| examples.iter().any(|example| self.goes_on_with(example)))
            .map(|&(name, _)| name.to_owned())
            .collect();
        // A type may look like a name, and SQLite takes a string for a name.
        let known = |name: &str| expected.iter().any(|expected| expected == name);
        let (is_type, is_name) = (known("a type"), known("a name"));
        expected.retain(|name| match name.as_str() {
            "a name" => !is_type,
            "a string" => !is_name,
            _ => true,
        });
        if self.is_complete_before() {
            expected.retain(|name| name != "`;`");
            expected.push("the end of the statement".to_owned());
            return expected;
        }
        let keywords: Vec<String> = KEYWORDS
            .split(' ')
            .filter(|&keyword| keyword != "IS" || !behind_expression)
            .filter(|keyword| self.goes_on_with(keyword))
            .map(|keyword| format!("`{keyword}`"))
            .collect();
        if expected.len() + keywords.len() <= MAX_EXPECTED {
            expected.extend(keywords);
        }
        expected
    }

    /// Whether a name of the user's would fit here.
    pub fn expects_name(&self) -> bool {
        self.goes_on_with("x")
    }

    /// Whether a type would fit here.
    pub fn expects_type(&self) -> bool {
        self.goes_on_with(TYPE)
    }

    /// Whether the statement is valid without what does not fit and all behind it.
    pub fn is_complete_before(&self) -> bool {
        self.index < self.tokens.len() && self.goes_on_with("")
    }

    /// Whether the statement up to here may go on like this.
    fn goes_on_with(&self, next: &str) -> bool {
        let here = self
            .range(0)
            .map_or(self.statement.len(), |range| range.start);
        let before = self.statement.get(..here).unwrap_or_default();
        let text = format!("{before} {next}");
        (self.grammar)(&text).is_none_or(|fault| fault.at >= text.len() && !next.is_empty())
    }

    /// The column of a CREATE TABLE whose definition ends before this place.
    pub fn column_before(&self) -> Option<&'a str> {
        let is = |offset, keyword: &str| self.text(offset).eq_ignore_ascii_case(keyword);
        let first = 0isize.checked_sub_unsigned(self.index)?;
        let creates_table = is(first, "CREATE") && (first + 1..first + 4).any(|at| is(at, "TABLE"));
        let mut depth = 0usize;
        // Back to the comma or parenthesis before the definition.
        let start = (first..0).rev().find(|&at| match self.text(at) {
            ")" => {
                depth += 1;
                false
            }
            "(" if depth > 0 => {
                depth -= 1;
                false
            }
            text => depth == 0 && (text == "," || text == "("),
        })?;
        let name = self.text(start + 1);
        let constraint = [
            "CONSTRAINT",
            "PRIMARY",
            "UNIQUE",
            "FOREIGN",
            "CHECK",
            "EXCLUDE",
            "LIKE",
        ];
        let is_column = !constraint
            .iter()
            .any(|word| name.eq_ignore_ascii_case(word));
        (creates_table && is_column && start + 1 < 0).then_some(name)
    }
}

/// A token as messages show it.
pub(super) fn shown(token: &str) -> String {
    const MAX: usize = 40;
    let line = token.lines().next().unwrap_or_default();
    let cut = line.floor_char_boundary(MAX);
    match line.get(..cut).unwrap_or_default() {
        "" => "the end of the statement".to_owned(),
        part if part.len() < token.len() => format!("`{part}…`"),
        whole => match whole.chars().next().filter(|&first| is_invisible(first)) {
            Some(first) => format!("character U+{:04X}", u32::from(first)),
            None => format!("`{whole}`"),
        },
    }
}

/// Spaces and the like that SQL does not know; they come with copied text.
pub(super) fn is_invisible(character: char) -> bool {
    !character.is_ascii() && character.is_whitespace()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}
