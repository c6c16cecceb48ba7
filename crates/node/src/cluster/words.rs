//! What nodes say to each other: what each says of itself, questions with their replies, and errands by letter.
//!
//! All of it is JSON but for frames, which travel as they lie in the log.

use acopio_ledger::Submission;
use acopio_ledger::command::{Cause, Command};
use acopio_ledger::ids::{CommandId, Millis, Positions, Seq, UserId};
use acopio_ledger::names::{IdempotencyKey, NodeName, WarehouseCode};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a node says of itself, again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    /// Its company.
    pub(crate) company: Option<[u8; 16]>,
    /// The incarnation of its log.
    pub(crate) incarnation: u32,
    /// The version of its program.
    pub(crate) version: String,
    /// Where people reach it.
    pub(crate) address: String,
    /// What its clock shows.
    pub(crate) clock: Millis,
    /// How far each log is folded there; of its own, where it ends.
    pub(crate) positions: Positions,
    /// Whether it is still getting the company's logs.
    pub(crate) is_filling: bool,
    /// Nodes that have left for good.
    pub(crate) left: Vec<NodeName>,
    /// What it last complained of.
    pub(crate) error: Option<String>,
}

/// What one node asks another.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Question {
    /// For frames of any log that it has, behind a position.
    Frames {
        /// Whose log.
        node: NodeName,
        /// Behind which position.
        after: Seq,
    },
    /// To execute a command, if it decides about it.
    Execute(Box<Errand>),
    /// For a duplicate of its database.
    Duplicate {
        /// Who would begin with it.
        by: NodeName,
        /// The version of the program there.
        version: String,
        /// The form of databases there.
        form: String,
    },
    /// For a part of a duplicate; the answer is its bytes, none when there is no such duplicate any more.
    Part {
        /// The hash of the whole.
        of: String,
        /// Where the part begins.
        at: u64,
    },
    /// To remove a duplicate, unless others use it.
    Returned {
        /// Who has it, or gives it up.
        by: NodeName,
        /// The hash of the whole.
        of: String,
    },
}

/// What came of asking for a duplicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(crate) enum Offered {
    /// It is there.
    Ready {
        /// The hash of all its bytes, as text.
        hash: String,
        /// How many they are.
        bytes: u64,
    },
    /// It is being made: ask again.
    Making,
    /// There is none.
    No {
        /// Why not.
        reason: String,
    },
}

/// What came of a command that another node was asked to execute.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(crate) enum Executed {
    /// It is decided; the last entry of what it led to stands there.
    Decided {
        /// The owner's log.
        node: NodeName,
        /// The position of the last entry.
        last: Seq,
    },
    /// Not decided now, and worth another try: too much is waiting, or another node decides.
    Later {
        /// Why not.
        reason: String,
    },
    /// Its key was used for another request.
    KeyReused,
    /// It is too large.
    TooLarge {
        /// How many bytes its record would have.
        bytes: usize,
        /// How many it may have.
        most: usize,
    },
}

/// A command that one node has accepted for another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Errand {
    /// Which node accepted it.
    pub(crate) from: NodeName,
    /// Whose command it is.
    pub(crate) user: UserId,
    /// Their key for it.
    pub(crate) key: String,
    /// What led to it, if not a person.
    pub(crate) cause: Option<Cause>,
    /// What is asked.
    pub(crate) command: Command,
    /// When it comes too late.
    pub(crate) expires: Millis,
    /// Where it is decided.
    pub(crate) warehouse: WarehouseCode,
}

impl Errand {
    /// The identity of the command.
    pub(crate) fn id(&self) -> CommandId {
        CommandId { user: self.user, key: IdempotencyKey::recorded(&self.key) }
    }

    /// Whether another one of the same identity asks for the same.
    pub(crate) fn asks_the_same(&self, other: &Errand) -> bool {
        self.command.fingerprint() == other.command.fingerprint()
    }

    /// The command as its owner's writer takes it.
    pub(crate) fn submission(&self) -> Submission {
        Submission {
            id: self.id(),
            cause: self.cause.clone(),
            command: self.command.clone(),
            expires: Some(self.expires),
            place: Some(self.warehouse.clone()),
        }
    }
}

/// Words as bytes.
pub(crate) fn encode(words: &impl Serialize) -> Bytes {
    serde_json::to_vec(words).expect("words have string keys only").into()
}

/// Bytes as words.
///
/// # Errors
///
/// Why they are none.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// Frames one after the other, each behind its length in 4 bytes.
pub(crate) fn encode_frames<'f>(frames: impl Iterator<Item = &'f [u8]>) -> Bytes {
    let mut bytes = Vec::new();
    for frame in frames {
        let length = u32::try_from(frame.len()).expect("a frame has at most 4 MiB");
        bytes.extend(length.to_be_bytes());
        bytes.extend(frame);
    }
    bytes.into()
}

/// The inverse of [`encode_frames`]; nothing when the bytes are cut off.
pub(crate) fn decode_frames(bytes: &Bytes) -> Option<Vec<Bytes>> {
    let (mut frames, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let begin = at + 4;
        at = begin.checked_add(length).filter(|end| *end <= bytes.len())?;
        frames.push(bytes.slice(begin..at));
    }
    Some(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_survive_their_way() {
        for frames in [vec![], vec![&b"one"[..]], vec![&b"one"[..], b"", b"three"]] {
            let bytes = encode_frames(frames.iter().copied());
            assert_eq!(decode_frames(&bytes).unwrap(), frames);
        }
        let bytes = encode_frames([&b"one"[..]].into_iter());
        assert_eq!(decode_frames(&bytes.slice(..5)), None);
        assert_eq!(decode_frames(&bytes.slice(..2)), None);
    }
}
