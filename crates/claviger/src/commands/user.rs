//! `claviger user …`

use std::process::ExitCode;

use anyhow::Result;
use base::secret::SecretText;
use iam::clock::{Random, SystemEntropy};
use serde_json::{Value, json};

use super::{
    attachments,
    body::Body,
    console_session, group,
    output::{self, View},
    session::Session,
};
use crate::{
    cli::{CreateUser, Form, ListUsers, Login, SetPassword, UpdateLogin, UpdateUser, User},
    client::Call,
    terminal::ask,
};

/// Users in a list.
pub(super) const USERS: View = View {
    things: "users",
    columns: &[
        ("name", "name"),
        ("enabled", "enabled"),
        ("display name", "display_name"),
        ("path", "path"),
        ("created", "created_at"),
        ("remarks", "remarks"),
    ],
};

/// The same with what each may sign in by.
const DETAILS: View = View {
    things: "users",
    columns: &[
        ("name", "name"),
        ("enabled", "enabled"),
        ("console", "sign_in"),
        ("keys", "active_keys"),
        ("keys off", "inactive_keys"),
        ("groups", "groups"),
        ("administrator", "administrator"),
        ("last active", "last_active_at"),
        ("display name", "display_name"),
    ],
};

const USER: View = View {
    things: "users",
    columns: &[
        ("name", "name"),
        ("id", "id"),
        ("path", "path"),
        ("enabled", "enabled"),
        ("display name", "display_name"),
        ("remarks", "remarks"),
        ("mobile", "mobile"),
        ("e-mail", "email"),
        ("tags", "tags"),
        ("boundary", "permissions_boundary.name"),
        ("created", "created_at"),
        ("updated", "updated_at"),
    ],
};

/// A user that was made, with what is shown once.
const NEW_USER: View = View {
    things: "users",
    columns: &[
        ("name", "name"),
        ("id", "id"),
        ("password", "password"),
        ("access key", "access_key.id"),
        ("secret", "access_key.secret"),
    ],
};

/// What deleting a user would break.
const IMPACT: View = View {
    things: "users",
    columns: &[
        ("last active", "last_active_at"),
        ("last signed in", "last_signed_in_at"),
        ("console", "login_profile"),
        ("access keys", "access_keys"),
        ("API keys", "api_keys"),
        ("sessions at the console", "sessions"),
        ("groups", "groups"),
        ("attached policies", "attached_policies"),
        ("inline policies", "inline_policies"),
        ("roles that trust it", "trusting_roles"),
        ("administrator", "administrator"),
    ],
};

const LOGIN: View = View {
    things: "profiles",
    columns: &[
        ("enabled", "enabled"),
        ("password", "has_password"),
        ("must reset", "must_reset"),
        ("password changed", "password_changed_at"),
        ("second factor to sign in", "login_mfa"),
        ("second factor to do much", "operation_mfa"),
        ("second factors", "mfa_methods"),
        ("external account", "external.account"),
        ("created", "created_at"),
    ],
};

pub(super) fn run(command: User) -> Result<ExitCode> {
    match command {
        User::Create(asked) => asked.run(create),
        User::List(asked) => asked.run(list),
        User::Show(asked) => asked.run(|session, user| session.show(&USER, &Call::get(&["users", &user.name]))),
        User::Update(asked) => asked.run(update),
        User::Enable(asked) => asked.run(|session, user| enable(session, &user.name, true)),
        User::Disable(asked) => asked.run(|session, user| enable(session, &user.name, false)),
        User::Delete(asked) => asked.run(|session, what| session.delete("user", &what.name, &what.deletion)),
        User::Groups(asked) => {
            asked.run(|session, user| session.list_whole(&group::GROUPS, &Call::get(&["users", &user.name, "groups"])))
        }
        User::Policies(asked) => asked.run(|session, user| attachments::list(session, "users", &user.name)),
        User::Impact(asked) => asked.run(|session, user| impact(session, &user.name)),
        User::Sessions(asked) => asked.run(|session, user| {
            session.list(&console_session::VIEW, &Call::get(&["users", &user.name, "console-sessions"]), None)
        }),
        User::RevokeSessions(asked) => asked.run(|session, what| {
            session.revoke(&format!("user `{}`", what.name), &["users", &what.name], &what.before)
        }),
        User::Password(asked) => asked.run(set_password),
        User::Login(login) => run_login(login),
    }
}

fn list(session: &Session, what: &ListUsers) -> Result<()> {
    let call = Call::get(&["users"])
        .with_some("search", what.search.as_deref())
        .with_some("status", what.status.as_deref())
        .with_some("sign_in", what.sign_in.as_deref())
        .with_some("keys", what.keys.as_deref())
        .with_some("group", what.group.as_deref())
        .with_some("sort", what.sort.as_deref());
    if what.details {
        return session.list(&DETAILS, &call.with("details", "true"), what.limit.limit);
    }
    session.list(&USERS, &call, what.limit.limit)
}

fn create(session: &Session, user: &CreateUser) -> Result<()> {
    let body = Body::new()
        .with("name", user.name.as_str())
        .with_some("path", user.path.as_deref())
        .with_some("display_name", user.display_name.as_deref())
        .with_some("remarks", user.remarks.as_deref())
        .with_some("mobile", user.mobile.as_deref())
        .with_some("email", user.email.as_deref())
        .with_tags(&user.tags, false);
    let typed = if user.console { Some(ask::new_secret(&format!("password of user `{}`", user.name))?) } else { None };
    let flag = |set: bool| set.then_some(true);
    let some = |list: &Vec<String>| Some(list.clone()).filter(|list| !list.is_empty());
    let body = body
        .with_some("password", typed.as_ref().map(SecretText::expose))
        .with_some("generate_password", flag(user.generate_password))
        .with_some("must_reset", user.must_reset)
        .with_some("access_key", flag(user.access_key))
        .with_some("groups", some(&user.groups))
        .with_some("policies", some(&user.policies))
        .with_some("administrator", flag(user.administrator));
    let call = Call::post(&["users"], &body.json());
    if user.generate_password || user.access_key {
        return session.show_secret(&NEW_USER, &call, "What is secret");
    }
    session.show(&USER, &call)
}

fn update(session: &Session, user: &UpdateUser) -> Result<()> {
    let path = ["users", &user.name];
    let etag = session.etag(&user.unchanged, &path)?;
    let body = Body::new()
        .with_some("name", user.new_name.as_deref())
        .with_some("path", user.path.as_deref())
        .with_some("display_name", user.display_name.as_deref())
        .with_some("remarks", user.remarks.as_deref())
        .with_or_null("mobile", user.mobile.as_deref(), user.no_mobile)
        .with_or_null("email", user.email.as_deref(), user.no_email)
        .with_tags(&user.tags, user.no_tags);
    session.show(&USER, &Call::patch(&path, &body.json()).if_match(etag))
}

fn impact(session: &Session, name: &str) -> Result<()> {
    let mut answer = session.client().ask(&Call::get(&["users", name, "impact"]))?;
    if session.form() != Form::Json
        && let Some(Value::Array(keys)) = answer.get_mut("access_keys")
    {
        for key in keys {
            *key = key.get("id").cloned().unwrap_or_default();
        }
    }
    session.print(&IMPACT, &answer)
}

fn enable(session: &Session, name: &str, enabled: bool) -> Result<()> {
    session.show(&USER, &Call::patch(&["users", name], &json!({ "enabled": enabled })))
}

fn set_password(session: &Session, what: &SetPassword) -> Result<()> {
    let password = if what.generate {
        generate(&SystemEntropy::default())
    } else {
        ask::new_secret(&format!("new password of user `{}`", what.name))?
    };
    let body = Body::new().with("password", password.expose()).with_some("must_reset", what.must_reset);
    session.client().call(&Call::patch(&["users", &what.name, "login-profile"], &body.json()))?;
    if !what.generate {
        return session.say(&format!("the password of user `{}` is set", what.name));
    }
    match session.form() {
        Form::Text => output::line(&format!("password  {}\n\nIt is shown only now. Keep it safe.", password.expose())),
        Form::Json => output::line(&json!({ "user": what.name, "password": password.expose() }).to_string()),
        Form::Csv => output::line(&format!("password\n{}", password.expose())),
    }
}

/// What passwords that are made up consist of: nothing that looks like something else, nothing that a shell or a
/// spreadsheet takes for its own, and of each kind at least one.
const KINDS: [&[u8]; 4] = [b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"abcdefghijkmnopqrstuvwxyz", b"23456789", b"-_.%"];
const PASSWORD_LENGTH: usize = 20;

/// A password of more than a hundred bits.
fn generate(random: &impl Random) -> base::secret::SecretText {
    let all = KINDS.concat();
    let draw = |from: &[u8]| loop {
        let mut byte = [0];
        random.fill(&mut byte);
        // All characters are equally likely: what is left over is drawn again.
        let (place, length) = (usize::from(byte[0]), from.len());
        if place < 256 / length * length {
            break from.get(place % length).copied().map_or('x', char::from);
        }
    };
    loop {
        let mut text = String::with_capacity(PASSWORD_LENGTH);
        text.extend((0..PASSWORD_LENGTH).map(|_| draw(&all)));
        let each = KINDS.iter().all(|kind| text.bytes().any(|byte| kind.contains(&byte)));
        let starts_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
        let password = base::secret::SecretText::new(text);
        if each && starts_well {
            return password;
        }
    }
}

fn run_login(command: Login) -> Result<ExitCode> {
    match command {
        Login::Show(asked) => {
            asked.run(|session, user| session.show(&LOGIN, &Call::get(&["users", &user.name, "login-profile"])))
        }
        Login::Update(asked) => asked.run(update_login),
        Login::Delete(asked) => asked.run(|session, what| {
            let question = format!("Take the console and the password away from user `{}`?", what.name);
            ask::confirm(what.sure.yes, &question, &what.name)?;
            let call = Call::delete(&["users", &what.name, "login-profile"]);
            session.carry_out(&call, &format!("user `{}` has no console login any more", what.name))
        }),
    }
}

fn update_login(session: &Session, what: &UpdateLogin) -> Result<()> {
    let methods = Some(what.mfa_methods.clone()).filter(|methods| !methods.is_empty());
    let body = Body::new()
        .with_some("enabled", what.enabled)
        .with_some("must_reset", what.must_reset)
        .with_some("login_mfa", what.login_mfa)
        .with_some("operation_mfa", what.operation_mfa)
        .with_some("mfa_methods", methods);
    session.show(&LOGIN, &Call::patch(&["users", &what.name, "login-profile"], &body.json()))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    /// Counts up, so that every byte comes.
    struct Counting(AtomicU8);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill_with(|| self.0.fetch_add(41, Ordering::SeqCst));
        }
    }

    #[test]
    fn made_up_passwords_have_all_kinds_of_characters() {
        for start in 0..=u8::MAX {
            let password = generate(&Counting(AtomicU8::new(start)));
            let text = password.expose();
            assert_eq!(text.len(), PASSWORD_LENGTH);
            for kind in KINDS {
                assert!(text.bytes().any(|byte| kind.contains(&byte)), "{text}");
            }
        }
        let one = generate(&SystemEntropy::default());
        assert!(one != generate(&SystemEntropy::default()));
    }
}
