//! Credentials as their owners present them: what each node makes of them by the code that verifies requests.

use std::sync::Arc;

use base::{ids::UserId, timestamp::Timestamp};
use decide::{
    identity::{Actor, Credential as Proven, Identity, Who},
    snapshot::Snapshot,
    verify::{Proof as Shown, Refusal, is_still_good, verify},
};
use signing::{
    Request,
    sigv4::{self, Body, rules::Rules},
};

use super::{
    deeds::Proof,
    history::{Violation, ensure},
    model::{Holder, Model},
    power::Holding,
    probes,
    world::Credential,
};
use crate::sessions::Credentials;

/// Who signs a request with these, by a snapshot.
pub(super) fn present(snapshot: &Snapshot, credentials: &Credentials, now: Timestamp) -> Result<Identity, Refusal> {
    let date = sigv4::date_text(now);
    let token = credentials.token.expose();
    let mut headers = vec![("host", "example.com"), (sigv4::DATE, date.as_str()), (sigv4::SECURITY_TOKEN, token)];
    let signed = headers.clone();
    let request = Request { method: "GET", path: "/", query: "", headers: &signed };
    let (body, rules) = (Body::Whole(b""), Rules::MANAGEMENT);
    let terms = sigv4::Terms { access_key_id: credentials.key.as_str(), region: "bj", service: "claviger" };
    let text = sigv4::sign(&terms, &credentials.secret, &request, body, rules).unwrap();
    headers.push(("authorization", &text));
    let authorization = sigv4::Authorization::parse(&headers, &[]).unwrap();
    verify(snapshot, &Shown::SigV4 { authorization: &authorization, request: &request, body, rules }, now)
}

/// Who it is that a credential proves, without looking whether it still does.
fn identity(credential: &Credential) -> Option<Identity> {
    let Credential { account, principal, proof, session, .. } = credential;
    let user = Actor::User(UserId::new(*principal).ok()?);
    let (actor, credential) = match (proof, session) {
        (Proof::Key(key), _) => (user, Proven::AccessKey(*key)),
        (Proof::ApiKey(key), _) => (user, Proven::ApiKey(*key)),
        (Proof::Session(_), Some((session, _))) => (session.actor, Proven::Session(Arc::clone(session))),
        (Proof::Session(_), None) => return None,
    };
    Some(Identity { account: *account, actor, credential })
}

/// Whether a snapshot lets a credential prove anything.
pub(super) fn is_good(snapshot: &Snapshot, credential: &Credential, now: Timestamp) -> bool {
    identity(credential).is_some_and(|identity| is_still_good(snapshot, &identity, now))
}

/// That a request with it is let in while it proves something, and not before or after; and that who is let in may do
/// what it holds, as far as the credential leaves it.
pub(super) fn check(snapshot: &Snapshot, credential: &Credential, model: &Model) -> Result<(), Violation> {
    let Credential { account, principal, proof, secret, session } = credential;
    let presented = match (proof, secret, session) {
        (Proof::ApiKey(_), Some(text), _) => verify(snapshot, &Shown::Bearer(text.expose()), model.now()),
        (Proof::Session(_), _, Some((_, credentials))) => present(snapshot, credentials, model.now()),
        // The answer was lost, or its secret is looked at elsewhere.
        _ => return Ok(()),
    };
    let good = model.proves(proof);
    ensure!(presented.is_ok() == good, "{proof:?} is {good}, and a request with it gives {presented:?}");
    let Ok(identity) = presented else { return Ok(()) };
    ensure!(
        Some(&identity) == self::identity(credential).as_ref(),
        "{proof:?} proves {identity:?}, and is {credential:?}"
    );
    let holding = match identity.actor {
        Actor::User(_) => model.acting(*principal, proof),
        Actor::Role(role) => {
            Holding { enabled: true, limit: model.limit_of(proof), ..model.holding(Holder::Role(role.number())) }
        }
    };
    let who = Who::of(&identity, snapshot).ok_or_else(|| Violation::new(format!("{proof:?} is nobody's")))?;
    probes::ask_as(snapshot, *account, who, &holding)
}
