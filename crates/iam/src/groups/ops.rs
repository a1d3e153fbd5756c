//! What can be done with groups.

use base::{ids::GroupId, text, timestamp::Timestamp};

use super::{Changes, GROUPS, Group, members, sql};
use crate::{
    action::Action,
    attachments::{self, Holder},
    dependents::Dependents,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    feed::Change,
    inline_policies,
    page::{Page, PageSize, Search},
    quotas,
    values::{EntityName, EntityPath, Remarks},
};

/// Creates a group.
///
/// Errors: `Exists` where a group of the account bears the name, `LimitExceeded` at the quota.
#[derive(Debug, Clone)]
pub struct Create {
    /// The name.
    pub name: EntityName,
    /// The path.
    pub path: EntityPath,
    /// A note.
    pub remarks: Remarks,
}

impl Operation for Create {
    const ACTION: Action = Action::CreateGroup;
    type Found = ();
    type Output = Group;

    fn named(&self) -> Target {
        Target::group_at(self.path.as_str(), self.name.as_str())
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<Group> {
        refuse_taken(tx, self.name.as_str())?;
        quotas::check(tx, Quota::Groups, tx.count(Noun::Group)?)?;
        let now = tx.now();
        let group = tx.insert_drawn(&GROUPS, |id| {
            let group = Group {
                id: GroupId::new(id).map_err(Error::internal)?,
                name: self.name.as_str().to_owned(),
                path: self.path.as_str().to_owned(),
                remarks: self.remarks.as_str().to_owned(),
                created: now,
                updated: now,
            };
            let row = sql::row(&group);
            Ok((group, row))
        })?;
        tx.add_to_count(Noun::Group, 1)?;
        tx.changed(Change::Group(group.id));
        Ok(group)
    }
}

/// Shows a group. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct Get {
    /// The group's name.
    pub name: String,
}

impl Query for Get {
    const ACTION: Action = Action::GetGroup;
    type Found = Group;
    type Output = Group;

    fn named(&self) -> Target {
        Target::group(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Group> {
        by_name(tx, &self.name)
    }

    fn needs(&self, group: &Group) -> Needs {
        Needs::action(Self::ACTION).on(group.target())
    }

    fn run(&self, group: Group, _tx: &Read<'_>) -> Result<Group> {
        Ok(group)
    }
}

/// Lists groups in the order of their creation.
#[derive(Debug, Clone)]
pub struct List {
    /// Only those with this text in their name.
    pub search: Option<Search>,
    /// Begin behind this group.
    pub after: Option<GroupId>,
    /// How many at most.
    pub size: PageSize,
}

impl Query for List {
    const ACTION: Action = Action::ListGroups;
    type Found = ();
    type Output = Page<Group, GroupId>;

    fn named(&self) -> Target {
        Target::groups()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Page<Group, GroupId>> {
        let after = self.after.map_or(0, GroupId::number);
        let pattern = self.search.as_ref().map_or_else(|| "%".to_owned(), Search::pattern);
        let rows = tx.rows(&sql::PAGE, &[after.into(), pattern.into(), self.size.probe().into()])?;
        let groups = rows.iter().map(sql::group).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(groups, self.size, |group| group.id))
    }
}

/// Changes a group, or renames it.
///
/// Errors: `NotFound`; `Exists` where another bears the new name.
#[derive(Debug, Clone)]
pub struct Update {
    /// The group's present name.
    pub name: String,
    /// What to change.
    pub to: Changes,
}

impl Operation for Update {
    const ACTION: Action = Action::UpdateGroup;
    type Found = Group;
    type Output = Group;

    fn named(&self) -> Target {
        Target::group(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Group> {
        by_name(tx, &self.name)
    }

    /// The group as it is, and as it will be called.
    fn needs(&self, group: &Group) -> Needs {
        let name = self.to.name.as_ref().map_or(group.name.as_str(), |name| name.as_str());
        let path = self.to.path.as_ref().map_or(group.path.as_str(), |path| path.as_str());
        let needs = Needs::action(Self::ACTION).on(group.target());
        if name == group.name && path == group.path {
            return needs;
        }
        needs.and(Self::ACTION, Target::group_at(path, name))
    }

    fn version(&self, group: &Group) -> Option<Timestamp> {
        Some(group.updated)
    }

    fn run(&self, mut group: Group, tx: &mut Write<'_>) -> Result<Group> {
        if let Some(name) = &self.to.name {
            if text::name_key(name.as_str()) != text::name_key(&group.name) {
                refuse_taken(tx, name.as_str())?;
            }
            name.as_str().clone_into(&mut group.name);
        }
        if let Some(path) = &self.to.path {
            path.as_str().clone_into(&mut group.path);
        }
        if let Some(remarks) = &self.to.remarks {
            remarks.as_str().clone_into(&mut group.remarks);
        }
        let to = [
            ("name", group.name.as_str().into()),
            ("name_key", text::name_key(&group.name).into()),
            ("path", group.path.as_str().into()),
            ("remarks", group.remarks.as_str().into()),
        ];
        if tx.update(&GROUPS, &[group.id.into()], &to)? {
            group.updated = tx.now();
            tx.update(&GROUPS, &[group.id.into()], &[("updated_us", group.updated.into())])?;
            tx.changed(Change::Group(group.id));
        }
        Ok(group)
    }
}

/// Deletes a group. Its members stay users; they lose what the group gave them.
///
/// Errors: `NotFound`; `InUse` where it has members or policies and dependents are to be kept.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The group's name.
    pub name: String,
    /// Its memberships and policies.
    pub dependents: Dependents,
}

impl Operation for Delete {
    const ACTION: Action = Action::DeleteGroup;
    type Found = Group;
    type Output = ();

    fn named(&self) -> Target {
        Target::group(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Group> {
        by_name(tx, &self.name)
    }

    fn needs(&self, group: &Group) -> Needs {
        Needs::action(Self::ACTION).on(group.target())
    }

    fn version(&self, group: &Group) -> Option<Timestamp> {
        Some(group.updated)
    }

    fn run(&self, group: Group, tx: &mut Write<'_>) -> Result<()> {
        let (members, holder) = (sql::ids_of_members(tx, group.id)?, Holder::Group(group.id));
        if self.dependents == Dependents::Refuse {
            let attached = attachments::sql::count_of_holder(tx, holder)?;
            let inline = inline_policies::sql::count(tx, holder)?;
            if !members.is_empty() || attached > 0 || inline > 0 {
                let users = members.len();
                let by = format!("users: {users}, attached policies: {attached}, inline policies: {inline}");
                return Err(Error::InUse { noun: Noun::Group, by });
            }
        }
        for user in members {
            members::remove(tx, group.id, user)?;
        }
        attachments::delete_all(tx, holder)?;
        inline_policies::delete_all(tx, holder)?;
        tx.delete(&GROUPS, &[group.id.into()])?;
        tx.add_to_count(Noun::Group, -1)?;
        tx.changed(Change::Group(group.id));
        Ok(())
    }
}

/// The group of that name, whatever its case. Errors: `NotFound`.
pub(crate) fn by_name(tx: &Read<'_>, name: &str) -> Result<Group> {
    let rows = tx.rows(&sql::BY_NAME, &[text::name_key(name).into()])?;
    rows.first().map_or_else(|| Err(Error::not_found(Noun::Group, name)), sql::group)
}

/// Changes of one account are serial, so that a look tells whether a name is free; the table's unique key
/// stands behind it.
fn refuse_taken(tx: &Read<'_>, name: &str) -> Result<()> {
    match by_name(tx, name) {
        Err(Error::NotFound { .. }) => Ok(()),
        Ok(_) => Err(Error::exists(Noun::Group, name)),
        Err(other) => Err(other),
    }
}
