//! Figures: what was measured, against which anchor, and whether it is enough.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

/// An amount with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    /// So many in a second.
    PerSecond(f64),
    /// So long, in seconds.
    Seconds(f64),
    /// So many bytes.
    Bytes(f64),
    /// So many times as much.
    Times(f64),
}

impl Value {
    /// A length of time.
    pub(crate) fn time(duration: Duration) -> Value {
        Value::Seconds(duration.as_secs_f64())
    }

    /// The amount in the unit's own measure: per second, seconds, bytes, times.
    pub(crate) fn amount(self) -> f64 {
        match self {
            Value::PerSecond(amount)
            | Value::Seconds(amount)
            | Value::Bytes(amount)
            | Value::Times(amount) => amount,
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Value::PerSecond(_) => "per_s",
            Value::Seconds(_) => "s",
            Value::Bytes(_) => "bytes",
            Value::Times(_) => "times",
        }
    }
}

/// Three significant digits and the unit that people use at that size.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scaled, unit) = match *self {
            Value::PerSecond(n) if 1e6 <= n => (n / 1e6, " M/s"),
            Value::PerSecond(n) if 1e3 <= n => (n / 1e3, "k/s"),
            Value::PerSecond(n) => (n, "/s"),
            Value::Seconds(n) if n < 1e-3 => (n * 1e6, " µs"),
            Value::Seconds(n) if n < 1.0 => (n * 1e3, " ms"),
            Value::Seconds(n) => (n, " s"),
            Value::Bytes(n) if 1e9 <= n => (n / 1e9, " GB"),
            Value::Bytes(n) if 1e6 <= n => (n / 1e6, " MB"),
            Value::Bytes(n) if 1e3 <= n => (n / 1e3, " kB"),
            Value::Bytes(n) => (n, " B"),
            Value::Times(n) => (n, " ×"),
        };
        let digits = match scaled {
            n if n < 9.995 => 2,
            n if n < 99.95 => 1,
            _ => 0,
        };
        write!(f, "{scaled:.digits$}{unit}")
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.amount(), self.unit()).serialize(serializer)
    }
}

/// Something else that does comparable work, measured in the same run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Anchor {
    /// What it is.
    pub(crate) name: String,
    /// What it came to, or the package whose programs are missing.
    pub(crate) value: Result<Value, String>,
}

impl Anchor {
    /// An anchor that was measured.
    pub(crate) fn measured(name: impl Into<String>, value: Value) -> Anchor {
        Anchor { name: name.into(), value: Ok(value) }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Ok(value) => write!(f, "{} {value}", self.name),
            Err(package) => write!(f, "{} skipped (Debian: {package})", self.name),
        }
    }
}

/// What is enough. Those of ratios compare with the anchor, the others with the figure's own unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    /// At least so much.
    AtLeast(Value),
    /// At most so much.
    AtMost(Value),
    /// At least so many times the anchor.
    TimesAtLeast(f64),
    /// At most so many times the anchor.
    TimesAtMost(f64),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::AtLeast(value) => write!(f, "≥ {value}"),
            Target::AtMost(value) => write!(f, "≤ {value}"),
            Target::TimesAtLeast(times) => write!(f, "≥ {} ×", times),
            Target::TimesAtMost(times) => write!(f, "≤ {} ×", times),
        }
    }
}

/// One line of the report.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) what: String,
    /// What it came to.
    pub(crate) value: Value,
    /// What it is compared with.
    pub(crate) anchor: Option<Anchor>,
    /// What would be enough.
    pub(crate) target: Option<Target>,
}

/// Whether a figure is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It is.
    Ok,
    /// It is not.
    Short,
    /// Nobody said what would be, or there is nothing to compare with.
    Open,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Ok => "ok",
            Verdict::Short => "short",
            Verdict::Open => "",
        })
    }
}

impl Figure {
    /// A figure by itself.
    pub(crate) fn new(what: impl Into<String>, value: Value) -> Figure {
        Figure { what: what.into(), value, anchor: None, target: None }
    }

    /// The same, compared with an anchor.
    pub(crate) fn against(self, anchor: Anchor) -> Figure {
        Figure { anchor: Some(anchor), ..self }
    }

    /// The same, with what would be enough.
    pub(crate) fn target(self, target: Target) -> Figure {
        Figure { target: Some(target), ..self }
    }

    /// How many times the anchor it is.
    pub(crate) fn ratio(&self) -> Option<f64> {
        let anchor = self.anchor.as_ref()?.value.as_ref().ok()?;
        Some(self.value.amount() / anchor.amount())
    }

    /// Whether it is enough.
    pub(crate) fn verdict(&self) -> Verdict {
        let amount = self.value.amount();
        let holds = match self.target {
            None => None,
            Some(Target::AtLeast(least)) => Some(least.amount() <= amount),
            Some(Target::AtMost(most)) => Some(amount <= most.amount()),
            Some(Target::TimesAtLeast(least)) => self.ratio().map(|ratio| least <= ratio),
            Some(Target::TimesAtMost(most)) => self.ratio().map(|ratio| ratio <= most),
        };
        match holds {
            None => Verdict::Open,
            Some(true) => Verdict::Ok,
            Some(false) => Verdict::Short,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_as_people_say_them() {
        let shown = [
            Value::PerSecond(61_234.0),
            Value::PerSecond(1_234_567.0),
            Value::PerSecond(7.0),
            Value::time(Duration::from_micros(65)),
            Value::time(Duration::from_micros(7_213)),
            Value::Seconds(12.34),
            Value::Bytes(104.4),
            Value::Bytes(39_999_999.0),
            Value::Times(1.2),
        ];
        let expected =
            ["61.2k/s", "1.23 M/s", "7.00/s", "65.0 µs", "7.21 ms", "12.3 s", "104 B", "40.0 MB", "1.20 ×"];
        assert_eq!(shown.map(|value| value.to_string()), expected);
    }

    #[test]
    fn a_ratio_at_its_target_is_enough_and_one_below_is_short() {
        let floor = Anchor::measured("floor", Value::PerSecond(100.0));
        let figure = |amount| {
            Figure::new("x", Value::PerSecond(amount))
                .against(floor.clone())
                .target(Target::TimesAtLeast(0.5))
        };
        assert_eq!(figure(50.0).verdict(), Verdict::Ok);
        assert_eq!(figure(49.0).verdict(), Verdict::Short);
        assert_eq!(figure(49.0).ratio(), Some(0.49));
    }

    #[test]
    fn nothing_is_said_without_target_or_anchor() {
        let figure = Figure::new("x", Value::Seconds(1.0));
        assert_eq!(figure.verdict(), Verdict::Open);
        let missing = Anchor { name: "Redis".to_owned(), value: Err("redis-server".to_owned()) };
        assert_eq!(missing.to_string(), "Redis skipped (Debian: redis-server)");
        let compared = figure.clone().against(missing).target(Target::TimesAtLeast(1.0));
        assert_eq!(compared.verdict(), Verdict::Open);
        assert_eq!(figure.target(Target::AtMost(Value::Seconds(1.0))).verdict(), Verdict::Ok);
    }
}
