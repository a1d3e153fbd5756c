//! The configuration: a file, then the environment, then the arguments, each over the one before.
//!
//! One section, one struct, one file. Defaults stand in the code, unknown keys are errors, and everything is
//! read once, here, and handed down as values.

mod audit;
mod authorize;
mod catalogue;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod http;
mod log;
mod metrics;
mod otlp;
mod store;

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;

pub(crate) use self::{
    audit::AuditSection,
    authorize::AuthorizeSection,
    catalogue::CatalogueSection,
    http::{ACKNOWLEDGEMENT, HttpSection, server_url},
    log::{Log, LogFormat, LogLevel, LogSection},
    metrics::MetricsSection,
    otlp::{Otlp, OtlpSection},
    store::StoreSection,
};
pub use self::{
    audit::{Audit, SinkConfig, SinkPlace},
    authorize::Authorize,
    http::{Http, TlsFiles},
    metrics::Metrics,
    store::Store,
};

/// What a configuration file holds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct File {
    /// Where the store is.
    pub(crate) store: StoreSection,
    /// How it is reached.
    pub(crate) http: HttpSection,
    /// Where its metrics are.
    pub(crate) metrics: MetricsSection,
    /// What it logs.
    pub(crate) log: LogSection,
    /// Where its traces go.
    pub(crate) otlp: OtlpSection,
    /// What services there are.
    pub(crate) catalogue: CatalogueSection,
    /// Who may ask about whom.
    pub(crate) authorize: AuthorizeSection,
    /// Where the audit trail is handed on to.
    pub(crate) audit: AuditSection,
}

impl File {
    /// Reads a file; none at all is the same as an empty one.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        Self::parse(&text, path)
    }

    /// Reads the text of the file `path`.
    fn parse(text: &str, path: &Path) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            // Not the error's own text: it shows the line, which may hold the database's password (SEC-146).
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let (line, message) = (before.matches('\n').count() + 1, error.message());
            anyhow!("`{}` is not a valid configuration: {message} (line {line})", path.display())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<File> {
        Ok(toml::from_str(text)?)
    }

    /// SEC-272: what is not known, or out of range, stops the start.
    #[test]
    fn sec_272_unknown_keys_and_bad_values_are_errors() {
        let file = read("[store]\ndata = \"x\"\n[http]\nlisten = \"127.0.0.1:1\"\n").unwrap();
        assert_eq!(file.http.listen.unwrap().port(), 1);
        for bad in [
            "[shop]\n",
            "[store]\ndaat = \"x\"\n",
            "[http]\nlisten = \"nowhere\"\n",
            "[http]\ninsecure_http = \"yes\"\n",
            "[store]\nmax_staleness_s = -1\n",
            "[metrics]\nlisten = \"everywhere\"\n",
            "[metrics]\nport = 9585\n",
            "[log]\nlevel = \"loud\"\n",
            "[log]\nformat = \"xml\"\n",
            "[catalogue]\nfolders = \"x\"\n",
            "[authorize]\nservice_accounts = [123456789012]\n",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
