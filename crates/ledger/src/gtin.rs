//! GTIN barcodes (EAN-8, UPC-A, EAN-13, ITF-14) and their check digit.
//!
//! GS1 General Specifications, section 7.9: weights 3 and 1 alternate from the digit left of the check digit.

use smol_str::SmolStr;

/// A barcode: a GTIN with a correct check digit, or a free code that is no GTIN by its form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Barcode(SmolStr);

impl<'de> serde::Deserialize<'de> for Barcode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Barcode, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Barcode::new(&text).map_err(|error| serde::de::Error::custom(format_args!("{error}, got {text:?}")))
    }
}

/// Why a text is no barcode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BarcodeError {
    /// Not 1 to 48 visible ASCII characters.
    #[error("must be 1 to 48 visible ASCII characters")]
    Form,
    /// A text of 8, 12, 13 or 14 digits whose last digit is wrong.
    #[error("must end in its GTIN check digit {expected}")]
    CheckDigit {
        /// The digit that would be right.
        expected: u8,
    },
}

impl Barcode {
    /// Checks a barcode; 8, 12, 13 or 14 digits are taken for a GTIN.
    ///
    /// # Errors
    ///
    /// When the form is wrong, or a GTIN's check digit is.
    pub fn new(text: &str) -> Result<Barcode, BarcodeError> {
        if !(1..=48).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BarcodeError::Form);
        }
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect();
        if digits.len() == text.len() && matches!(digits.len(), 8 | 12 | 13 | 14) {
            let (check, body) = digits.split_last().expect("a GTIN has digits");
            let expected = check_digit(body);
            if *check != expected {
                return Err(BarcodeError::CheckDigit { expected });
            }
        }
        Ok(Barcode(SmolStr::new(text)))
    }

    /// Takes a text that was checked before it was written to the log.
    pub fn recorded(text: &str) -> Barcode {
        Barcode(SmolStr::new(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The check digit of the digits (each 0 to 9) before it.
pub fn check_digit(body: &[u8]) -> u8 {
    let weighted = body.iter().rev().enumerate().map(|(at, &digit)| {
        let weight = if at % 2 == 0 { 3 } else { 1 };
        u32::from(digit) * weight
    });
    ((10 - weighted.sum::<u32>() % 10) % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_gtins_are_accepted() {
        for code in ["4006381333931", "96385074", "036000291452", "00012345600012", "SHELF-7", "123"] {
            assert!(Barcode::new(code).is_ok(), "{code}");
        }
    }

    #[test]
    fn every_single_wrong_digit_is_found() {
        let good = "4006381333931";
        for at in 0..good.len() {
            for digit in '0'..='9' {
                let mut wrong: Vec<char> = good.chars().collect();
                wrong[at] = digit;
                let wrong: String = wrong.into_iter().collect();
                assert_eq!(Barcode::new(&wrong).is_ok(), wrong == good, "{wrong}");
            }
        }
    }
}
