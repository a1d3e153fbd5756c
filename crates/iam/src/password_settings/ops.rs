//! What can be done with password settings.

use base::timestamp::Timestamp;

use super::{PASSWORD_SETTINGS, PasswordSettings, sql};
use crate::{
    action::Action,
    door::{Operation, Query, Read, Target, Write},
    error::Result,
    passwords::Class,
};

/// Shows the settings: the defaults, where the account has set nothing.
#[derive(Debug, Clone, Copy)]
pub struct Get;

impl Query for Get {
    const ACTION: Action = Action::GetPasswordSettings;
    type Found = ();
    type Output = PasswordSettings;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<PasswordSettings> {
        sql::of_account(tx)
    }
}

/// Sets all settings. They hold for passwords that are set, and for sessions that begin, from now on.
#[derive(Debug, Clone)]
pub struct Update {
    to: PasswordSettings,
}

impl Update {
    /// These and no others; when they were changed is not looked at. Errors: `Invalid` for a number outside its range.
    pub fn new(mut to: PasswordSettings) -> Result<Self> {
        to.check()?;
        to.classes = Class::ALL.into_iter().filter(|class| to.classes.contains(class)).collect();
        Ok(Self { to })
    }
}

impl Operation for Update {
    const ACTION: Action = Action::UpdatePasswordSettings;
    type Found = PasswordSettings;
    type Output = PasswordSettings;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<PasswordSettings> {
        sql::of_account(tx)
    }

    fn version(&self, present: &PasswordSettings) -> Option<Timestamp> {
        present.updated
    }

    fn run(&self, present: PasswordSettings, tx: &mut Write<'_>) -> Result<PasswordSettings> {
        let mut settings = PasswordSettings { updated: present.updated, ..self.to.clone() };
        if present.updated.is_none() {
            settings.updated = Some(tx.now());
            tx.insert(&PASSWORD_SETTINGS, &sql::row(&settings, tx.now()))?;
        } else if tx.update(&PASSWORD_SETTINGS, &[], &sql::columns(&settings))? {
            settings.updated = Some(tx.now());
            tx.update(&PASSWORD_SETTINGS, &[], &[("updated_us", tx.now().into())])?;
        }
        Ok(settings)
    }
}
