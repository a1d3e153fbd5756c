//! New users, with what they begin with.

use base::secret::SecretText;
use iam::{
    hashing::Password,
    passwords::NewPassword,
    users::{Console, Create, CreateWhole, Parts, Profile, Whole},
    values::{DisplayName, Email, EntityName, EntityPath, Mobile, Remarks, Tags},
};
use serde::Serialize;

use super::{
    access_keys::{KeyModel, NEW_ACCESS_KEY},
    call::{Body, Call},
    describe::{Field, Kind, Schema, TEXT, flag, list, object, text},
    error::Fault,
    response::Answer,
    users::{CREATED, DISPLAY_NAME, ENABLED, ID, UPDATED, UserModel, told},
    values::{EMAIL, MOBILE, NAME, PATH, REMARKS, TAGS, policy_ref},
};

const PASSWORD: Field = text("password", "A password for the console: 8 to 128 characters, at most 1024 bytes.")
    .length(1, 1_024)
    .example("correct horse");
const GENERATE: Field =
    flag("generate_password", "Whether to draw a password for the console. The answer tells it, once.");
const MUST_RESET: Field = flag(
    "must_reset",
    "Whether another password must be set at the first sign-in, as by default; one that was drawn must be in any case.",
);

pub(super) static NEW_USER: Schema = Schema {
    name: "NewUser",
    about: "What a user begins with. With any member behind `tags`, all is made or nothing is; it takes the permission \
            for each part.",
    fields: &[
        NAME.required(),
        PATH,
        DISPLAY_NAME,
        REMARKS,
        MOBILE,
        EMAIL,
        TAGS,
        PASSWORD,
        GENERATE,
        MUST_RESET,
        flag("access_key", "Whether to make an access key for it. The answer shows its secret, once."),
        list("groups", "The names of the groups that it is to be in.", &ONE),
        list("policies", "The policies that it is to hold, each as in a path.", &ONE),
        flag("administrator", "Whether it is to be a system administrator."),
    ],
};

static ONE: Kind = Kind::Text(TEXT);

/// A user that was made.
pub(super) static USER_MADE: Schema = Schema {
    name: "UserMade",
    about: "A user, and the only sight of what is secret about it. An answer with a secret is not kept.",
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
        text("password", "The password that was drawn.").example("tK7-mQ2x=vR9pZ4hW8nB"),
        object("access_key", "The access key that was made.", &NEW_ACCESS_KEY),
    ],
};

/// A user that was made, on the wire.
#[derive(Serialize)]
struct MadeModel<'a> {
    #[serde(flatten)]
    user: UserModel,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key: Option<KeyModel<'a>>,
}

pub(super) async fn create(call: Call) -> Result<Answer, Fault> {
    let parts = parts(&call.body)?;
    if parts.has_more() {
        return call.change(CreateWhole::new(parts), made).await;
    }
    call.change(Create { profile: parts.profile }, told).await
}

fn parts(body: &Body) -> Result<Parts, Fault> {
    let profile = Profile {
        name: EntityName::parse(body.required_text("name")?)?,
        path: body.text("path").map(EntityPath::parse).transpose()?.unwrap_or_default(),
        display_name: DisplayName::parse(body.text("display_name").unwrap_or_default())?,
        remarks: Remarks::parse(body.text("remarks").unwrap_or_default())?,
        mobile: body.text("mobile").map(Mobile::parse).transpose()?,
        email: body.text("email").map(Email::parse).transpose()?,
        tags: Tags::parse(body.texts("tags").unwrap_or_default())?,
    };
    let texts = |name| body.list(name).unwrap_or_default();
    Ok(Parts {
        console: console(body)?,
        access_key: body.flag("access_key").unwrap_or_default(),
        groups: texts("groups").into_iter().map(str::to_owned).collect(),
        policies: texts("policies").into_iter().map(policy_ref).collect(),
        administrator: body.flag("administrator").unwrap_or_default(),
        ..Parts::new(profile)
    })
}

/// The way in, where one is given. Errors: two passwords, or `must_reset` without one.
fn console(body: &Body) -> Result<Option<Console>, Fault> {
    let generated = body.flag("generate_password").unwrap_or_default();
    let password = match (body.text("password"), generated) {
        (Some(_), true) => return Err(Fault::invalid("`password` and `generate_password` exclude each other")),
        (Some(password), false) => NewPassword::Typed(Password::parse(password)?),
        (None, true) => NewPassword::Generated,
        (None, false) if body.flag("must_reset").is_some() => {
            return Err(Fault::invalid("`must_reset` is about a password, and there is none"));
        }
        (None, false) => return Ok(None),
    };
    Ok(Some(Console { password, must_reset: body.flag("must_reset").unwrap_or(true) }))
}

fn made(whole: &Whole) -> Result<Answer, Fault> {
    let key = whole.access_key.as_ref().map(KeyModel::minted);
    let password = whole.password.as_ref().map(SecretText::expose);
    let model = MadeModel { user: UserModel::from(&whole.user), password, access_key: key };
    Ok(Answer::versioned(&model, whole.user.updated)?.secret(whole.has_secret()))
}
