//! Expressions.

use super::{Reader, Term, named_type};
use crate::catalog::Space;
use crate::catalog::types::{Base, Type};
use crate::ddl::read_regclass;
use crate::dialect::Dialect;
use sqlparser::ast::{
    BinaryOperator, DateTimeField, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    TrimWhereField, UnaryOperator, Value,
};

impl Reader<'_> {
    pub fn term(&self, expression: &Expr) -> Term {
        match expression {
            Expr::Nested(it) => self.term(it),
            Expr::Identifier(ident) => Term::Column(self.name(ident)),
            Expr::CompoundIdentifier(idents) => self.column(idents),
            // `TRUE` and `FALSE` are other words for 1 and 0 there.
            Expr::Value(value) if self.dialect() != Dialect::Postgres => match &value.value {
                Value::Boolean(value) => Term::Plain(u8::from(*value).to_string()),
                value => value_term(value),
            },
            Expr::Value(value) => value_term(&value.value),
            Expr::TypedString(it) => {
                let data_type = self.data_type(&it.data_type);
                cast(value_term(&it.value.value), &data_type, None)
            }
            Expr::Interval(it) if it.leading_field.is_none() => {
                cast(self.term(&it.value), &Type::builtin("interval"), None)
            }
            Expr::Cast {
                expr, data_type, ..
            } => {
                let (term, data_type) = (self.term(expr), self.data_type(data_type));
                let own = self.own_type(&term);
                cast(term, &data_type, own.as_ref())
            }
            Expr::UnaryOp { op, expr } => unary(*op, self.term(expr)),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right),
            Expr::IsNull(it) => self.call("is null", [&**it]),
            Expr::IsNotNull(it) => self.call("is not null", [&**it]),
            Expr::IsTrue(it) => self.call("is true", [&**it]),
            Expr::IsNotTrue(it) => self.call("is not true", [&**it]),
            Expr::IsFalse(it) => self.call("is false", [&**it]),
            Expr::IsNotFalse(it) => self.call("is not false", [&**it]),
            Expr::IsDistinctFrom(a, b) => self.call("is distinct from", [&**a, &**b]),
            Expr::IsNotDistinctFrom(a, b) => {
                // NOT (a IS DISTINCT FROM b)
                Term::Call(
                    "not".to_owned(),
                    vec![self.call("is distinct from", [&**a, &**b])],
                )
            }
            Expr::InList {
                expr,
                list,
                negated,
            } => self.one_of(expr, list, *negated),
            Expr::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right,
                ..
            } => match self.elements(right) {
                Some(list) => self.one_of(left, list, false),
                None => self.call("= any", [&**left, &**right]),
            },
            Expr::AllOp {
                left,
                compare_op: BinaryOperator::NotEq,
                right,
            } => match self.elements(right) {
                Some(list) => self.one_of(left, list, true),
                None => self.call("<> all", [&**left, &**right]),
            },
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let (both, least, most) = match negated {
                    false => ("and", ">=", "<="),
                    true => ("or", "<", ">"),
                };
                let (least, most) = (
                    self.call(least, [&**expr, &**low]),
                    self.call(most, [&**expr, &**high]),
                );
                Term::Call(both.to_owned(), vec![least, most])
            }
            Expr::Like {
                negated,
                any: false,
                expr,
                pattern,
                escape_char: None,
            } => self.call(if *negated { "!~~" } else { "~~" }, [&**expr, &**pattern]),
            Expr::ILike {
                negated,
                any: false,
                expr,
                pattern,
                escape_char: None,
            } => self.call(if *negated { "!~~*" } else { "~~*" }, [&**expr, &**pattern]),
            Expr::AtTimeZone {
                timestamp,
                time_zone,
            } => self.call("timezone", [&**time_zone, &**timestamp]),
            Expr::Extract { field, expr, .. } => self.extract(field, expr),
            Expr::Collate { expr, collation } => {
                let name = collation.0.iter().filter_map(|it| it.as_ident());
                self.call(&format!("collate {}", self.qualified(name)), [&**expr])
            }
            Expr::Position { expr, r#in } => self.call("position", [&**expr, &**r#in]),
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let mut parts = vec![self.term(expr)];
                // `substring(a for 2)` begins at the first letter.
                let from = substring_from.as_ref().map(|it| self.term(it));
                parts.push(from.unwrap_or_else(|| Term::Plain("1".to_owned())));
                parts.extend(substring_for.iter().map(|it| self.term(it)));
                Term::Call("substring".to_owned(), parts)
            }
            Expr::Trim {
                trim_where: None | Some(TrimWhereField::Both),
                trim_what,
                expr,
                trim_characters: None,
            } => {
                let what = trim_what.iter().map(|it| &**it);
                self.call("btrim", std::iter::once(&**expr).chain(what))
            }
            Expr::Array(array) => self.call("array", &array.elem),
            Expr::Tuple(items) => self.call("row", items),
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                let mut parts: Vec<Term> = Vec::new();
                parts.extend(
                    operand
                        .iter()
                        .map(|it| Term::As(Box::new(self.term(it)), "of".to_owned())),
                );
                for when in conditions {
                    parts.extend([self.term(&when.condition), self.term(&when.result)]);
                }
                let otherwise = else_result.iter().map(|it| self.term(it));
                parts.extend(otherwise.filter(|it| *it != Term::Plain("null".to_owned())));
                Term::Call("case".to_owned(), parts)
            }
            Expr::Function(function) => self.function(function),
            other => Term::Other(other.to_string()),
        }
    }

    fn call<'e>(&self, name: &str, operands: impl IntoIterator<Item = &'e Expr>) -> Term {
        let operands = operands.into_iter().map(|it| self.term(it));
        Term::Call(name.to_owned(), operands.collect())
    }

    fn column(&self, idents: &[sqlparser::ast::Ident]) -> Term {
        let (column, table) = match idents {
            [table @ .., column] => (self.name(column), self.qualified(table)),
            [] => (String::new(), String::new()),
        };
        Term::Column(match self.own.contains(&table) {
            true => column,
            false => format!("{table}.{column}"),
        })
    }

    fn own_type(&self, term: &Term) -> Option<Type> {
        match term {
            Term::Column(name) => self.type_of(name),
            _ => None,
        }
    }

    /// Of operators in a row that have one name it makes no difference in which order they are applied.
    fn binary(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Term {
        let name = match op {
            BinaryOperator::PGCustomBinaryOperator(parts) => {
                parts.last().map_or(String::new(), Clone::clone)
            }
            op => op.to_string().to_lowercase(),
        };
        let name = match &*name {
            "==" => "=".to_owned(),
            "!=" => "<>".to_owned(),
            _ => name,
        };
        let mut operands = Vec::new();
        for term in [self.term(left), self.term(right)] {
            match term {
                Term::Call(inner, more) if inner == name && matches!(&*name, "and" | "or") => {
                    operands.extend(more);
                }
                term => operands.push(term),
            }
        }
        Term::Call(name, operands)
    }

    /// `IN (a)` is `= a`.
    fn one_of(&self, expression: &Expr, list: &[Expr], negated: bool) -> Term {
        let name = match (negated, list.len()) {
            (false, 1) => "=",
            (true, 1) => "<>",
            (false, _) => "= any",
            (true, _) => "<> all",
        };
        self.call(name, std::iter::once(expression).chain(list))
    }

    /// The elements of an array that is written out.
    fn elements<'e>(&self, array: &'e Expr) -> Option<&'e [Expr]> {
        match array {
            Expr::Array(array) => Some(&array.elem),
            Expr::Nested(it) | Expr::Cast { expr: it, .. } => self.elements(it),
            _ => None,
        }
    }

    fn extract(&self, field: &DateTimeField, from: &Expr) -> Term {
        self.call(
            &format!("extract {}", field.to_string().to_lowercase()),
            [from],
        )
    }

    fn function(&self, function: &Function) -> Term {
        let is_plain = function.over.is_none()
            && function.filter.is_none()
            && function.within_group.is_empty()
            && function.null_treatment.is_none();
        let name = self.qualified(function.name.0.iter().filter_map(|it| it.as_ident()));
        let list = match &function.args {
            FunctionArguments::None => &[][..],
            FunctionArguments::List(list)
                if list.clauses.is_empty() && list.duplicate_treatment.is_none() =>
            {
                &list.args[..]
            }
            _ => return Term::Other(function.to_string()),
        };
        let arguments: Option<Vec<Term>> = list.iter().map(|it| self.argument(it)).collect();
        let (true, Some(arguments)) = (is_plain, arguments) else {
            return Term::Other(function.to_string());
        };
        match &arguments[..] {
            [sequence] if name == "nextval" => {
                return Term::Call(name, vec![self.sequence(sequence.clone())]);
            }
            // A type by its name is a cast.
            [only] => {
                let own = self.own_type(only);
                if own.is_some() && own == Some(named_type(&name, self.dialect())) {
                    return only.clone();
                }
            }
            _ => {}
        }
        Term::Call(self.same_function(name), arguments)
    }

    /// "Synonyms" in the chapter on date and time functions of MySQL's manual; "Current Date/Time" in
    /// PostgreSQL's.
    fn same_function(&self, name: String) -> String {
        match (self.dialect(), &*name) {
            (Dialect::Mysql, "now" | "localtime" | "localtimestamp")
            | (Dialect::Postgres, "now" | "transaction_timestamp") => {
                "current_timestamp".to_owned()
            }
            _ => name,
        }
    }

    fn argument(&self, argument: &FunctionArg) -> Option<Term> {
        match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(it)) => Some(self.term(it)),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => Some(Term::Plain("*".to_owned())),
            _ => None,
        }
    }

    /// A sequence by its key, however it is named.
    fn sequence(&self, named: Term) -> Term {
        let text = match &named {
            Term::Text(text) => text,
            Term::As(it, _) => match &**it {
                Term::Text(text) => text,
                _ => return named,
            },
            _ => return named,
        };
        let key = match self.context.sequences {
            [only] => only.clone(),
            _ => {
                let Some(name) = read_regclass(text, 0..0) else {
                    return named;
                };
                self.context.catalog.resolve(Space::Relation, &name).0
            }
        };
        Term::Plain(key.to_string())
    }
}

/// The value of something of a type that is known: a literal there is one of that type, whatever it says of itself.
pub(super) fn of_type(term: Term, expected: &Type) -> Term {
    match term {
        Term::As(it, _) if matches!(*it, Term::Text(_)) => cast(*it, expected, None),
        term @ Term::Text(_) => cast(term, expected, None),
        Term::As(it, _) if matches!(*it, Term::Plain(_)) => *it,
        term => term,
    }
}

/// A value as one of a type; `own` is the type that it has, where that is known.
fn cast(term: Term, data_type: &Type, own: Option<&Type>) -> Term {
    let name = data_type.to_string();
    let name = name.strip_prefix("public.").unwrap_or(&name).to_owned();
    let is_string = |it: &Type| {
        let names = ["text", "character varying"];
        matches!(&it.base, Base::Builtin(name) if names.contains(&&**name))
            && it.modifiers.is_empty()
    };
    let is_text = |it: &Type| matches!(&it.base, Base::Builtin(name) if &**name == "text" || &**name == "character varying");
    match (term, own) {
        (term, Some(own)) if own == data_type => term,
        // PostgreSQL compares `varchar` as `text`, and says so.
        (term, Some(own)) if is_text(own) && is_string(data_type) => term,
        (Term::Text(text), _) => match &data_type.base {
            Base::Builtin(base) if !data_type.array && is_number(base) && is_numeral(&text) => {
                Term::Plain(text)
            }
            Base::Builtin(base) if !data_type.array && &**base == "boolean" => boolean(text),
            _ => Term::As(Box::new(Term::Text(text)), name),
        },
        (Term::Plain(null), _) if null == "null" => Term::Plain(null),
        // A literal of one type and then another.
        (Term::As(it, _), _) if matches!(*it, Term::Text(_)) && is_string(data_type) => {
            Term::As(it, name)
        }
        (Term::Call(array, items), _) if array == "array" && data_type.array => {
            Term::Call(array, items)
        }
        (term, _) => Term::As(Box::new(term), name),
    }
}

fn is_number(base: &str) -> bool {
    matches!(
        base,
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision"
    )
}

fn is_numeral(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// "Boolean Type" in PostgreSQL's manual; the beginnings of the words are taken, too.
fn boolean(text: String) -> Term {
    let word = text.trim().to_ascii_lowercase();
    let begins = |whole: &str, least: usize| word.len() >= least && whole.starts_with(&*word);
    let value = match &*word {
        "1" => Some(true),
        "0" => Some(false),
        _ if begins("true", 1) || begins("yes", 1) || word == "on" => Some(true),
        _ if begins("false", 1) || begins("no", 1) || begins("off", 2) => Some(false),
        _ => None,
    };
    match value {
        Some(value) => Term::Plain(value.to_string()),
        None => Term::As(Box::new(Term::Text(text)), "boolean".to_owned()),
    }
}

fn unary(op: UnaryOperator, operand: Term) -> Term {
    match (op, operand) {
        (UnaryOperator::Minus, Term::Plain(number)) if is_numeral(&number) => {
            Term::Plain(format!("-{number}"))
        }
        (UnaryOperator::Plus, operand) => operand,
        (op, operand) => Term::Call(op.to_string().to_lowercase(), vec![operand]),
    }
}

fn value_term(value: &Value) -> Term {
    match value {
        Value::Number(number, _) => Term::Plain(number.to_lowercase()),
        Value::SingleQuotedString(text)
        | Value::EscapedStringLiteral(text)
        | Value::NationalStringLiteral(text)
        | Value::DoubleQuotedString(text) => Term::Text(text.clone()),
        Value::DollarQuotedString(text) => Term::Text(text.value.clone()),
        Value::Boolean(value) => Term::Plain(value.to_string()),
        Value::Null => Term::Plain("null".to_owned()),
        other => Term::Other(other.to_string()),
    }
}
