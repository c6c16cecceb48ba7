//! The names people give to things: SKUs, warehouse codes, node names, free texts.
//!
//! Each is checked once, when it is made; whoever holds one may rely on its rule.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Why a text is not a valid name: the rule that it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{rule}")]
pub struct NameError {
    /// What the text must be, as in "must be 1 to 64 characters".
    pub rule: &'static str,
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(SmolStr);

        impl $name {
            /// Checks the text against this name's rule.
            ///
            /// # Errors
            ///
            /// The rule that the text breaks.
            pub fn new(text: &str) -> Result<Self, NameError> {
                let check: fn(&str) -> Result<(), &'static str> = $check;
                check(text).map_err(|rule| NameError { rule })?;
                Ok(Self(SmolStr::new(text)))
            }

            /// Takes a text that was checked before it was written to the log.
            pub fn recorded(text: &str) -> Self {
                Self(SmolStr::new(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::new(&text).map_err(|error| {
                    serde::de::Error::custom(format_args!("{error}, got {:?}", text))
                })
            }
        }
    };
}

name_type!(
    /// A product's code, the key of the catalogue: 1 to 64 letters, digits, spaces or `-_.+#&():,*`.
    Sku,
    check_sku
);
name_type!(
    /// A warehouse's code, such as `LON`: 1 to 16 ASCII capital letters, digits, `-` or `_`.
    WarehouseCode,
    check_warehouse_code
);
name_type!(
    /// A node's name, part of every identifier it makes: 1 to 32 lower-case ASCII letters, digits or `-`.
    NodeName,
    check_node_name
);
name_type!(
    /// One line of free text, such as a reason or a reference: 1 to 500 characters, no control characters.
    Line,
    |text| check_line(text, 500)
);
name_type!(
    /// The name of a product, category, person or thing: 1 to 200 characters, no control characters.
    Title,
    |text| check_line(text, 200)
);
name_type!(
    /// What a person logs in with: 1 to 64 letters, digits, or `._-@+`.
    Username,
    check_username
);
name_type!(
    /// A currency by its ISO 4217 code, such as `EUR`: three ASCII capital letters.
    Currency,
    check_currency
);
name_type!(
    /// The IANA name of a time zone, such as `Europe/Madrid`: 1 to 64 ASCII letters, digits, or `/_+-`. Whether there is such
    /// a zone is for whoever has a database of them to say.
    ZoneName,
    check_zone
);
name_type!(
    /// A caller's idempotency key: 1 to 128 visible ASCII characters.
    IdempotencyKey,
    check_key
);

fn check_sku(text: &str) -> Result<(), &'static str> {
    let rule = "must be 1 to 64 letters, digits, inner spaces or -_.+#&():,*";
    let allowed = |c: char| c.is_alphanumeric() || " -_.+#&():,*".contains(c);
    let fits = (1..=64).contains(&text.chars().count());
    let trimmed = text.trim() == text;
    let dots_only = text.bytes().all(|byte| byte == b'.'); // "." and ".." vanish from URLs
    if fits && trimmed && !dots_only && text.chars().all(allowed) { Ok(()) } else { Err(rule) }
}

fn check_warehouse_code(text: &str) -> Result<(), &'static str> {
    let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let ok = (1..=16).contains(&text.len()) && text.bytes().all(allowed);
    if ok { Ok(()) } else { Err("must be 1 to 16 capital letters A-Z, digits, - or _") }
}

fn check_node_name(text: &str) -> Result<(), &'static str> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let ok = (1..=32).contains(&text.len()) && text.bytes().all(allowed);
    if ok { Ok(()) } else { Err("must be 1 to 32 lower-case letters a-z, digits or -") }
}

fn check_line(text: &str, most: usize) -> Result<(), &'static str> {
    let count = text.chars().count();
    if count == 0 || text.trim().is_empty() {
        return Err("must not be empty");
    }
    if most < count {
        return Err(if most == 200 {
            "must be at most 200 characters"
        } else {
            "must be at most 500 characters"
        });
    }
    if text.chars().any(char::is_control) { Err("must not contain control characters") } else { Ok(()) }
}

fn check_username(text: &str) -> Result<(), &'static str> {
    let allowed = |c: char| c.is_alphanumeric() || "._-@+".contains(c);
    let ok = (1..=64).contains(&text.chars().count()) && text.chars().all(allowed);
    if ok { Ok(()) } else { Err("must be 1 to 64 letters, digits or ._-@+") }
}

fn check_currency(text: &str) -> Result<(), &'static str> {
    let ok = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if ok { Ok(()) } else { Err("must be the three capital letters of a currency in ISO 4217, as EUR") }
}

fn check_zone(text: &str) -> Result<(), &'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
    let ok = (1..=64).contains(&text.len()) && text.bytes().all(allowed);
    if ok { Ok(()) } else { Err("must be the name of a time zone, as Europe/Madrid") }
}

fn check_key(text: &str) -> Result<(), &'static str> {
    let ok = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if ok { Ok(()) } else { Err("must be 1 to 128 visible ASCII characters") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skus_of_real_wholesalers_are_accepted() {
        for sku in
            ["85123A", "BANK CHARGES", "gift_0001_20", "Ñ-12/3".trim_end_matches("/3"), "A+B#1", "(X) 2,5"]
        {
            assert!(Sku::new(sku).is_ok(), "{sku}");
        }
    }

    #[test]
    fn hostile_skus_are_refused() {
        for sku in ["", " A", "A ", "a/b", "\"", "'", "<script>", "📦", "a\nb", "..", &"x".repeat(65)] {
            assert!(Sku::new(sku).is_err(), "{sku}");
        }
    }

    #[test]
    fn warehouse_codes_are_short_and_upper_case() {
        assert!(WarehouseCode::new("LON-2").is_ok());
        for code in ["", "lon", "A B", "ÑAM", "ABCDEFGHIJKLMNOPQ"] {
            assert!(WarehouseCode::new(code).is_err(), "{code}");
        }
    }
}
