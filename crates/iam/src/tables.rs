//! Every table of state: what an account is made of.
//!
//! A new noun adds its table here; a test compares the list with the database's schema, so that none can be
//! forgotten. Replaying the audit trail rebuilds exactly these.

use crate::{
    access_keys, accounts, api_keys, attachments, boundaries, db::table::Table, error::Noun, groups,
    identity_providers, inline_policies, login_profiles, names, partner_accounts, password_settings, passwords,
    policies, quotas, roles, sessions, users,
};

/// All tables of state.
pub(crate) fn state_tables() -> &'static [&'static Table] {
    static TABLES: &[&Table] = &[
        &accounts::ACCOUNTS,
        &accounts::ROOT_LOGINS,
        &names::NAMES,
        &users::USERS,
        &login_profiles::LOGIN_PROFILES,
        &password_settings::PASSWORD_SETTINGS,
        &passwords::history::OLD_PASSWORDS,
        &access_keys::ACCESS_KEYS,
        &api_keys::API_KEYS,
        &groups::GROUPS,
        &groups::MEMBERS,
        &quotas::QUOTAS,
        &policies::POLICIES,
        &policies::VERSIONS,
        &roles::ROLES,
        &attachments::ATTACHMENTS,
        &inline_policies::INLINE_POLICIES,
        &boundaries::BOUNDARIES,
        &identity_providers::IDENTITY_PROVIDERS,
        &partner_accounts::PARTNER_ACCOUNTS,
        &sessions::SESSION_MARKS,
    ];
    TABLES
}

/// The nouns of which an account keeps a tally, and the table that has a row for each of them.
pub(crate) fn counted() -> &'static [(Noun, &'static Table)] {
    static COUNTED: &[(Noun, &Table)] = &[
        (Noun::User, &users::USERS),
        (Noun::Group, &groups::GROUPS),
        (Noun::Policy, &policies::POLICIES),
        (Noun::Role, &roles::ROLES),
    ];
    COUNTED
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::db::migrate;

    /// Tables that hold no state of an account but the core's own bookkeeping: a short, reviewed list.
    const BOOKKEEPING: &[&str] = &[
        "access_key_use",
        "account_activity",
        "account_head",
        "api_key_use",
        "audit_checkpoint",
        "audit_event",
        "audit_sink",
        "audit_sink_lease",
        "change_head",
        "change_log",
        "console_session",
        "idempotency",
        "instance",
        "instance_key",
        "last_sign_in",
        "master_key",
        "role_use",
        "schema_migration",
        "setup_link",
        "sign_in_device",
        "sign_in_failure",
        "step_up_proof",
        "tally",
        "user_listing",
    ];

    fn schema() -> rusqlite::Connection {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(&migrate::spell(migrate::MEMORY, &migrate::SQLITE)).unwrap();
        for step in migrate::MIGRATIONS {
            connection.execute_batch(&migrate::spell(step.sqlite, &migrate::SQLITE)).unwrap();
        }
        connection
    }

    fn names(connection: &rusqlite::Connection, text: &str) -> BTreeSet<String> {
        let mut statement = connection.prepare(text).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    /// SEC-178: a table that replaying does not know would not be compared.
    #[test]
    fn sec_178_every_table_is_state_or_bookkeeping_and_every_column_is_described() {
        let connection = schema();
        let present = names(&connection, "SELECT name FROM sqlite_schema WHERE type = 'table'");
        let described = state_tables().iter().map(|table| table.name).chain(BOOKKEEPING.iter().copied());
        assert_eq!(present, described.map(str::to_owned).collect());
        for table in state_tables() {
            let present = names(&connection, &format!("SELECT name FROM pragma_table_info('{}')", table.name));
            let described = table.all_columns().map(|column| column.name).chain(["account_id"]);
            assert_eq!(present, described.map(str::to_owned).collect(), "{}", table.name);
        }
    }
}
