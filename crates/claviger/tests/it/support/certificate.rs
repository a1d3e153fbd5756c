//! Certificates of tests.

use data_encoding::BASE64;

/// A certificate for 127.0.0.1 that vouches for itself.
pub(crate) struct Certificate {
    pub(crate) der: Vec<u8>,
    /// PEM.
    pub(crate) chain: String,
    /// PEM.
    pub(crate) key: String,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("it can be made");
        let pem = |label: &str, der: &[u8]| {
            let lines: Vec<String> = BASE64
                .encode(der)
                .as_bytes()
                .chunks(64)
                .map(|line| String::from_utf8_lossy(line).into_owned())
                .collect();
            format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
        };
        let der = made.cert.der().to_vec();
        let (chain, key) = (pem("CERTIFICATE", &der), pem("PRIVATE KEY", &made.signing_key.serialize_der()));
        Self { der, chain, key }
    }
}
