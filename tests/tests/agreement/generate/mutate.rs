//! Mistakes that people make.

use super::Dice;
use migrate_core::dialect::Dialect;
use migrate_core::lex::{TokenKind, tokens};

/// Puts one or two mistakes into a history.
pub fn history(dice: &mut Dice, dialect: Dialect, history: &mut Vec<String>) {
    for _ in 0..1 + dice.roll(2) {
        let at = dice.roll(history.len());
        match dice.roll(4) {
            0 if history.len() > 1 => drop(history.remove(at)),
            1 => history.insert(at, history[at].clone()),
            2 => {
                let other = dice.roll(history.len());
                history.swap(at, other);
            }
            _ => misspell(dice, dialect, &mut history[at]),
        }
    }
}

/// Misspells a name that is in quotes, or is short or long: no word that the grammar knows.
fn misspell(dice: &mut Dice, dialect: Dialect, statement: &mut String) {
    let is_name = |word: &str| word != "bit" && word.len() < 4 || word.contains('_');
    let names = tokens(statement, dialect).filter(|token| match token.kind {
        TokenKind::QuotedIdentifier => true,
        TokenKind::Word => {
            let word = &statement[token.range.clone()];
            is_name(word) && word.chars().all(|c| c.is_lowercase() || c == '_')
        }
        _ => false,
    });
    let places: Vec<usize> = names.map(|token| token.range.start).collect();
    if let Some(at) = dice.any(&places) {
        let inside = usize::from(statement[at..].starts_with(['"', '[', '`']));
        statement.insert(at + inside, 'q');
    }
}
