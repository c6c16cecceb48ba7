//! Conflicts: values that two nodes gave to one field of one record, neither knowing of the other's. One of them
//! counts; the others stay visible until somebody has looked.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::IdError;
use crate::writes::{Edit, Write};

/// What kind of record a conflict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// A product, by its SKU.
    Product,
    /// A user, by the id.
    User,
    /// A warehouse, by its code.
    Warehouse,
    /// The settings of the company, by [`Settings::KEY`](crate::settings::Settings::KEY).
    Settings,
}

impl RecordKind {
    /// All kinds.
    pub const ALL: [RecordKind; 4] =
        [RecordKind::Product, RecordKind::User, RecordKind::Warehouse, RecordKind::Settings];

    /// The word for it in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            RecordKind::Product => "product",
            RecordKind::User => "user",
            RecordKind::Warehouse => "warehouse",
            RecordKind::Settings => "settings",
        }
    }
}

/// Which field of which record: a conflict's id, as in `product/A-1/name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConflictId {
    /// The kind of record.
    pub kind: RecordKind,
    /// The record's key.
    pub record: String,
    /// The field.
    pub field: String,
}

impl fmt::Display for ConflictId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.kind.as_str(), self.record, self.field)
    }
}

impl FromStr for ConflictId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<ConflictId, IdError> {
        let read = || {
            let (kind, rest) = text.split_once('/')?;
            let (record, field) = rest.rsplit_once('/')?;
            let kind = RecordKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
            Some(ConflictId { kind, record: record.to_owned(), field: field.to_owned() })
        };
        read().ok_or(IdError { form: "kind/record/field, as product/A-1/name" })
    }
}

impl Serialize for ConflictId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ConflictId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<ConflictId, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The values of one field of which none was written in the knowledge of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Which field of which record.
    pub id: ConflictId,
    /// The values, by the order of their writes. The last counts; of a product's unit the first.
    pub sides: Vec<Side>,
}

/// A value, and by whom it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// When, and by which node.
    pub write: Write,
    /// The latest write of the record by each node that its writer knew.
    pub based_on: Vec<Write>,
    /// The value, in JSON.
    pub value: String,
}

impl Side {
    /// A value that an edit gives to a field.
    pub(crate) fn new<T: Serialize>(edit: &Edit, value: &T) -> Side {
        let value = serde_json::to_string(value).expect("fields have string keys only");
        Side { write: edit.write.clone(), based_on: edit.based_on.clone(), value }
    }

    /// The value, where it is of that type.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.value).ok()
    }

    fn edit(&self) -> Edit {
        Edit { write: self.write.clone(), based_on: self.based_on.clone() }
    }
}

impl Conflict {
    /// Whether the values differ: what two nodes wrote alike needs nobody's eye.
    pub fn is_true(&self) -> bool {
        self.sides.windows(2).any(|pair| pair[0].value != pair[1].value)
    }

    /// The side that counts.
    pub fn winning(&self) -> Option<&Side> {
        if self.id.field == "unit" { self.sides.first() } else { self.sides.last() }
    }
}

/// Adds a side to those that stand beside one another: it takes the place of those that it knew, and is none itself if
/// one of the others knew it. The outcome does not depend on the order in which sides are added.
pub(crate) fn add(sides: &mut Vec<Side>, new: Side) {
    let edit = new.edit();
    sides.retain(|side| !edit.knew(&side.write));
    if sides.iter().any(|side| side.write == new.write || side.edit().knew(&new.write)) {
        return;
    }
    let at = sides.partition_point(|side| side.write < new.write);
    sides.insert(at, new);
}
