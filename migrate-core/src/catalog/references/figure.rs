//! What PostgreSQL calls a column of a query, or of an index, that is given no name (`FigureColname` and
//! `FigureIndexColname` in parse_target.c).

use crate::ddl::Name;
use crate::dialect::Dialect;
use crate::parse;
use sqlparser::ast::{
    AccessExpr, ArrayElemTypeDef, BinaryOperator, DataType, Expr, Ident, ObjectName, SelectItem,
    SetExpr, Statement, TimezoneInfo, TrimWhereField, Value,
};

/// The name of an expression, as far as one is found in it.
enum Figure {
    /// None.
    Nothing,
    /// That of a type or of `CASE`, which gives way to one around it.
    Weak(Name),
    Strong(Name),
}

/// What an expression is called; `None` where that is not certain, `Some(None)` where it has no name.
pub(super) fn figured(expression: &Expr) -> Option<Option<Name>> {
    Some(match figure(expression)? {
        Figure::Nothing => None,
        Figure::Weak(name) | Figure::Strong(name) => Some(name),
    })
}

/// What the key of an index is called in the index's name; `None` where that is not certain.
pub(in crate::catalog) fn of_index_key(expression: &str) -> Option<Name> {
    let sql = format!("SELECT {expression}");
    let name = parse::look(&sql, Dialect::Postgres, |tree| {
        let Statement::Query(query) = tree else {
            return None;
        };
        let SetExpr::Select(select) = &*query.body else {
            return None;
        };
        match &select.projection[..] {
            [SelectItem::UnnamedExpr(expression)] => figured(expression),
            _ => None,
        }
    });
    Some(name??.unwrap_or_else(|| Name::exact("expr")))
}

fn figure(expression: &Expr) -> Option<Figure> {
    let strong = |name: &str| Some(Figure::Strong(Name::exact(name)));
    let ident = |ident: &Ident| Some(Figure::Strong(name(ident)));
    match expression {
        Expr::Identifier(column) => ident(column),
        Expr::CompoundIdentifier(idents) => ident(idents.last()?),
        Expr::CompoundFieldAccess { root, access_chain } => {
            let mut fields = access_chain.iter().rev().filter_map(|access| match access {
                AccessExpr::Dot(field) => Some(field),
                AccessExpr::Subscript(_) => None,
            });
            fields.next().map_or_else(|| figure(root), figure)
        }
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => figure(inner),
        Expr::Cast {
            expr, data_type, ..
        } => match figure(expr)? {
            strong @ Figure::Strong(_) => Some(strong),
            Figure::Weak(_) | Figure::Nothing => Some(Figure::Weak(type_name(data_type)?)),
        },
        Expr::TypedString(constant) => Some(Figure::Weak(type_name(&constant.data_type)?)),
        Expr::Interval(_) => Some(Figure::Weak(Name::exact("interval"))),
        Expr::Case { else_result, .. } => {
            let otherwise = else_result.as_deref().map(figure);
            Some(match otherwise.unwrap_or(Some(Figure::Nothing))? {
                strong @ Figure::Strong(_) => strong,
                Figure::Weak(_) | Figure::Nothing => Figure::Weak(Name::exact("case")),
            })
        }
        // What is called without parentheses (`current_date`) has the name of its word, too.
        Expr::Function(function) => ident(function.name.0.last()?.as_ident()?),
        Expr::Array(_) => strong("array"),
        Expr::Tuple(_) => strong("row"),
        Expr::Exists { negated: false, .. } => strong("exists"),
        // What the grammar has words for is a function of this name (func_expr_common_subexpr in gram.y).
        Expr::Trim { trim_where, .. } => match trim_where {
            None | Some(TrimWhereField::Both) => strong("btrim"),
            Some(TrimWhereField::Leading) => strong("ltrim"),
            Some(TrimWhereField::Trailing) => strong("rtrim"),
        },
        Expr::Substring { shorthand, .. } => match shorthand {
            true => strong("substr"),
            false => strong("substring"),
        },
        Expr::Ceil { .. } => strong("ceil"),
        Expr::Floor { .. } => strong("floor"),
        Expr::Position { .. } => strong("position"),
        Expr::Overlay { .. } => strong("overlay"),
        Expr::AtTimeZone { .. } => strong("timezone"),
        Expr::BinaryOp { op, .. } if *op == BinaryOperator::Overlaps => strong("overlaps"),
        Expr::IsNormalized { negated: false, .. } => strong("is_normalized"),
        Expr::Value(value) => match &value.value {
            Value::Number(..)
            | Value::Null
            | Value::SingleQuotedString(_)
            | Value::EscapedStringLiteral(_)
            | Value::DollarQuotedString(_) => Some(Figure::Nothing),
            Value::Boolean(_) => Some(Figure::Weak(Name::exact("bool"))),
            _ => None,
        },
        Expr::BinaryOp { .. }
        | Expr::UnaryOp { .. }
        | Expr::IsFalse(_)
        | Expr::IsNotFalse(_)
        | Expr::IsTrue(_)
        | Expr::IsNotTrue(_)
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::IsUnknown(_)
        | Expr::IsNotUnknown(_)
        | Expr::IsDistinctFrom(..)
        | Expr::IsNotDistinctFrom(..)
        | Expr::InList { .. }
        | Expr::InSubquery { .. }
        | Expr::Between { .. }
        | Expr::Like { .. }
        | Expr::ILike { .. }
        | Expr::SimilarTo { .. }
        | Expr::AnyOp { .. }
        | Expr::AllOp { .. }
        | Expr::Exists { negated: true, .. } => Some(Figure::Nothing),
        // EXTRACT calls `date_part` before 14, and what is left nobody writes there.
        _ => None,
    }
}

fn name(ident: &Ident) -> Name {
    match ident.quote_style {
        Some(_) => Name::quoted(&ident.value, Dialect::Postgres),
        None => Name::unquoted(&ident.value, Dialect::Postgres),
    }
}

/// What a type is called in the system catalog, where the grammar has words of its own for it
/// (`SimpleTypename` in gram.y).
fn type_name(data_type: &DataType) -> Option<Name> {
    let name = match data_type {
        DataType::Custom(ObjectName(parts), _) => return Some(name(parts.last()?.as_ident()?)),
        DataType::Array(
            ArrayElemTypeDef::SquareBracket(element, _) | ArrayElemTypeDef::Qualified(element, _),
        ) => return type_name(element),
        DataType::SmallInt(_) | DataType::Int2(_) => "int2",
        DataType::Int(_) | DataType::Integer(_) | DataType::Int4(_) => "int4",
        DataType::BigInt(_) | DataType::Int8(_) => "int8",
        DataType::Real | DataType::Float4 => "float4",
        DataType::DoublePrecision | DataType::Float8 => "float8",
        DataType::Numeric(_) | DataType::Decimal(_) | DataType::Dec(_) => "numeric",
        DataType::Bool | DataType::Boolean => "bool",
        DataType::Char(_) | DataType::Character(_) => "bpchar",
        DataType::Varchar(_) | DataType::CharVarying(_) | DataType::CharacterVarying(_) => {
            "varchar"
        }
        DataType::Text => "text",
        DataType::Uuid => "uuid",
        DataType::Bytea => "bytea",
        DataType::JSON => "json",
        DataType::JSONB => "jsonb",
        DataType::Date => "date",
        DataType::Time(_, zone) => match zone {
            TimezoneInfo::None | TimezoneInfo::WithoutTimeZone => "time",
            TimezoneInfo::WithTimeZone | TimezoneInfo::Tz => "timetz",
        },
        DataType::Timestamp(_, zone) => match zone {
            TimezoneInfo::None | TimezoneInfo::WithoutTimeZone => "timestamp",
            TimezoneInfo::WithTimeZone | TimezoneInfo::Tz => "timestamptz",
        },
        DataType::Interval { .. } => "interval",
        DataType::Bit(_) => "bit",
        DataType::BitVarying(_) | DataType::VarBit(_) => "varbit",
        DataType::Regclass => "regclass",
        DataType::TsVector => "tsvector",
        DataType::TsQuery => "tsquery",
        _ => return None,
    };
    Some(Name::exact(name))
}
