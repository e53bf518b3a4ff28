//! What a value loses, without an error, when its column becomes one of another type.

use super::{Base, Type};

/// Whether values are rounded, or lose their date or their time of day. Where the database refuses what does not fit
/// nothing is lost.
pub fn rounds(from: &Type, to: &Type) -> bool {
    let (Some(was), Some(is)) = (Kept::by(from), Kept::by(to)) else {
        return false;
    };
    match (was, is) {
        (Kept::Number(was), Kept::Number(is)) => is < was,
        (Kept::Moment(was), Kept::Moment(is)) => (was.date && !is.date) || is.time < was.time,
        _ => false,
    }
}

/// What a type keeps of a value.
enum Kept {
    Number(Fraction),
    Moment(Moment),
}

/// What comes behind the point of a number, the least first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Fraction {
    Digits(i32),
    Single,
    Double,
    Unlimited,
}

struct Moment {
    date: bool,
    /// The digits of its seconds.
    time: Option<u32>,
}

impl Kept {
    fn by(of: &Type) -> Option<Kept> {
        let Base::Builtin(name) = &of.base else {
            return None;
        };
        let numbers = of.modifiers.trim_start_matches('(').split(')').next()?;
        let mut numbers = numbers.split(',').filter_map(|it| it.parse::<i32>().ok());
        let number = |it| Some(Kept::Number(it));
        let moment = |date, time| Some(Kept::Moment(Moment { date, time }));
        match &**name {
            _ if of.array => None,
            "tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint" => {
                number(Fraction::Digits(0))
            }
            "numeric" | "decimal" => number(match (numbers.next(), numbers.next()) {
                (Some(_), scale) => Fraction::Digits(scale.unwrap_or(0)),
                (None, _) => Fraction::Unlimited,
            }),
            "real" | "float" => number(Fraction::Single),
            "double" | "double precision" => number(Fraction::Double),
            "date" => moment(true, None),
            name => {
                let date = name.starts_with("timestamp") || name == "datetime";
                let is_time = date || name == "time" || name.starts_with("time with");
                // PostgreSQL, which names the zone in each, has six digits, and MySQL none.
                let digits = if name.contains(' ') { 6 } else { 0 };
                let digits = numbers.next().map_or(digits, i32::unsigned_abs);
                is_time.then(|| moment(date, Some(digits)))?
            }
        }
    }
}
