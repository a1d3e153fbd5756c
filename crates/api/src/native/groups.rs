//! Groups, and who is in them.

use base::ids::{GroupId, UserId};
use iam::{
    action::Action,
    groups::{AddUser, Changes, Create, Delete, Get, Group, List, ListOfUser, ListUsers, RemoveUser, Update},
    page::Search,
    values::{EntityName, EntityPath, Remarks},
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Schema, id, text, time},
    endpoint::{Gives, Noun, delete, get, patch, post, put},
    error::Fault,
    response::Answer,
    users::{USER, UserModel},
    values::{FORCE, NAME, PATH, REMARKS, SEARCH, dependents},
};

pub(super) static GROUPS: Noun = Noun {
    name: "groups",
    about: "Permissions for many at once: members have what their groups have, beside their own.",
    endpoints: &[
        get("/api/v1/groups", "listGroups")
            .asks(Action::ListGroups)
            .about("Lists groups in the order of their creation")
            .query(&[SEARCH])
            .gives(Gives::Page(&GROUP))
            .runs(|call| Box::pin(list(call))),
        post("/api/v1/groups", "createGroup")
            .asks(Action::CreateGroup)
            .about("Creates a group")
            .takes(&NEW_GROUP)
            .gives(Gives::Created(&GROUP))
            .versioned()
            .runs(|call| Box::pin(create(call))),
        get("/api/v1/groups/{group}", "getGroup")
            .asks(Action::GetGroup)
            .about("Shows a group")
            .gives(Gives::Object(&GROUP))
            .versioned()
            .runs(|call| Box::pin(show(call))),
        patch("/api/v1/groups/{group}", "updateGroup")
            .asks(Action::UpdateGroup)
            .about("Changes a group or renames it; what is absent stays")
            .takes(&GROUP_CHANGES)
            .gives(Gives::Object(&GROUP))
            .versioned()
            .runs(|call| Box::pin(update(call))),
        delete("/api/v1/groups/{group}", "deleteGroup")
            .asks(Action::DeleteGroup)
            .about("Deletes a group for good; its members stay")
            .query(&[FORCE])
            .versioned()
            .runs(|call| Box::pin(remove(call))),
        get("/api/v1/groups/{group}/users", "listUsersInGroup")
            .asks(Action::ListUsersInGroup)
            .about("Lists the members of a group in the order of their creation")
            .query(&[FIND])
            .gives(Gives::Page(&USER))
            .runs(|call| Box::pin(members(call))),
        put("/api/v1/groups/{group}/users/{user}", "addUserToGroup")
            .asks(Action::AddUserToGroup)
            .about("Makes a user a member of a group; again is the same as once")
            .runs(|call| Box::pin(add_user(call))),
        delete("/api/v1/groups/{group}/users/{user}", "removeUserFromGroup")
            .asks(Action::RemoveUserFromGroup)
            .about("Takes a user out of a group")
            .runs(|call| Box::pin(remove_user(call))),
        get("/api/v1/users/{user}/groups", "listGroupsForUser")
            .asks(Action::ListGroupsForUser)
            .about("Lists the groups that a user is in")
            .gives(Gives::List(&GROUP))
            .runs(|call| Box::pin(of_user(call))),
    ],
};

const FIND: Field =
    text("search", "Only those with this text in name, display name, mobile number or e-mail address, in any case.")
        .length(1, 128)
        .example("zhang");

static GROUP: Schema = Schema {
    name: "Group",
    about: "A group.",
    fields: &[
        id("Its id, for ever."),
        NAME.example("crew").required(),
        PATH.required(),
        REMARKS.required(),
        time("created_at", "When it was made.").required(),
        time("updated_at", "When it was last changed.").required(),
    ],
};

static NEW_GROUP: Schema = Schema {
    name: "NewGroup",
    about: "What a group begins with.",
    fields: &[NAME.example("crew").required(), PATH, REMARKS],
};

static GROUP_CHANGES: Schema = Schema {
    name: "GroupChanges",
    about: "What to change of a group.",
    fields: &[NAME.example("crew"), PATH, REMARKS],
};

/// A group on the wire.
#[derive(Serialize)]
struct GroupModel {
    id: u64,
    name: String,
    path: String,
    remarks: String,
    created_at: String,
    updated_at: String,
}

impl From<&Group> for GroupModel {
    fn from(group: &Group) -> Self {
        Self {
            id: group.id.number(),
            name: group.name.clone(),
            path: group.path.clone(),
            remarks: group.remarks.clone(),
            created_at: group.created.to_seconds(),
            updated_at: group.updated.to_seconds(),
        }
    }
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let search = call.parameter("search").map(Search::parse).transpose()?;
    let page = call.ask(List { search, after: call.after_id(GroupId::new)?, size: call.size()? }).await?;
    let groups: Vec<GroupModel> = page.items.iter().map(GroupModel::from).collect();
    call.page(&groups, page.next)
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let create = Create {
        name: EntityName::parse(call.body.required_text("name")?)?,
        path: call.body.text("path").map(EntityPath::parse).transpose()?.unwrap_or_default(),
        remarks: Remarks::parse(call.body.text("remarks").unwrap_or_default())?,
    };
    call.change(create, told).await
}

async fn show(call: Call) -> Result<Answer, Fault> {
    told(&call.ask(Get { name: call.name(0)? }).await?)
}

async fn update(call: Call) -> Result<Answer, Fault> {
    let to = Changes {
        name: call.body.text("name").map(EntityName::parse).transpose()?,
        path: call.body.text("path").map(EntityPath::parse).transpose()?,
        remarks: call.body.text("remarks").map(Remarks::parse).transpose()?,
    };
    call.change(Update { name: call.name(0)?, to }, told).await
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    call.carry_out(Delete { name: call.name(0)?, dependents: dependents(&call) }).await
}

async fn members(call: Call) -> Result<Answer, Fault> {
    let members = ListUsers {
        group: call.name(0)?,
        search: call.parameter("search").map(Search::parse).transpose()?,
        after: call.after_id(UserId::new)?,
        size: call.size()?,
    };
    let page = call.ask(members).await?;
    let users: Vec<UserModel> = page.items.iter().map(UserModel::from).collect();
    call.page(&users, page.next)
}

async fn add_user(call: Call) -> Result<Answer, Fault> {
    call.carry_out(AddUser { group: call.name(0)?, user: call.name(1)? }).await
}

async fn remove_user(call: Call) -> Result<Answer, Fault> {
    call.carry_out(RemoveUser { group: call.name(0)?, user: call.name(1)? }).await
}

async fn of_user(call: Call) -> Result<Answer, Fault> {
    let groups = call.ask(ListOfUser { user: call.name(0)? }).await?;
    Answer::list(&groups.iter().map(GroupModel::from).collect::<Vec<_>>())
}

fn told(group: &Group) -> Result<Answer, Fault> {
    Answer::versioned(&GroupModel::from(group), group.updated)
}
