//! What PostgreSQL's extensions bring along, as far as that is known.
//!
//! The functions of an extension are many, and differ by version; they are never known. Its types and
//! relations are few.

/// What a well-known extension brings along that statements may name: its types, and its relations.
/// `None` for an extension of which nothing is known.
///
/// From the extensions' own SQL scripts (`contrib/*/*--*.sql` of PostgreSQL 13 to 18, and those of the projects).
/// Names that begin with `pg_` are left out: they are taken for the database's own anyway.
pub(super) fn brings(extension: &str) -> Option<Brought> {
    let types = |types| {
        Some(Brought {
            types,
            relations: &[],
        })
    };
    match extension {
        "amcheck" | "autoinc" | "bloom" | "btree_gin" | "btree_gist" | "dict_int" | "dict_xsyn"
        | "file_fdw" | "fuzzystrmatch" | "insert_username" | "intagg" | "moddatetime"
        | "pageinspect" | "pg_buffercache" | "pg_freespacemap" | "pg_hint_plan" | "pg_prewarm"
        | "pg_stat_statements" | "pg_surgery" | "pg_trgm" | "pg_uuidv7" | "pg_visibility"
        | "pg_walinspect" | "pgcrypto" | "pgjwt" | "pgrowlocks" | "pgstattuple" | "plpgsql"
        | "postgres_fdw" | "refint" | "rum" | "sslinfo" | "tcn" | "tsm_system_rows"
        | "tsm_system_time" | "unaccent" | "uuid-ossp" | "xml2" => types(&[]),
        "citext" => types(&["citext"]),
        "cube" => types(&["cube"]),
        "dblink" => types(&["dblink_pkey_results"]),
        "earthdistance" => types(&["earth"]),
        "hstore" => types(&["hstore", "ghstore"]),
        "http" => types(&[
            "http_header",
            "http_method",
            "http_request",
            "http_response",
        ]),
        "intarray" => types(&["query_int", "intbig_gkey"]),
        "isn" => types(&[
            "ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc",
        ]),
        "lo" => types(&["lo"]),
        "ltree" => types(&["ltree", "lquery", "ltxtquery", "ltree_gist"]),
        "seg" => types(&["seg"]),
        "semver" => types(&["semver", "semverrange"]),
        "tablefunc" => types(&[
            "tablefunc_crosstab_2",
            "tablefunc_crosstab_3",
            "tablefunc_crosstab_4",
        ]),
        "vector" => types(&["vector", "halfvec", "sparsevec"]),
        "postgis" => Some(Brought {
            types: &[
                "box2d",
                "box2df",
                "box3d",
                "geography",
                "geometry",
                "geometry_dump",
                "gidx",
                "spheroid",
                "valid_detail",
            ],
            relations: &["geography_columns", "geometry_columns", "spatial_ref_sys"],
        }),
        _ => None,
    }
}

/// What an extension brings along.
pub(super) struct Brought {
    /// Its types.
    pub types: &'static [&'static str],
    /// Its tables and views.
    pub relations: &'static [&'static str],
}
