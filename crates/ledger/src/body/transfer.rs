//! Facts about transfers. Each but the first names both ends, so that it can be folded before those that it follows.

/// A quantity of one SKU, in thousandths.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TransferItem {
    /// Of what.
    #[prost(string, tag = "1")]
    pub sku: String,
    /// How much.
    #[prost(int64, tag = "2")]
    pub quantity: i64,
}

/// A transfer was drafted; the entry's id is the transfer's.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TransferDrafted {
    /// The warehouse that sends.
    #[prost(string, tag = "1")]
    pub from: String,
    /// The warehouse that receives.
    #[prost(string, tag = "2")]
    pub to: String,
    /// What it refers to; empty if nothing.
    #[prost(string, tag = "3")]
    pub reference: String,
    /// What is asked for, each SKU once.
    #[prost(message, repeated, tag = "4")]
    pub lines: Vec<TransferItem>,
}

/// A draft was given up.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TransferCancelled {
    /// Which transfer.
    #[prost(string, tag = "1")]
    pub transfer: String,
    /// The warehouse that would have sent.
    #[prost(string, tag = "2")]
    pub from: String,
    /// The warehouse that would have received.
    #[prost(string, tag = "3")]
    pub to: String,
    /// Why; empty if not said.
    #[prost(string, tag = "4")]
    pub reason: String,
}

/// Goods went on the road; their movements stand beside this entry.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TransferDispatched {
    /// Which transfer.
    #[prost(string, tag = "1")]
    pub transfer: String,
    /// The warehouse that sends.
    #[prost(string, tag = "2")]
    pub from: String,
    /// The warehouse that receives.
    #[prost(string, tag = "3")]
    pub to: String,
    /// What went.
    #[prost(message, repeated, tag = "4")]
    pub lines: Vec<TransferItem>,
}

/// What came of one SKU, in thousandths.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReceivedItem {
    /// Of what.
    #[prost(string, tag = "1")]
    pub sku: String,
    /// What arrived and is good.
    #[prost(int64, tag = "2")]
    pub accepted: i64,
    /// What arrived and was put on hold.
    #[prost(int64, tag = "3")]
    pub rejected: i64,
    /// What was found missing now; it stays on the road.
    #[prost(int64, tag = "4")]
    pub missing: i64,
}

/// Goods came from the road; their movements and holds stand beside this entry.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TransferReceived {
    /// Which transfer.
    #[prost(string, tag = "1")]
    pub transfer: String,
    /// The warehouse that sent.
    #[prost(string, tag = "2")]
    pub from: String,
    /// The warehouse that received.
    #[prost(string, tag = "3")]
    pub to: String,
    /// What came.
    #[prost(message, repeated, tag = "4")]
    pub lines: Vec<ReceivedItem>,
    /// Whether nothing is on the road any more.
    #[prost(bool, tag = "5")]
    pub closed: bool,
}

/// What became of goods of one SKU that had not come, in thousandths.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SettledItem {
    /// Of what.
    #[prost(string, tag = "1")]
    pub sku: String,
    /// What turned up and arrived.
    #[prost(int64, tag = "2")]
    pub found: i64,
    /// What is lost.
    #[prost(int64, tag = "3")]
    pub lost: i64,
}

/// It was settled what became of goods that had not come; the movements stand beside this entry.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TransferSettled {
    /// Which transfer.
    #[prost(string, tag = "1")]
    pub transfer: String,
    /// The warehouse that sent.
    #[prost(string, tag = "2")]
    pub from: String,
    /// The warehouse that received.
    #[prost(string, tag = "3")]
    pub to: String,
    /// What became of what.
    #[prost(message, repeated, tag = "4")]
    pub lines: Vec<SettledItem>,
    /// Whether nothing is on the road any more.
    #[prost(bool, tag = "5")]
    pub closed: bool,
}
