//! The ledger's "no": answers with a stable code, remembered like successes.
//!
//! Codes are added, never changed. Refusals are checked in the order of the list below. How a refusal becomes an HTTP
//! status is the API's business.

use crate::ids::{EntryId, Millis, Version};
use crate::names::{NodeName, Sku, WarehouseCode};
use crate::quantity::Quantity;

/// A value inside a refusal: kept in the log as text.
trait Value: Sized {
    fn show(&self) -> String;
    fn read(text: &str) -> Option<Self>;
}

impl Value for String {
    fn show(&self) -> String {
        self.clone()
    }
    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Value for Sku {
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        Some(Sku::recorded(text))
    }
}

impl Value for WarehouseCode {
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        Some(WarehouseCode::recorded(text))
    }
}

impl Value for Quantity {
    fn show(&self) -> String {
        self.0.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Quantity)
    }
}

impl Value for Version {
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Version)
    }
}

impl Value for Millis {
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Millis)
    }
}

impl Value for NodeName {
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        Some(NodeName::recorded(text))
    }
}

impl Value for u8 {
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for EntryId {
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

macro_rules! refusals {
    ($(
        $(#[doc = $doc:literal])*
        $variant:ident { $($value:ident : $type:ty),* $(,)? } = $code:literal on $field:literal, $message:literal;
    )*) => {
        /// Why the ledger refuses a command.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[expect(missing_docs, reason = "each variant's document names its values")]
        pub enum Refusal {
            $( $(#[doc = $doc])* #[error($message)] $variant { $($value: $type),* }, )*
        }

        impl Refusal {
            /// Every code, in the order in which refusals are checked.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// The stable code, as in `insufficient_stock`.
            pub fn code(&self) -> &'static str {
                match self { $(Refusal::$variant { .. } => $code,)* }
            }

            /// The request field at fault; empty where it is the state, not a field.
            pub fn field(&self) -> &'static str {
                match self { $(Refusal::$variant { .. } => $field,)* }
            }

            /// The values by their names, as people read them.
            pub fn named_values(&self) -> Vec<(&'static str, String)> {
                match self {
                    $(Refusal::$variant { $($value),* } => {
                        vec![$((stringify!($value), ToString::to_string($value))),*]
                    })*
                }
            }

            /// The values in the order of the variant's fields, as texts for the log.
            pub(crate) fn values(&self) -> Vec<String> {
                match self { $(Refusal::$variant { $($value),* } => vec![$(Value::show($value)),*],)* }
            }

            /// Reads a refusal from the log; nothing when the code is unknown or values are missing.
            pub(crate) fn from_values(code: &str, values: &[String]) -> Option<Refusal> {
                let mut values = values.iter();
                match code {
                    $($code => Some(Refusal::$variant { $($value: Value::read(values.next()?)?),* }),)*
                    _ => None,
                }
            }
        }
    };
}

refusals! {
    /// The command came too late to the node that decides it.
    Expired { expired_at: Millis } = "expired" on "", "the command came too late: it expired at {expired_at} ms since 1970";
    /// No such warehouse in the company.
    UnknownWarehouse { warehouse: WarehouseCode } = "unknown_warehouse" on "warehouse", "unknown warehouse: {warehouse}";
    /// No such product in the catalogue.
    UnknownSku { sku: Sku } = "unknown_sku" on "sku", "unknown SKU: {sku}";
    /// The path names something that does not exist; `what` is the kind of thing.
    NotFound { what: String, id: String } = "not_found" on "", "no {what} with the id: {id}";
    /// Movements other than adjustments take a positive quantity; an adjustment takes any but zero.
    QuantityNotPositive { quantity: Quantity } = "quantity_not_positive" on "quantity",
        "quantity must be more than 0, got {quantity}";
    /// An adjustment by nothing.
    QuantityZero { sku: Sku } = "quantity_zero" on "quantity", "quantity of an adjustment must not be 0, got 0 of {sku}";
    /// Finer than the product's unit allows.
    TooManyDecimals { sku: Sku, quantity: Quantity, unit: String, decimals: u8 } = "too_many_decimals" on "quantity",
        "quantity must have at most {decimals} decimals, the unit of {sku} being {unit}, got {quantity}";
    /// Beyond what a balance can hold.
    QuantityTooLarge { sku: Sku, quantity: Quantity } = "quantity_too_large" on "quantity",
        "quantity of {sku} must keep the stock at or below 1000000000000, got {quantity}";
    /// Business time lies more than five minutes ahead.
    OccurredInFuture { occurred_at: String } = "occurred_in_future" on "occurred_at",
        "occurred_at must be at most 5 minutes ahead of now, got {occurred_at}";
    /// Lines of one atomic batch name different warehouses.
    SeveralWarehouses { first: WarehouseCode, other: WarehouseCode } = "several_warehouses" on "warehouse",
        "an atomic batch must name one warehouse, got {first} and {other}";
    /// A retired product takes no receipts.
    ProductRetired { sku: Sku } = "product_retired" on "sku", "the product is retired: {sku}";
    /// Less is available than asked.
    InsufficientStock { warehouse: WarehouseCode, sku: Sku, asked: Quantity, available: Quantity }
        = "insufficient_stock" on "quantity",
        "insufficient stock of {sku} in {warehouse}: asked {asked}, available {available}";
    /// Somebody else changed the record since it was read.
    VersionChanged { expected: Version, actual: Version } = "version_changed" on "expected_version",
        "the version has changed: expected {expected}, is {actual}";
    /// `If-Match` names another version than the present one.
    PreconditionFailed { expected: Version, actual: Version } = "precondition_failed" on "If-Match",
        "the record has changed since it was read: expected version {expected}, is {actual}";
    /// The SKU is in use.
    SkuExists { sku: Sku } = "sku_exists" on "sku", "the SKU exists: {sku}";
    /// Another product has the barcode.
    BarcodeTaken { barcode: String, sku: Sku } = "barcode_taken" on "barcodes", "the barcode {barcode} belongs to {sku}";
    /// A unit's decimals and name are fixed once the product exists.
    UnitFixed { sku: Sku } = "unit_fixed" on "unit", "the unit is fixed when a product is created: {sku}";
    /// What still has stock cannot be retired.
    StockRemains { sku: Sku, warehouse: WarehouseCode, on_hand: Quantity } = "stock_remains" on "",
        "the product still has stock: {on_hand} of {sku} in {warehouse}";
    /// The category's name is in use.
    CategoryExists { name: String } = "category_exists" on "name", "the category exists: {name}";
    /// The warehouse's code is in use.
    WarehouseExists { warehouse: WarehouseCode } = "warehouse_exists" on "code", "the warehouse exists: {warehouse}";
    /// Each movement is undone at most once.
    AlreadyUndone { movement: EntryId } = "already_undone" on "", "the movement is already undone: {movement}";
    /// An undo is final.
    UndoOfUndo { movement: EntryId } = "undo_of_undo" on "", "an undo cannot be undone: {movement}";
    /// More is released than is held.
    HoldTooSmall { asked: Quantity, held: Quantity } = "hold_too_small" on "quantity",
        "quantity must be at most what is held: asked {asked}, held {held}";
    /// Nothing is held any more.
    HoldReleased { hold: EntryId } = "hold_released" on "", "the hold is already released: {hold}";
    /// Target below minimum, or a negative figure.
    InvalidRule { rule: String } = "invalid_rule" on "target", "{rule}";
    /// The alert is over.
    AlertResolved { alert: EntryId } = "alert_resolved" on "", "the alert is already resolved: {alert}";
    /// The time until which an alert sleeps lies in the past.
    SnoozeInPast { until: String } = "snooze_in_past" on "until", "until must lie ahead of now, got {until}";
    /// The username is in use.
    UsernameTaken { username: String } = "username_taken" on "username", "the username is taken: {username}";
    /// The e-mail address is in use.
    EmailTaken { email: String } = "email_taken" on "email", "the e-mail address is taken: {email}";
    /// Somebody must be able to administer.
    LastAdmin { username: String } = "last_admin" on "", "the last administrator must stay: {username}";
    /// The row was posted before.
    AlreadyImported { source_row: String } = "already_imported" on "", "the row was posted before: {source_row}";
    /// The import is undone.
    ImportUndone { import: String } = "import_undone" on "", "the import is undone: {import}";
    /// An import begins once; going on with it needs no second beginning.
    ImportExists { import: String } = "import_exists" on "", "the import has begun before: {import}";
    /// A line of a refused atomic batch that was itself right.
    BatchRefused {} = "batch_refused" on "", "another line of the batch was refused";
    /// A transfer goes from one warehouse to another.
    SameWarehouse { warehouse: WarehouseCode } = "same_warehouse" on "to",
        "a transfer must name two warehouses, got {warehouse} twice";
    /// A SKU has one line in a transfer.
    DuplicateLine { sku: Sku } = "duplicate_line" on "lines", "each SKU must have one line, got several of {sku}";
    /// A line of nothing.
    EmptyLine { sku: Sku } = "empty_line" on "lines", "a line must have a quantity of more than 0, got 0 of {sku}";
    /// The transfer has no line of that SKU.
    NotInTransfer { sku: Sku, transfer: EntryId } = "not_in_transfer" on "lines",
        "the transfer {transfer} has no line of {sku}";
    /// The draft was given up.
    TransferCancelled { transfer: EntryId } = "transfer_cancelled" on "", "the transfer is cancelled: {transfer}";
    /// Nothing has left yet.
    NotDispatched { transfer: EntryId } = "not_dispatched" on "", "the transfer is not dispatched: {transfer}";
    /// The goods have left.
    AlreadyDispatched { transfer: EntryId } = "already_dispatched" on "",
        "the transfer is already dispatched: {transfer}";
    /// Nothing is on the road any more.
    TransferClosed { transfer: EntryId } = "transfer_closed" on "", "the transfer is closed: {transfer}";
    /// More cannot come or be lost than is still on the road; what is already reported missing cannot go missing again.
    MoreThanOnTheRoad { sku: Sku, asked: Quantity, on_the_road: Quantity } = "more_than_on_the_road" on "lines",
        "quantity of {sku} must be at most what is on the road: asked {asked}, on the road {on_the_road}";
    /// A transfer's movements belong together: what went wrong is put right by a new transfer or an adjustment.
    MovementOfTransfer { movement: EntryId, transfer: String } = "movement_of_transfer" on "",
        "a movement of the transfer {transfer} cannot be undone: {movement}";
    /// The company is founded once.
    AlreadyFounded {} = "already_founded" on "", "the company is already founded";
    /// The sender's node may have dispatched it, but its log has not come so far to this node.
    DispatchNotHere { transfer: EntryId } = "dispatch_not_here" on "",
        "the dispatch of the transfer has not reached this node yet: {transfer}";
    /// The import has posted in warehouses that other nodes own: it can only be undone where all of them are owned.
    ImportElsewhere { import: String, node: NodeName } = "import_elsewhere" on "",
        "the import has movements that {node} decides about: {import}";
    /// The node owns the warehouse already.
    AlreadyOwner { warehouse: WarehouseCode, owner: NodeName } = "already_owner" on "to",
        "the warehouse {warehouse} is already owned by {owner}";
    /// The warehouse is to be taken from a node that does not own it.
    NotTheOwner { warehouse: WarehouseCode, owner: NodeName } = "not_the_owner" on "from",
        "the warehouse {warehouse} is owned by {owner}";
    /// The void record was posted again or discarded before.
    AlreadyReconciled { void: EntryId } = "already_reconciled" on "", "the void record is already seen to: {void}";
    /// What the void record says cannot be asked for again: what it was about must be done anew.
    NotRepostable { void: EntryId } = "not_repostable" on "", "the void record cannot be posted again: {void}";
    /// A value of a conflict was chosen by a node that has not given the field any.
    UnknownSide { conflict: String, node: NodeName } = "unknown_side" on "node",
        "the node has given none of the values of {conflict}: {node}";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_survives_its_logged_form() {
        let refusal = Refusal::InsufficientStock {
            warehouse: WarehouseCode::recorded("LON"),
            sku: Sku::recorded("A1"),
            asked: Quantity(1_500),
            available: Quantity(1_000),
        };
        assert_eq!(Refusal::from_values(refusal.code(), &refusal.values()), Some(refusal.clone()));
        assert_eq!(refusal.to_string(), "insufficient stock of A1 in LON: asked 1.5, available 1");
    }

    #[test]
    fn codes_are_unique() {
        let mut codes = Refusal::CODES.to_vec();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Refusal::CODES.len());
    }
}
