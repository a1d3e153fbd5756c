//! `[audit]`: where the audit trail is handed on to.

use std::{collections::BTreeSet, path::PathBuf};

use anyhow::{Context, Result, bail, ensure};
use iam::audit::SinkName;
use serde::Deserialize;

/// How many sinks there may be.
const SINKS_MAX: usize = 16;

/// The section of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuditSection {
    /// The sinks.
    pub(crate) sinks: Vec<SinkSection>,
}

/// One sink of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SinkSection {
    /// Under which name the store remembers how far it is.
    name: String,
    /// `file`, `syslog` or `webhook`.
    kind: String,
    /// A file's, or the socket's of syslog.
    path: Option<PathBuf>,
    /// Of a webhook.
    url: Option<String>,
    /// Whom a webhook's certificate comes from, where it is nobody whom the system trusts.
    ca: Option<PathBuf>,
}

/// Where the trail is handed on to, as decided from the file.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// The sinks.
    pub sinks: Vec<SinkConfig>,
}

/// One sink.
#[derive(Debug, Clone)]
pub struct SinkConfig {
    /// Its name.
    pub name: SinkName,
    /// Where it is.
    pub place: SinkPlace,
}

/// Where a sink is.
#[derive(Debug, Clone)]
pub enum SinkPlace {
    /// A file that lines are appended to.
    File(PathBuf),
    /// A datagram socket that speaks RFC 5424.
    Syslog(PathBuf),
    /// A server that takes batches of lines.
    Webhook {
        /// `http` to loopback, or `https`.
        url: hyper::Uri,
        /// The file of the authorities that its certificate comes from.
        ca: Option<PathBuf>,
    },
}

impl Audit {
    /// Decides. Errors: a name twice, what a kind does not have or lacks.
    pub(crate) fn decide(section: AuditSection) -> Result<Self> {
        ensure!(section.sinks.len() <= SINKS_MAX, "`[audit] sinks` may have at most {SINKS_MAX}");
        let mut names = BTreeSet::new();
        let mut sinks = Vec::new();
        for sink in section.sinks {
            ensure!(names.insert(sink.name.clone()), "`[audit] sinks`: the name `{}` stands twice", sink.name);
            let shown = format!("the audit sink `{}`", sink.name);
            sinks.push(sink.decide().context(shown)?);
        }
        Ok(Self { sinks })
    }
}

impl SinkSection {
    fn decide(self) -> Result<SinkConfig> {
        let name = SinkName::parse(&self.name)?;
        let place = match (self.kind.as_str(), self.path, self.url, self.ca) {
            ("file", Some(path), None, None) => SinkPlace::File(path),
            ("syslog", Some(path), None, None) => SinkPlace::Syslog(path),
            ("file" | "syslog", ..) => bail!("it must have a `path`, and no `url` or `ca`"),
            ("webhook", None, Some(url), ca) => SinkPlace::Webhook { url: webhook_url(&url)?, ca },
            ("webhook", ..) => bail!("it must have a `url`, and no `path`"),
            _ => bail!("`kind` must be `file`, `syslog` or `webhook`"),
        };
        Ok(SinkConfig { name, place })
    }
}

fn webhook_url(text: &str) -> Result<hyper::Uri> {
    let url: hyper::Uri = text.parse().context("`url` is not a URL")?;
    let host = url.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    ensure!(matches!(url.scheme_str(), Some("http" | "https")) && host, "`url` must be `http` or `https` with a host");
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(text: &str) -> Result<Audit> {
        Audit::decide(toml::from_str(text)?)
    }

    #[test]
    fn sec_272_a_sink_has_what_its_kind_wants() {
        let audit = decide(
            "[[sinks]]\nname = \"a\"\nkind = \"file\"\npath = \"x\"\n[[sinks]]\nname = \"b\"\nkind = \"webhook\"\nurl = \
             \"https://siem.example.com/in?key=1\"\n",
        );
        assert_eq!(audit.unwrap().sinks.len(), 2);
        for bad in [
            "[[sinks]]\nname = \"a\"\nkind = \"file\"\n",
            "[[sinks]]\nname = \"a\"\nkind = \"file\"\npath = \"x\"\nurl = \"http://x\"\n",
            "[[sinks]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"ftp://x\"\n",
            "[[sinks]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"https://me:secret@x\"\n",
            "[[sinks]]\nname = \"a b\"\nkind = \"file\"\npath = \"x\"\n",
            "[[sinks]]\nname = \"a\"\nkind = \"tape\"\npath = \"x\"\n",
            "[[sinks]]\nname = \"a\"\nkind = \"file\"\npath = \"x\"\ncolour = \"red\"\n",
            "[[sinks]]\nname = \"a\"\nkind = \"file\"\npath = \"x\"\n[[sinks]]\nname = \"a\"\nkind = \"file\"\npath = \"y\"\n",
        ] {
            assert!(decide(bad).is_err(), "{bad}");
        }
    }
}
