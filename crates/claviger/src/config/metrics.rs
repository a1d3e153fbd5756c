//! `[metrics]`: a listener of its own for who scrapes metrics.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::ACKNOWLEDGEMENT;
use crate::cli;

/// The section of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MetricsSection {
    /// Where to listen.
    pub(crate) listen: Option<SocketAddr>,
    /// Beyond loopback, too.
    pub(crate) insecure_metrics: bool,
}

/// Where metrics are scraped, as decided from file, environment and arguments. They are on the admin socket anyway.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    /// Where to listen; none where nobody is to come over the network.
    pub listen: Option<SocketAddr>,
    /// Whether to listen beyond loopback is wanted.
    pub insecure_metrics: bool,
}

impl Metrics {
    /// Decides. Errors: a listener where others than this machine could read them (SEC-277).
    pub(crate) fn decide(arguments: &cli::Serve, section: &MetricsSection) -> Result<Self> {
        let listen = arguments.metrics_listen.or(section.listen);
        let insecure_metrics = arguments.insecure_metrics || section.insecure_metrics;
        if let Some(listen) = listen.filter(|listen| !listen.ip().is_loopback()) {
            ensure!(
                insecure_metrics && arguments.insecure_accepted,
                "on {listen} everybody could read the metrics: listen on loopback, or, where a network of their own \
                 keeps others out, give `--insecure-metrics` and {ACKNOWLEDGEMENT}=1 in the environment"
            );
        }
        Ok(Self { listen, insecure_metrics })
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;
    use clap::Parser;

    use super::*;

    fn decide(arguments: &[&str], section: &MetricsSection, accepted: bool) -> Result<Metrics> {
        let all = ["claviger", "serve"].iter().chain(arguments);
        let cli::Command::Serve(mut serve) = cli::Arguments::try_parse_from(all)?.command else { bail!("not serve") };
        serve.insecure_accepted = accepted;
        Metrics::decide(&serve, section)
    }

    #[test]
    fn arguments_stand_over_the_file() {
        let file = MetricsSection { listen: "127.0.0.1:1".parse().ok(), insecure_metrics: false };
        let port = |arguments: &[&str]| decide(arguments, &file, false).unwrap().listen.map(|listen| listen.port());
        assert_eq!((port(&[]), port(&["--metrics-listen", "[::1]:2"])), (Some(1), Some(2)));
        assert_eq!(decide(&[], &MetricsSection::default(), false).unwrap().listen, None);
    }

    /// SEC-271, SEC-277: metrics beyond loopback need the switch and the acknowledgement, both.
    #[test]
    fn sec_271_sec_277_metrics_beyond_loopback_are_refused() {
        let beyond = || MetricsSection { listen: "192.0.2.1:1".parse().ok(), insecure_metrics: false };
        assert!(decide(&[], &beyond(), true).is_err());
        assert!(decide(&["--insecure-metrics"], &beyond(), false).is_err());
        assert!(decide(&["--insecure-metrics"], &beyond(), true).unwrap().insecure_metrics);
        assert!(decide(&[], &MetricsSection { insecure_metrics: true, ..beyond() }, true).is_ok());
    }
}
