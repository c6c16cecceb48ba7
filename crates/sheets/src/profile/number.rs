//! How numbers are written, and what they are then. Exact: no floats.

use std::borrow::Cow;

use acopio_ledger::money::Money;
use acopio_ledger::quantity::Quantity;
use serde::Deserialize;

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NumberForm {
    /// The decimal sign, `.` or `,`.
    pub decimal: char,
    /// What separates groups of three digits, if anything may.
    pub thousands: Option<char>,
}

impl Default for NumberForm {
    fn default() -> NumberForm {
        NumberForm { decimal: '.', thousands: None }
    }
}

impl NumberForm {
    /// What is wrong with the form itself.
    pub(super) fn check(&self) -> Result<(), String> {
        let taken = |sign: char| sign.is_ascii_digit() || sign == self.decimal || "+-".contains(sign);
        if !['.', ','].contains(&self.decimal) {
            return Err("numbers.decimal must be \".\" or \",\"".to_owned());
        }
        if self.thousands.is_some_and(taken) {
            return Err("numbers.thousands must be neither a digit, a sign nor the decimal sign".to_owned());
        }
        Ok(())
    }

    /// Reads a quantity; a sign may stand before it.
    ///
    /// # Errors
    ///
    /// The rule that the text breaks.
    pub fn quantity(&self, text: &str) -> Result<Quantity, String> {
        let plain = self.plain(text).ok_or_else(|| self.rule())?;
        Quantity::parse(&plain).map_err(|error| error.to_string())
    }

    /// Reads a price; a sign of currency may stand before or after it.
    ///
    /// # Errors
    ///
    /// The rule that the text breaks.
    pub fn money(&self, text: &str) -> Result<Money, String> {
        let bare = text.trim_matches(|c: char| c.is_whitespace() || "€$£".contains(c));
        let plain = self.plain(bare).ok_or_else(|| self.rule())?;
        Money::parse(&plain).map_err(|error| error.to_string())
    }

    /// The number with a decimal point and without groups or a plus sign; nothing when it is none.
    fn plain<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once(self.decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let ungrouped = self.ungrouped(whole)?;
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(&ungrouped) || !fraction.is_none_or(is_number) {
            return None;
        }
        if self.decimal == '.' && ungrouped.len() == whole.len() {
            return Some(Cow::Borrowed(text.strip_prefix('+').unwrap_or(text)));
        }
        let fraction = fraction.map(|fraction| format!(".{fraction}")).unwrap_or_default();
        Some(Cow::Owned(format!("{sign}{ungrouped}{fraction}")))
    }

    /// The whole part without separators of thousands; nothing when they stand elsewhere than before three digits.
    fn ungrouped<'t>(&self, whole: &'t str) -> Option<Cow<'t, str>> {
        let Some(separator) = self.thousands.filter(|separator| whole.contains(*separator)) else {
            return Some(Cow::Borrowed(whole));
        };
        let mut groups = whole.split(separator);
        let fits_first = (1..=3).contains(&groups.next()?.len());
        let fits = fits_first && groups.all(|group| group.len() == 3);
        fits.then(|| Cow::Owned(whole.replace(separator, "")))
    }

    fn rule(&self) -> String {
        format!("must be a whole number or a decimal such as \"1{}5\"", self.decimal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: NumberForm = NumberForm { decimal: '.', thousands: Some(',') };
    const SPANISH: NumberForm = NumberForm { decimal: ',', thousands: Some('.') };
    const PLAIN: NumberForm = NumberForm { decimal: '.', thousands: None };
    const COMMA: NumberForm = NumberForm { decimal: ',', thousands: None };

    #[test]
    fn quantities_are_read_in_every_form() {
        let cases = [
            (PLAIN, "12", Some(12_000)),
            (PLAIN, "-12.0", Some(-12_000)),
            (PLAIN, "+3", Some(3_000)),
            (PLAIN, "1,000", None),
            (PLAIN, "1,5", None),
            (PLAIN, "1e3", None),
            (PLAIN, "--1", None),
            (PLAIN, "+-1", None),
            (PLAIN, "", None),
            (PLAIN, "1.", None),
            (ENGLISH, "1,234.5", Some(1_234_500)),
            (ENGLISH, "1234.5", Some(1_234_500)),
            (ENGLISH, "12,34", None),
            (ENGLISH, ",123", None),
            (SPANISH, "-1.234,5", Some(-1_234_500)),
            (SPANISH, "1.5", None),
            (COMMA, "1,5", Some(1_500)),
            (COMMA, "1.500", None),
        ];
        for (form, text, thousandths) in cases {
            assert_eq!(form.quantity(text).ok(), thousandths.map(Quantity), "{form:?} {text:?}");
        }
    }

    #[test]
    fn prices_may_have_a_currency() {
        let cases = [
            (SPANISH, "1.234,50 €", Some(12_345_000)),
            (PLAIN, "£2.55", Some(25_500)),
            (PLAIN, "-1", None),
            (PLAIN, "0.00001", None),
        ];
        for (form, text, parts) in cases {
            assert_eq!(form.money(text).ok(), parts.map(Money), "{form:?} {text:?}");
        }
    }

    #[test]
    fn the_rule_shows_the_decimal_sign() {
        assert!(COMMA.quantity("1.5").unwrap_err().contains("\"1,5\""));
        assert!(PLAIN.quantity("0.0001").unwrap_err().contains("at most 3 decimals"));
    }
}
