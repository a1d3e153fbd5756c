//! The trail's statements.

use crate::db::{selects, statements};

selects! {
    /// Events behind a number, in order.
    EVENTS: scoped "SELECT seq, time_us, action, principal_id, outcome, body, hash FROM audit_event WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
}

statements! {
    APPEND: "INSERT INTO audit_event (account_id, seq, time_us, action, principal_id, outcome, body, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}
