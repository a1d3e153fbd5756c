//! The feed's statements.

use crate::db::{selects, statements};

selects! {
    /// How far each shard is. Sixteen rows: the feed is of all accounts.
    HEADS: global "SELECT shard, seq FROM change_head ORDER BY shard";
    /// A shard's entries behind a number, in order. The feed is of all accounts.
    ENTRIES: global "SELECT seq, account_id, kind, reference FROM change_log WHERE shard = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// A shard's oldest entries. The feed is of all accounts.
    OLDEST: global "SELECT seq, changed_us FROM change_log WHERE shard = $1 ORDER BY seq LIMIT $2";
    /// An account's revision.
    REVISION: scoped "SELECT revision FROM account_head WHERE account_id = $1";
}

statements! {
    ADVANCE: "UPDATE change_head SET seq = seq + $2 WHERE shard = $1 RETURNING seq";
    APPEND: "INSERT INTO change_log (shard, seq, account_id, kind, reference, changed_us) VALUES ($1, $2, $3, $4, $5, $6)";
    PRUNE: "DELETE FROM change_log WHERE shard = $1 AND seq <= $2";
}
