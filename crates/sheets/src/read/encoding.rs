//! Bytes to text: UTF-8, and the Windows code page 1252 of older Western European programs.

use std::borrow::Cow;

/// How a text file is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// Code page 1252, which holds Latin-1.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// The characters of bytes 0x80 to 0x9F; the five that are not used stand for themselves.
/// <https://encoding.spec.whatwg.org/index-windows-1252.txt>
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Encoding {
    /// The text, or with replacement characters and `false` where the bytes are none.
    pub(super) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        match (self, std::str::from_utf8(bytes)) {
            (Encoding::Utf8, Ok(text)) => (Cow::Borrowed(text), true),
            (Encoding::Utf8, Err(_)) => (String::from_utf8_lossy(bytes), false),
            (Encoding::Windows1252, Ok(text)) if bytes.is_ascii() => (Cow::Borrowed(text), true),
            (Encoding::Windows1252, _) => (bytes.iter().copied().map(windows_1252).collect(), true),
        }
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_text() {
        let cases: &[(Encoding, &[u8], &str, bool)] = &[
            (Encoding::Utf8, b"plain", "plain", true),
            (Encoding::Utf8, "año".as_bytes(), "año", true),
            (Encoding::Utf8, b"a\xf1o", "a\u{fffd}o", false),
            (Encoding::Windows1252, b"plain", "plain", true),
            (Encoding::Windows1252, b"a\xf1o 3 \x80", "año 3 €", true),
        ];
        for (encoding, bytes, text, valid) in cases {
            let (decoded, is_valid) = encoding.decode(bytes);
            assert_eq!((&*decoded, is_valid), (*text, *valid), "{encoding:?} {bytes:?}");
        }
    }
}
