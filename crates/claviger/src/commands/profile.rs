//! `claviger profile …`

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, anyhow, ensure};
use clap::ValueEnum as _;
use serde_json::{Value, json};

use super::output::{self, View};
use crate::{
    cli::{self, Output, SetProfile},
    config::server_url,
    profiles::{Profile, Profiles},
    settings::{Credentials, Environment},
    terminal::ask,
};

/// What stands in the place of a secret.
const HIDDEN: &str = "(hidden)";

const PROFILES: View = View {
    things: "profiles",
    columns: &[
        ("name", "name"),
        ("in use", "current"),
        ("endpoint", "endpoint"),
        ("key", "key"),
        ("ends", "expires_at"),
    ],
};

const PROFILE: View = View {
    things: "profiles",
    columns: &[
        ("name", "name"),
        ("in use", "current"),
        ("endpoint", "endpoint"),
        ("access key id", "access_key_id"),
        ("secret access key", "secret_access_key"),
        ("session token", "session_token"),
        ("api key", "api_key"),
        ("ends", "expires_at"),
        ("ca", "ca"),
        ("output", "output"),
    ],
};

pub(super) fn run(command: cli::Profile) -> Result<ExitCode> {
    let environment = Environment::read();
    let file = environment.files.path();
    let file = file.context("there is no place for profiles: set HOME, XDG_CONFIG_HOME or CLAVIGER_PROFILES")?;
    match command {
        cli::Profile::Set(arguments) => set(&file, &arguments, &environment)?,
        cli::Profile::List(arguments) => {
            let profiles = Profiles::read(&file)?;
            let rows: Vec<Value> =
                profiles.iter().map(|(name, profile)| row(name, profile, profiles.current())).collect();
            match arguments.output {
                Output::Text => output::line(&PROFILES.table(&rows))?,
                Output::Json => output::line(&Value::from(rows).to_string())?,
            }
        }
        cli::Profile::Show(arguments) => {
            let profiles = Profiles::read(&file)?;
            let name = arguments.name.as_deref().unwrap_or(profiles.current());
            let profile = profiles.get(name).ok_or_else(|| missing(name))?;
            let shown = masked(name, profile, profiles.current());
            output::answer(arguments.output, &shown, |shown| Ok(PROFILE.lines(shown)))?;
        }
        cli::Profile::Remove(arguments) => {
            let name = &arguments.name;
            Profiles::read(&file)?.get(name).ok_or_else(|| missing(name))?;
            ask::confirm(arguments.sure.yes, &format!("Remove profile `{name}` and its key?"), name)?;
            Profiles::change(&file, |profiles| {
                profiles.take(name);
                Ok(())
            })?;
        }
        cli::Profile::Use(arguments) => Profiles::change(&file, |profiles| profiles.choose(&arguments.name))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn missing(name: &str) -> anyhow::Error {
    anyhow!("there is no profile `{name}`")
}

/// Everything is asked for before the file is held.
fn set(file: &std::path::Path, arguments: &SetProfile, environment: &Environment) -> Result<()> {
    if let Some(endpoint) = &arguments.endpoint {
        server_url("endpoint", endpoint)?;
    }
    let ca = arguments.ca.as_ref().map(std::path::absolute).transpose().context("the file of certificates")?;
    ensure!(
        ca.as_ref().is_none_or(|path| path.to_str().is_some_and(base::text::is_plain)),
        "the name of the file of certificates must be text"
    );
    let credentials = credentials(arguments, environment)?;
    Profiles::change(file, |profiles| {
        let before = profiles.take(&arguments.name).unwrap_or_default();
        let profile = changed(before, arguments, credentials, ca);
        profiles.put(&arguments.name, profile)
    })
}

fn changed(before: Profile, to: &SetProfile, credentials: Option<Credentials>, ca: Option<PathBuf>) -> Profile {
    let output = to.output.and_then(|form| form.to_possible_value()).map(|word| word.get_name().to_owned());
    Profile {
        endpoint: to.endpoint.clone().or(before.endpoint),
        // Another key has another end, which nobody has told.
        expires_at: if credentials.is_some() { None } else { before.expires_at },
        credentials: credentials.or(before.credentials),
        ca: ca.or(before.ca),
        output: output.or(before.output),
    }
}

/// The key that is to be kept, if one was named: out of the environment, or asked for.
fn credentials(arguments: &SetProfile, environment: &Environment) -> Result<Option<Credentials>> {
    if arguments.from_environment {
        let found = environment.credentials()?;
        return found.context("the environment holds no key: CLAVIGER_ACCESS_KEY_ID and so on").map(Some);
    }
    if arguments.api_key {
        return Ok(Some(Credentials::Bearer(ask::secret("API key")?)));
    }
    let Some(id) = arguments.access_key_id.clone() else { return Ok(None) };
    let secret = ask::secret("secret access key")?;
    let session_token = arguments.session_token.then(|| ask::secret("session token")).transpose()?;
    Ok(Some(Credentials::Key { id, secret, session_token }))
}

fn row(name: &str, profile: &Profile, current: &str) -> Value {
    let key = profile.credentials.as_ref().map(|credentials| match credentials {
        Credentials::Bearer(_) => "API key",
        Credentials::Key { id, .. } => id,
    });
    let row = json!({ "name": name, "current": name == current, "endpoint": profile.endpoint, "key": key,
        "expires_at": profile.expires_at });
    without_nulls(row)
}

/// A profile in which the secrets are hidden.
fn masked(name: &str, profile: &Profile, current: &str) -> Value {
    let (id, secret, token, api_key) = match &profile.credentials {
        None => (None, None, None, None),
        Some(Credentials::Bearer(_)) => (None, None, None, Some(HIDDEN)),
        Some(Credentials::Key { id, session_token, .. }) => {
            (Some(id.as_str()), Some(HIDDEN), session_token.as_ref().map(|_| HIDDEN), None)
        }
    };
    without_nulls(json!({ "name": name, "current": name == current, "endpoint": profile.endpoint, "access_key_id": id,
        "secret_access_key": secret, "session_token": token, "api_key": api_key, "expires_at": profile.expires_at,
        "ca": profile.ca, "output": profile.output }))
}

fn without_nulls(mut object: Value) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    object
}
