//! The numbers that a sequence gives.

use super::Sequence;
use crate::catalog::types::{Base, Type};
use std::sync::Arc;

/// The numbers that a sequence gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// `INCREMENT`.
    pub increment: i64,
    /// `MINVALUE`.
    pub least: i64,
    /// `MAXVALUE`.
    pub most: i64,
    /// `START`.
    pub start: i64,
    /// `CACHE`.
    pub cache: i64,
    /// `CYCLE`.
    pub cycle: bool,
}

impl Sequence {
    /// A sequence of which nothing but its type is said.
    pub fn new(data_type: Type) -> Sequence {
        let (least, most) = bounds(&data_type, 1);
        Sequence {
            data_type,
            owned_by: None,
            identity: false,
            numbers: Numbers {
                increment: 1,
                least,
                most,
                start: least,
                cache: 1,
                cycle: false,
            },
        }
    }

    /// Tells it what stands in `CREATE SEQUENCE` (`is_new`) or `ALTER SEQUENCE`: type, and (`increment`, `1`),
    /// (`minvalue`, `no`), … (`init_params` in src/backend/commands/sequence.c).
    pub fn tell(
        &mut self,
        data_type: Option<Type>,
        options: &[(Arc<str>, Arc<str>)],
        is_new: bool,
    ) {
        let said = |wanted: &str| {
            let mut said = options.iter().filter(|(name, _)| &**name == wanted);
            said.next_back().map(|(_, value)| &**value)
        };
        let number = |wanted: &str| said(wanted).and_then(|value| value.parse::<i64>().ok());
        let before = self.numbers;
        let old = bounds(&self.data_type, before.increment);
        let (mut resets_least, mut resets_most) = (is_new, is_new);
        if let Some(data_type) = data_type {
            // A bound that was the old type's is the new one's.
            resets_least |= before.least == old.0;
            resets_most |= before.most == old.1;
            self.data_type = data_type;
        }
        let increment = number("increment").unwrap_or(before.increment);
        let (least, most) = bounds(&self.data_type, increment);
        let bound = |name: &str, resets: bool, default: i64, before: i64| match number(name) {
            Some(number) => number,
            None if resets || said(name) == Some("no") => default,
            None => before,
        };
        let least = bound("minvalue", resets_least, least, before.least);
        let most = bound("maxvalue", resets_most, most, before.most);
        let first = if increment < 0 { most } else { least };
        self.numbers = Numbers {
            increment,
            least,
            most,
            start: match number("start") {
                Some(number) => number,
                None if is_new => first,
                None => before.start,
            },
            cache: number("cache").unwrap_or(before.cache),
            cycle: match said("cycle") {
                Some(said) => said != "no",
                None => before.cycle,
            },
        };
    }
}

/// The least and the greatest number of a sequence that counts up or down.
fn bounds(data_type: &Type, increment: i64) -> (i64, i64) {
    let name = match &data_type.base {
        Base::Builtin(name) => name,
        Base::Other(_) | Base::User(_) => "",
    };
    let (least, most) = match name {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    match increment < 0 {
        true => (least, -1),
        false => (1, most),
    }
}
