//! Trust documents: who may assume a role.

use base::timestamp::Timestamp;
use policy::{
    document::{Document, Effect, Listed, Principal, Purpose, Statement},
    grammar::{self, Flavour},
};

use super::{
    ROLES, Role,
    ops::{by_name, touch},
    principals::{self, Resolution},
};
use crate::{
    action::Action,
    db::Value,
    door::{Needs, Operation, Read, Target, Write},
    error::{Error, Result},
};

/// A trust document that can be saved: its text as received, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustDocument {
    text: String,
    flavour: Flavour,
    tree: Document,
}

impl TrustDocument {
    /// Reads a document. Errors: `Invalid` with what is wrong and where.
    pub fn parse(text: &str, flavour: Flavour) -> Result<Self> {
        let tree = grammar::parse_new(text, flavour, Purpose::Trust);
        let tree = tree.map_err(|problem| Error::invalid("trust document", problem))?;
        if tree.statements.iter().any(lets_everybody_in) {
            let rule = "lets everybody in, of every account: name who may, or add a condition";
            return Err(Error::invalid("trust document", rule));
        }
        Ok(Self { text: text.to_owned(), flavour, tree })
    }

    /// The text as it was received.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The flavour that it is written in.
    pub const fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// What it says.
    pub(super) const fn tree(&self) -> &Document {
        &self.tree
    }

    /// Puts it into `role`, and gives the columns that this changes. Errors: `Invalid` where it names somebody of the
    /// account who is not there.
    pub(super) fn put_into(&self, role: &mut Role, resolution: Resolution) -> Result<[(&'static str, Value); 3]> {
        let principals = resolution.complete()?.to_column();
        role.trust_flavour = self.flavour;
        self.text.clone_into(&mut role.trust_document);
        Ok([
            ("trust_flavour", role.trust_flavour.word().into()),
            ("trust_document", role.trust_document.as_str().into()),
            ("trust_principals", principals.into()),
        ])
    }
}

/// Whether a statement allows whoever comes, unconditionally (SEC-107).
fn lets_everybody_in(statement: &Statement) -> bool {
    let everybody = |principals: &Listed<Principal>| principals.items.contains(&Principal::Everyone);
    statement.effect == Effect::Allow
        && statement.conditions.is_empty()
        && statement.principals.as_ref().is_some_and(everybody)
}

/// Gives a role another trust document. Its names are looked up anew: saving the same text again trusts who bears them
/// now.
///
/// Errors: `NotFound`; `Invalid` where it names a user, group or role of the account that is not there.
#[derive(Debug, Clone)]
pub struct UpdateTrust {
    /// The role's name.
    pub name: String,
    /// Who may assume it.
    pub trust: TrustDocument,
}

impl Operation for UpdateTrust {
    const ACTION: Action = Action::UpdateAssumeRolePolicy;
    type Found = (Role, Resolution);
    type Output = Role;

    fn named(&self) -> Target {
        Target::role(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(Role, Resolution)> {
        Ok((by_name(tx, &self.name)?, principals::resolve(tx, self.trust.tree())?))
    }

    fn needs(&self, (role, _): &(Role, Resolution)) -> Needs {
        Needs::action(Self::ACTION).on(role.target())
    }

    fn version(&self, (role, _): &(Role, Resolution)) -> Option<Timestamp> {
        Some(role.updated)
    }

    fn run(&self, (mut role, resolution): (Role, Resolution), tx: &mut Write<'_>) -> Result<Role> {
        let to = self.trust.put_into(&mut role, resolution)?;
        if tx.update(&ROLES, &[role.id.into()], &to)? {
            touch(tx, &mut role)?;
        }
        Ok(role)
    }
}
