//! `GET /api/v1/whoami`: who signed. It needs no permission: whoever holds the secret may know whose it is.

use serde::Serialize;

use super::{
    Call, Pending,
    error::Fault,
    response::{Answer, Who},
};

#[derive(Serialize)]
struct Caller<'a> {
    #[serde(flatten)]
    who: Who,
    access_key: &'a str,
}

pub(super) fn get(call: Call) -> Pending {
    Box::pin(async move {
        let principal = call.snapshot.principals.get(&call.identity.principal);
        let principal = principal.ok_or_else(|| Fault::internal("the caller is not in the snapshot that knew it"))?;
        Answer::ok(&Caller { who: Who::of(principal), access_key: call.identity.access_key.as_str() })
    })
}
