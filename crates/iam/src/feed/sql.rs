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
    /// One entry: shard, account and moment; then its number, kind and reference.
    APPEND: "INSERT INTO change_log (shard, seq, account_id, kind, reference, changed_us) VALUES ($1, $4, $2, $5, $6, $3)";
    /// As many as [`super::APPENDED`]: the same three, then each entry's three.
    APPEND_MANY: "INSERT INTO change_log (shard, seq, account_id, kind, reference, changed_us) VALUES \
         ($1, $4, $2, $5, $6, $3), ($1, $7, $2, $8, $9, $3), ($1, $10, $2, $11, $12, $3), ($1, $13, $2, $14, $15, $3), \
         ($1, $16, $2, $17, $18, $3), ($1, $19, $2, $20, $21, $3), ($1, $22, $2, $23, $24, $3), ($1, $25, $2, $26, $27, $3), \
         ($1, $28, $2, $29, $30, $3), ($1, $31, $2, $32, $33, $3), ($1, $34, $2, $35, $36, $3), ($1, $37, $2, $38, $39, $3), \
         ($1, $40, $2, $41, $42, $3), ($1, $43, $2, $44, $45, $3), ($1, $46, $2, $47, $48, $3), ($1, $49, $2, $50, $51, $3), \
         ($1, $52, $2, $53, $54, $3), ($1, $55, $2, $56, $57, $3), ($1, $58, $2, $59, $60, $3), ($1, $61, $2, $62, $63, $3), \
         ($1, $64, $2, $65, $66, $3), ($1, $67, $2, $68, $69, $3), ($1, $70, $2, $71, $72, $3), ($1, $73, $2, $74, $75, $3), \
         ($1, $76, $2, $77, $78, $3), ($1, $79, $2, $80, $81, $3), ($1, $82, $2, $83, $84, $3), ($1, $85, $2, $86, $87, $3), \
         ($1, $88, $2, $89, $90, $3), ($1, $91, $2, $92, $93, $3), ($1, $94, $2, $95, $96, $3), ($1, $97, $2, $98, $99, $3)";
    PRUNE: "DELETE FROM change_log WHERE shard = $1 AND seq <= $2";
}
