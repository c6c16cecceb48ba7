//! `cargo xtask demo`: builds the program and becomes its own `demo` command.
//!
//! What the demo company holds is decided there, not here.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::process::{become_command, cargo, run as run_command, target_dir};
use crate::{nats, web};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Address to serve on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder that keeps the demo company between starts
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Keep the company in target/demo: short for --data target/demo
    #[arg(long, conflicts_with = "data")]
    keep: bool,
    /// How many nodes the company works on: more than one meet at a hub
    #[arg(long, value_name = "N", default_value_t = 1)]
    nodes: u16,
}

/// Builds and serves until Ctrl-C.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    // The build takes minutes. Whoever has to change the port should hear of it before.
    check_free(options.listen)?;
    web::build_if_possible()?;
    run_command(cargo().args(["build", "--release", "--locked", "-p", "acopio"]))?;

    // Not in the root of the repository: a relative --data is relative to where the person is.
    let mut demo = Command::new(target_dir().join("release/acopio"));
    demo.arg("demo").arg("--listen").arg(options.listen.to_string());
    if options.nodes != 1 {
        nats::step()?;
        demo.arg("--nodes").arg(options.nodes.to_string()).arg("--nats-server").arg(nats::found());
    }
    if let Some(folder) = data_folder(options) {
        demo.arg("--data").arg(folder);
    }
    match become_command(&mut demo)? {}
}

fn data_folder(options: &Options) -> Option<PathBuf> {
    if options.keep { Some(target_dir().join("demo")) } else { options.data.clone() }
}

/// # Errors
///
/// The address cannot be listened on. The message says which option changes it.
fn check_free(listen: SocketAddr) -> Result<()> {
    match TcpListener::bind(listen) {
        Ok(_closed_at_once) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "port {} is in use: another program listens on {listen}\n\
             hint: choose another address with --listen, as in `cargo xtask demo --listen {}`",
            listen.port(),
            SocketAddr::new(listen.ip(), listen.port().wrapping_add(1).max(1024)),
        ),
        Err(error) => Err(error).with_context(|| {
            format!("cannot listen on {listen}, the address given by --listen (default 127.0.0.1:8080)")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_is_named_with_the_option_that_changes_it() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = taken.local_addr().expect("its address");
        let message = check_free(address).expect_err("the port is taken").to_string();
        assert!(message.contains(&address.to_string()), "{message}");
        assert!(message.contains("--listen"), "{message}");
    }

    #[test]
    fn a_free_port_is_accepted_and_left_free() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = taken.local_addr().expect("its address");
        drop(taken);
        check_free(address).expect("free again");
        check_free(address).expect("still free");
    }
}
