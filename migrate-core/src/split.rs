//! Text → statements. Splitting never fails: what cannot be a statement becomes a [`Problem`],
//! and the text goes on behind it.

use crate::body::{Body, rest_of_body};
use crate::diagnostic::{Code, Problem};
use crate::dialect::Dialect;
use crate::kind::object_kind;
use crate::lex::{Token, TokenKind, tokens};
use crate::migration::StatementSpan;
use crate::reader::Reader;
use crate::statement::runs;
use crate::unfit::unfit;
use std::ops::Range;

/// What a text consists of. Ranges are byte offsets in the whole text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The statements, without the white space and comments around them and without their `;`.
    /// One that has a problem is left out, so that nothing follows from it.
    pub statements: Vec<StatementSpan>,
    /// At most one for each statement.
    pub problems: Vec<Problem>,
}

/// Splits a part of a text into its statements.
///
/// A `;` ends a statement unless it is quoted, in a comment, in the body of a function
/// (`BEGIN ATOMIC`), trigger or stored routine, or in the list of actions of a `CREATE RULE`.
/// On MySQL a `DELIMITER` line names another end, and all between `-- +goose StatementBegin` and
/// `StatementEnd` is one statement. (PostgreSQL and SQLite need neither: their bodies can be told.)
///
/// ```
/// use migrate_core::{dialect::Dialect, split::split};
/// let text = "SELECT ';'; -- one\nSELECT 2";
/// let split = split(text, 0..text.len(), Dialect::Postgres);
/// let statements: Vec<&str> = split.statements.iter().map(|s| &text[s.range()]).collect();
/// assert_eq!(statements, ["SELECT ';'", "SELECT 2"]);
/// ```
pub fn split(text: &str, range: Range<usize>, dialect: Dialect) -> Split {
    let mut splitter = Splitter {
        offset: range.start,
        text: text.get(range).unwrap_or_default(),
        dialect,
        current: Current::default(),
        in_block: false,
        split: Split::default(),
    };
    for token in tokens(splitter.text, dialect) {
        splitter.token(token);
    }
    splitter.finish();
    splitter.split
}

struct Splitter<'a> {
    text: &'a str,
    /// Where the text begins in the whole text.
    offset: usize,
    dialect: Dialect,
    current: Current<'a>,
    /// Between `-- +goose StatementBegin` and `StatementEnd`.
    in_block: bool,
    split: Split,
}

/// The statement that is being read.
#[derive(Default)]
struct Current<'a> {
    /// `None` before its first token.
    range: Option<Range<usize>>,
    /// Where parentheses and brackets are open.
    open: Vec<usize>,
    body: Body<'a>,
    /// Where `/*!` has been opened.
    code: Option<usize>,
    /// The token before this one, if it was a string.
    string: Option<Range<usize>>,
    /// The first string that has a word directly behind it, as in `'it's'`.
    suspect: Option<Range<usize>>,
    problem: Option<Problem>,
}

impl Current<'_> {
    /// Notes a problem, unless there is one already, of which this may be a consequence.
    fn problem(&mut self, problem: Problem) {
        self.problem.get_or_insert(problem);
    }
}

impl<'a> Splitter<'a> {
    fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    fn token(&mut self, token: Token) {
        use TokenKind::*;
        match token.kind {
            _ if token.unterminated => self.unterminated(token),
            Whitespace | BlockComment => {}
            LineComment => self.goose(token.range),
            DelimiterLine | CopyData => self.finish(),
            MetaCommand => self.meta_command(token.range),
            Semicolon if self.ends_statement(&token) => self.finish(),
            kind => self.part_of_statement(kind, token.range),
        }
    }

    /// Whether a `;` is the end, or part of something larger.
    fn ends_statement(&self, token: &Token) -> bool {
        if self.slice(token.range.clone()) != ";" {
            return true; // What a DELIMITER line says is always the end.
        }
        let in_rule = !self.current.open.is_empty() && self.is_rule();
        !in_rule && !self.in_block && self.current.body.open().is_none()
    }

    /// `CREATE [OR REPLACE] RULE … DO (…; …)`.
    fn is_rule(&self) -> bool {
        let start = self.current.range.as_ref().map_or(0, |range| range.start);
        let mut words = Reader::new(self.slice(start..self.text.len()), self.dialect);
        words.eat("CREATE") && object_kind(&mut words) == "RULE"
    }

    fn part_of_statement(&mut self, kind: TokenKind, range: Range<usize>) {
        use TokenKind::*;
        let token = self.slice(range.clone());
        let start = match &mut self.current.range {
            Some(current) if kind == Semicolon => current.start,
            Some(current) => {
                current.end = range.end;
                current.start
            }
            // What closes a comment that a `;` has cut through has been complained of.
            None if matches!(kind, Semicolon | CodeClose) => return,
            None => self.current.range.insert(range.clone()).start,
        };
        let statement = self.slice(start..self.text.len());
        let current = &mut self.current;
        if !matches!(kind, CodeOpen | CodeClose) {
            let at = range.start - start;
            current.body.token(token, at, statement, self.dialect);
        }
        let after_string = current.string.take();
        match kind {
            OpenParen | OpenBracket => current.open.push(range.start),
            CloseParen | CloseBracket => self.close(range),
            CodeOpen => current.code = Some(range.start),
            CodeClose => current.code = None,
            String => current.string = Some(range),
            Word => {
                let touching = after_string.filter(|string| string.end == range.start);
                current.suspect = current.suspect.take().or(touching);
            }
            _ => {}
        }
    }

    /// Takes a closing parenthesis or bracket.
    fn close(&mut self, range: Range<usize>) {
        let close = self.slice(range.clone());
        let expected = if close == ")" { "(" } else { "[" };
        let open = self.current.open.pop().map(|at| self.slice(at..at + 1));
        if open == Some(expected) {
            return;
        }
        let label = match open {
            Some(open) => format!("the `{open}` before it is still open"),
            None => format!("no `{expected}` is open here"),
        };
        let message = format!("unbalanced `{close}`");
        self.current.problem(lexical(range, message, label, None));
    }

    fn unterminated(&mut self, token: Token) {
        let opening = opening(self.slice(token.range.clone()));
        let close = match opening {
            "/*" => "*/",
            "[" => "]",
            dollars if dollars.starts_with('$') => dollars,
            quote => quote.get(quote.len() - 1..).unwrap_or_default(),
        };
        let mut help = format!("close it with `{close}`");
        let what = match token.kind {
            TokenKind::BlockComment => {
                if self.dialect.lexical().nested_comments {
                    help += "; comments nest, so every `/*` inside needs its own";
                }
                "comment"
            }
            TokenKind::QuotedIdentifier => "identifier",
            _ => {
                if close != opening || close == "'" {
                    help += &format!("; a quote inside it is written twice: `{close}{close}`");
                }
                "string"
            }
        };
        let start = token.range.start;
        // After `'it's'` every later string is inside out: the mistake is there, not at the end.
        let suspect = self.current.suspect.take();
        let range = suspect
            .filter(|_| what == "string")
            .unwrap_or(start..start + opening.len());
        let message = format!("unterminated {what}");
        let label = format!("this {what} does not end");
        self.current
            .problem(lexical(range, message, label, Some(help)));
    }

    /// A line for psql or for the shell of SQLite.
    fn meta_command(&mut self, range: Range<usize>) {
        let line = self.slice(range.clone());
        let command = line.split_whitespace().next().unwrap_or_default();
        let command = command.trim_end_matches(';');
        let help = match command {
            "\\i" | "\\ir" | "\\include" | ".read" => "put the content of that file here",
            "\\c" | "\\connect" | ".open" => {
                "remove it: a migration runs on the database it is given"
            }
            "\\copy" | ".import" => "write INSERT statements instead",
            _ => "remove it, or write it as SQL",
        };
        let message = match self.dialect {
            Dialect::Sqlite => {
                format!("sqlite3 shell command `{command}`; only the sqlite3 shell understands it")
            }
            _ => format!("psql meta-command `{command}`; only psql understands it"),
        };
        let place = range.start..range.start + command.len();
        // In the midst of a statement it ends the statement only if it sends it off.
        let ends = self.current.range.is_none() || line.starts_with("\\g") || line.contains(';');
        self.current
            .problem(lexical(place, message, "not SQL", Some(help.to_owned())));
        if ends {
            self.finish();
        }
    }

    /// `-- +goose StatementBegin` and `-- +goose StatementEnd`.
    fn goose(&mut self, comment: Range<usize>) {
        let mut words = self
            .slice(comment)
            .trim_start_matches('-')
            .split_whitespace();
        if self.dialect != Dialect::Mysql || words.next() != Some("+goose") {
            return;
        }
        let begins = match words.next().map(str::to_ascii_lowercase).as_deref() {
            Some("statementbegin") => true,
            Some("statementend") => false,
            _ => return,
        };
        self.finish();
        self.in_block = begins;
    }

    /// Ends the current statement, if there is one.
    fn finish(&mut self) {
        let mut current = std::mem::take(&mut self.current);
        let problem = current.problem.take().or_else(|| self.incomplete(&current));
        if let Some(mut problem) = problem {
            problem.range = problem.range.start + self.offset..problem.range.end + self.offset;
            self.split.problems.push(problem);
        } else if let Some(range) = current.range {
            let place = |at: usize| u32::try_from(at + self.offset).unwrap_or(u32::MAX);
            self.split.statements.push(StatementSpan {
                start: place(range.start),
                end: place(range.end),
                runs: runs(self.slice(range), self.dialect),
            });
        }
    }

    /// Why a statement that has come to its end is none.
    fn incomplete(&self, current: &Current<'_>) -> Option<Problem> {
        if let Some(&at) = current.open.last() {
            let open = self.slice(at..at + 1);
            let close = if open == "(" { ")" } else { "]" };
            let message = format!("unbalanced `{open}`");
            let label = format!("its `{close}` is missing");
            return Some(lexical(at..at + 1, message, label, None));
        }
        if let Some(at) = current.code {
            // The mariadb client sends it off there, too.
            let help = "write its `*/` before the `;`, which ends a statement in it as elsewhere";
            let help = Some(help.to_owned());
            let message = "a versioned comment is open at the end of this statement";
            return Some(lexical(at..at + 3, message, "it begins here", help));
        }
        let range = current.range.clone()?;
        if let Some(at) = current.body.open() {
            let at = range.start + at;
            let word = self.slice(at..self.text.len());
            let length = word
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(word.len());
            let message = "the body of this statement has no END";
            let help = "each statement in it ends with `;`, also the last one before END";
            let help = Some(help.to_owned());
            return Some(lexical(at..at + length, message, "it begins here", help));
        }
        if let Some(problem) = rest_of_body(self.slice(range.clone()), self.dialect) {
            return Some(problem.moved(range.start));
        }
        let problem = unfit(self.slice(range.clone()), self.dialect)?;
        Some(problem.moved(range.start))
    }
}

fn lexical(
    range: Range<usize>,
    message: impl Into<String>,
    label: impl Into<String>,
    help: Option<String>,
) -> Problem {
    Problem {
        code: Code::Lexical,
        range,
        message: message.into(),
        label: label.into(),
        help,
    }
}

/// What a string, quoted identifier or comment begins with: `E'`, `$tag$`, `/*`.
fn opening(token: &str) -> &str {
    let length = if token.starts_with("/*") {
        2
    } else if token.starts_with('$') {
        token.match_indices('$').nth(1).map_or(1, |(at, _)| at + 1)
    } else {
        token.find(['\'', '"', '`', '[']).map_or(1, |at| at + 1)
    };
    token.get(..length).unwrap_or(token)
}
