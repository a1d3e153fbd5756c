//! The account as a whole.

use iam::{accounts::GetSummary, error::Quota};
use serde_json::json;

use super::{Call, Pending, response::Answer};

/// `GET /v1/account/summary`: real limits in the service's own fields.
pub(super) fn summary(call: Call) -> Pending {
    Box::pin(async move {
        let account = call.caller.account().to_string();
        let summary = call.iam.query(call.caller, GetSummary).await?;
        let limit = |quota: Quota| summary.limits.get(&quota).copied().unwrap_or_default();
        Ok(Answer::ok(&json!({
            "accountId": account,
            "limitInfo": {
                "userLimit": limit(Quota::Users),
                "groupLimit": limit(Quota::Groups),
                "contactsLimit": 0,
                "policyLimit": limit(Quota::Policies),
                "groupMaxAttachPolicyLimit": limit(Quota::AttachmentsPerHolder),
                "userRolePerAccountLimit": limit(Quota::Roles),
                "roleMaxAttachSystemPolicyLimit": limit(Quota::AttachmentsPerHolder),
                "roleMaxAttachCustomPolicyLimit": limit(Quota::AttachmentsPerHolder),
                "subUserOfGroupLimit": limit(Quota::UsersPerGroup),
                "akskLimit": limit(Quota::AccessKeysPerUser),
                "apiKeyLimit": limit(Quota::ApiKeysPerUser),
            },
            "countInfo": {
                "userCount": summary.users,
                "groupCount": summary.groups,
                "contactsCount": 0,
                "policyCount": summary.policies,
                "roleCount": summary.roles,
            },
        })))
    })
}
