//! The statements of answers that are kept.

use crate::db::{selects, statements};

selects! {
    /// What is kept of a request that was done since a moment.
    KEPT: scoped "SELECT request, answer FROM idempotency WHERE account_id = $1 AND caller = $2 AND token = $3 AND created_us > $4";
}

statements! {
    /// In place of one that is too old and not yet pruned.
    KEEP: "INSERT INTO idempotency (account_id, caller, token, request, answer, created_us) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (account_id, caller, token) DO UPDATE SET request = excluded.request, answer = excluded.answer, created_us = excluded.created_us";
    PRUNE: "DELETE FROM idempotency WHERE (account_id, caller, token) IN
     (SELECT account_id, caller, token FROM idempotency WHERE created_us <= $1 ORDER BY created_us LIMIT $2)";
}
