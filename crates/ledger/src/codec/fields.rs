//! The outermost fields of a frame's bytes, without looking into them: what frames are cut by and found in.

use std::ops::Range;

/// The number of the field that holds what a record says of all its entries; it stands before their first.
pub const RECORD_FIELD: u64 = 2;
/// The number of the field that holds one entry.
pub const ENTRY_FIELD: u64 = 3;

/// The kinds of field that protobuf has, by the lowest bits of their tags. Groups are none of ours.
const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const WITH_LENGTH: u64 = 2;
const FIXED_32: u64 = 5;

/// One field: its number, and where it stands among the bytes, its tag included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The number.
    pub number: u64,
    /// Its place.
    pub place: Range<usize>,
}

/// Goes through the fields of a frame or of a piece of one, those of later versions included.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The bytes are no sequence of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoFields;

impl<'a> Fields<'a> {
    /// The fields of these bytes.
    pub fn of(bytes: &'a [u8]) -> Fields<'a> {
        Fields { bytes, at: 0 }
    }

    fn read(&mut self) -> Option<Field> {
        let begin = self.at;
        let tag = self.varint()?;
        let length = match tag & 7 {
            VARINT => self.varint().map(|_| 0)?,
            FIXED_64 => 8,
            WITH_LENGTH => usize::try_from(self.varint()?).ok()?,
            FIXED_32 => 4,
            _ => return None,
        };
        self.at = self.at.checked_add(length).filter(|end| *end <= self.bytes.len())?;
        Some(Field { number: tag >> 3, place: begin..self.at })
    }

    /// Reads a number and moves behind it.
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl Iterator for Fields<'_> {
    type Item = Result<Field, NoFields>;

    fn next(&mut self) -> Option<Result<Field, NoFields>> {
        if self.at == self.bytes.len() {
            return None;
        }
        let field = self.read().ok_or(NoFields);
        if field.is_err() {
            self.at = self.bytes.len();
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Result<(u64, Range<usize>), NoFields>> {
        Fields::of(bytes).map(|field| field.map(|Field { number, place }| (number, place))).collect()
    }

    #[test]
    fn fields_of_every_kind_are_stepped_over() {
        let bytes =
            [0x12, 2, 9, 9, 0x18, 0xac, 0x02, 0x25, 1, 2, 3, 4, 0x29, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 0];
        let found: Vec<_> = read(&bytes).into_iter().map(Result::unwrap).collect();
        assert_eq!(found, [(2, 0..4), (3, 4..7), (4, 7..12), (5, 12..21), (3, 21..23)]);
    }

    #[test]
    fn what_does_not_end_is_no_field() {
        for bytes in
            [&[0x12][..], &[0x12, 2, 9], &[0x80], &[0x13], &[0x25, 1], &[0x12, 0xff, 0xff, 0xff, 0xff, 0x0f]]
        {
            assert_eq!(read(bytes), [Err(NoFields)], "{bytes:?}");
        }
    }
}
