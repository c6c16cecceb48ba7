//! One movement as it is asked for.

use acopio_ledger::command::{Amount as By, MoveKind, MoveLine};
use acopio_ledger::ids::Version;
use acopio_ledger::quantity::Quantity;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::wire::{Amount, CodeText, LineText, SkuText, Time};

/// A movement to be posted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MovementRequest {
    /// What kind of movement.
    #[schema(value_type = MoveKindName)]
    kind: MoveKind,
    /// Where.
    warehouse: CodeText,
    /// Of what.
    sku: SkuText,
    /// How much, more than 0; for an adjustment the signed difference, not 0.
    quantity: Option<Amount>,
    /// For an adjustment instead of `quantity`: what was counted, 0 or more. Needs `expected_version`.
    counted: Option<Amount>,
    /// The version of the balance that was counted: refused with 409 when it has changed since.
    #[schema(minimum = 0)]
    expected_version: Option<u64>,
    /// Why.
    reason: Option<LineText>,
    /// What it refers to, as an invoice.
    reference: Option<LineText>,
    /// When the goods really moved, at most 5 minutes ahead; now, if not said.
    occurred_at: Option<Time>,
}

/// The kinds of movement that may be posted.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", as = MoveKind)]
#[expect(dead_code, reason = "only its document is used")]
pub(crate) enum MoveKindName {
    /// Goods come from a supplier.
    Receipt,
    /// Goods go to a customer.
    Issue,
    /// Goods come back from a customer.
    Return,
    /// The books follow what is really there.
    Adjustment,
}

impl MovementRequest {
    /// The line of a command. `at` says where the request stands, as `movements[3].`, for messages.
    ///
    /// # Errors
    ///
    /// When the amount is given twice, not at all, or in a form that the kind does not take.
    pub(super) fn into_line(self, at: impl Fn() -> String) -> Result<MoveLine, Problem> {
        let amount = self.amount(at)?;
        Ok(MoveLine {
            kind: self.kind,
            warehouse: self.warehouse.0,
            sku: self.sku.0,
            amount,
            reason: self.reason.map(|reason| reason.0),
            reference: self.reference.map(|reference| reference.0),
            occurred_at: self.occurred_at.map(|time| time.0),
            source: None,
        })
    }

    fn amount(&self, at: impl Fn() -> String) -> Result<By, Problem> {
        let wrong = |field: &str, value: Option<Quantity>, rule: &str| {
            let field = format!("{}{field}", at());
            match value {
                Some(value) => Err(Problem::invalid("invalid_field", field, value, rule)),
                None => Err(Problem::invalid("missing_field", field, "nothing", rule)),
            }
        };
        match (self.quantity, self.counted, self.expected_version) {
            (Some(quantity), None, None) => Ok(By::By(quantity.0)),
            (None, Some(counted), _) if self.kind != MoveKind::Adjustment => {
                wrong("counted", Some(counted.0), "must be given for adjustments only")
            }
            (None, Some(counted), Some(version)) => {
                Ok(By::Counted { on_hand: counted.0, expected: Version(version) })
            }
            (None, Some(_), None) => wrong("expected_version", None, "must be given with counted"),
            (Some(_), Some(counted), _) => {
                wrong("counted", Some(counted.0), "must not be given together with quantity")
            }
            (Some(_), None, Some(version)) => Err(Problem::invalid(
                "invalid_field",
                format!("{}expected_version", at()),
                version,
                "must be given with counted only",
            )),
            (None, None, _) => wrong("quantity", None, "must be given"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rest: &str) -> String {
        let json = format!(r#"{{"warehouse":"LON","sku":"A1",{rest}}}"#);
        let request: MovementRequest = serde_json::from_str(&json).unwrap();
        match request.into_line(String::new) {
            Ok(line) => format!("{:?}", line.amount),
            Err(problem) => problem.code().to_owned(),
        }
    }

    #[test]
    fn an_adjustment_is_signed_or_counted_and_nothing_else_is() {
        assert_eq!(read(r#""kind":"issue","quantity":2"#), "By(Quantity(2000))");
        assert_eq!(read(r#""kind":"adjustment","quantity":-2"#), "By(Quantity(-2000))");
        let counted = read(r#""kind":"adjustment","counted":0,"expected_version":3"#);
        assert_eq!(counted, "Counted { on_hand: Quantity(0), expected: Version(3) }");
        for wrong in [
            r#""kind":"issue""#,
            r#""kind":"issue","counted":1,"expected_version":1"#,
            r#""kind":"adjustment","counted":1"#,
            r#""kind":"adjustment","counted":1,"quantity":1,"expected_version":1"#,
            r#""kind":"adjustment","quantity":1,"expected_version":1"#,
        ] {
            assert!(["missing_field", "invalid_field"].contains(&read(wrong).as_str()), "{wrong}");
        }
    }
}
