//! What one event says, and its text.

use base::{
    ids::{AccountId, ConsoleSessionId, UserId},
    timestamp::Timestamp,
};
use decide::{
    identity::{Actor, Credential},
    session::Session,
    snapshot::{Kind, Snapshot},
};
use serde_json::{Map, Value as Json, json};

use crate::{
    action::Action,
    caller::{Caller, Origin},
    db::head::Head,
    error::{Error, Result},
};

/// The version of the event's form.
const FORM: u32 = 1;

/// How a deed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Success,
    /// Somebody known may not do it.
    Denied,
    /// Somebody unknown was turned away.
    Refused,
    /// It was done, and its events are lost.
    Lost,
}

impl Outcome {
    const ALL: [Self; 4] = [Self::Success, Self::Denied, Self::Refused, Self::Lost];

    /// Reads its word. Errors: `Invalid`.
    pub fn parse(word: &str) -> Result<Self> {
        let outcome = Self::ALL.into_iter().find(|outcome| outcome.word() == word);
        outcome.ok_or_else(|| Error::invalid("outcome", "must be `success`, `denied`, `refused` or `lost`"))
    }

    /// The word for it, as events say it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Denied => "denied",
            Self::Refused => "refused",
            Self::Lost => "lost",
        }
    }
}

/// Who did it, with the name borne at that moment.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    /// The principal's number, where it is one.
    id: Option<u64>,
    shown: Json,
}

/// A user who did something past the door: it signed in, or tried to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Performer<'a> {
    pub(crate) user: UserId,
    /// Root has none.
    pub(crate) name: Option<&'a str>,
    pub(crate) session: Option<ConsoleSessionId>,
    /// Whether it was that user; otherwise somebody said so.
    pub(crate) proven: bool,
}

impl Who {
    fn performing(account: AccountId, performer: &Performer<'_>) -> Self {
        let Performer { user, name, session, proven } = *performer;
        let mut shown = json!({
            "type": if name.is_some() { "user" } else { "root" },
            "account": account.to_string(),
            "id": user.number(),
            "name": name,
            "mfa": false,
            "proven": proven,
        });
        if let (Some(members), Some(session)) = (shown.as_object_mut(), session) {
            members.insert("console_session".to_owned(), json!(session.number()));
        }
        Self { id: Some(user.number()), shown }
    }

    /// In another account's chain the name that somebody bears in its own is not told.
    fn of(caller: &Caller, chain: AccountId, snapshot: &Snapshot) -> Self {
        let Caller::Principal { identity, .. } = caller else {
            return Self { id: None, shown: json!({ "type": "operator" }) };
        };
        let (kind, number, name) = match identity.actor {
            Actor::User(id) => match snapshot.principals.get(&id).map(|known| &known.kind) {
                Some(Kind::Root) => ("root", id.number(), None),
                Some(Kind::User { name, .. }) => ("user", id.number(), Some(name.as_str())),
                None => ("unknown", id.number(), None),
            },
            Actor::Role(id) => ("role", id.number(), snapshot.roles.get(&id).map(|role| role.name.as_str())),
        };
        let mut shown = json!({
            "type": kind,
            "account": identity.account.to_string(),
            "id": number,
            "name": name.filter(|_| chain == identity.account),
            "mfa": identity.session().is_some_and(|session| session.mfa.is_some()),
        });
        let (member, credential) = match &identity.credential {
            Credential::AccessKey(key) => ("access_key", json!(key.as_str())),
            Credential::ApiKey(key) => ("api_key", json!(key.as_str())),
            Credential::Session(session) => ("session", shown_session(session)),
            Credential::Console(id) => ("console_session", json!(id.number())),
        };
        if let Some(members) = shown.as_object_mut() {
            members.insert(member.to_owned(), credential);
        }
        Self { id: Some(number), shown }
    }
}

/// What a trail tells of a session.
fn shown_session(session: &Session) -> Json {
    let assumed = session.assumed.as_ref();
    json!({
        "access_key": session.key.as_str(),
        "issued": session.issued.to_seconds(),
        "expires": session.expires.to_seconds(),
        "name": assumed.map(|assumed| &assumed.name),
        "source_identity": assumed.and_then(|assumed| assumed.source_identity.as_ref()),
        "begun_by": assumed.and_then(|_| session.begun_by()).map(UserId::number),
    })
}

/// What is to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) action: Action,
    pub(crate) who: Who,
    pub(crate) origin: Origin,
    /// The account whose data it is about. An operator's event stands in two chains, and only the one of
    /// the subject tells that account's history.
    pub(crate) subject: AccountId,
    pub(crate) resources: Vec<String>,
    pub(crate) outcome: Outcome,
    /// What the caller was told, where it failed.
    pub(crate) code: Option<&'static str>,
    /// The row changes, as [`super::row_change`] writes them.
    pub(crate) changes: Vec<Json>,
    /// How many equal deeds the event stands for.
    pub(crate) count: u64,
    /// What only some kinds of events say; more members of the text.
    pub(crate) details: Map<String, Json>,
    pub(crate) now: Timestamp,
}

impl Event {
    /// A deed of `caller` on the data of `subject`. `snapshot` knows the caller's name.
    pub(crate) fn of(action: Action, caller: &Caller, subject: AccountId, snapshot: &Snapshot, now: Timestamp) -> Self {
        Self::by(Who::of(caller, caller.account(), snapshot), caller.origin().clone(), action, subject, now)
    }

    /// The same event for the chain of `chain`.
    pub(crate) fn told_to(&self, chain: AccountId, caller: &Caller, snapshot: &Snapshot) -> Self {
        Self { who: Who::of(caller, chain, snapshot), ..self.clone() }
    }

    /// Something that the node itself does or sees.
    pub(crate) fn of_node(action: Action, subject: AccountId, now: Timestamp) -> Self {
        let who = Who { id: None, shown: json!({ "type": "node" }) };
        Self::by(who, Origin::default(), action, subject, now)
    }

    /// A deed of somebody who did not prove who it is.
    pub(crate) fn of_unknown(action: Action, now: Timestamp) -> Self {
        let who = Who { id: None, shown: json!({ "type": "unknown" }) };
        Self::by(who, Origin::default(), action, AccountId::INSTANCE, now)
    }

    /// What a user did past the door, in its own account; somebody unknown where it is nobody.
    pub(crate) fn of_performer(
        action: Action,
        account: AccountId,
        performer: Option<&Performer<'_>>,
        origin: Origin,
        now: Timestamp,
    ) -> Self {
        let unknown = || Who { id: None, shown: json!({ "type": "unknown" }) };
        let who = performer.map_or_else(unknown, |performer| Who::performing(account, performer));
        Self::by(who, origin, action, account, now)
    }

    fn by(who: Who, origin: Origin, action: Action, subject: AccountId, now: Timestamp) -> Self {
        Self {
            action,
            who,
            origin,
            subject,
            resources: Vec::new(),
            outcome: Outcome::Success,
            code: None,
            changes: Vec::new(),
            count: 1,
            details: Map::new(),
            now,
        }
    }

    /// The number of the principal, for its column.
    pub(super) fn principal_id(&self) -> Option<u64> {
        self.who.id
    }

    /// The event's text as number `seq` of the chain of `head`. Its members are sorted by name, which makes
    /// it canonical: `serde_json`'s map is a sorted one.
    pub(super) fn body(&self, head: &Head, seq: i64, node: &str) -> String {
        let mut body = self.details.clone();
        let account = head.account.to_string();
        let members = [
            ("form", json!(FORM)),
            ("id", json!(format!("{account}:{seq}"))),
            ("account", json!(account)),
            ("seq", json!(seq)),
            ("time", json!(self.now.to_milliseconds())),
            ("time_us", json!(self.now.micros())),
            ("action", json!(self.action.row().name)),
            ("outcome", json!(self.outcome.word())),
            ("code", json!(self.code)),
            ("count", json!(self.count)),
            ("principal", self.who.shown.clone()),
            ("source", json!(self.origin.source)),
            ("source_known_by", json!(known_by(&self.origin.source))),
            ("agent", json!(self.origin.agent)),
            ("request_id", json!(self.origin.request_id)),
            ("subject", json!(self.subject.to_string())),
            ("resources", json!(self.resources)),
            ("changes", json!(self.changes)),
            ("node", json!(node)),
            ("version", json!(env!("CARGO_PKG_VERSION"))),
        ];
        body.extend(members.map(|(name, value)| (name.to_owned(), value)));
        Json::Object(body).to_string()
    }
}

/// How a source is known: an address by the connection that it has; anything else the node says of itself.
fn known_by(source: &str) -> Option<&'static str> {
    match source.parse::<std::net::IpAddr>() {
        Ok(_) => Some("connection"),
        Err(_) if source.is_empty() => None,
        Err(_) => Some("node"),
    }
}
