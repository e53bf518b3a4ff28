//! How deep a statement goes, measured before a recursive parser meets it.

use crate::dialect::Dialect;
use crate::lex::{TokenKind, tokens};

/// How much recursion a statement can cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nesting {
    /// Levels of parentheses, brackets and CASE expressions.
    pub depth: usize,
    /// The most tokens between a place and the last comma or `;` before it, on all levels around
    /// that place together. Parsers recurse on chains of operators, which need no parentheses, but
    /// never on lists.
    pub chain: usize,
}

/// Longer statements are data, and not looked into.
const MAX_LENGTH: usize = 1 << 20;

/// Measures a statement in one pass over its tokens. `None` if it is too long.
pub(crate) fn nesting(statement: &str, dialect: Dialect) -> Option<Nesting> {
    if statement.len() > MAX_LENGTH {
        return None;
    }
    let mut nesting = Nesting::default();
    // Tokens since the last comma: on each level around this one, on this one, and in total.
    let mut outer = Vec::new();
    let (mut here, mut total) = (0, 0);
    let mut cases = 0usize;
    for token in tokens(statement, dialect).filter(|token| !token.kind.is_trivia()) {
        let text = statement.get(token.range).unwrap_or_default();
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket => {
                outer.push(std::mem::take(&mut here));
            }
            TokenKind::CloseParen | TokenKind::CloseBracket => {
                total -= here;
                here = outer.pop().unwrap_or(0);
            }
            TokenKind::Semicolon => total -= std::mem::take(&mut here),
            TokenKind::Symbol if text == "," => total -= std::mem::take(&mut here),
            TokenKind::Word if text.eq_ignore_ascii_case("CASE") => cases += 1,
            TokenKind::Word if text.eq_ignore_ascii_case("END") => cases = cases.saturating_sub(1),
            _ => {}
        }
        here += 1;
        total += 1;
        nesting.depth = nesting.depth.max(outer.len() + cases);
        nesting.chain = nesting.chain.max(total);
    }
    Some(nesting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_parentheses_brackets_and_cases_but_not_their_number() {
        let depth = |text: &str| {
            nesting(text, Dialect::Postgres)
                .map(|nesting| nesting.depth)
                .unwrap()
        };
        assert_eq!(depth("SELECT 1, '(((' -- ((("), 0);
        assert_eq!(depth("SELECT (1), (2), a[(3)]"), 2);
        assert_eq!(
            depth("SELECT CASE WHEN (CASE WHEN a THEN b END) THEN c END"),
            3
        );
        assert_eq!(depth(&"(".repeat(10_000)), 10_000);
        assert_eq!(depth("))) END"), 0);
        assert_eq!(nesting(&" ".repeat(2 << 20), Dialect::Postgres), None);
    }

    #[test]
    fn chains_end_at_commas() {
        let chain = |text: &str| {
            nesting(text, Dialect::Postgres)
                .map(|nesting| nesting.chain)
                .unwrap()
        };
        assert_eq!(chain("SELECT 1 + 1 + 1"), 6);
        assert!(chain(&format!("VALUES (1){}", ", (1, 2)".repeat(1000))) < 10);
        assert!(chain(&format!("SELECT {}", "NOT ".repeat(1000))) > 1000);
        assert!(chain(&format!("SELECT {}", "f(1, 1 + ".repeat(1000))) > 3000);
        assert_eq!(chain(")))))"), 1);
    }
}
