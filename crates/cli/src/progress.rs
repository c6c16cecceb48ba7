//! Progress of long work, on stderr and only where somebody is looking.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

const TICK: Duration = Duration::from_millis(100);

/// Bytes that are sent or received; `total` where it is known.
pub(crate) fn bytes(doing: &'static str, total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}",
        None => "{spinner} {msg} {bytes} {bytes_per_sec}",
    };
    bar(total, template).with_message(doing)
}

/// Things that are worked through; their number is set when it is known.
pub(crate) fn counter(things: &'static str) -> ProgressBar {
    bar(None, "{spinner} {msg} {human_pos}/{human_len} {prefix} {elapsed}").with_prefix(things)
}

fn bar(total: Option<u64>, template: &str) -> ProgressBar {
    let bar = match total {
        Some(total) => ProgressBar::new(total),
        None => ProgressBar::no_length(),
    };
    bar.set_style(ProgressStyle::with_template(template).expect("the templates above are valid"));
    // Hidden by itself where stderr is no terminal.
    bar.enable_steady_tick(TICK);
    bar
}
