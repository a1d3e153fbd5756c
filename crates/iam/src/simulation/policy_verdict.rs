//! What must become of deeds on policies, on who holds them, and on roles.

use base::ids::AccountId;

use super::{
    deeds::{Deed, Which, Whose},
    jobs::ADMINISTRATOR,
    model::{Holder, Model, same},
    verdict::Verdict::{self, Done, Exists, Immutable, InUse, Invalid, NotFound},
};
use crate::{
    dependents::Dependents,
    error::{Noun, Quota},
};

impl Model {
    /// Whether a holder holds policies of its own or others'.
    pub(super) fn has_policies(&self, holder: Holder) -> bool {
        self.attached.iter().any(|(of, _)| *of == holder) || self.inline.keys().any(|(of, _)| *of == holder)
    }

    pub(super) fn expect_of_policies(&self, account: AccountId, deed: &Deed) -> Verdict {
        match deed {
            Deed::CreatePolicy { name, .. } => {
                if self.custom(account, name).is_some() || same(name, ADMINISTRATOR) {
                    return Exists(Noun::Policy);
                }
                let present = self.policies.values().filter(|policy| policy.account == account).count();
                self.room(account, Quota::Policies, present)
            }
            Deed::RewritePolicy { policy, .. }
            | Deed::DeletePolicy { policy, .. }
            | Deed::AddVersion { policy, .. }
            | Deed::SetDefault { policy, .. }
            | Deed::DeleteVersion { policy, .. } => self.expect_of_policy(account, policy, deed),
            Deed::CreateRole { .. } | Deed::Trust { .. } | Deed::DeleteRole { .. } => {
                self.expect_of_role(account, deed)
            }
            _ => self.expect_of_holder(account, deed),
        }
    }

    fn expect_of_policy(&self, account: AccountId, policy: &Which, deed: &Deed) -> Verdict {
        if policy.is_immutable() {
            return Immutable(Noun::Policy);
        }
        let Some(id) = self.policy(account, policy) else { return NotFound(Noun::Policy) };
        let policy = &self.policies[&id];
        match deed {
            Deed::DeletePolicy { attachments, versions, .. } => {
                let attached = self.attached.iter().any(|(_, attached)| *attached == id);
                let bounds = self.boundaries.values().any(|boundary| *boundary == id);
                let kept = attached && *attachments == Dependents::Refuse
                    || policy.versions.len() > 1 && *versions == Dependents::Refuse;
                if kept || bounds { InUse(Noun::Policy) } else { Done }
            }
            Deed::AddVersion { .. } => self.room(account, Quota::VersionsPerPolicy, policy.versions.len()),
            Deed::DeleteVersion { version, .. } if *version == policy.default => InUse(Noun::PolicyVersion),
            Deed::SetDefault { version, .. } | Deed::DeleteVersion { version, .. } => {
                Self::of_present(policy.versions.contains_key(version), Noun::PolicyVersion)
            }
            _ => Done,
        }
    }

    fn expect_of_holder(&self, account: AccountId, deed: &Deed) -> Verdict {
        let noun = |whose: &Whose| match whose {
            Whose::User(_) => Noun::User,
            Whose::Group(_) => Noun::Group,
            Whose::Role(_) => Noun::Role,
        };
        let pair = |whose: &Whose, policy: &Which, then: &dyn Fn(Holder, u64) -> Verdict| {
            Verdict::of_found(self.policy(account, policy), Noun::Policy, |policy| {
                Verdict::of_found(self.holder(account, whose), noun(whose), |holder| then(holder, policy))
            })
        };
        match deed {
            Deed::Attach { whose, policy } => pair(whose, policy, &|holder, policy| {
                if self.attached.contains(&(holder, policy)) {
                    return Done;
                }
                let present = self.attached.iter().filter(|(of, _)| *of == holder).count();
                self.room(account, Quota::AttachmentsPerHolder, present)
            }),
            Deed::Detach { whose, policy } => pair(whose, policy, &|holder, policy| {
                Self::of_present(self.attached.contains(&(holder, policy)), Noun::Attachment)
            }),
            Deed::PutInline { whose, name, .. } => {
                Verdict::of_found(self.holder(account, whose), noun(whose), |holder| {
                    if self.inline.contains_key(&(holder, name.clone())) {
                        return Done;
                    }
                    let present = self.inline.keys().filter(|(of, _)| *of == holder).count();
                    self.room(account, Quota::InlinePoliciesPerHolder, present)
                })
            }
            Deed::DeleteInline { whose, name } => {
                Verdict::of_found(self.holder(account, whose), noun(whose), |holder| {
                    Self::of_present(self.inline.contains_key(&(holder, name.clone())), Noun::InlinePolicy)
                })
            }
            Deed::PutBoundary { user, policy } => Verdict::of_found(self.user(account, user), Noun::User, |_| {
                Verdict::of_found(self.policy(account, policy), Noun::Policy, |_| Done)
            }),
            Deed::DeleteBoundary { user } => Verdict::of_found(self.user(account, user), Noun::User, |user| {
                Self::of_present(self.boundaries.contains_key(&user), Noun::PermissionsBoundary)
            }),
            _ => Done,
        }
    }

    fn expect_of_role(&self, account: AccountId, deed: &Deed) -> Verdict {
        let found =
            |name: &str, then: &dyn Fn(u64) -> Verdict| Verdict::of_found(self.role(account, name), Noun::Role, then);
        let trusted = |name: &str| self.user(account, name).is_some();
        match deed {
            Deed::CreateRole { trusted: user, .. } if !trusted(user) => Invalid("trust document"),
            Deed::CreateRole { name, .. } if self.role(account, name).is_some() => Exists(Noun::Role),
            Deed::CreateRole { .. } => {
                let present = self.roles.values().filter(|role| role.account == account).count();
                self.room(account, Quota::Roles, present)
            }
            Deed::Trust { role, trusted: user } => {
                found(role, &|_| if trusted(user) { Done } else { Invalid("trust document") })
            }
            Deed::DeleteRole { name, dependents } => found(name, &|role| {
                let kept = *dependents == Dependents::Refuse && self.has_policies(Holder::Role(role));
                if kept { InUse(Noun::Role) } else { Done }
            }),
            _ => Done,
        }
    }

    fn of_present(present: bool, noun: Noun) -> Verdict {
        if present { Done } else { NotFound(noun) }
    }
}
