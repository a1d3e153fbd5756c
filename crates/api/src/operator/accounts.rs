//! Accounts, for the operator.

use iam::accounts::Create;
use serde_json::json;

use super::{Answer, Call};

/// `POST /operator/accounts`: a new account; shows its root's access key, once.
pub(super) fn create(call: Call) -> Answer {
    Box::pin(async move {
        let account = call.iam.draw_account_id();
        let created = call.iam.change(call.request.operator(), Create { account }).await?;
        Ok(json!({
            "account_id": created.account.to_string(),
            "access_key_id": created.access_key.as_str(),
            "secret_access_key": created.secret.expose(),
        }))
    })
}
