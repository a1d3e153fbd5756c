//! A document as the evaluator reads it: patterns are read, words of acl permissions are looked up, values of
//! conditions have their types, and principals are numbers.
//!
//! Compiling does not fail. What cannot be read in a document was refused when it was saved, and fits nothing where it
//! comes up all the same.

use crate::{
    catalogue::Catalogue,
    compiled::{
        action::{Actions, AskedAction},
        principal::{Naming, Principals},
        resource::Resources,
    },
    condition::Check,
    document::{self, Document, Effect, Principal},
    request::{Asker, Context, Request, ResourceName},
};

pub(crate) mod action;
pub(crate) mod principal;
pub(crate) mod resource;

/// A compiled document: it never changes, and is shared by whoever holds it.
#[derive(Debug)]
pub struct Compiled {
    statements: Box<[Statement]>,
}

/// A compiled statement.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) effect: Effect,
    pub(crate) principals: Option<Principals>,
    pub(crate) actions: Actions,
    pub(crate) resources: Resources,
    pub(crate) checks: Box<[Check]>,
}

/// A question, with all that answers it beside documents.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) action: AskedAction<'a>,
    pub(crate) resource: ResourceName<'a>,
    pub(crate) context: &'a dyn Context,
}

/// The part of a statement that does not match a question. The greater, the more did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Miss {
    /// The action is another.
    Action,
    /// The resource is another.
    Resource,
    /// This condition, by its place, does not hold.
    Check(usize),
}

impl Compiled {
    /// Compiles a document whose principals, where it has some, are of no interest: those that are entities match
    /// nobody.
    pub fn new(document: &Document, catalogue: &Catalogue) -> Self {
        Self::resolved(document, catalogue, &|_| None)
    }

    /// Compiles a document with principals. `resolve` gives the number of the user, group or role that one names, and
    /// for a session that of its role. One that it does not know matches nobody.
    pub fn resolved(document: &Document, catalogue: &Catalogue, resolve: &dyn Fn(&Principal) -> Option<u64>) -> Self {
        let compile = |statement: &document::Statement| Statement {
            effect: statement.effect,
            principals: statement.principals.as_ref().map(|listed| Principals::new(listed, resolve)),
            actions: Actions::new(&statement.actions, catalogue),
            resources: Resources::new(&statement.resources, document.variables),
            checks: statement.conditions.iter().map(|condition| Check::new(condition, document.variables)).collect(),
        };
        Self { statements: document.statements.iter().map(compile).collect() }
    }

    /// Its statements, in its order.
    pub(crate) fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

impl<'a> Question<'a> {
    pub(crate) fn new(request: &Request<'a>, context: &'a dyn Context) -> Self {
        Self { action: AskedAction::new(request.action), resource: request.resource, context }
    }
}

impl Statement {
    /// Whether action, resource and conditions match. Principals are another question: [`Statement::naming`].
    pub(crate) fn matches(&self, question: Question<'_>) -> bool {
        self.miss(question).is_none()
    }

    /// The first part that does not match.
    pub(crate) fn miss(&self, question: Question<'_>) -> Option<Miss> {
        if !self.actions.contain(&question.action) {
            Some(Miss::Action)
        } else if self.resources.contain(&question.resource, question.context) {
            self.failing_check(question).map(Miss::Check)
        } else {
            Some(Miss::Resource)
        }
    }

    /// The same for a document that is about one resource and does not name it.
    pub(crate) fn matches_any_resource(&self, question: Question<'_>) -> bool {
        self.actions.contain(&question.action) && self.failing_check(question).is_none()
    }

    /// How it names `asker`. Where it names no principals it is about nobody.
    pub(crate) fn naming(&self, asker: &Asker<'_>) -> Naming {
        self.principals.as_ref().map_or(Naming::Not, |principals| principals.naming(asker))
    }

    fn failing_check(&self, question: Question<'_>) -> Option<usize> {
        self.checks.iter().position(|check| !check.holds(question.context))
    }
}

#[cfg(test)]
mod tests;
