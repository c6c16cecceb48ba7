//! Prices and costs: exact ten-thousandths of the company's currency. No floats.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Ten-thousandths in one unit of currency.
const PARTS: i64 = 10_000;

/// An amount of money per base unit of a product, from 0 to [`Money::MAX`], in ten-thousandths of the currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

/// A text that is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a decimal from 0 to {} with at most 4 decimals", Money::MAX)]
pub struct MoneyError;

impl Money {
    /// The highest price: 10⁹ units of currency.
    pub const MAX: Money = Money(1_000_000_000 * PARTS);

    /// Reads `"2.55"`.
    ///
    /// # Errors
    ///
    /// When the text is no decimal, is negative or too large, or has more than four decimals.
    pub fn parse(text: &str) -> Result<Money, MoneyError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let decimals = fraction.trim_end_matches('0');
        if !digits(whole) || !digits(fraction) || 4 < decimals.len() {
            return Err(MoneyError);
        }
        let whole: i64 = whole.parse().map_err(|_| MoneyError)?;
        let parts: i64 = format!("{decimals:0<4}").parse().map_err(|_| MoneyError)?;
        let total = whole.checked_mul(PARTS).and_then(|whole| whole.checked_add(parts)).map(Money);
        total.filter(|money| *money <= Money::MAX).ok_or(MoneyError)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, parts) = (self.0 / PARTS, self.0 % PARTS);
        let decimals = format!("{parts:04}");
        let shown = decimals.trim_end_matches('0');
        write!(f, "{whole}.{shown:0<2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact() {
        assert_eq!(Money::parse("2.55"), Ok(Money(25_500)));
        assert_eq!(Money::parse("0.0042").unwrap().to_string(), "0.0042");
        assert_eq!(Money::parse("3").unwrap().to_string(), "3.00");
        for text in ["", "-1", "1.", ".5", "1,5", "1e3", "0.00001", "1000000000.01"] {
            assert_eq!(Money::parse(text), Err(MoneyError), "{text}");
        }
    }
}
