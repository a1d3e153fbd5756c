//! `[otlp]`: a collector of traces.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::server_url;

/// The section of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OtlpSection {
    /// The URL of the collector.
    pub(crate) endpoint: Option<String>,
    /// The file of the authorities that its certificate comes from, where it is not the system's.
    pub(crate) ca: Option<PathBuf>,
    /// Which part of all requests has a trace.
    pub(crate) sample_ratio: Option<f64>,
}

/// Where traces go, as decided from the file.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "a program without traces only says so"))]
pub(crate) struct Otlp {
    /// The URL of the collector, without a path.
    pub(crate) endpoint: String,
    /// The file of the authorities that its certificate comes from, where it is not the system's.
    pub(crate) ca: Option<PathBuf>,
    /// Which part of all requests has a trace: from 0 to 1.
    pub(crate) sample_ratio: f64,
}

impl Otlp {
    /// Decides; `None` where no traces are wanted. Errors: what is not a URL, a ratio out of range, a section without
    /// a collector.
    pub(crate) fn decide(section: OtlpSection) -> Result<Option<Self>> {
        let OtlpSection { endpoint, ca, sample_ratio } = section;
        let Some(endpoint) = endpoint else {
            ensure!(ca.is_none() && sample_ratio.is_none(), "`[otlp]` has no `endpoint`");
            return Ok(None);
        };
        server_url("`endpoint` of `[otlp]`", &endpoint)?;
        let sample_ratio = sample_ratio.unwrap_or(1.0);
        ensure!((0.0..=1.0).contains(&sample_ratio), "`sample_ratio` must be from 0 to 1");
        Ok(Some(Self { endpoint: endpoint.trim_end_matches('/').to_owned(), ca, sample_ratio }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_has_a_url_and_a_ratio() {
        let decide = |text: &str| Otlp::decide(toml::from_str(text).unwrap());
        assert!(decide("").unwrap().is_none());
        let otlp = decide("endpoint = \"http://127.0.0.1:4318/\"").unwrap().unwrap();
        assert_eq!((&*otlp.endpoint, otlp.sample_ratio), ("http://127.0.0.1:4318", 1.0));
        for bad in [
            "endpoint = \"127.0.0.1:4318\"",
            "endpoint = \"http://127.0.0.1:4318/v1/traces\"",
            "endpoint = \"http://x\"\nsample_ratio = 1.5",
            "endpoint = \"http://x\"\nsample_ratio = -1.0",
            "sample_ratio = 0.5",
        ] {
            assert!(decide(bad).is_err(), "{bad}");
        }
    }
}
