//! The trail's statements.

use crate::db::{selects, statements};

selects! {
    /// Events behind a number, in order.
    EVENTS: scoped "SELECT seq, time_us, action, principal_id, outcome, body, hash FROM audit_event WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// Events between two numbers, by what their columns tell, in order: the first and the last action's name, the
    /// principal or 0 for all, the outcome or nothing for all, the first and the last moment.
    MATCHING: scoped "SELECT seq, time_us, body, hash FROM audit_event WHERE account_id = $1 AND seq >= $2 AND seq <= $3
     AND action >= $4 AND action <= $5 AND (principal_id = $6 OR $6 = 0) AND (outcome = $7 OR $7 = '')
     AND time_us >= $8 AND time_us <= $9 ORDER BY seq LIMIT $10";
    /// The same, from the last to the first.
    MATCHING_FROM_LAST: scoped "SELECT seq, time_us, body, hash FROM audit_event WHERE account_id = $1 AND seq >= $2 AND seq <= $3
     AND action >= $4 AND action <= $5 AND (principal_id = $6 OR $6 = 0) AND (outcome = $7 OR $7 = '')
     AND time_us >= $8 AND time_us <= $9 ORDER BY seq DESC LIMIT $10";
    /// When an event was.
    TIME: scoped "SELECT time_us FROM audit_event WHERE account_id = $1 AND seq = $2";
    /// Where the chain's head says it ends.
    HEAD: scoped "SELECT audit_seq, audit_hash FROM account_head WHERE account_id = $1";
    /// A chain's checkpoints behind a number, in order.
    CHECKPOINTS: scoped "SELECT seq, hash, time_us, signature FROM audit_checkpoint WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// The last of them.
    NEWEST_CHECKPOINT: scoped "SELECT seq, hash, time_us, signature FROM audit_checkpoint WHERE account_id = $1 ORDER BY seq DESC LIMIT 1";
    /// A page of all accounts: how far each chain has come, and how far its last checkpoint. The sweep is of all accounts.
    HEADS_AND_CHECKPOINTS: global "SELECT h.account_id, h.audit_seq,
     coalesce((SELECT max(c.seq) FROM audit_checkpoint c WHERE c.account_id = h.account_id), 0)
     FROM account_head h WHERE h.account_id > $1 ORDER BY h.account_id LIMIT $2";
    /// How far a chain has been handed on to a sink.
    CURSOR: scoped "SELECT seq FROM audit_sink WHERE account_id = $1 AND name = $2";
    /// A page of all accounts: how far each chain has come, and how far it was handed on to a sink. The sweep is of all
    /// accounts.
    HEADS_AND_CURSORS: global "SELECT h.account_id, h.audit_seq,
     coalesce((SELECT s.seq FROM audit_sink s WHERE s.name = $1 AND s.account_id = h.account_id), 0)
     FROM account_head h WHERE h.account_id > $2 ORDER BY h.account_id LIMIT $3";
    /// How many of each noun the account has, by what was counted.
    TALLIES: scoped "SELECT noun, count FROM tally WHERE account_id = $1 ORDER BY noun LIMIT $2";
}

statements! {
    APPEND: "INSERT INTO audit_event (account_id, seq, time_us, action, principal_id, outcome, body, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// The node that feeds a sink: one whose time is over gives way.
    CLAIM_SINK: "INSERT INTO audit_sink_lease (name, holder, until_us) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET holder = $2, until_us = $3
     WHERE audit_sink_lease.holder = $2 OR audit_sink_lease.until_us < $4";
    /// It goes on doing so.
    KEEP_SINK: "UPDATE audit_sink_lease SET until_us = $3 WHERE name = $1 AND holder = $2";
    RELEASE_SINK: "DELETE FROM audit_sink_lease WHERE name = $1 AND holder = $2";
    /// A cursor only goes forward.
    MOVE_CURSOR: "INSERT INTO audit_sink (name, account_id, seq) VALUES ($1, $2, $3)
     ON CONFLICT (name, account_id) DO UPDATE SET seq = $3 WHERE audit_sink.seq < $3";
    KEEP_CHECKPOINT: "INSERT INTO audit_checkpoint (account_id, seq, hash, time_us, signature) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING";
}
