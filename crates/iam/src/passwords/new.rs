//! A password that somebody is to get: typed, or drawn.

use base::secret::SecretText;

use super::{check, generate::generate, history, names_of, refuse};
use crate::{
    door::Write,
    error::Result,
    hashing::{Password, Prepare},
    password_settings,
    users::User,
};

/// Where a new password comes from.
#[derive(Debug, Clone)]
pub enum NewPassword {
    /// Somebody thought of it.
    Typed(Password),
    /// It is drawn, and answered once.
    Generated,
}

impl From<Password> for NewPassword {
    fn from(password: Password) -> Self {
        Self::Typed(password)
    }
}

/// A new password, hashed.
#[derive(Debug)]
pub(crate) struct Hashed {
    password: Password,
    /// Its hash as a PHC string.
    pub(crate) hash: String,
    /// The text, where it was drawn: whoever asked for it must be told.
    pub(crate) generated: Option<SecretText>,
}

impl NewPassword {
    /// On a hashing thread, before the transaction: draws it where it is to be drawn, and hashes it.
    pub(crate) fn prepare(&self, prepare: &Prepare<'_>) -> Result<Hashed> {
        let (password, generated) = match self {
            Self::Typed(password) => (password.clone(), None),
            Self::Generated => {
                let text = generate(prepare.core);
                (Password::parse(text.expose())?, Some(text))
            }
        };
        Ok(Hashed { hash: prepare.hash(&password)?, password, generated })
    }
}

impl Hashed {
    /// The password itself, to be looked at by rules.
    pub(crate) const fn password(&self) -> &Password {
        &self.password
    }

    /// In the transaction that sets it as `user`'s: looks whether the account takes it, and remembers the present one.
    /// Errors: `WeakPassword` with all that is wrong.
    pub(crate) fn settle(&self, tx: &mut Write<'_>, user: &User) -> Result<()> {
        let settings = password_settings::of_account(tx)?;
        // One that was drawn is harder to guess than any that the settings could ask for.
        if self.generated.is_none() {
            refuse(check(self.password.expose(), &settings, &names_of(tx, user)?))?;
        }
        history::remember(tx, user.id, &settings)
    }
}
