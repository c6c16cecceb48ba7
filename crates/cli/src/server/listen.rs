//! Where the server listens: on this machine only, unless it is said that the way there is protected.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use anyhow::Context;

use crate::failure::{Failure, Result};

/// Opens the port. `is_protected` says that others on the network cannot read along: there is TLS, or a proxy with it.
///
/// # Errors
///
/// When others on the network could read along, or the port cannot be had.
pub(crate) fn bind(listen: SocketAddr, is_protected: bool) -> Result<TcpListener> {
    if !listen.ip().is_loopback() && !is_protected {
        return Err(Failure::usage(format!(
            "refusing to serve passwords and stock over plain HTTP beyond this machine: --listen {listen}"
        ))
        .hint(
            "give it a certificate with --tls-cert and --tls-key (`acopio ca` makes one), or put a proxy with TLS in \
             front and pass --insecure-http to say that there is one",
        ));
    }
    let listener = TcpListener::bind(listen).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            let another = SocketAddr::new(listen.ip(), listen.port().wrapping_add(1).max(1024));
            Failure::new(format!("port {} is in use: another program listens on {listen}", listen.port()))
                .hint(format!("choose another address with --listen, as in --listen {another}"))
        }
        ErrorKind::PermissionDenied => Failure::new(format!("not allowed to listen on {listen}"))
            .hint("ports below 1024 are the system's: choose another with --listen"),
        _ => anyhow::Error::new(error).context(format!("cannot listen on {listen} (--listen)")).into(),
    })?;
    listener.set_nonblocking(true).context("cannot prepare the port")?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_busy_port_is_named_with_the_option_that_changes_it() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let busy = taken.local_addr().expect("its address");
        let refused = bind(busy, false).expect_err("it is taken").text();
        assert!(refused.contains(&format!("port {} is in use", busy.port())), "{refused}");
        assert!(refused.contains("--listen 127.0.0.1:"), "{refused}");
    }

    #[test]
    fn plain_http_beyond_this_machine_must_be_asked_for() {
        let refused = bind(address("0.0.0.0:0"), false).expect_err("others could read along").text();
        assert!(refused.contains("--insecure-http"), "{refused}");
        assert!(bind(address("[::1]:0"), false).is_ok() || bind(address("127.0.0.1:0"), false).is_ok());
    }
}
