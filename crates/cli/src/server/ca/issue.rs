//! Makes keys and certificates. No files here.

use anyhow::{Context, Result, bail};
use jiff::{Span, Timestamp, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// How long an authority is good.
const AUTHORITY_YEARS: i32 = 10;
/// How long a server's certificate is good: phones take none that is good for more than 825 days.
const SERVER_DAYS: i32 = 800;

/// A certificate and its key, in PEM.
pub(super) struct Issued {
    pub(super) certificate: String,
    pub(super) key: String,
}

/// An authority that can sign.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Makes an authority; `name` is what people see when they are asked to trust it.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub(super) fn make(name: &str) -> Result<Issued> {
        let key = KeyPair::generate().context("cannot make a key")?;
        let mut params = authority_params(name);
        valid_until(&mut params, Span::new().years(AUTHORITY_YEARS))?;
        let certificate = params.self_signed(&key).context("cannot sign the authority's certificate")?;
        Ok(Issued { certificate: certificate.pem(), key: key.serialize_pem() })
    }

    /// Reads an authority that was made here.
    ///
    /// # Errors
    ///
    /// When the texts are no certificate and key, or not of an authority that was made here.
    pub(super) fn read(certificate: &str, key: &str) -> Result<Authority> {
        let key = KeyPair::from_pem(key).context("cannot read the authority's key")?;
        let issuer = Issuer::new(authority_params(&name_of(certificate)?), key);
        Ok(Authority { issuer })
    }

    /// Makes a key and a certificate for a server that is reached by these names and addresses.
    ///
    /// # Errors
    ///
    /// When one of them is no name, or the system has no randomness.
    pub(super) fn certify(&self, names: &[String]) -> Result<Issued> {
        let key = KeyPair::generate().context("cannot make a key")?;
        let mut params = CertificateParams::new(names.to_vec()).context("a name cannot be certified")?;
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, names[0].as_str());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        // The servers of a hub are clients of each other.
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        valid_until(&mut params, Span::new().days(SERVER_DAYS))?;
        let certificate = params.signed_by(&key, &self.issuer).context("cannot sign the certificate")?;
        Ok(Issued { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// From yesterday, for the clocks of those who check it may be behind.
fn valid_until(params: &mut CertificateParams, span: Span) -> Result<()> {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let (from, until) = (today.yesterday()?, today.checked_add(span)?);
    let moment = |date: jiff::civil::Date| {
        rcgen::date_time_ymd(date.year().into(), date.month() as u8, date.day() as u8)
    };
    (params.not_before, params.not_after) = (moment(from), moment(until));
    Ok(())
}

/// The name of an authority that was made here: it has a common name and nothing else.
fn name_of(certificate: &str) -> Result<String> {
    let der = CertificateDer::from_pem_slice(certificate.as_bytes());
    let der = der.context("cannot read the authority's certificate")?;
    let mut store = RootCertStore::empty();
    store.add(der).context("the authority's certificate is damaged")?;
    let subject = store.roots[0].subject.as_ref();
    match subject {
        // SET { SEQUENCE { OBJECT IDENTIFIER 2.5.4.3, UTF8String } }
        [0x31, _, 0x30, _, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, length, name @ ..]
            if usize::from(*length) == name.len() =>
        {
            String::from_utf8(name.to_vec()).context("the authority's name is damaged")
        }
        _ => bail!("the authority was not made by `acopio ca init`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_knows_its_name_again() {
        let made = Authority::make("Compañía").expect("an authority");
        assert_eq!(name_of(&made.certificate).expect("its name"), "Compañía");
        assert!(Authority::read(&made.certificate, &made.key).is_ok());
        assert!(Authority::read(&made.key, &made.certificate).is_err());
        let server =
            Authority::read(&made.certificate, &made.key).and_then(|ca| ca.certify(&["a".to_owned()]));
        assert!(name_of(&server.expect("a certificate").certificate).is_ok_and(|name| name == "a"));
    }
}
