//! The decision: may who asks do this, by all documents that have a say?
//!
//! *Layers* of `docs/decisions/0007-policy-language.md`. Nothing is remembered between questions and nothing is
//! allocated for one, except where a value that is not text is compared as text, or where more than 64 bytes of a
//! pattern with `?` or variables stand between two stars.

use crate::{
    compiled::{Compiled, Question, principal::Naming},
    document::Effect,
    request::{Asker, AskerKind, Context, Request},
};

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a decision that nobody looks at protects nothing"]
pub enum Decision {
    /// It may.
    Allow,
    /// Nothing allows it.
    ImplicitDeny,
    /// A statement denies it.
    ExplicitDeny,
}

/// The documents that have a say, and what else decides.
///
/// What should be here and could not be had must not be left out: that would leave out its Deny. For a boundary there
/// is [`Boundary::Missing`]; for all others whoever asks answers with a deny of its own.
#[derive(Debug, Clone, Copy)]
pub struct Layers<'a, I> {
    /// Who asks.
    pub asker: &'a Asker<'a>,
    /// Whether the resource is in the account of who asks. A service, which is in none, is at home everywhere.
    pub same_account: bool,
    /// The documents of the identity and of its groups.
    pub identity: I,
    /// What limits the identity.
    pub boundary: Boundary<'a>,
    /// What limits the credential, where something does: one that allows is enough, and where there are none left
    /// nothing is allowed.
    pub session: Option<&'a [&'a Compiled]>,
    /// The document of the resource, where it has one.
    pub resource: Option<&'a Compiled>,
}

/// A permissions boundary.
#[derive(Debug, Clone, Copy)]
pub enum Boundary<'a> {
    /// There is none.
    None,
    /// This one.
    Document(&'a Compiled),
    /// There is one, and it cannot be had. Nothing is allowed.
    Missing,
}

/// What a role's trust document says about who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a decision that nobody looks at protects nothing"]
pub enum Trust {
    /// It denies.
    Denies,
    /// Nothing: it does not allow.
    Silent,
    /// It allows, but names only the account, or everybody: who asks needs an identity's Allow besides.
    Account,
    /// It allows and names a group that who asks is in, or the role whose session it is. Within one account that is as an
    /// Allow of its own.
    Role,
    /// It allows and names who asks itself. Within one account that is enough.
    Principal,
}

/// Decides.
pub fn decide<'a, I>(layers: &Layers<'a, I>, request: &Request<'_>, context: &dyn Context) -> Decision
where
    I: Iterator<Item = &'a Compiled> + Clone,
{
    decision(layers, facts(layers, Question::new(request, context)).ok())
}

/// Decides about what a trust document has its say in: as [`decide`], where the document in `layers.resource`'s place has
/// said `trust`. It must let in who asks by itself, which this does not look at.
pub fn decide_trusted<'a, I>(
    layers: &Layers<'a, I>,
    trust: Trust,
    request: &Request<'_>,
    context: &dyn Context,
) -> Decision
where
    I: Iterator<Item = &'a Compiled> + Clone,
{
    let resource = match trust {
        Trust::Denies | Trust::Silent => Naming::Not,
        Trust::Account => Naming::Account,
        Trust::Role => Naming::Role,
        Trust::Principal => Naming::Itself,
    };
    let facts = facts(layers, Question::new(request, context));
    decision(layers, facts.ok().map(|facts| Facts { resource, ..facts }))
}

/// What a role's trust document says about `asker`. Its actions and conditions are matched as usual, its resource is
/// the role.
pub fn trusts(trust: &Compiled, asker: &Asker<'_>, request: &Request<'_>, context: &dyn Context) -> Trust {
    let question = Question::new(request, context);
    let mut closest = Naming::Not;
    for statement in trust.statements() {
        let naming = statement.naming(asker);
        if naming == Naming::Not || !statement.matches_any_resource(question) {
            continue;
        }
        match statement.effect {
            Effect::Deny => return Trust::Denies,
            Effect::Allow => closest = closest.max(naming),
        }
    }
    match closest {
        Naming::Not => Trust::Silent,
        Naming::Account | Naming::Everyone => Trust::Account,
        Naming::Role => Trust::Role,
        Naming::Itself => Trust::Principal,
    }
}

/// What the layers say where none denies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// Whether the identity's documents allow.
    pub(crate) identity: bool,
    /// Whether the boundary allows, or there is none.
    pub(crate) boundary: bool,
    /// Whether a session policy allows, or there is none.
    pub(crate) session: bool,
    /// How the resource's document names who asks where it allows.
    pub(crate) resource: Naming,
}

/// What they come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Combined {
    /// Allowed.
    Allowed,
    /// The resource is another account's, and its document does not let in who asks.
    OtherAccount,
    /// Neither the identity nor the resource allows.
    NoAllow,
    /// The boundary leaves it out.
    Boundary,
    /// The session policies leave it out.
    Session,
}

impl<I> Layers<'_, I> {
    /// What the layers come to, where none denies.
    pub(crate) fn combine(&self, facts: Facts) -> Combined {
        let is_root = self.asker.kind == AskerKind::Root;
        let by_resource = self.same_account && !is_root;
        match () {
            () if matches!(self.boundary, Boundary::Missing) => Combined::Boundary,
            () if by_resource && facts.resource == Naming::Itself => Combined::Allowed,
            () if !(is_root || facts.identity || by_resource && facts.resource > Naming::Account) => Combined::NoAllow,
            () if !self.same_account && facts.resource == Naming::Not => Combined::OtherAccount,
            () if !is_root && !facts.boundary => Combined::Boundary,
            () if !facts.session => Combined::Session,
            () => Combined::Allowed,
        }
    }
}

/// A statement denies.
struct Denied;

/// `facts`: none where a statement denies.
fn decision<I>(layers: &Layers<'_, I>, facts: Option<Facts>) -> Decision {
    match facts.map(|facts| layers.combine(facts)) {
        None => Decision::ExplicitDeny,
        Some(Combined::Allowed) => Decision::Allow,
        Some(_) => Decision::ImplicitDeny,
    }
}

/// Any layer may deny, so none is left out for what another one says.
fn facts<'a, I>(layers: &Layers<'a, I>, question: Question<'_>) -> Result<Facts, Denied>
where
    I: Iterator<Item = &'a Compiled> + Clone,
{
    Ok(Facts {
        identity: any_allows(layers.identity.clone(), question)?,
        boundary: match layers.boundary {
            Boundary::None => true,
            Boundary::Document(document) => any_allows(std::iter::once(document), question)?,
            Boundary::Missing => false,
        },
        session: layers.session.map_or(Ok(true), |documents| any_allows(documents.iter().copied(), question))?,
        resource: layers.resource.map_or(Ok(Naming::Not), |document| naming(document, layers.asker, question))?,
    })
}

fn any_allows<'a>(documents: impl Iterator<Item = &'a Compiled>, question: Question<'_>) -> Result<bool, Denied> {
    let mut allowed = false;
    for statement in documents.flat_map(Compiled::statements) {
        // Once it is allowed only a Deny can change the answer.
        if (statement.effect == Effect::Deny || !allowed) && statement.matches(question) {
            match statement.effect {
                Effect::Deny => return Err(Denied),
                Effect::Allow => allowed = true,
            }
        }
    }
    Ok(allowed)
}

/// How a resource's document names `asker` where it allows.
fn naming(document: &Compiled, asker: &Asker<'_>, question: Question<'_>) -> Result<Naming, Denied> {
    let mut closest = Naming::Not;
    for statement in document.statements() {
        let naming = statement.naming(asker);
        if naming == Naming::Not || (statement.effect == Effect::Allow && naming <= closest) {
            continue;
        }
        if statement.matches(question) {
            match statement.effect {
                Effect::Deny => return Err(Denied),
                Effect::Allow => closest = naming,
            }
        }
    }
    Ok(closest)
}

#[cfg(test)]
mod tests;
