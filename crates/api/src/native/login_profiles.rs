//! How users sign in.

use iam::{
    action::Action,
    hashing::Password,
    login_profiles::{Changes, Delete, ExternalAccount, Get, LoginProfile, MfaMethods, Update, Updated},
    passwords::NewPassword,
};
use serde::Serialize;

use super::{
    call::{Body, Call},
    describe::{Field, Kind, Schema, TEXT, Text, flag, list, object, text, time},
    endpoint::{Gives, Noun, delete, get, patch},
    error::Fault,
    response::Answer,
};

pub(super) static LOGIN_PROFILES: Noun = Noun {
    name: "login-profiles",
    about: "How users sign in, and their second factors.",
    endpoints: &[
        get("/api/v1/users/{user}/login-profile", "getLoginProfile")
            .asks(Action::GetLoginProfile)
            .about("Shows how a user signs in; for one that does not, that nothing is switched on")
            .gives(Gives::Object(&LOGIN_PROFILE))
            .runs(|call| Box::pin(show(call))),
        patch("/api/v1/users/{user}/login-profile", "updateLoginProfile")
            .asks(Action::UpdateLoginProfile)
            .about("Changes how a user signs in, and makes its profile where it has none; what is absent stays")
            .takes(&LOGIN_PROFILE_CHANGES)
            .gives(Gives::Object(&LOGIN_PROFILE_CHANGED))
            .runs(|call| Box::pin(update(call))),
        delete("/api/v1/users/{user}/login-profile", "deleteLoginProfile")
            .asks(Action::DeleteLoginProfile)
            .about("Takes signing in away from a user, with its password")
            .runs(|call| Box::pin(remove(call))),
    ],
};

const ENABLED: Field = flag("enabled", "Whether it may sign in.");
const MUST_RESET: Field = flag("must_reset", "Whether it must set a new password when it next signs in.");
const LOGIN_MFA: Field = flag("login_mfa", "Whether a second factor is asked for at sign-in.");
const OPERATION_MFA: Field = flag("operation_mfa", "Whether a second factor is asked for before sensitive operations.");
const MFA_METHODS: Field =
    list("mfa_methods", "Which second factors are accepted; where both are, either is enough.", &METHOD);
static METHOD: Kind = Kind::Text(Text { one_of: &["sms", "totp"], ..TEXT });
const EXTERNAL_ACCOUNT: Field = object("external", "The account elsewhere that it signs in with.", &EXTERNAL);

static LOGIN_PROFILE: Schema = Schema {
    name: "LoginProfile",
    about: "How a user signs in. Its password is never told.",
    fields: &[
        ENABLED.required(),
        MUST_RESET.required(),
        LOGIN_MFA.required(),
        OPERATION_MFA.required(),
        MFA_METHODS.required(),
        flag("has_password", "Whether it has a password.").required(),
        EXTERNAL_ACCOUNT,
        time("password_changed_at", "When the password was last set."),
        time("created_at", "When the profile was made; absent where there is none."),
    ],
};

static LOGIN_PROFILE_CHANGED: Schema = Schema {
    name: "LoginProfileChanged",
    about: "How a user signs in now. An answer with a password is not kept.",
    fields: &[
        ENABLED.required(),
        MUST_RESET.required(),
        LOGIN_MFA.required(),
        OPERATION_MFA.required(),
        MFA_METHODS.required(),
        flag("has_password", "Whether it has a password.").required(),
        EXTERNAL_ACCOUNT,
        time("password_changed_at", "When the password was last set."),
        time("created_at", "When the profile was made; absent where there is none."),
        text("password", "The password that was drawn; it is told this once.").example("tK7-mQ2x=vR9pZ4hW8nB"),
    ],
};

static LOGIN_PROFILE_CHANGES: Schema = Schema {
    name: "LoginProfileChanges",
    about: "What to change of how a user signs in.",
    fields: &[
        text("password", "A password: 8 to 128 characters, at most 1024 bytes.")
            .length(1, 1_024)
            .example("correct horse"),
        flag("generate_password", "Whether to draw a password. The answer tells it, once."),
        ENABLED,
        MUST_RESET,
        LOGIN_MFA,
        OPERATION_MFA,
        MFA_METHODS,
        EXTERNAL_ACCOUNT.or_null(),
    ],
};

static EXTERNAL: Schema = Schema {
    name: "ExternalAccount",
    about: "An account elsewhere.",
    fields: &[
        text("kind", "What kind of account.").length(1, 128).example("corporate").required(),
        text("account", "Its name there.").length(1, 128).example("alice@corp").required(),
    ],
};

/// How a user signs in, on the wire.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as the wire has it")]
struct LoginProfileModel {
    enabled: bool,
    must_reset: bool,
    login_mfa: bool,
    operation_mfa: bool,
    mfa_methods: Vec<&'static str>,
    has_password: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    external: Option<ExternalModel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_changed_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    /// The one that was drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

#[derive(Serialize)]
struct ExternalModel {
    kind: String,
    account: String,
}

impl From<&LoginProfile> for LoginProfileModel {
    fn from(profile: &LoginProfile) -> Self {
        let MfaMethods { sms, totp } = profile.mfa_methods;
        let methods = [("sms", sms), ("totp", totp)].into_iter().filter(|(_, on)| *on).map(|(method, _)| method);
        let external = |external: &ExternalAccount| ExternalModel {
            kind: external.kind.clone(),
            account: external.account.clone(),
        };
        Self {
            enabled: profile.enabled,
            must_reset: profile.must_reset,
            login_mfa: profile.login_mfa,
            operation_mfa: profile.operation_mfa,
            mfa_methods: methods.collect(),
            has_password: profile.password_changed.is_some(),
            external: profile.external.as_ref().map(external),
            password_changed_at: profile.password_changed.map(base::timestamp::Timestamp::to_seconds),
            created_at: profile.created.map(base::timestamp::Timestamp::to_seconds),
            password: None,
        }
    }
}

async fn show(call: Call) -> Result<Answer, Fault> {
    let profile = call.ask(Get { user: call.name(0)? }).await?;
    Answer::ok(&LoginProfileModel::from(&profile))
}

async fn update(call: Call) -> Result<Answer, Fault> {
    let body = &call.body;
    let to = Changes {
        password: new_password(body)?,
        enabled: body.flag("enabled"),
        must_reset: body.flag("must_reset"),
        login_mfa: body.flag("login_mfa"),
        operation_mfa: body.flag("operation_mfa"),
        mfa_methods: body
            .list("mfa_methods")
            .map(|methods| MfaMethods { sms: methods.contains(&"sms"), totp: methods.contains(&"totp") }),
        external: external(body),
    };
    call.change(Update::new(call.name(0)?, to)?, told).await
}

/// A password, typed or to be drawn. Errors: both.
fn new_password(body: &Body) -> Result<Option<NewPassword>, Fault> {
    match (body.text("password"), body.flag("generate_password").unwrap_or_default()) {
        (Some(_), true) => Err(Fault::invalid("`password` and `generate_password` exclude each other")),
        (Some(password), false) => Ok(Some(NewPassword::Typed(Password::parse(password)?))),
        (None, drawn) => Ok(drawn.then_some(NewPassword::Generated)),
    }
}

fn told(updated: &Updated) -> Result<Answer, Fault> {
    let drawn = updated.generated.as_ref().map(|password| password.expose().to_owned());
    let model = LoginProfileModel { password: drawn, ..LoginProfileModel::from(&updated.profile) };
    Ok(Answer::ok(&model)?.secret(updated.generated.is_some()))
}

/// Another account elsewhere, or none.
#[expect(clippy::option_option, reason = "as the core's changes: whether to change it, and to what")]
fn external(body: &Body) -> Option<Option<ExternalAccount>> {
    let member = body.get("external")?;
    let part = |name| member.get(name).and_then(|part| part.as_str()).map(str::to_owned);
    Some(part("kind").zip(part("account")).map(|(kind, account)| ExternalAccount { kind, account }))
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    call.carry_out(Delete { user: call.name(0)? }).await
}
