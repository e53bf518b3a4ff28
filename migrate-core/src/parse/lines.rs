//! sqlparser's places, which are lines and columns, counted in characters.

use sqlparser::tokenizer::Span;

/// A text, and where its lines begin: a statement may be of many lines, and be asked for many places.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Lines<'a> {
        let behind = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(behind).collect();
        Lines { text, starts }
    }

    /// Where something begins: a byte offset.
    pub fn start_of(&self, span: Span) -> usize {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        self.offset(number(span.start.line), number(span.start.column))
    }

    /// Byte offset of a line and a column, counted from 1.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start = self.starts.get(line.saturating_sub(1));
        let start = start.copied().unwrap_or(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        let before = column.saturating_sub(1);
        match rest.get(..before) {
            Some(plain) if plain.is_ascii() => start + before,
            _ => {
                let mut places = rest.char_indices().map(|(at, _)| at);
                places.nth(before).map_or(self.text.len(), |at| start + at)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_counted_in_characters() {
        let text = "one\n\ntwö three\n";
        let lines = Lines::new(text);
        for (line, column, rest) in [
            (1, 1, text),
            (1, 3, "e\n\ntwö three\n"),
            (2, 1, "\ntwö three\n"),
            (3, 3, "ö three\n"),
            (3, 5, "three\n"),
            (4, 1, ""),
            (3, 90, ""),
            (9, 1, ""),
            (0, 0, text),
        ] {
            let at = lines.offset(line, column);
            assert_eq!(&text[at..], rest, "{line}, {column}");
        }
    }
}
