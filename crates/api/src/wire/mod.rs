//! Values as they stand in JSON and in queries: each read and written in one place.

mod given;
mod money;
mod object;
mod page;
mod quantity;
mod text;
mod time;

pub(crate) use given::given;
pub(crate) use money::Price;
pub(crate) use object::Object;
pub(crate) use page::{Items, page};
pub(crate) use quantity::Amount;
pub(crate) use text::{CODE_MARK, Checked, FromText, Words, invalid};
pub(crate) use time::{StampText, Time, TimeText};

use acopio_ledger::gtin::Barcode;
use acopio_ledger::names::{Currency, Line, Sku, Title, Username, WarehouseCode, ZoneName};

/// A SKU, checked.
pub(crate) type SkuText = Checked<Sku>;
/// A warehouse's code, checked.
pub(crate) type CodeText = Checked<WarehouseCode>;
/// One line of free text, checked.
pub(crate) type LineText = Checked<Line>;
/// A name, checked.
pub(crate) type TitleText = Checked<Title>;
/// A login name, checked.
pub(crate) type UsernameText = Checked<Username>;
/// Words to search for, checked.
pub(crate) type WordsText = Checked<Words>;
/// A currency's code, checked.
pub(crate) type CurrencyText = Checked<Currency>;
/// The name of a time zone that there is, checked.
pub(crate) type ZoneText = Checked<ZoneName>;
/// A barcode, checked.
pub(crate) type BarcodeText = Checked<Barcode>;

/// A text of the log, in which empty means none.
pub(crate) fn some_text(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
