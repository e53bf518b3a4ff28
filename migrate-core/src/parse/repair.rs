//! Guesses at what was meant: small edits after which the grammar accepts the statement.

use super::place::{Place, is_invisible, shown};
use sqlparser::keywords::ALL_KEYWORDS;
use std::ops::Range;

/// A small edit that makes a statement valid.
pub(super) struct Repair {
    /// Where the mistake is.
    pub range: Range<usize>,
    /// What should stand there instead, where that can be named.
    pub expected: Vec<String>,
    /// What to do.
    pub help: String,
}

/// The first repair that works, the likeliest mistakes first.
pub(super) fn repair(place: &Place<'_>) -> Option<Repair> {
    strange_character(place)
        .or_else(|| comma_too_many(place))
        .or_else(|| reserved_word(place))
        .or_else(|| misspelt_keyword(place))
        .or_else(|| written_twice(place))
        .or_else(|| missing_semicolon(place))
        .or_else(|| missing_keyword(place))
        .or_else(|| missing_comma(place))
}

/// Characters that look like white space or a quote and are neither; they come with copied text.
fn strange_character(place: &Place<'_>) -> Option<Repair> {
    let range = place.range(0)?;
    let mut characters = place.text(0).char_indices();
    let (at, character) = characters.find(|&(_, character)| is_invisible(character))?;
    Some(Repair {
        range: range.start + at..range.start + at + character.len_utf8(),
        expected: Vec::new(),
        help: "it looks like a space, but SQL takes it for part of a name".to_owned(),
    })
}

fn reserved_word(place: &Place<'_>) -> Option<Repair> {
    let word = place.word(0)?;
    let range = place.range(0)?;
    let quoted = format!("\"{word}\"");
    let is_name = is_keyword(word) && !place.expects_type();
    let works = is_name && place.accepts_with(range.clone(), &quoted);
    works.then(|| Repair {
        range,
        expected: vec!["a name".to_owned()],
        help: format!("`{word}` is a reserved word; as a name it must be quoted: `{quoted}`"),
    })
}

/// The word that does not fit, unless any name would; or the one before it, which was taken for a
/// name; or at the very start the one behind it.
fn misspelt_keyword(place: &Place<'_>) -> Option<Repair> {
    [0, -1, 1].into_iter().find_map(|offset| {
        let word = place.word(offset)?;
        let range = place.range(offset)?;
        let is_misspelt = match offset {
            0 => !place.expects_name(),
            _ => !is_keyword(word),
        };
        let keyword = near_keywords(word)
            .into_iter()
            .filter(|_| is_misspelt)
            .find(|keyword| place.accepts_with(range.clone(), keyword))?;
        Some(Repair {
            range,
            expected: vec![format!("`{keyword}`")],
            help: format!("did you mean `{keyword}`?"),
        })
    })
}

fn written_twice(place: &Place<'_>) -> Option<Repair> {
    let range = place.range(0)?;
    let twice = place.word(0)?.eq_ignore_ascii_case(place.text(-1));
    let works = twice && place.accepts_with(range.clone(), "");
    works.then(|| Repair {
        range,
        expected: Vec::new(),
        help: format!("`{}` is written twice", place.text(0)),
    })
}

fn missing_semicolon(place: &Place<'_>) -> Option<Repair> {
    const STARTS: &str = "ALTER CREATE COMMENT DELETE DROP GRANT INSERT PRAGMA SELECT TRUNCATE \
        UPDATE WITH";
    [0, -1].into_iter().find_map(|offset| {
        let word = place.word(offset)?;
        let range = place.range(offset)?;
        let starts = STARTS
            .split(' ')
            .any(|start| word.eq_ignore_ascii_case(start));
        let works = starts && place.accepts_with(range.start..range.start, ";");
        works.then(|| Repair {
            range,
            expected: vec!["`;`".to_owned()],
            help: format!("a `;` is missing before `{word}`"),
        })
    })
}

fn comma_too_many(place: &Place<'_>) -> Option<Repair> {
    [0, -1].into_iter().find_map(|offset| {
        let range = place.range(offset)?;
        let works = place.text(offset) == "," && place.accepts_with(range.clone(), "");
        works.then(|| Repair {
            range,
            expected: Vec::new(),
            help: "remove the comma: nothing follows it".to_owned(),
        })
    })
}

fn missing_keyword(place: &Place<'_>) -> Option<Repair> {
    const KEYWORDS: &str = "ADD BY COLUMN EXECUTE FROM FUNCTION INDEX KEY ON REFERENCES SET TABLE \
        THEN TO USING VALUES VIEW";
    let range = place.range(0).filter(|_| !place.is_complete_before())?;
    let before = range.start..range.start;
    let mut working = KEYWORDS
        .split(' ')
        .filter(|keyword| place.accepts_with(before.clone(), &format!(" {keyword} ")));
    let (keyword, None) = (working.next()?, working.next()) else {
        return None;
    };
    Some(Repair {
        range,
        expected: vec![format!("`{keyword}`")],
        help: format!("`{keyword}` is missing before {}", shown(place.text(0))),
    })
}

fn missing_comma(place: &Place<'_>) -> Option<Repair> {
    let range = place.range(0)?;
    if !place.accepts_with(range.start..range.start, ",") {
        return None;
    }
    let help = match place.column_before() {
        Some(column) => format!("a comma is missing after the column `{column}`"),
        None => format!("a comma is missing before {}", shown(place.text(0))),
    };
    Some(Repair {
        range,
        expected: place.expected(),
        help,
    })
}

fn is_keyword(word: &str) -> bool {
    let word = word.to_ascii_uppercase();
    ALL_KEYWORDS.binary_search(&word.as_str()).is_ok()
}

/// Keywords that a word may be a misspelling of, nearest first.
fn near_keywords(word: &str) -> Vec<&'static str> {
    let word = word.to_ascii_uppercase();
    let allowed = if word.len() < 5 { 1 } else { 2 };
    // Hardly anybody mistakes the first letter, and this spares most of a thousand comparisons.
    let similar_start = |keyword: &str| {
        let first = |of: &str, among: &str| {
            of.chars()
                .next()
                .is_some_and(|c| among.chars().take(2).any(|a| a == c))
        };
        first(keyword, &word) || first(&word, keyword)
    };
    let mut near: Vec<(usize, &str)> = ALL_KEYWORDS
        .iter()
        .filter(|keyword| keyword.len().abs_diff(word.len()) <= allowed && similar_start(keyword))
        .map(|&keyword| (distance(word.as_bytes(), keyword.as_bytes()), keyword))
        .filter(|&(distance, _)| (1..=allowed).contains(&distance))
        .collect();
    near.sort();
    near.into_iter().map(|(_, keyword)| keyword).collect()
}

/// How many letters are wrong, missing, too many, or exchanged with their neighbour.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(from != to);
            let mut least = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters_and_exchanges() {
        let between = |a: &str, b: &str| distance(a.as_bytes(), b.as_bytes());
        assert_eq!(between("FROM", "FROM"), 0);
        assert_eq!(between("FORM", "FROM"), 1);
        assert_eq!(between("TABL", "TABLE"), 1);
        assert_eq!(between("UPPDATE", "UPDATE"), 1);
        assert_eq!(between("SELCET", "SELECTS"), 2);
        assert_eq!(between("", "AS"), 2);
    }

    #[test]
    fn near_keywords_come_nearest_first() {
        assert_eq!(near_keywords("tabel")[0], "TABLE");
        assert_eq!(near_keywords("elect")[0], "SELECT");
        assert!(near_keywords("customers").is_empty());
        assert!(near_keywords("").is_empty());
    }
}
