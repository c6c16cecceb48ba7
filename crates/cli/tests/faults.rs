//! A disk that fails: the node stops writing and says so, and nothing acknowledged is lost.

mod common;

use common::{Http, Scratch, Server};

/// So many movements are written before the disk fails.
const GOOD: u64 = 2;

#[tokio::test]
async fn after_a_failed_fsync_the_node_stops_writing_and_says_so() {
    let scratch = Scratch::new();
    let server = Server::start(&mut scratch.serve());
    let http = Http::login(&server).await;
    http.add_product("DISK-1").await;
    assert_eq!(server.stop().0, 0);

    let server = Server::start(scratch.serve().args(["--fail-commit-after", &GOOD.to_string()]));
    let http = http.at(&server);
    for number in 0..GOOD {
        let receipt =
            http.post_movement(&format!("good-{number}"), "receipt", "DISK-1", 1).await.expect("an answer");
        assert_eq!(receipt.status, 201, "{receipt:?}");
    }
    for key in ["bad", "worse"] {
        let refused = http.post_movement(key, "receipt", "DISK-1", 1).await.expect("an answer");
        assert_eq!((refused.status, &refused.body["code"]), (503, &"stopped".into()), "{refused:?}");
    }
    assert_eq!(http.get("/ready").await.expect("an answer").status, 503);
    assert_eq!(http.on_hand("DISK-1").await, GOOD as i64, "what is read is what was committed");
    let told = scratch.run(&server, &["status"]);
    assert_eq!(told.code(), 1, "{told:?}");
    let (_, log) = server.stop();
    assert!(log.contains("a commit failed"), "{log}");

    scratch.verify();
    let server = Server::start(&mut scratch.serve());
    let http = http.at(&server);
    let again = http.post_movement("bad", "receipt", "DISK-1", 1).await.expect("an answer");
    assert_eq!(again.status, 201, "{again:?}");
    assert_eq!(http.on_hand("DISK-1").await, GOOD as i64 + 1);
}
