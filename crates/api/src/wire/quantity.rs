//! Quantities in JSON: whole ones are integers, others decimal strings. Exact both ways.

use std::borrow::Cow;
use std::fmt;

use acopio_ledger::quantity::{Quantity, QuantityError};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::invalid;

/// A quantity on the wire.
///
/// Read from an integer, a decimal string, or a number with a fraction, which is taken by its shortest text: `0.1` is
/// a tenth, not the binary fraction next to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) Quantity);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_whole() {
            Some(units) => serializer.serialize_i64(units),
            None => serializer.collect_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a decimal string")
    }

    fn visit_i64<E: Error>(self, units: i64) -> Result<Amount, E> {
        Quantity::whole(units).map(Amount).map_err(refuse)
    }

    fn visit_u64<E: Error>(self, units: u64) -> Result<Amount, E> {
        i64::try_from(units)
            .map_err(|_| refuse(QuantityError::TooLarge))
            .and_then(|units| self.visit_i64(units))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Amount, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Amount, E> {
        Quantity::parse(text).map(Amount).map_err(refuse)
    }
}

fn refuse<E: Error>(error: QuantityError) -> E {
    let code = match error {
        QuantityError::NotANumber => "quantity_not_a_number",
        QuantityError::TooFine => "too_many_decimals",
        QuantityError::TooLarge => "quantity_too_large",
    };
    invalid(code, error)
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Number));
        let text = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .max_length(Some(40))
            .pattern(Some(r"^-?[0-9]+(\.[0-9]+)?$"));
        let either = OneOfBuilder::new()
            .item(number)
            .item(text)
            .description(Some(
                "An exact quantity with at most 3 decimals, from -1000000000000 to 1000000000000. Answers carry whole \
                 quantities as integers and others as decimal strings; requests may use either, or a JSON number.",
            ))
            .build();
        RefOr::T(Schema::OneOf(either))
    }
}

impl ToSchema for Amount {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Quantity")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_exactly() {
        let read = |json: &str| serde_json::from_str::<Amount>(json).map(|amount| amount.0.0);
        for (json, thousandths) in [
            ("5", 5_000),
            ("5.0", 5_000),
            ("-3", -3_000),
            ("0.1", 100),
            ("1.005", 1_005),
            ("1e3", 1_000_000),
            ("\"2.5\"", 2_500),
            ("1000000000000", 1_000_000_000_000_000),
        ] {
            assert_eq!(read(json).ok(), Some(thousandths), "{json}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_refused_with_a_code() {
        for (json, code) in [
            ("0.0001", "too_many_decimals"),
            ("\"1,5\"", "quantity_not_a_number"),
            ("1000000000001", "quantity_too_large"),
            ("18446744073709551615", "quantity_too_large"),
            ("100000000000000000000000", "quantity_too_large"),
        ] {
            let error = serde_json::from_str::<Amount>(json).unwrap_err().to_string();
            assert!(error.contains(code), "{json}: {error}");
        }
    }

    #[test]
    fn whole_quantities_leave_as_integers() {
        let write = |thousandths| serde_json::to_string(&Amount(Quantity(thousandths))).unwrap();
        assert_eq!(write(5_000), "5");
        assert_eq!(write(-2_500), "\"-2.5\"");
    }
}
