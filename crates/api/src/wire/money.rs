//! Prices and costs in JSON: a number or a decimal string in, a decimal string out.

use std::borrow::Cow;
use std::fmt;

use acopio_ledger::money::{Money, MoneyError};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::invalid;

/// An amount of money on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Price(pub(crate) Money);

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Price, D::Error> {
        deserializer.deserialize_any(PriceVisitor)
    }
}

struct PriceVisitor;

impl Visitor<'_> for PriceVisitor {
    type Value = Price;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a decimal string")
    }

    fn visit_i64<E: Error>(self, units: i64) -> Result<Price, E> {
        self.visit_str(&units.to_string())
    }

    fn visit_u64<E: Error>(self, units: u64) -> Result<Price, E> {
        self.visit_str(&units.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Price, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Price, E> {
        Money::parse(text).map(Price).map_err(|error: MoneyError| invalid("invalid_money", error))
    }
}

impl PartialSchema for Price {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Number))
            .minimum(Some(0))
            .maximum(Some(1_000_000_000));
        let text = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .max_length(Some(40))
            .pattern(Some(r"^[0-9]+(\.[0-9]+)?$"));
        let either = OneOfBuilder::new()
            .item(number)
            .item(text)
            .description(Some(
                "Money per base unit, exact to 4 decimals, from 0 to 1000000000. Answers carry decimal strings.",
            ))
            .build();
        RefOr::T(Schema::OneOf(either))
    }
}

impl ToSchema for Price {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Money")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_exact_both_ways() {
        for (json, shown) in [("2.55", "\"2.55\""), ("\"0.0042\"", "\"0.0042\""), ("3", "\"3.00\"")] {
            let price: Price = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&price).unwrap(), shown);
        }
        for json in ["-1", "0.00001", "\"1,5\"", "1e12"] {
            assert!(serde_json::from_str::<Price>(json).is_err(), "{json}");
        }
    }
}
