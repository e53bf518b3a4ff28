//! Columns that are as wide as what is widest in them.

use unicode_width::UnicodeWidthStr;

/// How wide the columns of a table are.
pub struct Columns<const N: usize>([usize; N]);

impl<const N: usize> Columns<N> {
    /// Columns into which these rows fit.
    pub fn fitting<'a>(rows: impl IntoIterator<Item = &'a [String; N]>) -> Columns<N> {
        let mut widths = [0; N];
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        Columns(widths)
    }

    /// Where the second column begins.
    pub fn indent(&self) -> usize {
        self.0.first().map_or(0, |width| width + 2)
    }

    /// A row, without spaces at its end. `paint` is given each cell and its column.
    pub fn line(&self, row: &[String; N], paint: impl Fn(&str, usize) -> String) -> String {
        let mut line = String::new();
        let mut gap = 0;
        for (column, (cell, width)) in row.iter().zip(&self.0).enumerate() {
            if cell.is_empty() {
                gap += width + 2;
                continue;
            }
            line.push_str(&" ".repeat(gap));
            line.push_str(&paint(cell, column));
            gap = width - cell.width() + 2;
        }
        line.push('\n');
        line
    }
}
