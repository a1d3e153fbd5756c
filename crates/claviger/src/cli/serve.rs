//! `claviger serve`.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use crate::{
    cli::Store,
    config::{LogFormat, LogLevel},
};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that can be typed")]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) store: Store,
    /// Make a small company in a store of its own, gone when the server stops, and print lines to paste
    #[arg(long, conflicts_with_all = ["data", "database", "config", "master_key_file"])]
    pub(crate) demo: bool,
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8585]
    #[arg(long, value_name = "ADDR", env = "CLAVIGER_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// URL by which people and programs reach the server [default: where it listens]
    #[arg(long, value_name = "URL", env = "CLAVIGER_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// File of the TLS certificate chain (PEM)
    #[arg(long, value_name = "FILE", env = "CLAVIGER_TLS_CERT")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// File of the certificate's private key (PEM)
    #[arg(long, value_name = "FILE", env = "CLAVIGER_TLS_KEY")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Speak plain HTTP beyond loopback, where something in front speaks TLS
    #[arg(long)]
    pub(crate) insecure_http: bool,
    /// Address of a listener for metrics [default: none; they are on the admin socket]
    #[arg(long, value_name = "ADDR", env = "CLAVIGER_METRICS_LISTEN")]
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Let that listener stand beyond loopback, where a network of its own keeps others out
    #[arg(long)]
    pub(crate) insecure_metrics: bool,
    /// How lines of the log are written, on standard error [default: text]
    #[arg(long, value_enum, value_name = "FORMAT", env = "CLAVIGER_LOG_FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
    /// What is logged [default: info]
    #[arg(long, value_enum, value_name = "LEVEL", env = "CLAVIGER_LOG_LEVEL")]
    pub(crate) log_level: Option<LogLevel>,
    /// Whether the environment acknowledges the insecure switches.
    #[arg(skip)]
    pub(crate) insecure_accepted: bool,
}
