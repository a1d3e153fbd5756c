//! The trail's statements.

use crate::db::{selects, statements};

selects! {
    /// Events behind a number, in order.
    EVENTS: scoped "SELECT seq, time_us, action, principal_id, outcome, body, hash FROM audit_event WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// Where the chain's head says it ends.
    HEAD: scoped "SELECT audit_seq, audit_hash FROM account_head WHERE account_id = $1";
    /// How many of each noun the account has, by what was counted.
    TALLIES: scoped "SELECT noun, count FROM tally WHERE account_id = $1 ORDER BY noun LIMIT $2";
}

statements! {
    APPEND: "INSERT INTO audit_event (account_id, seq, time_us, action, principal_id, outcome, body, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}
