//! What is asked: an action on a resource, and what is known about the circumstances.

use core::net::IpAddr;
use std::borrow::Cow;

use base::timestamp::Timestamp;

use crate::{catalogue::Levels, key::Key};

/// An action as a request names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionName<'a> {
    /// Its service.
    pub service: &'a str,
    /// Its name.
    pub name: &'a str,
    /// How much it can do, as far as the catalogue knows it, or as it is itself a word for levels.
    pub levels: Levels,
}

/// A resource as a request names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceName<'a> {
    /// None: the action is done to nothing in particular. Only the pattern `*` fits it.
    None,
    /// A resource.
    Named {
        /// The partition, `None` where the spelling leaves it open and it equals any.
        partition: Option<&'a str>,
        /// The service.
        service: &'a str,
        /// The region, empty where there is none.
        region: &'a str,
        /// The account as spelled, empty where there is none.
        account: &'a str,
        /// The rest.
        path: &'a str,
    },
}

/// Spellings that are a partition of their own. A partition of that name stands for the spelling.
pub const SCHEMES: [&str; 2] = ["trn", "wsc"];

impl<'a> ResourceName<'a> {
    /// Reads `*`, `arn:<partition>:<service>:<region>:<account>:<path>`, the same without a partition behind `trn:` or
    /// `wsc:`, which are partitions themselves, or behind `crn:`, which leaves it open. Everything behind the last of
    /// those colons is path. `None` for anything else; parts may be empty, and are not looked into.
    pub fn read(text: &'a str) -> Option<Self> {
        if text == "*" {
            return Some(Self::None);
        }
        let (scheme, rest) = text.split_once(':')?;
        let (partition, rest) = match scheme {
            "arn" => rest.split_once(':').map(|(partition, rest)| (Some(partition), rest))?,
            "crn" => (None, rest),
            own if SCHEMES.contains(&own) => (Some(own), rest),
            _ => return None,
        };
        let mut parts = rest.splitn(4, ':');
        let (service, region, account, path) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Self::Named { partition, service, region, account, path })
    }
}

/// Who asks, as documents of resources and trust documents name principals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker<'a> {
    /// The account.
    pub account: &'a str,
    /// Who it is there.
    pub kind: AskerKind<'a>,
    /// The groups that it is a member of, by number.
    pub groups: &'a [u64],
}

/// Who asks, within an account. Entities are known by the numbers that names were resolved to when the document was
/// saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskerKind<'a> {
    /// The account's root user.
    Root,
    /// A user.
    User(u64),
    /// A session of a role.
    Session {
        /// The role.
        role: u64,
        /// The session's name.
        name: &'a str,
    },
    /// A service.
    Service(&'a str),
}

/// The question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// What is to be done.
    pub action: ActionName<'a>,
    /// To what.
    pub resource: ResourceName<'a>,
}

/// What is known about the circumstances, by key.
pub trait Context {
    /// The values of `key`.
    fn values(&self, key: &Key) -> Values<'_>;
}

/// What a key has.
#[derive(Debug, Clone, PartialEq)]
pub enum Values<'a> {
    /// Nothing.
    Absent,
    /// One value.
    One(Value<'a>),
    /// Several texts; none is as good as absent, and one as [`Values::One`].
    Several(&'a [String]),
}

/// One value of a key. Those that the product fills in are not text, so that nothing is printed and read again.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A moment.
    Moment(Timestamp),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A network address.
    Address(IpAddr),
}

impl<'a> Value<'a> {
    /// It as text, for comparing with text: a moment as `2026-01-01T00:00:00Z`, fractions cut off, yes and no as `true`
    /// and `false`, and an IPv4 address that is mapped into IPv6 as the IPv4 address.
    pub fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text,
            Self::Flag(true) => Cow::Borrowed("true"),
            Self::Flag(false) => Cow::Borrowed("false"),
            Self::Moment(moment) => Cow::Owned(moment.to_seconds()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Address(address) => Cow::Owned(address.to_canonical().to_string()),
        }
    }
}
