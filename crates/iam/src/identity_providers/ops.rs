//! What can be done with the user identity provider.

use base::timestamp::Timestamp;

use super::{Changes, IDENTITY_PROVIDERS, IdentityProvider, sql};
use crate::{
    action::Action,
    door::{Operation, Query, Read, Target, Write},
    error::{Error, Noun, Result},
};

/// Shows the provider. Errors: `NotFound` where none was set.
#[derive(Debug, Clone, Copy)]
pub struct Get;

impl Query for Get {
    const ACTION: Action = Action::GetUserIdentityProvider;
    type Found = IdentityProvider;
    type Output = IdentityProvider;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<IdentityProvider> {
        present(tx)
    }

    fn run(&self, provider: IdentityProvider, _tx: &Read<'_>) -> Result<IdentityProvider> {
        Ok(provider)
    }
}

/// Changes the provider, or sets it where there is none.
#[derive(Debug, Clone)]
pub struct Update {
    to: Changes,
}

impl Update {
    /// Errors: `Invalid` for a text that is too long, or no text.
    pub fn new(to: Changes) -> Result<Self> {
        to.check()?;
        Ok(Self { to })
    }
}

impl Operation for Update {
    const ACTION: Action = Action::UpdateUserIdentityProvider;
    type Found = Option<IdentityProvider>;
    type Output = IdentityProvider;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Option<IdentityProvider>> {
        sql::of_account(tx)
    }

    fn version(&self, present: &Option<IdentityProvider>) -> Option<Timestamp> {
        present.as_ref().map(|present| present.updated)
    }

    fn run(&self, present: Option<IdentityProvider>, tx: &mut Write<'_>) -> Result<IdentityProvider> {
        let is_new = present.is_none();
        let mut provider = present.unwrap_or_else(|| IdentityProvider {
            enabled: false,
            file_name: String::new(),
            metadata: String::new(),
            auxiliary_domain: String::new(),
            created: tx.now(),
            updated: tx.now(),
        });
        self.to.clone().put_into(&mut provider);
        if is_new {
            tx.insert(&IDENTITY_PROVIDERS, &sql::row(&provider))?;
        } else if tx.update(&IDENTITY_PROVIDERS, &[], &sql::columns(&provider))? {
            provider.updated = tx.now();
            tx.update(&IDENTITY_PROVIDERS, &[], &[("updated_us", provider.updated.into())])?;
        }
        Ok(provider)
    }
}

/// Removes the provider. Errors: `NotFound` where none was set.
#[derive(Debug, Clone, Copy)]
pub struct Delete;

impl Operation for Delete {
    const ACTION: Action = Action::DeleteUserIdentityProvider;
    type Found = IdentityProvider;
    type Output = ();

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<IdentityProvider> {
        present(tx)
    }

    fn version(&self, present: &IdentityProvider) -> Option<Timestamp> {
        Some(present.updated)
    }

    fn run(&self, _present: IdentityProvider, tx: &mut Write<'_>) -> Result<()> {
        tx.delete(&IDENTITY_PROVIDERS, &[])?;
        Ok(())
    }
}

fn present(tx: &Read<'_>) -> Result<IdentityProvider> {
    sql::of_account(tx)?.ok_or_else(|| Error::not_found(Noun::IdentityProvider, tx.account()))
}
