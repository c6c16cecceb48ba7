//! What is said on stderr while measuring, so that a person sees what goes on and what limits.

use crate::figure::Value;
use crate::load::Outcome;

/// Says one line.
pub(crate) fn say(line: &str) {
    eprintln!("  {line}");
}

/// Tells of a load: rate, latencies, and how busy both sides were.
pub(crate) fn told(what: &str, outcome: &Outcome) {
    let latency = |per_mille| Value::time(outcome.latency.per_mille(per_mille));
    say(&format!(
        "{what}: {} (p50 {}, p99 {}, p99.9 {}, cores: server {:.2}, generator {:.2})",
        Value::PerSecond(outcome.per_second()),
        latency(500),
        latency(990),
        latency(999),
        outcome.busy.server,
        outcome.busy.generator,
    ));
}
