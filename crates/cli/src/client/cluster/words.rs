//! The cluster in the words of those who look after it.

use serde_json::Value;

use crate::client::table::{Column, cell, draw};

const NODES: &[Column] = &[
    Column::text("name", "node"),
    Column::text("state", "state"),
    Column::text("owns", "decides for"),
    Column::text("version", "program"),
    Column::text("address", "address"),
    Column::with("heard_ms", "heard of", heard),
    Column::with("skew_ms", "clock", clock),
    Column::text("last_error", "complains of"),
];

/// All that is known.
pub(super) fn whole(cluster: &Value) -> String {
    let rows = |name: &str| cluster[name].as_array().cloned().unwrap_or_default();
    let mut text = format!("{}\n\n{}", connection(cluster), draw(NODES, &rows("nodes"), None));
    let node = cell(&cluster["node"]);
    let others =
        rows("logs").iter().filter(|log| log["state"] != "own").map(|log| follows(&node, log)).collect();
    let sections = [others, waiting(cluster)];
    for lines in sections.iter().filter(|lines: &&Vec<String>| !lines.is_empty()) {
        text.push_str(&format!("\n{}\n", lines.join("\n")));
    }
    text
}

/// Who decides for a warehouse, and how far their log is known: what is at stake when somebody takes it from them.
pub(super) fn owner_of(cluster: &Value, warehouse: &str) -> String {
    let owns = |node: &&Value| list(&node["owns"]).any(|code| code == warehouse);
    let Some(node) = list(&cluster["nodes"]).find(owns) else {
        return format!("no node decides for {warehouse}, as far as {} knows", cell(&cluster["node"]));
    };
    let (name, state) = (cell(&node["name"]), cell(&node["state"]));
    let heard = match node["heard_ms"].as_u64() {
        Some(age) => format!(", last heard of {} ago", span(age)),
        None => String::new(),
    };
    let log = list(&cluster["logs"]).find(|log| log["node"] == node["name"]);
    let known =
        log.map(|log| format!("; its log is known here up to {} of {}", log["position"], log["head"]));
    format!("{warehouse} is decided by {name}: {state}{heard}{}", known.unwrap_or_default())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn connection(cluster: &Value) -> String {
    let node = cell(&cluster["node"]);
    let fabric = &cluster["fabric"];
    if fabric.is_null() {
        return format!("{node} works by itself");
    }
    let error = match cell(&fabric["last_error"]) {
        error if error.is_empty() => String::new(),
        error => format!(" ({error})"),
    };
    match (fabric["connected"].as_bool(), fabric["round_trip_us"].as_u64()) {
        (Some(true), Some(micros)) => {
            format!("{node} is connected: {}.{} ms there and back", micros / 1_000, micros % 1_000 / 100)
        }
        (Some(true), None) => format!("{node} is connected"),
        _ => format!("{node} is cut off: it works alone, and others will hear of it later{error}"),
    }
}

/// As in `lon follows mad: 3 entries, 0.2 s behind`.
fn follows(node: &str, log: &Value) -> String {
    let owner = cell(&log["node"]);
    let age = log["age_ms"].as_u64().map(span);
    let state = match (log["state"].as_str(), log["behind"].as_u64().unwrap_or(0)) {
        (Some("held"), _) => {
            format!("held at {} of {}: {}", log["position"], log["head"], cell(&log["held"]))
        }
        (_, 0) => match age {
            Some(age) => format!("up to date {age} ago"),
            None => "nothing is known of it yet".to_owned(),
        },
        (_, behind) => {
            let entries = if behind == 1 { "entry" } else { "entries" };
            let age = age.map_or("for unknown time".to_owned(), |age| age);
            format!("{behind} {entries}, {age} behind")
        }
    };
    format!("{node} follows {owner}: {state}")
}

/// What waits for somebody or something, with the command that tells more.
fn waiting(cluster: &Value) -> Vec<String> {
    let count = |name: &str| cluster[name].as_u64().unwrap_or(0);
    let mut lines = Vec::new();
    match count("commands_waiting") {
        0 => {}
        1 => lines.push("1 command waits for another node: see `acopio operation list`".to_owned()),
        many => lines.push(format!("{many} commands wait for other nodes: see `acopio operation list`")),
    }
    match count("dead_letters") {
        0 => {}
        1 => lines.push("1 letter could not be executed: see `acopio dead-letters list`".to_owned()),
        many => lines.push(format!("{many} letters could not be executed: see `acopio dead-letters list`")),
    }
    lines
}

fn heard(age: &Value) -> String {
    match age.as_u64() {
        Some(0) => "answers".to_owned(),
        Some(age) => format!("{} ago", span(age)),
        None => "never".to_owned(),
    }
}

/// A clock that is right within a second needs no words.
fn clock(skew: &Value) -> String {
    match skew.as_i64() {
        None | Some(-999..=999) => String::new(),
        Some(skew) if skew < 0 => format!("{} behind", span(skew.unsigned_abs())),
        Some(skew) => format!("{} ahead", span(skew.unsigned_abs())),
    }
}

/// Milliseconds in the unit that people would use.
fn span(millis: u64) -> String {
    const SECOND: u64 = 1_000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    match millis {
        _ if millis < 10 * SECOND => format!("{}.{} s", millis / SECOND, millis % SECOND / 100),
        _ if millis < 2 * MINUTE => format!("{} s", millis / SECOND),
        _ if millis < 2 * HOUR => format!("{} min", millis / MINUTE),
        _ if millis < 2 * DAY => format!("{} h", millis / HOUR),
        _ => format!("{} days", millis / DAY),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    fn cluster() -> Value {
        let log = |node: &str, position, head, age, state: &str| {
            json!({ "node": node, "position": position, "head": head, "behind": head - position, "age_ms": age,
                    "state": state, "held": if state == "held" { json!("its clock is 3 h ahead") } else { json!(null) } })
        };
        json!({
            "node": "lon",
            "fabric": { "connected": true, "round_trip_us": 740, "last_error": null, "published": 9 },
            "nodes": [
                { "name": "bcn", "state": "up", "owns": ["BCN", "TGN"], "version": "0.1.0", "heard_ms": 700,
                  "skew_ms": 10_800_000 },
                { "name": "lon", "state": "up", "owns": ["LON"], "version": "0.1.0", "heard_ms": 0, "skew_ms": 0 },
                { "name": "mad", "state": "down", "owns": ["MAD"], "version": "0.1.0", "heard_ms": 500_000,
                  "skew_ms": -3, "last_error": "no space left" },
            ],
            "logs": [
                log("bcn", 4, 9, json!(400), "held"), log("lon", 9, 9, json!(0), "own"),
                log("mad", 7, 10, json!(200), "behind"), log("par", 8, 8, json!(5_000), "current"),
                log("rom", 0, 0, json!(null), "behind"),
            ],
            "commands_waiting": 2, "dead_letters": 1,
        })
    }

    #[test]
    fn an_operator_reads_how_the_cluster_is() {
        expect![[r#"
            lon is connected: 0.7 ms there and back

            NODE  STATE  DECIDES FOR  PROGRAM  ADDRESS  HEARD OF   CLOCK      COMPLAINS OF
            bcn   up     BCN, TGN     0.1.0             0.7 s ago  3 h ahead
            lon   up     LON          0.1.0             answers
            mad   down   MAD          0.1.0             8 min ago             no space left

            lon follows bcn: held at 4 of 9: its clock is 3 h ahead
            lon follows mad: 3 entries, 0.2 s behind
            lon follows par: up to date 5.0 s ago
            lon follows rom: nothing is known of it yet

            2 commands wait for other nodes: see `acopio operation list`
            1 letter could not be executed: see `acopio dead-letters list`
        "#]]
        .assert_eq(&whole(&cluster()));
    }

    #[test]
    fn a_node_without_connection_says_what_that_means() {
        let mut cluster = cluster();
        cluster["fabric"]["connected"] = json!(false);
        cluster["fabric"]["last_error"] = json!("connection refused");
        let text = whole(&cluster);
        assert!(text.starts_with("lon is cut off: it works alone"), "{text}");
        cluster["fabric"] = json!(null);
        assert!(whole(&cluster).starts_with("lon works by itself\n"));
    }

    #[test]
    fn what_is_at_stake_is_said_before_a_take_over() {
        let expected =
            "MAD is decided by mad: down, last heard of 8 min ago; its log is known here up to 7 of 10";
        assert_eq!(owner_of(&cluster(), "MAD"), expected);
        assert_eq!(owner_of(&cluster(), "PAR"), "no node decides for PAR, as far as lon knows");
    }
}
