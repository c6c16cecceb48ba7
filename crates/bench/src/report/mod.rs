//! What a run has come to, for people, for programs and for the page in `docs`.

mod json;
mod machine;
mod markdown;
mod table;

use anyhow::Result;

use crate::figure::Figure;
use machine::Machine;
pub(crate) use markdown::write_into;

/// The figures of one measurement, or why there are none.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// The figures.
    pub(crate) figures: Result<Vec<Figure>, String>,
}

/// A whole run.
#[derive(Debug)]
pub(crate) struct Report {
    /// When and on what it was made.
    pub(crate) machine: Machine,
    /// Whether sizes and times were cut down.
    pub(crate) quick: bool,
    /// In the order in which they were measured.
    pub(crate) sections: Vec<Section>,
}

impl Report {
    /// An empty report. Takes a second, in which it looks whether others use the machine.
    ///
    /// # Errors
    ///
    /// When the kernel does not say.
    pub(crate) fn begin(quick: bool) -> Result<Report> {
        Ok(Report { machine: Machine::this()?, quick, sections: Vec::new() })
    }

    /// What makes the figures worth less than they look, one sentence each.
    fn cautions(&self) -> Vec<String> {
        let mut cautions = Vec::new();
        if self.quick {
            cautions.push("A quick run: small data and short loads, no figure of it counts.".to_owned());
        }
        if machine::BUSY_MAX < self.machine.others_cores {
            cautions.push(format!(
                "Other programs kept {:.1} of {} cores busy when it began: the figures are too low.",
                self.machine.others_cores, self.machine.cores,
            ));
        }
        cautions
    }

    /// Whether every measurement could be made.
    pub(crate) fn is_whole(&self) -> bool {
        self.sections.iter().all(|section| section.figures.is_ok())
    }
}
