//! A server's URL in the pieces between which databases and users are put.

/// `scheme://user@host/…?query`.
pub(crate) struct ServerUrl {
    scheme: String,
    /// `user` or `user:password`; empty for none.
    user: String,
    /// `host:port`; empty where the query names a socket.
    host: String,
    /// `?name=value&…`; empty for none.
    query: String,
}

impl ServerUrl {
    /// Takes a URL apart; its database is left out.
    pub fn parse(url: &str) -> ServerUrl {
        let (scheme, rest) = url.split_once("://").expect("a server's URL has a scheme");
        let (rest, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let authority = rest.split('/').next().unwrap_or_default();
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        ServerUrl {
            scheme: scheme.to_owned(),
            user: user.to_owned(),
            host: host.to_owned(),
            query: query.to_owned(),
        }
    }

    /// The URL of a database, for the URL's own user or another one.
    pub fn of(&self, database: &str, user: Option<&str>) -> String {
        let user = user.unwrap_or(&self.user);
        let at = if user.is_empty() { "" } else { "@" };
        let ServerUrl {
            scheme,
            host,
            query,
            ..
        } = self;
        format!("{scheme}://{user}{at}{host}/{database}{query}")
    }
}
