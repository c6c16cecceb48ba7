//! The report as JSON, for whoever compares runs.

use anyhow::Result;
use serde::Serialize;

use super::{Machine, Report};
use crate::figure::{Anchor, Figure, Target, Value, Verdict};

#[derive(Serialize)]
struct Whole<'a> {
    machine: &'a Machine,
    quick: bool,
    measurements: Vec<Measurement<'a>>,
}

#[derive(Serialize)]
struct Measurement<'a> {
    name: &'a str,
    what: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    figures: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    what: &'a str,
    value: Value,
    anchor: Option<&'a Anchor>,
    ratio: Option<f64>,
    target: Option<Target>,
    verdict: Verdict,
}

impl Report {
    /// Everything, values in their own units.
    ///
    /// # Errors
    ///
    /// Never in practice: all keys are strings.
    pub(crate) fn json(&self) -> Result<String> {
        let measurements = self.sections.iter().map(|section| Measurement {
            name: section.name,
            what: section.what,
            error: section.figures.as_ref().err().map(String::as_str),
            figures: section.figures.iter().flatten().map(line).collect(),
        });
        let whole = Whole { machine: &self.machine, quick: self.quick, measurements: measurements.collect() };
        Ok(serde_json::to_string_pretty(&whole)?)
    }
}

fn line(figure: &Figure) -> Line<'_> {
    Line {
        what: &figure.what,
        value: figure.value,
        anchor: figure.anchor.as_ref(),
        ratio: figure.ratio(),
        target: figure.target,
        verdict: figure.verdict(),
    }
}
