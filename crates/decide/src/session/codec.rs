//! A session as bytes: what a token seals. Numbers are big-endian, texts have their length before them.
//!
//! The first byte is the form. What does not read to the very end was not written by us.

use core::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use base::{
    ids::{AccessKeyId, AccountId, RoleId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use policy::{
    catalogue::Catalogue,
    document::Purpose,
    grammar::{self, Flavour},
};
use zeroize::Zeroizing;

use super::{Assumed, Assumer, CHAIN_MAX, Session, SessionPolicy};
use crate::{identity::Actor, snapshot::Rules};

const FORM: u8 = 1;

/// Writes a session and the secret of its key.
pub(crate) fn write(session: &Session, secret: &SecretText) -> Zeroizing<Vec<u8>> {
    let mut to = Writer(Zeroizing::new(Vec::with_capacity(1024)));
    to.byte(FORM);
    to.text(secret.expose());
    to.session(session);
    to.0
}

/// Reads what [`write`] wrote; `None` for anything else, and for a policy that can no longer be read.
pub(crate) fn read(bytes: &[u8], catalogue: &Catalogue) -> Option<(Session, SecretText)> {
    let mut from = Reader(bytes);
    if from.byte()? != FORM {
        return None;
    }
    let secret = SecretText::new(from.text()?.to_owned());
    let session = from.session(catalogue, CHAIN_MAX)?;
    from.0.is_empty().then_some((session, secret))
}

struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    fn moment(&mut self, moment: Timestamp) {
        self.0.extend_from_slice(&moment.micros().to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        // A token has at most `TOKEN_MAX` characters, so what is cut here is never sealed.
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn actor(&mut self, actor: Actor) {
        let (kind, number) = match actor {
            Actor::User(id) => (0, id.number()),
            Actor::Role(id) => (1, id.number()),
        };
        self.byte(kind);
        self.number(number);
    }

    fn session(&mut self, session: &Session) {
        self.byte(u8::from(session.bearer));
        self.text(session.key.as_str());
        self.number(session.account.number());
        self.actor(session.actor);
        self.moment(session.issued);
        self.moment(session.expires);
        self.number(session.began);
        self.optional(session.mfa, Self::moment);
        self.optional(session.policy.as_ref(), |to, policy| {
            to.text(policy.flavour.word());
            to.text(&policy.text);
        });
        self.optional(session.assumed.as_ref(), Self::assumed);
    }

    fn assumed(&mut self, assumed: &Assumed) {
        self.text(&assumed.name);
        self.number(assumed.by.account.number());
        self.actor(assumed.by.actor);
        self.number(assumed.by.event);
        self.byte(u8::from(assumed.by.limited));
        self.optional(assumed.by.session.as_deref(), Self::session);
        for text in [&assumed.external_id, &assumed.source_identity] {
            self.optional(text.as_deref(), Self::text);
        }
        let address = assumed.address.map(|address| match address {
            IpAddr::V4(address) => address.to_ipv6_mapped(),
            IpAddr::V6(address) => address,
        });
        self.optional(address, |to, address| to.0.extend_from_slice(&address.octets()));
        self.byte(u8::from(assumed.tls));
        self.text(&assumed.agent);
        self.byte(u8::try_from(assumed.tags.len()).unwrap_or(u8::MAX));
        for (key, value) in &assumed.tags {
            self.text(key);
            self.text(value);
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<u64> {
        self.take().map(u64::from_be_bytes)
    }

    fn moment(&mut self) -> Option<Timestamp> {
        self.take().map(i64::from_be_bytes).map(Timestamp::from_micros)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::from(self.take().map(u16::from_be_bytes)?);
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn owned(&mut self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    /// The outer `None`: it cannot be read.
    #[expect(clippy::option_option, reason = "what is absent and what cannot be read are two things")]
    fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Some(None) }
    }

    fn account(&mut self) -> Option<AccountId> {
        AccountId::new(self.number()?).ok()
    }

    fn actor(&mut self) -> Option<Actor> {
        match self.byte()? {
            0 => UserId::new(self.number()?).ok().map(Actor::User),
            1 => RoleId::new(self.number()?).ok().map(Actor::Role),
            _ => None,
        }
    }

    fn policy(&mut self, catalogue: &Catalogue) -> Option<SessionPolicy> {
        let flavour = Flavour::from_word(self.text()?)?;
        let text = self.owned()?;
        let document = grammar::parse(&text, flavour, Purpose::Identity).ok()?;
        let rules = Arc::new(Rules::new(&document, catalogue));
        Some(SessionPolicy { flavour, text, rules })
    }

    /// A session that goes back to fewer than `most` others.
    fn session(&mut self, catalogue: &Catalogue, most: usize) -> Option<Session> {
        let most = most.checked_sub(1)?;
        let bearer = self.flag()?;
        let key = AccessKeyId::parse(self.text()?).ok()?;
        Some(Session {
            key,
            bearer,
            account: self.account()?,
            actor: self.actor()?,
            issued: self.moment()?,
            expires: self.moment()?,
            began: self.number()?,
            mfa: self.optional(Self::moment)?,
            policy: self.optional(|from| from.policy(catalogue))?,
            assumed: self.optional(|from| from.assumed(catalogue, most))?,
        })
    }

    fn assumed(&mut self, catalogue: &Catalogue, most: usize) -> Option<Assumed> {
        let name = self.owned()?;
        let (account, actor, event) = (self.account()?, self.actor()?, self.number()?);
        let limited = self.flag()?;
        let session = self.optional(|from| from.session(catalogue, most).map(Arc::new))?;
        let by = Assumer { account, actor, event, limited, session };
        let external_id = self.optional(Self::owned)?;
        let source_identity = self.optional(Self::owned)?;
        let address =
            self.optional(Self::take)?.map(|octets: [u8; 16]| IpAddr::V6(Ipv6Addr::from(octets)).to_canonical());
        let (tls, agent) = (self.flag()?, self.owned()?);
        let mut tags = Vec::new();
        for _ in 0..self.byte()? {
            tags.push((self.owned()?, self.owned()?));
        }
        Some(Assumed { name, by, external_id, source_identity, tags, address, tls, agent })
    }
}
