//! The types of PostgreSQL: how `format_type` shows what was written.

use super::{Base, Type, other};
use crate::ddl::table::TypeName;
use std::sync::Arc;

/// What `pg_type` has besides the rows of system tables, arrays and what is shown by another name
/// (`SELECT typname FROM pg_type`, 13 to 18).
const OWN: &str = "
    aclitem anyarray anycompatible anycompatiblearray anycompatiblemultirange
    anycompatiblenonarray anycompatiblerange anyelement anyenum anymultirange anynonarray
    anyrange bit box bytea cid cidr circle cstring date datemultirange daterange
    event_trigger fdw_handler gtsvector index_am_handler inet int2vector int4multirange
    int4range int8multirange int8range internal interval json jsonb jsonpath
    language_handler line lseg macaddr macaddr8 money name numeric nummultirange numrange
    oid oidvector path pg_brin_bloom_summary pg_brin_minmax_multi_summary pg_ddl_command
    pg_dependencies pg_lsn pg_mcv_list pg_ndistinct pg_node_tree pg_snapshot point polygon
    record refcursor regclass regcollation regconfig regdictionary regnamespace regoper
    regoperator regproc regprocedure regrole regtype table_am_handler text tid trigger
    tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot
    unknown uuid void xid xid8 xml";

pub(super) fn normalise(name: &TypeName) -> Type {
    let known = match &*name.suffix {
        "%type" => None,
        _ => builtin(name),
    };
    let Some((base, is_array)) = known else {
        return Type {
            base: other(&name.name, &name.suffix),
            modifiers: list(&numbers(name)),
            array: name.dimensions > 0,
        };
    };
    let modifiers = modifiers(base, name);
    Type {
        base: Base::Builtin(base.into()),
        modifiers,
        array: is_array || name.dimensions > 0,
    }
}

/// The integer that a serial column is of (`transformColumnDefinition` in `parse_utilcmd.c`).
pub(super) fn serial(name: &TypeName) -> Option<&'static str> {
    if name.name.schema.is_some() || name.dimensions > 0 {
        return None;
    }
    match name.name.name.name.key() {
        "smallserial" | "serial2" => Some("smallint"),
        "serial" | "serial4" => Some("integer"),
        "bigserial" | "serial8" => Some("bigint"),
        _ => None,
    }
}

/// The name that is shown, and whether it is an array's.
fn builtin(name: &TypeName) -> Option<(&str, bool)> {
    let written = name.name.name.name.key();
    let schema = name.name.schema.as_ref();
    match schema.map(|schema| schema.name.key()) {
        Some("pg_catalog") => cataloged(written),
        Some(_) => None,
        None if name.quoted => cataloged(written),
        None => match keyword(written, name) {
            Some(base) => Some((base, false)),
            None => cataloged(written),
        },
    }
}

/// What the grammar has words for (`SimpleTypename` in `gram.y`); they are no names of `pg_type`, or
/// mean another type there.
fn keyword(written: &str, name: &TypeName) -> Option<&'static str> {
    let zoned = &*name.suffix == "with time zone";
    Some(match written {
        "int" | "integer" => "integer",
        "smallint" => "smallint",
        "bigint" => "bigint",
        "real" => "real",
        "float" => match numbers(name).first().and_then(|digits| digits.parse().ok()) {
            Some(0..=24) => "real",
            _ => "double precision",
        },
        "double precision" => "double precision",
        "dec" | "decimal" => "numeric",
        "boolean" => "boolean",
        "bit varying" => "bit varying",
        "char" | "character" | "nchar" | "national char" | "national character" => "character",
        "char varying"
        | "character varying"
        | "nchar varying"
        | "national char varying"
        | "national character varying" => "character varying",
        "timestamp" if zoned => "timestamp with time zone",
        "time" if zoned => "time with time zone",
        _ => return None,
    })
}

/// What `pg_type` has; an array's name there begins with `_`.
fn cataloged(written: &str) -> Option<(&str, bool)> {
    let (written, is_array) = match written.strip_prefix('_') {
        Some(element) => (element, true),
        None => (written, false),
    };
    let base = match written {
        "any" => "\"any\"",
        "bool" => "boolean",
        "bpchar" => "character",
        "char" => "\"char\"",
        "float4" => "real",
        "float8" => "double precision",
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "time" => "time without time zone",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        "timetz" => "time with time zone",
        "varbit" => "bit varying",
        "varchar" => "character varying",
        _ => OWN.split_ascii_whitespace().find(|own| *own == written)?,
    };
    Some((base, is_array))
}

/// What stands behind the name, where the type has anything of that sort (`typmodout` in `pg_type`).
fn modifiers(base: &str, name: &TypeName) -> Arc<str> {
    let numbers = numbers(name);
    let is_keyword = name.name.schema.is_none() && !name.quoted;
    match (base, &numbers[..]) {
        ("real" | "double precision", _) => "".into(),
        ("numeric", [precision]) => format!("({precision},0)").into(),
        // Without a length in words of the grammar it is one; else there is no limit.
        ("character", []) if is_keyword && name.name.name.name.key() != "bpchar" => "(1)".into(),
        ("bit", []) if is_keyword => "(1)".into(),
        ("interval", _) => format!("{}{}", fields(&name.suffix), list(&precision(&numbers))).into(),
        (_, [_]) if base.starts_with("time") => list(&precision(&numbers)),
        _ => list(&numbers),
    }
}

/// More is "reduced to maximum allowed, 6" (`anytime_typmod_check`, `anytimestamp_typmod_check`).
fn precision(numbers: &[String]) -> Vec<String> {
    let reduced = numbers.iter().map(|digits| match digits.parse::<u32>() {
        Ok(7..) => "6".to_owned(),
        _ => digits.clone(),
    });
    reduced.collect()
}

/// The fields of an interval, behind a space.
fn fields(suffix: &str) -> String {
    match suffix {
        "" => String::new(),
        fields => format!(" {fields}"),
    }
}

/// What is in the parentheses, numbers as they are shown.
fn numbers(name: &TypeName) -> Vec<String> {
    let numbers = name.modifiers.iter().map(|modifier| {
        let joined: String = modifier.split_whitespace().collect();
        match joined.parse::<i64>() {
            Ok(number) => number.to_string(),
            Err(_) => joined,
        }
    });
    numbers.collect()
}

fn list(modifiers: &[String]) -> Arc<str> {
    match modifiers {
        [] => "".into(),
        _ => format!("({})", modifiers.join(",")).into(),
    }
}
