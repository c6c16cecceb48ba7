//! Which of several writes of a field counts: so that logs of different nodes, folded in any order, come to the same.

use serde::{Deserialize, Serialize};

use crate::ids::Stamp;
use crate::names::NodeName;

/// Who wrote, and when. Ordered as all histories are: by stamp, then by node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Write {
    /// When.
    pub stamp: Stamp,
    /// Which node.
    pub node: NodeName,
}

/// Fields of one record, one bit each.
pub type Fields = u16;

/// By which write each field of a record got the value that it has. Fields of the same write lie together, as most do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Writes(Vec<(Write, Fields)>);

impl Writes {
    /// Takes a write of some fields; answers those that have not been written later: these get its values.
    pub fn take_last(&mut self, write: &Write, fields: Fields) -> Fields {
        self.take(write, fields, |present| write < present)
    }

    /// The same for fields of which the first write counts, for ever.
    pub fn take_first(&mut self, write: &Write, fields: Fields) -> Fields {
        self.take(write, fields, |present| present < write)
    }

    fn take(&mut self, write: &Write, fields: Fields, keeps: impl Fn(&Write) -> bool) -> Fields {
        let kept = self.0.iter().filter(|(present, _)| keeps(present)).fold(0, |kept, (_, own)| kept | own);
        let won = fields & !kept;
        self.0.iter_mut().for_each(|(_, own)| *own &= !won);
        self.0.retain(|(_, own)| *own != 0);
        if won != 0 {
            match self.0.binary_search_by(|(present, _)| present.cmp(write)) {
                Ok(at) => self.0[at].1 |= won,
                Err(at) => self.0.insert(at, (write.clone(), won)),
            }
        }
        won
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(stamp: u64, node: &str) -> Write {
        Write { stamp: Stamp(stamp), node: NodeName::recorded(node) }
    }

    #[test]
    fn the_last_write_of_each_field_counts_in_any_order() {
        let steps =
            [(write(1, "a"), 0b111), (write(3, "b"), 0b001), (write(3, "a"), 0b011), (write(2, "c"), 0b110)];
        let mut outcomes = Vec::new();
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
            let mut writes = Writes::default();
            order.into_iter().for_each(|at| _ = writes.take_last(&steps[at].0, steps[at].1));
            outcomes.push(writes);
        }
        let expected = vec![(write(2, "c"), 0b100), (write(3, "a"), 0b010), (write(3, "b"), 0b001)];
        assert!(outcomes.iter().all(|writes| writes.0 == expected), "{outcomes:?}");
    }

    #[test]
    fn the_first_write_counts_where_it_counts_for_ever() {
        let mut writes = Writes::default();
        assert_eq!(writes.take_first(&write(5, "a"), 1), 1);
        assert_eq!(writes.take_first(&write(7, "b"), 1), 0);
        assert_eq!(writes.take_first(&write(2, "c"), 1), 1);
        assert_eq!(writes.0, [(write(2, "c"), 1)]);
    }
}
