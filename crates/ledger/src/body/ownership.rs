//! Facts about who owns a warehouse, and about entries that were written without owning it.

/// An owner said that another node is to take its warehouse, and decides about it no more.
#[derive(Clone, PartialEq, prost::Message)]
pub struct WarehouseHandedOver {
    /// The warehouse.
    #[prost(string, tag = "1")]
    pub code: String,
    /// Who is to take it.
    #[prost(string, tag = "2")]
    pub to: String,
    /// The epoch that begins with the taking.
    #[prost(uint64, tag = "3")]
    pub epoch: u64,
}

/// The node that wrote this owns the warehouse from now on.
#[derive(Clone, PartialEq, prost::Message)]
pub struct WarehouseTaken {
    /// The warehouse.
    #[prost(string, tag = "1")]
    pub code: String,
    /// The epoch that begins.
    #[prost(uint64, tag = "2")]
    pub epoch: u64,
    /// The owner before.
    #[prost(string, tag = "3")]
    pub from: String,
    /// The last position of that owner's log that counts for the warehouse.
    #[prost(uint64, tag = "4")]
    pub cut: u64,
}

/// The owner said what must have happened before anything about the warehouse counts as done.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DurabilitySet {
    /// The warehouse.
    #[prost(string, tag = "1")]
    pub code: String,
    /// Whether a majority of the hub's machines must have it, not the owner's disk alone.
    #[prost(bool, tag = "2")]
    pub replicated: bool,
}

/// Somebody saw to a void record: what it should have done stands beside this entry, or it was discarded.
#[derive(Clone, PartialEq, prost::Message)]
pub struct VoidSettled {
    /// Which void record.
    #[prost(string, tag = "1")]
    pub void: String,
    /// The warehouse.
    #[prost(string, tag = "2")]
    pub warehouse: String,
    /// Whether it was posted again.
    #[prost(bool, tag = "3")]
    pub posted: bool,
    /// Why; empty if not said.
    #[prost(string, tag = "4")]
    pub reason: String,
    /// The command that the void record had come from, where that is answered by this record from now on.
    #[prost(message, optional, tag = "5")]
    pub answers: Option<AnswersCommand>,
}

/// A command that is answered by a record that another command has led to.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AnswersCommand {
    /// Who sent it, 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub user: Vec<u8>,
    /// Their key for it, in its stored form.
    #[prost(bytes = "vec", tag = "2")]
    pub key: Vec<u8>,
    /// The command's fingerprint.
    #[prost(fixed64, tag = "3")]
    pub fingerprint: u64,
}
