//! `acopio demo`: a company to look around in, gone at the end.

mod common;

use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Outcome, Scratch, Server};

/// A small company, so that the test is quick; the big one is made alike.
const PRODUCTS: &str = "240";
const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn the_demo_lives_and_leaves_nothing() {
    let scratch = Scratch::new();
    let temporary = scratch.path("tmp");
    std::fs::create_dir(&temporary).expect("a scratch folder");
    let mut demo = scratch.acopio();
    demo.args(["demo", "--listen", "127.0.0.1:0", "--products", PRODUCTS]).env("TMPDIR", &temporary);
    let server = Server::start(&mut demo);
    let stranger = scratch.run(&server, &["stock"]);
    assert_eq!(stranger.code(), 1, "nobody comes in without a password");
    assert!(0 < std::fs::read_dir(&temporary).expect("the folder").count());
    assert_eq!(server.stop().0, 0);
    assert_eq!(std::fs::read_dir(&temporary).expect("the folder").count(), 0, "the company is gone");
}

#[test]
fn a_kept_demo_goes_on_with_its_company() {
    let scratch = Scratch::new();
    let shown = scratch.path("shown");
    let data = scratch.data();
    let mut demo = scratch.acopio();
    demo.args(["demo", "--listen", "127.0.0.1:0", "--products", PRODUCTS, "--data"]).arg(&data);
    let output = std::fs::File::create(&shown).expect("a scratch folder");
    let mut child = demo.stdout(output).stderr(Stdio::null()).spawn().expect("acopio is built");
    let text = || std::fs::read_to_string(&shown).expect("UTF-8");
    let end = Instant::now() + LIMIT;
    while !text().contains("acopio: node ") && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("it is our child");
    child.wait().expect("it is our child");
    let shown = text();
    let line = shown.lines().find(|line| line.contains("manager")).expect("the box names the manager");
    let password = line.split_whitespace().nth(2).expect("│ maria …");
    std::fs::write(scratch.path("maria"), password).expect("a scratch folder");

    let mut again = scratch.acopio();
    let server = Server::start(again.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(&data));
    let file = scratch.path("maria");
    scratch.ok(
        &server,
        &["login", "--username", "maria", "--password-file", file.to_str().expect("a plain path")],
    );
    assert_eq!(scratch.ok(&server, &["warehouse", "list"]).lines().count(), 4);
    assert!(!scratch.ok(&server, &["alerts"]).is_empty(), "some stock is low");
    assert!(!scratch.ok(&server, &["hold", "list"]).is_empty());
    let transfers = scratch.ok(&server, &["transfer", "list"]);
    for state in ["draft", "cancelled", "dispatched", "partially_received", "closed"] {
        assert!(transfers.contains(state), "{state}: {transfers}");
    }
    let newest = || scratch.ok(&server, &["history", "--limit", "1"]);
    let (before, end) = (newest(), Instant::now() + LIMIT);
    while newest() == before {
        assert!(Instant::now() < end, "the trade does not go on");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.stop().0, 0);
    let proved = Outcome::of(scratch.acopio().arg("verify").arg("--data").arg(&data));
    assert_eq!(proved.code(), 0, "{proved:?}");
}
