//! Looking at an account.

use std::collections::BTreeSet;

use base::ids::UserId;
use decide::{power, snapshot::Kind};

use super::{Findings, Found, Overview, STALE, sql};
use crate::{
    access_keys,
    accounts::GetSummary,
    action::Action,
    api_keys,
    attachments::{self, Holder},
    door::{Needs, Query, Read, Target},
    error::Result,
    groups, password_settings,
    policies::{self, PolicyRef},
};

/// The system policy that makes administrators.
const ADMINISTRATOR: &str = "AdministratorAccess";

/// Shows the account at a glance, to those who may see its counts and its users.
#[derive(Debug, Clone, Copy)]
pub struct Get;

impl Query for Get {
    const ACTION: Action = Action::GetAccountSummary;
    type Found = ();
    type Output = Overview;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn needs(&self, (): &()) -> Needs {
        Needs::action(Self::ACTION).on(self.named()).and(Action::ListUsers, Target::users())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Overview> {
        let then = tx.now().minus(STALE);
        let findings = Findings {
            root_keys: root_keys(tx)?,
            old_keys: sql::older(tx, &sql::OLD_KEYS, then)?,
            unused_keys: sql::older(tx, &sql::UNUSED_KEYS, then)?,
            unused_users: sql::older(tx, &sql::UNUSED_USERS, then)?,
            never_signed_in: sql::never_signed_in(tx)?,
            administrators: administrators(tx)?,
            weaknesses: password_settings::of_account(tx)?.weaknesses(),
        };
        Ok(Overview { summary: GetSummary.run((), tx)?, findings })
    }
}

/// How many keys of the root user there are that may be used; API keys whatever their state.
fn root_keys(tx: &Read<'_>) -> Result<u64> {
    let Some(account) = tx.snapshot().accounts.get(&tx.account()) else { return Ok(0) };
    let keys = access_keys::list_of(tx, account.root)?;
    let usable = u64::try_from(keys.iter().filter(|key| key.enabled).count()).unwrap_or(u64::MAX);
    Ok(usable + api_keys::sql::count(tx, account.root)?)
}

/// Who holds the policy that makes administrators, by itself or by a group, and does administer the account.
fn administrators(tx: &Read<'_>) -> Result<Found> {
    let policy = policies::by_ref(tx, &PolicyRef::system(ADMINISTRATOR))?;
    let mut users: BTreeSet<UserId> = BTreeSet::new();
    for holder in attachments::sql::holders_of(tx, policy.id)? {
        match holder {
            Holder::User(user) => users.extend([user]),
            Holder::Group(group) => users.extend(groups::sql::ids_of_members(tx, group)?),
            Holder::Role(_) => {}
        }
    }
    let snapshot = tx.snapshot();
    let name = |user: &UserId| match &snapshot.principals.get(user)?.kind {
        Kind::User { name, .. } if power::administers(snapshot, *user) => Some(name.clone()),
        _ => None,
    };
    Ok(Found::of(users.iter().filter_map(name).collect()))
}
