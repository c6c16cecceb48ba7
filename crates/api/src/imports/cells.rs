//! From a field of a request to the cell of the file from which it came.

use acopio_sheets::profile::{Field, Fields};
use acopio_sheets::{Problem as RowProblem, Profile, Row};

/// Where the fields of movements and products stand in one file.
pub(super) struct Cells {
    /// Fields by the words of the ledger's refusals. A quantity may come from either of two columns.
    columns: Vec<(&'static str, Column)>,
}

struct Column {
    name: String,
    index: usize,
}

impl Cells {
    /// Finds the profile's columns in the header, which has them all.
    pub(super) fn new(profile: &Profile, header: &[String]) -> Cells {
        let found = |(field, source): (&'static str, &Option<Field>)| {
            let name = source.as_ref()?.column.as_ref()?;
            let wanted = name.trim().to_lowercase();
            let index = header.iter().position(|heading| heading.trim().to_lowercase() == wanted)?;
            Some((field, Column { name: name.clone(), index }))
        };
        Cells { columns: fields(&profile.fields).into_iter().filter_map(found).collect() }
    }

    /// Whether the row says something of a field.
    pub(super) fn is_filled(&self, row: &Row, field: &str) -> bool {
        let mut columns = self.columns.iter().filter(|(name, _)| *name == field);
        columns.any(|(_, column)| !row.cell(column.index).trim().is_empty())
    }

    /// A problem of the row's cell that holds a field; of the row as a whole where no column does.
    pub(super) fn problem(&self, row: &Row, field: &str, reason: impl std::fmt::Display) -> RowProblem {
        let mut columns = self.columns.iter().filter(|(name, _)| *name == field).map(|(_, column)| column);
        let first = columns.next();
        let filled =
            first.into_iter().chain(columns).find(|column| !row.cell(column.index).trim().is_empty());
        match filled.or(first) {
            Some(column) => RowProblem::new(row.line, &column.name, row.cell(column.index), reason),
            None => RowProblem::new(row.line, "", "", reason),
        }
    }
}

fn fields(fields: &Fields) -> [(&'static str, &Option<Field>); 14] {
    [
        ("sku", &fields.sku),
        ("warehouse", &fields.warehouse),
        ("quantity", &fields.quantity),
        ("quantity", &fields.quantity_in),
        ("quantity", &fields.quantity_out),
        ("occurred_at", &fields.occurred_at),
        ("barcodes", &fields.barcode),
        ("unit", &fields.unit),
        ("name", &fields.name),
        ("description", &fields.description),
        ("category", &fields.category),
        ("decimals", &fields.decimals),
        ("price", &fields.price),
        ("cost", &fields.cost),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_the_cell_that_is_filled() {
        let profile = "name = 'p'\n[fields]\nsku = 'code'\nwarehouse = { constant = 'LON' }\n\
                       quantity_in = 'In'\nquantity_out = 'Out'\n[[kinds]]\nis = 'receipt'";
        let profile = Profile::parse(profile).unwrap();
        let cells = Cells::new(&profile, &["CODE".to_owned(), "In".to_owned(), "Out".to_owned()]);
        let row =
            Row { line: 7, cells: vec!["A".to_owned(), " ".to_owned(), "3".to_owned()], faults: vec![] };
        let seen = |field| cells.problem(&row, field, "r").to_string();
        assert_eq!(seen("quantity"), "row 7, Out: r, got \"3\"");
        assert_eq!(seen("sku"), "row 7, code: r, got \"A\"");
        assert_eq!(seen("warehouse"), "row 7, : r, got \"\"");
    }
}
