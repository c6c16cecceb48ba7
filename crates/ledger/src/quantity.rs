//! Quantities of goods: exact thousandths of a product's base unit, as money is kept in cents.
//!
//! No floats anywhere: a quantity enters as an integer or a decimal string and leaves the same way.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Thousandths in one base unit.
const THOUSANDTHS: i64 = 1_000;

/// A signed amount of one SKU in thousandths of its base unit (pieces, kilograms, litres …).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub i64);

/// Why a text is no quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Not digits with an optional sign and decimal point.
    #[error("must be a whole number or a decimal such as \"1.5\"")]
    NotANumber,
    /// More than three decimals.
    #[error("must have at most 3 decimals")]
    TooFine,
    /// Beyond [`Quantity::MAX`].
    #[error("must be at most {}", Quantity::MAX)]
    TooLarge,
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Quantity = Quantity(0);
    /// The largest amount one movement or balance may hold: 10¹² base units. Sums of two never overflow an `i64`.
    pub const MAX: Quantity = Quantity(1_000_000_000_000 * THOUSANDTHS);

    /// A quantity of whole base units.
    ///
    /// # Errors
    ///
    /// [`QuantityError::TooLarge`] beyond [`Quantity::MAX`] in either direction.
    pub fn whole(units: i64) -> Result<Quantity, QuantityError> {
        units.checked_mul(THOUSANDTHS).map(Quantity).filter(Quantity::in_range).ok_or(QuantityError::TooLarge)
    }

    /// Reads `"12"`, `"-3"` or `"1.250"`.
    ///
    /// # Errors
    ///
    /// When the text is no such number, has more than three decimals, or is beyond [`Quantity::MAX`].
    pub fn parse(text: &str) -> Result<Quantity, QuantityError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let has_bare_point = digits.contains('.') && fraction.is_empty();
        if whole.is_empty() || has_bare_point || !all_digits(whole) || !all_digits(fraction) {
            return Err(QuantityError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        if 3 < fraction.len() {
            return Err(QuantityError::TooFine);
        }
        let units: i64 = whole.parse().map_err(|_| QuantityError::TooLarge)?;
        let thousandths = format!("{fraction:0<3}").parse::<i64>().map_err(|_| QuantityError::NotANumber)?;
        let total = Quantity::whole(units)?.0 + thousandths;
        let quantity = Quantity(if negative { -total } else { total });
        if quantity.in_range() { Ok(quantity) } else { Err(QuantityError::TooLarge) }
    }

    /// Whether the amount lies within ±[`Quantity::MAX`].
    pub fn in_range(&self) -> bool {
        -Quantity::MAX.0 <= self.0 && self.0 <= Quantity::MAX.0
    }

    /// Whether the amount needs no more than `decimals` (0 to 3) decimals.
    pub fn fits(self, decimals: u8) -> bool {
        let step = 10_i64.pow(3 - u32::from(decimals.min(3)));
        self.0 % step == 0
    }

    /// The whole base units, when there is no fraction.
    pub fn as_whole(self) -> Option<i64> {
        (self.0 % THOUSANDTHS == 0).then_some(self.0 / THOUSANDTHS)
    }

    /// The sum, or nothing beyond [`Quantity::MAX`].
    pub fn plus(self, other: Quantity) -> Option<Quantity> {
        self.0.checked_add(other.0).map(Quantity).filter(Quantity::in_range)
    }

    /// The amount without its sign.
    pub fn magnitude(self) -> Quantity {
        Quantity(self.0.abs())
    }
}

impl std::ops::Add for Quantity {
    type Output = Quantity;
    fn add(self, other: Quantity) -> Quantity {
        Quantity(self.0 + other.0)
    }
}

impl std::ops::Sub for Quantity {
    type Output = Quantity;
    fn sub(self, other: Quantity) -> Quantity {
        Quantity(self.0 - other.0)
    }
}

impl std::ops::Neg for Quantity {
    type Output = Quantity;
    fn neg(self) -> Quantity {
        Quantity(-self.0)
    }
}

impl std::iter::Sum for Quantity {
    fn sum<I: Iterator<Item = Quantity>>(quantities: I) -> Quantity {
        quantities.fold(Quantity::ZERO, |total, quantity| total + quantity)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (units, thousandths) = (self.0.abs() / THOUSANDTHS, self.0.abs() % THOUSANDTHS);
        if thousandths == 0 {
            return write!(f, "{sign}{units}");
        }
        let fraction = format!("{thousandths:03}");
        write!(f, "{sign}{units}.{}", fraction.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_whole_and_decimal_texts() {
        assert_eq!(Quantity::parse("12"), Ok(Quantity(12_000)));
        assert_eq!(Quantity::parse("-0.5"), Ok(Quantity(-500)));
        assert_eq!(Quantity::parse("1.2500"), Ok(Quantity(1_250)));
    }

    #[test]
    fn says_why_a_text_is_no_quantity() {
        for text in ["", "-", ".", "1.", ".5", "1e3", "١", "+1", "1,5", " 1"] {
            assert_eq!(Quantity::parse(text), Err(QuantityError::NotANumber), "{text}");
        }
        assert_eq!(Quantity::parse("0.0001"), Err(QuantityError::TooFine));
        assert_eq!(Quantity::parse("1000000000000.001"), Err(QuantityError::TooLarge));
        assert_eq!(Quantity::parse("99999999999999999999"), Err(QuantityError::TooLarge));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(thousandths in -Quantity::MAX.0..=Quantity::MAX.0) {
            let quantity = Quantity(thousandths);
            prop_assert_eq!(Quantity::parse(&quantity.to_string()), Ok(quantity));
        }
    }
}
