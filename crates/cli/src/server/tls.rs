//! The certificate that a server shows to people.

use std::path::{Path, PathBuf};

use acopio_api::Tls;
use anyhow::Context;

use crate::failure::Result;

/// Options of `acopio serve` about HTTPS.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct TlsArgs {
    /// Certificate chain in PEM: the server then speaks HTTPS, and nothing else
    #[arg(long, value_name = "FILE", env = "ACOPIO_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate in PEM
    #[arg(long, value_name = "FILE", env = "ACOPIO_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl TlsArgs {
    /// Reads certificate and key, where they are given.
    ///
    /// # Errors
    ///
    /// When they cannot be read, or do not belong together.
    pub(crate) fn load(&self) -> Result<Option<Tls>> {
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else { return Ok(None) };
        let using = || format!("cannot use --tls-cert {} --tls-key {}", certificate.display(), key.display());
        Ok(Some(Tls::from_pem(&read(certificate)?, &read(key)?).with_context(using)?))
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    Ok(std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?)
}
