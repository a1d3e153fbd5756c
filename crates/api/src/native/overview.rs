//! The account at a glance, how much goes on in it, and what deleting a user would break.

use base::timestamp::Timestamp;
use iam::{
    action::Action,
    overview::{Activity, Day, Days, Findings, Found, Get, Happened},
    password_settings::Weakness,
    users::{GetImpact, Impact},
};
use serde::Serialize;

use super::{
    access_keys::{ACCESS_KEY, KeyModel},
    account::{ACCOUNT_SCHEMA, AccountModel},
    call::Call,
    describe::{Field, Kind, NUMBER_MAX, Schema, TEXT, Text, flag, list, number, object, text, time},
    endpoint::{Gives, Noun, get},
    error::Fault,
    response::Answer,
};

pub(super) static OVERVIEW: Noun = Noun {
    name: "overview",
    about: "What somebody should look at before and after changing things.",
    endpoints: &[
        get("/api/v1/account/overview", "getAccountOverview")
            .asks(Action::GetAccountSummary)
            .about("Shows the account at a glance, with what to look at for its security; takes `iam:ListUsers`, too")
            .gives(Gives::Object(&GLANCE))
            .runs(|call| Box::pin(show(call))),
        get("/api/v1/account/activity", "getAccountActivity")
            .asks(Action::GetAccountSummary)
            .about("Shows how much went on in the account, day by day, oldest first and today last")
            .query(&[DAYS])
            .gives(Gives::List(&DAY))
            .runs(|call| Box::pin(activity(call))),
        get("/api/v1/users/{user}/impact", "getUserImpact")
            .asks(Action::GetUser)
            .about("Tells what deleting a user would break; takes `iam:DeleteUser`, too")
            .gives(Gives::Object(&IMPACT))
            .runs(|call| Box::pin(impact(call))),
    ],
};

static NAME: Kind = Kind::Text(TEXT);
static WEAKNESS: Kind = Kind::Text(Text { one_of: &["long_idle", "long_session", "no_history"], ..TEXT });
static KEY: Kind = Kind::Object(&ACCESS_KEY);

const fn count(name: &'static str, about: &'static str) -> Field {
    number(name, about, 0, NUMBER_MAX).example("3").required()
}

static GLANCE: Schema = Schema {
    name: "Overview",
    about: "An account at a glance.",
    fields: &[
        object("account", "How full it is.", &ACCOUNT_SCHEMA).required(),
        object("findings", "What to look at.", &FINDINGS).required(),
    ],
};

static FINDINGS: Schema = Schema {
    name: "Findings",
    about: "What somebody should look at. Old is what is older than 90 days, unused what was not used for as long.",
    fields: &[
        count("root_keys", "Keys of the root user: there should be none."),
        object("old_keys", "Access keys that are old; the names are their users'.", &FOUND).required(),
        object("unused_keys", "Access keys that are old and unused.", &FOUND).required(),
        object("unused_users", "Users that are old and were not active for as long.", &FOUND).required(),
        object("never_signed_in", "Users that may sign in to the console and never did.", &FOUND).required(),
        object("administrators", "Administrators by the system's policy: one is too few.", &FOUND).required(),
        list("weak_settings", "How the password settings are weaker than advised.", &WEAKNESS).required(),
    ],
};

static FOUND: Schema = Schema {
    name: "Found",
    about: "Some things of a kind.",
    fields: &[
        count("count", "How many there are; at most 1000."),
        flag("more", "Whether there are more than that.").required(),
        list("names", "The names of the first ten users.", &NAME).required(),
    ],
};

const DAYS: Field =
    number("days", "For how many days, today among them; 14 unless it is said otherwise.", 1, Days::MAX).example("30");

static DAY: Schema = Schema {
    name: "DayActivity",
    about: "What happened on a day. What a node has counted is told by others half a minute later.",
    fields: &[
        text("day", "The day, in UTC.").length(10, 10).example("2026-11-24").required(),
        count("signed_in", "Sign-ins to the console."),
        count("sign_in_failed", "Sign-ins that were refused, whatever the cause."),
        count("calls", "Operations that were carried out for an access key, an API key or a session."),
        count("calls_denied", "Those that were denied."),
        count("decisions_allowed", "Decisions about principals of the account that allowed."),
        count("decisions_denied", "Those that denied."),
    ],
};

static IMPACT: Schema = Schema {
    name: "UserImpact",
    about: "What goes with a user, and what would miss it.",
    fields: &[
        time("last_active_at", "When it last signed in or used a key; absent for never."),
        time("last_signed_in_at", "When it last signed in to the console; absent for never."),
        flag("login_profile", "Whether it has a way in to the console.").required(),
        list("access_keys", "Its access keys, oldest first.", &KEY).required(),
        count("api_keys", "How many API keys it has."),
        count("sessions", "How many sessions it has at the console."),
        list("groups", "The names of its groups.", &NAME).required(),
        count("attached_policies", "How many policies are attached to it."),
        count("inline_policies", "How many documents of its own it has."),
        list("trusting_roles", "The first hundred roles of the account that trust it by name.", &NAME).required(),
        flag("administrator", "Whether it administers the account.").required(),
    ],
};

#[derive(Serialize)]
struct OverviewModel {
    account: AccountModel,
    findings: FindingsModel,
}

#[derive(Serialize)]
struct FindingsModel {
    root_keys: u64,
    old_keys: FoundModel,
    unused_keys: FoundModel,
    unused_users: FoundModel,
    never_signed_in: FoundModel,
    administrators: FoundModel,
    weak_settings: Vec<&'static str>,
}

#[derive(Serialize)]
struct FoundModel {
    count: usize,
    more: bool,
    names: Vec<String>,
}

#[derive(Serialize)]
struct DayModel {
    day: String,
    signed_in: u64,
    sign_in_failed: u64,
    calls: u64,
    calls_denied: u64,
    decisions_allowed: u64,
    decisions_denied: u64,
}

#[derive(Serialize)]
struct ImpactModel<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    last_active_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_signed_in_at: Option<String>,
    login_profile: bool,
    access_keys: Vec<KeyModel<'a>>,
    api_keys: u64,
    sessions: u64,
    groups: &'a [String],
    attached_policies: u64,
    inline_policies: u64,
    trusting_roles: &'a [String],
    administrator: bool,
}

impl DayModel {
    fn new(day: Day, happened: Happened) -> Self {
        let Happened { signed_in, sign_in_failed, calls, calls_denied, decisions_allowed, decisions_denied } = happened;
        let day = day.to_text();
        Self { day, signed_in, sign_in_failed, calls, calls_denied, decisions_allowed, decisions_denied }
    }
}

impl From<Found> for FoundModel {
    fn from(found: Found) -> Self {
        Self { count: found.count, more: found.more, names: found.names }
    }
}

impl From<Findings> for FindingsModel {
    fn from(findings: Findings) -> Self {
        let word = |weakness: &Weakness| match weakness {
            Weakness::LongIdle => "long_idle",
            Weakness::LongSession => "long_session",
            Weakness::NoHistory => "no_history",
        };
        Self {
            root_keys: findings.root_keys,
            old_keys: findings.old_keys.into(),
            unused_keys: findings.unused_keys.into(),
            unused_users: findings.unused_users.into(),
            never_signed_in: findings.never_signed_in.into(),
            administrators: findings.administrators.into(),
            weak_settings: findings.weaknesses.iter().map(word).collect(),
        }
    }
}

async fn show(call: Call) -> Result<Answer, Fault> {
    let overview = call.ask(Get).await?;
    let account = AccountModel::new(call.asker.identity.account, &overview.summary);
    Answer::ok(&OverviewModel { account, findings: overview.findings.into() })
}

async fn activity(call: Call) -> Result<Answer, Fault> {
    let days = call.parameter(DAYS.name).and_then(|days| days.parse().ok());
    let days = days.map_or(Ok(Days::DEFAULT), Days::new)?;
    let happened = call.ask(Activity { days }).await?;
    Answer::list(&happened.into_iter().map(|(day, happened)| DayModel::new(day, happened)).collect::<Vec<_>>())
}

async fn impact(call: Call) -> Result<Answer, Fault> {
    let impact: Impact = call.ask(GetImpact { name: call.name(0)? }).await?;
    Answer::ok(&ImpactModel {
        last_active_at: impact.last_active.map(Timestamp::to_seconds),
        last_signed_in_at: impact.last_signed_in.map(Timestamp::to_seconds),
        login_profile: impact.has_login_profile,
        access_keys: impact.access_keys.iter().map(KeyModel::from).collect(),
        api_keys: impact.api_keys,
        sessions: impact.sessions,
        groups: &impact.groups,
        attached_policies: impact.attached_policies,
        inline_policies: impact.inline_policies,
        trusting_roles: &impact.trusting_roles,
        administrator: impact.administrator,
    })
}
