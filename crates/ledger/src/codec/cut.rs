//! Cuts the bytes of another node's frame into pieces, as [`super::FrameBuilder`] has made them there. The bytes stay
//! the ones that were written: so do the hash, and fields that only later versions know.

use super::fields::{ENTRY_FIELD, Fields, RECORD_FIELD};
use super::{DecodeError, FRAME_BYTES_MAX, Frame, Header, PIECE_BYTES, Piece, decode_frame};
use crate::entry::Record;
use crate::ids::Seq;
use crate::names::NodeName;

impl Frame {
    /// Reads and cuts a frame's bytes. The pieces laid end to end are these very bytes.
    ///
    /// # Errors
    ///
    /// When the bytes are damaged, incomplete, too many, or of a later version that this one cannot read.
    pub fn from_bytes(bytes: &[u8]) -> Result<(Frame, Header, Vec<Record>), DecodeError> {
        if FRAME_BYTES_MAX < bytes.len() {
            return Err(DecodeError::TooLarge { bytes: bytes.len() });
        }
        let (header, records) = decode_frame(bytes)?;
        if NodeName::new(header.node.as_str()).is_err() {
            return Err(DecodeError::Missing { what: "name of a node" });
        }
        let pieces = pieces(bytes, &header, &records)?;
        let frame = Frame {
            first: header.first,
            stamp: header.stamp,
            previous: header.previous,
            entries: records.iter().map(|record| record.entries.len() as u64).sum(),
            hash: *blake3::hash(bytes).as_bytes(),
            pieces,
        };
        Ok((frame, header, records))
    }
}

/// The pieces of a frame. One that is full ends before the next entry, or before the record that stands before it.
fn pieces(bytes: &[u8], header: &Header, records: &[Record]) -> Result<Vec<Piece>, DecodeError> {
    let mut pieces = Vec::new();
    let mut open = Open { begin: 0, first: header.first, record: header.first };
    let mut next = header.first;
    let end = records.last().map(|record| record.first.seq.plus(record.entries.len() as u64));
    let mut records = records.iter().map(|record| record.first.seq).peekable();
    let mut record = header.first;
    let mut is_announced = false;
    for field in Fields::of(bytes) {
        let field = field.map_err(|_| DecodeError::Protobuf("it has no fields".to_owned()))?;
        let begins_entry = match field.number {
            RECORD_FIELD => {
                record = records.next_if_eq(&next).ok_or(DecodeError::Disordered)?;
                is_announced = true;
                true
            }
            ENTRY_FIELD => !std::mem::take(&mut is_announced),
            _ => false,
        };
        let is_full = open.begin + PIECE_BYTES <= field.place.start;
        if begins_entry && is_full && open.first < next {
            pieces.push(open.close(&bytes[..field.place.start]));
            open = Open { begin: field.place.start, first: next, record };
        }
        if field.number == ENTRY_FIELD {
            next = next.plus(1);
        }
    }
    pieces.push(open.close(bytes));
    let is_in_order = records.next().is_none() && end == Some(next);
    if is_in_order { Ok(pieces) } else { Err(DecodeError::Disordered) }
}

/// A piece that goes on.
struct Open {
    begin: usize,
    first: Seq,
    record: Seq,
}

impl Open {
    fn close(&self, until: &[u8]) -> Piece {
        Piece { first: self.first, record: self.record, bytes: until[self.begin..].to_vec() }
    }
}
