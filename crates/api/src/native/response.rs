//! From values to bytes.

use base::timestamp::Timestamp;
use decide::{
    identity::Actor,
    session::Session,
    snapshot::{Kind, Snapshot},
};
use hyper::{
    StatusCode,
    header::{ETAG, HeaderName, HeaderValue},
};
use serde::Serialize;

use super::{endpoint::Endpoint, error::Fault, terms};
use edge::{JSON, Reply, reply};

/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A success: a JSON object, or nothing.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) body: Vec<u8>,
    /// When what it shows was last changed, where that counts.
    pub(super) version: Option<Timestamp>,
    replayed: bool,
    /// Whether it holds a secret, which is never kept.
    pub(super) secret: bool,
}

/// A list, or a page of it.
#[derive(Serialize)]
pub(super) struct Items<'a, T> {
    pub(super) items: &'a [T],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

impl Answer {
    /// An object.
    pub(super) fn ok(body: &impl Serialize) -> Result<Self, Fault> {
        Ok(Self {
            body: serde_json::to_vec(body).map_err(Fault::internal)?,
            version: None,
            replayed: false,
            secret: false,
        })
    }

    /// An object that was last changed then.
    pub(super) fn versioned(body: &impl Serialize, version: Timestamp) -> Result<Self, Fault> {
        Ok(Self { version: Some(version), ..Self::ok(body)? })
    }

    /// The same, where it holds a secret this time.
    pub(super) fn secret(self, secret: bool) -> Self {
        Self { secret, ..self }
    }

    /// A whole list.
    pub(super) fn list(items: &[impl Serialize]) -> Result<Self, Fault> {
        Self::ok(&Items { items, next_cursor: None })
    }

    /// Done, and nothing to say.
    pub(super) const fn empty() -> Self {
        Self { body: Vec::new(), version: None, replayed: false, secret: false }
    }

    /// It as it is kept, for a request that is done once: a line with its version, then the body. The status is the
    /// call's.
    pub(super) fn to_kept(&self) -> Vec<u8> {
        let version = self.version.map(|version| version.micros().to_string()).unwrap_or_default();
        [version.as_bytes(), b"\n", &self.body].concat()
    }

    /// What was kept.
    pub(super) fn from_kept(kept: &[u8]) -> Result<Self, Fault> {
        let broken = || Fault::internal("an answer that was kept cannot be read");
        let text = str::from_utf8(kept).map_err(Fault::internal)?;
        let (version, body) = text.split_once('\n').ok_or_else(broken)?;
        let version = match version {
            "" => None,
            micros => Some(Timestamp::from_micros(micros.parse().map_err(Fault::internal)?)),
        };
        Ok(Self { body: body.as_bytes().to_vec(), version, replayed: true, secret: false })
    }

    /// The answer to a call of the table.
    pub(super) fn reply(self, endpoint: &Endpoint) -> Reply {
        let mut reply = reply(endpoint.gives.status(), JSON, self.body);
        let tag = self.version.and_then(|version| HeaderValue::from_str(&terms::tag(version)).ok());
        if let Some(tag) = tag {
            reply.headers_mut().insert(ETAG, tag);
        }
        if self.replayed {
            reply.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        reply
    }

    /// 200 with the object.
    pub(super) fn reply_ok(self) -> Reply {
        reply(StatusCode::OK, JSON, self.body)
    }
}

/// A principal, as every answer shows it.
#[derive(Debug, Serialize)]
pub(super) struct Who {
    account: String,
    id: u64,
    kind: &'static str,
    name: String,
    /// The name of a role's session.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Who {
    /// The same in a role's session of that name.
    pub(super) fn in_session(self, name: Option<&str>) -> Self {
        Self { session: name.map(str::to_owned), ..self }
    }

    /// Whoever that is, where it is there.
    pub(super) fn of(snapshot: &Snapshot, actor: Actor, session: Option<&Session>) -> Option<Self> {
        match actor {
            Actor::User(id) => snapshot.principals.get(&id).map(|user| {
                let account = user.account.to_string();
                let (kind, name) = match &user.kind {
                    Kind::Root => ("root", format!("crn:iam::{account}:root")),
                    Kind::User { name, path } => ("user", format!("crn:iam::{account}:user{path}{name}")),
                };
                Self { account, id: id.number(), kind, name, session: None }
            }),
            Actor::Role(id) => snapshot.roles.get(&id).map(|role| {
                let account = role.account.to_string();
                let name = format!("crn:iam::{account}:role{}{}", role.path, role.name);
                let session = session.and_then(|session| session.assumed.as_ref()).map(|assumed| assumed.name.clone());
                Self { account, id: id.number(), kind: "role", name, session }
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        for version in [None, Some(Timestamp::from_micros(1_795_500_000_123_456))] {
            for body in ["", "{\"a\":\"b\\n\"}"] {
                let answer = Answer { body: body.into(), version, replayed: false, secret: false };
                let again = Answer::from_kept(&answer.to_kept()).unwrap();
                assert_eq!((again.body, again.version, again.replayed), (body.into(), version, true));
            }
        }
        assert!(Answer::from_kept(b"").is_err() && Answer::from_kept(b"x\n").is_err());
    }
}
