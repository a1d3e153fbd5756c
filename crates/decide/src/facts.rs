//! What conditions can ask about: the principal, the resource, and the circumstances of the request.

use core::net::IpAddr;
use std::borrow::Cow;

use base::{ids::AccountId, timestamp::Timestamp};
use policy::{
    key::{Key, Spelling},
    request::{Context, Value, Values},
};

use crate::identity::{Acting, Called};

/// How a request came, and what its service says about it. Nothing here overrides what the product itself knows.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// When.
    pub now: Timestamp,
    /// From where.
    pub address: Option<IpAddr>,
    /// Whether over TLS, where that is known.
    pub tls: Option<bool>,
    /// The client's name for itself, empty where it gave none.
    pub agent: &'a str,
    /// Keys beside those: of services, and tags of the request.
    pub more: &'a [(Key, Vec<String>)],
}

impl Circumstances<'_> {
    /// A moment, and nothing else known.
    pub const fn at(now: Timestamp) -> Self {
        Self { now, address: None, tls: None, agent: "", more: &[] }
    }
}

/// All of it, by key.
pub(crate) struct Facts<'a> {
    pub(crate) acting: Acting<'a>,
    pub(crate) resource_tags: &'a [(String, String)],
    pub(crate) circumstances: &'a Circumstances<'a>,
}

/// Keys that only the product fills in: a service's word for them is not taken (SEC-090).
const RESERVED: [&str; 13] = [
    "currenttime",
    "epochtime",
    "multifactorauthage",
    "multifactorauthpresent",
    "principalaccount",
    "principalarn",
    "principaltype",
    "securetransport",
    "sourceidentity",
    "sourceip",
    "tokenissuetime",
    "userid",
    "username",
];

/// Whether only the product fills in the key of that name.
pub fn is_reserved(key: &Key) -> bool {
    let name = key.name();
    RESERVED.contains(&name) || name.starts_with("principaltag/")
}

impl Context for Facts<'_> {
    fn values(&self, key: &Key) -> Values<'_> {
        let name = key.name();
        if let Some(tag) = name.strip_prefix("principaltag/") {
            return self.acting.tagged(tag);
        }
        if let Some(tag) = name.strip_prefix("resourcetag/") {
            return tagged(self.resource_tags, tag);
        }
        let circumstances = self.circumstances;
        let value = match name {
            "username" => match self.acting.called {
                Called::User { name, .. } => Some(text(name)),
                Called::Root | Called::Role { .. } => None,
            },
            "userid" => Some(owned(self.acting.user_id())),
            "principalarn" => Some(owned(self.acting.spelled(key.spelling()))),
            "principalaccount" => Some(owned(self.acting.account.to_string())),
            "principaltype" => Some(text(match self.acting.called {
                Called::Root => "Account",
                Called::User { .. } => "User",
                Called::Role { .. } => "AssumedRole",
            })),
            "tokenissuetime" => self.acting.session.map(|session| Value::Moment(session.issued)),
            "multifactorauthpresent" => self.acting.session.map(|session| Value::Flag(session.mfa.is_some())),
            "multifactorauthage" => self
                .acting
                .session
                .and_then(|session| session.mfa)
                .map(|at| Value::Number(circumstances.now.seconds() - at.seconds())),
            "sourceidentity" => self.acting.source_identity().map(text),
            "currenttime" | "epochtime" => Some(Value::Moment(circumstances.now)),
            "sourceip" => circumstances.address.map(Value::Address),
            "securetransport" => circumstances.tls.map(Value::Flag),
            "useragent" if !circumstances.agent.is_empty() => Some(text(circumstances.agent)),
            _ if is_reserved(key) => None,
            _ => return more(circumstances.more, name),
        };
        value.map_or(Values::Absent, Values::One)
    }
}

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn owned(text: String) -> Value<'static> {
    Value::Text(Cow::Owned(text))
}

/// The value of a tag. Tags' names differ by more than case, but keys compare without it: two tags that only case
/// tells apart are several values.
fn tagged<'a>(tags: &'a [(String, String)], name: &str) -> Values<'a> {
    let mut fitting = tags.iter().filter(|(tag, _)| same_name(tag, name)).map(|(_, value)| value);
    match (fitting.next(), fitting.next()) {
        (Some(value), None) => Values::One(text(value)),
        // Which of them is meant nobody can say, so none is.
        _ => Values::Absent,
    }
}

/// Compares a tag's name with that in a key, which is in lower case.
fn same_name(tag: &str, lower: &str) -> bool {
    tag.len() == lower.len() && tag.eq_ignore_ascii_case(lower)
        || tag.chars().flat_map(char::to_lowercase).eq(lower.chars())
}

fn more<'a>(more: &'a [(Key, Vec<String>)], name: &str) -> Values<'a> {
    match more.iter().find(|(key, _)| key.name() == name).map(|(_, values)| values.as_slice()) {
        None | Some([]) => Values::Absent,
        Some([value]) => Values::One(text(value)),
        Some(values) => Values::Several(values),
    }
}

impl Acting<'_> {
    /// Its name as resources are named, in the spelling of the asking key.
    fn spelled(&self, spelling: Spelling) -> String {
        let start = match spelling {
            Spelling::Arn => "arn:aws",
            Spelling::Trn => "trn",
            Spelling::Crn => "crn",
        };
        let account: AccountId = self.account;
        match self.called {
            Called::Root => format!("{start}:iam::{account}:root"),
            Called::User { name, path } => format!("{start}:iam::{account}:user{path}{name}"),
            Called::Role { name, path } => format!("{start}:iam::{account}:role{path}{name}"),
        }
    }

    /// Its number; for a role's session the session's name as well.
    fn user_id(&self) -> String {
        match self.called {
            Called::Role { .. } => format!("{}:{}", self.number, self.session_name()),
            Called::Root | Called::User { .. } => self.number.to_string(),
        }
    }

    /// A tag: of the session, where it has one of that name, over what the role or user bears.
    fn tagged(&self, name: &str) -> Values<'_> {
        let of_session = self.session.and_then(|session| session.assumed.as_ref()).map(|assumed| &*assumed.tags);
        let of_session = of_session.filter(|tags| tags.iter().any(|(tag, _)| same_name(tag, name)));
        tagged(of_session.unwrap_or(self.tags), name)
    }

    fn source_identity(&self) -> Option<&str> {
        self.session?.assumed.as_ref()?.source_identity.as_deref()
    }
}
