//! The statements about passwords that users had.

use crate::db::selects;

selects! {
    /// Those of a user, newest first.
    OLD: scoped "SELECT set_us, password_hash FROM old_password WHERE account_id = $1 AND user_id = $2 ORDER BY set_us DESC LIMIT $3";
    /// The present one, and since when it is.
    PRESENT: scoped "SELECT password_changed_us, password_hash FROM login_profile WHERE account_id = $1 AND user_id = $2 AND password_hash IS NOT NULL";
}
