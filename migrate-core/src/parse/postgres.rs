//! PostgreSQL's grammar, as the squawk project has it.

use super::Fault;
use crate::dialect::Dialect;
use crate::reader::Reader;
use squawk_parser::{EntryPoint, LexedStr, StrStep, SyntaxKind};

/// The first place where a statement leaves the grammar.
pub(super) fn fault(statement: &str) -> Option<Fault> {
    if is_refused_wrongly(statement) {
        return None;
    }
    let lexed = LexedStr::new(statement);
    let lexical = lexed.errors().next().map(|(range, why)| Fault {
        at: range.start as usize,
        why: Some(why.to_owned()),
    });
    let output = EntryPoint::SourceFile.parse(&lexed.to_input());
    let mut walk = Walk::default();
    lexed.intersperse_trivia(&output, &mut |step| walk.step(step));
    let grammatical = walk.fault.map(|at| Fault { at, why: None });
    [lexical, grammatical]
        .into_iter()
        .flatten()
        .min_by_key(|fault| fault.at)
}

/// Valid statements that squawk-parser 2.68 refuses.
fn is_refused_wrongly(statement: &str) -> bool {
    let mut words = Reader::new(statement, Dialect::Postgres);
    words.eat("ALTER USER MAPPING")
        || words.eat("ALTER STATISTICS IF EXISTS")
        || words.eat("SET ROLE TO")
}

/// A walk through the syntax tree from left to right, to its first error.
#[derive(Default)]
struct Walk {
    /// How many nodes are open.
    depth: usize,
    /// Where the walk is in the text.
    at: usize,
    /// The last token.
    last: Option<SyntaxKind>,
    fault: Option<usize>,
}

impl Walk {
    fn step(&mut self, step: StrStep<'_>) {
        match step {
            StrStep::Enter { .. } => {
                // The parser takes a statement behind another without a `;`.
                let is_statement = self.depth == 1;
                if is_statement && self.last.is_some_and(|last| last != SyntaxKind::SEMICOLON) {
                    self.fault.get_or_insert(self.at);
                }
                self.depth += 1;
            }
            StrStep::Exit => self.depth -= 1,
            StrStep::Token { kind, text } => {
                self.at += text.len();
                if !matches!(kind, SyntaxKind::WHITESPACE | SyntaxKind::COMMENT) {
                    self.last = Some(kind);
                }
            }
            StrStep::Error { pos, .. } => {
                self.fault.get_or_insert(pos);
            }
        }
    }
}
