//! TLS: the certificate that the server shows, which can change while it runs; and whom a client believes.

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result, ensure};
use arc_swap::ArcSwap;
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::config::TlsFiles;

/// The certificate in use.
pub(crate) struct Tls {
    files: TlsFiles,
    current: ArcSwap<ServerConfig>,
}

impl Tls {
    /// Reads the files. Errors: they are not there, not PEM, or do not belong together.
    pub(crate) fn read(files: TlsFiles) -> Result<Self> {
        let current = ArcSwap::new(read(&files)?);
        Ok(Self { files, current })
    }

    /// Reads the files again; new connections get what is in them now. On an error the old ones stay in use.
    pub(crate) fn reload(&self) -> Result<()> {
        self.current.store(read(&self.files)?);
        Ok(())
    }

    /// What makes a TLS connection of a plain one.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.current.load_full())
    }
}

fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>> {
    let certificate = files.certificate.display();
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("no certificates could be read from `{certificate}`"))?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .with_context(|| format!("no private key could be read from `{}`", files.key.display()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .context("no TLS version is left")?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .with_context(|| format!("the private key does not belong to the certificate in `{certificate}`"))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Where systems keep the authorities that they trust: Debian and its kin, Red Hat's, SUSE's, Alpine's.
const SYSTEM_ROOTS: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What makes a TLS connection to a server whose certificate comes from the authorities in this file, or else from those
/// that the system trusts. Errors: there are none.
pub(crate) fn connector(authorities: Option<&Path>) -> Result<TlsConnector> {
    let system = SYSTEM_ROOTS.map(Path::new).into_iter().find(|path| path.exists());
    let file = authorities.or(system).context("the system has no trusted authorities: name a file with `--ca`")?;
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("no certificates could be read from `{}`", file.display()))?;
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(certificates);
    ensure!(added > 0, "there are no certificates in `{}`", file.display());
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .context("no TLS version is left")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}
