//! PostgreSQL's grammar, as the squawk project has it, made stricter where PostgreSQL is.

use super::Fault;
use crate::dialect::Dialect;
use crate::reader::Reader;
use squawk_parser::SyntaxKind::{self, *};
use squawk_parser::{EntryPoint, LexedStr, StrStep};

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
    let mut walk = Walk::new(statement);
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
    words.eat_any(&[
        "CREATE TRUSTED",
        "CREATE PROCEDURAL",
        "CREATE OR REPLACE TRUSTED",
        "CREATE OR REPLACE PROCEDURAL",
        "ALTER USER MAPPING",
        "ALTER STATISTICS IF EXISTS",
        "SET NAMES",
        "DO LANGUAGE",
        "SET ROLE TO",
    ])
}

/// A walk through the syntax tree from left to right, to the first error: one that the parser
/// found, or one that it lets pass.
struct Walk<'a> {
    statement: &'a str,
    /// The nodes around this place.
    open: Vec<Node>,
    /// Where the walk is in the text.
    at: usize,
    /// The last token, and where it ends.
    last: Option<(SyntaxKind, usize)>,
    /// The last three tokens, the newest one last.
    recent: [Option<SyntaxKind>; 3],
    /// The last tokens were `IS` or `IS NOT`, as an operator.
    after_is: bool,
    fault: Option<usize>,
}

struct Node {
    kind: SyntaxKind,
    start: usize,
    children: usize,
    /// A table that takes its columns from another or from a type.
    has_columns_of: bool,
    /// Joins that need an ON or USING, less those that have been seen: `a JOIN b JOIN c ON … ON …`.
    conditions_due: isize,
}

impl<'a> Walk<'a> {
    fn new(statement: &'a str) -> Walk<'a> {
        Walk {
            statement,
            open: Vec::new(),
            at: 0,
            last: None,
            recent: [None; 3],
            after_is: false,
            fault: None,
        }
    }

    fn step(&mut self, step: StrStep<'_>) {
        match step {
            StrStep::Enter { kind } => self.enter(kind),
            StrStep::Exit => self.exit(),
            StrStep::Token { kind, text } => {
                if !matches!(kind, WHITESPACE | COMMENT) {
                    self.token(kind);
                    self.last = Some((kind, self.at + text.len()));
                    self.recent = [self.recent[1], self.recent[2], Some(kind)];
                }
                self.at += text.len();
            }
            StrStep::Error { pos, .. } => self.fault_at(pos),
        }
    }

    fn fault_at(&mut self, at: usize) {
        self.fault.get_or_insert(at);
    }

    fn enter(&mut self, kind: SyntaxKind) {
        let column_without_type = self.in_typed_column()
            && matches!(
                kind,
                COLLATE
                    | CHECK_CONSTRAINT
                    | DEFAULT_CONSTRAINT
                    | GENERATED_CONSTRAINT
                    | NOT_NULL_CONSTRAINT
                    | NULL_CONSTRAINT
                    | PRIMARY_KEY_CONSTRAINT
                    | REFERENCES_CONSTRAINT
                    | UNIQUE_CONSTRAINT
            );
        let follows_statement = !matches!(self.last, None | Some((SEMICOLON | ATOMIC_KW, _)));
        if let Some(parent) = self.open.last_mut() {
            parent.children += 1;
            let is_second = parent.children == 2;
            let faulty = match (parent.kind, kind) {
                // The parser takes a statement behind another without a `;`.
                (SOURCE_FILE | ATOMIC_BODY, _) => follows_statement,
                (COLUMN, _) => is_second && column_without_type,
                (CREATE_TABLE | CREATE_FOREIGN_TABLE, PARTITION_OF | OF_TYPE) => {
                    parent.has_columns_of = true;
                    false
                }
                (JOIN, JOIN_INNER | JOIN_LEFT | JOIN_RIGHT | JOIN_FULL) => {
                    parent.conditions_due += 1;
                    false
                }
                (JOIN, ON_CLAUSE | JOIN_USING_CLAUSE) => {
                    parent.conditions_due -= 1;
                    false
                }
                _ => false,
            };
            if faulty {
                self.fault_at(self.at);
            }
        }
        self.open.push(Node {
            kind,
            start: self.at,
            children: 0,
            has_columns_of: false,
            conditions_due: 0,
        });
    }

    fn exit(&mut self) {
        let in_typed_column = self.in_typed_column();
        let Some(node) = self.open.pop() else {
            return;
        };
        match node.kind {
            COLUMN if in_typed_column && node.children == 1 => self.fault_at(self.at),
            JOIN | JOIN_EXPR => match self.open.last_mut() {
                Some(parent) if matches!(parent.kind, JOIN | JOIN_EXPR) => {
                    parent.conditions_due += node.conditions_due;
                }
                _ if node.conditions_due > 0 => self.fault_at(self.at),
                _ => {}
            },
            CUSTOM_OP if self.parent() == Some(PREFIX_EXPR) => {
                let operator = self.statement.get(node.start..self.at);
                if operator.is_some_and(|operator| !may_be_prefix(operator)) {
                    self.fault_at(node.start);
                }
            }
            _ => {}
        }
    }

    fn token(&mut self, kind: SyntaxKind) {
        let parent = self.parent();
        if std::mem::take(&mut self.after_is) {
            let goes_on = matches!((parent, kind), (Some(IS_NOT), NOT_KW));
            let operand = matches!(
                kind,
                NULL_KW | TRUE_KW | FALSE_KW | UNKNOWN_KW | DOCUMENT_KW | OF_KW
            );
            self.after_is = goes_on;
            if !goes_on && !operand {
                self.fault_at(self.at);
            }
        }
        self.after_is |= kind == IS_KW && matches!(parent, Some(BIN_EXPR | IS_NOT));
        if kind == NATURAL_KW
            && let Some(join) = self.open.last_mut()
        {
            join.conditions_due -= 1;
        }
        // What is given another name stays in its schema (`RenameStmt` in gram.y).
        if kind == DOT && matches!(self.recent, [Some(RENAME_KW), Some(TO_KW), _]) {
            self.fault_at(self.at);
        }
        // Two strings are one only with a line end between them.
        if let Some((last, end)) = self.last
            && is_string(last)
            && is_string(kind)
        {
            let gap = self.statement.get(end..self.at).unwrap_or_default();
            if !gap.contains('\n') {
                self.fault_at(self.at);
            }
        }
    }

    fn parent(&self) -> Option<SyntaxKind> {
        self.open.last().map(|node| node.kind)
    }

    /// Directly in a column definition that must have a type: of a new table that does not take
    /// its columns from another table or a type.
    fn in_typed_column(&self) -> bool {
        match self.open.as_slice() {
            [.., table, list, column] => {
                matches!(table.kind, CREATE_TABLE | CREATE_FOREIGN_TABLE)
                    && !table.has_columns_of
                    && (list.kind, column.kind) == (TABLE_ARG_LIST, COLUMN)
            }
            _ => false,
        }
    }
}

fn is_string(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        STRING
            | ESC_STRING
            | UNICODE_ESC_STRING
            | BIT_STRING
            | BYTE_STRING
            | NATIONAL_STRING
            | DOLLAR_QUOTED_STRING
    )
}

/// Whether PostgreSQL takes an operator before its only operand: all but those that its grammar
/// knows by name.
fn may_be_prefix(operator: &str) -> bool {
    const INFIX: &[&str] = &[
        "=", "<", ">", "<=", ">=", "<>", "!=", "=>", ":=", "*", "/", "%", "^",
    ];
    !INFIX.contains(&operator)
}
