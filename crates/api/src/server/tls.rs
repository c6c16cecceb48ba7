//! TLS for people: a certificate of one's own, and handshakes beside each other, so that nobody slow holds up others.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What is spoken inside, the best first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];
/// How many handshakes may go on at the same time; further connections wait.
const HANDSHAKES_MAX: usize = 256;
/// How long a handshake may take.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// How many connections may wait to be served.
const READY_MAX: usize = 64;

/// A certificate with its key, for [`serve`](crate::serve).
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The text holds no certificates, or something that is none.
    #[error("the certificate cannot be read")]
    Certificate(#[source] rustls::pki_types::pem::Error),
    /// The text holds no key.
    #[error("the private key cannot be read")]
    Key(#[source] rustls::pki_types::pem::Error),
    /// They do not belong together, or are of a kind that is not supported.
    #[error("certificate and private key cannot be used together")]
    Unusable(#[source] rustls::Error),
}

impl Tls {
    /// Reads a certificate, with those that lead to its authority behind it, and its private key. Both are PEM.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read, or they do not belong together.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Tls, TlsError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
        let chain = chain.map_err(TlsError::Certificate)?;
        if chain.is_empty() {
            return Err(TlsError::Certificate(rustls::pki_types::pem::Error::NoItemsFound));
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(TlsError::Key)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.and_then(|config| config.with_no_client_auth().with_single_cert(chain, key));
        let mut config = config.map_err(TlsError::Unusable)?;
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        Ok(Tls(TlsAcceptor::from(Arc::new(config))))
    }

    /// Accepts connections whose handshake is done.
    ///
    /// # Errors
    ///
    /// When the system does not tell where the socket listens.
    pub(super) fn listen(self, listener: TcpListener) -> io::Result<TlsListener> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(READY_MAX);
        tokio::spawn(accept_all(listener, self.0, sender));
        Ok(TlsListener { address, ready })
    }
}

type Connection = (TlsStream<TcpStream>, SocketAddr);

/// A socket from which connections come with their handshake done.
pub(super) struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<Connection>,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Connection {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The accepting task ends after this listener does, or with the whole runtime.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// Accepts until nobody takes connections any more, which closes the socket.
async fn accept_all(mut listener: TcpListener, acceptor: TlsAcceptor, ready: mpsc::Sender<Connection>) {
    let turns = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    loop {
        let accept = async {
            let turn = turns.clone().acquire_owned().await.expect("the semaphore is never closed");
            (turn, Listener::accept(&mut listener).await)
        };
        let (turn, connection) = tokio::select! {
            accepted = accept => accepted,
            () = ready.closed() => return,
        };
        tokio::spawn(shake_hands(acceptor.clone(), connection, ready.clone(), turn));
    }
}

async fn shake_hands(
    acceptor: TlsAcceptor,
    (stream, address): (TcpStream, SocketAddr),
    ready: mpsc::Sender<Connection>,
    _turn: OwnedSemaphorePermit,
) {
    match timeout(HANDSHAKE_LIMIT, acceptor.accept(stream)).await {
        // When nobody takes it any more, the server is about to end.
        Ok(Ok(stream)) => drop(ready.send((stream, address)).await),
        Ok(Err(error)) => tracing::debug!("no TLS with {address}: {error}"),
        Err(_) => tracing::debug!("no TLS with {address}: the handshake took too long"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        let refused = |certificates: &[u8], key: &[u8]| match Tls::from_pem(certificates, key) {
            Ok(_) => panic!("it is none"),
            Err(error) => error.to_string(),
        };
        assert_eq!(refused(b"", b""), "the certificate cannot be read");
        let pem = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(refused(pem, b"no key"), "the private key cannot be read");
    }
}
