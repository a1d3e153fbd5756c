//! `[http]`: how the server is reached.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::cli;

/// Where the server listens when nobody says otherwise.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8585);
/// What must stand in the environment, with the value `1`, before an insecure switch has effect beyond loopback
/// (SEC-271).
pub(crate) const ACKNOWLEDGEMENT: &str = "CLAVIGER_I_ACCEPT_INSECURE_HTTP";

/// The section of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HttpSection {
    /// Where to listen.
    pub(crate) listen: Option<SocketAddr>,
    /// The URL by which people and programs reach the server.
    pub(crate) public_url: Option<String>,
    /// The file of the TLS certificate chain, PEM.
    pub(crate) tls_cert: Option<PathBuf>,
    /// The file of its private key, PEM.
    pub(crate) tls_key: Option<PathBuf>,
    /// Plain HTTP beyond loopback.
    pub(crate) insecure_http: bool,
}

/// How the server is reached, as decided from file, environment and arguments.
#[derive(Debug, Clone)]
pub struct Http {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The URL by which the server is reached, without a slash at its end; `None` for where it listens.
    pub public_url: Option<String>,
    /// Certificate chain and private key, both PEM files.
    pub tls: Option<TlsFiles>,
    /// Whether plain HTTP beyond loopback is wanted.
    pub insecure_http: bool,
}

/// The files of a certificate.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The chain, PEM.
    pub certificate: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
}

impl Http {
    /// Plain HTTP on this address, which should be loopback.
    pub fn plain(listen: SocketAddr) -> Self {
        Self { listen, public_url: None, tls: None, insecure_http: false }
    }

    /// Decides. Errors: half a certificate, a URL that is none, plain HTTP where it is not safe.
    pub(crate) fn decide(arguments: &cli::Serve, section: HttpSection) -> Result<Self> {
        let certificate = arguments.tls_cert.clone().or(section.tls_cert);
        let key = arguments.tls_key.clone().or(section.tls_key);
        let tls = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
            (None, None) => None,
            _ => bail!("a TLS certificate and its key go together: give both `--tls-cert` and `--tls-key`"),
        };
        let public_url = arguments.public_url.clone().or(section.public_url).as_deref().map(public_url).transpose()?;
        let listen = arguments.listen.or(section.listen).unwrap_or(DEFAULT_LISTEN);
        let insecure_http = arguments.insecure_http || section.insecure_http;
        if tls.is_none() && !listen.ip().is_loopback() {
            ensure!(
                insecure_http && arguments.insecure_accepted,
                "on {listen} everybody between could read and change what is sent: give `--tls-cert` and `--tls-key`, \
                 or, where something in front speaks TLS, `--insecure-http` and {ACKNOWLEDGEMENT}=1 in the environment"
            );
        }
        Ok(Self { listen, public_url, tls, insecure_http })
    }
}

fn public_url(text: &str) -> Result<String> {
    server_url("public URL", text)?;
    Ok(text.trim_end_matches('/').to_owned())
}

/// Reads the URL of a server: `http` or `https`, a host, perhaps a port, nothing more. `what` it is goes into errors.
pub(crate) fn server_url(what: &str, text: &str) -> Result<hyper::Uri> {
    let uri: hyper::Uri = text.parse().with_context(|| format!("the {what} `{text}` is not a URL"))?;
    let plain = matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
        && matches!(uri.path(), "" | "/")
        && uri.query().is_none();
    ensure!(plain, "the {what} `{text}` must be `http` or `https` with a host, and perhaps a port");
    Ok(uri)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn decide(arguments: &[&str], section: HttpSection, accepted: bool) -> Result<Http> {
        let all = ["claviger", "serve"].iter().chain(arguments);
        let cli::Command::Serve(mut serve) = cli::Arguments::try_parse_from(all)?.command else { bail!("not serve") };
        serve.insecure_accepted = accepted;
        Http::decide(&serve, section)
    }

    #[test]
    fn arguments_stand_over_the_file() {
        let file = || HttpSection { listen: "127.0.0.1:1".parse().ok(), ..HttpSection::default() };
        assert_eq!(decide(&[], file(), false).unwrap().listen.port(), 1);
        assert_eq!(decide(&["--listen", "[::1]:2"], file(), false).unwrap().listen.port(), 2);
        assert_eq!(decide(&[], HttpSection::default(), false).unwrap().listen, DEFAULT_LISTEN);
    }

    /// SEC-271: plain HTTP beyond loopback needs the switch and the acknowledgement, both.
    #[test]
    fn sec_271_plain_http_beyond_loopback_is_refused() {
        let beyond = ["--listen", "0.0.0.0:1"];
        let switched = ["--listen", "0.0.0.0:1", "--insecure-http"];
        assert!(decide(&beyond, HttpSection::default(), true).is_err());
        assert!(decide(&switched, HttpSection::default(), false).is_err());
        assert!(decide(&switched, HttpSection::default(), true).is_ok());
    }

    #[test]
    fn half_a_certificate_and_odd_urls_are_refused() {
        assert!(decide(&["--tls-cert", "x"], HttpSection::default(), false).is_err());
        for bad in ["ftp://x", "x", "https://", "https://a@b", "https://a/b", "https://a?b"] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
        assert_eq!(public_url("https://iam.example.com:8443/").unwrap(), "https://iam.example.com:8443");
    }
}
