//! Serving an API on a socket, until it is told to end.

mod tls;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::serve::{Listener, ListenerExt};
use tokio::net::{TcpListener, TcpStream};

use crate::Api;

pub use tls::{Tls, TlsError};

/// Serves until `shutdown` comes; then takes no new connections, ends event streams, and lets requests finish for as
/// long as `drain_limit`. With `tls` it speaks HTTPS and nothing else.
///
/// # Errors
///
/// When the socket fails.
pub async fn serve<F>(
    listener: TcpListener,
    tls: Option<Tls>,
    api: Api,
    shutdown: F,
    drain_limit: Duration,
) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    match tls {
        None => run(listener, |stream| no_delay(stream), api, shutdown, drain_limit).await,
        Some(tls) => {
            run(tls.listen(listener)?, |stream| no_delay(stream.get_ref().0), api, shutdown, drain_limit)
                .await
        }
    }
}

/// Without it a small answer may wait for the acknowledgement of the one before.
fn no_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("cannot set TCP_NODELAY: {error}");
    }
}

async fn run<L, F>(
    listener: L,
    prepare: fn(&mut L::Io),
    api: Api,
    shutdown: F,
    drain_limit: Duration,
) -> io::Result<()>
where
    L: Listener<Addr = SocketAddr>,
    F: Future<Output = ()> + Send + 'static,
{
    let service = api.router().into_make_service_with_connect_info::<SocketAddr>();
    let mut draining = api.app.draining.subscribe();
    let app = api.app.clone();
    let begin_to_end = async move {
        shutdown.await;
        app.draining.send_replace(true);
        app.imports.stop();
    };
    let served =
        axum::serve(listener.tap_io(prepare), service).with_graceful_shutdown(begin_to_end).into_future();
    let too_long = async move {
        // The sender lives in `api`, so this ends when draining begins and not before.
        let _ = draining.wait_for(|draining| *draining).await;
        tokio::time::sleep(drain_limit).await;
    };
    tokio::select! {
        result = served => result,
        () = too_long => {
            tracing::warn!("requests were still running after {} s", drain_limit.as_secs());
            Ok(())
        }
    }
}
