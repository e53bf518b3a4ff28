//! A file at a glance: its sections, where each has SQL, and what its comments direct.

use crate::diagnostic::{Code, Problem};
use crate::dialect::Dialect;
use crate::directive::{self, Directive, Note};
use crate::lex::{TokenKind, tokens};
use crate::migration::Direction;
use std::ops::Range;

/// What a file consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    /// What stands before the first marker: all of it in a file without markers.
    pub head: Section,
    /// What stands behind each marker, in the file's order.
    pub marked: Vec<(Marker, Section)>,
    /// Directives that are none, or stand in the wrong place.
    pub problems: Vec<Problem>,
    bare_markers: bool,
}

/// A section marker: where it is and what it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    pub direction: Direction,
    pub range: Range<usize>,
}

/// A part of a file that holds one script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    /// All of it, without its marker.
    pub range: Range<usize>,
    /// From its first token to its last one; `None` if it holds nothing but comments.
    pub code: Option<Range<usize>>,
    /// Those that apply to the section as a whole.
    pub directives: Vec<(Range<usize>, Directive)>,
    /// Those that stand behind the first statement.
    late: Vec<(Range<usize>, Directive)>,
    /// Where `migrate:unchecked` stands.
    pub unchecked: Vec<Range<usize>>,
}

/// Reads a file's outline, in one pass over its tokens.
pub(crate) fn outline(text: &str, dialect: Dialect) -> Outline {
    let mut outline = Outline::default();
    for token in tokens(text, dialect) {
        if token.kind == TokenKind::LineComment {
            outline.comment(text, token.range);
        } else if !token.kind.is_trivia() {
            outline.current().add_code(token.range);
        }
    }
    outline.end(text.len());
    outline
}

/// Whether a comment has its line for itself.
fn is_alone(text: &str, comment: &Range<usize>) -> bool {
    let before = text.get(..comment.start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim_start_matches('\u{feff}').trim().is_empty()
}

impl Outline {
    /// The section that is being read.
    fn current(&mut self) -> &mut Section {
        match self.marked.last_mut() {
            Some((_, section)) => section,
            None => &mut self.head,
        }
    }

    fn comment(&mut self, text: &str, range: Range<usize>) {
        let comment = text.get(range.clone()).unwrap_or_default();
        match directive::read(comment) {
            None | Some(Ok(Note::Block)) => {}
            Some(Err(problem)) => self.problems.push(problem.moved(range.start)),
            Some(Ok(Note::Directive(directive))) => self.directive(range, directive),
            Some(Ok(Note::Bare(direction))) => {
                if is_alone(text, &range) && self.has_bare_markers(direction) {
                    self.begin(direction, range);
                }
            }
            Some(Ok(Note::Marker {
                direction,
                no_transaction,
            })) => {
                self.begin(direction, range.clone());
                match no_transaction {
                    Ok(false) => {}
                    Ok(true) => self.directive(range, Directive::NoTransaction),
                    Err(problem) => self.problems.push(problem.moved(range.start)),
                }
            }
        }
    }

    /// Whether `UP` and `DOWN` alone are markers in this file: only if an `UP` stands before
    /// everything else. Elsewhere they are comments like any other.
    fn has_bare_markers(&mut self, next: Direction) -> bool {
        let is_first = self.marked.is_empty() && self.head.code.is_none();
        self.bare_markers |= is_first && next == Direction::Up;
        self.bare_markers
    }

    fn begin(&mut self, direction: Direction, range: Range<usize>) {
        if self.marked.is_empty() {
            // In the head it is the statements that are misplaced.
            self.head.directives.append(&mut self.head.late);
        }
        self.end(range.start);
        let section = Section {
            range: range.end..range.end,
            ..Section::default()
        };
        self.marked.push((Marker { direction, range }, section));
    }

    fn directive(&mut self, range: Range<usize>, directive: Directive) {
        let section = self.current();
        match directive {
            Directive::Unchecked => section.unchecked.push(range),
            _ if section.code.is_none() => section.directives.push((range, directive)),
            _ => section.late.push((range, directive)),
        }
    }

    /// Ends the section that is being read.
    fn end(&mut self, at: usize) {
        let section = self.current();
        section.range.end = at;
        let late = std::mem::take(&mut section.late);
        self.problems.extend(late.into_iter().map(|(range, _)| {
            Problem::new(
                Code::DirectiveUnknown,
                range,
                "this directive stands behind the first statement",
            )
            .label("it would apply to nothing")
            .help("move it to the head of the section or of the file")
        }));
    }
}

impl Section {
    /// This section and the one that follows it, as one, as if no marker stood between them.
    pub fn join(mut self, next: Section) -> Section {
        self.range.end = next.range.end;
        if let Some(code) = next.code {
            self.add_code(code.clone());
        }
        self.directives.extend(next.directives);
        self.unchecked.extend(next.unchecked);
        self
    }

    fn add_code(&mut self, token: Range<usize>) {
        match &mut self.code {
            Some(code) => code.end = token.end,
            None => self.code = Some(token),
        }
    }
}
