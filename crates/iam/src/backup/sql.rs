//! What backing up and restoring ask of single tables; whole tables are read and written by [`crate::db::whole`].

use crate::db::{selects, statements};

selects! {
    /// Where each account's chain ends. A backup is of all accounts.
    HEADS: global "SELECT account_id, audit_seq, audit_hash FROM account_head WHERE account_id > $1 ORDER BY account_id LIMIT $2";
}

statements! {
    DELETE_INSTANCE_KEY: "DELETE FROM instance_key WHERE name = $1";
    DELETE_ANSWERS: "DELETE FROM idempotency";
    DELETE_PROOFS: "DELETE FROM step_up_proof";
    DELETE_CONSOLE_SESSIONS: "DELETE FROM console_session";
    DELETE_SETUP_LINKS: "DELETE FROM setup_link";
}
