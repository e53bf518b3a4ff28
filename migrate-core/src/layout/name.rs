//! File names → version and name.

/// The version and the name that a file or folder name (without `.sql`) is made of.
///
/// The version is the leading run of digit groups joined by `_`, `-` or `.`; the name begins at the
/// first group that is not all digits, after `_` or `-`.
///
/// ```
/// use migrate_core::layout::split_name;
/// assert_eq!(split_name("2024_01_15_create users"), Ok(("2024_01_15", "create users")));
/// assert_eq!(split_name("7-2fa"), Ok(("7", "2fa")));
/// assert!(split_name("users").is_err());
/// ```
///
/// # Errors
///
/// What the name lacks or has too much.
pub fn split_name(stem: &str) -> Result<(&str, &str), &'static str> {
    if stem.contains(char::is_control) {
        return Err("has a control character in its name");
    }
    if stem.contains(['/', '\\']) {
        return Err("has a path separator in its name");
    }
    let mut version_end = 0;
    let mut rest = stem;
    loop {
        let (group, joint) = match rest.find(['_', '-', '.']) {
            Some(end) => (&rest[..end], rest[end..].chars().next()),
            None => (rest, None),
        };
        if group.is_empty() || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        version_end = stem.len() - rest.len() + group.len();
        if joint.is_none() {
            break;
        }
        rest = &stem[version_end + 1..];
    }
    let (version, name) = stem.split_at(version_end);
    if version.is_empty() && stem.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("has neither `_` nor `-` after its version");
    }
    if version.is_empty() {
        return Err("has no version at the start of its name");
    }
    match name.strip_prefix(['_', '-']) {
        Some(name) if !name.is_empty() => Ok((version, name)),
        None if !name.is_empty() => Err("has neither `_` nor `-` after its version"),
        _ => Err("has only a version and no name"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_real_tools() {
        for (stem, version, name) in [
            (
                "20260115120000_create_users",
                "20260115120000",
                "create_users",
            ),
            (
                "2024_01_15_000001_create_users",
                "2024_01_15_000001",
                "create_users",
            ),
            ("20260315_001_add_index", "20260315_001", "add_index"),
            (
                "2019-03-22-170700_remove_downloads",
                "2019-03-22-170700",
                "remove_downloads",
            ),
            (
                "2025-11-19-091444-0000_add_publisher",
                "2025-11-19-091444-0000",
                "add_publisher",
            ),
            ("0001-init", "0001", "init"),
            ("1.2.3_patch", "1.2.3", "patch"),
            ("1_2fa_tokens", "1", "2fa_tokens"),
            ("1__flyway", "1", "_flyway"),
            ("7_größe 表 🦀", "7", "größe 表 🦀"),
            ("7_a.b-c", "7", "a.b-c"),
            ("7_0", "", ""),
            ("7_", "", ""),
            ("7", "", ""),
            ("2024_01", "", ""),
            ("7.init", "", ""),
            ("7 init", "", ""),
            ("V1__init", "", ""),
            ("_init", "", ""),
            ("", "", ""),
            ("7_a\u{7}b", "", ""),
            ("7_a\\b", "", ""),
            ("٣_arabic_digit", "", ""),
        ] {
            let expected = (!version.is_empty()).then_some((version, name));
            assert_eq!(split_name(stem).ok(), expected, "{stem:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_that_was_put_together_comes_apart(
            version in "[0-9]{1,20}([-_.][0-9]{1,6}){0,4}",
            joint in "[-_]",
            name in "[^0-9\\p{Cc}/\\\\][^\\p{Cc}/\\\\]{0,20}",
        ) {
            prop_assume!(!name.starts_with(['_', '-', '.']));
            let stem = format!("{version}{joint}{name}");
            prop_assert_eq!(split_name(&stem), Ok((version.as_str(), name.as_str())));
        }

        #[test]
        fn no_name_panics(stem in ".{0,30}") {
            if let Ok((version, name)) = split_name(&stem) {
                prop_assert_eq!(version.len() + 1 + name.len(), stem.len());
            }
        }
    }
}
