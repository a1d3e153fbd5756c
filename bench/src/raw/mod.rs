//! The floor under creating a user: the rows that one creation leaves, written by a bare client of the database
//! into the same tables, with the same indexes and triggers. It decides nothing, reads nothing and hashes nothing.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use crate::world;

/// The statements, in the order in which the core writes.
pub(crate) const WRITES: [&str; 7] = [NAME, USER, TALLY, EVENT, HEAD, FEED_HEAD, FEED_ENTRY];

const NAME: &str = "INSERT INTO name (account_id, name_key, noun, entity_id) VALUES ($1, $2, 'user', $3) \
     ON CONFLICT DO NOTHING";
const USER: &str = "INSERT INTO iam_user (account_id, id, name, name_key, path, display_name, remarks, mobile, email, \
     tags, search_text, enabled, created_us, updated_us) \
     VALUES ($1, $2, $3, $4, '/', '', '', NULL, NULL, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
const TALLY: &str = "INSERT INTO tally (account_id, noun, count) VALUES ($1, 'user', 1) \
     ON CONFLICT (account_id, noun) DO UPDATE SET count = tally.count + excluded.count";
const EVENT: &str = "INSERT INTO audit_event (account_id, seq, time_us, action, principal_id, outcome, body, hash) \
     VALUES ($1, $2, $3, 'iam:CreateUser', $4, 'success', $5, $6)";
const HEAD: &str = "UPDATE account_head SET revision = $2, audit_seq = $3, audit_hash = $4 WHERE account_id = $1";
const FEED_HEAD: &str = "UPDATE change_head SET seq = seq + 1 WHERE shard = $1 RETURNING seq";
const FEED_ENTRY: &str = "INSERT INTO change_log (shard, seq, account_id, kind, reference, changed_us) \
     VALUES ($1, $2, $3, 'user', $4, $5)";

/// Where an account stands after the core has created a user in it: its head, its newest user and event. The floor
/// goes on from there, so that its rows are as long as ours.
pub(crate) const STANDING: &str = "SELECT h.revision, h.audit_seq, u.id, u.tags, e.body, e.principal_id \
     FROM account_head h \
     JOIN iam_user u ON u.account_id = h.account_id \
     JOIN audit_event e ON e.account_id = h.account_id AND e.seq = h.audit_seq \
     WHERE h.account_id = $1 ORDER BY u.id DESC LIMIT 1";

/// What the next rows hold.
pub(crate) struct Rows {
    account: i64,
    revision: i64,
    seq: i64,
    id: i64,
    tags: String,
    body: String,
    principal: i64,
    hash: [u8; 32],
    name: String,
    reference: String,
}

impl Rows {
    /// Moves on to the next user. Its id leaves a gap, as the core's do, which follow the clock.
    fn advance(&mut self) {
        self.revision += 1;
        self.seq += 1;
        self.id += 1_000;
        self.name = world::user_name(self.id.unsigned_abs());
        self.reference = self.id.to_string();
        let [first, .., last] = &mut self.hash;
        *first = first.wrapping_add(1);
        *last = last.wrapping_mul(31).wrapping_add(*first);
    }

    /// The account's shard of the feed.
    fn shard(&self) -> i64 {
        self.account % 16
    }

    /// A time; it only needs the size of one.
    fn time(&self) -> i64 {
        1_790_000_000_000_000 + self.seq
    }
}
