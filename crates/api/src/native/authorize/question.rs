//! A question, read strictly: what is not understood is refused, because to leave out a condition's key could allow
//! what somebody meant to deny.

use std::net::IpAddr;

use base::{
    ids::AccountId,
    json::{Kind as JsonKind, Member, Value},
    text::shown,
    timestamp::Timestamp,
};
use decide::{
    check::{self, Resource},
    facts::{self, Circumstances},
    identity,
};
use policy::{
    catalogue::Catalogue,
    key::Key,
    request::{ActionName, ResourceName},
};

use super::{
    super::error::Fault,
    principal::{Reach, Who},
};
use crate::members::{Object, texts};

/// The members of a question.
const MEMBERS: [&str; 12] = [
    "principal",
    "signed_request",
    "token",
    "action",
    "resource",
    "resource_account",
    "resource_tags",
    "source_address",
    "tls",
    "user_agent",
    "context",
    "explain",
];
/// The longest action, in bytes.
const ACTION_MAX: usize = 256;
/// The longest name of a resource, in bytes (SEC-088).
const RESOURCE_MAX: usize = 2048;
/// The most tags, the most keys, and the most values of a key.
const ENTRIES_MAX: usize = 100;
/// The longest text of any other member, in bytes.
const TEXT_MAX: usize = 8192;

/// May somebody do something?
#[derive(Debug)]
pub(super) struct Question<'v> {
    pub(super) who: Who<'v>,
    pub(super) action: ActionName<'v>,
    pub(super) action_text: &'v str,
    resource: ResourceName<'v>,
    pub(super) resource_text: &'v str,
    /// Who owns it, as far as the question says. Of whoever asks about many accounts, each question about something
    /// says so.
    owner: Option<AccountId>,
    tags: Vec<(String, String)>,
    pub(super) address: Option<IpAddr>,
    tls: Option<bool>,
    agent: &'v str,
    more: Vec<(Key, Vec<String>)>,
    /// Whether the smallest change is wanted that would allow it.
    pub(super) explain: bool,
}

impl<'v> Question<'v> {
    /// Reads what a caller of that reach asks. Errors: the first member that cannot be taken.
    pub(super) fn read(value: &'v Value, catalogue: &Catalogue, reach: Reach) -> Result<Self, Fault> {
        if !matches!(value.kind, JsonKind::Object(_)) {
            return Err(Fault::invalid("a question must be a JSON object"));
        }
        let object = Object::of(value, "question", &MEMBERS)?;
        let who = Who::read(object)?;
        let action_text = bounded("action", object.required_text("action")?, ACTION_MAX)?;
        let resource_text = bounded("resource", object.required_text("resource")?, RESOURCE_MAX)?;
        let resource = ResourceName::read(resource_text).ok_or_else(|| {
            Fault::invalid("`resource` must be `*` or a name as `crn:<service>:<region>:<account>:<path>`")
        })?;
        let address = object.text("source_address")?.map(|text| {
            let address = text.parse::<IpAddr>().map(|address| address.to_canonical());
            address.map_err(|_| Fault::invalid("`source_address` must be an IPv4 or IPv6 address"))
        });
        Ok(Self {
            who,
            action: catalogue
                .action(action_text)
                .ok_or_else(|| Fault::invalid("`action` must be `<service>:<Name>`, without wildcards"))?,
            action_text,
            resource,
            resource_text,
            owner: owner(object.text("resource_account")?, resource, reach)?,
            tags: read_tags(object.members("resource_tags")?)?,
            address: address.transpose()?,
            tls: object.flag("tls")?,
            agent: bounded("user_agent", object.text("user_agent")?.unwrap_or_default(), TEXT_MAX)?,
            more: read_context(object.members("context")?)?,
            explain: object.flag("explain")?.unwrap_or(false),
        })
    }

    pub(super) fn circumstances(&self, now: Timestamp) -> Circumstances<'_> {
        Circumstances { now, address: self.address, tls: self.tls, agent: self.agent, more: &self.more }
    }

    /// The question about somebody of `account`. What nobody says to be another's is that account's: it is the only one
    /// that the caller asks about, or there is no resource.
    pub(super) fn about<'q>(
        &'q self,
        who: identity::Who<'q>,
        account: AccountId,
        circumstances: &'q Circumstances<'q>,
    ) -> check::Question<'q> {
        let account = self.owner.unwrap_or(account);
        let resource = Resource { account, name: self.resource, tags: &self.tags };
        check::Question { who, action: self.action, resource, circumstances }
    }
}

/// The resource's account: the one that is said, else the one in its name. Errors: among others, a resource of nobody
/// knows whom among many accounts, which must not count as the principal's own (SEC-110).
fn owner(said: Option<&str>, resource: ResourceName<'_>, reach: Reach) -> Result<Option<AccountId>, Fault> {
    if let Some(said) = said {
        let account = AccountId::parse(said).map(Some);
        return account.map_err(|_| Fault::invalid("`resource_account` must be an account's twelve digits"));
    }
    match resource {
        ResourceName::Named { account: "", .. } if reach.is_wide() => {
            Err(Fault::invalid("`resource` does not name its account: say whose it is: `resource_account`"))
        }
        ResourceName::None | ResourceName::Named { account: "", .. } => Ok(None),
        ResourceName::Named { account, .. } => AccountId::parse(account).map(Some).map_err(|_| {
            Fault::invalid("`resource` does not name its account by twelve digits: say it in `resource_account`")
        }),
    }
}

fn read_tags(members: &[Member]) -> Result<Vec<(String, String)>, Fault> {
    count("resource_tags", members.len())?;
    let tag = |member: &Member| {
        let value = member.value.as_str().ok_or_else(|| not_text("the tag", &member.name))?;
        bounded("resource_tags", &member.name, TEXT_MAX)?;
        Ok((member.name.clone(), bounded("resource_tags", value, TEXT_MAX)?.to_owned()))
    };
    members.iter().map(tag).collect()
}

/// Keys and their values, each key once however it is spelled. Errors: among others, a key that only we fill in
/// (SEC-090).
fn read_context(members: &[Member]) -> Result<Vec<(Key, Vec<String>)>, Fault> {
    count("context", members.len())?;
    let mut read: Vec<(Key, Vec<String>)> = Vec::with_capacity(members.len());
    for member in members {
        let written = bounded("context", &member.name, TEXT_MAX)?;
        let (key, name) = (Key::named(written), shown(written));
        if facts::is_reserved(&key) {
            return Err(Fault::invalid(format!("the key `{name}` is filled in here and not taken from elsewhere")));
        }
        if let Some(own) = own_member(key.name()) {
            return Err(Fault::invalid(format!("the key `{name}` has a member of its own: `{own}`")));
        }
        if read.iter().any(|(other, _)| other.name() == key.name()) {
            return Err(Fault::invalid(format!("the key `{name}` is there twice, in two spellings")));
        }
        let values = texts(&member.value).ok_or_else(|| {
            let must = "must be text or a list of texts";
            Fault::invalid(format!("the value of the key `{name}` {must}"))
        })?;
        count("context", values.len())?;
        let values = values.into_iter().map(|value| bounded("context", value, TEXT_MAX).map(str::to_owned));
        read.push((key, values.collect::<Result<_, _>>()?));
    }
    Ok(read)
}

/// The member that says what this key means: as context it would say nothing, or contradict.
fn own_member(key: &str) -> Option<&'static str> {
    match key {
        "useragent" => Some("user_agent"),
        _ if key.starts_with("resourcetag/") => Some("resource_tags"),
        _ => None,
    }
}

fn count(member: &str, entries: usize) -> Result<(), Fault> {
    if entries > ENTRIES_MAX {
        return Err(Fault::invalid(format!("`{member}` must hold at most {ENTRIES_MAX} entries")));
    }
    Ok(())
}

/// The text, where it is not too long.
fn bounded<'v>(member: &str, text: &'v str, max: usize) -> Result<&'v str, Fault> {
    if text.len() > max {
        return Err(Fault::invalid(format!("`{member}` must have at most {max} bytes")));
    }
    Ok(text)
}

fn not_text(what: &str, name: &str) -> Fault {
    Fault::invalid(format!("{what} `{}` must be text", shown(name)))
}

#[cfg(test)]
mod tests;
