//! Whether an expression has the same value for every row, so that `ADD COLUMN` need not write it
//! into each.

use crate::catalog::Catalog;
use crate::ddl::{Ident, Name, Qualified};
use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind, tokens};

/// What is known of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Volatility {
    /// One value for all of a statement (`provolatile` is `i` or `s` of all that it calls).
    Stable,
    /// Another value for each row.
    Volatile,
    /// It calls what is not known.
    Unknown,
}

/// The built-in functions that a default may call, and whose value is another one each time (`provolatile = 'v'` in
/// `pg_proc`), with those that extensions bring for the same purpose.
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "currval",
    "gen_random_bytes",
    "gen_random_uuid",
    "gen_salt",
    "lastval",
    "nextval",
    "pg_sleep",
    "random",
    "random_normal",
    "setval",
    "timeofday",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
];

/// The other way round. What is a type or a word of the language calls nothing.
const STABLE: &[&str] = &[
    "abs",
    "age",
    "and",
    "any",
    "array",
    "array_append",
    "array_cat",
    "array_fill",
    "array_length",
    "array_prepend",
    "array_remove",
    "array_to_json",
    "array_to_string",
    "as",
    "ascii",
    "bit",
    "bpchar",
    "btrim",
    "case",
    "cast",
    "ceil",
    "ceiling",
    "char",
    "character",
    "chr",
    "coalesce",
    "concat",
    "concat_ws",
    "convert_from",
    "convert_to",
    "current_database",
    "current_schema",
    "current_setting",
    "current_time",
    "current_timestamp",
    "current_user",
    "date",
    "date_bin",
    "date_part",
    "date_trunc",
    "daterange",
    "dec",
    "decimal",
    "decode",
    "else",
    "encode",
    "exp",
    "extract",
    "float",
    "floor",
    "format",
    "greatest",
    "hstore",
    "in",
    "initcap",
    "int4range",
    "int8range",
    "interval",
    "inet_client_addr",
    "json_build_array",
    "json_build_object",
    "json_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "jsonb_object",
    "jsonb_set",
    "least",
    "left",
    "length",
    "localtime",
    "localtimestamp",
    "lower",
    "lpad",
    "ltrim",
    "make_date",
    "make_interval",
    "make_time",
    "make_timestamp",
    "make_timestamptz",
    "md5",
    "mod",
    "not",
    "now",
    "nullif",
    "num_nonnulls",
    "num_nulls",
    "numeric",
    "numrange",
    "octet_length",
    "or",
    "overlay",
    "pg_current_xact_id",
    "position",
    "power",
    "quote_ident",
    "quote_literal",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "row",
    "row_to_json",
    "rpad",
    "rtrim",
    "session_user",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "sign",
    "split_part",
    "sqrt",
    "statement_timestamp",
    "string_to_array",
    "strpos",
    "substr",
    "substring",
    "text",
    "then",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "timezone",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "to_number",
    "to_timestamp",
    "to_tsquery",
    "to_tsvector",
    "transaction_timestamp",
    "translate",
    "trim",
    "trunc",
    "tsrange",
    "tstzrange",
    "txid_current",
    "upper",
    "uuid_nil",
    "varbit",
    "varchar",
    "varying",
    "when",
];

/// What is known of an expression. Of routines of the history's own nothing is known.
pub(super) fn volatility(catalog: &Catalog, expression: &str) -> Volatility {
    let all: Vec<Token> = tokens(expression, Dialect::Postgres)
        .filter(|token| !token.kind.is_trivia())
        .collect();
    let text = |token: &Token| expression.get(token.range.clone()).unwrap_or_default();
    let mut found = Volatility::Stable;
    for (at, pair) in all.windows(2).enumerate() {
        let [token, next] = pair else { continue };
        let named = matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier);
        if !named || next.kind != TokenKind::OpenParen {
            continue;
        }
        let before = |count: usize| at.checked_sub(count).and_then(|at| all.get(at)).map(text);
        let schema = before(2).filter(|_| before(1) == Some("."));
        let name = text(token).to_ascii_lowercase();
        let is_own = !matches!(schema, None | Some("pg_catalog")) || has_routine(catalog, &name);
        if !is_own && VOLATILE.contains(&&*name) {
            return Volatility::Volatile;
        }
        if is_own || !STABLE.contains(&&*name) {
            found = Volatility::Unknown;
        }
    }
    found
}

/// Whether a call without a schema may be one of a routine of the history.
fn has_routine(catalog: &Catalog, name: &str) -> bool {
    let schema = None;
    let (name, range) = (Name::unquoted(name, Dialect::Postgres), 0..0);
    let name = Ident { name, range };
    catalog.has_routine(&Qualified { schema, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volatility(expression: &str) -> Volatility {
        super::volatility(&Catalog::new(Dialect::Postgres), expression)
    }

    #[test]
    fn what_calls_nothing_unknown_is_stable() {
        assert_eq!(volatility("now ( ) + interval '1 day'"), Volatility::Stable);
        assert_eq!(volatility("'{}' :: jsonb"), Volatility::Stable);
        assert_eq!(volatility("gen_random_uuid ( )"), Volatility::Volatile);
        assert_eq!(volatility("lower ( mine ( ) )"), Volatility::Unknown);
        assert_eq!(volatility("s . now ( )"), Volatility::Unknown);
        assert_eq!(volatility("pg_catalog . now ( )"), Volatility::Stable);
    }
}
