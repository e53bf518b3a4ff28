//! Whether a foreign key may lead from a column of one type to one of another.

use super::{Base, Type};

/// As `ATAddForeignKeyConstraint` in `tablecmds.c` has it: the operator class of the referenced column's
/// unique index has an `=` for both types, or the referencing type becomes that class's by itself.
/// `None` where it depends on the server, or where a type is not known to have such an index.
pub(super) fn postgres(from: &Type, to: &Type) -> Option<bool> {
    let (Base::Builtin(from_name), Base::Builtin(to_name)) = (&from.base, &to.base) else {
        let is_known = |it: &Type| !matches!(it.base, Base::Other(_));
        let is_builtin = |it: &Type| matches!(it.base, Base::Builtin(_));
        let same = from.base == to.base && from.array == to.array;
        // `anyarray` is for two of the same type.
        let to_array = to.array && is_known(from) && is_known(to);
        let to_element = from.array && !to.array && is_builtin(to);
        if to_array || to_element {
            return Some(same);
        }
        // Of types that are not known something may be equal to anything.
        return (same && matches!(from.base, Base::User(_))).then_some(true);
    };
    if from.array || to.array {
        // `anyarray` is for two of the same type.
        return Some(from_name == to_name && from.array == to.array);
    }
    let indexed = index_type(to_name)?;
    let from = &**from_name;
    if from == "\"char\"" && indexed == "text" {
        // Since 18 both have to have a collation, or neither.
        return None;
    }
    Some(from == indexed || share_family(from, indexed) || is_implicit(from, indexed))
}

/// The type that the default operator class for btree compares, of a column's type
/// (`opcintype` in `pg_opclass`).
fn index_type(name: &str) -> Option<&str> {
    Some(match name {
        "character varying" => "text",
        "cidr" => "inet",
        "json" | "xml" | "jsonpath" | "xid" | "cid" | "aclitem" | "refcursor" | "gtsvector"
        | "pg_snapshot" | "txid_snapshot" | "point" | "line" | "lseg" | "box" | "path"
        | "polygon" | "circle" | "unknown" | "void" | "trigger" | "internal" | "cstring"
        | "event_trigger" | "record" | "\"any\"" => return None,
        _ if name.starts_with("reg") => "oid",
        _ if name.starts_with("any") || name.starts_with("pg_") && name != "pg_lsn" => return None,
        _ if name.ends_with("_handler") => return None,
        _ => name,
    })
}

/// The families with operators between different types (`pg_amop`).
fn share_family(a: &str, b: &str) -> bool {
    const FAMILIES: &[&[&str]] = &[
        &["smallint", "integer", "bigint"],
        &["real", "double precision"],
        &[
            "date",
            "timestamp without time zone",
            "timestamp with time zone",
        ],
        &["text", "name"],
    ];
    let mut families = FAMILIES.iter();
    families.any(|family| family.contains(&a) && family.contains(&b))
}

/// The implicit casts to what an index may be of (`pg_cast`).
fn is_implicit(from: &str, to: &str) -> bool {
    match to {
        "numeric" => matches!(from, "smallint" | "integer" | "bigint"),
        "real" | "double precision" => {
            matches!(from, "smallint" | "integer" | "bigint" | "numeric")
        }
        "oid" => matches!(from, "smallint" | "integer" | "bigint") || from.starts_with("reg"),
        "text" => matches!(
            from,
            "character varying" | "character" | "\"char\"" | "pg_node_tree"
        ),
        "character" => matches!(from, "text" | "character varying"),
        "name" => matches!(from, "character varying" | "character"),
        "bit" => from == "bit varying",
        "bit varying" => from == "bit",
        "inet" => from == "cidr",
        "interval" => from == "time without time zone",
        "macaddr" => from == "macaddr8",
        "macaddr8" => from == "macaddr",
        "time with time zone" => from == "time without time zone",
        "bytea" => matches!(from, "pg_ndistinct" | "pg_dependencies" | "pg_mcv_list"),
        _ => false,
    }
}

/// As InnoDB has it (`cmp_cols_are_equal` in `rem0cmp.cc`): of the same kind, integers also of the same
/// size and sign. `None` where it depends on the character sets, which are the column's.
pub(super) fn mysql(from: &Type, to: &Type) -> Option<bool> {
    let (a, b) = (storage(from)?, storage(to)?);
    match (a, b) {
        (Storage::Characters, Storage::Characters) => None,
        _ => Some(a == b),
    }
}

/// How InnoDB stores a type (`get_innobase_type_from_mysql_type` in `ha_innodb.cc`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Storage {
    /// Text, which is compared by its collation.
    Characters,
    /// Bytes, of whatever length; numbers with a fixed point and times are such.
    Bytes,
    /// An integer of so many bytes.
    Integer {
        bytes: u8,
        unsigned: bool,
    },
    Float,
    Double,
}

fn storage(of: &Type) -> Option<Storage> {
    let Base::Builtin(name) = &of.base else {
        return None;
    };
    let integer = |bytes| Storage::Integer {
        bytes,
        unsigned: of.modifiers.contains(" unsigned"),
    };
    Some(match &**name {
        "char" | "varchar" => Storage::Characters,
        "binary" | "varbinary" | "decimal" | "time" | "datetime" | "timestamp" | "bit" => {
            Storage::Bytes
        }
        "tinyint" => integer(1),
        "smallint" => integer(2),
        "mediumint" => integer(3),
        "int" => integer(4),
        "bigint" => integer(8),
        "float" => Storage::Float,
        "double" => Storage::Double,
        // Enums and dates are integers of a sort, and text has no index of all of it.
        _ => return None,
    })
}
