//! Tests of `embed_migrations!`: see `tests/`, whose programs embed the folders in `migrations/`.
