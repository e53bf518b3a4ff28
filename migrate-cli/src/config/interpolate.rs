//! `${NAME}` and `${NAME:-default}` in a configuration value.

/// Why a value is not one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The variable is not set, and there is no default.
    Unset(String),
    /// `${` without `}`.
    Unclosed,
}

/// Puts in the variables. What they hold is taken as it is, and not looked into again.
///
/// # Errors
///
/// See [`Mistake`].
pub fn interpolate<'a>(
    text: &str,
    variable: impl Fn(&str) -> Option<&'a str>,
) -> Result<String, Mistake> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (inside, after) = after.split_once('}').ok_or(Mistake::Unclosed)?;
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        // As in a shell: with `:-`, an empty variable is as good as none.
        let value = match (variable(name), default) {
            (Some(value), _) if !value.is_empty() => value,
            (_, Some(default)) => default,
            (Some(empty), None) => empty,
            (None, None) => return Err(Mistake::Unset(name.to_owned())),
        };
        result.push_str(before);
        result.push_str(value);
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let variable = |name: &str| match name {
            "A" => Some("a"),
            "EMPTY" => Some(""),
            "NESTED" => Some("${A}"),
            _ => None,
        };
        let unset = |name: &str| Err(Mistake::Unset(name.to_owned()));
        for (text, expected) in [
            ("", Ok("")),
            ("plain", Ok("plain")),
            ("$A {A} $", Ok("$A {A} $")),
            ("${A}", Ok("a")),
            ("x${A}y${A}z", Ok("xayaz")),
            ("${NONE}", unset("NONE")),
            ("${NONE:-b}", Ok("b")),
            ("${NONE:-}", Ok("")),
            ("${NONE:-sqlite:a.db}", Ok("sqlite:a.db")),
            ("${A:-b}", Ok("a")),
            ("${EMPTY}", Ok("")),
            ("${EMPTY:-b}", Ok("b")),
            ("${NESTED}", Ok("${A}")),
            ("${A", Err(Mistake::Unclosed)),
        ] {
            assert_eq!(
                interpolate(text, variable).as_deref(),
                expected.as_ref().map(|text| *text),
                "{text}"
            );
        }
    }
}
