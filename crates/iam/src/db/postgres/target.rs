//! Where the database is: the URL, and what every connection asks for.

use std::{error::Error as _, time::Duration};

use base::secret::SecretText;
use tokio_postgres::{
    Config,
    config::{Host, SslMode, SslNegotiation, TargetSessionAttrs},
};

use crate::store::OpenError;

/// How long connecting to one host may take, from the first packet to the first answer.
const CONNECT_LIMIT: Duration = Duration::from_millis(1_200);
/// When an idle connection is first checked by the operating system, where the URL does not say; two hours,
/// the driver's own default, is longer than many networks remember a connection.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
/// What an operator sees in `pg_stat_activity`, where the URL does not say otherwise.
const APPLICATION_NAME: &str = "claviger";

/// How to reach the database. It holds the password, so nothing of it is ever printed.
pub(super) struct Target {
    pub(super) config: Config,
    /// How long connecting may take in all.
    pub(super) connect_limit: Duration,
}

impl Target {
    /// Reads a URL. Errors: `Url`, which repeats no part of it.
    pub(super) fn parse(url: &SecretText) -> Result<Self, OpenError> {
        let mut config: Config = url.expose().parse().map_err(|error: tokio_postgres::Error| {
            // The cause names options, and only those of encryption are looked for; it is not passed on.
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            OpenError::Url(if cause.contains("`ssl") { NO_TLS } else { NOT_UNDERSTOOD })
        })?;
        if config.get_ssl_mode() == SslMode::Require || config.get_ssl_negotiation() == SslNegotiation::Direct {
            return Err(OpenError::Url(NO_TLS));
        }
        let hosts = config.get_hosts().len().max(config.get_hostaddrs().len());
        if hosts == 0 {
            return Err(OpenError::Url("names no host"));
        }
        if config.get_ssl_mode() == SslMode::Prefer && !config.get_hosts().iter().all(is_near) {
            tracing::warn!("the connection to the database is not encrypted; sslmode=disable says that this is meant");
        }
        if config.get_application_name().is_none() {
            config.application_name(APPLICATION_NAME);
        }
        if config.get_keepalives_idle() > KEEPALIVE_IDLE {
            config.keepalives_idle(KEEPALIVE_IDLE);
        }
        let each = config.get_connect_timeout().map_or(CONNECT_LIMIT, |limit| CONNECT_LIMIT.min(*limit));
        config.connect_timeout(each);
        // Security is read and written on the primary only (SEC-207).
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        Ok(Self { config, connect_limit: each * u32::try_from(hosts).unwrap_or(1) })
    }
}

const NO_TLS: &str = "asks for an encrypted connection, which is not supported yet: it is refused, not downgraded";
const NOT_UNDERSTOOD: &str = "is not understood: write postgres://user:password@host:port/database";

/// Whether a host is this machine.
fn is_near(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback()),
        Host::Unix(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> String {
        Target::parse(&SecretText::new(url.to_owned())).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn encryption_that_is_asked_for_is_never_left_out() {
        for mode in
            ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full", "sslnegotiation=direct", "sslcert=a"]
        {
            let told = refusal(&format!("postgres://bob:swordfish@db.example/iam?{mode}"));
            assert!(told.contains("encrypted") && !told.contains("swordfish"), "{mode}: {told}");
        }
        for mode in ["", "sslmode=disable", "sslmode=prefer"] {
            assert_eq!(refusal(&format!("postgres://bob@127.0.0.1/iam?{mode}")), "", "{mode}");
        }
    }

    /// SEC-067: whatever is wrong with it, no part of a URL is repeated.
    #[test]
    fn sec_067_a_wrong_url_is_not_repeated() {
        for url in [
            "swordfish",
            "postgres://bob:swordfish@host:swordfish/",
            "postgres://bob:swordfish@[::1/",
            "postgres://bob@h/?swordfish=1",
            "host=h password=swordfish port=x",
            "postgres:///swordfish",
        ] {
            let told = refusal(url);
            assert!(told.starts_with("the database URL") && !told.contains("swordfish"), "{url}: {told}");
        }
    }

    #[test]
    fn every_connection_wants_the_primary_and_gives_up_in_time() {
        let url = "postgres://bob@a,b/iam?target_session_attrs=any&connect_timeout=60";
        let target = Target::parse(&SecretText::new(url.to_owned())).unwrap();
        assert_eq!(target.config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(target.connect_limit, 2 * CONNECT_LIMIT);
    }
}
