//! Expressions: where they end.

use super::tokens::Tokens;
use crate::ddl::Text;
use crate::dialect::Dialect;
use crate::lex::TokenKind;

/// The expression of a column's `DEFAULT` and `ON UPDATE`: of at least one token, up to what can only
/// be the next constraint. (On PostgreSQL a `b_expr` of `gram.y`, on the others a literal, a
/// call or something in parentheses, so that no `COLLATE` and no `NOT NULL` belong to it.)
pub(super) fn value(tokens: &mut Tokens<'_>) -> Option<Text> {
    let mut place = Place::default();
    let value = tokens.text_until(|tokens| place.stops(tokens));
    (!value.range.is_empty()).then_some(value)
}

/// A place in an expression.
struct Place {
    /// An operand must follow, so that `NULL` is one and no constraint.
    operand: bool,
    /// How many `CASE` are open.
    cases: usize,
}

impl Default for Place {
    fn default() -> Place {
        Place {
            operand: true,
            cases: 0,
        }
    }
}

impl Place {
    /// Whether the expression has ended before the next token; else goes over it.
    fn stops(&mut self, tokens: &Tokens<'_>) -> bool {
        let Some((kind, _)) = tokens.peek() else {
            return true;
        };
        if kind != TokenKind::Word {
            self.operand = kind == TokenKind::Symbol;
            return tokens.at_comma();
        }
        let word = tokens.next_word();
        match &*word {
            "case" => self.cases += 1,
            "end" if self.cases > 0 => self.cases -= 1,
            word if self.cases == 0 && !self.operand && ends(word, tokens) => return true,
            _ => {}
        }
        self.operand = matches!(
            &*word,
            "is" | "not" | "and" | "or" | "like" | "from" | "between" | "case"
        );
        false
    }
}

/// Whether a word begins the next constraint of a column, where an operator might follow.
pub(super) fn ends(word: &str, tokens: &Tokens<'_>) -> bool {
    match word {
        "constraint" | "null" | "unique" | "primary" | "check" | "references" | "default"
        | "generated" | "collate" | "deferrable" | "initially" => true,
        "not" => {
            let next = tokens.peek_at(1).map_or("", |(_, next)| next);
            let operators = [
                "IN", "LIKE", "ILIKE", "BETWEEN", "SIMILAR", "REGEXP", "RLIKE", "GLOB", "MATCH",
                "DISTINCT",
            ];
            !operators
                .iter()
                .any(|operator| next.eq_ignore_ascii_case(operator))
        }
        _ => match tokens.dialect {
            Dialect::Postgres => matches!(word, "storage" | "compression" | "options"),
            Dialect::Sqlite => matches!(word, "as" | "on" | "autoincrement"),
            Dialect::Mysql => is_mysql_attribute(word),
        },
    }
}

/// "CREATE TABLE Statement" in the manuals of MySQL and MariaDB.
fn is_mysql_attribute(word: &str) -> bool {
    matches!(
        word,
        "after"
            | "as"
            | "auto_increment"
            | "character"
            | "charset"
            | "column_format"
            | "comment"
            | "compressed"
            | "engine_attribute"
            | "first"
            | "invisible"
            | "key"
            | "on"
            | "partition"
            | "persistent"
            | "ref_system_id"
            | "remove"
            | "secondary_engine_attribute"
            | "serial"
            | "srid"
            | "storage"
            | "stored"
            | "virtual"
            | "visible"
            | "with"
            | "without"
    )
}
