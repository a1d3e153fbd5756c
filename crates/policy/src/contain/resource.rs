//! What patterns of resources come to for whoever decides about identities and policies.
//!
//! Such actions are always asked about in one way: with an open partition, a service of [`SERVICES`], no region, and
//! the account in which they are done. A pattern that fits no such resource says nothing about power; of the others,
//! partition, region and account make no difference.

use crate::{
    compiled::resource::ResourcePattern,
    contain::{
        Own,
        glob::{self, Symbol},
        work::{Spent, Work},
    },
    pattern::{Part, Pattern},
};

/// The services whose resources actions on identities and policies are done to.
const SERVICES: [&str; 2] = ["iam", "sts"];
const IAM: &str = "iam";
const USERNAME: &str = "username";
const USERS: &str = "user/";

/// What a pattern of resources comes to.
pub(super) enum Region {
    /// Everything, and what has no resource.
    Everything,
    /// What these services have under these paths.
    Paths {
        services: [bool; 2],
        path: Box<[Symbol]>,
        /// Whether it is so for certain: not where variables stand in it, or where it is unknown whether the account
        /// fits.
        certain: bool,
    },
}

impl Region {
    /// `None`: nothing that is ever asked about. `account`: the one in which is asked; any, where that is unknown.
    pub(super) fn of(pattern: &ResourcePattern, account: Option<&str>, work: &Work) -> Result<Option<Self>, Spent> {
        let ResourcePattern::Named(parts) = pattern else { return Ok(Some(Self::Everything)) };
        let short = [&parts.service, &parts.region, &parts.account];
        work.spend(short.iter().map(|part| 8 + 16 * part.parts().len()).sum())?;
        let services = SERVICES.map(|service| parts.service.fits(service));
        let fits = account.is_none_or(|account| parts.account.fits(account));
        if services == [false; 2] || !fits || !parts.region.fits("") {
            return Ok(None);
        }
        let certain = !parts.path.has_variables() && (account.is_some() || parts.account.is_any());
        Ok(Some(Self::Paths { services, path: glob::symbols(&parts.path, work)?, certain }))
    }

    /// Whether `outer` is all of it, for certain.
    pub(super) fn is_inside(&self, outer: &Self, work: &Work) -> Result<bool, Spent> {
        work.spend(1)?;
        match (self, outer) {
            (_, Self::Everything) => Ok(true),
            (Self::Everything, Self::Paths { .. }) | (_, Self::Paths { certain: false, .. }) => Ok(false),
            (Self::Paths { services, path, .. }, Self::Paths { services: others, path: outer, .. }) => {
                let all = services.iter().zip(others).all(|(own, other)| !own || *other);
                Ok(all && glob::includes(outer, path, work)?)
            }
        }
    }

    /// Whether `other` may be some of it.
    pub(super) fn meets(&self, other: &Self, work: &Work) -> Result<bool, Spent> {
        work.spend(1)?;
        let (Self::Paths { services, path, .. }, Self::Paths { services: others, path: other, .. }) = (self, other)
        else {
            return Ok(true);
        };
        let some = services.iter().zip(others).any(|(own, other)| *own && *other);
        Ok(some && glob::intersect(path, other, work)?)
    }
}

/// Whether a pattern fits nothing but somebody's own resource: a user's whose last part is the own name, whatever the
/// path between. Names hold no `/`, and no other user of the account has this one.
pub(super) fn is_own(pattern: &ResourcePattern, own: Own<'_>, work: &Work) -> Result<bool, Spent> {
    let ResourcePattern::Named(parts) = pattern else { return Ok(false) };
    work.spend(parts.path.parts().len() + 8)?;
    if !parts.service.is_literally(IAM) {
        return Ok(false);
    }
    let (start, end) = ends(&parts.path, own.username, work)?;
    let is_name = end.strip_suffix(own.username).is_some_and(|before| before.ends_with('/'));
    Ok(start.starts_with(USERS) && is_name)
}

/// What each text that a pattern matches begins and ends with, as far as that is certain where `username` is.
fn ends(pattern: &Pattern, username: &str, work: &Work) -> Result<(String, String), Spent> {
    let certain = |part: &Part| match part {
        Part::Literal(literal) => Some(literal.to_string()),
        Part::Variable(variable) if variable.key.name() == USERNAME => Some(username.to_owned()),
        Part::Variable(_) | Part::One | Part::Run => None,
    };
    let mut start = String::new();
    for text in pattern.parts().iter().map_while(certain) {
        work.spend(text.len() + 1)?;
        start.push_str(&text);
    }
    let mut end = Vec::new();
    for text in pattern.parts().iter().rev().map_while(certain) {
        work.spend(text.len() + 1)?;
        end.push(text);
    }
    end.reverse();
    Ok((start, end.concat()))
}
