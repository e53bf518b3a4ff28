//! Whether the values of one type become those of another without being told how.

use super::{Base, Type};

/// As `ALTER COLUMN … TYPE` without `USING` has it: `pg_cast` has an assignment cast, or the new type is one of
/// strings, which everything can be written as (`find_coercion_pathway` in parse_coerce.c). `None` where that is not known:
/// casts of types that are not the database's own may have been created.
pub(super) fn postgres(from: &Type, to: &Type) -> Option<bool> {
    let (Base::Builtin(from_name), Base::Builtin(to_name)) = (&from.base, &to.base) else {
        return None;
    };
    let (from_name, to_name) = (&**from_name, &**to_name);
    let is_known = |name: &str| is_string(name) || TYPES.contains(&name);
    if from.array || to.array || !is_known(from_name) || !is_known(to_name) {
        return None;
    }
    Some(from_name == to_name || is_string(to_name) || is_assigned(from_name, to_name))
}

/// Whether a type is one of strings, which nothing else but strings is made of by itself.
fn is_string(name: &str) -> bool {
    matches!(name, "text" | "character varying" | "character")
}

/// The types whose casts are listed here, besides those of strings.
const TYPES: &[&str] = &[
    "bigint",
    "bit",
    "bit varying",
    "boolean",
    "bytea",
    "cidr",
    "date",
    "double precision",
    "inet",
    "integer",
    "interval",
    "json",
    "jsonb",
    "macaddr",
    "money",
    "numeric",
    "real",
    "smallint",
    "time with time zone",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
    "tsvector",
    "uuid",
    "xml",
];

/// The casts between these in `pg_cast` that are no explicit ones (13 to 17).
fn is_assigned(from: &str, to: &str) -> bool {
    const NUMBERS: &[&str] = &[
        "smallint",
        "integer",
        "bigint",
        "numeric",
        "real",
        "double precision",
    ];
    match from {
        "integer" | "bigint" | "numeric" if to == "money" => true,
        _ if NUMBERS.contains(&from) => NUMBERS.contains(&to),
        "money" => to == "numeric",
        "date" => to.starts_with("timestamp "),
        "time without time zone" => matches!(to, "interval" | "time with time zone"),
        "time with time zone" => to == "time without time zone",
        "timestamp without time zone" => matches!(
            to,
            "date" | "time without time zone" | "timestamp with time zone"
        ),
        "timestamp with time zone" => {
            to == "date" || to.starts_with("time") && to != "timestamp with time zone"
        }
        "interval" => to == "time without time zone",
        "json" => to == "jsonb",
        "jsonb" => to == "json",
        "inet" => to == "cidr",
        "cidr" => to == "inet",
        "bit" => to == "bit varying",
        "bit varying" => to == "bit",
        _ => false,
    }
}
