//! A policy's versions: what it said, and which of it is in force.

use base::{ids::PolicyId, timestamp::Timestamp};

use super::{
    Body, POLICIES, Policy, PolicyDocument, PolicyRef, VERSIONS,
    document::stored_flavour,
    lookup::{by_ref, system},
    ops::touch,
    sql,
};
use crate::{
    action::Action,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    feed::Change,
    quotas,
};

/// A version of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number; numbers count from 1 and are never given twice.
    pub number: u32,
    /// Whether it is in force.
    pub is_default: bool,
    /// When it was made; none for a system policy's.
    pub created: Option<Timestamp>,
}

/// A version, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionDetail {
    /// The version.
    pub version: Version,
    /// What it says.
    pub document: Body,
}

/// Adds a version to a policy.
///
/// Errors: `NotFound`; `Immutable` for a system policy; `LimitExceeded` at the quota.
#[derive(Debug, Clone)]
pub struct CreateVersion {
    /// Of which.
    pub policy: PolicyRef,
    /// What it says.
    pub document: PolicyDocument,
    /// Whether it is in force at once.
    pub set_default: bool,
}

impl Operation for CreateVersion {
    const ACTION: Action = Action::CreatePolicyVersion;
    type Found = Policy;
    type Output = Version;

    fn named(&self) -> Target {
        self.policy.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Policy> {
        by_ref(tx, &self.policy)
    }

    /// Where it is to be in force, that is a second deed (SEC-096).
    fn needs(&self, policy: &Policy) -> Needs {
        let needs = Needs::action(Self::ACTION).on(policy.target());
        if self.set_default { needs.and(Action::SetDefaultPolicyVersion, policy.target()) } else { needs }
    }

    fn run(&self, mut policy: Policy, tx: &mut Write<'_>) -> Result<Version> {
        policy.refuse_system()?;
        let present = sql::versions(tx, &policy)?.len();
        quotas::check(tx, Quota::VersionsPerPolicy, present as u64)?;
        let number = add(tx, &mut policy, &self.document)?;
        if self.set_default {
            set_default(tx, &mut policy, number)?;
        }
        touch(tx, &mut policy)?;
        Ok(Version { number, is_default: self.set_default, created: Some(tx.now()) })
    }
}

/// Shows a version and what it says. Errors: `NotFound` for either.
#[derive(Debug, Clone)]
pub struct GetVersion {
    /// Of which policy.
    pub policy: PolicyRef,
    /// Its number.
    pub version: u32,
}

impl Query for GetVersion {
    const ACTION: Action = Action::GetPolicyVersion;
    type Found = Policy;
    type Output = VersionDetail;

    fn named(&self) -> Target {
        self.policy.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Policy> {
        by_ref(tx, &self.policy)
    }

    fn needs(&self, policy: &Policy) -> Needs {
        Needs::action(Self::ACTION).on(policy.target())
    }

    fn run(&self, policy: Policy, tx: &Read<'_>) -> Result<VersionDetail> {
        let (document, created) = body(tx, &policy, self.version)?;
        let version = Version { number: self.version, is_default: self.version == policy.default_version, created };
        Ok(VersionDetail { version, document })
    }
}

/// Lists the versions of a policy, newest first. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct ListVersions {
    /// Of which.
    pub policy: PolicyRef,
}

impl Query for ListVersions {
    const ACTION: Action = Action::ListPolicyVersions;
    type Found = Policy;
    type Output = Vec<Version>;

    fn named(&self) -> Target {
        self.policy.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Policy> {
        by_ref(tx, &self.policy)
    }

    fn needs(&self, policy: &Policy) -> Needs {
        Needs::action(Self::ACTION).on(policy.target())
    }

    fn run(&self, policy: Policy, tx: &Read<'_>) -> Result<Vec<Version>> {
        if policy.account.is_none() {
            return Ok(vec![Version { number: 1, is_default: true, created: None }]);
        }
        sql::versions(tx, &policy)
    }
}

/// Deletes a version that is not in force.
///
/// Errors: `NotFound` for either; `Immutable` for a system policy; `InUse` for the version in force.
#[derive(Debug, Clone)]
pub struct DeleteVersion {
    /// Of which policy.
    pub policy: PolicyRef,
    /// Its number.
    pub version: u32,
}

impl Operation for DeleteVersion {
    const ACTION: Action = Action::DeletePolicyVersion;
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

    fn run(&self, policy: Policy, tx: &mut Write<'_>) -> Result<()> {
        policy.refuse_system()?;
        if self.version == policy.default_version {
            let by = "it is the version in force".to_owned();
            return Err(Error::InUse { noun: Noun::PolicyVersion, by });
        }
        if delete(tx, &policy, self.version)? { Ok(()) } else { Err(absent(self.version)) }
    }
}

/// Puts a version in force: at once, for everybody who holds the policy.
///
/// Errors: `NotFound` for either; `Immutable` for a system policy.
#[derive(Debug, Clone)]
pub struct SetDefaultVersion {
    /// Of which policy.
    pub policy: PolicyRef,
    /// Its number.
    pub version: u32,
}

impl Operation for SetDefaultVersion {
    const ACTION: Action = Action::SetDefaultPolicyVersion;
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

    fn run(&self, mut policy: Policy, tx: &mut Write<'_>) -> Result<()> {
        policy.refuse_system()?;
        if self.version == policy.default_version {
            return Ok(());
        }
        if !tx.has(&VERSIONS, &[policy.id.into(), u64::from(self.version).into()])? {
            return Err(absent(self.version));
        }
        set_default(tx, &mut policy, self.version)?;
        touch(tx, &mut policy)
    }
}

/// What a version says, and when it was made. Errors: `NotFound`.
pub(super) fn body(tx: &Read<'_>, policy: &Policy, version: u32) -> Result<(Body, Option<Timestamp>)> {
    if policy.account.is_none() {
        let tree = system(tx, policy.id).filter(|_| version == 1).ok_or_else(|| absent(version))?;
        return Ok((Body::Tree(tree.document.clone()), None));
    }
    let rows = tx.rows(&sql::DOCUMENT, &[policy.id.into(), u64::from(version).into()])?;
    let row = rows.first().ok_or_else(|| absent(version))?;
    let body = Body::Text { flavour: stored_flavour(&row.text(0)?)?, text: row.text(1)? };
    Ok((body, Some(row.timestamp(2)?)))
}

/// Whether that very document is in force.
pub(super) fn is_in_force(tx: &Read<'_>, policy: &Policy, document: &PolicyDocument) -> Result<bool> {
    let (present, _) = body(tx, policy, policy.default_version)?;
    Ok(matches!(present, Body::Text { text, flavour } if text == document.text() && flavour == document.flavour()))
}

/// Enters a version.
pub(super) fn insert(tx: &mut Write<'_>, policy: PolicyId, number: u32, document: &PolicyDocument) -> Result<()> {
    let (flavour, text) = (document.flavour().word(), document.text());
    let row = [policy.into(), u64::from(number).into(), flavour.into(), text.into(), tx.now().into()];
    if tx.insert(&VERSIONS, &row)? { Ok(()) } else { Err(Error::internal("a version's number was given before")) }
}

/// Puts another document in force. Where there are as many versions as there may be, the oldest other one goes.
pub(super) fn replace(tx: &mut Write<'_>, policy: &mut Policy, document: &PolicyDocument) -> Result<()> {
    let versions = sql::versions(tx, policy)?;
    let number = add(tx, policy, document)?;
    set_default(tx, policy, number)?;
    let full = versions.len() as u64 >= quotas::limit(tx, Quota::VersionsPerPolicy)?;
    if let Some(oldest) = versions.last().filter(|_| full) {
        delete(tx, policy, oldest.number)?;
    }
    Ok(())
}

/// Adds a version under the next number.
fn add(tx: &mut Write<'_>, policy: &mut Policy, document: &PolicyDocument) -> Result<u32> {
    policy.last_version += 1;
    tx.update(&POLICIES, &[policy.id.into()], &[("last_version", u64::from(policy.last_version).into())])?;
    insert(tx, policy.id, policy.last_version, document)?;
    Ok(policy.last_version)
}

fn set_default(tx: &mut Write<'_>, policy: &mut Policy, version: u32) -> Result<()> {
    policy.default_version = version;
    tx.update(&POLICIES, &[policy.id.into()], &[("default_version", u64::from(version).into())])?;
    tx.changed(Change::Policy(policy.id));
    Ok(())
}

fn delete(tx: &mut Write<'_>, policy: &Policy, version: u32) -> Result<bool> {
    tx.delete(&VERSIONS, &[policy.id.into(), u64::from(version).into()])
}

fn absent(version: u32) -> Error {
    Error::not_found(Noun::PolicyVersion, version)
}
