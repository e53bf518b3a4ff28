//! The nearest word: what a user probably meant.

/// The candidate that a misspelt word probably stands for: the one that the fewest slips of the
/// keyboard separate from it, or `None` if even that is a different word. Case does not matter.
///
/// ```
/// use migrate_core::suggest::nearest;
/// let known = ["no-transaction", "irreversible"];
/// assert_eq!(nearest("no-transction", known), Some("no-transaction"));
/// assert_eq!(nearest("colour", known), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let known: Vec<char> = candidate.to_lowercase().chars().collect();
        let limit = best.map_or(word.len().max(known.len()) / 3 + 1, |(slips, _)| slips);
        // Most candidates are ruled out by their length alone.
        if word.len().abs_diff(known.len()) < limit {
            let slips = slips(&word, &known);
            if slips < limit {
                best = Some((slips, candidate));
            }
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How many characters must be added, dropped or changed, or neighbours swapped, to get from one
/// word to the other (the "optimal string alignment" distance).
fn slips(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &from) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(last.len());
        row.push(i + 1);
        for (j, &to) in b.iter().enumerate() {
            let changed = last[j] + usize::from(from != to);
            let mut slips = changed.min(last[j + 1] + 1).min(row[j] + 1);
            let swapped = i > 0 && j > 0 && from == b[j - 1] && a[i - 1] == to;
            if swapped {
                slips = slips.min(before_last[j - 1] + 1);
            }
            row.push(slips);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("abc", "ab", 1),
            ("kitten", "sitting", 3),
            ("größe", "grösse", 2),
        ] {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(slips(&chars(a), &chars(b)), expected, "{a} {b}");
            assert_eq!(slips(&chars(b), &chars(a)), expected, "{b} {a}");
        }
    }

    #[test]
    fn the_first_of_equally_near_words_wins() {
        assert_eq!(nearest("cat", ["bat", "rat"]), Some("bat"));
        assert_eq!(nearest("UP", ["down", "up"]), Some("up"));
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("", ["up"]), None);
    }
}
