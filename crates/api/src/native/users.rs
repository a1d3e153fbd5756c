//! Users.

use std::collections::BTreeMap;

use iam::{
    action::Action,
    users::{Changes, Delete, Detail, Get, Update, User},
    values::{DisplayName, Email, EntityName, EntityPath, Mobile, Remarks, Tags},
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Schema, flag, id, object, text, time},
    endpoint::{Gives, Noun, delete, get, patch, post},
    error::Fault,
    new_users,
    response::Answer,
    user_lists,
    values::{BOUNDARY, BoundaryModel, EMAIL, FORCE, MOBILE, NAME, PATH, REMARKS, TAGS, dependents, tags},
};

pub(super) static USERS: Noun = Noun {
    name: "users",
    about: "The people and programs of an account.",
    endpoints: &[
        get("/api/v1/users", "listUsers")
            .asks(Action::ListUsers)
            .about("Lists users, by default in the order of their creation; with `details`, what each may sign in by")
            .query(user_lists::PARAMETERS)
            .gives(Gives::Page(&user_lists::USER_ROW))
            .runs(|call| Box::pin(user_lists::list(call))),
        post("/api/v1/users", "createUser")
            .asks(Action::CreateUser)
            .about(
                "Creates a user, with a way in, a key, groups and policies where they are given: all of it or nothing",
            )
            .takes(&new_users::NEW_USER)
            .gives(Gives::Created(&new_users::USER_MADE))
            .versioned()
            .runs(|call| Box::pin(new_users::create(call))),
        get("/api/v1/users/{user}", "getUser")
            .asks(Action::GetUser)
            .about("Shows a user")
            .gives(Gives::Object(&USER_DETAIL))
            .versioned()
            .runs(|call| Box::pin(show(call))),
        patch("/api/v1/users/{user}", "updateUser")
            .asks(Action::UpdateUser)
            .about("Changes a user, renames it, switches it on or off; what is absent stays")
            .takes(&USER_CHANGES)
            .gives(Gives::Object(&USER))
            .versioned()
            .runs(|call| Box::pin(update(call))),
        delete("/api/v1/users/{user}", "deleteUser")
            .asks(Action::DeleteUser)
            .about("Deletes a user for good")
            .query(&[FORCE])
            .versioned()
            .runs(|call| Box::pin(remove(call))),
    ],
};

pub(super) const DISPLAY_NAME: Field =
    text("display_name", "What people call it.").length(0, 128).example("Alice Zhang");
pub(super) const ENABLED: Field =
    flag("enabled", "Whether it may act at all: off, it can neither sign in nor use any key.");
pub(super) const ID: Field = id("Its id, for ever.");
pub(super) const CREATED: Field = time("created_at", "When it was made.").required();
pub(super) const UPDATED: Field = time("updated_at", "When it was last changed.").required();

pub(super) static USER: Schema = Schema {
    name: "User",
    about: "A user.",
    fields: &[
        ID,
        NAME.required(),
        PATH.required(),
        DISPLAY_NAME.required(),
        REMARKS.required(),
        MOBILE,
        EMAIL,
        TAGS.required(),
        ENABLED.required(),
        CREATED,
        UPDATED,
    ],
};

static USER_DETAIL: Schema = Schema {
    name: "UserDetail",
    about: "A user, and what bounds it.",
    fields: &[
        ID,
        NAME.required(),
        PATH.required(),
        DISPLAY_NAME.required(),
        REMARKS.required(),
        MOBILE,
        EMAIL,
        TAGS.required(),
        ENABLED.required(),
        CREATED,
        UPDATED,
        object("permissions_boundary", "The policy beyond which it may do nothing.", &BOUNDARY),
    ],
};

static USER_CHANGES: Schema = Schema {
    name: "UserChanges",
    about: "What to change of a user.",
    fields: &[NAME, PATH, DISPLAY_NAME, REMARKS, MOBILE.or_null(), EMAIL.or_null(), TAGS, ENABLED],
};

/// A user on the wire.
#[derive(Serialize)]
pub(super) struct UserModel {
    id: u64,
    name: String,
    path: String,
    display_name: String,
    remarks: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    tags: BTreeMap<String, String>,
    enabled: bool,
    created_at: String,
    updated_at: String,
}

/// A user on the wire, shown by itself.
#[derive(Serialize)]
struct DetailModel {
    #[serde(flatten)]
    user: UserModel,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<BoundaryModel>,
}

impl From<&User> for UserModel {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.number(),
            name: user.name.clone(),
            path: user.path.clone(),
            display_name: user.display_name.clone(),
            remarks: user.remarks.clone(),
            mobile: user.mobile.clone(),
            email: user.email.clone(),
            tags: tags(&user.tags),
            enabled: user.enabled,
            created_at: user.created.to_seconds(),
            updated_at: user.updated.to_seconds(),
        }
    }
}

async fn show(call: Call) -> Result<Answer, Fault> {
    let Detail { user, boundary } = call.ask(Get { name: call.name(0)? }).await?;
    let permissions_boundary = boundary.as_ref().map(BoundaryModel::from);
    Answer::versioned(&DetailModel { user: UserModel::from(&user), permissions_boundary }, user.updated)
}

async fn update(call: Call) -> Result<Answer, Fault> {
    let body = &call.body;
    let to = Changes {
        name: body.text("name").map(EntityName::parse).transpose()?,
        path: body.text("path").map(EntityPath::parse).transpose()?,
        display_name: body.text("display_name").map(DisplayName::parse).transpose()?,
        remarks: body.text("remarks").map(Remarks::parse).transpose()?,
        mobile: body.text_or_null("mobile").map(|mobile| mobile.map(Mobile::parse).transpose()).transpose()?,
        email: body.text_or_null("email").map(|email| email.map(Email::parse).transpose()).transpose()?,
        tags: body.texts("tags").map(Tags::parse).transpose()?,
        enabled: body.flag("enabled"),
    };
    call.change(Update { name: call.name(0)?, to }, told).await
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    call.carry_out(Delete { name: call.name(0)?, dependents: dependents(&call) }).await
}

pub(super) fn told(user: &User) -> Result<Answer, Fault> {
    Answer::versioned(&UserModel::from(user), user.updated)
}
