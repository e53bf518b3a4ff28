//! Which relations a piece of SQL names, by where their names stand in it.

use crate::catalog::{Catalog, Found, Key, Space};
use crate::ddl::Ident;
use crate::ddl::{Name, Qualified};
use crate::lex::{Token, TokenKind, tokens};
use crate::reader::unquote;

/// The relations that are certainly there and stand behind one of these words, or behind a comma in the
/// list that it begins: `FROM a, b`.
pub fn relations(text: &str, catalog: &Catalog, words: &[&str]) -> Vec<Key> {
    let dialect = catalog.dialect();
    let all: Vec<Token> = tokens(text, dialect)
        .filter(|token| !token.kind.is_trivia())
        .collect();
    let written = |at: usize| all.get(at).and_then(|token| text.get(token.range.clone()));
    let name = |at: usize| {
        let token = all.get(at)?;
        let written = text.get(token.range.clone())?;
        match token.kind {
            TokenKind::Word => Some(Name::unquoted(written, dialect)),
            TokenKind::QuotedIdentifier => Some(Name::quoted(&unquote(written), dialect)),
            _ => None,
        }
    };
    let ident = |name: Name| Ident { name, range: 0..0 };
    let mut found: Vec<Key> = Vec::new();
    let mut expected = false;
    let mut listed = false;
    let mut at = 0;
    while let Some(word) = written(at) {
        let is = |wanted: &&str| word.eq_ignore_ascii_case(wanted);
        at += 1;
        if words.iter().any(is) {
            (expected, listed) = (true, true);
            continue;
        }
        if expected && ["only", "lateral", "table"].iter().any(is) {
            continue;
        }
        if std::mem::take(&mut expected)
            && let Some(first) = name(at - 1)
        {
            let second = (written(at) == Some(".")).then(|| name(at + 1)).flatten();
            let (schema, own) = match second {
                Some(second) => {
                    at += 2;
                    (Some(ident(first)), second)
                }
                None => (None, first),
            };
            let name = Qualified {
                schema,
                name: ident(own),
            };
            let (key, is) = catalog.resolve(Space::Relation, &name);
            if matches!(is, Found::Here(_)) && written(at) != Some("(") && !found.contains(&key) {
                found.push(key);
            }
            continue;
        }
        let ends = [
            "where", "group", "order", "select", "set", "values", "(", ")", ";",
        ];
        match word {
            "," => expected = listed,
            _ if ends.iter().any(is) => listed = false,
            _ => {}
        }
    }
    found
}
