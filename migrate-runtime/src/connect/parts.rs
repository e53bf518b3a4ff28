//! What the URLs of servers have in common: `//user:password@host:port/name?parameter=value&…`.

use super::ConnectError;
use migrate_core::suggest::nearest;
use percent_encoding::percent_decode_str;
use std::num::NonZeroU16;

/// A URL in its parts; empty where they are absent. Percent-encoding is undone but in the values
/// of the parameters.
pub(super) struct Parts<'a> {
    /// Before the `:` that ends it, or the `@`.
    pub user: String,
    /// Between that `:` and the `@`.
    pub password: String,
    /// Each host with its port.
    pub hosts: Vec<(String, String)>,
    /// What stands behind the first `/`.
    pub database: String,
    /// Names and values.
    pub parameters: Vec<(String, &'a str)>,
}

impl Parts<'_> {
    /// Reads what follows the scheme's colon. `scheme` is for messages.
    ///
    /// # Errors
    ///
    /// Of kind `Usage`, about the form or the percent-encoding. Nothing that may be part of a
    /// password is quoted.
    pub fn read<'a>(rest: &'a str, scheme: &str) -> Result<Parts<'a>, ConnectError> {
        let rest = rest.strip_prefix("//").ok_or_else(|| {
            ConnectError::usage("the database's URL has no `//` after its scheme")
                .with_help(format!("use `{scheme}://user@host/database`"))
        })?;
        let (authority, database, query) = split(rest)?;
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = user.split_once(':').unwrap_or((user, ""));
        let hosts = match hosts {
            "" => Vec::new(),
            hosts => hosts
                .split(',')
                .map(|host| host_and_port(host, scheme))
                .collect::<Result<_, _>>()?,
        };
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        Ok(Parts {
            user: decode(user, "the user's name")?,
            password: decode(password, "the password")?,
            hosts,
            database: decode(database, "the database's name")?,
            parameters: pairs.map(name_and_value).collect::<Result<_, _>>()?,
        })
    }
}

/// Authority, path and query. A `@` behind the authority is refused: it is the sign of a password
/// with a `/` or `?` in it, whose parts would be taken for names and shown.
fn split(rest: &str) -> Result<(&str, &str, &str), ConnectError> {
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    if rest.contains('@') {
        return Err(ConnectError::usage(
            "the database's URL has a `@` behind the first `/` or `?`",
        )
        .with_help(
            "in a user's name or password write `/` as `%2F`, `?` as `%3F` and `@` as `%40`; elsewhere write `@` as `%40`",
        ));
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Ok((authority, path.strip_prefix('/').unwrap_or(path), query))
}

/// `host`, `host:port`, `[address]:port` or `:port`.
fn host_and_port(text: &str, scheme: &str) -> Result<(String, String), ConnectError> {
    let malformed = || {
        ConnectError::usage("the database's URL has no valid `host:port`").with_help(format!(
            "use `{scheme}://user:password@host:port/database`; in a password write `@` as `%40`, `/` as `%2F`, `:` as `%3A`, `?` as `%3F` and `%` as `%25`"
        ))
    };
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, after) = rest.split_once(']').ok_or_else(malformed)?;
            let is_address = address.parse::<std::net::Ipv6Addr>().is_ok();
            let port = match after.strip_prefix(':') {
                Some(port) => port,
                None if after.is_empty() => "",
                None => return Err(malformed()),
            };
            if !is_address {
                return Err(malformed());
            }
            (address, port)
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    if port.is_empty() || port.parse::<NonZeroU16>().is_ok() {
        Ok((decode(host, "the host")?, port.to_owned()))
    } else {
        Err(malformed())
    }
}

/// `name=value`; the value is decoded by who knows what it is.
fn name_and_value(pair: &str) -> Result<(String, &str), ConnectError> {
    let Some((name, value)) = pair.split_once('=') else {
        return Err(
            ConnectError::usage("a parameter of the database's URL has no `=`").with_help(
                "write `?name=value&name=value`; `&` in a value is `%26`, and `?` in a password `%3F`",
            ),
        );
    };
    Ok((decode(name, "a parameter's name")?, value))
}

/// The text behind the percent-encoding.
pub(super) fn decode(text: &str, what: &str) -> Result<String, ConnectError> {
    let is_encoded = text.split('%').skip(1).all(|after| {
        let digits = after.bytes().take(2);
        digits.clone().count() == 2 && digits.clone().all(|digit| digit.is_ascii_hexdigit())
    });
    let refuse = |why: &str| {
        Err(
            ConnectError::usage(format!("{what} in the database's URL {why}"))
                .with_help("write `%` itself as `%25`"),
        )
    };
    if !is_encoded {
        return refuse("has a `%` without two hexadecimal digits");
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(decoded) if decoded.contains('\0') => refuse("holds a zero byte"),
        Ok(decoded) => Ok(decoded.into_owned()),
        Err(_) => refuse("is not UTF-8"),
    }
}

/// A parameter that is none of those known.
pub(super) fn unknown_parameter(name: &str, known: &[&str]) -> ConnectError {
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", known.join(", ")),
    };
    // What is no word may be the rest of a password with a `&` in it.
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let shown = match name.bytes().all(is_word) {
        true => format!(" `{name}`"),
        false => String::new(),
    };
    ConnectError::usage(format!("unknown parameter{shown} in the database's URL")).with_help(help)
}

/// The meaning of a parameter's value that is one of some words.
pub(super) fn word<T: Copy>(
    name: &str,
    value: &str,
    words: &[(&str, T)],
) -> Result<T, ConnectError> {
    match words.iter().find(|(word, _)| *word == value) {
        Some((_, meaning)) => Ok(*meaning),
        None => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Err(
                ConnectError::usage(format!("`{name}={value}` makes no sense to this program"))
                    .with_help(format!("use one of {}", words.join(", "))),
            )
        }
    }
}
