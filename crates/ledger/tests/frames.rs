//! Frames of other nodes: their bytes stay as they were written, and what is no frame is told.

mod common;

use acopio_ledger::codec::{DecodeError, ENTRY_FIELD, FRAME_BYTES_MAX, Fields, Frame, RECORD_FIELD};
use acopio_ledger::command::MoveKind;
use common::{Ledger, line, moves};

/// The bytes of a frame of many pieces.
fn frame() -> Vec<u8> {
    let mut ledger = Ledger::new(2, 3);
    for units in [1, 300, 1] {
        ledger.submit(moves((0..units).map(|_| line(MoveKind::Receipt, 0, 1, 5_000)).collect(), false));
    }
    whole(&ledger.frame())
}

fn whole(frame: &Frame) -> Vec<u8> {
    frame.pieces.iter().flat_map(|piece| piece.bytes.clone()).collect()
}

/// The bytes with something put before each field.
fn with_before(bytes: &[u8], put: impl Fn(u64) -> Vec<u8>) -> Vec<u8> {
    let fields = Fields::of(bytes).map(|field| field.expect("fields"));
    fields.flat_map(|field| [put(field.number), bytes[field.place].to_vec()].concat()).collect()
}

#[test]
fn fields_of_later_versions_survive() {
    let bytes = frame();
    // A number, some bytes, and bytes that fill more than a piece, each under a tag that no version has.
    let large = [&[0xfa, 0x0f, 0x88, 0x27][..], &[7; 5_000]].concat();
    for unknown in [vec![0xf8, 0x0f, 5], vec![0xfa, 0x0f, 2, 8, 9], large] {
        let later =
            with_before(&bytes, |number| if number == ENTRY_FIELD { unknown.clone() } else { vec![] });
        let (cut, _, records) = Frame::from_bytes(&later).expect("it is readable");
        let (_, _, expected) = Frame::from_bytes(&bytes).expect("it is readable");
        assert_eq!((records, whole(&cut)), (expected, later.clone()));
        assert_eq!(cut.hash, *blake3::hash(&later).as_bytes());
        let mut firsts: Vec<_> = cut.pieces.iter().map(|piece| piece.first).collect();
        firsts.dedup();
        assert_eq!(firsts.len(), cut.pieces.len(), "every piece begins at an entry of its own");
    }
}

#[test]
fn records_stand_before_their_first_entry() {
    let bytes = frame();
    let fields: Vec<_> = Fields::of(&bytes).map(|field| field.expect("fields")).collect();
    let of = |numbers: &[u64]| {
        let wanted = fields.iter().filter(|field| numbers.contains(&field.number));
        wanted.flat_map(|field| bytes[field.place.clone()].to_vec()).collect::<Vec<_>>()
    };
    let disordered = [of(&[1]), of(&[ENTRY_FIELD]), of(&[RECORD_FIELD])].concat();
    assert_eq!(Frame::from_bytes(&disordered).unwrap_err(), DecodeError::Disordered);
    let headless = of(&[ENTRY_FIELD, RECORD_FIELD]);
    assert!(matches!(Frame::from_bytes(&headless), Err(DecodeError::Missing { .. })));
    assert_eq!(Frame::from_bytes(&of(&[1, ENTRY_FIELD])).unwrap_err(), DecodeError::Disordered);
    let endless = [bytes.clone(), vec![0; FRAME_BYTES_MAX]].concat();
    assert_eq!(Frame::from_bytes(&endless).unwrap_err(), DecodeError::TooLarge { bytes: endless.len() });
    for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        assert!(Frame::from_bytes(&bytes[..length]).is_err(), "{length} bytes are not the whole");
    }
}
