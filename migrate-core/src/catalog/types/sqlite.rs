//! The types of SQLite: whatever was declared, of which the database asks only for the affinity.

use super::{Affinity, Base, Type};
use crate::ddl::table::TypeName;

/// The words of the declaration in upper case, with one space between them and none in parentheses.
pub(super) fn normalise(name: &TypeName) -> Type {
    // A name of several words is kept with the quotes that some of them may have.
    let words = name.name.to_string().to_ascii_uppercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let numbers: Vec<String> = name
        .modifiers
        .iter()
        .map(|modifier| modifier.split_whitespace().collect())
        .collect();
    let modifiers = match &numbers[..] {
        [] => "".into(),
        _ => format!("({})", numbers.join(",")).into(),
    };
    Type {
        base: Base::Builtin(words.join(" ").into()),
        modifiers,
        array: false,
    }
}

/// https://www.sqlite.org/datatype3.html#determination_of_column_affinity
pub(super) fn affinity(declared: &str) -> Affinity {
    let declared = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    if has(&["INT"]) {
        Affinity::Integer
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        Affinity::Text
    } else if has(&["BLOB"]) || declared.is_empty() {
        Affinity::Blob
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}
