//! Counts and times of requests, as Prometheus text. Labels are routes, never SKUs or users: their number is bounded.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::{Method, StatusCode};

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
/// One more than there are methods: all others.
const METHOD_SLOTS: usize = METHODS.len() + 1;

const STATUSES: [u16; 18] =
    [200, 201, 202, 204, 303, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 503];
/// One more than there are statuses: all others, as 500.
const STATUS_SLOTS: usize = STATUSES.len() + 1;

/// Upper bounds of the time buckets, in microseconds and as Prometheus writes them, in seconds.
const BUCKETS: [(u64, &str); 11] = [
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (1_000_000, "1"),
    (5_000_000, "5"),
];

/// Counters of one server.
pub(crate) struct Metrics {
    paths: Vec<String>,
    slots: HashMap<String, usize>,
    routes: Vec<RouteCounts>,
    login_failures: AtomicU64,
}

#[derive(Default)]
struct RouteCounts {
    statuses: [AtomicU64; STATUS_SLOTS],
    /// Requests up to each bound, and beyond the last.
    buckets: [AtomicU64; BUCKETS.len() + 1],
    total_us: AtomicU64,
}

/// Figures that are read when they are asked for.
pub(crate) struct Gauges {
    pub(crate) node: String,
    pub(crate) head: u64,
    pub(crate) waiting: usize,
    pub(crate) stopped: bool,
}

/// Where a request is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RouteSlot(usize);

impl Metrics {
    /// Counters for these route templates; what matches none is counted as `unmatched`.
    pub(crate) fn new(templates: impl IntoIterator<Item = String>) -> Metrics {
        let paths: Vec<_> = ["unmatched".to_owned()].into_iter().chain(templates).collect();
        let slots = paths.iter().cloned().zip(0..).collect();
        let routes = (0..paths.len() * METHOD_SLOTS).map(|_| RouteCounts::default()).collect();
        Metrics { paths, slots, routes, login_failures: AtomicU64::new(0) }
    }

    /// Finds where a request is counted.
    pub(crate) fn route(&self, path: Option<&str>, method: &Method) -> RouteSlot {
        let path = path.and_then(|path| self.slots.get(path)).copied().unwrap_or_default();
        let method = METHODS.iter().position(|known| known == method).unwrap_or(METHODS.len());
        RouteSlot(path * METHOD_SLOTS + method)
    }

    /// Counts an answer and the time it took.
    pub(crate) fn count(&self, slot: RouteSlot, status: StatusCode, took: Duration) {
        let route = &self.routes[slot.0];
        let status = STATUSES.iter().position(|known| *known == status.as_u16()).unwrap_or(STATUSES.len());
        let micros = took.as_micros() as u64;
        let bucket = BUCKETS.iter().position(|(bound, _)| micros <= *bound).unwrap_or(BUCKETS.len());
        route.statuses[status].fetch_add(1, Ordering::Relaxed);
        route.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        route.total_us.fetch_add(micros, Ordering::Relaxed);
    }

    /// Counts a failed login.
    pub(crate) fn count_login_failure(&self) {
        self.login_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Everything as Prometheus text.
    pub(crate) fn render(&self, gauges: &Gauges) -> String {
        let mut text = String::with_capacity(16 * 1024);
        self.write_requests(&mut text);
        self.write_times(&mut text);
        let failures = self.login_failures.load(Ordering::Relaxed);
        let node = &gauges.node;
        let figures = [
            ("acopio_login_failures_total", "counter", "Logins that were refused.", failures),
            ("acopio_log_head_seq", "gauge", "The last position of the node's log.", gauges.head),
            ("acopio_commands_waiting", "gauge", "Commands in the writer's queue.", gauges.waiting as u64),
            ("acopio_stopped", "gauge", "1 when the node has stopped writing.", u64::from(gauges.stopped)),
        ];
        for (name, kind, help, figure) in figures {
            head(&mut text, name, kind, help);
            line(&mut text, format_args!("{name}{{node=\"{node}\"}} {figure}"));
        }
        text
    }

    fn write_requests(&self, text: &mut String) {
        let name = "acopio_http_requests_total";
        head(text, name, "counter", "Requests by route, method and status.");
        for (labels, route) in self.labelled() {
            for (slot, count) in route.statuses.iter().enumerate() {
                let count = count.load(Ordering::Relaxed);
                if 0 < count {
                    let status = STATUSES.get(slot).copied().unwrap_or(500);
                    line(text, format_args!("{name}{{{labels},status=\"{status}\"}} {count}"));
                }
            }
        }
    }

    fn write_times(&self, text: &mut String) {
        let name = "acopio_http_request_duration_seconds";
        head(text, name, "histogram", "Time until the head of the answer.");
        for (labels, route) in self.labelled() {
            let counts = route.buckets.each_ref().map(|count| count.load(Ordering::Relaxed));
            let total: u64 = counts.iter().sum();
            if total == 0 {
                continue;
            }
            let mut below = 0;
            for ((_, bound), count) in BUCKETS.iter().zip(counts) {
                below += count;
                line(text, format_args!("{name}_bucket{{{labels},le=\"{bound}\"}} {below}"));
            }
            line(text, format_args!("{name}_bucket{{{labels},le=\"+Inf\"}} {total}"));
            let micros = route.total_us.load(Ordering::Relaxed);
            let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
            line(text, format_args!("{name}_sum{{{labels}}} {seconds}.{rest:06}"));
            line(text, format_args!("{name}_count{{{labels}}} {total}"));
        }
    }

    fn labelled(&self) -> impl Iterator<Item = (String, &RouteCounts)> {
        self.routes.iter().enumerate().map(|(slot, route)| {
            let method = METHODS.get(slot % METHOD_SLOTS).map_or("other", Method::as_str);
            (format!("route=\"{}\",method=\"{method}\"", self.paths[slot / METHOD_SLOTS]), route)
        })
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    line(text, format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a string takes all that is written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_method_and_status() {
        let metrics = Metrics::new(["/v1/stock".to_owned()]);
        let slot = metrics.route(Some("/v1/stock"), &Method::GET);
        metrics.count(slot, StatusCode::OK, Duration::from_micros(1_500));
        metrics.count(slot, StatusCode::IM_A_TEAPOT, Duration::from_secs(9));
        metrics.count(metrics.route(None, &Method::TRACE), StatusCode::NOT_FOUND, Duration::ZERO);
        let gauges = Gauges { node: "main".to_owned(), head: 7, waiting: 0, stopped: false };
        let text = metrics.render(&gauges);
        for expected in [
            "acopio_http_requests_total{route=\"/v1/stock\",method=\"GET\",status=\"200\"} 1\n",
            "acopio_http_requests_total{route=\"/v1/stock\",method=\"GET\",status=\"500\"} 1\n",
            "acopio_http_requests_total{route=\"unmatched\",method=\"other\",status=\"404\"} 1\n",
            "_bucket{route=\"/v1/stock\",method=\"GET\",le=\"0.0025\"} 1\n",
            "_bucket{route=\"/v1/stock\",method=\"GET\",le=\"+Inf\"} 2\n",
            "_sum{route=\"/v1/stock\",method=\"GET\"} 9.001500\n",
            "acopio_log_head_seq{node=\"main\"} 7\n",
        ] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
    }
}
