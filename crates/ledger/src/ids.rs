//! Numbers and identifiers of the log. One type per meaning: a [`Seq`] is not a [`Stamp`].

mod positions;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use positions::Positions;

use crate::names::{IdempotencyKey, NodeName};

macro_rules! number_type {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_type!(
    /// Position of an entry in a node's log: 1, 2, 3 … without gaps. 0 means "before the first".
    Seq(u64)
);
number_type!(
    /// How often a node's log was reopened after a wipe or a restore, from 1.
    Incarnation(u32)
);
number_type!(
    /// Which ownership of a warehouse an entry was written under, from 1.
    Epoch(u64)
);
number_type!(
    /// How often a record has changed, from 1; 0 where it does not exist. Compared by `If-Match` and compare-and-set.
    Version(u64)
);
number_type!(
    /// Hybrid logical time: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16.
    ///
    /// S. Kulkarni et al., *Logical Physical Clocks*, 2014.
    Stamp(u64)
);
number_type!(
    /// Wall-clock time in milliseconds since 1970, as people mean it: when goods really moved.
    Millis(i64)
);

impl Seq {
    /// The last position that a log may have: stores keep a position and the number of its log in 63 bits.
    pub const MAX: Seq = Seq((1 << 40) - 1);

    /// The position `count` entries later.
    pub fn plus(self, count: u64) -> Seq {
        Seq(self.0 + count)
    }
}

impl Version {
    /// The version after one more change.
    pub fn next(self) -> Version {
        Version(self.0 + 1)
    }
}

impl Stamp {
    /// The wall-clock part.
    pub fn millis(self) -> Millis {
        Millis((self.0 >> 16) as i64)
    }

    /// The first stamp of a millisecond; times before 1970 count as 1970.
    pub fn at(time: Millis) -> Stamp {
        Stamp((time.0.max(0) as u64) << 16)
    }

    /// The stamp `count` later, carrying from the counter into the milliseconds.
    pub fn plus(self, count: u64) -> Stamp {
        Stamp(self.0 + count)
    }

    /// The next stamp of a log whose last one was `self` and whose clock now shows `now`: always later, whatever the
    /// clock does.
    pub fn next(self, now: Millis) -> Stamp {
        self.plus(1).max(Stamp::at(now))
    }
}

/// A user's permanent id, 16 bytes, shown as a UUID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(pub [u8; 16]);

/// A login session's or API token's id, 16 bytes, shown as a UUID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub [u8; 16]);

/// An import's id, 16 bytes, shown as a UUID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportId(pub [u8; 16]);

/// Identity of one row of an outside source, so that it is posted once: a hash of profile, key columns and occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub [u8; 16]);

/// An id text that does not have the form of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must have the form {form}")]
pub struct IdError {
    /// The expected form.
    pub form: &'static str,
}

macro_rules! uuid_text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (index, byte) in self.0.iter().enumerate() {
                    if [4, 6, 8, 10].contains(&index) {
                        f.write_str("-")?;
                    }
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_uuid(text).map(Self).ok_or(IdError { form: "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" })
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

uuid_text!(UserId, SessionId, ImportId, SourceId);

/// Where the pairs of digits stand in the canonical form of a UUID.
const DIGITS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
/// Where its dashes stand.
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// Reads the canonical 36-character form of a UUID, in either case.
pub(crate) fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let bytes: &[u8; 36] = text.as_bytes().try_into().ok()?;
    if DASHES.iter().any(|&at| bytes[at] != b'-') {
        return None;
    }
    let digit = |at: usize| char::from(bytes[at]).to_digit(16);
    let mut id = [0; 16];
    for (byte, at) in id.iter_mut().zip(DIGITS) {
        *byte = (digit(at)? * 16 + digit(at + 1)?) as u8;
    }
    Some(id)
}

/// One node's log, in one of its lives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId {
    /// The node that writes it.
    pub node: NodeName,
    /// Which life of that node's log.
    pub incarnation: Incarnation,
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.node, self.incarnation)
    }
}

/// Where an entry stands among all logs, and so the public id of what it records, as in `main.1.1042`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    /// The node that wrote it.
    pub node: NodeName,
    /// The incarnation of its log.
    pub incarnation: Incarnation,
    /// Its position there.
    pub seq: Seq,
}

impl EntryId {
    /// The log in which it stands.
    pub fn log(&self) -> LogId {
        LogId { node: self.node.clone(), incarnation: self.incarnation }
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.node, self.incarnation, self.seq)
    }
}

impl FromStr for EntryId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<EntryId, IdError> {
        let error = IdError { form: "node.incarnation.seq, as main.1.42" };
        let mut parts = text.split('.');
        let (node, incarnation, seq) = (parts.next(), parts.next(), parts.next());
        let (Some(node), Some(incarnation), Some(seq), None) = (node, incarnation, seq, parts.next()) else {
            return Err(error);
        };
        Ok(EntryId {
            node: NodeName::new(node).map_err(|_| error)?,
            incarnation: Incarnation(incarnation.parse().map_err(|_| error)?),
            seq: Seq(seq.parse().map_err(|_| error)?),
        })
    }
}

impl Serialize for EntryId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntryId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<EntryId, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What makes a command one and the same, however often it is sent: who sent it and the key that they gave it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId {
    /// The user who sent it.
    pub user: UserId,
    /// Their key for it.
    pub key: IdempotencyKey,
}

impl CommandId {
    /// The key in the form in which it is stored and logged: tag 1 and the 16 bytes of a UUID, so that time-ordered
    /// keys sort by time, or tag 2 and the text of any other key.
    pub fn key_bytes(&self) -> Vec<u8> {
        let text = self.key.as_str();
        // What is read back is in lower case.
        let is_lower = || !text.bytes().any(|byte| byte.is_ascii_uppercase());
        match parse_uuid(text) {
            Some(id) if is_lower() => [&[1], &id[..]].concat(),
            _ => [&[2], text.as_bytes()].concat(),
        }
    }

    /// The inverse of [`CommandId::key_bytes`]; nothing when the bytes are of neither form.
    pub fn from_key_bytes(user: UserId, bytes: &[u8]) -> Option<CommandId> {
        let key = match bytes.split_first()? {
            (1, id) => IdempotencyKey::recorded(&UserId(id.try_into().ok()?).to_string()),
            (2, text) => IdempotencyKey::new(std::str::from_utf8(text).ok()?).ok()?,
            _ => return None,
        };
        Some(CommandId { user, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_rise_even_when_the_clock_goes_back() {
        let first = Stamp::default().next(Millis(1_000));
        let second = first.next(Millis(10));
        assert!(first < second);
        assert_eq!(second.millis(), Millis(1_000));
        assert_eq!(second.next(Millis(2_000)), Stamp::at(Millis(2_000)));
    }

    #[test]
    fn ids_are_read_back_as_shown() {
        let id = UserId(*b"0123456789abcdef");
        assert_eq!(id.to_string().parse(), Ok(id));
        let entry: EntryId = "main.1.42".parse().unwrap();
        assert_eq!(entry.to_string(), "main.1.42");
        for text in ["main.1", "main.1.2.3", "MAIN.1.2", "main.x.1", ""] {
            assert!(text.parse::<EntryId>().is_err(), "{text}");
        }
    }

    #[test]
    fn keys_survive_their_stored_form() {
        let uuid = "0190c8b0-0000-7000-8000-00000000000a";
        for key in ["k", "=", "0123456789abcdef", uuid, &uuid.to_uppercase()] {
            let id = CommandId { user: UserId::default(), key: IdempotencyKey::new(key).unwrap() };
            assert_eq!(CommandId::from_key_bytes(id.user, &id.key_bytes()), Some(id.clone()), "{key}");
        }
    }
}
