//! The protobuf messages of frames, version 1. A file in `golden/` holds their bytes for ever.

use crate::body;

/// A frame, or a piece of one: pieces laid end to end are the whole, as protobuf merges repeated fields.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Frame {
    /// Present in the first piece only.
    #[prost(message, optional, tag = "1")]
    pub(crate) header: Option<Header>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) records: Vec<Record>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) entries: Vec<Entry>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Header {
    #[prost(uint32, tag = "1")]
    pub(crate) version: u32,
    #[prost(string, tag = "2")]
    pub(crate) node: String,
    #[prost(uint32, tag = "3")]
    pub(crate) incarnation: u32,
    #[prost(uint64, tag = "4")]
    pub(crate) first_seq: u64,
    #[prost(fixed64, tag = "5")]
    pub(crate) first_stamp: u64,
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) previous_hash: Vec<u8>,
    /// How many entries the whole frame has.
    #[prost(uint32, tag = "7")]
    pub(crate) entries: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Record {
    /// Index in the frame of the record's first entry.
    #[prost(uint32, tag = "1")]
    pub(crate) offset: u32,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) user: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) key: Vec<u8>,
    #[prost(fixed64, tag = "4")]
    pub(crate) fingerprint: u64,
    #[prost(message, optional, tag = "5")]
    pub(crate) cause: Option<Cause>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Cause {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) import: Vec<u8>,
    #[prost(message, optional, tag = "2")]
    pub(crate) entry: Option<EntryId>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct EntryId {
    #[prost(string, tag = "1")]
    pub(crate) node: String,
    #[prost(uint32, tag = "2")]
    pub(crate) incarnation: u32,
    #[prost(uint64, tag = "3")]
    pub(crate) seq: u64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Entry {
    /// The warehouse's epoch less one, so that the first, by far the most frequent, takes no room.
    #[prost(uint64, tag = "1")]
    pub(crate) later_epoch: u64,
    #[prost(
        oneof = "Body",
        tags = "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, \
                30, 40"
    )]
    pub(crate) body: Option<Body>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum Body {
    #[prost(message, tag = "2")]
    Moved(Moved),
    #[prost(message, tag = "3")]
    Refused(Refused),
    #[prost(message, tag = "4")]
    BatchRefused(BatchRefused),
    #[prost(message, tag = "5")]
    Held(Held),
    #[prost(message, tag = "6")]
    Released(Released),
    #[prost(message, tag = "7")]
    AlertRaised(AlertRaised),
    #[prost(message, tag = "8")]
    AlertResolved(AlertResolved),
    #[prost(message, tag = "9")]
    AlertHandled(body::AlertHandled),
    #[prost(message, tag = "10")]
    ProductSet(body::ProductSet),
    #[prost(message, tag = "11")]
    CategorySet(body::CategorySet),
    #[prost(message, tag = "12")]
    WarehouseSet(body::WarehouseSet),
    #[prost(message, tag = "13")]
    RuleSet(body::RuleSet),
    #[prost(message, tag = "14")]
    UserSet(body::UserSet),
    #[prost(message, tag = "15")]
    SessionOpened(body::SessionOpened),
    #[prost(message, tag = "16")]
    SessionClosed(body::SessionClosed),
    #[prost(message, tag = "17")]
    ImportBegun(body::ImportBegun),
    #[prost(message, tag = "18")]
    ImportUndone(body::ImportUndone),
    #[prost(message, tag = "19")]
    Founded(body::Founded),
    #[prost(message, tag = "20")]
    KeyPublished(body::KeyPublished),
    #[prost(message, tag = "21")]
    TransferDrafted(body::TransferDrafted),
    #[prost(message, tag = "22")]
    TransferCancelled(body::TransferCancelled),
    #[prost(message, tag = "23")]
    TransferDispatched(body::TransferDispatched),
    #[prost(message, tag = "24")]
    TransferReceived(body::TransferReceived),
    #[prost(message, tag = "25")]
    TransferSettled(body::TransferSettled),
    #[prost(message, tag = "26")]
    WarehouseHandedOver(body::WarehouseHandedOver),
    #[prost(message, tag = "27")]
    WarehouseTaken(body::WarehouseTaken),
    #[prost(message, tag = "28")]
    VoidSettled(body::VoidSettled),
    #[prost(message, tag = "29")]
    StatementRun(body::StatementRun),
    #[prost(message, tag = "30")]
    SettingsSet(body::SettingsSet),
    #[prost(message, tag = "40")]
    DurabilitySet(body::DurabilitySet),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Balance {
    #[prost(int64, tag = "1")]
    pub(crate) on_hand: i64,
    #[prost(int64, tag = "2")]
    pub(crate) reserved: i64,
    #[prost(int64, tag = "3")]
    pub(crate) on_hold: i64,
    #[prost(uint64, tag = "4")]
    pub(crate) version: u64,
    /// The last movement of the key, where the entry is not itself that movement.
    #[prost(uint64, tag = "5")]
    pub(crate) last: u64,
}

/// The balance afterwards is flattened into tags 5 to 8: movements are what logs are full of.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Moved {
    #[prost(uint32, tag = "1")]
    pub(crate) kind: u32,
    #[prost(string, tag = "2")]
    pub(crate) warehouse: String,
    #[prost(string, tag = "3")]
    pub(crate) sku: String,
    #[prost(sint64, tag = "4")]
    pub(crate) change: i64,
    #[prost(int64, tag = "5")]
    pub(crate) on_hand: i64,
    #[prost(int64, tag = "6")]
    pub(crate) reserved: i64,
    #[prost(int64, tag = "7")]
    pub(crate) on_hold: i64,
    #[prost(uint64, tag = "8")]
    pub(crate) version: u64,
    #[prost(uint64, tag = "9")]
    pub(crate) previous: u64,
    #[prost(string, tag = "10")]
    pub(crate) reason: String,
    #[prost(string, tag = "11")]
    pub(crate) reference: String,
    #[prost(int64, optional, tag = "12")]
    pub(crate) occurred_at: Option<i64>,
    #[prost(message, optional, tag = "13")]
    pub(crate) undoes: Option<EntryId>,
    #[prost(uint32, tag = "14")]
    pub(crate) undoes_kind: u32,
    #[prost(bytes = "vec", tag = "15")]
    pub(crate) source: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Refused {
    #[prost(uint32, tag = "1")]
    pub(crate) line: u32,
    #[prost(string, tag = "2")]
    pub(crate) code: String,
    #[prost(string, repeated, tag = "3")]
    pub(crate) values: Vec<String>,
    #[prost(string, tag = "4")]
    pub(crate) warehouse: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct BatchRefused {
    #[prost(uint32, tag = "1")]
    pub(crate) lines: u32,
    #[prost(message, repeated, tag = "2")]
    pub(crate) refusals: Vec<Refused>,
    #[prost(string, tag = "3")]
    pub(crate) warehouse: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Held {
    #[prost(string, tag = "1")]
    pub(crate) warehouse: String,
    #[prost(string, tag = "2")]
    pub(crate) sku: String,
    #[prost(int64, tag = "3")]
    pub(crate) quantity: i64,
    #[prost(message, optional, tag = "4")]
    pub(crate) after: Option<Balance>,
    #[prost(string, tag = "5")]
    pub(crate) reason: String,
    #[prost(string, tag = "6")]
    pub(crate) reference: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Released {
    #[prost(message, optional, tag = "1")]
    pub(crate) hold: Option<EntryId>,
    #[prost(string, tag = "2")]
    pub(crate) warehouse: String,
    #[prost(string, tag = "3")]
    pub(crate) sku: String,
    #[prost(int64, tag = "4")]
    pub(crate) quantity: i64,
    #[prost(message, optional, tag = "5")]
    pub(crate) after: Option<Balance>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct AlertRaised {
    #[prost(string, tag = "1")]
    pub(crate) warehouse: String,
    #[prost(string, tag = "2")]
    pub(crate) sku: String,
    #[prost(int64, tag = "3")]
    pub(crate) available: i64,
    #[prost(int64, tag = "4")]
    pub(crate) minimum: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct AlertResolved {
    #[prost(message, optional, tag = "1")]
    pub(crate) alert: Option<EntryId>,
    #[prost(string, tag = "2")]
    pub(crate) warehouse: String,
    #[prost(string, tag = "3")]
    pub(crate) sku: String,
}
