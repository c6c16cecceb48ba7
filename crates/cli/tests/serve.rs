//! `acopio serve`: one server per folder and port, and how it stops.

mod common;

use std::net::TcpListener;

use common::{Http, Outcome, PASSWORD, Scratch, Server};
use tokio::task::JoinSet;

#[test]
fn a_second_server_on_the_same_folder_is_refused() {
    let scratch = Scratch::new();
    let server = Server::start(&mut scratch.serve());
    let second = Outcome::of(&mut scratch.serve());
    assert_eq!(second.code(), 1, "{second:?}");
    assert!(second.stderr.contains("the data folder is in use by another acopio"), "{second:?}");
    assert!(second.stderr.contains(&format!("(process {})", server.pid())), "{second:?}");
    assert!(second.stderr.contains(scratch.data().to_str().expect("a plain path")), "{second:?}");
    let verify = Outcome::of(scratch.acopio().arg("verify").arg("--data").arg(scratch.data()));
    assert_eq!(verify.code(), 1, "{verify:?}");
    assert!(verify.stderr.contains("hint: leave out --data"), "{verify:?}");
}

#[test]
fn a_busy_port_is_named_with_the_option_that_changes_it() {
    let scratch = Scratch::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("its address").to_string();
    let refused =
        Outcome::of(scratch.acopio().args(["serve", "--listen", &address, "--data"]).arg(scratch.data()));
    assert_eq!(refused.code(), 1, "{refused:?}");
    assert!(refused.stderr.contains(&format!("listens on {address}")), "{refused:?}");
    assert!(refused.stderr.contains("--listen"), "{refused:?}");
    assert!(!scratch.data().exists(), "nothing was founded");
}

#[test]
fn plain_http_beyond_this_machine_must_be_asked_for() {
    let scratch = Scratch::new();
    let refused =
        Outcome::of(scratch.acopio().args(["serve", "--listen", "0.0.0.0:0", "--data"]).arg(scratch.data()));
    assert_eq!(refused.code(), 2, "{refused:?}");
    assert!(refused.stderr.contains("--insecure-http"), "{refused:?}");
}

#[test]
fn another_node_s_folder_is_refused() {
    let scratch = Scratch::new();
    let server = Server::start(&mut scratch.serve());
    assert_eq!(server.stop().0, 0);
    let refused = Outcome::of(scratch.serve().args(["--node", "other"]));
    assert_eq!(refused.code(), 1, "{refused:?}");
    assert!(refused.stderr.contains("belongs to the node main"), "{refused:?}");
}

#[test]
fn the_first_password_is_shown_once_and_never_logged() {
    let scratch = Scratch::new();
    let serve = |scratch: &Scratch| {
        let mut command = scratch.acopio();
        command
            .env("ACOPIO_LOG", "trace")
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(scratch.data());
        command
    };
    let (password, log) = first_password(&mut serve(&scratch));
    assert!(!log.contains(&password), "the password is in the log");
    let server = Server::start(&mut serve(&scratch));
    std::fs::write(scratch.path("shown"), &password).expect("a scratch folder");
    let file = scratch.path("shown");
    let file = file.to_str().expect("a plain path");
    scratch.ok(&server, &["login", "--username", "admin", "--password-file", file]);
    let (_, log) = server.stop();
    assert!(!log.contains(&password), "the password is in the log");
}

/// Starts a new company, and answers with the password in the box and the log.
fn first_password(command: &mut std::process::Command) -> (String, String) {
    let shown = tempfile::NamedTempFile::new().expect("a scratch file");
    let log = tempfile::NamedTempFile::new().expect("a scratch file");
    let writer = |file: &tempfile::NamedTempFile| file.reopen().expect("a scratch file");
    let mut child = command.stdout(writer(&shown)).stderr(writer(&log)).spawn().expect("acopio is built");
    let read = |file: &tempfile::NamedTempFile| std::fs::read_to_string(file.path()).expect("UTF-8");
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !read(&shown).contains("acopio: node ") && std::time::Instant::now() < end {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    child.kill().expect("it is our child");
    child.wait().expect("it is our child");
    let text = read(&shown);
    let line = text.lines().find(|line| line.contains("password  ")).expect("a box with the password");
    let password = line.split_whitespace().nth(2).expect("│ password …").to_owned();
    (password, read(&log))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_finishes_what_is_in_flight_and_exits_with_0() {
    let scratch = Scratch::new();
    let server = Server::start(&mut scratch.serve());
    let http = Http::login(&server).await;
    http.add_product("DRAIN-1").await;
    let mut clients = JoinSet::new();
    for client in 0..8 {
        let http = http.clone();
        clients.spawn(async move {
            let mut acknowledged = 0;
            loop {
                let key = format!("drain-{client}-{acknowledged}");
                match http.post_movement(&key, "receipt", "DRAIN-1", 1).await {
                    Ok(answer) if answer.status == 201 => acknowledged += 1,
                    // No new connection is taken, or the writer takes no more: both are said before anything is written.
                    Ok(answer) => {
                        assert_eq!(answer.status, 503, "{answer:?}");
                        return acknowledged;
                    }
                    Err(error) => {
                        assert!(!error.is_timeout(), "{error:?}");
                        return acknowledged;
                    }
                }
            }
        });
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log}");
    let acknowledged: i64 = clients.join_all().await.into_iter().sum();
    assert!(0 < acknowledged, "there was no load");
    scratch.verify();
    let server = Server::start(&mut scratch.serve());
    let on_hand = http.at(&server).on_hand("DRAIN-1").await;
    assert_eq!(on_hand, acknowledged, "every answer was given before the end, and every one is true");
}

#[test]
fn warehouses_that_are_missing_are_added_at_later_starts() {
    let scratch = Scratch::new();
    assert_eq!(Server::start(&mut scratch.serve()).stop().0, 0);
    let server =
        Server::start(scratch.serve().args(["--warehouse", "MAD=Madrid", "--warehouse", "LON=Other"]));
    let file = scratch.path("password");
    let file = file.to_str().expect("a plain path");
    assert_eq!(std::fs::read_to_string(file).expect("the password file"), PASSWORD);
    scratch.ok(&server, &["login", "--username", "admin", "--password-file", file]);
    let list = scratch.ok(&server, &["warehouse", "list"]);
    let rows: Vec<Vec<&str>> = list.lines().map(common::cells).collect();
    assert_eq!(
        rows,
        [
            vec!["CODE", "NAME", "DECIDED BY", "HANDED TO", "DURABILITY", "VERSION"],
            vec!["LON", "London", "main", "local", "1"],
            vec!["MAD", "Madrid", "main", "local", "1"],
        ]
    );
}
