//! URLs without their passwords, to be shown.

/// What stands in a secret's place.
const HIDDEN: &str = "***";

/// The text of a URL without its password, whatever its form and however broken: a password may
/// hold `@`, `/`, `?`, `#` or `%` that should have been encoded. When in doubt more is hidden.
///
/// ```
/// use migrate_runtime::redact;
/// assert_eq!(redact("postgres://app:s3cret@db:5432/app"), "postgres://app:***@db:5432/app");
/// assert_eq!(redact("postgres://db/app?user=app&password=s3cret"), "postgres://db/app?user=app&password=***");
/// assert_eq!(redact("postgres://db:5432/app"), "postgres://db:5432/app");
/// ```
pub fn redact(text: &str) -> String {
    match secret_parameter(text) {
        // The `@` may be the one before the host, and the parameter a part of the password.
        Some(start) if text[start..].contains('@') => {
            redact_authority(&format!("{}@", &text[..start]))
        }
        Some(start) => format!("{}{HIDDEN}", redact_authority(&text[..start])),
        None => redact_authority(text),
    }
}

/// The parameters that a URL may have and whose values are no secrets. What `options` sets may be
/// anything.
const HARMLESS: [&str; 25] = [
    "host",
    "hostaddr",
    "port",
    "user",
    "dbname",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "application_name",
    "fallback_application_name",
    "connect_timeout",
    "target_session_attrs",
    "channel_binding",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "mode",
    "ssl-mode",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "socket",
];

/// Whether a parameter's value may be shown.
#[cfg(feature = "postgres")]
pub(crate) fn is_harmless(name: &str) -> bool {
    HARMLESS.contains(&name)
}

/// Where the value of the first parameter begins that may be a secret, as in `?password=…`,
/// `&options=…` or `password = '…'`. Its end cannot be known.
fn secret_parameter(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let secrets = ["pass", "pwd", "secret", "token"]
        .iter()
        .flat_map(|word| lower.match_indices(word))
        .filter_map(|(at, word)| {
            let after = &lower[at + word.len()..];
            let rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let value = rest
                .trim_start()
                .strip_prefix('=')
                .or_else(|| rest.strip_prefix("%3d"))?;
            Some(lower.len() - value.len())
        });
    // Behind `?` and `&`, and before any other `=`, stands a name.
    let unknown = lower.match_indices('=').filter_map(|(at, _)| {
        let name = &lower[lower[..at].rfind(['?', '&'])? + 1..at];
        (!name.contains('=') && !HARMLESS.contains(&name)).then_some(at + 1)
    });
    secrets.chain(unknown).min()
}

/// Hides what may be a password before a host.
fn redact_authority(text: &str) -> String {
    // A `:` before it is that of `user:password`, and the `://` a part of the password.
    let has_scheme = |before: &str| !before.trim_start_matches("jdbc:").contains(':');
    let start = match text.find("://") {
        Some(at) if has_scheme(&text[..at]) => at + "://".len(),
        _ => 0,
    };
    let (scheme, rest) = text.split_at(start);
    match rest.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}{}@{host}", redact_user(user)),
        None => format!("{scheme}{}", redact_port(rest)),
    }
}

/// The user's name of `user:password`.
fn redact_user(user: &str) -> String {
    let is_plain = |name: &str| {
        name.chars()
            .all(|each| each.is_alphanumeric() || "_-.+~".contains(each))
    };
    match user.split_once(':') {
        Some((name, _)) if is_plain(name) => format!("{name}:{HIDDEN}"),
        None if is_plain(user) => user.to_owned(),
        _ => HIDDEN.to_owned(),
    }
}

/// Hides what stands where a port should be and is none: the password of a URL without a host.
fn redact_port(rest: &str) -> String {
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, _) = rest.split_at(end);
    let colon = match authority.rsplit_once(']') {
        Some((address, _)) => address.len() + 1,
        None => authority.find(':').unwrap_or(end),
    };
    let after = &authority[colon..];
    let is_ports = after.split(',').all(|each| {
        each.rsplit_once(':').is_none_or(|(_, port)| {
            port.len() <= 5 && port.bytes().all(|digit| digit.is_ascii_digit())
        })
    });
    let is_sqlite = rest.starts_with("sqlite:");
    if is_ports || is_sqlite {
        rest.to_owned()
    } else {
        format!("{}:{HIDDEN}", &authority[..colon])
    }
}
