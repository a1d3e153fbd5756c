//! Profiles: servers and keys that a person keeps under names, in a file of their own.
//!
//! ```toml
//! current = "production"
//!
//! [production]
//! endpoint = "https://iam.example.com"
//! access_key_id = "…"
//! secret_access_key = "…"
//! ```

mod file;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use base::text::is_plain;
use toml::{Table, Value};

pub(crate) use self::file::Environment;
use crate::settings::Credentials;

/// The profile that is used when nobody has chosen one.
const DEFAULT: &str = "default";
/// The member of the file that names the profile in use.
const CURRENT: &str = "current";
const NAME_MAX: usize = 64;
/// What a profile may hold, in the order in which it is written.
const MEMBERS: [&str; 8] =
    ["endpoint", "access_key_id", "secret_access_key", "session_token", "api_key", "expires_at", "ca", "output"];

/// One server, and who one is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) endpoint: Option<String>,
    pub(crate) credentials: Option<Credentials>,
    /// When the credentials end, for people.
    pub(crate) expires_at: Option<String>,
    pub(crate) ca: Option<PathBuf>,
    /// The form of answers.
    pub(crate) output: Option<String>,
}

/// All of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Profiles {
    current: Option<String>,
    all: BTreeMap<String, Profile>,
}

impl Profiles {
    /// Reads a file; where there is none, there are no profiles. Errors: others may read it, or it is not as it must be.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let Some(text) = file::read(path)? else { return Ok(Self::default()) };
        Self::parse(&text).with_context(|| format!("`{}` does not hold profiles", path.display()))
    }

    /// Changes a file, or makes it. What others write meanwhile is not lost, and the file is never half written.
    pub(crate) fn change(path: &Path, change: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let _lock = file::lock(path)?;
        let mut profiles = Self::read(path)?;
        change(&mut profiles)?;
        file::write(path, &profiles.to_text())
    }

    /// The name of the profile in use; there may be none of that name.
    pub(crate) fn current(&self) -> &str {
        self.current.as_deref().unwrap_or(DEFAULT)
    }

    pub(crate) fn take_current(&mut self) -> Option<Profile> {
        let name = self.current().to_owned();
        self.take(&name)
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Profile> {
        self.all.remove(name)
    }

    /// All, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Profile)> {
        self.all.iter().map(|(name, profile)| (name.as_str(), profile))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Profile> {
        self.all.get(name)
    }

    /// Puts a profile under a name. Errors: the name cannot be one, or something in it cannot be kept.
    pub(crate) fn put(&mut self, name: &str, profile: Profile) -> Result<()> {
        ensure!(
            is_name(name),
            "the name of a profile has 1 to 64 ASCII letters, digits and `-_.@`, and is not `{CURRENT}`"
        );
        for (member, value) in MEMBERS.iter().zip(profile.members()) {
            ensure!(value.is_none_or(|value| is_value(&value)), "`{member}` must be a text in one line");
        }
        self.all.insert(name.to_owned(), profile);
        Ok(())
    }

    /// Makes a profile the one in use. Errors: there is none of that name.
    pub(crate) fn choose(&mut self, name: &str) -> Result<()> {
        ensure!(self.all.contains_key(name), "there is no profile `{name}`");
        self.current = Some(name.to_owned());
        Ok(())
    }

    /// Errors tell where, and never a value, which may be a secret.
    fn parse(text: &str) -> Result<Self> {
        let table: Table = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            anyhow!("it is not TOML (line {})", before.matches('\n').count() + 1)
        })?;
        let mut profiles = Self::default();
        for (name, value) in table {
            match value {
                Value::String(current) if name == CURRENT => profiles.current = Some(current),
                Value::Table(members) => {
                    let profile = Profile::parse(members).with_context(|| format!("profile `{name}`"))?;
                    profiles.put(&name, profile)?;
                }
                _ => bail!("`{name}` is not a profile"),
            }
        }
        Ok(profiles)
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        if let Some(current) = &self.current {
            let _ = write!(text, "{CURRENT} = {}\n\n", quote(current));
        }
        for (name, profile) in &self.all {
            let _ = writeln!(text, "[{}]", quote(name));
            for (member, value) in MEMBERS.iter().zip(profile.members()).filter_map(|(m, v)| Some((m, v?))) {
                let _ = writeln!(text, "{member} = {}", quote(&value));
            }
            text.push('\n');
        }
        text
    }
}

impl Profile {
    fn parse(mut members: Table) -> Result<Self> {
        let mut take = |name: &str| match members.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) if is_value(&text) => Ok(Some(text)),
            Some(_) => Err(anyhow!("`{name}` must be a text in one line")),
        };
        let [endpoint, id, secret, token, api_key, expires_at, ca, output] = MEMBERS.map(&mut take);
        let credentials = Credentials::of([id?, secret?, token?], api_key?, "its key")?;
        let profile = Self {
            endpoint: endpoint?,
            credentials,
            expires_at: expires_at?,
            ca: ca?.map(PathBuf::from),
            output: output?,
        };
        let unknown = members.keys().next();
        ensure!(unknown.is_none(), "`{}` is not known", unknown.map_or("", String::as_str));
        Ok(profile)
    }

    /// The values of [`MEMBERS`].
    fn members(&self) -> [Option<String>; MEMBERS.len()] {
        let (mut key, mut api_key) = ([None, None, None], None);
        match &self.credentials {
            None => {}
            Some(Credentials::Bearer(token)) => api_key = Some(token.expose().to_owned()),
            Some(Credentials::Key { id, secret, session_token }) => {
                let token = session_token.as_ref().map(|token| token.expose().to_owned());
                key = [Some(id.clone()), Some(secret.expose().to_owned()), token];
            }
        }
        let [id, secret, token] = key;
        let ca = self.ca.as_ref().map(|path| path.display().to_string());
        [self.endpoint.clone(), id, secret, token, api_key, self.expires_at.clone(), ca, self.output.clone()]
    }
}

fn is_name(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
    (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(legal) && name != CURRENT
}

fn is_value(text: &str) -> bool {
    !text.is_empty() && is_plain(text)
}

/// A text as TOML writes it: as JSON does, where it holds no control character.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use base::secret::SecretText;

    use super::*;

    /// Writes a file that only its owner may read.
    pub(crate) fn private(path: &Path, text: &str) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn profile(credentials: Option<Credentials>) -> Profile {
        Profile {
            endpoint: Some("https://[::1]:8585".to_owned()),
            credentials,
            ca: Some("/etc/a \"b\"\\c".into()),
            output: Some("json".to_owned()),
            expires_at: Some("2026-11-22T08:00:00Z".to_owned()),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let secret = |text: &str| SecretText::new(text.to_owned());
        let key = |session_token| Credentials::Key { id: "id".to_owned(), secret: secret("se=cret"), session_token };
        let mut profiles = Profiles::default();
        profiles.put("a", profile(Some(key(None)))).unwrap();
        profiles.put("b.c@d", profile(Some(key(Some(secret("tok/en+==")))))).unwrap();
        profiles.put("e", profile(Some(Credentials::Bearer(secret("bearer"))))).unwrap();
        profiles.put("f", Profile::default()).unwrap();
        profiles.choose("e").unwrap();
        assert_eq!(Profiles::parse(&profiles.to_text()).unwrap(), profiles);
        assert_eq!((profiles.current(), Profiles::default().current()), ("e", "default"));
    }

    /// SEC-146: what is wrong with a file is told without what it holds.
    #[test]
    fn sec_146_what_is_wrong_is_told_without_the_secret() {
        for (bad, what) in [
            ("[a]\nsecret_access_key = canary\n", "it is not TOML (line 2)"),
            ("[a]\nsecret_access_key = \"canary\"\n", "profile `a`: its key: the id of an access key and its secret"),
            ("[a]\napi_key = [\"canary\"]\n", "profile `a`: `api_key` must be a text in one line"),
            ("[a]\napi_key = \"ca\\nnary\"\n", "profile `a`: `api_key` must be a text in one line"),
            ("[a]\napikey = \"canary\"\n", "profile `a`: `apikey` is not known"),
            ("api_key = \"canary\"\n", "`api_key` is not a profile"),
            ("[a]\napi_key = \"canary\"\napi_key = \"canary\"\n", "it is not TOML (line 3)"),
            ("[\"a b\"]\n", "the name of a profile has 1 to 64"),
            ("[current]\n", "the name of a profile has 1 to 64"),
        ] {
            let error = format!("{:#}", Profiles::parse(bad).unwrap_err());
            assert!(error.starts_with(what) && !error.contains("canary"), "{bad}: {error}");
        }
    }

    #[test]
    fn many_may_change_the_file_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("profiles.toml");
        std::thread::scope(|scope| {
            for number in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    Profiles::change(path, |profiles| profiles.put(&format!("p{number}"), Profile::default())).unwrap();
                });
            }
        });
        assert_eq!(Profiles::read(&path).unwrap().iter().count(), 8);
        let refused = Profiles::change(&path, |profiles| profiles.choose("nobody"));
        assert_eq!(refused.unwrap_err().to_string(), "there is no profile `nobody`");
        assert_eq!(Profiles::read(&path).unwrap().current(), "default");
    }
}
