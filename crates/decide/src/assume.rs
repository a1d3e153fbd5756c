//! Assuming a role: whom its trust document lets in, and what who asks must be allowed besides.

use base::{ids::AccountId, timestamp::Timestamp};
use policy::{
    evaluate::{self, Decision, Trust},
    key::Key,
    request::{ActionName, Asker, Request, ResourceName},
};

use crate::{
    check::{self, Question, Resource},
    facts::{Circumstances, Facts},
    identity::{Acting, Who},
    reasons::Reasons,
    session::Assumed,
    snapshot::{Role, Snapshot},
};

/// What assuming a role is.
const ASSUME: &str = "sts:AssumeRole";
/// What giving the session tags is, besides.
const TAG: &str = "sts:TagSession";
/// What saying who is behind it is, besides.
const SET_SOURCE: &str = "sts:SetSourceIdentity";

/// What somebody says when it assumes a role.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// What the session is to be called.
    pub name: &'a str,
    /// What a third party was told to say.
    pub external_id: Option<&'a str>,
    /// Who is behind it.
    pub source_identity: Option<&'a str>,
    /// The session's tags.
    pub tags: &'a [(String, String)],
}

/// Why a role is not given to somebody.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// Its trust document denies it, or does not let it in.
    NotTrusted,
    /// Who asks lacks this by its own policies.
    NotAllowed(Box<Reasons>),
}

/// The role that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its account.
    pub account: AccountId,
    /// What policies would call it by what the request says alone, as `role/deploy`.
    pub named: &'a str,
    /// The role, where it is there. One of another account that is not there is refused as one that does not trust.
    pub role: Option<&'a Role>,
}

/// Whether `who` may assume the role: its own policies must allow it, unless the trust document is of the same account
/// and names who asks itself, or a group or role of its, which its boundary may leave out; and the trust document must
/// let it in. A Deny anywhere denies; a document that limits the credential must always allow it (SEC-106).
///
/// Whoever another account's role does not let in is refused as if it were not there: neither its path nor its tags have
/// a part in the refusal.
pub fn may_assume(
    snapshot: &Snapshot,
    who: Who<'_>,
    asked: Asked<'_>,
    wish: &Wish<'_>,
    circumstances: &Circumstances<'_>,
) -> Result<(), Refusal> {
    let acting = Acting::of(snapshot, who).ok_or(Refusal::NotTrusted)?;
    let more = keys(wish);
    let circumstances = Circumstances { more: &more, ..*circumstances };
    let account = asked.account.to_string();
    let at_home = acting.account == asked.account;
    for action in actions(wish) {
        let Some(action) = snapshot.system.catalogue.action(action) else { return Err(Refusal::NotTrusted) };
        let trust = asked.role.map_or(Trust::Silent, |role| trust(&acting, role, action, &circumstances));
        let lets_in = !matches!(trust, Trust::Denies | Trust::Silent);
        let shown = asked.role.filter(|_| at_home || lets_in);
        let path = shown.map_or_else(|| asked.named.to_owned(), path);
        let tags = shown.map_or(&[][..], |role| &role.tags);
        // Each account answers for its own: the trust document for the role's, the policies for that of who asks.
        let resource = Resource { account: acting.account, name: name(&account, &path), tags };
        let question = Question { who, action, resource, circumstances: &circumstances };
        let stands_in = match trust {
            _ if !at_home => Trust::Account,
            Trust::Principal if who.limit.is_some() => Trust::Role,
            trust => trust,
        };
        if check::check_trusted(snapshot, &question, stands_in) != Decision::Allow {
            return Err(Refusal::NotAllowed(Box::new(check::explain(snapshot, &question))));
        }
        if !lets_in {
            return Err(Refusal::NotTrusted);
        }
    }
    Ok(())
}

/// Whether the trust document would still let the role be assumed as it was, at the moment when it was.
pub(crate) fn is_still_trusted(snapshot: &Snapshot, role: &Role, assumed: &Assumed, then: Timestamp) -> bool {
    let who = Who { actor: assumed.by.actor, limit: None, session: assumed.by.session.as_deref() };
    let Some(acting) = Acting::of(snapshot, who).filter(|acting| acting.account == assumed.by.account) else {
        return false;
    };
    let wish = Wish {
        name: &assumed.name,
        external_id: assumed.external_id.as_deref(),
        source_identity: assumed.source_identity.as_deref(),
        tags: &assumed.tags,
    };
    let more = keys(&wish);
    let (address, tls, agent) = (assumed.address, Some(assumed.tls), assumed.agent.as_str());
    let circumstances = Circumstances { now: then, address, tls, agent, more: &more };
    actions(&wish).all(|action| {
        let action = snapshot.system.catalogue.action(action);
        let trust = action.map_or(Trust::Silent, |action| trust(&acting, role, action, &circumstances));
        !matches!(trust, Trust::Denies | Trust::Silent)
    })
}

fn actions<'a>(wish: &Wish<'a>) -> impl Iterator<Item = &'static str> + use<'a> {
    let tag = (!wish.tags.is_empty()).then_some(TAG);
    let source = wish.source_identity.map(|_| SET_SOURCE);
    std::iter::once(ASSUME).chain(tag).chain(source)
}

/// What conditions can ask about the wish.
fn keys(wish: &Wish<'_>) -> Vec<(Key, Vec<String>)> {
    let mut keys = vec![(Key::named("sts:RoleSessionName"), vec![wish.name.to_owned()])];
    let texts = [("sts:ExternalId", wish.external_id), ("sts:SourceIdentity", wish.source_identity)];
    for (key, text) in texts {
        keys.extend(text.map(|text| (Key::named(key), vec![text.to_owned()])));
    }
    for (tag, value) in wish.tags {
        keys.push((Key::named(&format!("claviger:RequestTag/{tag}")), vec![value.clone()]));
    }
    if !wish.tags.is_empty() {
        let names = wish.tags.iter().map(|(tag, _)| tag.clone()).collect();
        keys.push((Key::named("claviger:TagKeys"), names));
    }
    keys
}

fn trust(acting: &Acting<'_>, role: &Role, action: ActionName<'_>, circumstances: &Circumstances<'_>) -> Trust {
    let digits = acting.digits();
    let groups: Vec<u64> = acting.groups.iter().map(|group| group.number()).collect();
    let asker = Asker { account: digits.as_str(), kind: acting.kind(), groups: &groups };
    let (account, path) = (role.account.to_string(), path(role));
    let request = Request { action, resource: name(&account, &path) };
    let facts = Facts { acting: *acting, resource_tags: &role.tags, circumstances };
    evaluate::trusts(&role.trust.compiled, &asker, &request, &facts)
}

/// What policies call a role, inside the service.
fn path(role: &Role) -> String {
    format!("role{}{}", role.path, role.name)
}

fn name<'a>(account: &'a str, path: &'a str) -> ResourceName<'a> {
    ResourceName::Named { partition: None, service: "iam", region: "", account, path }
}

#[cfg(test)]
mod tests;
