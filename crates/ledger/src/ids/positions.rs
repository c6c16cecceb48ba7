//! How far each of many logs is known.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{IdError, Seq};
use crate::names::NodeName;

/// The form of its text.
const FORM: IdError = IdError { form: "node:position, comma-separated, as lon:7,mad:3" };

/// How far the log of each node is known, as in `lon:7,mad:3`; the empty text is the beginning of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Positions(BTreeMap<NodeName, Seq>);

impl Positions {
    /// The last known position of a node's log; 0 when nothing of it is known.
    pub fn get(&self, node: &NodeName) -> Seq {
        self.0.get(node).copied().unwrap_or_default()
    }

    /// Says how far a node's log is known.
    pub fn set(&mut self, node: &NodeName, seq: Seq) {
        match self.0.get_mut(node) {
            _ if seq == Seq(0) => _ = self.0.remove(node),
            Some(known) => *known = seq,
            None => _ = self.0.insert(node.clone(), seq),
        }
    }

    /// The logs of which anything is known, in the order of their nodes.
    pub fn iter(&self) -> impl Iterator<Item = (&NodeName, Seq)> {
        self.0.iter().map(|(node, seq)| (node, *seq))
    }

    /// Whether nothing is known of any log.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(NodeName, Seq)> for Positions {
    fn from_iter<I: IntoIterator<Item = (NodeName, Seq)>>(positions: I) -> Positions {
        Positions(positions.into_iter().filter(|(_, seq)| *seq != Seq(0)).collect())
    }
}

impl fmt::Display for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (node, seq)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{node}:{seq}")?;
        }
        Ok(())
    }
}

impl FromStr for Positions {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Positions, IdError> {
        let mut positions = Positions::default();
        for part in text.split(',').filter(|_| !text.is_empty()) {
            let (node, seq) = part.split_once(':').ok_or(FORM)?;
            let node = NodeName::new(node).map_err(|_| FORM)?;
            let is_number = seq.bytes().all(|byte| byte.is_ascii_digit());
            let seq = seq.parse().ok().filter(|_| is_number).ok_or(FORM)?;
            if positions.get(&node) != Seq(0) {
                return Err(FORM);
            }
            positions.set(&node, Seq(seq));
        }
        Ok(positions)
    }
}

impl Serialize for Positions {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Positions {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Positions, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_back_as_shown() {
        for text in ["", "lon:7", "lon:7,mad:3"] {
            assert_eq!(text.parse::<Positions>().unwrap().to_string(), text);
        }
        let positions: Positions = "mad:3,lon:7,nyc:0".parse().unwrap();
        assert_eq!(positions.to_string(), "lon:7,mad:3", "sorted, and nothing is the same as 0");
        assert_eq!(positions.get(&NodeName::recorded("mad")), Seq(3));
        assert_eq!(positions.get(&NodeName::recorded("nyc")), Seq(0));
    }

    #[test]
    fn what_is_no_vector_is_refused() {
        for text in ["5", "lon:", "lon:x", "LON:1", "lon:1,", ",", "lon:+1", "lon:1,lon:2", "lon:1 "] {
            assert!(text.parse::<Positions>().is_err(), "{text}");
        }
        assert!("lon:99999999999999999999999".parse::<Positions>().is_err());
    }
}
