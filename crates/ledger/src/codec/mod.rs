//! Frames: the unit of storage, publication and hash chain, and their bytes.
//!
//! A frame holds whole records. Each carries the BLAKE3 hash of the bytes of the frame before it, so that a log proves
//! itself from any frame on. Frames are cut into pieces of a few kilobytes for storage; the pieces laid end to end are
//! the frame.

mod convert;
mod cut;
mod fields;
mod wire;

use prost::Message;

use crate::entry::{Body, Entry, Record};
use crate::ids::{CommandId, EntryId, Incarnation, Seq, Stamp, UserId};
use crate::names::NodeName;

pub use fields::{ENTRY_FIELD, Field, Fields, NoFields, RECORD_FIELD};

/// The most bytes that a frame may have: 4 MiB.
pub const FRAME_BYTES_MAX: usize = 4 << 20;

/// A piece is closed when it has this many bytes: it then still fits a database page with its neighbours' links.
const PIECE_BYTES: usize = 3_500;

/// What a movement takes at most beside its texts: eight numbers of up to 11 bytes, a source id, tags and lengths.
const MOVED_BYTES_MAX: usize = 160;

/// The highest stamp that is believed: 63 bits, so that the entries of a frame may follow it.
const STAMP_MAX: Stamp = Stamp(i64::MAX as u64 - u32::MAX as u64);

/// What a record takes at most beside its key and its entries: user, fingerprint, cause, tags and lengths.
const ORIGIN_BYTES_MAX: usize = 160;

/// The hash of a frame's bytes.
pub type FrameHash = [u8; 32];

/// Bytes that are no frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not protobuf.
    #[error("the bytes are not protobuf: {0}")]
    Protobuf(String),
    /// A part without which nothing can be made of it.
    #[error("a part is missing: {what}")]
    Missing {
        /// Which part.
        what: &'static str,
    },
    /// Written by a later version.
    #[error("unknown {what}: written by a later version")]
    Unknown {
        /// Of what an unknown one was met.
        what: &'static str,
    },
    /// More bytes than a frame may have.
    #[error("a frame has at most 4 MiB, not {bytes} bytes")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// Its parts stand in an order in which frames are not written.
    #[error("a record does not stand before its first entry")]
    Disordered,
}

/// A sealed frame: what is stored and published.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The position of its first entry.
    pub first: Seq,
    /// The stamp of its first entry; each later one's is one higher.
    pub stamp: Stamp,
    /// The hash of the frame before it; zeros before the first.
    pub previous: FrameHash,
    /// How many entries it has.
    pub entries: u64,
    /// The hash of all bytes, which the next frame carries.
    pub hash: FrameHash,
    /// Its bytes, in pieces.
    pub pieces: Vec<Piece>,
}

/// A part of a frame's bytes that can be read by itself.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The position of its first entry.
    pub first: Seq,
    /// The position of the first entry of the record to which its first entry belongs.
    pub record: Seq,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Where a frame stands: what its header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whose log it is.
    pub node: NodeName,
    /// Which incarnation of it.
    pub incarnation: Incarnation,
    /// The position of the first entry.
    pub first: Seq,
    /// The stamp of the first entry; each later one's is one higher.
    pub stamp: Stamp,
    /// The hash of the frame before; zeros before the first.
    pub previous: FrameHash,
}

/// Writes one frame.
pub struct FrameBuilder {
    header: Header,
    bytes: usize,
    entries: u64,
    hasher: blake3::Hasher,
    pieces: Vec<Piece>,
    open: Piece,
}

impl FrameBuilder {
    /// Begins a frame of `entries` entries.
    pub fn new(header: Header, entries: usize) -> FrameBuilder {
        let twin = wire::Frame { header: Some(header_to_wire(&header, entries)), ..wire::Frame::default() };
        let open = Piece { first: header.first, record: header.first, bytes: twin.encode_to_vec() };
        FrameBuilder { bytes: 0, entries: 0, hasher: blake3::Hasher::new(), pieces: Vec::new(), open, header }
    }

    /// Appends a record whose entries follow those before.
    pub fn push(&mut self, record: &Record) {
        let first = self.header.first.plus(self.entries);
        assert_eq!(record.first.seq, first, "a frame's records follow one another");
        let twin = record_to_wire(record, self.entries as u32);
        for (index, entry) in record.entries.iter().enumerate() {
            if PIECE_BYTES <= self.open.bytes.len() {
                self.close_piece(first, index);
            }
            if index == 0 {
                prost::encoding::message::encode(2, &twin, &mut self.open.bytes);
            }
            prost::encoding::message::encode(3, &convert::entry_to_wire(entry), &mut self.open.bytes);
            self.entries += 1;
        }
    }

    fn close_piece(&mut self, record: Seq, index: usize) {
        let next =
            Piece { first: self.header.first.plus(self.entries), record, bytes: Vec::with_capacity(4_096) };
        assert_eq!(next.first, record.plus(index as u64), "a piece begins at an entry");
        let full = std::mem::replace(&mut self.open, next);
        self.hasher.update(&full.bytes);
        self.bytes += full.bytes.len();
        self.pieces.push(full);
    }

    /// Closes the frame.
    pub fn seal(mut self) -> Frame {
        self.hasher.update(&self.open.bytes);
        self.bytes += self.open.bytes.len();
        self.pieces.push(self.open);
        assert!(self.bytes <= FRAME_BYTES_MAX, "a frame of {} bytes is over the limit", self.bytes);
        let hash = *self.hasher.finalize().as_bytes();
        Frame {
            first: self.header.first,
            stamp: self.header.stamp,
            previous: self.header.previous,
            entries: self.entries,
            hash,
            pieces: self.pieces,
        }
    }
}

/// What can be read from a piece of a frame, or from a whole one.
#[derive(Debug)]
pub struct Decoded {
    /// Present in a frame's first piece.
    pub header: Option<Header>,
    /// How many entries the whole frame has, where the header is present.
    pub entries_total: u32,
    /// Records that begin in the piece: their position and what they say of all their entries.
    pub records: Vec<(Seq, Origin)>,
    /// The piece's entries with their positions.
    pub entries: Vec<(Seq, Entry)>,
}

/// What a record says of all its entries.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Which command.
    pub command: CommandId,
    /// The command's fingerprint.
    pub fingerprint: u64,
    /// What led to it.
    pub cause: Option<crate::command::Cause>,
}

/// Reads a piece of the frame that begins at `frame`, the piece's own first entry being `first`.
///
/// # Errors
///
/// When the bytes are damaged or were written by a later version.
pub fn decode_piece(frame: Seq, first: Seq, bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let twin = wire::Frame::decode(bytes).map_err(|error| DecodeError::Protobuf(error.to_string()))?;
    let entries_total = twin.header.as_ref().map_or(0, |header| header.entries);
    let header = twin.header.map(header_from_wire).transpose()?;
    let records = twin
        .records
        .into_iter()
        .map(|record| Ok((frame.plus(u64::from(record.offset)), origin_from_wire(record)?)));
    let records = records.collect::<Result<Vec<_>, DecodeError>>()?;
    let entries = twin.entries.into_iter().enumerate().map(|(index, entry)| {
        let seq = first.plus(index as u64);
        Ok((seq, convert::entry_from_wire(entry, seq)?))
    });
    Ok(Decoded { header, entries_total, records, entries: entries.collect::<Result<Vec<_>, DecodeError>>()? })
}

/// Reads a whole frame from all its bytes.
///
/// # Errors
///
/// When the bytes are damaged, incomplete, or were written by a later version.
pub fn decode_frame(bytes: &[u8]) -> Result<(Header, Vec<Record>), DecodeError> {
    let twin = wire::Frame::decode(bytes).map_err(|error| DecodeError::Protobuf(error.to_string()))?;
    let header = twin.header.ok_or(DecodeError::Missing { what: "frame header" })?;
    if header.entries as usize != twin.entries.len() {
        return Err(DecodeError::Missing { what: "entries of the frame" });
    }
    let header = header_from_wire(header)?;
    let mut ends: Vec<usize> = twin.records.iter().skip(1).map(|record| record.offset as usize).collect();
    ends.push(twin.entries.len());
    let mut entries = twin.entries.into_iter().enumerate();
    let mut records = Vec::with_capacity(twin.records.len());
    for (record, end) in twin.records.into_iter().zip(ends) {
        let offset = record.offset as usize;
        let seq = header.first.plus(offset as u64);
        let origin = origin_from_wire(record)?;
        let count = end.checked_sub(offset).filter(|count| 0 < *count);
        let count = count.ok_or(DecodeError::Missing { what: "entries of a record" })?;
        let own = entries
            .by_ref()
            .take(count)
            .map(|(index, entry)| convert::entry_from_wire(entry, header.first.plus(index as u64)));
        records.push(Record {
            command: origin.command,
            fingerprint: origin.fingerprint,
            cause: origin.cause,
            first: EntryId { node: header.node.clone(), incarnation: header.incarnation, seq },
            stamp: header.stamp.plus(offset as u64),
            entries: own.collect::<Result<_, _>>()?,
        });
    }
    Ok((header, records))
}

/// Reads the header alone of a frame, and how many entries the frame has.
///
/// # Errors
///
/// When there is none, or it cannot be read.
pub fn read_header(bytes: &[u8]) -> Result<(Header, u32), DecodeError> {
    let missing = DecodeError::Missing { what: "frame header" };
    let first = fields::Fields::of(bytes).next().and_then(Result::ok).ok_or_else(|| missing.clone())?;
    let twin = wire::Frame::decode(&bytes[first.place]);
    let twin = twin.map_err(|error| DecodeError::Protobuf(error.to_string()))?;
    let header = twin.header.ok_or(missing)?;
    let entries = header.entries;
    Ok((header_from_wire(header)?, entries))
}

/// An upper bound of the bytes that a record adds to a frame. Cheap for movements, which big records are made of.
pub fn record_bytes(record: &Record) -> usize {
    let origin = ORIGIN_BYTES_MAX + record.command.key.as_str().len();
    let entries = record.entries.iter().map(|entry| match &entry.body {
        Body::Moved(moved) if moved.undoes.is_none() => {
            MOVED_BYTES_MAX
                + moved.key.sku.as_str().len()
                + moved.key.warehouse.as_str().len()
                + moved.reason.len()
                + moved.reference.len()
        }
        _ => convert::entry_to_wire(entry).encoded_len() + 6,
    });
    origin + entries.sum::<usize>()
}

fn header_to_wire(header: &Header, entries: usize) -> wire::Header {
    wire::Header {
        version: 1,
        node: header.node.to_string(),
        incarnation: header.incarnation.0,
        first_seq: header.first.0,
        first_stamp: header.stamp.0,
        previous_hash: header.previous.to_vec(),
        entries: entries as u32,
    }
}

fn header_from_wire(header: wire::Header) -> Result<Header, DecodeError> {
    if header.version != 1 {
        return Err(DecodeError::Unknown { what: "frame version" });
    }
    let last = header.first_seq.checked_add(u64::from(header.entries));
    if header.first_seq == 0 || header.entries == 0 || last.is_none_or(|end| Seq::MAX.plus(1) < Seq(end)) {
        return Err(DecodeError::Missing { what: "a position that a log can have" });
    }
    if STAMP_MAX < Stamp(header.first_stamp) {
        return Err(DecodeError::Missing { what: "a time that a clock can show" });
    }
    let previous = header.previous_hash.as_slice().try_into();
    Ok(Header {
        node: NodeName::recorded(&header.node),
        incarnation: Incarnation(header.incarnation),
        first: Seq(header.first_seq),
        stamp: Stamp(header.first_stamp),
        previous: previous.map_err(|_| DecodeError::Missing { what: "hash of the frame before" })?,
    })
}

fn record_to_wire(record: &Record, offset: u32) -> wire::Record {
    wire::Record {
        offset,
        user: record.command.user.0.to_vec(),
        key: record.command.key_bytes(),
        fingerprint: record.fingerprint,
        cause: record.cause.as_ref().map(convert::cause_to_wire),
    }
}

fn origin_from_wire(record: wire::Record) -> Result<Origin, DecodeError> {
    let user = UserId(convert::bytes16(&record.user)?);
    let command = CommandId::from_key_bytes(user, &record.key);
    Ok(Origin {
        command: command.ok_or(DecodeError::Missing { what: "idempotency key" })?,
        fingerprint: record.fingerprint,
        cause: record.cause.map(convert::cause_from_wire).transpose()?,
    })
}
