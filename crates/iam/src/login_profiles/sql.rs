//! The login profiles' statements.

use base::{ids::UserId, timestamp::Timestamp};

use super::{ExternalAccount, LoginProfile, MfaMethods};
use crate::{
    db::{Row, Value, selects},
    door::Read,
    error::Result,
    users::User,
};

selects! {
    /// A user's profile, without the password's hash.
    OF_USER: scoped "SELECT enabled, must_reset, login_mfa, operation_mfa, mfa_methods, external_kind, external_account, password_changed_us, created_us, password_expires_us FROM login_profile WHERE account_id = $1 AND user_id = $2";
    /// Whether a user may sign in with a password.
    CAN_SIGN_IN: scoped "SELECT 1 FROM login_profile WHERE account_id = $1 AND user_id = $2 AND enabled AND password_hash IS NOT NULL";
    /// The hash of a user's password.
    PASSWORD: scoped "SELECT password_hash FROM login_profile WHERE account_id = $1 AND user_id = $2";
}

/// The user's profile, where it has one.
pub(crate) fn of_user(tx: &Read<'_>, user: UserId) -> Result<Option<LoginProfile>> {
    tx.rows(&OF_USER, &[user.into()])?.first().map(profile).transpose()
}

/// Whether a user may sign in with a password.
pub(crate) fn can_sign_in(tx: &Read<'_>, user: UserId) -> Result<bool> {
    Ok(!tx.rows(&CAN_SIGN_IN, &[user.into()])?.is_empty())
}

/// The hash of a user's password, where it has one.
pub(crate) fn password(tx: &Read<'_>, user: UserId) -> Result<Option<String>> {
    Ok(tx.rows(&PASSWORD, &[user.into()])?.first().map(|row| row.optional(0, Row::text)).transpose()?.flatten())
}

fn profile(row: &Row) -> Result<LoginProfile> {
    let external = match (row.optional(5, Row::text)?, row.optional(6, Row::text)?) {
        (Some(kind), Some(account)) => Some(ExternalAccount { kind, account }),
        _ => None,
    };
    Ok(LoginProfile {
        enabled: row.bool(0)?,
        must_reset: row.bool(1)?,
        login_mfa: row.bool(2)?,
        operation_mfa: row.bool(3)?,
        mfa_methods: MfaMethods::from_column(&row.text(4)?),
        external,
        password_changed: row.optional(7, Row::timestamp)?,
        created: row.optional(8, Row::timestamp)?,
        password_expires: row.optional(9, Row::timestamp)?,
    })
}

/// The columns that an update sets, but for password and times.
pub(super) fn columns(profile: &LoginProfile) -> Vec<(&'static str, Value)> {
    let external = profile.external.as_ref();
    vec![
        ("enabled", profile.enabled.into()),
        ("must_reset", profile.must_reset.into()),
        ("login_mfa", profile.login_mfa.into()),
        ("operation_mfa", profile.operation_mfa.into()),
        ("mfa_methods", profile.mfa_methods.to_column().into()),
        ("external_kind", external.map(|external| external.kind.as_str()).into()),
        ("external_account", external.map(|external| external.account.as_str()).into()),
        ("password_changed_us", profile.password_changed.into()),
        ("password_expires_us", profile.password_expires.into()),
    ]
}

/// The row of a new profile, in the order of [`super::LOGIN_PROFILES`].
pub(crate) fn row(user: &User, profile: &LoginProfile, password_hash: Option<&str>, now: Timestamp) -> Vec<Value> {
    let mut row = vec![user.id.into(), password_hash.into()];
    let mut columns: Vec<Value> = columns(profile).into_iter().map(|(_, value)| value).collect();
    let expires = columns.pop();
    row.extend(columns);
    row.extend([now.into(), now.into()]);
    row.extend(expires);
    row
}
