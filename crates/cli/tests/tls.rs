//! HTTPS with a certificate of an authority of one's own, over real connections.

mod common;

use std::path::PathBuf;

use common::{Outcome, PASSWORD, Scratch, Server};
use serde_json::json;

/// A scratch folder with an authority, and a certificate for this machine.
fn certified() -> (Scratch, PathBuf) {
    let scratch = Scratch::new();
    let ca = scratch.path("ca");
    let make = |arguments: &[&str]| {
        let made = Outcome::of(scratch.acopio().arg("ca").args(arguments).arg("--dir").arg(&ca));
        assert_eq!(made.code(), 0, "{made:?}");
    };
    make(&["init", "--name", "Scratch"]);
    make(&["server", "localhost", "127.0.0.1"]);
    (scratch, ca)
}

fn serve(scratch: &Scratch, ca: &std::path::Path) -> Server {
    let mut command = scratch.serve();
    command
        .arg("--tls-cert")
        .arg(ca.join("localhost.pem"))
        .arg("--tls-key")
        .arg(ca.join("localhost-key.pem"));
    Server::start(&mut command)
}

/// A browser that trusts the authority.
fn browser(ca: &std::path::Path) -> reqwest::Client {
    // Of several tests the first one does it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let certificate = std::fs::read(ca.join("ca.pem")).expect("the authority's certificate");
    let certificate = reqwest::Certificate::from_pem(&certificate).expect("a certificate");
    reqwest::Client::builder().tls_certs_only([certificate]).no_proxy().build().expect("a client")
}

#[test]
fn the_command_line_trusts_the_authority_that_it_is_told() {
    let (scratch, ca) = certified();
    let server = serve(&scratch, &ca);
    assert!(server.url.starts_with("https://127.0.0.1:"), "{}", server.url);
    let trusted = ca.join("ca.pem");
    let trusted = trusted.to_str().expect("a plain path");
    let file = scratch.path("password");
    let file = file.to_str().expect("a plain path");
    scratch.ok(&server, &["login", "--username", "admin", "--password-file", file, "--ca-cert", trusted]);
    assert!(scratch.ok(&server, &["warehouse", "list", "--ca-cert", trusted]).contains("London"));
    let stranger = scratch.run(&server, &["warehouse", "list"]);
    assert_eq!(stranger.code(), 1, "the system does not know the authority: {stranger:?}");
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log}");
}

#[tokio::test]
async fn cookies_are_secure_and_nothing_but_https_is_spoken() {
    let (scratch, ca) = certified();
    let server = serve(&scratch, &ca);
    let browser = browser(&ca);
    let login = json!({ "username": "admin", "password": PASSWORD });
    let answer =
        browser.post(format!("{}/v1/sessions", server.url)).json(&login).send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let cookie = answer.headers()["set-cookie"].to_str().expect("a cookie");
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    let plain = server.url.replacen("https://", "http://", 1);
    assert!(browser.get(format!("{plain}/health")).send().await.is_err(), "plain HTTP is not spoken");
    let elsewhere = server.url.replacen("127.0.0.1", "localhost", 1);
    assert_eq!(browser.get(format!("{elsewhere}/health")).send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn slow_handshakes_hold_nobody_up() {
    let (scratch, ca) = certified();
    let server = serve(&scratch, &ca);
    let address = server.url.strip_prefix("https://").expect("HTTPS").to_owned();
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(tokio::net::TcpStream::connect(&address).await.expect("a connection"));
    }
    let health = browser(&ca).get(format!("{}/health", server.url)).send().await.expect("an answer");
    assert_eq!(health.status(), 200);
    drop(silent);
}

#[tokio::test]
async fn http_2_is_offered() {
    use rustls::pki_types::pem::PemObject;
    let (scratch, ca) = certified();
    let server = serve(&scratch, &ca);
    let mut roots = rustls::RootCertStore::empty();
    let authority = rustls::pki_types::CertificateDer::from_pem_file(ca.join("ca.pem"));
    roots.add(authority.expect("a certificate")).expect("an authority");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = config.expect("ring knows them").with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let address = server.url.strip_prefix("https://").expect("HTTPS").to_owned();
    let agreed = tokio::task::spawn_blocking(move || {
        let name = rustls::pki_types::ServerName::try_from("localhost").expect("a name");
        let mut session =
            rustls::ClientConnection::new(std::sync::Arc::new(config), name).expect("a session");
        let mut stream = std::net::TcpStream::connect(address).expect("a connection");
        while session.is_handshaking() {
            session.complete_io(&mut stream).expect("a handshake");
        }
        session.alpn_protocol().map(<[u8]>::to_vec)
    });
    assert_eq!(agreed.await.expect("no panic").as_deref(), Some(&b"h2"[..]));
}

#[test]
fn what_is_no_certificate_is_named() {
    let scratch = Scratch::new();
    let file = scratch.path("password");
    let refused = Outcome::of(scratch.serve().arg("--tls-cert").arg(&file).arg("--tls-key").arg(&file));
    assert_eq!(refused.code(), 1, "{refused:?}");
    assert!(refused.stderr.contains("cannot use --tls-cert"), "{refused:?}");
    assert!(!scratch.data().exists(), "nothing was founded");
    let half = Outcome::of(scratch.serve().arg("--tls-cert").arg(&file));
    assert_eq!(half.code(), 2, "{half:?}");
}
