//! The quotas' statements.

use crate::db::selects;

selects! {
    /// One limit.
    LIMIT: scoped "SELECT most FROM quota WHERE account_id = $1 AND quota = $2";
}
