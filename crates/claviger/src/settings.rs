//! Which server a command asks, and as whom: the arguments, then the environment, then a profile, each over the next.
//!
//! A key is taken as one: never its id from one place and its secret from another. A profile that is named in the
//! arguments stands over the environment, since whoever types it means it.

use std::{env, ffi::OsString, path::PathBuf};

use anyhow::{Context, Result, bail};
use base::secret::SecretText;
use clap::ValueEnum;

use crate::{
    cli::{Form, Server},
    config::ACKNOWLEDGEMENT,
    failure::Failure,
    profiles::{self, Profile, Profiles},
};

/// The server of this machine, as `serve` listens when nobody says otherwise.
const DEFAULT_ENDPOINT: &str = "http://127.0.0.1:8585";

/// All that a command has to know.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) place: Place,
    pub(crate) credentials: Option<Credentials>,
    /// What the environment or the profile says of the form of answers, which may be nonsense.
    form: Option<String>,
}

/// Where a server is.
#[derive(Debug)]
pub(crate) struct Place {
    /// `None` where nothing says; never so of the server that a command asks.
    pub(crate) endpoint: Option<String>,
    /// The file of the authorities to trust, where it is not the system's.
    pub(crate) ca: Option<PathBuf>,
    /// Whether the environment accepts plain HTTP beyond loopback.
    pub(crate) insecure_accepted: bool,
}

/// What proves who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// An access key; one of a session comes with a token.
    Key { id: String, secret: SecretText, session_token: Option<SecretText> },
    /// An API key, or a bearer token.
    Bearer(SecretText),
}

impl Credentials {
    /// Puts the parts together. Errors: half a key, or two proofs at once; `place` is where they stand.
    pub(crate) fn of(
        [id, secret, session_token]: [Option<String>; 3],
        api_key: Option<String>,
        place: &str,
    ) -> Result<Option<Self>> {
        match (id, secret, session_token, api_key) {
            (None, None, None, None) => Ok(None),
            (None, None, None, Some(key)) => Ok(Some(Self::Bearer(SecretText::new(key)))),
            (Some(id), Some(secret), token, None) => {
                let (secret, session_token) = (SecretText::new(secret), token.map(SecretText::new));
                Ok(Some(Self::Key { id, secret, session_token }))
            }
            (.., Some(_)) => bail!("{place}: an access key and an API key are two proofs: one of them must go"),
            _ => bail!("{place}: the id of an access key and its secret go together, a session token with both"),
        }
    }
}

/// What the environment holds for us. An empty variable is as none.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) endpoint: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) ca: Option<PathBuf>,
    pub(crate) output: Option<String>,
    /// Access key's id, its secret, session token.
    pub(crate) key: [Option<String>; 3],
    pub(crate) api_key: Option<String>,
    pub(crate) insecure_accepted: bool,
    pub(crate) files: profiles::Environment,
}

impl Environment {
    /// Reads it.
    pub(crate) fn read() -> Self {
        let path = |name: &str| raw(name).map(PathBuf::from);
        Self {
            endpoint: text("CLAVIGER_ENDPOINT"),
            profile: text("CLAVIGER_PROFILE"),
            ca: path("CLAVIGER_CA"),
            output: text("CLAVIGER_OUTPUT"),
            key: ["CLAVIGER_ACCESS_KEY_ID", "CLAVIGER_SECRET_ACCESS_KEY", "CLAVIGER_SESSION_TOKEN"].map(text),
            api_key: text("CLAVIGER_API_KEY"),
            insecure_accepted: text(ACKNOWLEDGEMENT).is_some_and(|value| value == "1"),
            files: profiles::Environment {
                file: path("CLAVIGER_PROFILES"),
                config_home: path("XDG_CONFIG_HOME"),
                home: path("HOME"),
            },
        }
    }

    /// What it holds for where something is brought from: a key of its own, and the files.
    pub(crate) fn read_source() -> Self {
        let Self { insecure_accepted, files, .. } = Self::read();
        let names = ["CLAVIGER_FROM_ACCESS_KEY_ID", "CLAVIGER_FROM_SECRET_ACCESS_KEY", "CLAVIGER_FROM_SESSION_TOKEN"];
        Self { key: names.map(text), insecure_accepted, files, ..Self::default() }
    }

    /// The key that it holds. Errors: half a key, or two.
    pub(crate) fn credentials(&self) -> Result<Option<Credentials>> {
        Credentials::of(self.key.clone(), self.api_key.clone(), "the environment")
    }
}

fn raw(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn text(name: &str) -> Option<String> {
    raw(name).and_then(|value| value.into_string().ok())
}

impl Settings {
    /// Decides. Errors: a profile that is not there, a file that others may read, half a key.
    pub(crate) fn decide(arguments: &Server, environment: &Environment) -> Result<Self> {
        let profile = match arguments.profile.as_ref().or(environment.profile.as_ref()) {
            Some(name) => named(name, environment)?,
            None => current(environment)?.unwrap_or_default(),
        };
        let settings = Self::combine(arguments, environment, profile)?;
        let endpoint = settings.place.endpoint.or_else(|| Some(DEFAULT_ENDPOINT.to_owned()));
        Ok(Self { place: Place { endpoint, ..settings.place }, ..settings })
    }

    /// Decides about where something is brought from: what stands for the server here never counts, not even the
    /// profile in use.
    pub(crate) fn of_source(arguments: &Server, environment: &Environment) -> Result<Self> {
        let profile = arguments.profile.as_ref().map(|name| named(name, environment)).transpose()?;
        Self::combine(arguments, environment, profile.unwrap_or_default())
    }

    fn combine(arguments: &Server, environment: &Environment, profile: Profile) -> Result<Self> {
        let typed = arguments.profile.is_some();
        let Environment { endpoint, ca, output, insecure_accepted, .. } = environment;
        let credentials = match profile.credentials {
            // What the environment holds need not even be right.
            Some(credentials) if typed => Some(credentials),
            other => environment.credentials()?.or(other),
        };
        let place = Place {
            endpoint: arguments.endpoint.clone().or(pick(typed, endpoint.clone(), profile.endpoint)),
            ca: arguments.ca.clone().or(pick(typed, ca.clone(), profile.ca)),
            insecure_accepted: *insecure_accepted,
        };
        Ok(Self { place, credentials, form: pick(typed, output.clone(), profile.output) })
    }

    /// The form of answers where none is typed. Errors: there is none of that name.
    pub(crate) fn form(&self) -> Result<Option<Form>> {
        let form = self.form.as_deref().map(|word| Form::from_str(word, false)).transpose();
        Ok(form.map_err(|_| Failure::usage("the form of answers must be `text`, `json` or `csv`"))?)
    }
}

/// The profile of that name. Errors: there is none.
fn named(name: &str, environment: &Environment) -> Result<Profile> {
    let file = environment.files.path();
    let file = file.context("there is no place for profiles: set HOME, XDG_CONFIG_HOME or CLAVIGER_PROFILES")?;
    let profile = Profiles::read(&file)?.take(name);
    profile.with_context(|| format!("there is no profile `{name}` in `{}`", file.display()))
}

/// The profile in use.
fn current(environment: &Environment) -> Result<Option<Profile>> {
    let Some(file) = environment.files.path() else { return Ok(None) };
    Ok(Profiles::read(&file)?.take_current())
}

fn pick<T>(typed: bool, environment: Option<T>, profile: Option<T>) -> Option<T> {
    if typed { profile.or(environment) } else { environment.or(profile) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::profiles::tests::private;

    const FILE: &str = r#"
        [default]
        endpoint = "https://profile"
        access_key_id = "profile-id"
        secret_access_key = "profile-secret"
        output = "json"
        [other]
        api_key = "other-key"
    "#;

    fn decide(arguments: &Server, environment: Environment) -> Result<Settings> {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("profiles.toml");
        private(&file, FILE);
        let files = profiles::Environment { file: Some(file.clone()), ..profiles::Environment::default() };
        let settings = Settings::decide(arguments, &Environment { files, ..environment });
        fs::remove_file(file).unwrap();
        settings
    }

    fn key(id: &str, secret: &str) -> Credentials {
        let (id, secret) = (id.to_owned(), SecretText::new(secret.to_owned()));
        Credentials::Key { id, secret, session_token: None }
    }

    fn environment() -> Environment {
        Environment {
            endpoint: Some("https://environment".to_owned()),
            key: [Some("env-id".to_owned()), Some("env-secret".to_owned()), None],
            output: Some("csv".to_owned()),
            ..Environment::default()
        }
    }

    #[test]
    fn arguments_stand_over_the_environment_and_that_over_the_profile() {
        let settings = decide(&Server::default(), Environment::default()).unwrap();
        assert_eq!(settings.place.endpoint.as_deref().unwrap(), "https://profile");
        assert_eq!(
            (settings.form().unwrap(), settings.credentials),
            (Some(Form::Json), Some(key("profile-id", "profile-secret")))
        );

        let settings = decide(&Server::default(), environment()).unwrap();
        assert_eq!(settings.place.endpoint.as_deref().unwrap(), "https://environment");
        assert_eq!(
            (settings.form().unwrap(), settings.credentials),
            (Some(Form::Csv), Some(key("env-id", "env-secret")))
        );

        let arguments = Server { endpoint: Some("https://typed".to_owned()), ..Server::default() };
        assert_eq!(decide(&arguments, environment()).unwrap().place.endpoint.as_deref(), Some("https://typed"));
    }

    #[test]
    fn a_typed_profile_stands_over_the_environment() {
        let named = |name: &str| Server { profile: Some(name.to_owned()), ..Server::default() };
        let settings = decide(&named("default"), environment()).unwrap();
        assert_eq!(settings.place.endpoint.as_deref().unwrap(), "https://profile");
        assert_eq!(
            (settings.form().unwrap(), settings.credentials),
            (Some(Form::Json), Some(key("profile-id", "profile-secret")))
        );
        let settings = decide(&named("other"), environment()).unwrap();
        assert_eq!(settings.credentials, Some(Credentials::Bearer(SecretText::new("other-key".to_owned()))));
        assert_eq!(settings.place.endpoint.as_deref().unwrap(), "https://environment", "the profile has none");

        let of_environment = Environment { profile: Some("other".to_owned()), ..environment() };
        assert_eq!(decide(&Server::default(), of_environment).unwrap().credentials, Some(key("env-id", "env-secret")));
        let missing = decide(&named("nobody"), environment()).unwrap_err().to_string();
        assert!(missing.starts_with("there is no profile `nobody` in `"), "{missing}");
    }

    #[test]
    fn half_a_key_and_two_proofs_are_refused() {
        let of = |key: [Option<&str>; 3], api_key: Option<&str>| {
            Credentials::of(key.map(|part| part.map(str::to_owned)), api_key.map(str::to_owned), "here")
        };
        assert_eq!(of([None; 3], None).unwrap(), None);
        for half in [[Some("a"), None, None], [None, Some("b"), None], [None, None, Some("c")]] {
            assert!(of(half, None).unwrap_err().to_string().contains("go together"));
            assert!(of(half, Some("d")).unwrap_err().to_string().contains("two proofs"));
        }
        assert!(of([Some("a"), Some("b"), Some("c")], None).is_ok());
    }
}
