//! How much a row moves, as the file has it: one signed column, or one for what came in and one for what went out.

use acopio_ledger::quantity::Quantity;

use super::columns::Columns;
use super::source::Source;
use crate::problem::Problem;
use crate::profile::{Fields, NumberForm};
use crate::read::Row;

/// Where the quantity is.
pub(super) struct QuantityCells {
    signed: Option<Source>,
    incoming: Option<Source>,
    outgoing: Option<Source>,
    form: NumberForm,
}

impl QuantityCells {
    pub(super) fn new(fields: &Fields, form: NumberForm, columns: &mut Columns) -> QuantityCells {
        QuantityCells {
            signed: Source::of(&fields.quantity, columns),
            incoming: Source::of(&fields.quantity_in, columns),
            outgoing: Source::of(&fields.quantity_out, columns),
            form,
        }
    }

    /// The quantity; what went out is negative.
    ///
    /// # Errors
    ///
    /// What is wrong with its cells.
    pub(super) fn read(&self, row: &Row) -> Result<Quantity, Vec<Problem>> {
        if let Some(source) = &self.signed {
            let read = self.number(source, row).map_err(|problem| vec![problem])?;
            return read.ok_or_else(|| vec![problem_of(source, row, "must not be empty")]);
        }
        let incoming = self.positive(self.incoming.as_ref(), row);
        let outgoing = self.positive(self.outgoing.as_ref(), row);
        match (incoming, outgoing) {
            (Ok(Some(incoming)), Ok(None)) => Ok(incoming),
            (Ok(None), Ok(Some(outgoing))) => Ok(-outgoing),
            // Many programs write 0 into the column that is not meant.
            (Ok(Some(incoming)), Ok(Some(Quantity::ZERO))) => Ok(incoming),
            (Ok(Some(Quantity::ZERO)), Ok(Some(outgoing))) => Ok(-outgoing),
            (Ok(Some(_)), Ok(Some(_))) => Err(vec![self.problem(row, "goods either come in or go out")]),
            (Ok(None), Ok(None)) => Err(vec![self.problem(row, "must not be empty")]),
            (incoming, outgoing) => Err([incoming.err(), outgoing.err()].into_iter().flatten().collect()),
        }
    }

    /// A problem of the quantity as a whole, shown at its first cell.
    pub(super) fn problem(&self, row: &Row, reason: &str) -> Problem {
        let mut sources = [&self.signed, &self.incoming, &self.outgoing].into_iter().flatten();
        match sources.next() {
            Some(source) => problem_of(source, row, reason),
            None => Problem::new(row.line, "", "", reason),
        }
    }

    fn positive(&self, source: Option<&Source>, row: &Row) -> Result<Option<Quantity>, Problem> {
        let Some(source) = source else { return Ok(None) };
        match self.number(source, row)? {
            Some(number) if number < Quantity::ZERO => Err(problem_of(source, row, "must not be negative")),
            number => Ok(number),
        }
    }

    fn number(&self, source: &Source, row: &Row) -> Result<Option<Quantity>, Problem> {
        let parse = |text: &str| match text {
            "" => Ok(None),
            text => self.form.quantity(text).map(Some),
        };
        source.value(row).and_then(|text| parse(&text)).map_err(|rule| problem_of(source, row, &rule))
    }
}

fn problem_of(source: &Source, row: &Row, reason: &str) -> Problem {
    Problem::new(row.line, source.column(), source.raw(row), reason)
}
