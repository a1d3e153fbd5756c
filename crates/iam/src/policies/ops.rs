//! What can be done with policies.

use base::{ids::PolicyId, text, timestamp::Timestamp};

use super::{
    Changes, POLICIES, Policy, PolicyDocument, PolicyRef, VERSIONS,
    lookup::{by_ref, refuse_taken},
    sql, versions,
};
use crate::{
    action::Action,
    attachments, boundaries,
    dependents::Dependents,
    door::{Needs, Operation, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    feed::Change,
    quotas,
    values::{EntityName, EntityPath, Remarks, Tags},
};

/// Creates a policy, whose document becomes version 1.
///
/// Errors: `Exists` where a policy of the account or of the system bears the name, `LimitExceeded` at the quota.
#[derive(Debug, Clone)]
pub struct Create {
    /// The name.
    pub name: EntityName,
    /// The path.
    pub path: EntityPath,
    /// What it is for.
    pub description: Remarks,
    /// Tags.
    pub tags: Tags,
    /// What it says.
    pub document: PolicyDocument,
}

impl Operation for Create {
    const ACTION: Action = Action::CreatePolicy;
    type Found = ();
    type Output = Policy;

    fn named(&self) -> Target {
        Target::policy_at(self.path.as_str(), self.name.as_str()).tagged(&self.tags)
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn needs(&self, (): &()) -> Needs {
        Needs::action(Self::ACTION).on(self.named()).with_tags(&self.tags)
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<Policy> {
        refuse_taken(tx, self.name.as_str())?;
        quotas::check(tx, Quota::Policies, tx.count(Noun::Policy)?)?;
        let (account, now) = (tx.account(), tx.now());
        let policy = tx.insert_drawn(&POLICIES, |id| {
            let policy = Policy {
                id: PolicyId::new(id).map_err(Error::internal)?,
                account: Some(account),
                name: self.name.as_str().to_owned(),
                path: self.path.as_str().to_owned(),
                description: self.description.as_str().to_owned(),
                tags: self.tags.clone(),
                default_version: 1,
                last_version: 1,
                created: Some(now),
                updated: Some(now),
            };
            let row = sql::row(&policy);
            Ok((policy, row))
        })?;
        versions::insert(tx, policy.id, 1, &self.document)?;
        tx.add_to_count(Noun::Policy, 1)?;
        tx.changed(Change::Policy(policy.id));
        Ok(policy)
    }
}

/// Changes a policy, or renames it. Another document becomes a version and is in force at once; where there are as
/// many versions as there may be, the oldest that is not in force goes.
///
/// Errors: `NotFound`; `Immutable` for a system policy; `Exists` where another bears the new name.
#[derive(Debug, Clone)]
pub struct Update {
    /// Which.
    pub policy: PolicyRef,
    /// What to change.
    pub to: Changes,
}

/// What an update found.
#[derive(Debug)]
pub struct Updating {
    policy: Policy,
    /// Whether the document is another than the one in force.
    rewritten: bool,
}

impl Operation for Update {
    const ACTION: Action = Action::UpdatePolicy;
    type Found = Updating;
    type Output = Policy;

    fn named(&self) -> Target {
        self.policy.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Updating> {
        let policy = by_ref(tx, &self.policy)?;
        let rewritten = match &self.to.document {
            Some(document) if policy.account.is_some() => !versions::is_in_force(tx, &policy, document)?,
            _ => false,
        };
        Ok(Updating { policy, rewritten })
    }

    /// The policy as it is, and as it will be called. Another document is a version that is made and set as the
    /// default, and whoever may not do these may not do both at once (SEC-096).
    fn needs(&self, Updating { policy, rewritten }: &Updating) -> Needs {
        let mut needs = Needs::action(Self::ACTION).on(policy.target());
        let name = self.to.name.as_ref().map_or(policy.name.as_str(), |name| name.as_str());
        let path = self.to.path.as_ref().map_or(policy.path.as_str(), |path| path.as_str());
        if name != policy.name || path != policy.path {
            needs = needs.and(Self::ACTION, Target::policy_at(path, name).tagged(&policy.tags));
        }
        if *rewritten {
            needs = needs
                .and(Action::CreatePolicyVersion, policy.target())
                .and(Action::SetDefaultPolicyVersion, policy.target());
        }
        match &self.to.tags {
            Some(tags) => needs.with_tags(tags),
            None => needs,
        }
    }

    fn version(&self, found: &Updating) -> Option<Timestamp> {
        found.policy.updated
    }

    fn run(&self, Updating { mut policy, rewritten }: Updating, tx: &mut Write<'_>) -> Result<Policy> {
        policy.refuse_system()?;
        if let Some(name) = &self.to.name {
            if text::name_key(name.as_str()) != text::name_key(&policy.name) {
                refuse_taken(tx, name.as_str())?;
            }
            name.as_str().clone_into(&mut policy.name);
        }
        if let Some(path) = &self.to.path {
            path.as_str().clone_into(&mut policy.path);
        }
        if let Some(description) = &self.to.description {
            description.as_str().clone_into(&mut policy.description);
        }
        if let Some(tags) = &self.to.tags {
            policy.tags = tags.clone();
        }
        if let Some(document) = self.to.document.as_ref().filter(|_| rewritten) {
            versions::replace(tx, &mut policy, document)?;
        }
        let to = [
            ("name", policy.name.as_str().into()),
            ("name_key", text::name_key(&policy.name).into()),
            ("path", policy.path.as_str().into()),
            ("description", policy.description.as_str().into()),
            ("tags", policy.tags.to_column().into()),
        ];
        if tx.update(&POLICIES, &[policy.id.into()], &to)? || rewritten {
            touch(tx, &mut policy)?;
        }
        Ok(policy)
    }
}

/// Deletes a policy with its versions.
///
/// Errors: `NotFound`; `Immutable` for a system policy; `InUse` where it is somebody's boundary; where it is attached,
/// or has versions that are not in force, and these are to be kept; or where it is attached to more than
/// [`Delete::DETACHED_MAX`].
#[derive(Debug, Clone)]
pub struct Delete {
    /// Which.
    pub policy: PolicyRef,
    /// Its attachments.
    pub attachments: Dependents,
    /// Its versions that are not in force.
    pub versions: Dependents,
}

impl Delete {
    /// From how many users, groups and roles it detaches a policy at once.
    pub const DETACHED_MAX: u64 = 50_000;
}

impl Operation for Delete {
    const ACTION: Action = Action::DeletePolicy;
    type Found = Policy;
    type Output = ();

    fn named(&self) -> Target {
        self.policy.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Policy> {
        by_ref(tx, &self.policy)
    }

    fn needs(&self, policy: &Policy) -> Needs {
        Needs::action(Self::ACTION).on(policy.target())
    }

    fn version(&self, policy: &Policy) -> Option<Timestamp> {
        policy.updated
    }

    fn run(&self, policy: Policy, tx: &mut Write<'_>) -> Result<()> {
        policy.refuse_system()?;
        let attached = attachments::sql::count_of_policy(tx, policy.id)?;
        let bounded = boundaries::sql::holders_of(tx, policy.id)?.len();
        let versions = sql::versions(tx, &policy)?;
        let kept = (attached > 0 && self.attachments == Dependents::Refuse)
            || (versions.len() > 1 && self.versions == Dependents::Refuse);
        if kept || bounded > 0 || attached > Self::DETACHED_MAX {
            let by = format!("attached to: {attached}, boundary of: {bounded}, versions: {}", versions.len());
            return Err(Error::InUse { noun: Noun::Policy, by });
        }
        for holder in attachments::sql::holders_of(tx, policy.id)? {
            attachments::detach(tx, holder, policy.id)?;
        }
        for version in versions {
            tx.delete(&VERSIONS, &[policy.id.into(), u64::from(version.number).into()])?;
        }
        tx.delete(&POLICIES, &[policy.id.into()])?;
        tx.add_to_count(Noun::Policy, -1)?;
        tx.changed(Change::Policy(policy.id));
        Ok(())
    }
}

/// Notes that the policy was changed now.
pub(super) fn touch(tx: &mut Write<'_>, policy: &mut Policy) -> Result<()> {
    policy.updated = Some(tx.now());
    tx.update(&POLICIES, &[policy.id.into()], &[("updated_us", policy.updated.into())])?;
    tx.changed(Change::Policy(policy.id));
    Ok(())
}
