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

use super::{Assumed, Session, SessionPolicy};
use crate::{identity::Actor, snapshot::Rules};

const FORM: u8 = 1;

/// Writes a session and the secret of its key.
pub(super) fn write(session: &Session, secret: &SecretText) -> Zeroizing<Vec<u8>> {
    let mut to = Writer(Zeroizing::new(Vec::with_capacity(512)));
    to.byte(FORM);
    to.byte(u8::from(session.bearer));
    to.text(session.key.as_str());
    to.text(secret.expose());
    to.number(session.account.number());
    to.actor(session.actor);
    to.moment(session.issued);
    to.moment(session.expires);
    to.optional(session.mfa, Writer::moment);
    to.optional(session.policy.as_ref(), |to, policy| {
        to.text(policy.flavour.word());
        to.text(&policy.text);
    });
    to.optional(session.assumed.as_ref(), Writer::assumed);
    to.0
}

/// Reads what [`write`] wrote; `None` for anything else, and for a policy that can no longer be read.
pub(super) fn read(bytes: &[u8], catalogue: &Catalogue) -> Option<(Session, SecretText)> {
    let mut from = Reader(bytes);
    if from.byte()? != FORM {
        return None;
    }
    let bearer = from.flag()?;
    let key = AccessKeyId::parse(from.text()?).ok()?;
    let secret = SecretText::new(from.text()?.to_owned());
    let session = Session {
        key,
        bearer,
        account: from.account()?,
        actor: from.actor()?,
        issued: from.moment()?,
        expires: from.moment()?,
        mfa: from.optional(Reader::moment)?,
        policy: from.optional(|from| from.policy(catalogue))?,
        assumed: from.optional(Reader::assumed)?,
    };
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

    fn assumed(&mut self, assumed: &Assumed) {
        self.text(&assumed.name);
        self.number(assumed.by_account.number());
        self.actor(assumed.by);
        let texts = [&assumed.by_name, &assumed.external_id, &assumed.source_identity];
        for text in texts {
            self.optional(text.as_deref(), Self::text);
        }
        self.number(assumed.begun_by.number());
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

    fn assumed(&mut self) -> Option<Assumed> {
        let name = self.owned()?;
        let (by_account, by) = (self.account()?, self.actor()?);
        let by_name = self.optional(Self::owned)?;
        let external_id = self.optional(Self::owned)?;
        let source_identity = self.optional(Self::owned)?;
        let begun_by = UserId::new(self.number()?).ok()?;
        let address =
            self.optional(Self::take)?.map(|octets: [u8; 16]| IpAddr::V6(Ipv6Addr::from(octets)).to_canonical());
        let (tls, agent) = (self.flag()?, self.owned()?);
        let mut tags = Vec::new();
        for _ in 0..self.byte()? {
            tags.push((self.owned()?, self.owned()?));
        }
        Some(Assumed {
            name,
            by_account,
            by,
            by_name,
            begun_by,
            external_id,
            source_identity,
            tags,
            address,
            tls,
            agent,
        })
    }
}
