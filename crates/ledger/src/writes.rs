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

/// A write, and what its writer knew of the record then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The write.
    pub write: Write,
    /// The latest write of the record by each node that the writer knew; nothing when it made the record.
    pub based_on: Vec<Write>,
}

impl Edit {
    /// Whether this edit was made in the knowledge of an earlier write, or by the same node after it.
    pub fn knew(&self, earlier: &Write) -> bool {
        let by_itself = self.write.node == earlier.node && *earlier < self.write;
        by_itself || self.based_on.iter().any(|known| known.node == earlier.node && earlier <= known)
    }
}

/// Fields of one record, one bit each.
pub type Fields = u16;

/// By which write each field of a record got the value that it has. Fields of the same write lie together, as most do.
/// Of each node the latest write that is known of is there even if it has given no field the value that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Writes(Vec<Written>);

/// Fields and the write that they got their values by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Form", into = "Form")]
struct Written {
    edit: Edit,
    fields: Fields,
}

/// How that is stored: what nothing is based on needs no third part.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Based(Write, Fields, Vec<Write>),
    First(Write, Fields),
}

impl From<Form> for Written {
    fn from(form: Form) -> Written {
        let (write, fields, based_on) = match form {
            Form::Based(write, fields, known) => (write, fields, known),
            Form::First(write, fields) => (write, fields, Vec::new()),
        };
        Written { edit: Edit { write, based_on }, fields }
    }
}

impl From<Written> for Form {
    fn from(Written { edit: Edit { write, based_on }, fields }: Written) -> Form {
        if based_on.is_empty() { Form::First(write, fields) } else { Form::Based(write, fields, based_on) }
    }
}

impl Writes {
    /// Takes a write of some fields; answers those that have not been written later: these get its values.
    pub fn take_last(&mut self, edit: &Edit, fields: Fields) -> Fields {
        self.take(edit, fields, |present| edit.write < *present)
    }

    /// The same for fields of which the first write counts, for ever.
    pub fn take_first(&mut self, edit: &Edit, fields: Fields) -> Fields {
        self.take(edit, fields, |present| *present < edit.write)
    }

    /// The write by which a field got its value.
    pub fn of(&self, field: Fields) -> Option<&Edit> {
        self.0.iter().find(|written| written.fields & field != 0).map(|written| &written.edit)
    }

    /// The latest write by each node.
    pub fn known(&self) -> impl Iterator<Item = &Write> {
        self.0.iter().filter(|written| self.is_latest(&written.edit.write)).map(|written| &written.edit.write)
    }

    fn is_latest(&self, write: &Write) -> bool {
        !self.0.iter().any(|later| later.edit.write.node == write.node && *write < later.edit.write)
    }

    fn take(&mut self, edit: &Edit, fields: Fields, keeps: impl Fn(&Write) -> bool) -> Fields {
        let keepers = self.0.iter().filter(|present| keeps(&present.edit.write));
        let kept = keepers.fold(0, |kept, present| kept | present.fields);
        let won = fields & !kept;
        self.0.iter_mut().for_each(|present| present.fields &= !won);
        match self.0.binary_search_by(|present| present.edit.write.cmp(&edit.write)) {
            Ok(at) => self.0[at] = Written { edit: edit.clone(), fields: self.0[at].fields | won },
            Err(at) => self.0.insert(at, Written { edit: edit.clone(), fields: won }),
        }
        edit.based_on.iter().for_each(|known| self.hear_of(known));
        self.forget();
        won
    }

    /// Notes a write that the writer of another one knew: whoever knows the later one knows of it too, even before the
    /// log where it stands is folded so far.
    fn hear_of(&mut self, write: &Write) {
        if let Err(at) = self.0.binary_search_by(|present| present.edit.write.cmp(write)) {
            let edit = Edit { write: write.clone(), based_on: Vec::new() };
            self.0.insert(at, Written { edit, fields: 0 });
        }
    }

    /// Forgets writes of which nothing is left, but for the latest of each node, of which that it was is left.
    fn forget(&mut self) {
        let is_needed = |written: &Written| written.fields != 0 || self.is_latest(&written.edit.write);
        let needed: Vec<bool> = self.0.iter().map(is_needed).collect();
        let mut needed = needed.into_iter();
        self.0.retain(|_| needed.next().unwrap_or(true));
        let bare = self.0.iter_mut().filter(|written| written.fields == 0);
        bare.for_each(|written| written.edit.based_on.clear());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(stamp: u64, node: &str) -> Edit {
        Edit { write: Write { stamp: Stamp(stamp), node: NodeName::recorded(node) }, based_on: Vec::new() }
    }

    fn written(edit: Edit, fields: Fields) -> Written {
        Written { edit, fields }
    }

    #[test]
    fn the_last_write_of_each_field_counts_in_any_order() {
        let steps =
            [(edit(1, "a"), 0b111), (edit(3, "b"), 0b001), (edit(3, "a"), 0b011), (edit(2, "c"), 0b110)];
        let mut outcomes = Vec::new();
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
            let mut writes = Writes::default();
            order.into_iter().for_each(|at| _ = writes.take_last(&steps[at].0, steps[at].1));
            outcomes.push(writes);
        }
        let expected =
            vec![written(edit(2, "c"), 0b100), written(edit(3, "a"), 0b010), written(edit(3, "b"), 0b001)];
        assert!(outcomes.iter().all(|writes| writes.0 == expected), "{outcomes:?}");
    }

    #[test]
    fn the_first_write_counts_where_it_counts_for_ever() {
        let mut writes = Writes::default();
        assert_eq!(writes.take_first(&edit(5, "a"), 1), 1);
        assert_eq!(writes.take_first(&edit(7, "b"), 1), 0);
        assert_eq!(writes.take_first(&edit(2, "c"), 1), 1);
        assert_eq!(writes.of(1), Some(&edit(2, "c")));
        let known: Vec<_> = writes.known().map(|write| write.node.as_str()).collect();
        assert_eq!(known, ["c", "a", "b"], "all that was written is known, whatever counts");
    }

    #[test]
    fn writes_survive_their_stored_form_and_those_of_before_are_read() {
        let mut writes = Writes::default();
        let based = Edit { based_on: vec![edit(1, "b").write], ..edit(5, "a") };
        writes.take_last(&edit(2, "b"), 0b11);
        writes.take_last(&based, 0b10);
        let stored = serde_json::to_string(&writes).unwrap();
        let expected = r#"[[{"stamp":2,"node":"b"},1],[{"stamp":5,"node":"a"},2,[{"stamp":1,"node":"b"}]]]"#;
        assert_eq!(stored, expected);
        assert_eq!(serde_json::from_str::<Writes>(&stored).unwrap(), writes);
    }

    #[test]
    fn who_knows_an_edit_knows_what_it_was_based_on() {
        let mut writes = Writes::default();
        writes.take_last(&Edit { based_on: vec![edit(3, "b").write], ..edit(5, "a") }, 1);
        let known: Vec<_> = writes.known().cloned().collect();
        assert_eq!(known, [edit(3, "b").write, edit(5, "a").write]);
        assert_eq!(writes.take_last(&edit(3, "b"), 0b11), 0b10, "it still counts where nothing is later");
    }

    #[test]
    fn an_edit_knows_what_it_was_based_on_and_no_more() {
        let based = Edit { based_on: vec![edit(1, "b").write, edit(4, "c").write], ..edit(5, "a") };
        for (known, stamp, node) in
            [(true, 1, "b"), (false, 2, "b"), (true, 3, "c"), (true, 4, "a"), (false, 3, "d")]
        {
            assert_eq!(based.knew(&edit(stamp, node).write), known, "{stamp} {node}");
        }
    }
}
