//! `claviger account settings …`: what the account asks of passwords and sessions at the console.

use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::{output::View, session::Session};
use crate::{
    cli::{AccountSettings, SetSettings},
    client::Call,
};

const PATH: [&str; 2] = ["account", "password-settings"];

const SETTINGS: View = View {
    things: "settings",
    columns: &[
        ("shortest length", "min_length"),
        ("must contain", "classes"),
        ("none of the last", "history"),
        ("valid for days", "validity_days"),
        ("expired may reset", "expired_may_reset"),
        ("lock after failures", "lock.failures"),
        ("lock for minutes", "lock.minutes"),
        ("minutes without a click", "idle_minutes"),
        ("hours of a session", "session_hours"),
        ("updated", "updated_at"),
    ],
};

pub(super) fn run(command: AccountSettings) -> Result<ExitCode> {
    match command {
        AccountSettings::Show(asked) => asked.run(|session, _| session.show(&SETTINGS, &Call::get(&PATH))),
        AccountSettings::Set(asked) => asked.run(set),
    }
}

/// Puts what is given in place of what is there; where somebody else has changed that meanwhile, nothing is done.
fn set(session: &Session, what: &SetSettings) -> Result<()> {
    let answer = session.client().call(&Call::get(&PATH))?;
    let mut settings = answer.body.as_object().cloned().context("the server does not show the settings")?;
    settings.remove("updated_at");
    merge(&mut settings, what);
    session.show(&SETTINGS, &Call::put(&PATH).with_body(&Value::Object(settings)).if_match(answer.etag))
}

fn merge(settings: &mut Map<String, Value>, what: &SetSettings) {
    let numbers = [
        ("min_length", what.min_length),
        ("history", what.history),
        ("validity_days", what.validity_days),
        ("idle_minutes", what.idle_minutes),
        ("session_hours", what.session_hours),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            settings.insert(name.to_owned(), number.into());
        }
    }
    if let Some(may) = what.expired_may_reset {
        settings.insert("expired_may_reset".to_owned(), may.into());
    }
    if !what.must_contain.is_empty() || what.any_characters {
        settings.insert("classes".to_owned(), what.must_contain.clone().into());
    }
    if let Some((failures, minutes)) = what.lock {
        settings.insert("lock".to_owned(), json!({ "failures": failures, "minutes": minutes }));
    }
    if what.no_lock {
        settings.remove("lock");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_stays() {
        let mut settings = json!({ "min_length": 8, "classes": ["digit"], "lock": { "failures": 3, "minutes": 10 } });
        let settings = settings.as_object_mut().unwrap();
        merge(settings, &SetSettings { min_length: Some(12), ..SetSettings::default() });
        assert_eq!(settings["min_length"], 12);
        assert_eq!((&settings["classes"][0], &settings["lock"]["failures"]), (&json!("digit"), &json!(3)));
        merge(settings, &SetSettings { any_characters: true, no_lock: true, ..SetSettings::default() });
        assert_eq!((settings.get("lock"), &settings["classes"]), (None, &json!([])));
        merge(settings, &SetSettings { lock: Some((5, 30)), ..SetSettings::default() });
        assert_eq!(settings["lock"], json!({ "failures": 5, "minutes": 30 }));
    }
}
