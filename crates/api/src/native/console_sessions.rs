//! Who is signed in to the console, and one's own password.

use base::{ids::ConsoleSessionId, secret::SecretText};
use iam::{
    access_keys::Owner,
    action::Action,
    console_sessions::{ConsoleSession, End, EndAll, EndEverybodys, List, Whose},
    hashing::Password,
    passwords::{Broken, Class, GetOwnRules},
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Kind, NUMBER_MAX, Schema, TEXT, Text, flag, list, number, text, time},
    endpoint::{Gives, Noun, delete, get, post, put},
    error::Fault,
    password_settings::{CLASSES, HISTORY, MIN_LENGTH},
    response::Answer,
};

pub(super) static CONSOLE_SESSIONS: Noun = Noun {
    name: "console-sessions",
    about: "Who is signed in to the console. Everybody sees and ends their own sessions.",
    endpoints: &[
        get("/api/v1/console-sessions", "listConsoleSessions")
            .asks(Action::ListConsoleSessions)
            .about("Lists everybody's sessions at the console, in the order in which they began")
            .gives(Gives::Page(&CONSOLE_SESSION))
            .runs(|call| Box::pin(show(call, Whose::Everybody))),
        post("/api/v1/console-sessions/end", "endConsoleSessions")
            .asks(Action::EndConsoleSessions)
            .about("Ends everybody's sessions at the console, but for the root user's, which it alone ends")
            .gives(Gives::Object(&ENDED))
            .runs(|call| Box::pin(end_everybodys(call))),
        delete("/api/v1/console-sessions/{session}", "endConsoleSession")
            .asks(Action::EndConsoleSessions)
            .about("Ends a session at the console")
            .runs(|call| Box::pin(end(call))),
        get("/api/v1/users/{user}/console-sessions", "listConsoleSessionsOfUser")
            .asks(Action::ListConsoleSessions)
            .about("Lists a user's sessions at the console, in the order in which they began")
            .gives(Gives::Page(&CONSOLE_SESSION))
            .runs(|call| {
                let owner = call.name(0).map(Owner::User);
                Box::pin(async { show(call, Whose::Of(owner?)).await })
            }),
        delete("/api/v1/users/{user}/console-sessions", "endConsoleSessionsOfUser")
            .asks(Action::EndConsoleSessions)
            .about("Ends all of a user's sessions at the console")
            .runs(|call| Box::pin(end_all(call))),
        get("/api/v1/root/console-sessions", "listConsoleSessionsOfRoot")
            .asks(Action::ListConsoleSessions)
            .about("Lists the root user's sessions at the console, in the order in which they began")
            .gives(Gives::Page(&CONSOLE_SESSION))
            .runs(|call| Box::pin(show(call, Whose::Of(Owner::Root)))),
        delete("/api/v1/root/console-sessions", "endConsoleSessionsOfRoot")
            .asks(Action::EndConsoleSessions)
            .about("Ends all of the root user's sessions at the console")
            .runs(|call| Box::pin(end_all(call))),
        put("/api/v1/whoami/password", "changeOwnPassword")
            .asks(Action::ChangeOwnPassword)
            .about("Sets the caller's own password, and ends all its sessions at the console")
            .takes(&OWN_PASSWORD)
            .runs(|call| Box::pin(change_own_password(call))),
        post("/api/v1/whoami/password/check", "checkOwnPassword")
            .asks(Action::GetOwnPasswordRules)
            .about("Tells what the caller's own password must be, and what is wrong with one that it thinks of")
            .takes(&OWN_CANDIDATE)
            .gives(Gives::Object(&OWN_RULES))
            .question()
            .runs(|call| Box::pin(check_own_password(call))),
    ],
};

static CONSOLE_SESSION: Schema = Schema {
    name: "ConsoleSession",
    about: "Somebody who is signed in to the console.",
    fields: &[
        number("id", "Its number, which is no secret.", 1, NUMBER_MAX).example("115133820931891").required(),
        text("user", "The user's name; absent for the root user.").example("alice"),
        flag("root", "Whether it is the account's root user.").required(),
        flag("must_reset", "Whether it can do nothing before it has set a password.").required(),
        time("began_at", "When it began.").required(),
        time("seen_at", "When it was last in use; at most a minute behind.").required(),
        time("expires_at", "When it ends, unless it is left alone before.").required(),
        text("source", "The address from which it began.").example("192.0.2.7").required(),
        text("agent", "The browser's name for itself when it began.").example("Mozilla/5.0").required(),
    ],
};

static OWN_PASSWORD: Schema = Schema {
    name: "OwnPassword",
    about: "The present password, and the one that is to be.",
    fields: &[
        text("current", "The present one.").length(1, 1_024).example("correct horse battery staple").required(),
        text("new", "The new one.").length(1, 1_024).example("nine grey cats on a roof").required(),
    ],
};

static ENDED: Schema = Schema {
    name: "EndedConsoleSessions",
    about: "How many sessions were ended.",
    fields: &[
        number("sessions", "So many.", 0, NUMBER_MAX).example("17").required(),
        flag("more", "Whether there are more, so that it is to be asked again.").required(),
    ],
};

static OWN_CANDIDATE: Schema = Schema {
    name: "PasswordCandidate",
    about: "A password that somebody thinks of.",
    fields: &[text("new", "It.").length(0, 1_024).example("nine grey cats on a roof")],
};

static OWN_RULES: Schema = Schema {
    name: "OwnPasswordRules",
    about: "What a password must be.",
    fields: &[
        MIN_LENGTH.required(),
        CLASSES.required(),
        HISTORY.required(),
        list("broken", "What is wrong with the one that was given, but for having been used before.", &BROKEN)
            .required(),
    ],
};

static BROKEN: Kind =
    Kind::Text(Text { one_of: &["too_short", "too_long", "lacks", "common", "name", "used"], ..TEXT });

#[derive(Serialize)]
struct EndedModel {
    sessions: u64,
    more: bool,
}

#[derive(Serialize)]
struct RulesModel {
    min_length: u16,
    classes: Vec<&'static str>,
    history: u16,
    broken: Vec<&'static str>,
}

/// A session on the wire.
#[derive(Serialize)]
struct SessionModel<'a> {
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    root: bool,
    must_reset: bool,
    began_at: String,
    seen_at: String,
    expires_at: String,
    source: &'a str,
    agent: &'a str,
}

impl<'a> From<&'a ConsoleSession> for SessionModel<'a> {
    fn from(session: &'a ConsoleSession) -> Self {
        Self {
            id: session.id.number(),
            user: (!session.is_root).then_some(&session.user_name),
            root: session.is_root,
            must_reset: session.must_reset,
            began_at: session.began.to_seconds(),
            seen_at: session.seen.to_seconds(),
            expires_at: session.expires.to_seconds(),
            source: &session.source,
            agent: &session.agent,
        }
    }
}

async fn show(call: Call, whose: Whose) -> Result<Answer, Fault> {
    let (after, size) = (call.after_id(ConsoleSessionId::new)?, call.size()?);
    let page = call.ask(List { whose, after, size }).await?;
    let items: Vec<SessionModel<'_>> = page.items.iter().map(SessionModel::from).collect();
    call.page(&items, page.next)
}

async fn end(call: Call) -> Result<Answer, Fault> {
    let name = call.name(0)?;
    let id = name.parse().ok().and_then(|number| ConsoleSessionId::new(number).ok());
    let id = id.ok_or_else(|| Fault::no_such("console session", &name))?;
    call.carry_out(End { id }).await
}

async fn end_all(call: Call) -> Result<Answer, Fault> {
    let owner = if call.names.is_empty() { Owner::Root } else { Owner::User(call.name(0)?) };
    call.carry_out(EndAll { owner, but: None }).await
}

async fn end_everybodys(call: Call) -> Result<Answer, Fault> {
    call.change(EndEverybodys { but: None }, |ended| {
        Answer::ok(&EndedModel { sessions: ended.sessions, more: ended.more })
    })
    .await
}

async fn check_own_password(call: Call) -> Result<Answer, Fault> {
    let rules = call.ask(GetOwnRules).await?;
    let broken = call.body.text("new").map(|new| rules.check(new)).unwrap_or_default();
    let mut broken: Vec<&str> = broken.into_iter().map(word).collect();
    broken.dedup();
    let settings = rules.settings;
    Answer::ok(&RulesModel {
        min_length: settings.min_length,
        classes: settings.classes.into_iter().map(Class::word).collect(),
        history: settings.history,
        broken,
    })
}

const fn word(broken: Broken) -> &'static str {
    match broken {
        Broken::TooShort { .. } => "too_short",
        Broken::TooLong { .. } => "too_long",
        Broken::Lacks(_) => "lacks",
        Broken::Common => "common",
        Broken::Name => "name",
        Broken::Used { .. } => "used",
    }
}

/// It is done each time that it is asked for: the present password is another the second time.
async fn change_own_password(call: Call) -> Result<Answer, Fault> {
    let current = SecretText::new(call.body.required_text("current")?.to_owned());
    let new = Password::parse(call.body.required_text("new")?)?;
    call.asker.iam.change_own_password(call.asker.caller(), current, new).await?;
    Ok(Answer::empty())
}
