//! What is wrong with files, as commands of a GitHub workflow, which draws them at their lines of a change
//! ("Workflow commands for GitHub Actions", manual).

use super::words;
use migrate_core::source::line_column;
use migrate_runtime::{Diagnostic, Diagnostics};

/// A line for each.
pub fn annotations(found: &Diagnostics) -> String {
    let lines = found.list.iter().map(|it| annotation(found, it));
    lines.collect()
}

fn annotation(found: &Diagnostics, diagnostic: &Diagnostic) -> String {
    let mut properties = Vec::new();
    let mut property = |name: &str, value: &str| {
        properties.push(format!("{name}={}", escaped(value, &[':', ','])));
    };
    if let Some(file) = found.sources.get(diagnostic.span.file) {
        property("file", &file.path);
        if let Some(range) = &diagnostic.span.range {
            let start = line_column(&file.text, range.start);
            let end = line_column(&file.text, range.end);
            property("line", &start.line.to_string());
            property("endLine", &end.line.to_string());
            // Columns of several lines are not taken.
            if start.line == end.line {
                property("col", &start.column.to_string());
                property("endColumn", &end.column.to_string());
            }
        }
    }
    property("title", diagnostic.code.as_str());
    let message = words(diagnostic) + &others(found, diagnostic);
    format!(
        "::{} {}::{}\n",
        diagnostic.severity.as_str(),
        properties.join(","),
        escaped(&message, &[])
    )
}

/// The other places that explain it, each on a line of its own: an annotation has only one.
fn others(found: &Diagnostics, diagnostic: &Diagnostic) -> String {
    let lines = diagnostic.others.iter().filter_map(|other| {
        let file = found.sources.get(other.span.file)?;
        let range = other.span.range.as_ref();
        let line = range.map(|range| line_column(&file.text, range.start).line);
        let line = line.map_or(String::new(), |line| format!(":{line}"));
        Some(format!("\n{}{line}: {}", file.path, other.text))
    });
    lines.collect()
}

/// A text with percent signs, line ends and these characters as `%XX` (`escapeData` and `escapeProperty` in
/// the runner's toolkit, `command.ts`).
fn escaped(text: &str, others: &[char]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' | '\r' | '\n' => escaped.push_str(&format!("%{:02X}", u32::from(c))),
            c if others.contains(&c) => escaped.push_str(&format!("%{:02X}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(escaped("100%\r\na: b, c", &[]), "100%25%0D%0Aa: b, c");
        assert_eq!(escaped("a:b,c", &[':', ',']), "a%3Ab%2Cc");
    }
}
