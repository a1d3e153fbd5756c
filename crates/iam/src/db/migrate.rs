//! Migrations: numbered texts, forward only, applied in order and remembered with their hash.

use sha2::{Digest, Sha256};

/// How a database spells the types of a migration.
pub(crate) struct Spelling {
    pub(crate) int: &'static str,
    pub(crate) text: &'static str,
    pub(crate) bytes: &'static str,
    pub(crate) bool: &'static str,
    pub(crate) strict: &'static str,
    /// A table whose rows stand in the order of its primary key, where the database has such tables.
    pub(crate) clustered: &'static str,
}

pub(crate) const SQLITE: Spelling = Spelling {
    int: "INTEGER",
    text: "TEXT",
    bytes: "BLOB",
    bool: "INTEGER",
    strict: " STRICT",
    clustered: " STRICT, WITHOUT ROWID",
};

pub(crate) const POSTGRES: Spelling =
    Spelling { int: "BIGINT", text: "TEXT COLLATE \"C\"", bytes: "BYTEA", bool: "BOOLEAN", strict: "", clustered: "" };

/// A step of the schema: its text for each database.
pub(crate) struct Migration {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Migration {
    const fn same(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// All steps. A step's number is its place, counted from 1. Never edited after it has landed.
pub(crate) static MIGRATIONS: &[Migration] = &[
    Migration::same(include_str!("../../migrations/0001_foundation.sql")),
    Migration {
        sqlite: include_str!("../../migrations/0002_audit_is_final.sqlite.sql"),
        postgres: include_str!("../../migrations/0002_audit_is_final.postgres.sql"),
    },
    Migration::same(include_str!("../../migrations/0003_policies_and_roles.sql")),
    Migration::same(include_str!("../../migrations/0004_credentials_and_keeping.sql")),
    Migration::same(include_str!("../../migrations/0005_sign_in.sql")),
];

/// The table that remembers which steps a store has.
pub(crate) const MEMORY: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    version {{int}} PRIMARY KEY,
    sha256 {{text}} NOT NULL
){{strict}};";

/// What of [`MIGRATIONS`] a store still needs.
///
/// `applied` are the remembered hashes in order. Errors say why this program must not touch the store.
pub(crate) fn pending<'a>(
    applied: &[String],
    texts: impl Iterator<Item = &'a str>,
) -> Result<Vec<(usize, &'a str)>, SchemaProblem> {
    let texts: Vec<&str> = texts.collect();
    if applied.len() > texts.len() {
        return Err(SchemaProblem::Newer { store: applied.len(), program: texts.len() });
    }
    for (place, (hash, text)) in applied.iter().zip(&texts).enumerate() {
        if *hash != fingerprint(text) {
            return Err(SchemaProblem::Changed { version: place + 1 });
        }
    }
    Ok(texts.into_iter().enumerate().skip(applied.len()).map(|(place, text)| (place + 1, text)).collect())
}

/// Why a store's schema is not ours to work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SchemaProblem {
    /// A later release has been here.
    #[error("the store has schema version {store}, this program knows up to {program}: use a newer claviger")]
    Newer {
        /// The store's version.
        store: usize,
        /// The last that this program knows.
        program: usize,
    },
    /// The store was made by a step that this program has otherwise.
    #[error("step {version} of the store's schema is not the one that this program knows")]
    Changed {
        /// The step.
        version: usize,
    },
}

/// The SHA-256 of a step's text, in hex.
pub(crate) fn fingerprint(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

/// Writes a text in one database's spelling.
pub(crate) fn spell(text: &str, spelling: &Spelling) -> String {
    text.replace("{{int}}", spelling.int)
        .replace("{{text}}", spelling.text)
        .replace("{{bytes}}", spelling.bytes)
        .replace("{{bool}}", spelling.bool)
        .replace("{{strict}}", spelling.strict)
        .replace("{{clustered}}", spelling.clustered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_and_only_on_a_store_we_know() {
        let texts = ["one", "two"];
        let known: Vec<String> = texts.iter().map(|text| fingerprint(text)).collect();
        assert_eq!(pending(&[], texts.into_iter()).unwrap(), [(1, "one"), (2, "two")]);
        assert_eq!(pending(&known[..1], texts.into_iter()).unwrap(), [(2, "two")]);
        assert_eq!(pending(&known, texts.into_iter()).unwrap(), []);
        let newer = [known.clone(), vec!["x".into()]].concat();
        assert_eq!(pending(&newer, texts.into_iter()), Err(SchemaProblem::Newer { store: 3, program: 2 }));
        assert_eq!(pending(&["x".into()], texts.into_iter()), Err(SchemaProblem::Changed { version: 1 }));
    }
}
