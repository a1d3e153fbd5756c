//! Login profiles: whether and how a user signs in to the console. A user without one cannot.

mod ops;
pub(crate) mod sql;

use base::{ids::UserId, timestamp::Timestamp};

pub use self::ops::{Delete, Get, RemoveMfa, Update, Updated};
pub(crate) use self::ops::{UNUSED_MAX, set};
use crate::{
    console_sessions,
    db::table::{Column, Kind, Table, Touches, Whom},
    door::Write,
    error::Result,
    passwords::{NewPassword, history},
    sign_in,
};

/// The table of login profiles.
pub(crate) static LOGIN_PROFILES: Table = Table {
    name: "login_profile",
    key: &[Column { name: "user_id", kind: Kind::Int }],
    columns: &[
        Column { name: "password_hash", kind: Kind::Digest },
        Column { name: "enabled", kind: Kind::Bool },
        Column { name: "must_reset", kind: Kind::Bool },
        Column { name: "login_mfa", kind: Kind::Bool },
        Column { name: "operation_mfa", kind: Kind::Bool },
        Column { name: "mfa_methods", kind: Kind::Text },
        Column { name: "external_kind", kind: Kind::Text },
        Column { name: "external_account", kind: Kind::Text },
        Column { name: "password_changed_us", kind: Kind::Int },
        Column { name: "created_us", kind: Kind::Int },
        Column { name: "updated_us", kind: Kind::Int },
        Column { name: "password_expires_us", kind: Kind::Int },
    ],
    touches: Touches::Power { whom: Whom::User("user_id"), harmless: &["created_us", "updated_us"] },
};

#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as people see them")]
/// How a user signs in. Its password is never part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginProfile {
    /// Whether it may sign in to the console.
    pub enabled: bool,
    /// Whether it must set a new password when it next signs in.
    pub must_reset: bool,
    /// Whether a second factor is asked for at sign-in.
    pub login_mfa: bool,
    /// Whether a second factor is asked for before sensitive operations.
    pub operation_mfa: bool,
    /// Which second factors are accepted.
    pub mfa_methods: MfaMethods,
    /// The account elsewhere that it signs in with.
    pub external: Option<ExternalAccount>,
    /// When the password was last set; `None` where there is none.
    pub password_changed: Option<Timestamp>,
    /// Until when the password may be used, where somebody else has set it and its user has not yet set another.
    pub password_expires: Option<Timestamp>,
    /// When the profile was made; `None` for a user that has none.
    pub created: Option<Timestamp>,
}

impl LoginProfile {
    /// What holds for a user without a profile.
    pub(crate) const NONE: Self = Self {
        enabled: false,
        must_reset: false,
        login_mfa: false,
        operation_mfa: false,
        mfa_methods: MfaMethods { sms: false, totp: false },
        external: None,
        password_changed: None,
        password_expires: None,
        created: None,
    };
}

/// Second factors. Where both are on, either is enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MfaMethods {
    /// A code sent to the mobile number.
    pub sms: bool,
    /// A code from an authenticator app.
    pub totp: bool,
}

impl MfaMethods {
    /// These but for those.
    #[must_use]
    pub(crate) const fn without(self, others: Self) -> Self {
        Self { sms: self.sms && !others.sms, totp: self.totp && !others.totp }
    }

    pub(crate) fn to_column(self) -> &'static str {
        match (self.sms, self.totp) {
            (false, false) => "",
            (true, false) => "sms",
            (false, true) => "totp",
            (true, true) => "sms,totp",
        }
    }

    pub(crate) fn from_column(text: &str) -> Self {
        let has = |word: &str| text.split(',').any(|method| method == word);
        Self { sms: has("sms"), totp: has("totp") }
    }
}

/// An account elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalAccount {
    /// The kind of account, as the dialect names it.
    pub kind: String,
    /// Its name there.
    pub account: String,
}

/// What to change of a profile: `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Another password.
    pub password: Option<NewPassword>,
    /// Whether it may sign in.
    pub enabled: Option<bool>,
    /// Whether it must reset its password.
    pub must_reset: Option<bool>,
    /// A second factor at sign-in.
    pub login_mfa: Option<bool>,
    /// A second factor before sensitive operations.
    pub operation_mfa: Option<bool>,
    /// Which second factors.
    pub mfa_methods: Option<MfaMethods>,
    /// Another account elsewhere; `Some(None)` unbinds it.
    pub external: Option<Option<ExternalAccount>>,
}

/// Deletes the user's profile, where it has one, and the passwords that it had.
pub(crate) fn delete_of(tx: &mut Write<'_>, user: UserId) -> Result<()> {
    history::forget(tx, user)?;
    if sql::can_sign_in(tx, user)? {
        tx.shuts_out(user);
    }
    tx.delete(&LOGIN_PROFILES, &[user.into()])?;
    console_sessions::end_all(tx, user, None)?;
    sign_in::forget(tx, user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_survive_their_column() {
        for (sms, totp) in [(false, false), (true, false), (false, true), (true, true)] {
            let methods = MfaMethods { sms, totp };
            assert_eq!(MfaMethods::from_column(methods.to_column()), methods);
        }
    }
}
