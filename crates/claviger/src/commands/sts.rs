//! `claviger sts …`

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};

use super::{
    body::{Body, Document},
    output::{self, View},
};
use crate::{
    cli::{AssumeRole, Form, Issued, IssuedForm, SessionToken, Sts},
    client::{Call, Client},
    profiles::{Profile, Profiles},
    settings::{Credentials, Environment, Settings},
    terminal::plain,
};

const CREDENTIALS: View = View {
    things: "credentials",
    columns: &[
        ("access key id", "access_key_id"),
        ("secret access key", "secret_access_key"),
        ("session token", "session_token"),
        ("token", "token"),
        ("issued", "issued_at"),
        ("ends", "expires_at"),
        ("principal", "principal.name"),
    ],
};

pub(super) fn run(command: Sts) -> Result<ExitCode> {
    match command {
        Sts::SessionToken(issued) => issue(&issued, "session-token", session_token),
        Sts::AssumeRole(issued) => issue(&issued, "assume-role", assume_role),
        Sts::BearerToken(issued) => issue(&issued, "bearer-token", session_token),
    }
}

fn session_token(what: &SessionToken) -> Result<Body> {
    let document = Document::maybe(&what.document)?;
    Ok(Body::new().with_some("duration_s", what.duration).with_some_document(document.as_ref()))
}

fn assume_role(what: &AssumeRole) -> Result<Body> {
    let document = Document::maybe(&what.document)?;
    Ok(Body::new()
        .with("role", what.role.as_str())
        .with("session_name", what.session_name.as_str())
        .with_some("account", what.account.as_deref())
        .with_some("duration_s", what.duration)
        .with_some("external_id", what.external_id.as_deref())
        .with_some("source_identity", what.source_identity.as_deref())
        .with_tags(&what.tags, false)
        .with_some_document(document.as_ref()))
}

fn issue<T: Args>(issued: &Issued<T>, call: &str, body: fn(&T) -> Result<Body>) -> Result<ExitCode> {
    let environment = Environment::read();
    let settings = Settings::decide(&issued.server, &environment)?;
    let form = match issued.output {
        Some(form) => form,
        None if settings.form()? == Some(Form::Json) => IssuedForm::Json,
        None => IssuedForm::Text,
    };
    let body = body(&issued.what)?;
    let credentials = Client::new(&settings)?.ask(&Call::post(&["sts", call], &body.json()))?;
    match (&issued.profile_name, form) {
        (Some(name), form) => {
            let ends = keep(name, &credentials, &settings, &environment)?;
            output::line(&match form {
                IssuedForm::Json => json!({ "profile": name, "expires_at": ends }).to_string(),
                _ => format!("profile `{name}` is good until {}", plain(&ends)),
            })?;
        }
        (None, IssuedForm::Text) => output::line(&CREDENTIALS.lines(&credentials))?,
        (None, IssuedForm::Json) => output::line(&credentials.to_string())?,
        (None, IssuedForm::Env) => output::line(&exports(&read(&credentials)?)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read(answer: &Value) -> Result<Credentials> {
    let member = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    let key = ["access_key_id", "secret_access_key", "session_token"].map(member);
    let read = Credentials::of(key, member("token"), "the answer")?;
    read.context("the answer holds no credentials")
}

/// Keeps them as a profile for the same server. Gives when they end.
fn keep(name: &str, answer: &Value, settings: &Settings, environment: &Environment) -> Result<String> {
    let file = environment.files.path();
    let file = file.context("there is no place for profiles: set HOME, XDG_CONFIG_HOME or CLAVIGER_PROFILES")?;
    let ends = output::field(answer, "expires_at")?.to_owned();
    let profile = Profile {
        endpoint: settings.place.endpoint.clone(),
        credentials: Some(read(answer)?),
        expires_at: Some(ends.clone()),
        ca: settings.place.ca.as_ref().map(std::path::absolute).transpose().context("the file of certificates")?,
        output: None,
    };
    Profiles::change(&file, |profiles| profiles.put(name, profile))?;
    Ok(ends)
}

/// Lines that a shell can run. Whatever would not stand in them as it is, is refused.
fn exports(credentials: &Credentials) -> Result<String> {
    let pairs = match credentials {
        Credentials::Bearer(token) => vec![("CLAVIGER_API_KEY", token.expose())],
        Credentials::Key { id, secret, session_token } => {
            let token = session_token.as_ref().map(|token| ("CLAVIGER_SESSION_TOKEN", token.expose()));
            let key = [("CLAVIGER_ACCESS_KEY_ID", id.as_str()), ("CLAVIGER_SECRET_ACCESS_KEY", secret.expose())];
            key.into_iter().chain(token).collect()
        }
    };
    let unset = match credentials {
        Credentials::Bearer(_) => "unset CLAVIGER_ACCESS_KEY_ID CLAVIGER_SECRET_ACCESS_KEY CLAVIGER_SESSION_TOKEN",
        Credentials::Key { .. } => "unset CLAVIGER_API_KEY",
    };
    let harmless = |value: &str| value.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=-_.:".contains(&b));
    let line = |(name, value): &(&str, &str)| harmless(value).then(|| format!("export {name}={value}"));
    let lines: Option<Vec<String>> = pairs.iter().map(line).chain([Some(unset.to_owned())]).collect();
    Ok(lines.context("the answer holds credentials that no shell should see")?.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_gets_lines_that_it_can_run() {
        let key = json!({ "access_key_id": "CVTK", "secret_access_key": "s3", "session_token": "a+/=_-.b" });
        let wanted = "export CLAVIGER_ACCESS_KEY_ID=CVTK\nexport CLAVIGER_SECRET_ACCESS_KEY=s3\n\
                      export CLAVIGER_SESSION_TOKEN=a+/=_-.b\nunset CLAVIGER_API_KEY";
        assert_eq!(exports(&read(&key).unwrap()).unwrap(), wanted);
        let wanted = "export CLAVIGER_API_KEY=t\nunset CLAVIGER_ACCESS_KEY_ID CLAVIGER_SECRET_ACCESS_KEY \
                      CLAVIGER_SESSION_TOKEN";
        assert_eq!(exports(&read(&json!({ "token": "t" })).unwrap()).unwrap(), wanted);
    }

    #[test]
    fn what_a_shell_would_obey_is_not_shown_to_it() {
        for bad in ["a;rm -rf", "$(x)", "`x`", "a b", "a\nb", "'"] {
            assert!(exports(&read(&json!({ "token": bad })).unwrap()).is_err(), "{bad}");
        }
        assert!(read(&json!({})).is_err());
    }
}
