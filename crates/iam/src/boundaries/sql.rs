//! The boundaries' statements.

use base::ids::PolicyId;

use crate::{
    attachments::Holder,
    db::selects,
    door::Read,
    error::{Quota, Result},
};

selects! {
    /// What bounds a holder.
    OF_HOLDER: scoped "SELECT policy_id FROM boundary WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3";
    /// Whom a policy bounds.
    HOLDERS: scoped "SELECT holder_kind, holder_id FROM boundary WHERE account_id = $1 AND policy_id = $2 ORDER BY holder_kind, holder_id LIMIT $3";
}

/// The policy that bounds a holder, where there is one.
pub(crate) fn of_holder(tx: &Read<'_>, holder: Holder) -> Result<Option<PolicyId>> {
    let rows = tx.rows(&OF_HOLDER, &[holder.kind().into(), holder.number().into()])?;
    rows.first().map(|row| row.policy(0)).transpose()
}

/// All users and roles of the account that the policy bounds.
pub(crate) fn holders_of(tx: &Read<'_>, policy: PolicyId) -> Result<Vec<Holder>> {
    // More than there can be.
    let most = Quota::Users.highest() + Quota::Roles.highest() + 1;
    let rows = tx.rows(&HOLDERS, &[policy.into(), most.into()])?;
    rows.iter().map(|row| Holder::from_columns(&row.text(0)?, row.number(1)?)).collect()
}
