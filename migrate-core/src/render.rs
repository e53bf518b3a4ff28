//! Diagnostics → pictures: the one renderer, for the macro, the command line, run-time errors and
//! tests.
//!
//! Only the lines that are shown are handed to the drawing library, so that neither a large file
//! nor a long line costs more than it shows.

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{LineColumn, SourceFile, Sources, line_column};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::ops::Range;

/// Whether a picture has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// With ANSI escapes.
    Color,
}

/// Draws a diagnostic as rustc draws its own.
///
/// A span without a range is shown as the file's path alone. The text ends without a line end.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(printable(&diagnostic.message))
        .id(diagnostic.code.as_str());
    let excerpts = excerpts(diagnostic, sources);
    let mut group = Group::with_title(title);
    if let (None, Some(file)) = (excerpts.first(), sources.get(diagnostic.span.file)) {
        group = group.element(Origin::path(printable(&file.path)));
    }
    group = group.elements(excerpts.iter().map(Excerpt::snippet));
    for other in &diagnostic.others {
        if let (None, Some(file)) = (&other.span.range, sources.get(other.span.file)) {
            let note = format!("`{}` {}", file.path, other.text);
            group = group.element(Level::NOTE.message(printable(&note)));
        }
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(printable(note)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Color => Renderer::styled(),
    };
    let mut picture = renderer.render(&[group]);
    for excerpt in &excerpts {
        let (drawn, real) = excerpt.place();
        if drawn != real {
            picture = picture.replacen(&drawn, &real, 1);
        }
    }
    let last_line = excerpts.iter().map(Excerpt::last_line).max();
    tidy(&picture, diagnostic.message.lines().count(), last_line)
}

/// Lines of a file that are shown, and what is marked in them.
struct Excerpt<'a> {
    file: &'a SourceFile,
    /// What is shown: whole lines, or a part of a long one.
    window: Range<usize>,
    /// The first one is what the excerpt is about.
    marks: Vec<Mark<'a>>,
    /// Where the first mark is.
    place: LineColumn,
}

/// A marked place.
struct Mark<'a> {
    range: Range<usize>,
    label: &'a str,
    kind: AnnotationKind,
}

/// A longer statement is marked on its first line only.
const MAX_LINES: usize = 6;
/// More of one line, in bytes, is not marked.
const MAX_MARK: usize = 100;
/// What is shown of a file at once, in bytes. Places further apart are shown one after the other.
const MAX_WINDOW: usize = 4096;
/// What is shown of a longer line on either side of the mark, in bytes. The drawing library shows
/// 140 columns of it.
const MAX_SIDE: usize = 600;

/// The places of a diagnostic that have a range.
fn excerpts<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Excerpt<'a>> {
    let primary = (&diagnostic.span, &diagnostic.label, AnnotationKind::Primary);
    let others = diagnostic.others.iter();
    let others = others.map(|other| (&other.span, &other.text, AnnotationKind::Context));
    let mut excerpts: Vec<Excerpt<'_>> = Vec::new();
    for (span, label, kind) in std::iter::once(primary).chain(others) {
        let (Some(range), Some(file)) = (&span.range, sources.get(span.file)) else {
            continue;
        };
        let range = visible(&file.text, range);
        let mark = Mark { range, label, kind };
        let mut of_file = excerpts
            .iter_mut()
            .filter(|excerpt| std::ptr::eq(excerpt.file, file));
        match of_file.find_map(|excerpt| Some((excerpt.reach(&mark.range)?, excerpt))) {
            Some((window, excerpt)) => {
                excerpt.window = window;
                excerpt.marks.push(mark);
            }
            None => excerpts.push(Excerpt::new(file, mark)),
        }
    }
    excerpts
}

/// The part of a range that is marked.
fn visible(text: &str, range: &Range<usize>) -> Range<usize> {
    let first = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let start = text.floor_char_boundary(range.start).max(first);
    let end = text.floor_char_boundary(range.end).max(start);
    let marked = &text[start..end];
    let first_line = marked.lines().next().unwrap_or_default();
    let length = if first_line.len() > MAX_MARK {
        first_line.ceil_char_boundary(MAX_MARK)
    } else if marked.len() > MAX_WINDOW || marked.lines().count() > MAX_LINES {
        first_line.len()
    } else {
        marked.len()
    };
    start..start + length
}

const BOM: &str = "\u{feff}";

/// The lines that a range touches, without the last line's end.
fn lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let first = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let start = text[..range.start].rfind('\n').map_or(first, |at| at + 1);
    let rest = &text[range.end..];
    let rest = rest.split_once('\n').map_or(rest, |(line, _)| line);
    let line = rest.strip_suffix('\r').unwrap_or(rest);
    start..range.end + line.len()
}

impl<'a> Excerpt<'a> {
    fn new(file: &'a SourceFile, mark: Mark<'a>) -> Excerpt<'a> {
        let text = &file.text;
        let mut window = lines(text, &mark.range);
        if window.len() > MAX_WINDOW {
            let left = text.ceil_char_boundary(mark.range.start.saturating_sub(MAX_SIDE));
            let right = text.floor_char_boundary(mark.range.end.saturating_add(MAX_SIDE));
            window = window.start.max(left)..window.end.min(right);
        }
        Excerpt {
            place: line_column(text, mark.range.start),
            file,
            window,
            marks: vec![mark],
        }
    }

    /// The window if it is widened to hold one more mark; `None` if that is too far away.
    fn reach(&self, mark: &Range<usize>) -> Option<Range<usize>> {
        let both = self.window.start.min(mark.start)..self.window.end.max(mark.end);
        Some(lines(&self.file.text, &both)).filter(|window| window.len() <= MAX_WINDOW)
    }

    fn source(&self) -> &'a str {
        self.file.text.get(self.window.clone()).unwrap_or_default()
    }

    /// What stands between the window's start and the first mark.
    fn before_mark(&self) -> &'a str {
        let before = self.window.start..self.marks.first().map_or(0, |mark| mark.range.start);
        self.file.text.get(before).unwrap_or_default()
    }

    fn first_line(&self) -> usize {
        self.place.line - self.before_mark().matches('\n').count()
    }

    fn last_line(&self) -> usize {
        self.first_line() + self.source().matches('\n').count()
    }

    fn snippet(&self) -> Snippet<'a, Annotation<'a>> {
        let marks = self.marks.iter().map(|mark| {
            let start = mark.range.start - self.window.start;
            let label = Some(printable(mark.label)).filter(|label| !label.is_empty());
            mark.kind.span(start..start + mark.range.len()).label(label)
        });
        Snippet::source(self.source())
            .path(printable(&self.file.path))
            .line_start(self.first_line())
            .annotations(marks)
    }

    /// The place of the first mark as the drawing library says it, which does not know what has
    /// been cut from the start of a long line, and as it is.
    fn place(&self) -> (String, String) {
        let LineColumn { line, column } = self.place;
        let path = printable(&self.file.path);
        let before = self.before_mark();
        let drawn = before.rsplit('\n').next().unwrap_or_default();
        let drawn = drawn.chars().count() + 1;
        (
            format!("{path}:{line}:{drawn}"),
            format!("{path}:{line}:{column}"),
        )
    }
}

/// A text that does nothing to a terminal: control characters are replaced. (The drawing library
/// does this for the source.)
fn printable(text: &str) -> String {
    let replace = |c: char| match c {
        '\n' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(c),
        // What C1 controls, directions and isolates would do is no better.
        '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        _ => c,
    };
    text.chars().map(replace).collect()
}

/// Gives the numbers of lines two columns at least, so that pictures below each other are aligned,
/// and takes out the empty line above help and notes.
fn tidy(picture: &str, title_lines: usize, last_line: Option<usize>) -> String {
    let width = last_line.map_or(0, |line| line.to_string().len());
    let padding = " ".repeat(2usize.saturating_sub(width));
    let mut tidy = String::with_capacity(picture.len() + 64);
    let mut lines = picture.lines().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        let next = lines.peek().map(|(_, next)| without_escapes(next));
        let is_message = next.is_some_and(|next| next.trim_start().starts_with("= "));
        if at >= title_lines {
            if is_message && without_escapes(line).trim() == "|" {
                continue;
            }
            tidy.push_str(&padding);
        }
        tidy.push_str(line);
        tidy.push('\n');
    }
    tidy.truncate(tidy.trim_end().len());
    tidy
}

/// A line without ANSI escapes for colours.
fn without_escapes(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default();
    let rest = pieces.map(|piece| piece.split_once('m').map_or(piece, |(_, text)| text));
    std::iter::once(first).chain(rest).collect()
}
