//! What can be done with roles.

use base::{ids::RoleId, text, timestamp::Timestamp};

use super::{
    Changes, MaxSession, ROLES, Role, TrustDocument, UpdateTrust,
    principals::{self, Resolution},
    sql,
};
use crate::{
    action::Action,
    attachments::{self, Holder},
    boundaries,
    dependents::Dependents,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    feed::Change,
    inline_policies,
    page::{Page, PageSize, Search},
    policies::Policy,
    quotas, sessions,
    values::{EntityName, EntityPath, PathPrefix, Remarks, Tags},
};

/// Creates a role.
///
/// Errors: `Exists` where a role of the account bears the name, `LimitExceeded` at the quota, `Invalid` where its trust
/// document names a user, group or role of the account that is not there.
#[derive(Debug, Clone)]
pub struct Create {
    /// The name.
    pub name: EntityName,
    /// The path.
    pub path: EntityPath,
    /// What it is for.
    pub description: Remarks,
    /// Tags.
    pub tags: Tags,
    /// How long a session may last.
    pub max_session: MaxSession,
    /// Who may assume it.
    pub trust: TrustDocument,
}

impl Operation for Create {
    const ACTION: Action = Action::CreateRole;
    type Found = Resolution;
    type Output = Role;

    fn named(&self) -> Target {
        Target::role_at(self.path.as_str(), self.name.as_str()).tagged(&self.tags)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Resolution> {
        principals::resolve(tx, self.trust.tree())
    }

    fn needs(&self, _found: &Resolution) -> Needs {
        Needs::action(Self::ACTION).on(self.named()).with_tags(&self.tags)
    }

    fn run(&self, resolution: Resolution, tx: &mut Write<'_>) -> Result<Role> {
        let principals = resolution.complete()?.to_column();
        refuse_taken(tx, self.name.as_str())?;
        quotas::check(tx, Quota::Roles, tx.count(Noun::Role)?)?;
        let now = tx.now();
        let role = tx.insert_drawn(&ROLES, |id| {
            let role = Role {
                id: RoleId::new(id).map_err(Error::internal)?,
                name: self.name.as_str().to_owned(),
                path: self.path.as_str().to_owned(),
                description: self.description.as_str().to_owned(),
                tags: self.tags.clone(),
                max_session: self.max_session,
                trust_flavour: self.trust.flavour(),
                trust_document: self.trust.text().to_owned(),
                created: now,
                updated: now,
                last_used: None,
            };
            let row = sql::row(&role, &principals);
            Ok((role, row))
        })?;
        tx.add_to_count(Noun::Role, 1)?;
        tx.changed(Change::Role(role.id));
        Ok(role)
    }
}

/// A role, and what bounds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The role.
    pub role: Role,
    /// The policy beyond which its sessions may do nothing, where there is one.
    pub boundary: Option<Policy>,
}

/// Shows a role. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct Get {
    /// The role's name.
    pub name: String,
}

impl Query for Get {
    const ACTION: Action = Action::GetRole;
    type Found = Role;
    type Output = Detail;

    fn named(&self) -> Target {
        Target::role(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Role> {
        by_name(tx, &self.name)
    }

    fn needs(&self, role: &Role) -> Needs {
        Needs::action(Self::ACTION).on(role.target())
    }

    fn run(&self, role: Role, tx: &Read<'_>) -> Result<Detail> {
        Ok(Detail { boundary: boundaries::of(tx, Holder::Role(role.id))?, role })
    }
}

/// Lists roles in the order of their creation.
#[derive(Debug, Clone)]
pub struct List {
    /// Only those with this text in their name.
    pub search: Option<Search>,
    /// Only those whose path begins so.
    pub under: PathPrefix,
    /// Begin behind this role.
    pub after: Option<RoleId>,
    /// How many at most.
    pub size: PageSize,
}

impl Query for List {
    const ACTION: Action = Action::ListRoles;
    type Found = ();
    type Output = Page<Role, RoleId>;

    fn named(&self) -> Target {
        Target::role_at(self.under.as_str(), "*")
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Page<Role, RoleId>> {
        let after = self.after.map_or(0, RoleId::number);
        let pattern = self.search.as_ref().map_or_else(|| "%".to_owned(), Search::pattern);
        let bounds = [after.into(), self.under.as_str().into(), pattern.into(), self.size.probe().into()];
        let roles = tx.rows(&sql::PAGE, &bounds)?;
        let roles = roles.iter().map(|row| sql::role(tx, row)).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(roles, self.size, |role| role.id))
    }
}

/// Changes a role, or renames it. Who trusts it by name goes on trusting it, whatever it is called.
///
/// Errors: `NotFound`; `Exists` where another bears the new name.
#[derive(Debug, Clone)]
pub struct Update {
    /// The role's present name.
    pub name: String,
    /// What to change.
    pub to: Changes,
}

impl Operation for Update {
    const ACTION: Action = Action::UpdateRole;
    type Found = (Role, Option<Resolution>);
    type Output = Role;

    fn named(&self) -> Target {
        Target::role(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(Role, Option<Resolution>)> {
        let trust = self.to.trust.as_ref();
        let resolution = trust.map(|trust| principals::resolve(tx, trust.tree())).transpose()?;
        Ok((by_name(tx, &self.name)?, resolution))
    }

    /// The role as it is, and as it will be called.
    fn needs(&self, (role, resolution): &(Role, Option<Resolution>)) -> Needs {
        let mut needs = Needs::action(Self::ACTION).on(role.target());
        if resolution.is_some() {
            needs = needs.and(UpdateTrust::ACTION, role.target());
        }
        if let Some(name) = self.to.name.as_ref().filter(|name| name.as_str() != role.name) {
            let target = Target::role_at(&role.path, name.as_str()).tagged(&role.tags);
            needs = needs.and(Self::ACTION, target);
        }
        match &self.to.tags {
            Some(tags) => needs.with_tags(tags),
            None => needs,
        }
    }

    fn version(&self, (role, _): &(Role, Option<Resolution>)) -> Option<Timestamp> {
        Some(role.updated)
    }

    fn run(&self, (mut role, resolution): (Role, Option<Resolution>), tx: &mut Write<'_>) -> Result<Role> {
        if let Some(name) = &self.to.name {
            if text::name_key(name.as_str()) != text::name_key(&role.name) {
                refuse_taken(tx, name.as_str())?;
            }
            name.as_str().clone_into(&mut role.name);
        }
        if let Some(description) = &self.to.description {
            description.as_str().clone_into(&mut role.description);
        }
        if let Some(tags) = &self.to.tags {
            role.tags = tags.clone();
        }
        role.max_session = self.to.max_session.unwrap_or(role.max_session);
        let mut to = vec![
            ("name", role.name.as_str().into()),
            ("name_key", text::name_key(&role.name).into()),
            ("description", role.description.as_str().into()),
            ("tags", role.tags.to_column().into()),
            ("max_session_s", i64::from(role.max_session.seconds()).into()),
        ];
        if let Some((trust, resolution)) = self.to.trust.as_ref().zip(resolution) {
            to.extend(trust.put_into(&mut role, resolution)?);
        }
        if tx.update(&ROLES, &[role.id.into()], &to)? {
            touch(tx, &mut role)?;
        }
        Ok(role)
    }
}

/// Deletes a role for good.
///
/// Errors: `NotFound`; `InUse` where it holds policies and dependents are to be kept.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The role's name.
    pub name: String,
    /// The policies that it holds.
    pub dependents: Dependents,
}

impl Operation for Delete {
    const ACTION: Action = Action::DeleteRole;
    type Found = Role;
    type Output = ();

    fn named(&self) -> Target {
        Target::role(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Role> {
        by_name(tx, &self.name)
    }

    fn needs(&self, role: &Role) -> Needs {
        Needs::action(Self::ACTION).on(role.target())
    }

    fn version(&self, role: &Role) -> Option<Timestamp> {
        Some(role.updated)
    }

    fn run(&self, role: Role, tx: &mut Write<'_>) -> Result<()> {
        let holder = Holder::Role(role.id);
        if self.dependents == Dependents::Refuse {
            refuse_with_policies(tx, holder)?;
        }
        attachments::delete_all(tx, holder)?;
        inline_policies::delete_all(tx, holder)?;
        boundaries::delete_of(tx, holder)?;
        sessions::delete_of(tx, holder)?;
        tx.delete(&ROLES, &[role.id.into()])?;
        tx.add_to_count(Noun::Role, -1)?;
        tx.changed(Change::Role(role.id));
        Ok(())
    }
}

fn refuse_with_policies(tx: &Read<'_>, holder: Holder) -> Result<()> {
    let attached = attachments::sql::count_of_holder(tx, holder)?;
    let inline = inline_policies::sql::count(tx, holder)?;
    if attached == 0 && inline == 0 {
        return Ok(());
    }
    Err(Error::InUse { noun: Noun::Role, by: format!("attached policies: {attached}, inline policies: {inline}") })
}

/// Notes that the role was changed now.
pub(super) fn touch(tx: &mut Write<'_>, role: &mut Role) -> Result<()> {
    role.updated = tx.now();
    tx.update(&ROLES, &[role.id.into()], &[("updated_us", role.updated.into())])?;
    tx.changed(Change::Role(role.id));
    Ok(())
}

/// The role of that name, whatever its case. Errors: `NotFound`.
pub(crate) fn by_name(tx: &Read<'_>, name: &str) -> Result<Role> {
    let rows = tx.rows(&sql::BY_NAME, &[text::name_key(name).into()])?;
    rows.first().map_or_else(|| Err(Error::not_found(Noun::Role, name)), |row| sql::role(tx, row))
}

/// Changes of one account are serial, so that a look tells whether a name is free; the table's unique key stands
/// behind it.
fn refuse_taken(tx: &Read<'_>, name: &str) -> Result<()> {
    match by_name(tx, name) {
        Err(Error::NotFound { .. }) => Ok(()),
        Ok(_) => Err(Error::exists(Noun::Role, name)),
        Err(other) => Err(other),
    }
}
