//! Attaching and detaching one policy on the page of who holds it, whichever kind of holder that is.

use base::ids::PolicyId;
use iam::{
    attachments::{Attach, Detach, Kind},
    error::{Error, Noun},
    policies::{self, PolicyRef},
};

use crate::{
    failure::{Failure, allowed},
    visit::{Answer, Visit},
};

/// Attaches the policy whose id the address names second, and goes back to the list, `tab` behind the holder's `page`:
/// what undoes a detaching.
pub(crate) async fn attach<K: Kind>(visit: &Visit, holder: K, page: &str, tab: &str) -> Answer {
    let policy = named(visit)?;
    visit.run(Attach { holder, policy }).await?;
    moved(visit, "news-attach-done", page, tab, "detach").await
}

/// Detaches it; the answer offers to undo it.
pub(crate) async fn detach<K: Kind>(visit: &Visit, holder: K, page: &str, tab: &str) -> Answer {
    let policy = named(visit)?;
    visit.run(Detach { holder, policy }).await?;
    moved(visit, "news-attach-detached", page, tab, "attach").await
}

fn named(visit: &Visit) -> Result<PolicyRef, Failure> {
    let id = visit.part(1).parse().ok().and_then(|number| PolicyId::new(number).ok());
    let id = id.ok_or_else(|| Error::NotFound { noun: Noun::Policy, name: visit.part(1).to_owned() })?;
    Ok(PolicyRef::Id(id))
}

async fn moved(visit: &Visit, news: &str, page: &str, tab: &str, undo: &str) -> Answer {
    let name = allowed(visit.ask(policies::Get { policy: named(visit)? }).await)?.map(|detail| detail.policy.name);
    let undo = format!("{page}/policies/{}/{undo}", visit.part(1));
    let list = format!("{page}{tab}");
    visit.go_with_undo(visit.back_or(&list), news, name.as_deref().unwrap_or(visit.part(1)), &undo)
}
