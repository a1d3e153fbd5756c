//! What an account asks of passwords and of console sessions.

use iam::{
    action::Action,
    password_settings::{Get, Lock, PasswordSettings, Update},
    passwords::Class,
};
use serde::Serialize;

use super::{
    call::{Body, Call},
    describe::{Field, Kind, Schema, TEXT, Text, flag, list, number, object, time},
    endpoint::{Gives, Noun, get, put},
    error::Fault,
    response::Answer,
};

const PATH: &str = "/api/v1/account/password-settings";

pub(super) static PASSWORD_SETTINGS: Noun = Noun {
    name: "password-settings",
    about: "What an account asks of its users' passwords, and how long they stay signed in.",
    endpoints: &[
        get(PATH, "getPasswordSettings")
            .asks(Action::GetPasswordSettings)
            .about("Shows the password settings; the defaults where nothing was set")
            .gives(Gives::Object(&SETTINGS))
            .versioned()
            .runs(|call| Box::pin(show(call))),
        put(PATH, "updatePasswordSettings")
            .asks(Action::UpdatePasswordSettings)
            .about("Sets all password settings; what is absent becomes the default")
            .takes(&NEW_SETTINGS)
            .gives(Gives::Object(&SETTINGS))
            .versioned()
            .runs(|call| Box::pin(update(call))),
    ],
};

pub(super) const MIN_LENGTH: Field =
    number("min_length", "The fewest characters of a password; 8 by default.", 8, 32).example("12");
pub(super) const CLASSES: Field =
    list("classes", "Kinds of characters that a password must have; none by default.", &CLASS);
static CLASS: Kind = Kind::Text(Text { one_of: &["upper", "lower", "digit", "special"], ..TEXT });
const VALIDITY: Field =
    number("validity_days", "For how many days a password is good; 0, the default, for ever.", 0, 1_095).example("90");
const EXPIRED: Field = flag(
    "expired_may_reset",
    "Whether somebody whose password is too old may sign in to set another, as by default; otherwise an administrator \
     must.",
);
pub(super) const HISTORY: Field = number(
    "history",
    "How many of the last passwords may not be set again, the present one among them; 1 by default.",
    0,
    24,
)
.example("5");
const LOCK: Field = object(
    "lock",
    "When the account locks a user out, beyond the waiting times that always hold; by default it does not.",
    &LOCK_SCHEMA,
);
const IDLE: Field =
    number("idle_minutes", "After how many minutes without a click a console session ends; 30 by default.", 15, 2_880)
        .example("30");
const SESSION: Field =
    number("session_hours", "After how many hours a console session ends in any case; 12 by default.", 1, 168)
        .example("12");

static LOCK_SCHEMA: Schema = Schema {
    name: "SignInLock",
    about: "When an account locks a user out. It never holds for the root user.",
    fields: &[
        number("failures", "After how many failures in a row.", 3, 5).example("5").required(),
        number("minutes", "For how many minutes.", 10, 60).example("30").required(),
    ],
};

static SETTINGS: Schema = Schema {
    name: "PasswordSettings",
    about: "What an account asks of passwords and of console sessions.",
    fields: &[
        MIN_LENGTH.required(),
        CLASSES.required(),
        VALIDITY.required(),
        EXPIRED.required(),
        HISTORY.required(),
        LOCK,
        IDLE.required(),
        SESSION.required(),
        time("updated_at", "When they were last changed; absent where nothing was set."),
    ],
};

static NEW_SETTINGS: Schema = Schema {
    name: "NewPasswordSettings",
    about: "Settings; each that is absent becomes its default.",
    fields: &[MIN_LENGTH, CLASSES, VALIDITY, EXPIRED, HISTORY, LOCK, IDLE, SESSION],
};

/// The settings on the wire.
#[derive(Serialize)]
struct SettingsModel {
    min_length: u16,
    classes: Vec<&'static str>,
    validity_days: u16,
    expired_may_reset: bool,
    history: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<LockModel>,
    idle_minutes: u16,
    session_hours: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
}

#[derive(Serialize)]
struct LockModel {
    failures: u16,
    minutes: u16,
}

async fn show(call: Call) -> Result<Answer, Fault> {
    told(&call.ask(Get).await?)
}

async fn update(call: Call) -> Result<Answer, Fault> {
    let (body, default) = (&call.body, PasswordSettings::DEFAULT);
    let classes = body.list("classes").unwrap_or_default();
    let settings = PasswordSettings {
        min_length: short(body, "min_length").unwrap_or(default.min_length),
        classes: classes.into_iter().filter_map(Class::from_word).collect(),
        validity_days: short(body, "validity_days").unwrap_or(default.validity_days),
        expired_may_reset: body.flag("expired_may_reset").unwrap_or(default.expired_may_reset),
        history: short(body, "history").unwrap_or(default.history),
        lock: lock(body),
        idle_minutes: short(body, "idle_minutes").unwrap_or(default.idle_minutes),
        session_hours: short(body, "session_hours").unwrap_or(default.session_hours),
        updated: None,
    };
    call.change(Update::new(settings)?, told).await
}

/// A number that its description keeps small.
fn short(body: &Body, name: &str) -> Option<u16> {
    body.number(name).and_then(|number| u16::try_from(number).ok())
}

fn lock(body: &Body) -> Option<Lock> {
    let lock = body.get("lock")?;
    let part = |name| lock.get(name).and_then(base::json::Value::as_i64).and_then(|number| u16::try_from(number).ok());
    Some(Lock { failures: part("failures")?, minutes: part("minutes")? })
}

fn told(settings: &PasswordSettings) -> Result<Answer, Fault> {
    let model = SettingsModel {
        min_length: settings.min_length,
        classes: settings.classes.iter().map(|class| class.word()).collect(),
        validity_days: settings.validity_days,
        expired_may_reset: settings.expired_may_reset,
        history: settings.history,
        lock: settings.lock.map(|lock| LockModel { failures: lock.failures, minutes: lock.minutes }),
        idle_minutes: settings.idle_minutes,
        session_hours: settings.session_hours,
        updated_at: settings.updated.map(base::timestamp::Timestamp::to_seconds),
    };
    settings.updated.map_or_else(|| Answer::ok(&model), |updated| Answer::versioned(&model, updated))
}
