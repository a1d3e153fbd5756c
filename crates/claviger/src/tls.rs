//! TLS: the certificate in use, which can change while the server runs.

use std::sync::Arc;

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_rustls::TlsAcceptor;

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
