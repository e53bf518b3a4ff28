//! Whether the rows of a table are written again when a column's type changes.

use super::{Base, Type};

/// What a change of a column's type does to the rows that are there. It never looks at them without
/// writing them; what does is a check on the column, which is added again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewrite {
    /// The catalog changes, and the rows stay as they are.
    Nothing {
        /// Whether the indexes on the column are built again.
        rebuilds_indexes: bool,
    },
    /// All rows are written again, and all indexes of the table are built again.
    Rewrite,
    /// It is not known.
    Unknown,
}

const NOTHING: Rewrite = Rewrite::Nothing {
    rebuilds_indexes: false,
};

/// As `ATColumnChangeRequiresRewrite` and `CheckIndexCompatible` have it: nothing is written where one type
/// is stored as the other is, and where the function that fits a value to the length says that it
/// has nothing to do (`prosupport` in `pg_proc`). Between `timestamp` with and without time zone nothing is
/// written in a session whose time zone is UTC; that is not looked at.
pub(super) fn postgres(from: &Type, to: &Type) -> Rewrite {
    if from == to {
        return NOTHING;
    }
    let (Some(from_name), Some(to_name)) = (storable(from), storable(to)) else {
        return Rewrite::Unknown;
    };
    let same = from_name == to_name && from.array == to.array;
    // An array says of what it is one.
    let stored_alike = !from.array && !to.array && is_stored_as(from_name, to_name);
    let fits = match &*to.modifiers {
        "" => true,
        // To another type the old length is forgotten before the new one is looked at.
        new if !same => is_no_limit(to_name, new),
        new => from.modifiers == to.modifiers || !to.array && fits(to_name, &from.modifiers, new),
    };
    match (same || stored_alike) && fits {
        true => Rewrite::Nothing {
            rebuilds_indexes: index_class(from_name) != index_class(to_name),
        },
        false => Rewrite::Rewrite,
    }
}

/// The name of a type of which it is known how it is stored.
fn storable(of: &Type) -> Option<&str> {
    match &of.base {
        Base::Builtin(name) => Some(name),
        Base::Other(name) => {
            let own = name.rsplit('.').next();
            own.filter(|own| *own == "citext")
        }
        Base::User(_) => None,
    }
}

/// The casts without a function that assignments make (`castmethod = 'b'` in `pg_cast`; `citext--1.4.sql`).
fn is_stored_as(from: &str, to: &str) -> bool {
    let is_oid = |name: &str| name == "oid" || name.starts_with("reg");
    match (from, to) {
        ("text" | "character varying", "text" | "character varying" | "character" | "citext")
        | ("citext", "text" | "character varying" | "character")
        | ("xml", "text" | "character varying" | "character")
        | ("pg_node_tree", "text")
        | ("pg_ndistinct" | "pg_dependencies" | "pg_mcv_list", "bytea")
        | ("bit", "bit varying")
        | ("bit varying", "bit")
        | ("cidr", "inet")
        | ("regoper", "regoperator")
        | ("regoperator", "regoper")
        | ("regproc", "regprocedure")
        | ("regprocedure", "regproc")
        | ("oid", "integer") => true,
        ("integer" | "oid", to) => is_oid(to),
        (from, "integer" | "oid") => from.starts_with("reg"),
        _ => false,
    }
}

/// Which types have the same default operator class.
fn index_class(name: &str) -> &str {
    match name {
        "character varying" => "text",
        "cidr" => "inet",
        _ if name.starts_with("reg") => "oid",
        _ => name,
    }
}

/// Whether a limit is as much as the type has room for anyway.
fn is_no_limit(name: &str, limit: &str) -> bool {
    is_temporal(name) && limit == "(6)"
}

fn is_temporal(name: &str) -> bool {
    name.starts_with("time")
}

/// Whether all values of a type fit with new modifiers (`varchar_support`, `varbit_support`, `numeric_support`,
/// `TemporalSimplify`, `interval_support`).
fn fits(name: &str, old: &str, new: &str) -> bool {
    if name == "interval" {
        return interval_fits(old, new);
    }
    let (old, new) = (numbers(old), numbers(new));
    match (name, &old[..], &new[..]) {
        ("character varying" | "bit varying", [old], [new]) => new >= old,
        ("numeric", [old, old_scale], [new, new_scale]) => new_scale == old_scale && new >= old,
        (name, [], [6]) => is_temporal(name),
        (name, [old], [new]) => is_temporal(name) && new >= old,
        _ => false,
    }
}

/// The smallest field may become smaller, and the precision greater; without seconds the latter does not
/// matter.
fn interval_fits(old: &str, new: &str) -> bool {
    let ((old_least, old_precision), (new_least, new_precision)) = (interval(old), interval(new));
    new_least <= old_least
        && (old_least > 0 || new_precision >= 6 || new_precision >= old_precision)
}

/// The smallest field of an interval, by its rank, and its precision.
fn interval(modifiers: &str) -> (u8, i64) {
    let (fields, precision) = modifiers.split_once('(').unwrap_or((modifiers, ""));
    let least = match fields.rsplit(' ').next() {
        Some("year") => 5,
        Some("month") => 4,
        Some("day") => 3,
        Some("hour") => 2,
        Some("minute") => 1,
        _ => 0,
    };
    (
        least,
        precision.trim_end_matches(')').parse().unwrap_or(i64::MAX),
    )
}

/// The numbers in parentheses.
fn numbers(modifiers: &str) -> Vec<i64> {
    let inner = modifiers.trim_start_matches('(').trim_end_matches(')');
    inner
        .split(',')
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// What MySQL 8 does not do by copying the table ("Online DDL Operations" in the manual): it makes
/// `VARCHAR` longer as long as its length takes as many bytes, and appends members to an enum or set
/// of the same size.
pub(super) fn mysql(from: &Type, to: &Type) -> Rewrite {
    if from == to {
        return NOTHING;
    }
    let (Base::Builtin(old), Base::Builtin(new)) = (&from.base, &to.base) else {
        return Rewrite::Unknown;
    };
    match (&**old, &**new) {
        ("varchar", "varchar") => longer(from, to, 4),
        ("varbinary", "varbinary") => longer(from, to, 1),
        // The bytes stay the same where they fit, as the character set decides.
        ("varchar", "varbinary") => Rewrite::Unknown,
        ("enum", "enum") => appended(from, to, |members| match members {
            0..=255 => 1,
            _ => 2,
        }),
        ("set", "set") => appended(from, to, |members| match members.div_ceil(8) {
            bytes @ 0..=4 => bytes,
            _ => 8,
        }),
        // The width says only how it is shown.
        ("tinyint", "tinyint") if from.modifiers.len() + to.modifiers.len() == 3 => NOTHING,
        _ => Rewrite::Rewrite,
    }
}

/// A length of up to 255 bytes takes one byte; a character takes so many at most.
fn longer(from: &Type, to: &Type, width: i64) -> Rewrite {
    let (&[old], &[new]) = (&numbers(&from.modifiers)[..], &numbers(&to.modifiers)[..]) else {
        return Rewrite::Unknown;
    };
    let surely_short = |length: i64| length.saturating_mul(width) < 256;
    let surely_long = |length: i64| length > 255;
    if new < old || surely_short(old) && surely_long(new) {
        Rewrite::Rewrite
    } else if surely_short(new) || surely_long(old) {
        NOTHING
    } else {
        // The character set decides.
        Rewrite::Unknown
    }
}

fn appended(from: &Type, to: &Type, size: fn(usize) -> usize) -> Rewrite {
    let (old, new) = (members(&from.modifiers), members(&to.modifiers));
    match new.starts_with(&old) && size(old.len()) == size(new.len()) {
        true => NOTHING,
        false => Rewrite::Rewrite,
    }
}

/// The members of an enum or set, in their quotes.
pub(super) fn members(modifiers: &str) -> Vec<&str> {
    let inner = modifiers.trim_start_matches('(').trim_end_matches(')');
    let mut quoted = false;
    let separates = |letter| {
        quoted ^= letter == '\'';
        letter == ',' && !quoted
    };
    inner.split(separates).collect()
}
