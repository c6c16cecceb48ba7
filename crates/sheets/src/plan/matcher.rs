//! Which rows of one file a rule is about: conditions of the profile with their columns found.

use acopio_ledger::quantity::Quantity;

use super::columns::{Column, Columns};
use crate::profile::{Condition, Conditions, Sign, Texts};
use crate::read::Row;

/// All of these must hold.
#[derive(Clone, Debug)]
pub(super) struct Matcher(Vec<Test>);

/// One condition; all that it says must hold. Texts are in small letters.
#[derive(Clone, Debug)]
struct Test {
    column: Option<Column>,
    equals: Vec<String>,
    starts_with: Vec<String>,
    ends_with: Vec<String>,
    contains: Vec<String>,
    has_digit: Option<bool>,
    empty: Option<bool>,
    quantity: Option<Sign>,
}

impl Matcher {
    pub(super) fn new(conditions: &Conditions, columns: &mut Columns) -> Matcher {
        Matcher(conditions.0.iter().map(|condition| Test::new(condition, columns)).collect())
    }

    /// Whether the rule is about the row. Without a readable quantity, what is about its sign does not hold.
    pub(super) fn fits(&self, row: &Row, quantity: Option<Quantity>) -> bool {
        self.0.iter().all(|test| test.holds(row, quantity))
    }

    /// The first column that the rule looks at, and its cell.
    pub(super) fn cell<'r>(&'r self, row: &'r Row) -> Option<(&'r str, &'r str)> {
        let column = self.0.iter().find_map(|test| test.column.as_ref())?;
        Some((&column.name, row.cell(column.index)))
    }
}

impl Test {
    fn new(condition: &Condition, columns: &mut Columns) -> Test {
        let small = |texts: &Texts| texts.0.iter().map(|text| text.trim().to_lowercase()).collect();
        Test {
            column: condition.column.as_ref().map(|name| columns.find(name)),
            equals: small(&condition.equals),
            starts_with: small(&condition.starts_with),
            ends_with: small(&condition.ends_with),
            contains: small(&condition.contains),
            has_digit: condition.has_digit,
            empty: condition.empty,
            quantity: condition.quantity,
        }
    }

    fn holds(&self, row: &Row, quantity: Option<Quantity>) -> bool {
        let sign_holds = self.quantity.is_none_or(|sign| quantity.is_some_and(|it| sign_of(it) == sign));
        sign_holds && self.column.as_ref().is_none_or(|column| self.cell_holds(row.cell(column.index)))
    }

    fn cell_holds(&self, cell: &str) -> bool {
        let cell = cell.trim().to_lowercase();
        let any = |texts: &[String], test: fn(&str, &str) -> bool| {
            texts.is_empty() || texts.iter().any(|text| test(&cell, text))
        };
        let has_digit = || cell.chars().any(char::is_numeric);
        any(&self.equals, |cell, text| cell == text)
            && any(&self.starts_with, |cell, text| cell.starts_with(text))
            && any(&self.ends_with, |cell, text| cell.ends_with(text))
            && any(&self.contains, |cell, text| cell.contains(text))
            && self.has_digit.is_none_or(|wanted| has_digit() == wanted)
            && self.empty.is_none_or(|wanted| cell.is_empty() == wanted)
    }
}

fn sign_of(quantity: Quantity) -> Sign {
    match quantity.0.signum() {
        1 => Sign::Positive,
        -1 => Sign::Negative,
        _ => Sign::Zero,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(toml: &str) -> Conditions {
        #[derive(serde::Deserialize)]
        struct Rule {
            when: Conditions,
        }
        toml::from_str::<Rule>(&format!("when = {toml}")).unwrap().when
    }

    #[test]
    fn all_that_is_said_must_hold() {
        let header = ["code".to_owned(), "note".to_owned()];
        let cases = [
            ("{ column = 'code', equals = ['post', 'DOT'] }", " Post ", "", 1, true),
            ("{ column = 'code', equals = 'post' }", "POSTER", "", 1, false),
            ("{ column = 'Code', starts_with = 'gift_' }", "GIFT_0001", "", 1, true),
            ("{ column = 'code', ends_with = '?' }", "what?", "", 1, true),
            ("{ column = 'code', contains = 'oo' }", "wood", "", 1, true),
            ("{ column = 'code', starts_with = 'a', ends_with = 'z' }", "ab", "", 1, false),
            ("{ column = 'code', has_digit = false }", "BANK CHARGES", "", 1, true),
            ("{ column = 'code', has_digit = false }", "C2", "", 1, false),
            ("{ column = 'note', empty = true }", "x", " ", 1, true),
            ("{ quantity = 'negative' }", "", "", -1, true),
            ("{ quantity = 'zero' }", "", "", 0, true),
            ("[{ column = 'code', equals = 'x' }, { quantity = 'positive' }]", "x", "", -1, false),
            ("[]", "x", "", 1, true),
        ];
        for (toml, code, note, quantity, expected) in cases {
            let mut columns = Columns::new(&header, 1);
            let matcher = Matcher::new(&condition(toml), &mut columns);
            let row = Row { line: 2, cells: vec![code.to_owned(), note.to_owned()], faults: Vec::new() };
            assert_eq!(matcher.fits(&row, Some(Quantity(quantity))), expected, "{toml} {code:?}");
        }
    }
}
