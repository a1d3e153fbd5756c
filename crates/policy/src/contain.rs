//! Containment: whether what a document grants lies inside what somebody holds (SEC-094).
//!
//! The test is conservative. What it calls contained is contained, whatever conditions come to; what it does not call
//! so may be contained all the same. It costs at most the product of the documents' lengths, and no more than a fixed
//! number of steps: what is still unknown then does not count as contained.

use crate::{
    compiled::{
        Compiled, Statement,
        action::AskedAction,
        resource::{ResourcePattern, Resources},
    },
    contain::{
        actions::Set,
        resource::Region,
        work::{Spent, Work},
    },
    document::Effect,
    evaluate::Boundary,
    request::ActionName,
};

mod actions;
mod glob;
mod resource;
mod work;

/// What somebody holds: the documents that have a say about what they do.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// Those of the identity and of its groups.
    pub identity: &'a [&'a Compiled],
    /// What limits the identity.
    pub boundary: Boundary<'a>,
    /// What limits the credential, where something does; one that allows is enough.
    pub session: Option<&'a [&'a Compiled]>,
    /// The account in which all is done, as resources spell it. `None`: unknown.
    pub account: Option<&'a str>,
}

/// Who is granted something, where power over oneself is to be left out of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own<'a> {
    /// What `${…username}` is for them. It holds no `/`, and nobody else in the account has it.
    pub username: &'a str,
}

/// What somebody holds, ready for being held against many documents.
///
/// All looks at it share a number of steps: many documents are as little work as one, and what comes when the steps are
/// spent does not count as contained.
pub struct Measure<'a> {
    guarded: Vec<AskedAction<'a>>,
    account: Option<Box<str>>,
    /// What must hold something, each by itself: identity, boundary, session. `None` where nothing is held, or where
    /// there was more than could be looked at.
    layers: Option<Vec<Vec<Ready<'a>>>>,
    work: Work,
}

/// A statement of what is held.
struct Ready<'a> {
    statement: &'a Statement,
    actions: Set,
    /// What its patterns come to.
    regions: Vec<Region>,
}

/// Whether who holds this may grant anything: an unconditional Allow of every action on `*`, and neither a Deny nor a
/// boundary nor a session policy.
pub fn is_unlimited(held: &Held<'_>) -> bool {
    let mut statements = held.identity.iter().flat_map(|document| document.statements());
    let allows_all = |statement: &Statement| {
        statement.effect == Effect::Allow
            && statement.checks.is_empty()
            && statement.actions.are_all()
            && statement.resources.are_all()
    };
    matches!(held.boundary, Boundary::None)
        && held.session.is_none()
        && statements.clone().all(|statement| statement.effect == Effect::Allow)
        && statements.any(allows_all)
}

/// [`Measure::excess`] of one document.
pub fn excess(granted: &Compiled, held: &Held<'_>, guarded: &[ActionName<'_>], own: Option<Own<'_>>) -> Option<usize> {
    Measure::new(held.identity, held.boundary, held.session, held.account, guarded).excess(granted, own)
}

impl<'a> Measure<'a> {
    /// The first four are those of [`Held`]. `guarded`: the actions that count.
    pub fn new(
        identity: &[&'a Compiled],
        boundary: Boundary<'a>,
        session: Option<&[&'a Compiled]>,
        account: Option<&str>,
        guarded: &[ActionName<'a>],
    ) -> Self {
        let guarded = guarded.iter().copied().map(AskedAction::new).collect();
        let mut measure = Self { guarded, account: account.map(Into::into), layers: None, work: Work::new() };
        let boundary = match boundary {
            Boundary::None => None,
            Boundary::Document(document) => Some([document]),
            Boundary::Missing => return measure,
        };
        let layers = [Some(identity), boundary.as_ref().map(<[_; 1]>::as_slice), session];
        measure.layers =
            layers.into_iter().flatten().map(|documents| measure.layer(documents)).collect::<Result<_, _>>().ok();
        measure
    }

    /// The first Allow of `granted`, by its place, that does not lie inside what is held, as far as guarded actions go.
    ///
    /// They are asked about with an open partition, `iam` or `sts` as the service, no region, and the holder's account.
    /// What else a pattern fits is no power.
    ///
    /// Conditions of what is granted count as absent, and its variables as any text. Each of its resource patterns must
    /// lie, for each of the actions, inside one unconditional Allow of the holder's identity, and of the boundary and
    /// the session policies where there are such; and no Deny may touch it, whether its conditions would hold or not. An
    /// Allow with `NotResource`, or a pattern with variables, does not count as holding. `own`: patterns that fit
    /// nothing but the own resource of who is granted them are left out of account.
    pub fn excess(&self, granted: &Compiled, own: Option<Own<'_>>) -> Option<usize> {
        granted.statements().iter().position(|statement| {
            statement.effect == Effect::Allow && !self.holds_all(statement, own).unwrap_or_default()
        })
    }

    fn layer(&self, documents: &[&'a Compiled]) -> Result<Vec<Ready<'a>>, Spent> {
        let mut layer = Vec::new();
        for statement in documents.iter().flat_map(|document| document.statements()) {
            let actions = Set::of(&statement.actions, &self.guarded, &self.work)?;
            if !actions.is_empty() {
                let mut regions = Vec::new();
                for pattern in &statement.resources.patterns {
                    regions.extend(Region::of(pattern, self.account.as_deref(), &self.work)?);
                }
                layer.push(Ready { statement, actions, regions });
            }
        }
        Ok(layer)
    }

    /// Whether it is held to do all that an Allow allows.
    fn holds_all(&self, granted: &Statement, own: Option<Own<'_>>) -> Result<bool, Spent> {
        let actions = Set::of(&granted.actions, &self.guarded, &self.work)?;
        if actions.is_empty() {
            return Ok(true);
        }
        let Resources { negated, patterns } = &granted.resources;
        if *negated {
            return self.holds(&actions, &Region::Everything);
        }
        for pattern in patterns {
            if let Some(region) = self.region(pattern, own)?
                && !self.holds(&actions, &region)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What a granted pattern comes to, if it is power at all.
    fn region(&self, pattern: &ResourcePattern, own: Option<Own<'_>>) -> Result<Option<Region>, Spent> {
        match own {
            Some(own) if resource::is_own(pattern, own, &self.work)? => Ok(None),
            _ => Region::of(pattern, self.account.as_deref(), &self.work),
        }
    }

    fn holds(&self, actions: &Set, region: &Region) -> Result<bool, Spent> {
        let Some(layers) = &self.layers else { return Ok(false) };
        for layer in layers {
            let mut missing = actions.clone();
            for ready in layer {
                self.work.spend(1)?;
                if ready.actions.meets(&missing) && self.is_around(ready, region)? {
                    missing.remove(&ready.actions);
                }
                if ready.actions.meets(actions) && self.touches(ready, region)? {
                    return Ok(false);
                }
            }
            if !missing.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the statement allows its actions in all of the region, always.
    fn is_around(&self, ready: &Ready<'_>, region: &Region) -> Result<bool, Spent> {
        let Statement { effect, checks, resources, .. } = ready.statement;
        let counts = *effect == Effect::Allow && checks.is_empty() && !resources.negated;
        Ok(counts && self.any_includes(ready, region)?)
    }

    /// Whether the statement may deny something in the region.
    fn touches(&self, ready: &Ready<'_>, region: &Region) -> Result<bool, Spent> {
        if ready.statement.effect != Effect::Deny {
            return Ok(false);
        }
        if ready.statement.resources.negated {
            return Ok(!self.any_includes(ready, region)?);
        }
        for own in &ready.regions {
            if region.meets(own, &self.work)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn any_includes(&self, ready: &Ready<'_>, region: &Region) -> Result<bool, Spent> {
        for own in &ready.regions {
            if region.is_inside(own, &self.work)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests;
